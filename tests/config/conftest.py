from collections.abc import Iterator
from pathlib import Path

import pytest
from django.db import connections

from tests.config.installations import Installation, installation, shared_folder, shared_installation


@pytest.fixture(scope="session")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    """An empty installation with its tables; read only."""

    def prepare(made: Installation) -> None:
        done = made.kiun("prepare")
        assert done.returncode == 0, done.stderr

    with shared_installation(shared_folder(tmp_path_factory.getbasetemp()) / "prepared", prepare) as made:
        yield made


@pytest.fixture
def own(prepared: Installation, tmp_path: Path) -> Iterator[Installation]:
    """An installation that the test may change."""
    with installation(tmp_path, copied_from=prepared) as made:
        yield made


@pytest.fixture(autouse=True)
def _process_goes_on(monkeypatch: pytest.MonkeyPatch) -> None:
    """A command ends its process and closes the database before; here the test goes on and needs it."""
    monkeypatch.setattr(connections, "close_all", lambda: None)
