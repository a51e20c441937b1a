"""Figures of bars, as many as it takes for each bar to have its name."""

from collections.abc import Iterable, Sequence

from django.utils.translation import gettext as _

from kiun.dashboard.reports.document import Figure, FigureSeries
from kiun.dashboard.reports.measure import cut
from kiun.ui.figures import figure

# With more, office programs leave out every second name on a slide.
BARS_IN_FIGURE = 12
# One line beside a bar. The whole name stands in the table.
NAME_WIDTH = 32

Bar = tuple[str, float | None]


def bar_figures(*, title: str, bars: Sequence[Bar], series: str, unit: str, sentence: str) -> Iterable[Figure]:
    """Filled evenly: two of ten rather than one of twelve and one of eight."""
    number = -(-len(bars) // BARS_IN_FIGURE)
    for place in range(number):
        part = bars[len(bars) * place // number : len(bars) * (place + 1) // number]
        words = {"title": title, "place": figure(place + 1), "all": figure(number)}
        yield Figure(
            title=_("%(title)s (%(place)s of %(all)s)") % words if number > 1 else title,
            kind="bars",
            categories=tuple(cut(name, NAME_WIDTH) for name, _value in part),
            series=(FigureSeries(name=series, values=tuple(value for _name, value in part)),),
            unit=unit,
            sentence=sentence,
        )
