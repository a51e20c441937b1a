"""From the upload to the agreement: a file waits beside the plan, and the plan knows nothing of it."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from kiun.activity.models import JobState
from kiun.activity.services import start_job
from kiun.goals.models import ImportState, Plan, PlanImport, PlanStatus
from kiun.goals.plan_files import Choices, PlanFacts, PlanReading, RowProblem, Severity, SheetChoice, read_plan
from kiun.goals.queries.directory import Directory, directory
from kiun.goals.queries.plan_contents import PlanContents, plan_contents
from kiun.goals.services.plan_import.comparing import compare
from kiun.goals.services.plan_import.differences import PlanDifference
from kiun.kernel.errors import ConflictError
from kiun.kernel.fiscal_year import fiscal_year_of
from kiun.kernel.tabular import read_workbook
from kiun.municipality.actors import Actor, require

JOB_KIND = "goals.import_plan"
YEARS_OF_A_PLAN = 5
UNCONFIRMED_FOR = timedelta(days=30)  # the preview of a plan goes round among the departments
UNNAMED = "計画"


@dataclass(frozen=True)
class Review:
    """Everything a person looks at before agreeing."""

    reading: PlanReading
    contents: PlanContents
    difference: PlanDifference
    facts: PlanFacts

    @property
    def can_be_applied(self) -> bool:
        return not self.difference.errors and not self.difference.is_empty


@transaction.atomic
def upload_plan_file(*, actor: Actor, name: str, content: bytes, plan: Plan | None) -> PlanImport:
    """Keep the file until it is agreed to or discarded. What cannot be read at all is refused here."""
    require(actor, "goals.import_plan")
    read_workbook(content, name=name)
    staged = PlanImport(
        municipality=actor.municipality,
        name=name[:200],
        digest=hashlib.sha256(content).hexdigest(),
        content=content,
        plan=plan,
        created_by=actor.membership,
    )
    staged.save()
    return staged


def read_staged(staged: PlanImport, today: date) -> PlanReading:
    """The file as it is understood with the corrections made so far."""
    _ensure_open(staged)
    workbook = read_workbook(bytes(staged.content), name=staged.name)
    return read_plan(workbook, Choices.from_json(staged.choices), today)


def review(actor: Actor, staged: PlanImport) -> Review:
    return review_reading(actor, read_staged(staged, actor.on), Choices.from_json(staged.choices), staged.plan)


def review_reading(actor: Actor, reading: PlanReading, choices: Choices, plan: Plan | None) -> Review:
    contents = plan_contents(plan)
    people = directory(actor.on)
    difference = compare(reading.document, contents, people, choices, _fallback(actor, people), actor.on)
    facts = plan_facts(reading, choices, actor.on)
    if plan is None and (taken := _name_is_taken(facts)):
        difference = replace(difference, problems=(*difference.problems, taken))
    return Review(reading, contents, difference, facts)


def _name_is_taken(facts: PlanFacts) -> RowProblem | None:
    if not Plan.objects.filter(name=facts.name, edition="").exists():
        return None
    what = _("There is already a plan “%(name)s”.") % {"name": facts.name}
    how = _("Give the new plan another name, or choose the existing one at the upload to bring it up to date.")
    return RowProblem(Severity.ERROR, "", 0, "", what, how)


def plan_facts(reading: PlanReading, choices: Choices, today: date) -> PlanFacts:
    """Name and years of a new plan: as corrected, as recognised, or what is usual."""
    found = reading.document.facts
    first = choices.first_year or found.first_year or fiscal_year_of(today).year
    last = choices.last_year or found.last_year or first + YEARS_OF_A_PLAN - 1
    return PlanFacts(choices.name or found.name or UNNAMED, first, max(first, last), choices.is_public)


def _fallback(actor: Actor, people: Directory) -> Any:
    post = actor.membership
    return post if post and post.may_own(actor.on) else people.first_admin


@transaction.atomic
def correct_columns(*, actor: Actor, staged: PlanImport, sheet: str, choice: SheetChoice) -> None:
    _change_choices(actor, staged, lambda choices: choices.with_sheet(sheet, choice))


@transaction.atomic
def choose(*, actor: Actor, staged: PlanImport, choices: Mapping[str, Any]) -> None:
    """Decisions of the preview: rows left out, departments, rows that end, name of a new plan and who sees it."""
    _change_choices(actor, staged, lambda present: replace(present, **choices))


def _change_choices(actor: Actor, staged: PlanImport, change: Any) -> None:
    require(actor, "goals.import_plan")
    stored = PlanImport.objects.select_for_update(of=("self",)).select_related("job").get(pk=staged.pk)
    _ensure_open(stored)
    stored.choices = change(Choices.from_json(stored.choices)).as_json()
    stored.save(update_fields=["choices"])
    staged.choices = stored.choices


@transaction.atomic
def confirm_import(*, actor: Actor, staged: PlanImport, agreed: str) -> PlanImport:
    """Hand the work to the background. `agreed` is the digest of the differences that the person has seen: the work
    compares once more and does nothing if it would do anything else.
    """
    require(actor, "goals.import_plan")
    stored = PlanImport.objects.select_for_update(of=("self",)).select_related("job").get(pk=staged.pk)
    _ensure_open(stored)
    stored.agreed = agreed
    stored.job = start_job(
        actor=actor,
        kind=JOB_KIND,
        label=_("Import of %(file)s") % {"file": stored.name},
        parameters={"import": stored.pk},
    )
    stored.save(update_fields=["agreed", "job"])
    return stored


@transaction.atomic
def discard_import(*, actor: Actor, staged: PlanImport) -> None:
    require(actor, "goals.import_plan")
    stored = PlanImport.objects.select_for_update(of=("self",)).select_related("job").get(pk=staged.pk)
    _ensure_open(stored)
    stored.state, stored.content = ImportState.DISCARDED, b""
    stored.save(update_fields=["state", "content"])


def forget_unconfirmed_imports() -> int:
    """Of the active town: nobody came back to them."""
    old = PlanImport.objects.filter(state=ImportState.UPLOADED, created_at__lt=timezone.now() - UNCONFIRMED_FOR)
    being_applied = Q(job__state__in=[JobState.WAITING, JobState.RUNNING])
    return old.exclude(being_applied).update(state=ImportState.DISCARDED, content=b"")


def _ensure_open(staged: PlanImport) -> None:
    if staged.state == ImportState.APPLIED:
        raise ConflictError(_("This file has already been taken over. To bring in a newer one, upload it again."))
    if staged.state == ImportState.DISCARDED:
        raise ConflictError(_("This file was discarded. Please upload it again."))
    if staged.is_being_applied:
        raise ConflictError(_("This file is being taken over at the moment."))


def new_plan(actor: Actor, facts: PlanFacts) -> Plan:
    assert facts.first_year is not None
    assert facts.last_year is not None
    return Plan(
        municipality=actor.municipality,
        name=facts.name,
        first_year=facts.first_year,
        last_year=facts.last_year,
        status=PlanStatus.CURRENT,
        is_public=facts.is_public,
    )
