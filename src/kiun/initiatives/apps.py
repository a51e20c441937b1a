from django.apps import AppConfig


class InitiativesConfig(AppConfig):
    name = "kiun.initiatives"
    label = "initiatives"

    def ready(self) -> None:
        # Models are loaded only now.
        from kiun.initiatives import contributions

        contributions.register()
