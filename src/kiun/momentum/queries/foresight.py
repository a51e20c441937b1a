"""What can come of an intervention at best, by how many departments tell something of it."""

from dataclasses import dataclass
from itertools import count

from kiun.analysis.survey_stats import smallest_p
from kiun.analysis.survey_stats.interventions import FEWEST_UNITS
from kiun.momentum.dimensions import Dimension
from kiun.momentum.evaluation import LEVEL
from kiun.momentum.queries.interventions import InterventionLine, compared_units, scores_in_the_last_wave


@dataclass(frozen=True, kw_only=True)
class Foresight:
    """`treated` and `others`: departments of which the last wave can tell something."""

    treated: int
    others: int

    @property
    def can_be_judged(self) -> bool:
        return _reaches(self.treated, self.others)

    @property
    def can_be_found_useless(self) -> bool:
        """With fewer it can be found at most that it worked."""
        return self.can_be_judged and min(self.treated, self.others) >= FEWEST_UNITS

    @property
    def enough(self) -> "Foresight":
        """With the fewest departments more, rather others than treated ones."""
        found = (
            Foresight(treated=self.treated + part, others=self.others + more - part)
            for more in count()
            for part in range(more + 1)
        )
        return next(one for one in found if one.can_be_judged)

    @property
    def enough_others(self) -> int:
        """To compare with the same treated ones."""
        return next(number for number in count(self.others) if _reaches(self.treated, number))


def _reaches(treated: int, others: int) -> bool:
    return treated > 0 and others > 0 and smallest_p(treated, others) <= LEVEL


def foresight_of(line: InterventionLine) -> Foresight | None:
    """None without a wave that decides."""
    wave = line.intervention.evaluated_with
    if wave is None:
        return None
    told = scores_in_the_last_wave(Dimension(line.intervention.dimension))
    units = [unit for unit in line.units if unit.department_id in told]
    others = compared_units(units, wave)
    return Foresight(treated=len(units) - len(others), others=len(others))
