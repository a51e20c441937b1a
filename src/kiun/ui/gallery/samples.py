"""The fictional town of the gallery: every state a component can be in, with believable content."""

from dataclasses import dataclass
from datetime import date, datetime
from types import SimpleNamespace
from typing import Any

from django.core.paginator import Paginator
from django.urls import reverse
from django.utils import timezone

from kiun.kernel.registries import Registry
from kiun.ui.charts import Bar, BarChart, ChartSeries, FanPoint, LineChart, TargetLine
from kiun.ui.history import FieldChange, HistoryEntry
from kiun.ui.loop import Loop, LoopContribution, LoopFigure, LoopSubject, Stage, draw_loop
from kiun.ui.navigation import Navigation, NavItem

TOWN = SimpleNamespace(name="ひなた市", slug="hinata")


class Someone(SimpleNamespace):
    def __str__(self) -> str:
        return str(self.name)


OFFICER = Someone(name="緑川 みどり", is_authenticated=True, email="DX推進課 主査")

ITEMS = (
    NavItem(id="overview", label="全体", url_name="components", order=10, icon="home"),
    NavItem(id="goals", label="目標", url_name="overview", order=20, icon="target"),
    NavItem(id="plan", label="計画", url_name="wide_table", order=30, icon="plan"),
    NavItem(id="voices", label="声", url_name="form", order=40, icon="voice"),
    NavItem(id="sharing", label="成果と共有", url_name="public", order=50, icon="share"),
    NavItem(id="people", label="人材", url_name="print", order=60, icon="people", place="more"),
    NavItem(id="data", label="データ", url_name="embed", order=70, icon="table", place="more"),
    NavItem(id="settings", label="設定", url_name="sign_in", order=80, icon="settings", place="person"),
    NavItem(id="search", label="検索", url_name="search", order=0, place="search"),
    NavItem(id="notices", label="お知らせ", url_name="form", order=0, place="notices", count=lambda _request: 3),
)


class GalleryNavigation(Navigation):
    def _url(self, item: NavItem) -> str:
        return reverse(f"ui:gallery:{item.url_name}")


def navigation(request: Any) -> Navigation:
    registry: Registry[NavItem] = Registry()
    for item in ITEMS:
        registry.register(item)
    return GalleryNavigation(request, registry)


FIGURES = {
    Stage.CHALLENGE: LoopFigure(number=27, note="今期 +4", url="#loop"),
    Stage.GOAL: LoopFigure(number=41, wrong="曖昧 11", url="#loop"),
    Stage.PLAN: LoopFigure(number=68, wrong="担当未定 2・遅れ 7", url="#loop"),
    Stage.PARTICIPATION: LoopFigure(number=1284, unit="人", note="職員402・住民854・企業28", url="#loop"),
    Stage.OUTCOME: LoopFigure(number=-3120, unit="時間", note="実測 7件", url="#loop"),
    Stage.SHARING: LoopFigure(number=19, unit="件", note="再利用 8", url="#loop"),
}


def loop(*stages: Stage, current: Stage | None = Stage.PLAN) -> Loop:
    registry: Registry[LoopContribution] = Registry()
    for stage in stages or tuple(Stage):
        figure = FIGURES[stage]
        registry.register(
            LoopContribution(id=stage, stage=stage, figure=lambda _subject, figure=figure: figure)  # type: ignore[misc]
        )
    return draw_loop(LoopSubject(kind="town", town=TOWN), current=current, registry=registry)


def _quarters(first_year: int, values: list[float | None]) -> list[tuple[date, float | None]]:
    ends = [date(year, month, 1) for year in range(first_year, first_year + 6) for month in (4, 7, 10)]
    ends = sorted(ends + [date(year, 1, 1) for year in range(first_year + 1, first_year + 7)])
    return list(zip(ends, values, strict=False))


ONLINE = _quarters(2024, [28, 30.5, 33, 36, 39.5, 41, 44, 46.2])
WAITING = _quarters(2024, [24, 23.5, 24.2, 23.8, 24.1, 23.6, 23.4, 23.5])
PAPER = _quarters(2024, [520, 505, 488, 471, 450, 438, 425, 412])
ADVICE = _quarters(2025, [66, None, 70, 71])


@dataclass(frozen=True)
class Row:
    name: str
    department: str
    now: float
    target: float
    unit: str
    points: list[tuple[date, float | None]]
    course: str
    outlook: str
    status: str
    low: int | None = None
    high: int | None = None


