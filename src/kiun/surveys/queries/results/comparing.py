"""Two times of asking the same, beside each other."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from kiun.analysis.survey_stats import Change, sample_change, settle
from kiun.municipality.actors import Actor
from kiun.surveys.models import Survey, SurveyState
from kiun.surveys.queries.questionnaires import Fate, differences
from kiun.surveys.queries.results.groups import Group, Results
from kiun.surveys.queries.results.summaries import Summary
from kiun.surveys.queries.visible import visible_surveys

# With these an answer still means what it meant.
COMPARABLE = (Fate.SAME, Fate.REWORDED)


@dataclass(frozen=True, kw_only=True)
class Pair:
    """One item now and then; `before` is None where it was not asked, or with other answers. `change` is of means."""

    now: Summary
    before: Summary | None
    is_reworded: bool = False
    change: Change | None = None


def comparable_surveys(survey: Survey, actor: Actor) -> Sequence[Survey]:
    """Other times at which a version of the same questionnaire was asked, as far as the person may see them."""
    rows = visible_surveys(actor).filter(
        questionnaire__family=survey.questionnaire.family, audience=survey.audience, state=SurveyState.CLOSED
    )
    return list(rows.exclude(pk=survey.pk).order_by("-closes_on", "-pk"))


def pairs(results: Results, earlier: Results | None, group: Group) -> list[Pair]:
    """Items of `results` in their order; a group that may be shown now and not then stands alone."""
    summaries = results.summaries(group)
    if earlier is None or not earlier.may_show(group):
        return [Pair(now=one, before=None) for one in summaries]
    before = {one.item.key: one for one in earlier.summaries(group)}
    fates = {one.item.key: one.fate for one in differences(earlier.items, results.items)}
    found = [
        Pair(
            now=one,
            before=before.get(one.item.key) if fates[one.item.key] in COMPARABLE else None,
            is_reworded=fates[one.item.key] == Fate.REWORDED,
        )
        for one in summaries
    ]
    return _judged(found, _rates(earlier, results, group))


def _rates(earlier: Results, results: Results, group: Group) -> tuple[float, float] | None:
    """None where nobody knows how many could answer."""
    asked = [(one.people(group), one.invited(group)) for one in (earlier, results)]
    first, second = (min(people / invited, 1.0) if invited else None for people, invited in asked)
    return None if first is None or second is None else (first, second)


def _judged(found: list[Pair], rates: tuple[float, float] | None) -> list[Pair]:
    """All changes are read side by side."""
    changes = {
        place: sample_change(pair.before.sample, pair.now.sample, responses=rates)
        for place, pair in enumerate(found)
        if pair.before and pair.before.sample and pair.now.sample
    }
    settled = dict(zip(changes, settle(list(changes.values())), strict=True)) if changes else {}
    return [replace(pair, change=settled.get(place)) for place, pair in enumerate(found)]
