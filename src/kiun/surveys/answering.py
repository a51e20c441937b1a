"""What may be answered to a questionnaire: reads what a form holds, without a database.

A value is stored as

- scale: its point, 1 to 5 or 7
- single: the key of a choice; multiple, ranking: a list of keys, the most important first
- number: its digits as text ("12.5"); day: ISO
- texts: the text
- matrix: {row: choice}
- 分からない: `UNKNOWN`; an item without an answer is not there
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any
from unicodedata import normalize

from django.utils.translation import gettext as _

from kiun.kernel.errors import DomainError
from kiun.surveys.models import UNKNOWN, Item, ItemKind
from kiun.surveys.models.questionnaires import WITH_CHOICES

Raw = Mapping[str, Sequence[str]]
MOST_LETTERS = {ItemKind.SHORT_TEXT: 200, ItemKind.LONG_TEXT: 2000}
NUMBER = re.compile(r"-?[0-9]{1,12}(\.[0-9]{1,6})?")


@dataclass(frozen=True, kw_only=True)
class Answered:
    """`values` by the key of the item; `errors` by the key too, in words."""

    values: dict[str, Any] = field(default_factory=dict)
    errors: dict[str, str] = field(default_factory=dict)


class _WrongError(DomainError):
    """An answer that cannot be."""


def name_of(item: Item, row: str = "") -> str:
    """Of its field in a form."""
    return f"a-{item.key}-{row}" if row else f"a-{item.key}"


def is_asked(item: Item, values: Mapping[str, Any]) -> bool:
    """Whether it concerns somebody who gave these answers before."""
    if not item.only_if:
        return True
    given = values.get(item.only_if["item"])
    chosen = given if isinstance(given, list) else [given]
    return any(str(one) in item.only_if["choices"] for one in chosen if one is not None)


def read_answers(items: Sequence[Item], raw: Raw) -> Answered:
    """`items` in their order. What is not asked is not read; what is nobody's field is nobody's answer."""
    values: dict[str, Any] = {}
    errors: dict[str, str] = {}
    for item in items:
        if not is_asked(item, values):
            continue
        try:
            value = _read(item, raw)
        except _WrongError as error:
            errors[item.key] = error.message
            continue
        if value is None and item.is_required:
            errors[item.key] = _missing(item)
        elif value is not None:
            values[item.key] = value
    return Answered(values=values, errors=errors)


def _missing(item: Item) -> str:
    if item.offers_unknown:
        return _("Please choose an answer. “I do not know” is an answer too.")
    return _("Please answer this question.")


def _read(item: Item, raw: Raw) -> Any:
    given = _given(raw, name_of(item), as_typed=item.is_text)
    if UNKNOWN in given and item.offers_unknown and not item.is_text:
        return UNKNOWN
    if item.kind == ItemKind.MATRIX:
        return _matrix(item, raw)
    return READERS[ItemKind(item.kind)](item, given) if given else None


def _given(raw: Raw, name: str, *, as_typed: bool = False) -> list[str]:
    """What stands in the field, 全角 as 半角 unless it is a text."""
    given = (text.strip() if as_typed else normalize("NFKC", text).strip() for text in raw.get(name, ()))
    return [text for text in given if text]


def _scale(item: Item, given: Sequence[str]) -> int:
    if given[0] not in {str(point) for point in range(1, item.points + 1)}:
        raise _WrongError(_("Please choose one of the answers shown."))
    return int(given[0])


def _single(item: Item, given: Sequence[str]) -> str:
    if len(given) > 1 or given[0] not in item.choice_keys:
        raise _WrongError(_("Please choose one of the answers shown."))
    return given[0]


def _ranking(item: Item, given: Sequence[str]) -> list[str]:
    most = int(item.settings.get("most") or len(item.choice_keys))
    if not set(given) <= set(item.choice_keys) or len(set(given)) != len(given):
        raise _WrongError(_("Please choose from the answers shown."))
    if len(given) > most:
        raise _WrongError(_("Please choose %(n)s at most.") % {"n": most})
    return list(given)


def _multiple(item: Item, given: Sequence[str]) -> list[str]:
    chosen = set(_ranking(item, given))
    return [key for key in item.choice_keys if key in chosen]


def _number(item: Item, given: Sequence[str]) -> str:
    text = given[0].replace(",", "")
    if not NUMBER.fullmatch(text):
        raise _WrongError(_("Please write a number, for example 12."))
    decimals = int(item.settings.get("decimals") or 0)
    if len(text.partition(".")[2]) > decimals:
        raise _WrongError(
            _("Please write %(n)s digits after the point at most.") % {"n": decimals}
            if decimals
            else _("Please write a whole number.")
        )
    _check_bounds(Decimal(text), item.settings.get("least") or "", item.settings.get("most") or "")
    return text


def _check_bounds(number: Decimal, least: str, most: str) -> None:
    if least and most and not Decimal(least) <= number <= Decimal(most):
        raise _WrongError(_("Please write a number from %(least)s to %(most)s.") % {"least": least, "most": most})
    if least and number < Decimal(least):
        raise _WrongError(_("Please write %(least)s or more.") % {"least": least})
    if most and number > Decimal(most):
        raise _WrongError(_("Please write %(most)s or less.") % {"most": most})


def _day(_item: Item, given: Sequence[str]) -> str:
    try:
        return date.fromisoformat(given[0]).isoformat()
    except ValueError as error:
        raise _WrongError(_("Please write a day that exists.")) from error


def _text(item: Item, given: Sequence[str]) -> str | None:
    longest = MOST_LETTERS[ItemKind(item.kind)]
    most = min(int(item.settings.get("most") or longest), longest)
    text = given[0].replace("\r\n", "\n").replace("\x00", "").strip()
    if len(text) > most:
        raise _WrongError(_("Please write %(n)s letters at most.") % {"n": most})
    return text or None


def _matrix(item: Item, raw: Raw) -> dict[str, str] | None:
    found = {}
    for row in item.row_keys:
        given = _given(raw, name_of(item, row))
        if not given:
            continue
        if given[0] not in item.choice_keys and not (given[0] == UNKNOWN and item.offers_unknown):
            raise _WrongError(_("Please choose one of the answers shown."))
        found[row] = given[0]
    if item.is_required and found and len(found) < len(item.row_keys):
        raise _WrongError(_("Please answer each row."))
    return found or None


READERS: Mapping[ItemKind, Callable[[Item, Sequence[str]], Any]] = {
    ItemKind.SCALE: _scale,
    ItemKind.SINGLE: _single,
    ItemKind.MULTIPLE: _multiple,
    ItemKind.RANKING: _ranking,
    ItemKind.NUMBER: _number,
    ItemKind.DAY: _day,
    ItemKind.SHORT_TEXT: _text,
    ItemKind.LONG_TEXT: _text,
}


def problem_of(item: Item, earlier: Sequence[Item]) -> str:
    """What is missing before the item can be asked; empty if nothing is. `earlier` are the items before it."""
    if item.kind in WITH_CHOICES and len(item.choices) < 2:  # noqa: PLR2004 - one answer is no choice
        return _("“%(question)s” needs two answers to choose from.") % {"question": item.text}
    if item.kind == ItemKind.MATRIX and not item.rows:
        return _("“%(question)s” needs rows.") % {"question": item.text}
    if item.only_if:
        before = {one.key: one for one in earlier}.get(item.only_if.get("item", ""))
        possible = set(_answers_of(before)) if before else set()
        if not set(item.only_if.get("choices", [])) & possible:
            return _("“%(question)s” depends on a question that does not stand before it any more.") % {
                "question": item.text
            }
    return ""


def _answers_of(item: Item) -> tuple[str, ...]:
    if item.kind == ItemKind.SCALE:
        return (*(str(point) for point in range(1, item.points + 1)), UNKNOWN)
    return (*item.choice_keys, UNKNOWN)
