from django.apps import AppConfig


class ConfigurationConfig(AppConfig):
    """Running Kiun: the commands, the schedule, and the one table in which the schedule remembers."""

    name = "kiun.config"
    label = "config"

    def ready(self) -> None:
        # Registering the duties is the import's purpose; models are loaded only now.
        from kiun.config import housekeeping  # noqa: F401
