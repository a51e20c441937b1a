"""What the machine has to offer."""

import shutil
from tempfile import TemporaryFile

from django.conf import settings
from django.contrib.staticfiles import finders
from django.utils.translation import gettext as _

from kiun.config.operations.inspection.verdicts import Verdict, fine, refused, warning
from kiun.config.operations.preparation import static_files_are_collected

FRONT_END = "kiun/build"
GIBIBYTE = 1024**3


def data_folder() -> Verdict:
    try:
        with TemporaryFile(dir=settings.DATA_DIR):
            pass
    except OSError as error:
        return refused(
            "data_folder",
            _("Nothing can be written to %(folder)s: %(reason)s.")
            % {"folder": settings.DATA_DIR, "reason": error.strerror},
            _("Give the folder to the account that runs Kiun, or set KIUN_DATA_DIR to another one."),
        )
    return fine("data_folder", _("Files are kept in %(folder)s.") % {"folder": settings.DATA_DIR})


def free_space() -> Verdict:
    free = shutil.disk_usage(settings.DATA_DIR).free
    words = _("%(size)s GiB are free for data.") % {"size": f"{free / GIBIBYTE:.1f}"}
    if free < GIBIBYTE:
        return warning("free_space", words, _("Make room on the disk, or move KIUN_DATA_DIR to a larger one."))
    return fine("free_space", words)


def front_end() -> Verdict:
    if finders.find(FRONT_END) is None:
        return refused(
            "front_end",
            _("Style sheets and scripts have not been built."),
            _("Run “make build”, or bring src/kiun/ui/static/kiun/build from a machine where it was built."),
        )
    if not static_files_are_collected():
        return refused("front_end", _("Style sheets and scripts are out of date."), _("Run “kiun prepare”."))
    return fine("front_end", _("Style sheets and scripts are in place."))


def mail() -> Verdict:
    if not settings.EMAIL_HOST:
        return warning(
            "mail",
            _("No mail is sent: notices stay inside Kiun, and forgotten passwords cannot be reset by mail."),
            _("Set KIUN_EMAIL_HOST."),
        )
    return fine("mail", _("Mail goes out by %(host)s.") % {"host": settings.EMAIL_HOST})
