"""働きかけ as pages show them, and what became of all that was registered."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.db.models import QuerySet

from kiun.momentum.dimensions import Dimension
from kiun.momentum.evaluation import Evaluation
from kiun.momentum.measured import Measured, measured
from kiun.momentum.models import Intervention, InterventionState, InterventionUnit, Wave
from kiun.momentum.queries.published import latest_shown, published_waves
from kiun.momentum.remedies import BY_KEY, Evidence, Proposed, Remedy, catalogue, evidence_of, proposals
from kiun.momentum.scores import DIMENSIONS
from kiun.municipality.actors import Actor
from kiun.municipality.models import Department
from kiun.surveys.models import Audience

MOST_RECENT = 5


def visible_interventions(actor: Actor | None) -> QuerySet[Intervention]:
    """What was registered is everybody's to read, in the town hall and outside; drafts are for those who make them."""
    rows = Intervention.objects.select_related("owner__user", "department", "evaluated_with__survey")
    if actor is None:
        return rows.exclude(state=InterventionState.DRAFT)
    if actor.user is None or actor.is_admin:
        return rows
    drafts = rows.filter(state=InterventionState.DRAFT)
    own = drafts.filter(owner__in=actor.owning_ids)
    below = [drafts.filter(department__path__startswith=path) for path in actor.headed_paths]
    found = rows.exclude(state=InterventionState.DRAFT) | own
    for part in below:
        found |= part
    return found


def recent(actor: Actor | None, limit: int = MOST_RECENT) -> list["InterventionLine"]:
    """What is under way and what was judged last."""
    rows = visible_interventions(actor).exclude(state__in=[InterventionState.DRAFT, InterventionState.WITHDRAWN])
    ordered = sorted(rows, key=lambda row: (row.evaluated_on or row.starts_on, row.pk), reverse=True)
    return lines(ordered[:limit])


@dataclass(frozen=True, kw_only=True)
class InterventionLine:
    intervention: Intervention
    remedy: Remedy | None
    units: tuple[InterventionUnit, ...]
    evaluation: Evaluation | None

    @property
    def treated(self) -> list[InterventionUnit]:
        return [unit for unit in self.units if unit.is_treated]

    @property
    def compared(self) -> list[InterventionUnit]:
        return [unit for unit in self.units if not unit.is_treated]


def lines(rows: Sequence[Intervention]) -> list[InterventionLine]:
    units = defaultdict(list)
    for unit in InterventionUnit.objects.filter(intervention__in=rows).select_related("department"):
        units[unit.intervention_id].append(unit)
    return [
        InterventionLine(
            intervention=row,
            remedy=BY_KEY.get(row.remedy),
            units=tuple(units[row.pk]),
            evaluation=Evaluation.from_json(row.evaluation) if row.evaluation else None,
        )
        for row in rows
    ]


def verdicts_by_remedy() -> dict[str, list[str]]:
    """Of all that was judged in this town, the earliest first."""
    found: dict[str, list[str]] = defaultdict(list)
    judged = Intervention.objects.filter(state=InterventionState.EVALUATED).order_by("evaluated_on", "pk")
    for remedy, verdict in judged.values_list("remedy", "verdict"):
        found[remedy].append(verdict)
    return found


def proposed_against(barriers: Sequence[Dimension]) -> list[tuple[Dimension, list[Proposed]]]:
    verdicts, is_swamped = verdicts_by_remedy(), Dimension.SLACK in barriers
    return [(barrier, proposals(barrier, verdicts, is_swamped=is_swamped)) for barrier in barriers]


def all_remedies() -> list[tuple[Dimension, list[Proposed]]]:
    found = catalogue(verdicts_by_remedy())
    return [(one, [row for row in found if row.remedy.dimension == one]) for one in Dimension]


def evidence_before_and_after(line: InterventionLine) -> tuple[Evidence, Evidence] | None:
    """How its verdict moved what is known of the remedy; None while there is no verdict."""
    if line.remedy is None or not line.intervention.verdict:
        return None
    judged = Intervention.objects.filter(remedy=line.remedy.key, state=InterventionState.EVALUATED)
    until = [
        row for row in judged.order_by("evaluated_on", "pk") if (row.evaluated_on, row.pk) <= _moment(line.intervention)
    ]
    said = [row.verdict for row in until]
    return evidence_of(line.remedy, said[:-1]), evidence_of(line.remedy, said)


def _moment(row: Intervention) -> tuple[object, int]:
    return row.evaluated_on, row.pk


def _latest() -> Measured | None:
    latest = latest_shown(published_waves())
    return measured(latest) if latest else None


def measurable_departments() -> QuerySet[Department]:
    """Of which the last wave can tell something: of others no effect can be seen."""
    numbers = _latest()
    if numbers is None:
        return Department.objects.none()
    keys = [key for key, place in numbers.place.items() if key and numbers.shown[place]]
    return Department.objects.filter(pk__in=keys).order_by("place", "pk")


def scores_in_the_last_wave(dimension: Dimension) -> Mapping[int, float]:
    """By department, what may be shown."""
    numbers = _latest()
    if numbers is None:
        return {}
    column = DIMENSIONS.index(dimension)
    found = {key: float(numbers.units.mean[place, column]) for key, place in numbers.place.items() if key}
    return {key: score for key, score in found.items() if score == score}  # noqa: PLR0124 - NaN is not itself


def compared_units(units: Iterable[InterventionUnit], wave: Wave) -> list[InterventionUnit]:
    """Those untreated, or not yet, when the deciding wave opens."""
    return [unit for unit in units if unit.starts_on is None or unit.starts_on >= wave.opens_on]


def deciding_waves() -> QuerySet[Wave]:
    """Planned ones: a wave that has been opened can decide nothing new."""
    return Wave.objects.filter(audience=Audience.STAFF, survey=None).order_by("opens_on")
