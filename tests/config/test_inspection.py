"""Every verdict of `kiun check`, and what brings it about."""

import json
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from unittest import mock

import pytest
from django.core import checks
from django.db import DatabaseError, connection
from django.utils import timezone, translation
from django_tasks_db.models import DBTaskResult

from kiun.activity.tasks import carry_out
from kiun.config.command_line import run
from kiun.config.models import DutyRun
from kiun.config.operations import inspection
from kiun.config.operations.inspection import Level, Verdict, database, inspect_installation, machine, safety
from kiun.dashboard.demo import DEMO_PASSWORD
from kiun.kernel.schedule import duties
from kiun.municipality.models import User
from tests.factories import make_town

HTTPS = {"PUBLIC_URL": "https://kiun.example.jp", "IS_HTTPS": True}
HTTP = {"PUBLIC_URL": "http://kiun.example.jp", "IS_HTTPS": False}
LOOPBACK = {"PUBLIC_URL": "http://127.0.0.1:8000", "IS_HTTPS": False}
PRODUCTION = {"PRODUCTION": True}
TRIAL = {"PRODUCTION": False}


@pytest.fixture(autouse=True)
def _english() -> Any:
    with translation.override("en"):
        yield


@pytest.mark.parametrize(
    ("inspect", "settings_now", "level"),
    [
        (safety.mode, PRODUCTION, Level.FINE),
        (safety.mode, TRIAL | LOOPBACK, Level.FINE),
        (safety.mode, TRIAL | HTTPS, Level.WARNING),
        (
            safety.secret_key,
            PRODUCTION | {"SECRET_KEY": "k9Zq3-vLx0TtB7mPwYc5RfJdHs1NgUeAoI8yXzQ4b2WuM6CjKl"},
            Level.FINE,
        ),
        (safety.secret_key, PRODUCTION | {"SECRET_KEY": "short"}, Level.REFUSED),
        (safety.secret_key, PRODUCTION | {"SECRET_KEY": "a" * 60}, Level.REFUSED),
        (
            safety.secret_key,
            PRODUCTION | {"SECRET_KEY": "django-insecure-k9Zq3vLx0TtB7mPwYc5RfJdHs1NgUeAoI8yX"},
            Level.REFUSED,
        ),
        (safety.secret_key, TRIAL | {"SECRET_KEY": "short"}, Level.WARNING),
        (safety.debugging, PRODUCTION | {"DEBUG": False}, Level.FINE),
        (safety.debugging, PRODUCTION | {"DEBUG": True}, Level.REFUSED),
        (safety.debugging, TRIAL | {"DEBUG": True}, Level.WARNING),
        (safety.address, PRODUCTION | HTTPS, Level.FINE),
        (safety.address, PRODUCTION | HTTP | {"ALLOW_HTTP": False}, Level.REFUSED),
        (safety.address, PRODUCTION | HTTP | {"ALLOW_HTTP": True}, Level.WARNING),
        (safety.address, TRIAL | HTTP | {"ALLOW_HTTP": False}, Level.WARNING),
        (safety.address, PRODUCTION | LOOPBACK, Level.WARNING),
        (safety.address, TRIAL | LOOPBACK, Level.FINE),
        (safety.proxy, HTTPS | {"TRUSTED_PROXIES": 0}, Level.WARNING),
        (safety.proxy, HTTPS | {"TRUSTED_PROXIES": 1}, Level.FINE),
        (safety.proxy, LOOPBACK | {"TRUSTED_PROXIES": 0}, Level.FINE),
        (machine.mail, {"EMAIL_HOST": ""}, Level.WARNING),
        (machine.mail, {"EMAIL_HOST": "mail.hinata.example"}, Level.FINE),
        (machine.data_folder, {"DATA_DIR": Path("/proc")}, Level.REFUSED),
    ],
)
def test_settings(inspect: Callable[[], Verdict], settings_now: dict[str, Any], level: Level, settings: Any) -> None:
    for name, value in settings_now.items():
        setattr(settings, name, value)
    verdict = inspect()
    assert verdict.level == level
    assert bool(verdict.remedy) == (level != Level.FINE)


def test_a_data_folder_that_can_be_written(settings: Any, tmp_path: Path) -> None:
    settings.DATA_DIR = tmp_path
    assert machine.data_folder() == Verdict("data_folder", Level.FINE, f"Files are kept in {tmp_path}.")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(("free", "level"), [(machine.GIBIBYTE, Level.FINE), (machine.GIBIBYTE - 1, Level.WARNING)])
