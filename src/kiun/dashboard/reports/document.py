"""What a report says, apart from how it looks. Kept as JSON beside the files, so that the page of an old report says
what its files say.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass, fields, is_dataclass, replace
from datetime import date
from itertools import count
from typing import Any, Literal

from kiun.kernel.tabular import clean_text


@dataclass(frozen=True)
class Span:
    """Words, with the address of where they come from; “#” and a key point at a table of the same report."""

    text: str
    url: str = ""

    @property
    def key(self) -> str:
        return self.url[1:] if self.url.startswith("#") else ""


@dataclass(frozen=True, kw_only=True)
class Paragraph:
    """`late` marks the one part of a lead that is late or wrong."""

    spans: tuple[Span, ...]
    style: Literal["lead", "text", "note", "item"] = "text"

    @property
    def text(self) -> str:
        return "".join(span.text for span in self.spans)


@dataclass(frozen=True, kw_only=True)
class Column:
    name: str
    is_number: bool = False


@dataclass(frozen=True, kw_only=True)
class Table:
    title: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Span, ...], ...]
    number: int = 0
    key: str = ""


@dataclass(frozen=True, kw_only=True)
class FigureSeries:
    name: str
    values: tuple[float | None, ...]


@dataclass(frozen=True, kw_only=True)
class Figure:
    """`line`: categories are ISO days; `bars`: they are names."""

    title: str
    kind: Literal["line", "bars"]
    categories: tuple[str, ...]
    series: tuple[FigureSeries, ...]
    unit: str = ""
    sentence: str = ""
    url: str = ""
    number: int = 0
    key: str = ""

    @property
    def days(self) -> list[date]:
        return [date.fromisoformat(day) for day in self.categories]


Block = Paragraph | Table | Figure


@dataclass(frozen=True, kw_only=True)
class Section:
    key: str
    title: str
    blocks: tuple[Block, ...]


@dataclass(frozen=True, kw_only=True)
class Report:
    title: str
    town: str
    period: str
    as_of: str
    sections: tuple[Section, ...]


def numbered(sections: Iterable[Section]) -> tuple[Section, ...]:
    """Tables and figures counted through the whole report, each with a key to point at."""
    tables, figures = count(1), count(1)

    def number(block: Block) -> Block:
        if isinstance(block, Table):
            place = next(tables)
            return replace(block, number=place, key=block.key or f"table-{place}")
        if isinstance(block, Figure):
            place = next(figures)
            return replace(block, number=place, key=f"figure-{place}")
        return block

    return tuple(replace(section, blocks=tuple(number(block) for block in section.blocks)) for section in sections)


def cleaned(report: Report) -> Report:
    """One control character, pasted from a slide, and no office program would open the file."""
    found: Report = _cleaned(report)
    return found


def _cleaned(part: Any) -> Any:
    if isinstance(part, str):
        return clean_text(part)
    if isinstance(part, tuple):
        return tuple(_cleaned(one) for one in part)
    if is_dataclass(part) and not isinstance(part, type):
        return replace(part, **{field.name: _cleaned(getattr(part, field.name)) for field in fields(part)})
    return part


def blocks_of(report: Report) -> Iterator[Block]:
    for section in report.sections:
        yield from section.blocks


KINDS: dict[str, type[Block]] = {"paragraph": Paragraph, "table": Table, "figure": Figure}


def as_json(report: Report) -> dict[str, Any]:
    names = {kind: name for name, kind in KINDS.items()}
    stored = asdict(report)
    for kept, section in zip(stored["sections"], report.sections, strict=True):
        kept["blocks"] = [{"block": names[type(block)], **asdict(block)} for block in section.blocks]
    return stored


def from_json(stored: dict[str, Any]) -> Report:
    sections = tuple(
        Section(key=kept["key"], title=kept["title"], blocks=tuple(_block(block) for block in kept["blocks"]))
        for kept in stored["sections"]
    )
    return Report(**{**stored, "sections": sections})


def _block(stored: dict[str, Any]) -> Block:
    values = {name: value for name, value in stored.items() if name != "block"}
    kind = stored["block"]
    if kind == "paragraph":
        return Paragraph(spans=_spans(values["spans"]), style=values["style"])
    if kind == "table":
        # Earlier reports also kept a share of the width for each column.
        columns = tuple(Column(name=one["name"], is_number=one["is_number"]) for one in values.pop("columns"))
        return Table(columns=columns, rows=tuple(_spans(row) for row in values.pop("rows")), **values)
    series = tuple(FigureSeries(name=one["name"], values=tuple(one["values"])) for one in values.pop("series"))
    return Figure(series=series, categories=tuple(values.pop("categories")), **values)


def _spans(stored: Sequence[dict[str, str]]) -> tuple[Span, ...]:
    return tuple(Span(**span) for span in stored)


def text(words: object, style: Literal["lead", "text", "note", "item"] = "text") -> Paragraph:
    return Paragraph(spans=(Span(str(words)),), style=style)
