"""A survey before it opens, and the last day while it runs: nothing else changes once somebody may have answered."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kiun.activity.services.conflicts import ensure_unchanged
from kiun.kernel.changes import Verb, change_of, snapshot
from kiun.kernel.errors import DomainError
from kiun.municipality.actors import Actor, record, require
from kiun.surveys.models import Anonymity, Audience, Survey
from kiun.surveys.services.questionnaires import department_of
from kiun.surveys.services.tickets import new_secret
from kiun.ui.dates import long_date

BEGUN = gettext_lazy("This survey has begun, so how it asks stays as it is. Make a new one to ask differently.")


@transaction.atomic
def create_survey(*, actor: Actor, survey: Survey) -> Survey:
    require(actor, "surveys.make_survey")
    survey.municipality = actor.municipality
    survey.department = survey.department or department_of(actor)
    survey.owner = survey.owner or actor.membership
    survey.code, survey.opens_on = new_secret(), actor.on
    require(actor, "surveys.change_survey", survey)
    _check(survey, actor.on)
    survey.full_clean(exclude=["municipality"])
    survey.save()
    record(actor, change_of(survey, Verb.CREATED))
    return survey


@transaction.atomic
def change_survey(*, actor: Actor, survey: Survey, facts: Mapping[str, Any], seen: int | None = None) -> Survey:
    stored = locked_draft_survey(actor, survey)
    ensure_unchanged(stored, seen)
    before = snapshot(stored)
    for name, value in facts.items():
        setattr(stored, name, value)
    stored.opens_on = actor.on
    require(actor, "surveys.change_survey", stored)
    _check(stored, actor.on)
    stored.full_clean(exclude=["municipality"])
    stored.save()
    record(actor, change_of(stored, Verb.CHANGED, before))
    return stored


def locked_draft_survey(actor: Actor, survey: Survey) -> Survey:
    require(actor, "surveys.change_survey", survey)
    stored = _locked(survey)
    if not stored.is_draft:
        raise DomainError(BEGUN)
    return stored


def _locked(survey: Survey) -> Survey:
    rows = Survey.objects.select_for_update(of=("self",)).select_related("department", "questionnaire", "municipality")
    return rows.get(pk=survey.pk)


def _check(survey: Survey, on: date) -> None:
    if survey.closes_on < on:
        raise DomainError(_("The last day lies in the past. Choose today or a later day."), field="closes_on")
    if survey.audience == Audience.STAFF:
        _check_staff(survey)
    elif survey.anonymity == Anonymity.NAMED:
        raise DomainError(
            _("With names only staff can be asked: of others Kiun does not know who they are."), field="anonymity"
        )
    if survey.offers_pairing and survey.anonymity == Anonymity.NAMED:
        raise DomainError(_("With names, answers are tied over time already. Leave this out."), field="offers_pairing")


def _check_staff(survey: Survey) -> None:
    if survey.has_open_link:
        raise DomainError(
            _("Staff are invited one by one, so that nobody answers twice. An address for everybody is for residents "
              "and partners."),
            field="has_open_link",
        )  # fmt: skip


@transaction.atomic
def delete_survey(*, actor: Actor, survey: Survey) -> None:
    stored = locked_draft_survey(actor, survey)
    change = change_of(stored, Verb.DELETED, snapshot(stored))
    stored.delete()
    record(actor, change)


@transaction.atomic
def extend_survey(*, actor: Actor, survey: Survey, until: date) -> Survey:
    require(actor, "surveys.open_survey", survey)
    stored = _locked(survey)
    if not stored.is_open:
        raise DomainError(_("Only a survey that runs can be extended."))
    if until <= max(stored.closes_on, actor.on):
        raise DomainError(
            _("Choose a day after the present one, %(day)s.") % {"day": long_date(stored.closes_on)}, field="until"
        )
    before = snapshot(stored)
    stored.closes_on = until
    stored.save(update_fields=["closes_on"])
    record(actor, change_of(stored, Verb.CHANGED, before))
    return stored