def test_free_space(free: int, level: Level) -> None:
    with mock.patch.object(machine.shutil, "disk_usage", return_value=SimpleNamespace(free=free)):
        assert machine.free_space().level == level


@pytest.mark.parametrize(
    ("is_built", "is_collected", "level"),
    [("somewhere", True, Level.FINE), ("somewhere", False, Level.REFUSED), (None, True, Level.REFUSED)],
)
def test_front_end(is_built: str | None, is_collected: bool, level: Level) -> None:
    with (
        mock.patch.object(machine.finders, "find", return_value=is_built),
        mock.patch.object(machine, "static_files_are_collected", return_value=is_collected),
    ):
        assert machine.front_end().level == level


@pytest.mark.parametrize(
    ("messages", "level"),
    [
        ([], Level.FINE),
        ([checks.Warning("old", id="app.W1")], Level.WARNING),
        ([checks.Warning("old", id="app.W1"), checks.Error("broken", hint="mend it", id="app.E1")], Level.REFUSED),
    ],
)
def test_djangos_own_checks(messages: list[checks.CheckMessage], level: Level) -> None:
    with mock.patch.object(safety.checks, "run_checks", return_value=messages):
        assert safety.framework().level == level


def test_django_finds_nothing_wrong_in_production(settings: Any) -> None:
    settings.PRODUCTION = True
    assert safety.framework() == Verdict("framework", Level.FINE, "Django finds nothing wrong.")


def test_a_database_that_does_not_answer_ends_the_inspection() -> None:
    with mock.patch.object(connection, "ensure_connection", side_effect=DatabaseError("connection refused\nat 5432")):
        verdicts = inspect_installation()
    assert verdicts[-1] == Verdict(
        "database",
        Level.REFUSED,
        "The database does not answer: connection refused.",
        "Check DATABASE_URL and whether the database server runs.",
    )


@pytest.mark.django_db
def test_missing_migrations_end_the_inspection() -> None:
    with mock.patch.object(database, "unapplied_migrations", return_value=["goals.0009_more"]):
        verdicts = inspect_installation()
    assert (verdicts[-1].subject, verdicts[-1].level) == ("migrations", Level.REFUSED)
    assert verdicts[-1].finding == "The database is 1 steps behind the program."


@pytest.mark.django_db
def test_every_inspection_has_its_say_once() -> None:
    subjects = [verdict.subject for verdict in inspect_installation()]
    groups = (*inspection.ALWAYS, *inspection.WITH_A_DATABASE, *inspection.WITH_TABLES)
    assert len(subjects) == len(set(subjects)) == len(groups)


@pytest.mark.parametrize(("system", "level"), [("ext4", Level.FINE), ("nfs4", Level.WARNING), ("cifs", Level.WARNING)])
def test_sqlite_on_a_network_drive(system: str, level: Level) -> None:
    lying = SimpleNamespace(vendor="sqlite", settings_dict={"NAME": "/data/kiun.sqlite3"})
    with (
        mock.patch.object(database, "connection", lying),
        mock.patch.object(database, "file_system_of", return_value=system),
    ):
        assert database.kind().level == level


def test_the_file_system_is_that_of_the_nearest_mount(tmp_path: Path) -> None:
    mounts = tmp_path / "mounts"
    mounts.write_text("/dev/a / ext4 rw 0 0\nserver:/x /data nfs4 rw 0 0\n/dev/b /data/local xfs rw 0 0\n")
    with mock.patch.object(database, "MOUNTS", mounts):
        found = [database.file_system_of(Path(path)) for path in ("/var/x", "/data/x", "/data/local/x", "/database/x")]
    assert found == ["ext4", "nfs4", "xfs", "ext4"]


@pytest.mark.django_db
def test_towns() -> None:
    assert database.towns().level == Level.WARNING
    make_town()
    assert database.towns() == Verdict("towns", Level.FINE, "Municipalities: 1.")


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("domains", "towns", "level"),
    [([], 1, Level.FINE), (["hinata.example.jp"], 2, Level.FINE), ([], 2, Level.REFUSED)],
)
def test_a_sign_in_service_that_vouches_for_every_town(
    domains: list[str], towns: int, level: Level, settings: Any
) -> None:
    settings.PRODUCTION = True
    app = {"provider_id": "hinata", "settings": {"email_domains": domains}}
    settings.SOCIALACCOUNT_PROVIDERS = {"openid_connect": {"APPS": [app]}}
    for slug in ("hinata", "other")[:towns]:
        make_town(slug)
    assert database.sign_in_services().level == level


