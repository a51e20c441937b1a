"""Cuts the tie between a person's answers over time wherever it would tell who that person is (docs/adr/0012).

Whoever reads the database knows from the tickets who answered which time, and of which group. Answers that are tied
have been given by one of those who answered each of these times in these groups: those must be five at least.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from uuid import UUID

from django.db.models import Count

from kiun.surveys.grouping import LEAST_IN_A_GROUP
from kiun.surveys.models import Sheet, Survey, Ticket

BATCH = 500
# A survey and the group in which somebody answered it.
Standing = tuple[int, int]


def untie(survey: Survey) -> None:
    """Of a survey that is closed; earlier ones have been untied when they closed."""
    _untie_shared_computers(survey)
    _untie_the_recognisable(survey)


def _untie_shared_computers(survey: Survey) -> None:
    """Two sheets with the same pair come from a computer that people share: neither is tied to earlier answers."""
    paired = Sheet.objects.filter(survey=survey).exclude(pair="")
    shared = paired.order_by().values("pair").annotate(sheets=Count("pk")).filter(sheets__gt=1)
    paired.filter(pair__in=[row["pair"] for row in shared]).update(pair="")


def _untie_the_recognisable(survey: Survey) -> None:
    own = list(Sheet.objects.filter(survey=survey).exclude(pair="").values_list("pk", "pair", "stratum"))
    earlier = _earlier_standings(survey) if own else {}
    # Whoever answered by a card or an address is in no group.
    ways = {
        sheet: frozenset({(survey.pk, stratum), *earlier[pair]})
        for sheet, pair, stratum in own
        if stratum and pair in earlier
    }
    if ways:
        _cut(survey, ways, _standings_of_people({key for way in ways.values() for key, _stratum in way}))


def _cut(survey: Survey, ways: Mapping[UUID, frozenset[Standing]], people: Sequence[frozenset[Standing]]) -> None:
    by_standing: dict[Standing, list[frozenset[Standing]]] = defaultdict(list)
    for person in people:
        for standing in person:
            by_standing[standing].append(person)
    few = {way for way in set(ways.values()) if _candidates(way, by_standing) < LEAST_IN_A_GROUP}
    sheets = [sheet for sheet, way in ways.items() if way in few]
    for start in range(0, len(sheets), BATCH):
        Sheet.objects.filter(survey=survey, pk__in=sheets[start : start + BATCH]).update(pair="")


def _candidates(way: frozenset[Standing], by_standing: Mapping[Standing, Sequence[frozenset[Standing]]]) -> int:
    """How many people have answered each time in that group."""
    rarest = min((by_standing.get(standing, ()) for standing in way), key=len)
    return sum(way <= person for person in rarest)


def _earlier_standings(survey: Survey) -> dict[str, set[Standing]]:
    sheets = Sheet.objects.filter(survey__questionnaire__family=survey.questionnaire.family, stratum__isnull=False)
    found: dict[str, set[Standing]] = defaultdict(set)
    for pair, key, stratum in sheets.exclude(survey=survey).exclude(pair="").values_list("pair", "survey", "stratum"):
        found[pair].add((key, stratum))
    return found


def _standings_of_people(surveys: set[int]) -> list[frozenset[Standing]]:
    """Of everybody who was invited by name and has answered."""
    tickets = Ticket.objects.filter(survey__in=surveys, is_used=True, stratum__isnull=False)
    found: dict[int, set[Standing]] = defaultdict(set)
    for user, survey, stratum in tickets.values_list("membership__user", "survey", "stratum"):
        found[user].add((survey, stratum))
    return [frozenset(standings) for standings in found.values()]
