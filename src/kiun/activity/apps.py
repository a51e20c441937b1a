from django.apps import AppConfig


class ActivityConfig(AppConfig):
    name = "kiun.activity"
    label = "activity"

    def ready(self) -> None:
        # Subscribing is the import's purpose; models are loaded only now.
        from kiun.activity import contributions, receivers, staff_import  # noqa: F401

        contributions.register()
        staff_import.register()
