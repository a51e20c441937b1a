from django.utils.translation import gettext_lazy as _

from kiun.activity.queries import changes_since
from kiun.kernel.errors import ConflictError
from kiun.municipality.models import OwnedModel


def ensure_unchanged(row: OwnedModel, seen: int | None) -> None:
    """Raise unless the newest change of `row` is the one its form was filled in from (`None`: no form was)."""
    if seen is None:
        return
    if entry := changes_since(seen, row).last():
        raise ConflictError(
            _("%(person)s has changed the same thing in the meantime. Nothing has been overwritten.")
            % {"person": entry.actor},
            details={"since": seen},
        )