@pytest.mark.django_db
@pytest.mark.parametrize(("is_production", "level"), [(True, Level.REFUSED), (False, Level.FINE)])
def test_a_demonstration_town(is_production: bool, level: Level, settings: Any) -> None:
    settings.PRODUCTION = is_production
    make_town(is_demo=True)
    assert database.demonstration().level == level


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("username", "password", "level"),
    [
        ("hinata", DEMO_PASSWORD, Level.REFUSED),
        ("hinata", "another long one", Level.FINE),
        ("tanaka", DEMO_PASSWORD, Level.FINE),
    ],
)
def test_accounts_of_the_demonstration(username: str, password: str, level: Level, settings: Any) -> None:
    """A person who happens to have such a name is no danger; one whom everybody's password lets in is."""
    settings.PRODUCTION = True
    user = User(username=username, email=f"{username}@example.jp", name="誰か")
    user.set_password(password)
    user.save()
    assert database.demonstration().level == level


@pytest.mark.django_db
def test_a_clock_that_was_set_back() -> None:
    assert database.clock().level == Level.FINE
    if connection.vendor == "sqlite":
        future = timezone.now() + timedelta(minutes=10)
        DutyRun.objects.create(duty="x", due_at=future, last_run_at=future)
    else:
        future = timezone.now() - timedelta(minutes=10)
        with mock.patch.object(database.timezone, "now", return_value=future):
            assert database.clock().level == Level.WARNING
        return
    assert database.clock().level == Level.WARNING


@pytest.mark.django_db
def test_the_schedule() -> None:
    assert database.schedule().level == Level.WARNING
    later = timezone.now() + timedelta(hours=1)
    DutyRun.objects.bulk_create(
        DutyRun(duty=duty.id, due_at=later, last_run_at=timezone.now(), was_successful=True) for duty in duties
    )
    assert database.schedule() == Verdict("schedule", Level.FINE, "The schedule runs.")
    DutyRun.objects.filter(duty="config.sessions").update(due_at=timezone.now() - timedelta(minutes=16))
    assert database.schedule().remedy == "Run “kiun up ticker”."
    DutyRun.objects.filter(duty="config.sessions").update(was_successful=False)
    assert database.schedule().finding == "These duties failed last time: config.sessions."


@pytest.mark.django_db
def test_background_work_that_nobody_does() -> None:
    carry_out.enqueue(1)
    assert database.worker().level == Level.FINE
    DBTaskResult.objects.update(enqueued_at=timezone.now() - timedelta(minutes=16))
    assert database.worker().finding == "Background work has been waiting: 1."


@pytest.mark.django_db
@pytest.mark.parametrize(("days", "level"), [(6, Level.FINE), (8, Level.WARNING)])
def test_the_age_of_the_last_backup(days: int, level: Level) -> None:
    assert database.backup().finding == "There is no backup."
    then = timezone.now() - timedelta(days=days)
    DutyRun.objects.create(duty=database.BACKUP, due_at=then, last_run_at=then)
    assert database.backup().level == level


VERDICTS = [
    Verdict("mode", Level.FINE, "Kiun runs in production."),
    Verdict("mail", Level.WARNING, "No mail is sent.", "Set KIUN_EMAIL_HOST."),
    Verdict("debug", Level.REFUSED, "Error pages show the program's inside.", "Remove KIUN_DEBUG."),
]


@pytest.mark.parametrize(("count", "code"), [(2, 0), (3, 1)])
def test_the_command_prints_a_table_and_fails_on_a_refusal(
    count: int, code: int, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LC_ALL", "en_US.UTF-8")
    with mock.patch(
        "kiun.config.management.commands.check_installation.inspect_installation", return_value=VERDICTS[:count]
    ):
        assert _code_of(["check"]) == code
    lines = capsys.readouterr().out.splitlines()
    assert lines[:3] == ["✓ Kiun runs in production.", "！ No mail is sent.", "   → Set KIUN_EMAIL_HOST."]
    assert lines[-1] == f"✓ 1   ！ 1   ✗ {count - 2}"


def test_the_command_speaks_json(capsys: pytest.CaptureFixture[str]) -> None:
    with mock.patch(
        "kiun.config.management.commands.check_installation.inspect_installation", return_value=VERDICTS[:2]
    ):
        assert _code_of(["check", "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == [
        {"subject": "mode", "level": "fine", "finding": "Kiun runs in production.", "remedy": ""},
        {"subject": "mail", "level": "warning", "finding": "No mail is sent.", "remedy": "Set KIUN_EMAIL_HOST."},
    ]


def _code_of(arguments: list[str]) -> int:
    try:
        return run(arguments)
    except SystemExit as ended:
        return int(str(ended.code))
