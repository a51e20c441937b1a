"""What stands beside a goal while it is written: four parts, one question, one proposal. No answer is ever demanded."""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from kiun.analysis.goal_text import MAX_CHARACTERS, Direction, GoalReading, Part, answer, read_goal
from kiun.goals.wording import name_of_part
from kiun.kernel.errors import DomainError
from kiun.kernel.fiscal_year import fiscal_year_of, parse_date
from kiun.kernel.tabular import parse_quantity
from kiun.ui.dates import say_day
from kiun.ui.figures import figure, signed

BLANK = "◯"
ANSWER, SKIP, ADOPT = "answer", "skip", "adopt"
KEPT = ("indicator", "baseline", "target", "unit", "deadline")
SUGGESTION = re.compile(r"(?P<name>.+)（(?P<unit>[^（）]*)）$")
RELATIVE_UNITS = ("%", "倍", "ポイント")


@dataclass(frozen=True, kw_only=True)
class LintPart:
    id: str
    name: str
    is_found: bool
    text: str


@dataclass(frozen=True, kw_only=True)
class LintQuestion:
    part: str
    text: str
    typed: str = ""
    unit: str = ""
    asks_unit: bool = False
    help: str = ""
    error: str = ""
    suggestions: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class GoalLint:
    text: str
    reading: GoalReading
    parts: tuple[LintPart, ...]
    answers: Mapping[str, str]
    skipped: tuple[str, ...]
    question: LintQuestion | None
    proposal: str
    # The text with the answers that it does not hold itself; empty while there are none.
    answered_text: str = ""
    # The person wants the typed words without the answers.
    keeps_words: bool = False
    # A button was pressed, so that the reader's eyes and keyboard go on to what follows.
    has_stepped: bool = False

    @property
    def is_empty(self) -> bool:
        return not self.text.strip()

    @property
    def can_adopt(self) -> bool:
        return bool(self.proposal) and BLANK not in self.proposal

    @property
    def lacks_nothing(self) -> bool:
        return not self.reading.missing

    @property
    def saved_text(self) -> str:
        """No answer is lost because a button was not pressed."""
        return self.text if self.keeps_words else self.answered_text or self.text


def lint_of(data: QueryDict | Mapping[str, Any], today: date, *, step: str = "") -> GoalLint:
    """Read the text with the answers given so far, and take the step that a button asked for (`step`)."""
    text = str(data.get("text", ""))[:MAX_CHARACTERS]
    answers = {name: _kept(name, str(data.get(f"a_{name}", ""))[:200]) for name in KEPT}
    skipped = tuple(data.getlist("skipped")) if isinstance(data, QueryDict) else ()
    step = step or str(data.get("step", ""))
    part, typed = str(data.get("asked", "")), str(data.get("answer", "")).strip()
    error = ""
    if step == SKIP:
        skipped = (*skipped, part)
    elif step == ANSWER and typed:
        answers, error = _answered(answers, part, typed[:200], str(data.get("answer_unit", "")).strip()[:20])
    said = read_goal(text, today=today)
    reading = _with_answers(said, answers)
    if step == ADOPT and BLANK not in reading.rewrite:
        text, answers = reading.rewrite, dict.fromkeys(KEPT, "")
        said = reading = read_goal(text, today=today)
    return GoalLint(
        text=text,
        reading=reading,
        parts=parts_of(reading),
        answers=answers,
        skipped=tuple(dict.fromkeys(skipped)),
        question=_question(reading, skipped, error, typed if error else ""),
        # Nothing is proposed for an empty text, or for one that says everything itself.
        proposal=reading.rewrite if text.strip() and said.missing else "",
        answered_text=_answered_text(said, reading),
        keeps_words="keeps_words" in data,
        has_stepped=bool(step),
    )


def _kept(name: str, text: str) -> str:
    """An earlier answer as it came back from the page; what this form cannot have written is dropped."""
    try:
        if name == Part.DEADLINE and text:
            date.fromisoformat(text)
        elif name in (Part.BASELINE, Part.TARGET) and text and not Decimal(text).is_finite():
            return ""
    except (ValueError, InvalidOperation):
        return ""
    return text


def _answered(answers: dict[str, str], part: str, typed: str, unit: str) -> tuple[dict[str, str], str]:
    """The answers with one more, or the sentence that says why it cannot be understood."""
    try:
        if part == Part.DEADLINE:
            return answers | {part: parse_date(typed).isoformat()}, ""
        if part == Part.INDICATOR:
            suggestion = SUGGESTION.match(typed)
            known = suggestion.groupdict() if suggestion else {"name": typed, "unit": ""}
            return answers | {part: known["name"], "unit": known["unit"] or answers["unit"]}, ""
        if part not in (Part.BASELINE, Part.TARGET):
            return answers, ""
        quantity = parse_quantity(typed)
    except DomainError as error:
        return answers, error.message
    if quantity.value is None:
        return answers, _("Write a number, or choose “I do not know”.")
    return answers | {part: str(quantity.value), "unit": quantity.unit or unit or answers["unit"]}, ""


