"""What only the leadership can decide: taken from the data, not from a list that somebody keeps."""

from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Q, QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from kiun.goals.models import Indicator, Status
from kiun.goals.queries import IndicatorRow, indicator_rows, with_status
from kiun.kernel.fiscal_year import fiscal_year_of

# Nobody has entered a value for this long after it was due: reminding has not helped.
LONG_SILENCE = timedelta(days=180)


@dataclass(frozen=True, kw_only=True)
class Decision:
    question: str | Promise
    row: IndicatorRow
    kind: str


def decisions(indicators: QuerySet[Indicator], today: date) -> list[Decision]:
    """Most urgent first: targets missed, targets about to be missed, and figures that nobody takes any more."""
    near = fiscal_year_of(today).next().end
    wanting = with_status(indicators, today).filter(
        Q(status=Status.LATE, series__is_current=True, series__deadline__lte=near)
        | Q(status=Status.STALE, state__stale_after__lt=today - LONG_SILENCE)
    )
    found = [_decision(row, today) for row in indicator_rows(wanting.distinct(), today)]
    return sorted(found, key=lambda decision: (_ORDER[decision.kind], decision.row.terms.deadline or date.max))


_ORDER = {"missed": 0, "late": 1, "silent": 2}


def _decision(row: IndicatorRow, today: date) -> Decision:
    if row.status == Status.STALE:
        return Decision(
            kind="silent",
            row=row,
            question=_("“%(name)s” has not been measured for a long time: go on, change it or stop?")
            % {"name": row.indicator.name},
        )
    if row.terms.deadline and row.terms.deadline < today:
        return Decision(
            kind="missed",
            row=row,
            question=_("“%(name)s” did not reach its target: go on, change it or stop?") % {"name": row.indicator.name},
        )
    return Decision(
        kind="late",
        row=row,
        question=_("“%(name)s” will hardly make it in time: what should change?") % {"name": row.indicator.name},
    )
