"""The wave that decides is published: what was registered for it gets its verdict, whatever that is."""

from collections.abc import Sequence

import numpy as np
from django.db import transaction

from kiun.kernel.changes import Verb, change_of, snapshot
from kiun.momentum.evaluation import Evaluation, evaluate
from kiun.momentum.measured import Measured, measured, on_items
from kiun.momentum.models import Intervention, InterventionState, Wave, WaveAnswers
from kiun.momentum.queries.interventions import compared_units
from kiun.momentum.scores import DIMENSIONS
from kiun.momentum.services.interventions import units_of
from kiun.municipality.actors import Actor, record
from kiun.surveys.models import Audience


@transaction.atomic
def evaluate_with(*, actor: Actor, wave: Wave) -> list[Intervention]:
    """Those that this wave decides, as soon as it is published. Done again it says the same."""
    found = []
    rows = Intervention.objects.select_for_update().filter(
        evaluated_with=wave, state__in=[InterventionState.REGISTERED, InterventionState.RUNNING]
    )
    for row in rows:
        before = snapshot(row, only=["state"])
        result = _evaluation(row, wave)
        row.evaluation = result.as_json()
        row.verdict = result.verdict.value
        row.evaluated_on = actor.on
        row.state = InterventionState.EVALUATED.value
        row.save()
        record(actor, change_of(row, Verb.CHANGED, before))
        found.append(row)
    return found


def _evaluation(intervention: Intervention, deciding: Wave) -> Evaluation:
    published = _published_until(deciding)
    waves = [row.wave for row in published]
    units = units_of(intervention)
    compared = compared_units(units, deciding)
    treated = [unit for unit in units if unit not in compared]
    ordered = [*treated, *compared]
    column = DIMENSIONS.index(intervention.dimension)
    outcomes = np.full((len(ordered), len(waves)), np.nan)
    for number, numbers in enumerate(_by_the_same_items(published)):
        for row, unit in enumerate(ordered):
            if (place := numbers.place.get(unit.department_id)) is not None:
                outcomes[row, number] = numbers.units.mean[place, column]
    start = next((n for n, wave in enumerate(waves) if wave.opens_on > intervention.starts_on), len(waves))
    return evaluate(
        outcomes,
        [unit in treated for unit in ordered],
        start=start,
        expected=float(intervention.expected_effect),
        by_lot=intervention.seed is not None,
        waves=[wave.pk for wave in waves],
    )


def _by_the_same_items(published: Sequence[WaveAnswers]) -> list[Measured]:
    """A full survey and a pulse can be compared by nothing else."""
    found = [measured(answers) for answers in published]
    asked = [one.arrays.items for one in found]
    common = tuple(item for item in asked[0] if all(item in items for items in asked)) if asked else ()
    return [on_items(one, common) for one in found]


def _published_until(deciding: Wave) -> list[WaveAnswers]:
    rows = WaveAnswers.objects.filter(wave__audience=Audience.STAFF, wave__opens_on__lte=deciding.opens_on)
    return list(rows.select_related("wave").order_by("wave__opens_on", "wave__pk"))
