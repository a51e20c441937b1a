from django.apps import AppConfig


class DashboardConfig(AppConfig):
    name = "kiun.dashboard"
    label = "dashboard"
