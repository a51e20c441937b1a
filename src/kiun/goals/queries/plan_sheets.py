"""A plan as sheets that people can read and edit, and that are read back without a difference."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cached_property

from django.utils.translation import gettext as _

from kiun.goals.models import Challenge, Goal, Indicator, Policy, Series
from kiun.goals.plan_files.days import written_day
from kiun.goals.plan_files.terms import CADENCE_WORDS, CUMULATIVE_WORDS, DIRECTION_WORDS
from kiun.goals.queries.directory import Directory
from kiun.goals.queries.plan_contents import PlanContents
from kiun.kernel.errors import DomainError
from kiun.kernel.fiscal_year import FiscalYear
from kiun.kernel.tabular import OutputColumn, OutputSheet
from kiun.municipality.models import Department, Membership

# The words of these sheets are Japanese on every screen: the file belongs to the town, not to the reader's language.
LEVEL_HEADERS = ("基本方針", "施策", "個別施策", "第4階層", "第5階層")
UNOBTAINABLE = "－"
EXACT_DIGITS = 15  # what a spreadsheet's number keeps
OutputValue = str | Decimal | None


@dataclass(frozen=True)
class Line:
    """One row: a policy, a challenge without goals, a goal without indicators, or an indicator with its goal."""

    kind: str
    policy: Policy | None = None
    challenge: Challenge | None = None
    goal: Goal | None = None
    indicator: Indicator | None = None


@dataclass(frozen=True)
class PlanSheet:
    contents: PlanContents
    people: Directory
    today: date

    def sheet(self) -> OutputSheet:
        plan = self.contents.plan
        assert plan is not None
        years = f"{FiscalYear(plan.first_year).label}～{FiscalYear(plan.last_year).label}"
        return OutputSheet(
            name="計画",
            title=f"{plan}（{years}）",
            columns=[column for column, _value in self._columns],
            rows=[[value(line) for _column, value in self._columns] for line in self.lines],
        )

    @cached_property
    def lines(self) -> Sequence[Line]:
        return [*self._lines()]

    def _lines(self) -> Iterator[Line]:
        for policy in self.contents.policies:
            yield Line("施策", policy=policy)
        by_key = {policy.pk: policy for policy in self.contents.policies}
        told: set[int] = set()
        place = {policy.pk: n for n, policy in enumerate(self.contents.policies)}
        for goal in sorted(self._goals, key=lambda goal: (place.get(goal.policy_id or 0, -1), goal.order, goal.pk)):
            told.add(goal.challenge_id or 0)
            policy_of_goal = by_key.get(goal.policy_id or 0)
            indicators = [row for row in self.contents.by_goal.get(goal.pk, ()) if row.ended_on is None]
            for indicator in indicators:
                yield Line("指標", policy_of_goal, goal.challenge, goal, indicator)
            if not indicators:
                yield Line("目標", policy_of_goal, goal.challenge, goal)
        for challenge in self.contents.challenges:
            if challenge.pk not in told:
                yield Line("課題", by_key.get(challenge.policy_id or 0), challenge)

    @property
    def _goals(self) -> Iterator[Goal]:
        return (goal for goal in self.contents.goals if goal.ended_on is None)

    @cached_property
    def _columns(self) -> Sequence[tuple[OutputColumn, Callable[[Line], OutputValue]]]:
        return [
            (OutputColumn("行の種類", width=8), lambda line: line.kind),
            *self._level_columns(),
            (OutputColumn("施策番号", width=10), lambda line: line.policy.code if line.policy else None),
            (OutputColumn("課題", width=30), lambda line: line.challenge.text if line.challenge else None),
            (OutputColumn("目標番号", width=10), _of_goal(lambda goal: goal.code)),
            (OutputColumn("目標", width=45), _of_goal(lambda goal: goal.text)),
            (OutputColumn("目標の担当課", width=14), _of_goal(lambda goal: self._department(goal.department))),
            (OutputColumn("目標の責任者", width=14), _of_goal(lambda goal: self._person(goal.owner))),
            (OutputColumn("目標の備考", width=20), _of_goal(lambda goal: goal.note)),
            (OutputColumn("指標番号", width=10), _of_indicator(lambda row: row.code)),
            (OutputColumn("指標", width=30), _of_indicator(lambda row: row.name)),
            *self._term_columns(),
            *self._milestone_columns(),
            *self._reading_columns(),
            (OutputColumn("担当課", width=14), _of_indicator(lambda row: self._department(row.department))),
            (OutputColumn("担当者", width=14), _of_indicator(lambda row: self._person(row.owner))),
            (OutputColumn("副担当者", width=14), _of_indicator(lambda row: self._person(row.deputy))),
            (OutputColumn("出典", width=20), _of_indicator(lambda row: row.origin)),
            (OutputColumn("把握時期", width=16), _of_indicator(lambda row: row.collected_when)),
            (
                OutputColumn("把握頻度", width=10, choices=tuple(CADENCE_WORDS.values())),
                _of_indicator(lambda row: CADENCE_WORDS[row.cadence]),  # type: ignore[index]
            ),
            (OutputColumn("算定方法", width=25), self._of_series(lambda series: series.definition)),
            (OutputColumn("備考", width=20), _of_indicator(lambda row: row.note)),
            (OutputColumn("Kiun番号（施策）", width=10, note=_KEY_NOTE), lambda line: _key("P", line.policy)),
            (OutputColumn("Kiun番号（目標）", width=10, note=_KEY_NOTE), lambda line: _key("G", line.goal)),
            (OutputColumn("Kiun番号（指標）", width=10, note=_KEY_NOTE), lambda line: _key("I", line.indicator)),
        ]

    def _level_columns(self) -> Iterator[tuple[OutputColumn, Callable[[Line], OutputValue]]]:
        paths = self.contents.policy_paths
        depth = max(map(len, paths.values()), default=0)
        if depth > len(LEVEL_HEADERS):
            raise DomainError(
                _("The plan has more than %(most)s levels and does not fit into a table.")
                % {"most": len(LEVEL_HEADERS)}
            )
        # A plan with one level calls it 施策.
        headers = LEVEL_HEADERS[1:2] if depth == 1 else LEVEL_HEADERS[:depth]
        for level, header in enumerate(headers):
            yield OutputColumn(header, width=22), lambda line, level=level: _level(line, paths, level)  # type: ignore[misc]

    def _of_series(self, value: Callable[[Series], OutputValue]) -> Callable[[Line], OutputValue]:
        def of_line(line: Line) -> OutputValue:
            series = self.contents.series.get(line.indicator.pk) if line.indicator else None
            return value(series) if series else None

        return of_line

    def _term_columns(self) -> Sequence[tuple[OutputColumn, Callable[[Line], OutputValue]]]:
        return [
            (OutputColumn("単位", width=8), self._of_series(lambda one: one.unit)),
            (
                OutputColumn("方向", width=8, choices=tuple(DIRECTION_WORDS.values())),
                self._of_series(lambda one: DIRECTION_WORDS[one.direction]),  # type: ignore[index]
            ),
            (
                OutputColumn("累計・単年", width=10, choices=tuple(CUMULATIVE_WORDS.values())),
                self._of_series(lambda one: CUMULATIVE_WORDS[one.is_cumulative]),
            ),
            (OutputColumn("基準値", width=12), self._of_series(lambda one: _number(one.baseline))),
            (OutputColumn("基準値の時点", width=14), self._day_of_baseline),
            (OutputColumn("目標値", width=12), self._of_series(lambda one: _number(one.target))),
            (
                OutputColumn("期限", width=14),
                self._of_series(lambda one: written_day(one.deadline) if one.deadline else None),
            ),
        ]

    def _day_of_baseline(self, line: Line) -> OutputValue:
        series = self.contents.series.get(line.indicator.pk) if line.indicator else None
        if series is None or line.indicator is None or series.baseline_on is None:
            return None
        if series.baseline_on > self.today:
            return series.baseline_on.isoformat()
        return written_day(series.baseline_on, line.indicator.collected_when)

    def _milestone_columns(self) -> Iterator[tuple[OutputColumn, Callable[[Line], OutputValue]]]:
        values = {
            series.pk: {date.fromisoformat(day): Decimal(value) for day, value in series.milestones}
            for series in self.contents.series.values()
            if series.target is not None
        }
        days = sorted({day for one in values.values() for day in one})
        for day in days:
            column = _time_column("途中の目標値", written_day(day), len(days))
            yield column, self._of_series(lambda one, day=day: _number(values.get(one.pk, {}).get(day)))  # type: ignore[misc]

    def _reading_columns(self) -> Iterator[tuple[OutputColumn, Callable[[Line], OutputValue]]]:
        """One column for each span of time; an indicator's readings stand where its 把握時期 puts them."""
        by_label: dict[str, dict[int, Decimal | None]] = {}
        last: dict[str, date] = {}
        for indicator in self.contents.indicators:
            series = self.contents.series.get(indicator.pk)
            for day, value in self.contents.readings.get(series.pk if series else 0, {}).items():
                label = written_day(day, indicator.collected_when)
                by_label.setdefault(label, {})[indicator.pk] = value
                last[label] = max(day, last.get(label, day))
        for label in sorted(by_label, key=lambda label: last[label]):
            yield _time_column("実績", label, len(by_label)), _reading_of(by_label[label])

    def _department(self, department: Department | None) -> str | None:
        """Only words that lead back to this department."""
        if department is None:
            return None
        full = "".join(
            above.name for key in department.ancestor_ids if (above := self.people.department(key)) is not None
        )
        found = (name for name in (department.name, full) if self.people.department_named(name) == department)
        return next(found, None)

    def _person(self, post: Membership | None) -> str | None:
        if post is None:
            return None
        others = [other for other in self.people.posts_named(post.user.name) if other.pk != post.pk]
        return f"{post.user.name}（{post.staff_number}）" if others and post.staff_number else post.user.name


