"""A fiscal year's waves with how many have answered."""

from dataclasses import dataclass
from datetime import date

from django.db.models import QuerySet

from kiun.kernel.fiscal_year import FiscalYear, fiscal_year_of
from kiun.momentum.models import Wave
from kiun.surveys.models import Survey, SurveyState
from kiun.surveys.queries.participation import Participation, participations


@dataclass(frozen=True, kw_only=True)
class WaveRow:
    """`counts` is None where nobody has been asked yet; `is_published`: its results are out."""

    wave: Wave
    counts: Participation | None
    is_published: bool

    @property
    def survey(self) -> Survey | None:
        return self.wave.survey

    @property
    def state(self) -> str:
        if self.survey is None:
            return "planned"
        return "running" if self.survey.is_open else "closed"


def waves_of_year(year: FiscalYear) -> list[WaveRow]:
    return _rows(Wave.objects.filter(fiscal_year=year.year))


def running_rows() -> list[WaveRow]:
    return _rows(Wave.objects.filter(survey__state=SurveyState.OPEN))


def _rows(rows: QuerySet[Wave]) -> list[WaveRow]:
    waves = rows.select_related("survey", "answers").defer("answers__arrays", "answers__tree")
    counts = participations([wave.survey for wave in waves if wave.survey])
    return [
        WaveRow(wave=wave, counts=counts.get(wave.survey_id or 0), is_published=hasattr(wave, "answers"))
        for wave in waves
    ]


def years_with_waves(today: date) -> list[int]:
    """And this year and the next, in which some can be planned."""
    now = fiscal_year_of(today).year
    return sorted({*Wave.objects.values_list("fiscal_year", flat=True), now, now + 1})
