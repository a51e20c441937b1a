from django.apps import AppConfig


class UiConfig(AppConfig):
    name = "kiun.ui"
    label = "ui"