_KEY_NOTE = "Kiunが行を見分けるための番号です。変えずにおくと、名前を直しても同じものとして取り込まれます。"


def _time_column(group: str, label: str, columns: int) -> OutputColumn:
    """A label over a single column would look like a second header or like a value."""
    return OutputColumn(label, group=group, width=12) if columns > 1 else OutputColumn(f"{group} {label}", width=12)


def _of_goal(value: Callable[[Goal], str | None]) -> Callable[[Line], OutputValue]:
    return lambda line: value(line.goal) if line.goal else None


def _of_indicator(value: Callable[[Indicator], str | None]) -> Callable[[Line], OutputValue]:
    return lambda line: value(line.indicator) if line.indicator else None


def _level(line: Line, paths: Mapping[int, tuple[str, ...]], level: int) -> str | None:
    path = paths[line.policy.pk] if line.policy else ()
    return path[level] if level < len(path) else None


def _reading_of(values: Mapping[int, Decimal | None]) -> Callable[[Line], OutputValue]:
    def of_line(line: Line) -> OutputValue:
        if line.indicator is None or line.indicator.pk not in values:
            return None
        value = values[line.indicator.pk]
        return UNOBTAINABLE if value is None else _number(value)

    return of_line


def _number(value: Decimal | None) -> OutputValue:
    """A number with more digits than a spreadsheet keeps goes in as text."""
    if value is None:
        return None
    plain = Decimal(format(value.normalize(), "f")) if value else Decimal(0)
    return plain if len(plain.as_tuple().digits) <= EXACT_DIGITS else format(plain, "f")


def _key(letter: str, row: Policy | Goal | Indicator | None) -> str | None:
    return f"{letter}{row.pk}" if row else None


def notes_sheet() -> OutputSheet:
    return OutputSheet(
        name="説明",
        columns=[OutputColumn("この表の使い方", width=100)],
        rows=[[text] for text in _HOW_TO_USE],
    )


_HOW_TO_USE = (
    "「計画」シートを直して、そのままKiunに取り込めます。取り込む前に、変わるところが画面に表示されます。",
    "空欄のセルは「変えない」という意味です。値を消したいときは、Kiunの画面で消してください。",
    "実績の「－」は「評価できない」、空欄は「まだ入力していない」という意味です。",
    "年度の列の値は、年度末（3月31日）の値として扱います。把握時期に「10月1日現在」のように書くと、その日の値になります。",
    "行を足すと、新しい目標や指標になります。行を消しても、Kiunの中の目標や指標は消えません。",
    "右端のKiun番号は、行を見分けるためのものです。新しい行では空欄にしてください。",
)
