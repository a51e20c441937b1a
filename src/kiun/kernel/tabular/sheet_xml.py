"""One pass over a worksheet's XML, for what the reader of values does not tell."""

from collections.abc import Iterable, Mapping
from xml.parsers import expat

from kiun.kernel.tabular.number_formats import NumberFormat
from kiun.kernel.tabular.refusal import damaged
from kiun.kernel.tabular.sheet_facts import WIDEST, SheetFacts, column_number


def plain_parser() -> expat.XMLParserType:
    """Refuses every document type declaration, and with it all entities of its own."""
    parser = expat.ParserCreate()
    parser.StartDoctypeDeclHandler = _refuse_declaration
    return parser


def parse_xml(chunks: Iterable[bytes], parser: expat.XMLParserType) -> None:
    try:
        for chunk in chunks:
            parser.Parse(chunk, False)
        parser.Parse(b"", True)
    except (expat.ExpatError, ValueError, LookupError, OverflowError) as error:
        raise damaged() from error


def scan_sheet(chunks: Iterable[bytes], facts: SheetFacts, formats: Mapping[str, NumberFormat]) -> None:
    parser = plain_parser()
    scan = _SheetScan(parser, facts, formats)
    parser.StartElementHandler = scan.start
    parse_xml(chunks, parser)
    scan.settle()


def _refuse_declaration(*_declaration: object) -> None:
    raise damaged()


_CONTENTS = frozenset({"v", "f", "is"})  # a cell with none of them is only formatted


class _SheetScan:
    """Called for every element of a sheet: a million times for a large one, so it does little and keeps no text."""

    def __init__(self, parser: expat.XMLParserType, facts: SheetFacts, formats: Mapping[str, NumberFormat]) -> None:
        self.parser, self.facts, self.formats = parser, facts, formats
        self.row = self.column = 0
        self.cell_type: str | None = None
        self.style: str | None = None
        self.has_formula = self.in_value = False
        self.text = ""
        self.columns: dict[str, int] = {}

    def start(self, name: str, attributes: dict[str, str]) -> None:
        if name == "c":
            self.start_cell(attributes)
        elif name in _CONTENTS:
            self.in_value = name == "v"
            if self.row > self.facts.last_row or self.column > self.facts.last_column:
                self.facts.has_value_at(self.row, self.column)
            if self.style in self.formats:
                self.facts.formats[self.row * WIDEST + self.column] = self.formats[self.style or ""]
            if name == "f":
                self.has_formula = True
                self.parser.CharacterDataHandler = self.characters
        elif name == "row":
            if self.has_formula or self.cell_type == "e":
                self.settle()
            self.row = _number(attributes["r"]) if "r" in attributes else self.row + 1
            self.column = 0
        elif ":" in name:
            self.start(name.rpartition(":")[2], attributes)

    def start_cell(self, attributes: dict[str, str]) -> None:
        if self.has_formula or self.cell_type == "e":
            self.settle()
        if ref := attributes.get("r"):
            letters = ref.rstrip("0123456789")
            self.column = self.columns.get(letters) or self.columns.setdefault(letters, _column(letters))
            self.row = _number(ref[len(letters) :])
        else:
            self.column += 1
        self.style = attributes.get("s")
        self.cell_type = attributes.get("t")
        if self.cell_type == "e":
            self.parser.CharacterDataHandler = self.characters

    def characters(self, data: str) -> None:
        if self.in_value:
            self.text += data

    def settle(self) -> None:
        """Judges the formula or error cell that has just ended; an empty text is a result, an empty number is none."""
        if self.cell_type == "e":
            self.facts.error_value_at(self.row, self.column, self.text.strip()[:20])
        elif self.has_formula and not self.text.strip() and self.cell_type != "str":
            self.facts.formula_without_value_at(self.row, self.column)
        self.has_formula, self.cell_type, self.text = False, None, ""
        self.parser.CharacterDataHandler = None


def _number(digits: str) -> int:
    if len(digits) < 8 and digits.isascii() and digits.isdigit():  # noqa: PLR2004 - Excel has 7 digits of rows
        return int(digits)
    raise damaged()


def _column(letters: str) -> int:
    if not (letters.isascii() and letters.isalpha() and len(letters) <= 3):  # noqa: PLR2004 - XFD is the last one
        raise damaged()
    return column_number(letters.upper())
