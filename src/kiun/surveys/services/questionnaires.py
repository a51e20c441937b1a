"""A questionnaire as a whole: made, copied, continued in a new version, deleted."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from kiun.activity.services.conflicts import ensure_unchanged
from kiun.kernel.changes import Verb, change_of, snapshot
from kiun.kernel.errors import DomainError
from kiun.municipality.actors import Actor, record, require
from kiun.municipality.models import Department
from kiun.surveys.models import Item, Questionnaire, Section
from kiun.surveys.ready_made import ReadyItem, ReadySet

LONGEST_NAME = 120
PARTS_OF_A_SECTION = ("order", "title", "title_en", "text", "text_en")
PARTS_OF_AN_ITEM = (
    "order", "key", "kind", "text", "text_en", "help", "help_en", "is_required", "offers_unknown", "settings",
    "choices", "rows", "only_if",
)  # fmt: skip


def department_of(actor: Actor) -> Department | None:
    """For which department the person makes something: None is the DX office."""
    if actor.is_admin or actor.user is None:
        return None
    posts = (post for post in actor.memberships if post.pk in actor.owning_ids and post.department)
    found = next((post.department for post in posts), None)
    if found is None:
        raise DomainError(_("You serve in no department for which you could ask. Please ask the DX office."))
    return found


@transaction.atomic
def create_questionnaire(*, actor: Actor, questionnaire: Questionnaire) -> Questionnaire:
    """With one section, so that questions have a place."""
    made = _begin(actor, questionnaire)
    Section(municipality=actor.municipality, questionnaire=made).save()
    return made


def _begin(actor: Actor, questionnaire: Questionnaire) -> Questionnaire:
    require(actor, "surveys.make_survey")
    questionnaire.municipality = actor.municipality
    questionnaire.department = questionnaire.department or department_of(actor)
    questionnaire.owner = actor.membership
    questionnaire.full_clean(exclude=["municipality"])
    questionnaire.save()
    record(actor, change_of(questionnaire, Verb.CREATED))
    return questionnaire


def locked_draft(actor: Actor, questionnaire: Questionnaire) -> Questionnaire:
    """For whoever writes in it; nobody else does until the transaction ends."""
    require(actor, "surveys.change_questionnaire", questionnaire)
    stored = Questionnaire.objects.select_for_update(of=("self",)).select_related("department").get(pk=questionnaire.pk)
    if stored.is_locked:
        raise DomainError(
            _("People have been asked with this version, so it stays as it is. Make a new version to change it.")
        )
    return stored


@transaction.atomic
def change_questionnaire(
    *, actor: Actor, questionnaire: Questionnaire, facts: Mapping[str, Any], seen: int | None = None
) -> Questionnaire:
    """Name and notes change in a locked version too: they are not what people were asked."""
    require(actor, "surveys.change_questionnaire", questionnaire)
    stored = Questionnaire.objects.select_for_update().get(pk=questionnaire.pk)
    ensure_unchanged(stored, seen)
    before = snapshot(stored)
    for name, value in facts.items():
        setattr(stored, name, value)
    stored.full_clean(exclude=["municipality"])
    stored.save()
    record(actor, change_of(stored, Verb.CHANGED, before))
    return stored


@transaction.atomic
def copy_questionnaire(*, actor: Actor, questionnaire: Questionnaire) -> Questionnaire:
    """As a questionnaire of one's own, whose answers are compared with no earlier ones."""
    name = _("Copy of %(title)s") % {"title": questionnaire.name}
    copy = Questionnaire(name=name[:LONGEST_NAME], note=questionnaire.note, origin=questionnaire.origin)
    _begin(actor, copy)
    _copy_content(questionnaire, copy)
    return copy


@transaction.atomic
def make_new_version(*, actor: Actor, questionnaire: Questionnaire) -> Questionnaire:
    """Its items keep their keys: what they are answered stays comparable. There is one draft at a time."""
    require(actor, "surveys.change_questionnaire", questionnaire)
    family = Questionnaire.objects.filter(family=questionnaire.family)
    # Whoever makes a version of the same questionnaire meanwhile waits here, and finds this one.
    versions = list(family.select_for_update().order_by("-number"))
    newest = versions[0]
    if not newest.is_locked:
        return newest
    version = Questionnaire(
        municipality=actor.municipality,
        family=newest.family,
        number=newest.number + 1,
        name=newest.name,
        note=newest.note,
        origin=newest.origin,
        department_id=newest.department_id,
        owner=actor.membership,
    )
    version.save()
    _copy_content(questionnaire, version)
    record(actor, change_of(version, Verb.CREATED))
    return version


def _copy_content(source: Questionnaire, target: Questionnaire) -> None:
    sections = {}
    for section in source.sections.all():
        copy = Section(municipality=target.municipality, questionnaire=target)
        for name in PARTS_OF_A_SECTION:
            setattr(copy, name, getattr(section, name))
        copy.save()
        sections[section.pk] = copy
    Item.objects.bulk_create(
        [
            Item(
                municipality=target.municipality,
                questionnaire=target,
                section=sections[item.section_id],
                **{name: getattr(item, name) for name in PARTS_OF_AN_ITEM},
            )
            for item in source.items.all()
        ]
    )


@transaction.atomic
def delete_questionnaire(*, actor: Actor, questionnaire: Questionnaire) -> None:
    """A version that nobody was asked with."""
    stored = locked_draft(actor, questionnaire)
    if survey := stored.surveys.order_by("pk").first():
        raise DomainError(_("The survey “%(survey)s” asks this. Delete that survey first.") % {"survey": survey})
    change = change_of(stored, Verb.DELETED, snapshot(stored))
    stored.delete()
    record(actor, change)


@transaction.atomic
def take_ready_set(*, actor: Actor, ready: ReadySet) -> Questionnaire:
    questionnaire = _begin(actor, Questionnaire(name=ready.name, note=ready.note, origin=ready.origin))
    for order, part in enumerate(ready.sections, start=1):
        section = Section(
            municipality=actor.municipality,
            questionnaire=questionnaire,
            order=order,
            title=part.title,
            title_en=part.title_en,
        )
        section.save()
        Item.objects.bulk_create(ready_rows(questionnaire, section, part.items))
    return questionnaire


def ready_rows(questionnaire: Questionnaire, section: Section, items: Iterable[ReadyItem]) -> list[Item]:
    return [
        Item(
            municipality=questionnaire.municipality,
            questionnaire=questionnaire,
            section=section,
            order=order,
            **item.fields(),
        )
        for order, item in enumerate(items, start=1)
    ]


def keys_of_family(questionnaire: Questionnaire) -> set[str]:
    """Of all items that were ever asked in it: none comes back for another question."""
    rows = Item.objects.filter(questionnaire__family=questionnaire.family).order_by()
    return set(rows.values_list("key", flat=True))


def next_order(rows: Any) -> int:
    newest: int | None = rows.order_by().aggregate(newest=Max("order"))["newest"]
    return (newest or 0) + 1