def _with_answers(reading: GoalReading, answers: Mapping[str, str]) -> GoalReading:
    # What the text itself says goes before an earlier answer.
    open_parts = {part for part in reading.missing if answers[part]}
    if not open_parts:
        return reading
    return _with_day_of_baseline(
        answer(
            reading,
            indicator=answers["indicator"] if Part.INDICATOR in open_parts else None,
            baseline=_decimal(answers["baseline"]) if Part.BASELINE in open_parts else None,
            target=_decimal(answers["target"]) if Part.TARGET in open_parts else None,
            unit=answers["unit"] or None,
            deadline=date.fromisoformat(answers["deadline"]) if Part.DEADLINE in open_parts else None,
        ),
        was_asked=Part.BASELINE in open_parts,
    )


def _with_day_of_baseline(reading: GoalReading, *, was_asked: bool) -> GoalReading:
    """The question asks for the last fiscal year."""
    if not was_asked or reading.baseline_when:
        return reading
    return replace(reading, baseline_when=fiscal_year_of(reading.today).previous().label)


def _decimal(text: str) -> Decimal | None:
    return Decimal(text) if text else None


def parts_of(reading: GoalReading, missing: Collection[str] | None = None) -> tuple[LintPart, ...]:
    """What the words say; with `missing` (what the goal lacks) also what only its indicators say."""
    said: dict[str, str] = {
        Part.INDICATOR: reading.indicator or _("named in the text"),
        Part.BASELINE: _say_baseline(reading),
        Part.TARGET: _say_target(reading),
        Part.DEADLINE: say_day(reading.deadline) if reading.deadline else "",
    }
    absent: dict[str, str] = {
        Part.INDICATOR: _("Nothing that can be measured is named"),
        Part.BASELINE: _("The present figure is missing"),
        Part.TARGET: _("There is no target"),
        Part.DEADLINE: _("There is no deadline"),
    }
    lacking = reading.missing if missing is None else missing
    texts = said | dict.fromkeys(reading.missing, _("an indicator says it")) | {part: absent[part] for part in lacking}
    return tuple(
        LintPart(id=part, name=name_of_part(part), is_found=part not in lacking, text=texts[part]) for part in Part
    )


def _say_direction(direction: Direction) -> str:
    return {
        Direction.INCREASE: pgettext("direction", "more"),
        Direction.DECREASE: pgettext("direction", "less"),
        Direction.REACH: pgettext("direction", "reach and keep"),
        Direction.NONE: "",
    }[direction]


def _say_target(reading: GoalReading) -> str:
    return " · ".join(filter(None, (_say_amount(reading), _say_direction(reading.direction))))


def _say_amount(reading: GoalReading) -> str:
    if not isinstance(reading.target, Decimal):
        return reading.target or ""
    if not reading.is_change:
        return figure(reading.target, reading.unit)
    return signed(-reading.target if reading.direction is Direction.DECREASE else reading.target, reading.unit)


def _say_baseline(reading: GoalReading) -> str:
    if not isinstance(reading.baseline, Decimal):
        return reading.baseline or ""
    value = figure(reading.baseline, reading.baseline_unit)
    return f"{value}（{reading.baseline_when}）" if reading.baseline_when else value


def _question(reading: GoalReading, skipped: tuple[str, ...], error: str, typed: str) -> LintQuestion | None:
    if not reading.text.strip():
        return None
    asked = next((question for question in reading.questions if question.part not in skipped), None)
    if asked is None:
        return None
    unit = _level_unit(reading) if asked.part in (Part.BASELINE, Part.TARGET) else ""
    return LintQuestion(
        part=asked.part,
        text=asked.text,
        typed=typed,
        unit=unit,
        asks_unit=asked.part in (Part.BASELINE, Part.TARGET) and not unit,
        help=_("For example 令和10年度末 or 2029-03-31.") if asked.part == Part.DEADLINE else "",
        error=error,
        suggestions=reading.suggestions if asked.part == Part.INDICATOR else (),
    )


def _level_unit(reading: GoalReading) -> str:
    if reading.baseline_unit:
        return reading.baseline_unit
    return "" if reading.is_change and reading.unit in RELATIVE_UNITS else reading.unit


def _answered_text(said: GoalReading, reading: GoalReading) -> str:
    """The proposal, or while it still has blanks the text with its answers behind it."""
    answered = [part for part in said.missing if part not in reading.missing]
    if not answered or not said.text.strip():
        return ""
    return reading.with_note(answered) if BLANK in reading.rewrite else reading.rewrite
