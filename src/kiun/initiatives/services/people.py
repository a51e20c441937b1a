"""Who can be given work: a post in office that may enter data. Whoever has it already keeps it until a handover."""

from collections.abc import Set as AbstractSet
from datetime import date

from django.utils.translation import gettext_lazy as _

from kiun.kernel.errors import DomainError
from kiun.municipality.models import Membership


def check_person(post: Membership | None, *, before: AbstractSet[int | None], on: date, field: str) -> None:
    if post and post.pk not in before and not post.may_own(on):
        raise DomainError(
            _("%(name)s cannot be in charge: choose somebody who is in office and may enter data.") % {"name": post},
            field=field,
        )
