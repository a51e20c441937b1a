from django.apps import AppConfig


class SurveysConfig(AppConfig):
    name = "kiun.surveys"
    label = "surveys"

    def ready(self) -> None:
        # Models are loaded only now.
        from kiun.surveys import contributions, receivers  # noqa: F401

        contributions.register()
