from django.apps import AppConfig


class MunicipalityConfig(AppConfig):
    name = "kiun.municipality"
    label = "municipality"

    def ready(self) -> None:
        # Models are loaded only now.
        from kiun.municipality import contributions, receivers  # noqa: F401

        contributions.register()