ROWS = (
    Row(
        "オンライン申請の割合",
        "市民課",
        46.2,
        60,
        "%",
        ONLINE,
        "28%から46.2%へ上昇。目標60%",
        "high",
        "on_track",
        71,
        90,
    ),
    Row("窓口の待ち時間", "市民課", 23.5, 15, "分", WAITING, "24分前後で横ばい。目標15分", "low", "late", 10, 35),
    Row(
        "紙の使用枚数",
        "総務課",
        412,
        250,
        "万枚",
        PAPER,
        "520万枚から412万枚へ減少。目標250万枚",
        "even",
        "stale",
        40,
        60,
    ),
    Row("AI相談の解決率", "DX推進課", 71, 80, "%", ADVICE, "値は3点のみ", "unknown", "unknown"),
)

FORECAST_CHART = LineChart(
    id="chart-online",
    title="オンライン申請の割合",
    unit="%",
    series=(ChartSeries(name="実績", points=ONLINE),),
    target=TargetLine(value=60, on=date(2028, 3, 31)),
    fan=(
        FanPoint(on=date(2026, 7, 1), low=46, middle=49, high=52),
        FanPoint(on=date(2027, 1, 1), low=49, middle=54.5, high=60),
        FanPoint(on=date(2027, 7, 1), low=51, middle=59, high=66),
        FanPoint(on=date(2028, 3, 31), low=53, middle=64.5, high=74),
    ),
    summary="28%から46.2%へ上がってきました。今の進み方なら、令和10年3月末に60%へ届く見込みは高い（71〜90%）です。",
)
TWO_LINES_CHART = LineChart(
    id="chart-two",
    title="窓口とオンラインの件数",
    unit="件",
    series=(
        ChartSeries(name="窓口", points=_quarters(2024, [9120, 8940, 8700, None, 8210, 7980, 7600, 7320])),
        ChartSeries(name="オンライン", points=_quarters(2024, [3560, 3920, 4280, 4700, 5350, 5540, 5980, 6290])),
    ),
    x="month",
)
BARS_CHART = BarChart(
    id="chart-bars",
    title="課ごとのオンライン申請の割合",
    unit="%",
    bars=(
        Bar("税務課", 72.4, "on_track"),
        Bar("市民課", 46.2, "even"),
        Bar("こども未来課", 31, "late"),
        Bar("上下水道局 お客さまサービス課", 18.5, "late"),
        Bar("選挙管理委員会事務局", None, "unknown"),
    ),
    target=TargetLine(value=60),
)
EMPTY_CHART = LineChart(
    id="chart-empty", title="住民の満足度", unit="点", series=(ChartSeries(name="実績", points=()),)
)

HISTORY = (
    HistoryEntry(
        when=datetime(2026, 11, 20, 14, 32, tzinfo=timezone.get_default_timezone()),
        who="緑川 みどり（DX推進課）",
        what="目標値と期限を変えました",
        changes=(
            FieldChange(label="目標値", before="50%", after="60%"),
            FieldChange(label="期限", before="令和9年3月31日", after="令和10年3月31日"),
        ),
        reason="転入手続のオンライン化を計画に加えたため（第3回推進本部会議）",
        url="#history",
    ),
    HistoryEntry(
        when=datetime(2026, 10, 5, 9, 4, tzinfo=timezone.get_default_timezone()),
        who="青木 そら（市民課）",
        what="値を記録しました",
        changes=(FieldChange(label="令和8年9月末", after="46.2%"),),
    ),
    HistoryEntry(
        when=datetime(2026, 4, 1, 8, 30, tzinfo=timezone.get_default_timezone()),
        who="計画の取り込み",
        what="指標を登録しました",
    ),
)

DIMENSIONS = (
    ("必要性", 72, 70, 74, "key"),
    ("適切さ", 57, 54, 60, "key"),
    ("自信", 55, 53, 57, "key"),
    ("支援", 66, 63, 69, "key"),
    ("利点", 61, 58, 64, "key"),
    ("余力", 37, 34, 40, "warn"),
)
SHARES = (("on_track", "順調", 34), ("late", "遅れ", 9), ("stale", "更新待ち", 12), ("unknown", "判定不能", 5))


def page_of_sixty(number: int) -> Any:
    return Paginator(range(1, 601), 20).get_page(number)
