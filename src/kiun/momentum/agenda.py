"""What momentum brings to a review of the plan: where it has fallen, where it lies clearly below the town, and where
too few answer. Only of units that may be shown.
"""

from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kiun.analysis.survey_stats import Verdict
from kiun.analysis.survey_stats.changes import LEAST_RESPONSE
from kiun.goals.review_agenda import AgendaContribution, Finding, Severity, review_agenda
from kiun.momentum.models import WaveAnswers
from kiun.momentum.queries.published import before, latest_shown, published_waves
from kiun.momentum.queries.results import UnitResult, WaveResults, results_of
from kiun.momentum.unit_lines import obstacle_of
from kiun.momentum.wording import points, whole_points
from kiun.municipality.actors import Actor
from kiun.municipality.queries import current_departments
from kiun.ui.figures import figure
from kiun.ui.links import town_url

DEPARTMENT = "municipality.department"
# By how many points the whole interval of a unit lies below the town, to be talked about.
CLEARLY_BELOW = 5.0
# A review is no list of departments.
MOST = 5
GREAT_FALL = 10.0


def _latest() -> tuple[WaveAnswers, WaveResults] | None:
    waves = published_waves()
    latest = latest_shown(waves)
    return (latest, results_of(latest, before(waves, latest))) if latest else None


def _about(actor: Actor, answers: WaveAnswers, unit: UnitResult, **told: Any) -> Finding:
    return Finding(
        subject_type=DEPARTMENT,
        subject_id=unit.key,
        title=_("About %(department)s") % {"department": unit.name},
        as_of=answers.wave.last_day,
        path=town_url(actor.municipality, "momentum:unit", unit.key),
        department_id=unit.key,
        **told,
    )


def fallen(actor: Actor) -> Iterator[Finding]:
    """The greatest falls that are more than chance."""
    if not (latest := _latest()):
        return
    answers, results = latest
    falls = [unit for unit in _standing(results) if unit.change and unit.change.verdict == Verdict.FELL]
    for unit in sorted(falls, key=_difference)[:MOST]:
        size = -_difference(unit)
        yield _about(
            actor,
            answers,
            unit,
            sentence=_("Momentum has fallen by %(size)s points; lowest is %(obstacle)s.")
            % {"size": points(size), "obstacle": obstacle_of(unit)},
            figure=points(-size),
            figure_label=_("points since the wave before"),
            severity=Severity.HIGH if size >= GREAT_FALL else Severity.MIDDLE,
        )


def _difference(unit: UnitResult) -> float:
    return unit.change.difference if unit.change else 0.0


def clearly_below(actor: Actor) -> Iterator[Finding]:
    if not (latest := _latest()):
        return
    answers, results = latest
    town = results.town.index
    units = [unit for unit in _standing(results) if town and unit.index and unit.index.high < town.low - CLEARLY_BELOW]
    for unit in sorted(units, key=lambda one: one.index.value if one.index else 0)[:MOST]:
        if unit.index and town:
            yield _about(
                actor,
                answers,
                unit,
                sentence=_("Momentum is at %(value)s points, in the town hall at %(town)s; lowest is %(obstacle)s.")
                % {
                    "value": whole_points(unit.index.value),
                    "town": whole_points(town.value),
                    "obstacle": obstacle_of(unit),
                },
                figure=points(unit.index.value),
                figure_label=_("points of momentum"),
                severity=Severity.LOW,
            )


def hardly_answered(actor: Actor) -> Iterator[Finding]:
    """Of units at the top of the tree."""
    if not (latest := _latest()):
        return
    answers, results = latest
    silent = [unit for unit in _standing(results) if unit.depth == 1 and (unit.response or 1) < LEAST_RESPONSE]
    for unit in silent[:MOST]:
        # Rounded down: of 49.6% nobody should read that half of them answered.
        percent = figure(int((unit.response or 0) * 100))
        yield _about(
            actor,
            answers,
            unit,
            sentence=_("Only %(percent)s%% answered the survey of momentum: nothing can be said of a change.")
            % {"percent": percent},
            figure=f"{percent}%",
            figure_label=_("response rate"),
            severity=Severity.LOW,
        )


def _standing(results: WaveResults) -> list[UnitResult]:
    """Units that may be shown and still exist."""
    existing = set(current_departments().values_list("pk", flat=True))
    return [unit for unit in results.units if unit.is_shown and unit.key in existing]


def register() -> None:
    for key, label, find in (
        ("momentum.fallen", gettext_lazy("momentum that has fallen"), fallen),
        ("momentum.below", gettext_lazy("momentum clearly below that of the town hall"), clearly_below),
        ("momentum.response", gettext_lazy("surveys that few answered"), hardly_answered),
    ):
        review_agenda.register(AgendaContribution(id=key, label=label, find=find))
