"""Which wave a page is about: the one in its address, or the latest."""

from dataclasses import dataclass

from django.http import HttpRequest

from kiun.kernel.keys import key_in
from kiun.momentum.models import Wave, WaveAnswers
from kiun.momentum.queries.published import before, latest_shown, published_waves
from kiun.momentum.queries.results import WaveResults, results_of
from kiun.momentum.wording import name_of_wave


@dataclass(frozen=True, kw_only=True)
class ChosenWave:
    """`waves` are those up to the chosen one; `options` is what else can be chosen."""

    answers: WaveAnswers
    earlier: WaveAnswers | None
    waves: list[WaveAnswers]
    options: list[tuple[int, str]]

    @property
    def wave(self) -> Wave:
        return self.answers.wave

    @property
    def has_earlier(self) -> bool:
        return self.earlier is not None

    @property
    def results(self) -> WaveResults:
        return results_of(self.answers, self.earlier)


def chosen_wave(request: HttpRequest) -> ChosenWave | None:
    """None before the first results of the staff are out. A key that names none of their waves means the latest of
    which something may be shown.
    """
    waves = published_waves()
    latest = latest_shown(waves)
    if latest is None:
        return None
    wanted = key_in(request.GET.get("wave"))
    answers = next((row for row in waves if row.wave_id == wanted), latest)
    return ChosenWave(
        answers=answers,
        earlier=before(waves, answers),
        waves=waves[: waves.index(answers) + 1],
        options=[(row.wave_id, name_of_wave(row.wave)) for row in reversed(waves)],
    )
