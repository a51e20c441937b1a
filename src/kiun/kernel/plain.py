"""What JSON can hold, from values that it cannot, and back."""

import json
from datetime import date
from hashlib import sha256
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


def fingerprint(*values: Any) -> str:
    """Whoever accepts or saves gives it back, so that it is what was shown."""
    return sha256(json.dumps(plain(list(values)), sort_keys=True).encode()).hexdigest()[:16]
