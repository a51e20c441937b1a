"""A consistent copy of the database while people go on working, and the way back in one transaction."""

import os
import shutil
import sqlite3
import subprocess
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

from django.db import connection, connections
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from django.utils.translation import gettext as _

from kiun.kernel.errors import DomainError


def server_version() -> str:
    if connection.vendor == "postgresql":
        connection.ensure_connection()
        return str(connection.pg_version // 10_000)  # type: ignore[attr-defined]
    return sqlite3.sqlite_version


def applied_migrations() -> list[str]:
    return sorted(f"{app}.{name}" for app, name in MigrationRecorder(connection).applied_migrations())


def migrations_unknown_to_the_program(migrations: Sequence[str]) -> list[str]:
    """Migrations of an archive that this program does not have: it would not understand the tables."""
    loader = MigrationLoader(None)
    known = {f"{app}.{name}" for app, name in loader.disk_migrations}
    replaced = {f"{app}.{name}" for migration in loader.disk_migrations.values() for app, name in migration.replaces}
    return sorted(set(migrations) - known - replaced)


def dump(target: Path) -> None:
    if connection.vendor == "sqlite":
        _dump_sqlite(target)
    else:
        _run([_tool("pg_dump"), "--format=custom", "--no-owner", "--no-privileges", f"--file={target}"])


def restore(source: Path) -> None:
    """Replace everything in the database by `source`: all of it, or nothing."""
    if connection.vendor == "sqlite":
        _restore_sqlite(source)
    else:
        _restore_postgresql(source)
    connections.close_all()


def _dump_sqlite(target: Path) -> None:
    # SQLite's own online backup: it starts anew by itself when somebody writes in between.
    with closing(_open_sqlite()) as source, closing(sqlite3.connect(target)) as copy:
        source.backup(copy)
        copy.execute("PRAGMA journal_mode=DELETE")
        _require_integrity(copy)


def _restore_sqlite(source: Path) -> None:
    with closing(sqlite3.connect(source)) as copy:
        _require_integrity(copy)
        # Written as one transaction into the living file: running processes see the old state, then the new one.
        with closing(_open_sqlite()) as target:
            copy.backup(target)


def _open_sqlite() -> sqlite3.Connection:
    return sqlite3.connect(str(connection.settings_dict["NAME"]), timeout=60)


def _require_integrity(copy: sqlite3.Connection) -> None:
    try:
        answer = copy.execute("PRAGMA integrity_check").fetchone()[0]
    except sqlite3.DatabaseError as error:
        answer = str(error)
    if answer != "ok":
        raise DomainError(_("The database is damaged: %(answer)s") % {"answer": answer})


def _restore_postgresql(source: Path) -> None:
    script = source.with_suffix(".sql")
    _run([_tool("pg_restore"), "--no-owner", "--no-privileges", f"--file={script}", str(source)], with_database=False)
    tables = ", ".join(connection.ops.quote_name(name) for name in connection.introspection.table_names())
    clearing = source.with_suffix(".clear.sql")
    clearing.write_text(f"DROP TABLE IF EXISTS {tables} CASCADE;\n" if tables else "", encoding="utf-8")
    # Our own connections would hold locks on the tables that are about to go.
    connections.close_all()
    _run(
        [
            *(_tool("psql"), "--no-psqlrc", "--quiet", "--single-transaction", "--set=ON_ERROR_STOP=1"),
            *(f"--file={clearing}", f"--file={script}"),
        ]
    )


def _tool(name: str) -> str:
    path = shutil.which(name)
    if path is None:
        raise DomainError(
            _("The program “%(name)s” is missing. Install PostgreSQL's client programs (Debian: postgresql-client).")
            % {"name": name}
        )
    return path


def _run(command: Sequence[str], *, with_database: bool = True) -> None:
    environment = {**os.environ, **_connection_environment()} if with_database else None
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)  # noqa: S603
    if done.returncode:
        reason = done.stderr.strip().splitlines()[0] if done.stderr.strip() else str(done.returncode)
        raise DomainError(_("%(program)s failed: %(reason)s") % {"program": Path(command[0]).name, "reason": reason})


def _connection_environment() -> dict[str, str]:
    """Where PostgreSQL's programs connect; the password never stands in a command that others can list."""
    parameters: dict[str, Any] = connection.get_connection_params()
    names = {"dbname": "PGDATABASE", "host": "PGHOST", "port": "PGPORT", "user": "PGUSER", "password": "PGPASSWORD"}
    names |= {"sslmode": "PGSSLMODE", "sslrootcert": "PGSSLROOTCERT"}
    return {variable: str(parameters[name]) for name, variable in names.items() if parameters.get(name)}
