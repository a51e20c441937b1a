from django.apps import AppConfig


class DashboardConfig(AppConfig):
    name = "kiun.dashboard"
    label = "dashboard"

    def ready(self) -> None:
        # Models are loaded only now.
        from kiun.dashboard import contributions

        contributions.register()
