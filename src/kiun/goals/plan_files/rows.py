"""From rows to goals: who belongs to whom, what blank cells repeat, and what each row says."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from django.utils.translation import gettext as _

from kiun.goals.models import Goal, Indicator, Policy, Series
from kiun.goals.plan_files.choices import Choices
from kiun.goals.plan_files.document import ChallengeEntry, Place, PolicyEntry, row_key
from kiun.goals.plan_files.drafts import GoalDraft, IndicatorDraft
from kiun.goals.plan_files.statements import Statement, read_statement
from kiun.goals.plan_files.terms import PlanRow, RowReading, Terms, read_terms
from kiun.goals.plan_files.vocabulary import LEVELS
from kiun.goals.plan_files.wording import NOTHING, SAME_AS_ABOVE, normal_name, one_line, split_unit
from kiun.kernel.fiscal_year import FiscalYear
from kiun.kernel.tabular import Cell
from kiun.municipality.models import Department

CARRIED = (*LEVELS, "challenge", "goal", "indicator")
_SEVERAL_DEPARTMENTS = re.compile(r"[、,，／/\r\n;；]+")
_KEY = re.compile(r"[PGI]?([1-9][0-9]{0,17})")
_BULLET = re.compile(r"^\s*(?:[・●○■□◆◇※*]|[①-⑳]|[(（]?\d{1,2}[)）.．])\s*")
LIMITS = {
    ("policy", "name"): Policy._meta.get_field("name").max_length,
    ("indicator", "name"): Indicator._meta.get_field("name").max_length,
    ("indicator", "origin"): Indicator._meta.get_field("origin").max_length,
    ("indicator", "collected_when"): Indicator._meta.get_field("collected_when").max_length,
    ("indicator", "unit"): Series._meta.get_field("unit").max_length,
    ("department", "name"): Department._meta.get_field("name").max_length,
    ("goal", "code"): Goal._meta.get_field("code").max_length,
}


class Row(PlanRow, Protocol):
    @property
    def row(self) -> int: ...
    @property
    def section(self) -> str: ...


@dataclass
class RowGatherer:
    """Takes the rows of all sheets, one sheet after the other."""

    choices: Choices
    reading: RowReading
    policies: dict[object, PolicyEntry] = field(default_factory=dict)
    challenges: dict[str, ChallengeEntry] = field(default_factory=dict)
    goals: dict[object, GoalDraft] = field(default_factory=dict)
    departments: dict[str, Place] = field(default_factory=dict)
    named: set[tuple[str, ...]] = field(default_factory=set)  # paths of policies that have an entry
    _above: dict[str, str] = field(default_factory=dict)
    _last_goal: GoalDraft | None = None

    def take_sheet(self, name: str, rows: Iterable[Row], order: Sequence[str], top: tuple[str, ...]) -> None:
        """`order`: the carried fields from coarse to fine; `top`: the policy that the sheet itself stands for."""
        self._above, self._last_goal = {}, None
        for row in rows:
            values = self._carry(row, order)
            if row_key(name, row.row) in self.choices.left_out:
                continue
            _RowTaker(self, row, Place(name, row.row), values, top).take()

    def _carry(self, row: Row, order: Sequence[str]) -> dict[str, str]:
        """Blank means as above, until something coarser changes."""
        own = {name: _text(row.cell(name)) for name in order}
        if is_own_row(row):
            self._above = own
            return own
        for position, name in enumerate(order):
            if own[name] and own[name] not in SAME_AS_ABOVE and own[name] != self._above.get(name):
                self._above[name] = own[name]
                for finer in order[position + 1 :]:
                    self._above.pop(finer, None)
        return {name: "" if (text := self._above.get(name, "")) in NOTHING else text for name in order}


def is_own_row(row: PlanRow) -> bool:
    return any(not row.cell(name).is_blank for name in ("policy_key", "goal_key", "indicator_key"))


def _text(cell: Cell) -> str:
    return one_line(cell.text)


@dataclass
class _RowTaker:
    """One row on its way into the document."""

    gatherer: RowGatherer
    row: Row
    place: Place
    values: Mapping[str, str]
    top: tuple[str, ...]

    def __post_init__(self) -> None:
        shared = self.gatherer.reading
        self.is_own = is_own_row(self.row)
        self.reading = RowReading(shared.today, shared.context, shared.problems, self.is_own)

    def take(self) -> None:
        path = self._policy_path()
        self._take_policies(path)
        challenge = self._take_challenge(path)
        statements, terms = self._indicator()
        text, is_derived = self._goal_text(statements)
        if not text:
            return
        goal = self._goal(text, path, challenge, is_derived=is_derived)
        for name, stated, own_terms in statements:
            self._take_indicator(goal, name, {**stated}, own_terms)
        if not statements:
            goal.numbers.append((_text(self.row.cell("number")), self.row.cell("number").ref, None))
            self._take_unmeasured(goal, terms)
        self.gatherer._last_goal = goal  # noqa: SLF001 - one reader in two classes

    # policy and challenge

    def _policy_path(self) -> tuple[str, ...]:
        levels = [name for name in self.values if name in LEVELS]
        has_goal = bool(self.values.get("goal"))
        parts = [*self.top, one_line(self.row.section)]
        parts += [self.values[name] for name in levels if name != "measure" or has_goal]
        path: list[str] = []
        for part in parts:
            is_named = part not in NOTHING and (not path or normal_name(part) != normal_name(path[-1]))
            if part and (self.is_own or is_named):
                path.append(part)
        for name in levels:
            self._check_length("policy", "name", self.row.cell(name))
        return tuple(path)

    def _take_policies(self, path: tuple[str, ...]) -> None:
        for depth in range(1, len(path) + 1):
            part = path[:depth]
            is_last = depth == len(path)
            code = _text(self.row.cell("policy_code")) if is_last else ""
            key = self._key("policy_key") if is_last else None
            names = tuple(map(normal_name, part))
            if key is None and self.is_own and names in self.gatherer.named:
                continue
            self.gatherer.named.add(names)
            known: object = key or names
            stored = self.gatherer.policies.get(known)
            if stored is None or (code and not stored.code) or (key and not stored.key):
                cells = {"code": self.row.cell("policy_code").ref} if code else {}
                place = stored.place if stored and not code else Place(self.place.sheet, self.place.row, cells)
                self.gatherer.policies[known] = PolicyEntry(
                    path=stored.path if stored else part,
                    code=code or (stored.code if stored else ""),
                    key=key or (stored.key if stored else None),
                    place=place,
                )
            elif code and code != stored.code:
                what = _("The policy “%(name)s” has the number %(other)s in row %(row)s.")
                words = {"name": part[-1], "other": stored.code, "row": stored.place.row}
                self.reading.reject(self.row.cell("policy_code"), what % words, _("Give each policy one number."))

    def _take_challenge(self, path: tuple[str, ...]) -> str:
        text = self.values.get("challenge", "")
        if text:
            place = Place(self.place.sheet, self.place.row, {"text": self.row.cell("challenge").ref})
            self.gatherer.challenges.setdefault(normal_name(text), ChallengeEntry(text=text, policy=path, place=place))
        return text

    # goal

    def _goal_text(self, statements: Sequence["_Measured"]) -> tuple[str, bool]:
        text = self.values.get("goal") or self.values.get("measure") or ""
        if text:
            return text, False
        if not statements:
            content = _text(self.row.cell("content"))
            return (content, False) if content not in NOTHING else ("", False)
        return statements[0][0], True

    def _goal(self, text: str, path: tuple[str, ...], challenge: str, *, is_derived: bool) -> GoalDraft:
        code = _text(self.row.cell("goal_code"))
        key = self._key("goal_key")
        identity: object = key or (tuple(map(normal_name, path)), code, normal_name(text), is_derived)
        goal = self.gatherer.goals.get(identity)
        if goal is None:
            # A row that says nothing of policies leaves a stored goal where it is.
            policy = path if path or self.is_own or self._has_levels() else None
            goal = GoalDraft(text, policy, self.place, is_derived, key=key)
            goal.cells["text"] = self._cell_of("goal", "measure", "indicator")
            goal.cells["policy"] = self._cell_of("policy_3", "policy_2", "policy_1", "goal")
            self.gatherer.goals[identity] = goal
        if challenge and not goal.challenge:
            goal.challenge = challenge
            goal.cells["challenge"] = self.row.cell("challenge").ref
        stated, cells = self._goal_facts(code, challenge)
        goal.add(stated, cells)
        return goal

    def _has_levels(self) -> bool:
        return any(self.row.has(name) for name in LEVELS)

    def _cell_of(self, *names: str) -> str:
        return next((self.row.cell(name).ref for name in names if not self.row.cell(name).is_blank), "")

    def _goal_facts(self, code: str, challenge: str) -> tuple[dict[str, Any], dict[str, str]]:
        department = "goal_department" if self.row.has("goal_department") else "department"
        facts = {"code": ("goal_code", code), "department": (department, self._department(department))}
        if self.row.has("goal_owner") or not self.values.get("indicator"):
            owner = "goal_owner" if self.row.has("goal_owner") else "owner"
            facts["owner"] = (owner, self._person(owner))
        notes = [self._note("goal_note"), self._content()]
        if not self.values.get("indicator") and not self.is_own:
            notes.append(self._note("note"))
        facts["note"] = ("goal_note", "\n".join(dict.fromkeys(note for note in notes if note)))
        self._check_length("goal", "code", self.row.cell("goal_code"))
        stated = {name: value for name, (_field, value) in facts.items() if value}
        return stated, {name: self.row.cell(facts[name][0]).ref for name in stated}

    def _content(self) -> str:
        """What is done is a note on the goal, unless it is the goal's only text."""
        text = self._note("content")
        return text if self.values.get("goal") or self.values.get("measure") else ""

    def _note(self, name: str) -> str:
        text = self.row.cell(name).text.strip()
        return "" if text in NOTHING and not self.is_own else text

    # indicator

    def _indicator(self) -> tuple[list["_Measured"], Terms]:
        written = self.values.get("indicator", "")
        name, unit = (written, "") if self.is_own else split_unit(written)
        terms = read_terms(self.row, self.reading, unit)
        if not written:
            return self._from_goal(terms), terms
        found = [] if self.is_own or {"target", "baseline"} & terms.stated.keys() else self._statements()
        if not found:
            return [(name, {}, terms)], terms
        if len(found) > 1 and terms.readings:
            what = _("The cell names several indicators, so the results of this row are left out.")
            self.reading.warn(self.row.cell("indicator"), what, _("Write one indicator in each row."))
            terms.readings.clear()
        return [(statement.name, statement.stated, terms) for statement in found], terms

    def _statements(self) -> list[Statement]:
        lines = [_BULLET.sub("", line) for line in self.row.cell("indicator").text.splitlines() if line.strip()]
        read = [self._statement(line) for line in lines]
        if len(lines) > 1 and all(read):
            return [statement for statement in read if statement]
        whole = self._statement(_BULLET.sub("", self.values["indicator"]))
        return [whole] if whole else []

    def _statement(self, text: str) -> Statement | None:
        if not re.search(r"[0-9０-９]", text):
            return None
        return read_statement(text, self.reading.today, self.reading.context)

    def _from_goal(self, terms: Terms) -> list["_Measured"]:
        """A row with numbers needs an indicator; a goal in words may hold one."""
        text = self.values.get("goal") or self.values.get("measure") or ""
        if not self.is_own and not terms.is_empty and text:
            return [(text, {}, terms)]
        if self.gatherer.choices.reads_statements and text and (statement := self._statement(text)):
            return [(statement.name, statement.stated, terms)]
        return []

    def _take_indicator(self, goal: GoalDraft, name: str, stated: dict[str, Any], terms: Terms) -> None:
        code = _text(self.row.cell("indicator_code"))
        key = self._key("indicator_key")
        identity: object = (key, normal_name(name)) if key else (code, normal_name(name))
        cells = dict.fromkeys(stated, self.row.cell("indicator").ref) | terms.cells
        facts, fact_cells = self._indicator_facts(code, terms)
        draft = goal.indicators.get(identity)
        if draft is None:
            is_copy = key is not None and any(other.key == key for other in goal.indicators.values())
            draft = IndicatorDraft(name, self.place, None if is_copy else key, inferred=terms.inferred)
            draft.cells["name"] = self._cell_of("indicator", "goal", "measure")
            goal.indicators[identity] = draft
        self._check_length("indicator", "name", self.row.cell("indicator"), name)
        draft.add({**stated, **terms.stated, **facts}, {**cells, **fact_cells}, self.place, self.reading.problems)
        draft.add_readings(terms.readings, self.place, self.reading.problems)
        goal.numbers.append((_text(self.row.cell("number")), self.row.cell("number").ref, draft))

    def _indicator_facts(self, code: str, terms: Terms) -> tuple[dict[str, Any], dict[str, str]]:
        note = "\n".join(dict.fromkeys(part for part in (self._note("note"), *terms.words) if part))
        facts = {
            "code": ("indicator_code", code),
            "department": ("department", self._department("department")),
            "owner": ("owner", self._person("owner")),
            "deputy": ("deputy", self._person("deputy")),
            "origin": ("origin", self._note("origin")),
            "collected_when": ("collected_when", self._note("collected_when")),
            "definition": ("definition", self._note("definition")),
            "note": ("note", note),
        }
        for name in ("origin", "collected_when", "unit"):
            self._check_length("indicator", name, self.row.cell(name))
        self._check_length("goal", "code", self.row.cell("indicator_code"))
        stated = {name: value for name, (_field, value) in facts.items() if value}
        return stated, {name: self.row.cell(facts[name][0]).ref for name in stated}

    def _take_unmeasured(self, goal: GoalDraft, terms: Terms) -> None:
        """Numbers without anything they could measure are pointed out rather than lost."""
        if not terms.is_empty:
            cell = self.row.cell("number") if not terms.cells else self.row.cell("target")
            self.reading.warn(cell, _("The numbers of this row are left out: it names no indicator."))
        if terms.words:
            goal.add({"note": "\n".join(terms.words)}, {})

    # words

    def _department(self, name: str) -> str:
        cell = self.row.cell(name)
        text = cell.text.strip()
        if not text or text in NOTHING or text in SAME_AS_ABOVE:
            last = self.gatherer._last_goal  # noqa: SLF001
            same = last is not None and normal_name(last.text) == normal_name(self.values.get("goal", ""))
            return str(last.stated.get("department", "")) if last and same and not self.is_own and not text else ""
        names = (
            [part.strip() for part in _SEVERAL_DEPARTMENTS.split(text) if part.strip()] if not self.is_own else [text]
        )
        if len(names) > 1:
            what = _("Several departments are named; the first, “%(name)s”, is taken as the one in charge.")
            self.reading.warn(cell, what % {"name": names[0]})
        self._check_length("department", "name", cell, names[0])
        self.gatherer.departments.setdefault(names[0], Place(cell.sheet, cell.row, {"name": cell.ref}))
        return names[0]

    def _person(self, name: str) -> str:
        text = _text(self.row.cell(name))
        return "" if text in NOTHING else text

    def _key(self, name: str) -> int | None:
        match = _KEY.fullmatch(self.row.cell(name).text.strip())
        return int(match[1]) if match else None

    def _check_length(self, kind: str, name: str, cell: Cell, text: str | None = None) -> None:
        most = LIMITS[kind, name]
        length = len(_text(cell) if text is None else text)
        if most is not None and length > most:
            what = _("The text has %(length)s characters; there is room for %(most)s.")
            self.reading.reject(cell, what % {"length": length, "most": most}, _("Shorten it in the file."))


_Measured = tuple[str, Mapping[str, Any], Terms]


def order_of(numbers: Mapping[str, int]) -> list[str]:
    """Carried fields as their columns stand from left to right; a plan is coarse on the left."""
    return sorted((name for name in CARRIED if name in numbers), key=lambda name: numbers[name])


def context_of(texts: Iterable[FiscalYear | None], today: FiscalYear) -> FiscalYear:
    return next((year for year in texts if year), today)
