from django.apps import AppConfig


class ActivityConfig(AppConfig):
    name = "kiun.activity"
    label = "activity"
