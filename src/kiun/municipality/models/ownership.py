"""The one place that keeps towns apart: every owned row has a municipality, and every way in or out checks it.

django-scopes filters the default manager. Three holes remain and are closed here:
the base manager (followed by foreign keys) is scoped too, `create()` and `save()` refuse a town other than the active
one, and every foreign key to an owned row must stay inside the town. docs/privacy.md states the promise.
"""

from collections.abc import Collection, Iterable, Sequence
from typing import TYPE_CHECKING, Any, ClassVar, Self

from django.core.exceptions import PermissionDenied
from django.db import models
from django_scopes import ScopedManager, get_scope

from kiun.municipality.models.towns import Municipality


class CrossTownError(PermissionDenied):
    """A row of one town was about to be tied to another town."""


def active_town() -> Municipality | None:
    town = get_scope().get("municipality")
    return town if isinstance(town, Municipality) else None


def _owned_foreign_keys(model: type[models.Model]) -> list["models.ForeignKey[Any, Any]"]:
    return [
        field
        for field in model._meta.concrete_fields
        if isinstance(field, models.ForeignKey) and issubclass(field.related_model, OwnedModel)
    ]


class OwnedQuerySet(models.QuerySet[Any]):
    def bulk_create(self, objs: Iterable[Any], *args: Any, **kwargs: Any) -> list[Any]:
        rows = list(objs)
        check_ownership(self.model, rows)
        return super().bulk_create(rows, *args, **kwargs)

    def bulk_update(self, objs: Iterable[Any], fields: Iterable[str], *args: Any, **kwargs: Any) -> int:
        rows, names = list(objs), list(fields)
        check_ownership(self.model, rows, only=set(names))
        return super().bulk_update(rows, names, *args, **kwargs)

    def update(self, **kwargs: Any) -> int:
        if "municipality" in kwargs or "municipality_id" in kwargs:
            raise CrossTownError("A row never moves to another town")
        for field in _owned_foreign_keys(self.model):
            value = kwargs.get(field.name, kwargs.get(field.attname))
            # An expression cannot be checked here; `bulk_update` has checked its rows before it builds one.
            if value is not None and not hasattr(value, "resolve_expression"):
                key = value.pk if isinstance(value, models.Model) else value
                _check_keys(field, {key}, active_town())
        return super().update(**kwargs)


class OwnedManager(models.Manager.from_queryset(OwnedQuerySet)):  # type: ignore[misc]
    """Base of the scoped manager that every owned model gets."""


def check_ownership(model: type[models.Model], rows: Sequence[Any], only: set[str] | None = None) -> None:
    """Raise CrossTownError unless all `rows` and all rows they point to belong to the active town."""
    town = active_town()
    for row in rows:
        if row.municipality_id is None and town is not None:
            row.municipality = town
        if town is not None and row.municipality_id != town.pk:
            raise CrossTownError(f"{model._meta.label} of another town")
    for field in _owned_foreign_keys(model):
        if only is None or field.name in only or field.attname in only:
            _check_field(field, rows, town)


def _check_field(field: "models.ForeignKey[Any, Any]", rows: Sequence[Any], town: Municipality | None) -> None:
    unknown = set()
    for row in rows:
        key = getattr(row, field.attname)
        if key is None:
            continue
        if field.is_cached(row):
            if getattr(field.get_cached_value(row), "municipality_id", None) != row.municipality_id:
                raise CrossTownError(f"{field} points to another town")
        else:
            unknown.add(key)
    _check_keys(field, unknown, town)


def _check_keys(field: "models.ForeignKey[Any, Any]", keys: set[Any], town: Municipality | None) -> None:
    if not keys:
        return
    if town is None:
        raise CrossTownError(f"{field}: no town is active, so its rows cannot be checked")
    found = field.related_model._base_manager.filter(pk__in=keys, municipality=town).count()
    if found != len(keys):
        raise CrossTownError(f"{field} points to another town")


class OwnedModel(models.Model):
    municipality = models.ForeignKey(Municipality, models.PROTECT, related_name="+", editable=False)

    if TYPE_CHECKING:
        objects: ClassVar[models.Manager[Self]]
    else:
        objects = ScopedManager(municipality="municipality", _manager_class=OwnedManager)

    class Meta:
        abstract = True
        base_manager_name = "objects"

    def save(self, *args: Any, **kwargs: Any) -> None:
        fields = kwargs.get("update_fields")
        check_ownership(type(self), [self], only=None if fields is None else set(fields))
        super().save(*args, **kwargs)

    @classmethod
    def from_db(cls, db: str | None, field_names: Collection[str], values: Collection[Any], **kwargs: Any) -> Self:
        row = super().from_db(db, field_names, values, **kwargs)
        town = active_town()
        if town is not None and "municipality_id" in field_names and row.municipality_id == town.pk:
            # The active town is at hand: following `row.municipality` needs no query.
            row.municipality = town
        return row

    def parts(self) -> list["OwnedModel"]:
        """The rows that people take for one thing: one form edits them together, one history tells of them."""
        return [self]
