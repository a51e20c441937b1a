"""What `make test` says and does where PostgreSQL or Chromium is not simply there."""

import sys
from pathlib import Path

import psycopg
import pytest

from tools import chromium, postgres

SHOW_URL = [sys.executable, "-c", "import os, sys; sys.exit(os.environ['DATABASE_URL'] != 'postgres://a@b/c')"]


def test_a_given_server_is_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgres://a@b/c")
    assert postgres.main(SHOW_URL) == 0


def test_the_command_decides_the_exit_code(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgres://a@b/c")
    assert postgres.main([sys.executable, "-c", "raise SystemExit(5)"]) == 5


def test_no_server_and_no_programs_is_one_line(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv("DATABASE_URL", raising=False)
    monkeypatch.setattr(postgres, "_running_server", lambda: None)
    monkeypatch.setattr(postgres, "_server_programs", lambda: None)
    assert postgres.main(["true"]) == 1
    assert capsys.readouterr().err.splitlines() == [postgres.NOT_FOUND]


def test_a_temporary_server_lives_as_long_as_its_command() -> None:
    programs = postgres._server_programs()
    if programs is None:
        return  # a machine that only reaches a server elsewhere; the line above says so to those who have neither
    with postgres._temporary_server(programs) as url:
        server, _, name = url.rpartition("/")
        with psycopg.connect(f"{server}/postgres".replace("postgres://", "postgresql://", 1)) as connection:
            assert connection.execute(f"SELECT '{name}' <> current_database()").fetchone() == (True,)
    with pytest.raises(psycopg.OperationalError):
        psycopg.connect(f"{server}/postgres".replace("postgres://", "postgresql://", 1))


def test_a_browser_that_is_named_is_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KIUN_CHROMIUM", sys.executable)
    assert chromium.find() == sys.executable


def test_no_browser_and_no_way_to_install_one_is_one_line(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    monkeypatch.delenv("KIUN_CHROMIUM", raising=False)
    monkeypatch.setenv("PATH", str(tmp_path))
    assert chromium.main() == 1
    assert capsys.readouterr().err.splitlines() == [chromium.NOT_FOUND]
