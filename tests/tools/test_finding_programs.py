"""What `make test` says and does where PostgreSQL, Chromium or LibreOffice is not simply there."""

import sys
from pathlib import Path

import psycopg
import pytest

from tools import postgres, programs

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


@pytest.mark.parametrize("program", programs.PROGRAMS.values(), ids=programs.PROGRAMS)
def test_a_program_that_is_named_is_taken(program: programs.Program, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(program.variable, sys.executable)
    assert program.find() == sys.executable


@pytest.mark.parametrize("name", programs.PROGRAMS)
def test_no_program_and_no_way_to_install_one_is_one_line(
    name: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    monkeypatch.delenv(programs.PROGRAMS[name].variable, raising=False)
    monkeypatch.setenv("PATH", str(tmp_path))
    assert programs.main([name]) == 1
    assert capsys.readouterr().err.splitlines() == [programs.PROGRAMS[name].not_found]
