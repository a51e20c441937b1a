"""Momentum inside and outside side by side: each from its own latest wave, never mixed."""

from dataclasses import dataclass

from kiun.analysis.survey_stats import Change
from kiun.momentum.answer_arrays import TOWN
from kiun.momentum.measured import measured
from kiun.momentum.models import Wave
from kiun.momentum.queries.published import before, latest_shown, published_waves
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
    latest = latest_shown(waves)
    if latest is None:
        return None
    earlier = before(waves, latest)
    found = results_of(latest, earlier)
    return SideResult(
        audience=audience,
        wave=latest.wave,
        result=found.town,
        has_earlier=earlier is not None,
        same_people=found.same_people,
    )


def people_who_answered() -> dict[Audience, int]:
    """In the latest wave of each kind of people, where that may be told."""
    latest = {audience: row for audience in Audience if (row := latest_shown(published_waves(audience)))}
    people = {audience: int(measured(answers).answered[TOWN]) for audience, answers in latest.items()}
    return {audience: number for audience, number in people.items() if number}
