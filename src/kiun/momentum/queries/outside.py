"""Momentum inside and outside side by side: each from its own latest wave, never mixed."""

from dataclasses import dataclass

from kiun.analysis.survey_stats import Change
from kiun.momentum.answer_arrays import TOWN
from kiun.momentum.measured import measured
from kiun.momentum.models import Wave
from kiun.momentum.queries.published import before, published_waves
from kiun.momentum.queries.results import UnitResult, results_of
from kiun.surveys.models import Audience


@dataclass(frozen=True, kw_only=True)
class SideResult:
    """`same_people`: how those changed who answered the wave before as well."""

    audience: Audience
    wave: Wave
    result: UnitResult
    has_earlier: bool
    same_people: Change | None


def profiles_outside() -> list[SideResult]:
    """Of staff, residents and partners, whoever has been asked."""
    return [side for audience in Audience if (side := latest_of(audience))]


def latest_of(audience: Audience) -> SideResult | None:
    waves = published_waves(audience)
    if not waves:
        return None
    earlier = before(waves, waves[-1])
    found = results_of(waves[-1], earlier)
    return SideResult(
        audience=audience,
        wave=waves[-1].wave,
        result=found.town,
        has_earlier=earlier is not None,
        same_people=found.same_people,
    )


def people_who_answered() -> dict[Audience, int]:
    """In the latest wave of each kind of people, where that may be told."""
    latest = {audience: waves[-1] for audience in Audience if (waves := published_waves(audience))}
    people = {audience: int(measured(answers).answered[TOWN]) for audience, answers in latest.items()}
    return {audience: number for audience, number in people.items() if number}
