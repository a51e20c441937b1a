"""All indicators that a person may see, one in each row, with what is known about them today."""

from datetime import date
from decimal import Decimal

from kiun.goals.models import Indicator, Series, Status
from kiun.goals.plan_files.days import written_day
from kiun.goals.plan_files.terms import DIRECTION_WORDS
from kiun.goals.queries.indicators import visible_indicators, with_status
from kiun.kernel.tabular import OutputColumn, OutputSheet
from kiun.municipality.actors import Actor

STATUS_WORDS = {
    Status.ON_TRACK: "順調",
    Status.EVEN: "五分五分",
    Status.LATE: "遅れ",
    Status.STALE: "更新待ち",
    Status.UNKNOWN: "判定不能",
}
COLUMNS = (
    OutputColumn("計画"),
    OutputColumn("施策"),
    OutputColumn("目標", width=45),
    OutputColumn("番号"),
    OutputColumn("指標", width=30),
    OutputColumn("単位"),
    OutputColumn("方向"),
    OutputColumn("基準値"),
    OutputColumn("基準値の時点"),
    OutputColumn("目標値"),
    OutputColumn("期限"),
    OutputColumn("最新値"),
    OutputColumn("最新値の時点"),
    OutputColumn("状態"),
    OutputColumn("担当課"),
    OutputColumn("担当者"),
    OutputColumn("出典", width=20),
    OutputColumn("把握時期"),
)


def indicator_sheet(actor: Actor) -> OutputSheet:
    rows = with_status(visible_indicators(actor), actor.on).select_related(
        "goal__plan", "goal__policy", "department", "owner__user", "state"
    )
    current = {series.indicator_id: series for series in Series.objects.filter(indicator__in=rows, is_current=True)}
    ordered = rows.order_by("goal__plan_id", "goal__order", "goal_id", "order", "pk")
    return OutputSheet(name="指標一覧", columns=COLUMNS, rows=[_row(row, current.get(row.pk)) for row in ordered])


def _row(row: Indicator, series: Series | None) -> list[str | Decimal | None]:
    state = getattr(row, "state", None)
    if state and state.is_baseline:  # it has columns of its own
        state = None
    return [
        str(row.goal.plan),
        row.goal.policy.name if row.goal.policy else None,
        row.goal.text,
        row.code,
        row.name,
        series.unit if series else None,
        DIRECTION_WORDS[series.direction] if series else None,  # type: ignore[index]
        _plain(series.baseline if series else None),
        _day(series.baseline_on if series else None),
        _plain(series.target if series else None),
        _day(series.deadline if series else None),
        _plain(state.value if state else None),
        _day(state.value_on if state else None),
        STATUS_WORDS[Status(row.status)],  # type: ignore[attr-defined]
        row.department.name if row.department else None,
        row.owner.user.name,
        row.origin,
        row.collected_when,
    ]


def _plain(value: Decimal | None) -> Decimal | None:
    return None if value is None else Decimal(format(value.normalize(), "f"))


def _day(day: date | None) -> str | None:
    return written_day(day) if day else None
