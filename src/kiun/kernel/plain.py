"""What JSON can hold, from values that it cannot, and back."""

from datetime import date
from typing import Any


def plain(value: Any) -> Any:
    """Days as ISO text, tuples as lists, all the way down."""
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, dict):
        return {name: plain(part) for name, part in value.items()}
    return [plain(part) for part in value] if isinstance(value, list | tuple) else value


def day_in(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None
