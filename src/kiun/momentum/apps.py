from django.apps import AppConfig


class MomentumConfig(AppConfig):
    name = "kiun.momentum"
    label = "momentum"

    def ready(self) -> None:
        # Models are loaded only now.
        from kiun.momentum import contributions

        contributions.register()
