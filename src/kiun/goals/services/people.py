"""Who answers for a goal or an indicator: a post that may enter data, and never the same one as owner and deputy."""

from collections.abc import Set as AbstractSet
from datetime import date

from django.utils.translation import gettext_lazy as _

from kiun.goals.models import Goal, Indicator
from kiun.kernel.errors import DomainError
from kiun.municipality.models import Membership


def people_of(row: Goal | Indicator | None) -> frozenset[int | None]:
    """The posts that answer for `row` as it is stored."""
    return frozenset({row.owner_id, getattr(row, "deputy_id", None)}) if row else frozenset()


def check_people(row: Goal | Indicator, *, before: AbstractSet[int | None], on: date) -> None:
    """Raise unless whoever is named anew may own. Those of `before` stay until somebody hands over."""
    for field in ("owner", "deputy"):
        post: Membership | None = getattr(row, field, None)
        if post and post.pk not in before and not post.may_own(on):
            raise DomainError(
                _("%(name)s cannot be in charge: choose somebody who is in office and may enter data.")
                % {"name": post},
                field=field,
            )
    if isinstance(row, Indicator) and row.owner_id == row.deputy_id and before != {row.owner_id}:
        raise DomainError(_("Choose another person as deputy."), field="deputy")
