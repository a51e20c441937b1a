"""What the figures say, in sentences."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from kiun.analysis.goal_text import GoalReading, Part
from kiun.goals.models import Goal, Status
from kiun.goals.queries import IndicatorRow, StatusCounts
from kiun.goals.queries.scorecard import Scorecard
from kiun.ui import dates
from kiun.ui.dates import say_day
from kiun.ui.figures import figure, signed

# The thirds of the probability behind 低い・五分五分・高い, in percent; never more than 10–90.
BANDS = {Status.LATE: (10, 33), Status.EVEN: (33, 67), Status.ON_TRACK: (67, 90)}
OUTLOOKS = {Status.LATE: "low", Status.EVEN: "even", Status.ON_TRACK: "high"}
PERCENT_SIGNS = ("%", "％")
# With fewer, chance alone explains almost any result.
FEW_FORECASTS = 30


@dataclass(frozen=True, kw_only=True)
class Lead:
    """One sentence about the state; `wrong` is the part that is late or wrong."""

    text: str
    wrong: str = ""
    rest: str = ""

    @property
    def opening(self) -> str:
        """`text`, ready for what follows."""
        return self.text + dates.between_sentences() if self.wrong or self.rest else self.text

    def __str__(self) -> str:
        return f"{self.opening}{self.wrong}{self.rest}"


def name_of_part(part: str) -> str:
    return {
        Part.INDICATOR: _("what is measured"),
        Part.BASELINE: _("the present figure"),
        Part.TARGET: _("the target"),
        Part.DEADLINE: _("the deadline"),
    }[Part(part)]


def say_parts(parts: Iterable[str]) -> str:
    return _(", ").join(name_of_part(part) for part in parts)


def say_who_measures(goal: Goal, reading: GoalReading) -> str:
    """Of a goal that can be measured only because its indicators say what its words leave open."""
    if goal.is_vague or not reading.is_vague:
        return ""
    return _("Its indicators measure it. The sentence itself lacks %(parts)s.") % {"parts": say_parts(reading.missing)}


def say_plan(counts: StatusCounts, waiting: int = 0) -> Lead:
    """Staff and residents read the same; `waiting` is how many wait for a decision, where that is said."""
    numbers = {"all": counts.total, "good": counts.on_track, "late": counts.late, "waiting": waiting}
    words = {name: figure(number) for name, number in numbers.items()}
    decisions = ngettext("%(waiting)s waits for a decision.", "%(waiting)s wait for a decision.", waiting) % words
    if not counts.judged:
        return Lead(text=_say_unjudged(counts), rest=decisions if waiting else "")
    text = ngettext(
        "%(good)s of %(all)s indicator is on track.", "%(good)s of %(all)s indicators are on track.", counts.total
    )
    if not counts.late:
        return Lead(text=text % words, rest=decisions if waiting else _say_none_late(counts))
    if waiting:
        wrong = ngettext("%(late)s is late,", "%(late)s are late,", counts.late)
        rest = ngettext(" and %(waiting)s waits for a decision.", " and %(waiting)s wait for a decision.", waiting)
        return Lead(text=text % words, wrong=wrong % words, rest=rest % words)
    wrong = ngettext("%(late)s is late", "%(late)s are late", counts.late)
    return Lead(text=text % words, wrong=wrong % words, rest=_("."))


def _say_none_late(counts: StatusCounts) -> str:
    return _("None of those that can be judged is late.") if counts.waiting else _("None is late.")


def _say_unjudged(counts: StatusCounts) -> str:
    if not counts.total:
        return _("There are no indicators yet.")
    said = ngettext("%(all)s indicator cannot be judged yet.", "%(all)s indicators cannot be judged yet.", counts.total)
    return said % {"all": figure(counts.total)}


def say_as_of(counts: StatusCounts, today: date) -> str:
    parts = [_("As of %(day)s") % {"day": dates.long_date(today)}]
    if counts.stale:
        parts.append(
            ngettext(
                "%(number)s indicator waits for an update and does not count as on track",
                "%(number)s indicators wait for an update and do not count as on track",
                counts.stale,
            )
            % {"number": figure(counts.stale)}
        )
    if counts.unknown:
        parts.append(_("%(number)s cannot be judged yet") % {"number": figure(counts.unknown)})
    return " · ".join(parts)


def say_indicator(row: IndicatorRow, *, to_residents: bool = False, has_lost_work: bool = False) -> Lead:
    """令和8年9月末は46.2%。令和10年度末の目標（60%）に届く見込みは高いです（確率67〜90%）。

    `has_lost_work`: all the work for its goal was stopped (`goals_without_work`).
    """
    if row.indicator.ended_on:
        return Lead(
            text=say_value(row), rest=_("It ended on %(day)s.") % {"day": dates.long_date(row.indicator.ended_on)}
        )
    if row.status == Status.STALE:
        return Lead(
            text=say_value(row), wrong=_("The value of %(day)s is still missing") % {"day": say_day(missing_day(row))},
            rest=_("."),
        )  # fmt: skip
    judged = say_judgement(row, to_residents=to_residents)
    end = _(".") + (_say_lost_work() if has_lost_work and row.why == "forecast" else "")
    if row.status == Status.LATE:
        return Lead(text=say_value(row), wrong=judged, rest=end)
    return Lead(text=say_value(row), rest=judged + end)


def _say_lost_work() -> str:
    told = _("The work for this goal was stopped: the outlook follows from past values only.")
    return dates.between_sentences() + told


def say_value(row: IndicatorRow) -> str:
    if row.value is None or row.value_on is None:
        return _("There is no value yet.")
    words = {"day": say_day(row.value_on), "value": figure(row.value, row.terms.unit)}
    if row.is_baseline:
        return _("The baseline is %(value)s at %(day)s.") % words
    return _("%(value)s at %(day)s.") % words


def missing_day(row: IndicatorRow) -> date:
    """The day whose value made the indicator stale."""
    state = row.state
    if state is None:
        return row.terms.started_on
    return state.stale_after - timedelta(days=row.indicator.grace_days)


def say_judgement(row: IndicatorRow, *, to_residents: bool = False) -> str:
    words = {
        "target": figure(row.terms.target, row.terms.unit),
        "deadline": say_day(row.terms.deadline) if row.terms.deadline else "",
    }
    if row.why == "forecast":
        words["chance"] = _chance(Status(row.status), to_residents=to_residents)
    return _sentence(row) % words


def _chance(status: Status, *, to_residents: bool) -> str:
    """A second percentage beside that of the target confuses whoever does not work with forecasts."""
    low, high = BANDS[status]
    if to_residents:
        return _("about %(low)s to %(high)s times out of 10") % {"low": round(low / 10), "high": round(high / 10)}
    return _("probability %(low)s–%(high)s%%") % {"low": low, "high": high}


def _sentence(row: IndicatorRow) -> str:
    if row.why == "forecast":
        return {
            Status.ON_TRACK: _("The target of %(target)s by %(deadline)s is likely to be reached (%(chance)s)"),
            Status.EVEN: _("Whether the target of %(target)s by %(deadline)s is reached is open (%(chance)s)"),
            Status.LATE: _("The target of %(target)s by %(deadline)s is unlikely to be reached (%(chance)s)"),
        }[Status(row.status)]
    if row.why == "reached" and row.status == Status.LATE:
        return _("The target of %(target)s is met now, but will hardly be kept until %(deadline)s")
    return {
        "reached": _("The target of %(target)s is reached"),
        "missed": _("The target of %(target)s by %(deadline)s was not reached"),
        "awaiting_final": _("The deadline, %(deadline)s, has passed; the last value is awaited"),
        "no_target": _("Without a target and a deadline nothing can be forecast"),
        "too_few_points": _("A forecast needs four values or more"),
        "constant_series": _("The value has never changed, so that nothing can be forecast"),
        "cumulative_fell": _("A cumulative figure has fallen: please check the values"),
        "unavailable": _("The newest entry says that it cannot be judged"),
    }.get(row.why, _("It cannot be judged yet"))


def say_scorecard(card: Scorecard) -> Lead:
    if card.calibration is None:
        return Lead(text=_("Whether forecasts come true cannot be said yet."))
    words = {
        "n": figure(card.resolved),
        "said": figure(round(card.mean_forecast * 100)),
        "came": figure(round(card.calibration.base_rate * 100)),
    }
    text = _("Of %(n)s forecasts that are decided, %(said)s%% were expected to come true and %(came)s%% did.") % words
    if card.resolved < FEW_FORECASTS:
        return Lead(text=text, rest=_("That is too few to judge them by."))
    return Lead(text=text)


def say_pace(row: IndicatorRow) -> str:
    """What is needed a year from here on, beside what was achieved so far."""
    state = row.state
    if state is None or state.required_pace is None or row.why in ("reached", "unavailable"):
        return ""
    needed = _("From now on it takes %(pace)s a year.") % {"pace": _pace(state.required_pace, row.terms.unit)}
    if state.pace is None:
        return needed
    so_far = _("So far it was %(pace)s a year.") % {"pace": _pace(state.pace, row.terms.unit)}
    return " ".join([so_far, needed, _compared(state.pace, state.required_pace)])


def _compared(pace: float, required: float) -> str:
    if not required:
        return ""
    ratio = pace / required
    if ratio <= 0:
        return _("It has moved away from the target.")
    if ratio >= 1:
        return _("The present pace is enough.")
    return _("That is %(times)s times the present pace.") % {"times": figure(round(1 / ratio, 1))}


def _pace(per_year: float, unit: str) -> str:
    """Three digits are more than a pace can mean."""
    rounded = float(f"{per_year:.3g}")
    number = int(rounded) if rounded == int(rounded) else rounded
    return signed(number, _("points") if unit in PERCENT_SIGNS else unit)
