"""What every address of this room does alike: demand a key, turn pages, follow references, hold what changes."""

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Annotated, Any, TypeVar

from django.db import transaction
from django.db.models import Model, QuerySet
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from ninja import Schema
from pydantic import Field

from kiun.activity.queries import town_version
from kiun.activity.services.conflicts import ensure_unchanged
from kiun.goals import access
from kiun.kernel.api_fields import Change, Id
from kiun.kernel.errors import DomainError, MissingVersionError
from kiun.municipality.api_access import AccessKey, ApiRequest
from kiun.municipality.models import OwnedModel

READ = AccessKey(access.READ)
WRITE = AccessKey(access.WRITE)
MEASURE = AccessKey(access.MEASURE)
PUSH = AccessKey(access.PUSH, for_source=True)

R = TypeVar("R", bound=OwnedModel)
M = TypeVar("M", bound=Model)


class PageQuery(Schema):
    after: Annotated[Id | None, Field(default=None, description="`next` of the page before.")]
    limit: Annotated[int, Field(default=100, ge=1, le=1000)]


def page_of(request: ApiRequest, rows: QuerySet[Any], wanted: PageQuery) -> dict[str, Any]:
    """Pages by key: a row that is added or removed in between neither hides nor doubles another."""
    version = town_version(request.town)
    if wanted.after is not None:
        rows = rows.filter(pk__gt=wanted.after)
    found = list(rows.order_by("pk")[: wanted.limit + 1])
    items = found[: wanted.limit]
    return {"items": items, "next": items[-1].pk if len(found) > wanted.limit else None, "version": version}


def referred(rows: QuerySet[M], pk: int | None, field: str) -> M | None:
    """The row that a key in the body names, out of those that the caller may see."""
    if pk is None:
        return None
    row = rows.filter(pk=pk).first()
    if row is None:
        raise DomainError(
            _("%(field)s: there is no %(pk)s in your municipality.") % {"field": field, "pk": pk}, field=field
        )
    return row


@contextmanager
def being_changed(request: ApiRequest, rows: QuerySet[R], pk: int, change: Change) -> Iterator[R]:
    """The row as it is, held until the change is written, and refused if it is not the one the caller has seen."""
    with transaction.atomic():
        row = get_object_or_404(rows.select_for_update(of=("self",)), pk=pk)
        ensure_unchanged(row, _seen(request, change))
        yield row


def _seen(request: ApiRequest, change: Change) -> int | None:
    header = request.headers.get("If-Match", "").strip()
    if header == "*":
        return None
    if tag := re.match(r'(?:W/)?"([0-9]{1,18})-', header):
        return int(tag[1])
    if header or change.version is None:
        raise MissingVersionError(
            _("Send the `version` that you have read, or its ETag as If-Match: nobody's change is overwritten then."),
            field="version",
        )
    return change.version


def with_fields(row: M, fields: Mapping[str, Any]) -> M:
    for name, value in fields.items():
        setattr(row, name, value)
    return row
