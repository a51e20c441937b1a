"""When a survey ends, groups in which few have answered join those above (docs/adr/0012).

Whoever has the database sees from the tickets who has answered: of a group in which one person has, the answers would
be that person's.
"""

from collections import Counter

from kiun.municipality.models import Department
from kiun.surveys.grouping import Group, groups_of_answers
from kiun.surveys.models import FreeText, Sheet, Stratum, Survey, Ticket
from kiun.surveys.queries.texts import text_places


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
    row = Stratum(survey=survey, municipality=survey.municipality, department=department, role_group=group.role_group)
    row.size = 0
    row.save()
    return row


def _join(row: Stratum, target: Stratum) -> None:
    for model in (Ticket, Sheet):
        model.objects.filter(stratum=row).update(stratum=target)
    target.size, row.size = target.size + row.size, 0
    for one in (target, row):
        one.save(update_fields=["size"])
