"""A fresh installation gets a secret of its own: there is no default key that could be forgotten."""

import os
import secrets
import tempfile
from contextlib import suppress
from pathlib import Path

MINIMUM_LENGTH = 50


def stored_secret_key(data_dir: Path) -> str:
    """The key in `data_dir/secret_key`, drawn at the first start and readable by the owner only."""
    path = data_dir / "secret_key"
    if not path.exists():
        _draw(path)
    return path.read_text(encoding="ascii")


def _draw(path: Path) -> None:
    # Written aside and linked into place: two processes that start together end with one whole key.
    with tempfile.NamedTemporaryFile("w", dir=path.parent, encoding="ascii") as file:
        file.write(secrets.token_urlsafe(MINIMUM_LENGTH))
        file.flush()
        with suppress(FileExistsError):
            os.link(file.name, path)
