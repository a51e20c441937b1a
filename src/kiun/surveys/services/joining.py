"""When a survey ends, nothing stays that few have answered (docs/adr/0012): groups join those above.

Whoever has the database sees from the tickets who has answered: of a group in which one person has, the answers would
be that person's.
"""

from collections import Counter

from kiun.municipality.models import Department
from kiun.surveys.grouping import LEAST_FOR_TEXTS, LEAST_IN_A_GROUP, Group, groups_of_answers
from kiun.surveys.models import FreeText, Sheet, Stratum, Survey, Tally, Ticket
from kiun.surveys.queries.texts import text_places


def drop_what_few_answered(survey: Survey) -> None:
    """What would never be shown to anybody is not kept."""
    answered = Sheet.objects.filter(survey=survey).count()
    if answered < LEAST_FOR_TEXTS:
        FreeText.objects.filter(survey=survey).delete()
    if answered < LEAST_IN_A_GROUP:
        for model in (Sheet, Tally):
            model.objects.filter(survey=survey).delete()


def drop_small_grades(survey: Survey) -> None:
    """Counts of grades of which fewer than five have answered, and of more grades until those left over are five."""
    rest = Sheet.objects.filter(survey=survey).count()
    tallies = list(Tally.objects.filter(survey=survey).order_by("sheets", "grade"))
    rest -= sum(tally.sheets for tally in tallies)
    for tally in tallies:
        if tally.sheets < LEAST_IN_A_GROUP or 0 < rest < LEAST_IN_A_GROUP:
            rest += tally.sheets
            Ticket.objects.filter(survey=survey, grade=tally.grade).update(grade="")
            tally.delete()


def join_small_groups(survey: Survey) -> None:
    """With all who were invited there, so that sheets and tickets go on telling the same. What is left of a group is
    that somebody of it was asked.
    """
    strata = {_group_of(row): row for row in Stratum.objects.filter(survey=survey).select_related("department")}
    answered = Counter(Sheet.objects.filter(survey=survey).values_list("stratum", flat=True))
    place = groups_of_answers({group: answered[row.pk] for group, row in strata.items()})
    for group, target in sorted(place.items()):
        if group != target:
            _join(strata.pop(group), strata.get(target) or strata.setdefault(target, _made(survey, target)))
    _lift_texts(survey)


def _lift_texts(survey: Survey) -> None:
    """To the department at which they are read; what is read by nobody stands at none."""
    texts, places = FreeText.objects.filter(survey=survey), text_places(survey)
    texts.exclude(department__in=[key for key in places if key]).update(department=None)
    for key, place in places.items():
        if key != place.key:
            texts.filter(department=key or None).update(department=place.key or None)


def _group_of(row: Stratum) -> Group:
    return Group(row.department.path if row.department else "", row.role_group)


def _made(survey: Survey, group: Group) -> Stratum:
    department = Department.objects.filter(path=group.path).first() if group.path else None
    row = Stratum(
        municipality=survey.municipality, survey=survey, department=department, role_group=group.role_group, size=0
    )
    row.save()
    return row


def _join(row: Stratum, target: Stratum) -> None:
    for model in (Ticket, Sheet):
        model.objects.filter(stratum=row).update(stratum=target)
    target.size, row.size = target.size + row.size, 0
    for one in (target, row):
        one.save(update_fields=["size"])
