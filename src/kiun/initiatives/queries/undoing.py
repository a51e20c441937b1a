"""What taking back a revision would do: which of its values can be put back, because nobody has changed them since."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.core.exceptions import FieldDoesNotExist
from django.db import models
from django.utils.translation import gettext as _

from kiun.activity.history import say_value
from kiun.initiatives.models import Initiative, Mode, Revision, RevisionItem
from kiun.initiatives.queries.comparison.kinds import GOALS_SERVED
from kiun.initiatives.queries.comparison.table import same
from kiun.initiatives.queries.comparison.words import name_of_field
from kiun.initiatives.queries.need_words import NEEDS, needs_in_words
from kiun.initiatives.queries.served_goals import say_goals
from kiun.kernel.changes import snapshot
from kiun.municipality.models import OwnedModel

PUT_BACK, REMOVE, BRING_BACK = "put_back", "remove", "bring_back"
MINE = "initiatives."


@dataclass(frozen=True, kw_only=True)
class PutBack:
    """One value: as it is now, and as it will be again."""

    name: str
    label: str
    now: str
    back: str


@dataclass(frozen=True, kw_only=True)
class UndoStep:
    """What happens to one row; `values` are recorded ones, by field. `kept` says why something stays as it is."""

    item: RevisionItem
    act: str
    values: Mapping[str, Any]
    told: tuple[PutBack, ...] = ()
    kept: tuple[str, ...] = ()

    @property
    def does_something(self) -> bool:
        return self.act in (REMOVE, BRING_BACK) or bool(self.values)


def undo_steps(revision: Revision) -> list[UndoStep]:
    return [_step(item) for item in revision.items.all()]


def row_of(item: RevisionItem) -> OwnedModel | None:
    """The row as it is now, of the tables of this room: what other rooms hold changes by their own services."""
    if not item.object_type.startswith(MINE):
        return None
    model: Any = apps.get_model(item.object_type)
    row: OwnedModel | None = model.objects.filter(pk=item.object_id).first()
    return row


def value_now(row: OwnedModel, name: str) -> Any:
    if isinstance(row, Mode) and name in NEEDS:
        return needs_in_words([row.pk]).get(row.pk, {}).get(name, "")
    if isinstance(row, Initiative) and name == GOALS_SERVED:
        return say_goals(served.goal for served in row.served_goals.select_related("goal"))
    return snapshot(row, only=[name]).get(name)


def _step(item: RevisionItem) -> UndoStep:
    row = row_of(item)
    if not item.object_type.startswith(MINE) or _is_whole_mode(item):
        return _nothing(item, _("This is changed on its own page."))
    if not item.after:
        return _of_removed(item, row)
    if row is None:
        return _nothing(item, _("It has been removed since."))
    if not item.before:
        return _of_added(item, row)
    return _of_changed(item, row)


def _is_whole_mode(item: RevisionItem) -> bool:
    """A way with all that it needs: the record holds the needs in words only."""
    return item.object_type == Mode._meta.label_lower and not (item.before and item.after)


def _nothing(item: RevisionItem, why: str) -> UndoStep:
    return UndoStep(item=item, act=PUT_BACK, values={}, kept=(why,))


def _of_removed(item: RevisionItem, row: OwnedModel | None) -> UndoStep:
    if row is not None:
        return _nothing(item, _("It is there again already."))
    if any(not _exists(item.object_type, name, value) for name, value in item.before.items()):
        return _nothing(item, _("What it belonged to is no longer there."))
    return UndoStep(item=item, act=BRING_BACK, values=item.before)


def _of_added(item: RevisionItem, row: OwnedModel) -> UndoStep:
    if isinstance(row, Initiative):
        return _nothing(item, _("An initiative is not removed. To give it up, stop it."))
    changed = [name for name, value in item.after.items() if not same(value_now(row, name), value)]
    if changed:
        return _nothing(item, _("It has been changed since, and stays."))
    return UndoStep(item=item, act=REMOVE, values={})


def _of_changed(item: RevisionItem, row: OwnedModel) -> UndoStep:
    values = {name: value for name, value in item.before.items() if same(value_now(row, name), item.after.get(name))}
    kept = [name for name in item.before if name not in values]
    lost = [name for name, value in values.items() if not _exists(item.object_type, name, value)]
    values = {name: value for name, value in values.items() if name not in lost}
    told = tuple(_told(item, row, name, value) for name, value in values.items())
    return UndoStep(item=item, act=PUT_BACK, values=values, told=told, kept=tuple(_say_kept(item, kept, lost)))


def _told(item: RevisionItem, row: OwnedModel, name: str, value: Any) -> PutBack:
    return PutBack(
        name=name,
        label=name_of_field(item.object_type, name),
        now=say_value(item.object_type, name, value_now(row, name)),
        back=say_value(item.object_type, name, value),
    )


def _say_kept(item: RevisionItem, changed: list[str], lost: list[str]) -> Iterator[str]:
    for name in changed:
        yield _("%(field)s has been changed since, and stays.") % {"field": name_of_field(item.object_type, name)}
    for name in lost:
        yield _("%(field)s cannot be put back from the record. Change it on its own page.") % {
            "field": name_of_field(item.object_type, name)
        }


def _exists(object_type: str, name: str, value: Any) -> bool:
    if name in NEEDS:
        return False
    if not isinstance(value, dict):
        return True
    try:
        field = apps.get_model(object_type)._meta.get_field(name)
    except FieldDoesNotExist:
        return False
    target: Any = field.related_model
    return isinstance(field, models.ForeignKey) and bool(target._base_manager.filter(pk=value["id"]).exists())
