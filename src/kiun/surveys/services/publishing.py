"""A survey is over: once and for all it is decided what of it may be shown."""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import numpy as np
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from kiun.activity.services import start_job
from kiun.analysis.survey_stats import Census, Standing, Suppression, Table, suppress
from kiun.analysis.survey_stats.arrays import Flags
from kiun.analysis.survey_stats.changes import FEWEST_PEOPLE
from kiun.kernel.errors import DomainError
from kiun.municipality.actors import system_actor
from kiun.municipality.models import Department, Municipality
from kiun.surveys.disclosure import BY_GRADE, BY_ROLE, GRADES, ROLES, TOWN, Disclosure, Ints, told_by_grade, told_where
from kiun.surveys.models import Audience, Item, Publication, Survey, Tally
from kiun.surveys.models.questionnaires import TEXTS
from kiun.surveys.queries.census import DepartmentTree, census_of, tree_of_today
from kiun.surveys.queries.results.sheets import sheet_table

JOB_KIND = "surveys.publish"


def publish_later(survey: Survey) -> None:
    """As soon as a worker is free."""
    label = _("Results: %(survey)s") % {"survey": survey}
    start_job(actor=system_actor(survey.municipality), kind=JOB_KIND, label=label, parameters={"survey": survey.pk})


@transaction.atomic
def publish_survey(survey: Survey) -> Publication:
    """Idempotent: what has been published stays as it is."""
    # One after the other in a town: each is decided knowing all that were shown before.
    Municipality.objects.select_for_update(no_key=True).get(pk=survey.municipality_id)
    if published := Publication.objects.filter(survey=survey).first():
        return published
    stored = Survey.objects.select_related("questionnaire").get(pk=survey.pk)
    if not stored.is_closed:
        raise DomainError(_("Only a survey that is over can be published."))
    row = Publication(survey=stored, arrays=_decided(stored).packed(), tree=_names(stored.opens_on))
    row.save()
    return row


def published_before(survey: Survey) -> QuerySet[Publication]:
    """Surveys of the same people that asked the same: another version, or a question in the same words."""
    rows = Publication.objects.filter(survey__audience=survey.audience).exclude(survey=survey)
    alike = _asking_the_same(survey, rows.values("survey__questionnaire"))
    same = Q(survey__questionnaire__family=survey.questionnaire.family) | Q(survey__questionnaire__in=alike)
    return rows.filter(same).select_related("survey").order_by("pk")


def _asking_the_same(survey: Survey, questionnaires: "QuerySet[Publication, Any]") -> set[int]:
    choices = Item.objects.exclude(kind__in=TEXTS)
    asked = set(map(_words_of, choices.filter(questionnaire=survey.questionnaire_id).values_list("text", flat=True)))
    others = choices.filter(questionnaire__in=questionnaires).values_list("questionnaire", "text")
    return {questionnaire for questionnaire, text in others if _words_of(text) in asked}


def _words_of(text: str) -> str:
    """Without what makes no other question of it: width, spaces, punctuation."""
    return re.sub(r"[\W_]+", "", unicodedata.normalize("NFKC", text)).casefold()


def _decided(survey: Survey) -> Disclosure:
    earlier = [(row.survey, Disclosure.unpacked(row.arrays)) for row in published_before(survey)]
    tree = tree_of_today({key for _survey, one in earlier for key in one.departments.tolist()})
    is_staff, census = survey.audience == Audience.STAFF, census_of(survey, tree)
    crossings = [BY_ROLE, BY_GRADE] if is_staff else []
    found = suppress(census, [_shown_then(*one, tree) for one in earlier], crossings=crossings)
    by_grade = _standing(found, BY_GRADE, len(GRADES))[TOWN]
    asked = _left_out_by_some(survey)
    told = _told(survey, tree, asked)
    grades = _told_by_grade(survey, census, asked, told, by_grade) if is_staff else {}
    return Disclosure(
        departments=tree.departments,
        parents=tree.parents,
        shown=found.table().standing[:, 0],
        shown_by_role=_standing(found, BY_ROLE, len(ROLES)),
        shown_by_grade=by_grade,
        questions=np.array(list(asked), np.str_),
        told=_stacked([told[name] for name in asked], len(tree.parents), 1 + len(ROLES)),
        told_by_grade=_stacked([grades.get(name, np.zeros(len(GRADES), np.bool_)) for name in asked], len(GRADES)),
    )


def _stacked(rows: Sequence[Flags], *shape: int) -> Flags:
    return np.array(rows, np.bool_).reshape(len(rows), *shape)


def _left_out_by_some(survey: Survey) -> dict[str, Flags]:
    """By question: (sheets) who answered."""
    columns = sheet_table(survey).columns
    asked = {name: who for key, column in columns.items() for name, who in column.questions(key).items()}
    return {name: answered for name, answered in asked.items() if not answered.all()}


def _told(survey: Survey, tree: DepartmentTree, asked: Mapping[str, Flags]) -> dict[str, Flags]:
    """Where what those said who answered may be told."""
    table, place = sheet_table(survey), tree.place
    units = np.array([place[key] for key in table.departments.tolist()], np.int64)
    return {name: told_where(tree.parents, units[who], table.roles[who]) for name, who in asked.items()}


def _told_by_grade(
    survey: Survey, census: Census, asked: Mapping[str, Flags], told: Mapping[str, Flags], shown: Ints
) -> dict[str, Flags]:
    """Of questions that are counted by grade: of which grades they may be told."""
    tallies = {row.grade: row.counts for row in Tally.objects.filter(survey=survey)}
    counted = {
        name: np.array([sum(tallies.get(grade, {}).get(name, {}).values()) for grade in GRADES]) for name in asked
    }
    enough = {name: (shown == Standing.SHOWN) & (counts >= FEWEST_PEOPLE) for name, counts in counted.items()}
    return {
        name: told_by_grade(census, told[name], grades, int((~asked[name]).sum()))
        for name, grades in enough.items()
        if grades.any()
    }


def _standing(found: Suppression, attributes: tuple[int, ...], width: int) -> Ints:
    """Nothing is shown by what nobody was counted by."""
    tables = [table.standing for table in found.tables if table.attributes == attributes]
    return tables[0] if tables else _hidden(len(found.census.parents), width)


def _hidden(*shape: int) -> Ints:
    return np.full(shape, Standing.TOO_FEW, np.int64)


def _shown_then(survey: Survey, disclosure: Disclosure, tree: DepartmentTree) -> Suppression:
    """What was decided for an earlier survey, with the places of today. By grade only the whole town was shown."""
    then = DepartmentTree(disclosure.departments, disclosure.parents).placed_in(tree)
    places = [tree.place[int(key)] for key in disclosure.departments]
    by_all, by_role, by_grade = (_hidden(len(tree.departments), width) for width in (1, len(ROLES), len(GRADES)))
    by_all[places, 0] = disclosure.shown
    by_role[places] = disclosure.shown_by_role
    by_grade[TOWN] = disclosure.shown_by_grade
    tables = [Table((), by_all)]
    if survey.audience == Audience.STAFF:
        tables += [Table(BY_ROLE, by_role), Table(BY_GRADE, by_grade)]
    return Suppression(census_of(survey, then), tuple(tables))


def _names(since: date) -> list[dict[str, object]]:
    """Of departments that have been one since; those closed before had nobody to ask."""
    rows = Department.objects.exclude(valid_to__lt=since).order_by("place", "pk")
    return [{"id": row.pk, "path": row.path, "name": row.name} for row in rows]
