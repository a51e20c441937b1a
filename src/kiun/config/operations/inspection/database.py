"""What the database tells about itself and about how Kiun has been running."""

from datetime import datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.db import DatabaseError, connection
from django.utils import timezone
from django.utils.translation import gettext as _
from django_tasks_db.models import DBTaskResult

from kiun.config.models import DutyRun
from kiun.config.operations.inspection.verdicts import Verdict, fine, refused, unsafe, warning
from kiun.config.operations.preparation import unapplied_migrations
from kiun.dashboard.demo import DEMO_PASSWORD
from kiun.dashboard.demo.organisation import ACCOUNTS
from kiun.kernel.schedule import duties
from kiun.municipality.models import Municipality, User

PRECONDITIONS = {"database", "migrations"}
BACKUP = "config.backup"
OLDEST_BACKUP = timedelta(days=7)
LONGEST_SILENCE = timedelta(minutes=15)
CLOCK_TOLERANCE = timedelta(seconds=5)
NETWORK_FILE_SYSTEMS = {"nfs", "nfs4", "cifs", "smb3", "smbfs", "9p", "fuse.sshfs"}
MOUNTS = Path("/proc/self/mounts")


def connects() -> Verdict:
    try:
        connection.ensure_connection()
    except DatabaseError as error:
        return refused(
            "database",
            _("The database does not answer: %(reason)s.") % {"reason": str(error).strip().splitlines()[0]},
            _("Check DATABASE_URL and whether the database server runs."),
        )
    return fine("database", _("The database answers."))


def kind() -> Verdict:
    if connection.vendor != "sqlite":
        return fine("database_kind", _("The database is %(name)s.") % {"name": connection.display_name})
    system = file_system_of(Path(str(connection.settings_dict["NAME"])))
    if system in NETWORK_FILE_SYSTEMS:
        return warning(
            "database_kind",
            _("SQLite lies on a network drive (%(system)s), where several machines can destroy it.")
            % {"system": system},
            _("Move KIUN_DATA_DIR to a local disk; for several web servers, use PostgreSQL (DATABASE_URL)."),
        )
    return fine("database_kind", _("The database is SQLite, good for one machine."))


def file_system_of(path: Path) -> str:
    """Type of the file system that holds `path`, where the system tells (Linux); else empty."""
    if not MOUNTS.exists():
        return ""
    mounts = [line.split()[1:3] for line in MOUNTS.read_text(encoding="utf-8").splitlines()]
    holding = [(folder, system) for folder, system in mounts if path.is_relative_to(folder)]
    return max(holding, key=lambda mount: len(mount[0]))[1] if holding else ""


def migrations() -> Verdict:
    pending = unapplied_migrations()
    if pending:
        return refused(
            "migrations",
            _("The database is %(count)s steps behind the program.") % {"count": len(pending)},
            _("Take a backup, then run “kiun prepare”."),
        )
    return fine("migrations", _("The database fits the program."))


def towns() -> Verdict:
    count = Municipality.objects.count()
    if not count:
        return warning("towns", _("There is no municipality yet."), _("Create one with “kiun new-town”."))
    return fine("towns", _("Municipalities: %(count)s.") % {"count": count})


def sign_in_services() -> Verdict:
    """A service of one town must not open the accounts of another by naming an address there."""
    apps = settings.SOCIALACCOUNT_PROVIDERS["openid_connect"]["APPS"]
    unlimited = [app["provider_id"] for app in apps if not app.get("settings", {}).get("email_domains")]
    if unlimited and Municipality.objects.count() > 1:
        return unsafe(
            "sign_in_services",
            _("These sign-in services may vouch for addresses of every municipality: %(services)s.")
            % {"services": ", ".join(unlimited)},
            _("Write the municipality's own domains as “email_domains” into the settings of each in KIUN_OIDC_APPS."),
        )
    return fine("sign_in_services", _("Sign-in services: %(count)s.") % {"count": len(apps)})


def demonstration() -> Verdict:
    has_town = Municipality.objects.filter(is_demo=True).exists()
    namesakes = User.objects.filter(username__in=[account.username for account in ACCOUNTS])
    if not has_town and not any(user.check_password(DEMO_PASSWORD) for user in namesakes):
        return fine("demonstration", _("There is no demonstration town."))
    if not settings.PRODUCTION:
        return fine("demonstration", _("The demonstration town is there, as it may be while trying Kiun out."))
    return unsafe(
        "demonstration",
        _("The demonstration town's accounts are there, and everybody knows their passwords."),
        _("Begin with an empty database: set KIUN_DATA_DIR or DATABASE_URL to a new one."),
    )


def clock() -> Verdict:
    ahead = abs(_reference_time() - timezone.now())
    if ahead > CLOCK_TOLERANCE:
        return warning(
            "clock",
            _("This machine's clock is off by %(seconds)s seconds.") % {"seconds": int(ahead.total_seconds())},
            _("Let the machine set its clock by NTP."),
        )
    return fine("clock", _("The clock is right."))


def _reference_time() -> datetime:
    """The database server's clock; without a server, no time that was ever written may lie in the future."""
    now = timezone.now()
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT clock_timestamp()")
            answer: datetime = cursor.fetchone()[0]
            return answer
    latest = DutyRun.objects.exclude(last_run_at=None).order_by("-last_run_at").first()
    return max(now, latest.last_run_at) if latest and latest.last_run_at else now


def schedule() -> Verdict:
    runs = DutyRun.objects.filter(duty__in=[duty.id for duty in duties])
    failed = sorted(run.duty for run in runs if run.was_successful is False)
    if failed:
        return warning(
            "schedule",
            _("These duties failed last time: %(duties)s.") % {"duties": ", ".join(failed)},
            _("“kiun tick” runs them again; the log holds the reason."),
        )
    overdue = [duty.id for duty in duties if duty.id not in {run.duty for run in runs if not _is_overdue(run)}]
    if overdue:
        return warning(
            "schedule",
            _("Reminders and mails are not being sent: the schedule does not run."),
            _("Run “kiun up ticker”."),
        )
    return fine("schedule", _("The schedule runs."))


def _is_overdue(run: DutyRun) -> bool:
    return run.due_at < timezone.now() - LONGEST_SILENCE


def worker() -> Verdict:
    waiting = DBTaskResult.objects.ready().filter(enqueued_at__lt=timezone.now() - LONGEST_SILENCE).count()
    if waiting:
        return warning(
            "worker", _("Background work has been waiting: %(count)s.") % {"count": waiting}, _("Run “kiun up worker”.")
        )
    return fine("worker", _("No background work is left lying."))


def backup() -> Verdict:
    last = DutyRun.objects.filter(duty=BACKUP).first()
    if last is None or last.last_run_at is None:
        return warning("backup", _("There is no backup."), _("Run “kiun backup” every night, for example by cron."))
    day = timezone.localdate(last.last_run_at)
    if timezone.now() - last.last_run_at > OLDEST_BACKUP:
        return warning(
            "backup",
            _("The last backup is of %(day)s.") % {"day": day},
            _("Run “kiun backup” every night, for example by cron."),
        )
    return fine("backup", _("The last backup is of %(day)s.") % {"day": day})
