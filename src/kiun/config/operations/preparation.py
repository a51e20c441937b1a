"""Brings an installation up to the code that is about to serve it, and is quick when there is nothing to do."""

import fcntl
import hashlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles import finders
from django.core.cache import caches
from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.utils import timezone
from django.utils.translation import gettext as _

from kiun.dashboard.demo import load_demo
from kiun.municipality.models import Municipality

Say = Callable[[str], None]

# Any number will do, as long as it stays the same: it names the lock among all locks of the database.
DATABASE_LOCK = 4_915_487_346
STATIC_SOURCES = ".sources"


def prepare(say: Say) -> None:
    with _one_at_a_time():
        _migrate(say)
        _create_cache_table()
        _collect_static_files(say)


def load_demo_when_empty(say: Say) -> None:
    if not Municipality.objects.exists():
        say(_("Loading the demonstration town"))
        load_demo(today=timezone.localdate())


def unapplied_migrations() -> list[str]:
    executor = MigrationExecutor(connection)
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    return [f"{migration.app_label}.{migration.name}" for migration, _backwards in plan]


def static_files_are_collected() -> bool:
    stamp = settings.STATIC_ROOT / STATIC_SOURCES
    return stamp.exists() and stamp.read_text(encoding="ascii") == _digest_of_static_sources()


@contextmanager
def _one_at_a_time() -> Iterator[None]:
    """Web servers that start together on one machine, or on several with one database, wait for the first."""
    with (settings.DATA_DIR / "prepare.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        with _database_lock():
            yield


@contextmanager
def _database_lock() -> Iterator[None]:
    if connection.vendor != "postgresql":
        yield
        return
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s)", [DATABASE_LOCK])
        try:
            yield
        finally:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [DATABASE_LOCK])


def _migrate(say: Say) -> None:
    pending = unapplied_migrations()
    if pending:
        say(_("Preparing the database (%(count)s steps)") % {"count": len(pending)})
        call_command("migrate", interactive=False, verbosity=0)


def _create_cache_table() -> None:
    table = str(caches["default"]._table)  # type: ignore[attr-defined]  # noqa: SLF001 - Django gives no other way to the name
    if table not in connection.introspection.table_names():
        call_command("createcachetable", verbosity=0)


def _collect_static_files(say: Say) -> None:
    if static_files_are_collected():
        return
    say(_("Collecting style sheets, fonts and scripts"))
    call_command("collectstatic", interactive=False, verbosity=0)
    stamp: Path = settings.STATIC_ROOT / STATIC_SOURCES
    stamp.parent.mkdir(parents=True, exist_ok=True)
    stamp.write_text(_digest_of_static_sources(), encoding="ascii")


def _digest_of_static_sources() -> str:
    """Names, sizes and times of all sources; reading their content would take longer than collecting them."""
    digest = hashlib.sha256()
    for finder in finders.get_finders():
        for name, storage in finder.list([]):
            status = Path(storage.path(name)).stat()
            digest.update(f"{name}\0{status.st_size}\0{status.st_mtime_ns}\n".encode())
    return digest.hexdigest()
