from django.apps import AppConfig


class GoalsConfig(AppConfig):
    name = "kiun.goals"
    label = "goals"

    def ready(self) -> None:
        # Models are loaded only now.
        from kiun.goals import contributions

        contributions.register()
