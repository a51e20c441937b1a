"""Where people find Kiun. A command in another terminal need not know with which PORT it was started."""

from pathlib import Path

from django.conf import settings


def _kept() -> Path:
    return Path(settings.DATA_DIR) / "address"


def keep_address() -> None:
    _kept().write_text(settings.PUBLIC_URL, encoding="utf-8")


def served_at() -> str:
    """As the settings say; where they say nothing, as Kiun was last started from this data folder."""
    if settings.IS_ADDRESS_CHOSEN or not _kept().exists():
        return settings.PUBLIC_URL
    return _kept().read_text(encoding="utf-8").strip()
