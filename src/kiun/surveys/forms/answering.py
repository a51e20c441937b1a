"""The questions of a survey as fields of a page, with what was written into them before.

No Django forms: what may be answered is said once, in `answering`, and a page of thirty questions is drawn for hundreds
of people at a time.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from kiun.surveys.answering import MOST_LETTERS, name_of
from kiun.surveys.models import UNKNOWN, Item, ItemKind, Section
from kiun.surveys.models.questionnaires import said_in
from kiun.surveys.queries.asked import Asked

Written = Mapping[str, Sequence[str]]
# What stands in a field is shown again when something is wrong with it, but not without end.
LONGEST_WRITTEN = 10_000
MOST_WRITTEN = 60
ONE_OF = {ItemKind.SCALE, ItemKind.SINGLE}


@dataclass(frozen=True, kw_only=True)
class Option:
    value: str
    label: str
    is_chosen: bool = False
    # The number on a scale, or the key that chooses it.
    mark: str = ""


@dataclass(frozen=True, kw_only=True)
class Line:
    """A row of a table, or a place in an order of importance."""

    name: str
    id: str
    label: str
    options: Sequence[Option]


@dataclass(frozen=True, kw_only=True)
class Asking:
    """One item on the page."""

    item: Item
    number: int
    options: Sequence[Option] = ()
    lines: Sequence[Line] = ()
    unknown: Option | None = None
    written: str = ""
    error: str = ""
    condition: str = ""

    @property
    def name(self) -> str:
        return name_of(self.item)

    @property
    def id(self) -> str:
        return f"q-{self.item.key}"

    @property
    def described_by(self) -> str:
        parts = {"error": self.error, "help": self.item.said_help or self.most, "condition": self.condition}
        return " ".join(f"{self.id}-{part}" for part, text in parts.items() if text)

    @property
    def template(self) -> str:
        return f"surveys/answer_{TEMPLATES[ItemKind(self.item.kind)]}.html"

    @property
    def language(self) -> str:
        """Of the question, where it differs from that of the page."""
        return language_of(self.item.text_en)

    @property
    def most(self) -> str:
        most = self.item.settings.get("most")
        if not most or self.item.kind not in {ItemKind.MULTIPLE, ItemKind.RANKING}:
            return ""
        return _("Choose %(n)s at most.") % {"n": most}

    @property
    def most_letters(self) -> int:
        longest = MOST_LETTERS[ItemKind(self.item.kind)]
        return min(int(self.item.settings.get("most") or longest), longest)


@dataclass(frozen=True, kw_only=True)
class AskingSection:
    section: Section
    askings: Sequence[Asking]

    @property
    def language(self) -> str:
        return language_of(self.section.title_en or self.section.text_en)


TEMPLATES = {
    ItemKind.SCALE: "options",
    ItemKind.SINGLE: "options",
    ItemKind.MULTIPLE: "options",
    ItemKind.RANKING: "ranking",
    ItemKind.NUMBER: "typed",
    ItemKind.DAY: "typed",
    ItemKind.SHORT_TEXT: "typed",
    ItemKind.LONG_TEXT: "typed",
    ItemKind.MATRIX: "matrix",
}


def language_of(english: str) -> str:
    """Japanese, for words on an English page that have no English."""
    return "ja" if (get_language() or "").startswith("en") and not english else ""


def askings_of(
    asked: Asked, written: Written | None = None, errors: Mapping[str, str] | None = None
) -> list[AskingSection]:
    """`written` by the name of the field, `errors` by the key of the item."""
    numbers = {item.key: number for number, item in enumerate(asked.items, start=1)}
    drawing = _Drawing(asked.items, numbers, written or {}, errors or {})
    return [
        AskingSection(section=section, askings=[drawing.asking(item) for item in items])
        for section, items in asked.sections
    ]


def written_in(asked: Asked, raw: Written) -> dict[str, list[str]]:
    """Of what was sent, the fields of these questions, and of each as much as can be meant."""
    names = (name for item in asked.items for name in _names_of(item))
    return {
        name: [text[:LONGEST_WRITTEN] for text in raw[name][:MOST_WRITTEN]]
        for name in names
        if any(text for text in raw.get(name, ()))
    }


def _names_of(item: Item) -> Iterator[str]:
    yield name_of(item)
    for row in item.row_keys:
        yield name_of(item, row)


class _Drawing:
    def __init__(
        self, items: Sequence[Item], numbers: Mapping[str, int], written: Written, errors: Mapping[str, str]
    ) -> None:
        self.items = {item.key: item for item in items}
        self.numbers = numbers
        self.written = written
        self.errors = errors

    def asking(self, item: Item) -> Asking:
        given = self._given(name_of(item))
        return Asking(
            item=item,
            number=self.numbers[item.key],
            options=self._options(item, given),
            lines=self._lines(item, given),
            unknown=self._unknown(item, given),
            written=given[0] if given and given[0] != UNKNOWN else "",
            error=self.errors.get(item.key, ""),
            condition=self._condition(item),
        )

    def _given(self, name: str) -> Sequence[str]:
        return self.written.get(name, ())

    def _options(self, item: Item, given: Sequence[str]) -> list[Option]:
        if item.kind == ItemKind.SCALE:
            ends = {1: "low", item.points: "high"}
            return [
                Option(
                    value=str(point),
                    label=_end(item, ends.get(point, "")),
                    mark=str(point),
                    is_chosen=str(point) in given,
                )
                for point in range(1, item.points + 1)
            ]
        if item.kind in {ItemKind.SINGLE, ItemKind.MULTIPLE}:
            return _choices(item, given)
        return []

    def _lines(self, item: Item, given: Sequence[str]) -> list[Line]:
        if item.kind == ItemKind.MATRIX:
            return [self._row(item, row) for row in item.rows]
        if item.kind != ItemKind.RANKING:
            return []
        places = min(int(item.settings.get("most") or len(item.choices)), len(item.choices))
        return [
            Line(
                name=name_of(item),
                id=f"q-{item.key}-{place}",
                label=_("Number %(place)s") % {"place": place},
                options=_choices(item, given[place - 1 : place]),
            )
            for place in range(1, places + 1)
        ]

    def _row(self, item: Item, row: Mapping[str, str]) -> Line:
        name = name_of(item, row["key"])
        given = self._given(name)
        unknown = self._unknown(item, given)
        return Line(
            name=name,
            id=f"q-{item.key}-{row['key']}",
            label=_said(row),
            options=[*_choices(item, given), *([unknown] if unknown else [])],
        )

    def _unknown(self, item: Item, given: Sequence[str]) -> Option | None:
        if not item.offers_unknown or item.is_text:
            return None
        return Option(value=UNKNOWN, label=_("I do not know"), is_chosen=UNKNOWN in given)

    def _condition(self, item: Item) -> str:
        """For those who read all questions at once."""
        earlier = self.items.get(item.only_if.get("item", "")) if item.only_if else None
        if earlier is None:
            return ""
        labels = {str(point): str(point) for point in range(1, earlier.points + 1)}
        labels |= {choice["key"]: _said(choice) for choice in earlier.choices} | {UNKNOWN: _("I do not know")}
        chosen = [labels.get(key, key) for key in item.only_if["choices"]]
        return _("Only if you chose “%(answers)s” in question %(number)s.") % {
            "answers": _("” or “").join(chosen),
            "number": self.numbers[earlier.key],
        }


def _choices(item: Item, given: Sequence[str]) -> list[Option]:
    return [Option(value=one["key"], label=_said(one), is_chosen=one["key"] in given) for one in item.choices]


def _said(line: Mapping[str, str]) -> str:
    return said_in(get_language(), line["text"], line.get("text_en", ""))


def _end(item: Item, end: str) -> str:
    if not end:
        return ""
    return said_in(get_language(), item.settings.get(end, ""), item.settings.get(f"{end}_en", ""))


class CodeForm(forms.Form):
    """What is printed on a card."""

    code = forms.CharField(
        label=gettext_lazy("Code on your card or slip"),
        max_length=100,
        help_text=gettext_lazy("Sixteen letters and digits. Capital letters, blanks and hyphens make no difference."),
        widget=forms.TextInput(
            attrs={"autocomplete": "off", "autocapitalize": "off", "spellcheck": "false", "size": 24}
        ),
    )


def answers_in_words(asked: Asked, values: Mapping[str, Any]) -> list[tuple[int, Item, str]]:
    """Number, item and what was answered; without those that were left out."""
    return [
        (number, item, say_answer(item, values[item.key]))
        for number, item in enumerate(asked.items, start=1)
        if item.key in values
    ]


def say_answer(item: Item, value: Any) -> str:
    if value == UNKNOWN:
        return _("I do not know")
    if item.kind == ItemKind.SCALE:
        end = {1: "low", item.points: "high"}.get(value, "")
        return f"{value} {_end(item, end)}".strip()
    if item.kind == ItemKind.MATRIX:
        rows = ((row, value[row["key"]]) for row in item.rows if row["key"] in value)
        return " / ".join(f"{_said(row)}: {_label(item, chosen)}" for row, chosen in rows)
    if isinstance(value, list):
        return _(", ").join(_label(item, key) for key in value)
    if item.kind == ItemKind.SINGLE:
        return _label(item, value)
    return f"{value}{item.settings.get('unit', '')}" if item.kind == ItemKind.NUMBER else str(value)


def _label(item: Item, key: str) -> str:
    labels = {choice["key"]: _said(choice) for choice in item.choices} | {UNKNOWN: _("I do not know")}
    return labels[key]
