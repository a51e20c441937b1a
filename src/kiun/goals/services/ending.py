from datetime import date

from django.utils.translation import gettext_lazy as _

from kiun.kernel.errors import DomainError


def check_end(on: date, *, today: date) -> None:
    """What has a last day counts as ended, on every page and at once: so that day cannot lie ahead."""
    if on > today:
        raise DomainError(
            _("The last day lies in the future. Please choose today or an earlier day; it ends at once."), field="on"
        )
