from django.apps import AppConfig


class MunicipalityConfig(AppConfig):
    name = "kiun.municipality"
    label = "municipality"
