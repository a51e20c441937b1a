from django.apps import AppConfig


class GoalsConfig(AppConfig):
    name = "kiun.goals"
    label = "goals"
