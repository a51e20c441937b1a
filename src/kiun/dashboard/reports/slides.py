"""The report as slides: one thought on each, charts that can be edited, large letters."""

from collections.abc import Sequence
from io import BytesIO
from itertools import groupby
from typing import Any, cast

from pptx import Presentation
from pptx.dml.color import RGBColor
from pptx.enum.text import MSO_ANCHOR, PP_ALIGN
from pptx.oxml.ns import qn
from pptx.presentation import Presentation as Slides
from pptx.shapes.graphfrm import GraphicFrame
from pptx.slide import Slide
from pptx.text.text import TextFrame
from pptx.util import Cm, Pt

from kiun.dashboard.reports.charts import add_chart
from kiun.dashboard.reports.document import Figure, Paragraph, Report, Section, Span, Table
from kiun.dashboard.reports.look import FONT, GREY, INK, KEY_BLUE
from kiun.dashboard.reports.words import label_of, source_words

WIDTH, HEIGHT = Cm(33.867), Cm(19.05)
LEFT, TITLE_TOP, LEAD_TOP, BODY_TOP = Cm(1.8), Cm(0.8), Cm(2.9), Cm(4.4)
BODY_WIDTH, BODY_HEIGHT = WIDTH - 2 * LEFT, HEIGHT - BODY_TOP - Cm(1.6)
TITLE_SIZE, LEAD_SIZE, TEXT_SIZE, NOTE_SIZE, CELL_SIZE = 26, 24, 18, 12, 12
GAP = Cm(1)
ROWS_ON_SLIDE = 11
LINES_ON_SLIDE = 9
TITLE_ONLY = 5
HEAD_FILL, WHITE = RGBColor(0xF2, 0xF2, 0xF2), RGBColor(0xFF, 0xFF, 0xFF)
# A table without the colours of the programme's own style.
PLAIN_TABLE = "{5940675A-B579-460E-94D1-54222C63F5DA}"


def write_slides(report: Report) -> bytes:
    writer = _SlideWriter(report)
    writer.write()
    stream = BytesIO()
    writer.slides.save(stream)
    return stream.getvalue()


class _SlideWriter:
    def __init__(self, report: Report) -> None:
        self.report = report
        self.slides: Slides = Presentation()
        self.slides.slide_width, self.slides.slide_height = WIDTH, HEIGHT
        properties = self.slides.core_properties
        properties.title, properties.author, properties.language = report.title, report.town, "ja-JP"

    def write(self) -> None:
        self._cover()
        for section in self.report.sections:
            self._section(section)

    def _slide(self, title: str) -> Slide:
        slide = self.slides.slides.add_slide(self.slides.slide_layouts[TITLE_ONLY])
        shape = cast("Any", slide.shapes.title)
        shape.left, shape.top, shape.width, shape.height = LEFT, TITLE_TOP, BODY_WIDTH, Cm(2.2)
        shape.text_frame.word_wrap = True
        shape.text_frame.vertical_anchor = MSO_ANCHOR.MIDDLE
        _write(shape.text_frame, [(Span(title),)], TITLE_SIZE, is_bold=True)
        self._page_number(slide)
        return slide

    def _page_number(self, slide: Slide) -> None:
        box = slide.shapes.add_textbox(WIDTH - LEFT - Cm(3), HEIGHT - Cm(1.3), Cm(3), Cm(0.9))
        _write(box.text_frame, [(Span(str(len(self.slides.slides))),)], NOTE_SIZE, colour=GREY)
        box.text_frame.paragraphs[0].alignment = PP_ALIGN.RIGHT

    def _cover(self) -> None:
        slide = self._slide(self.report.title)
        title = cast("Any", slide.shapes.title)
        title.top, title.height = Cm(5.2), Cm(4)
        box = slide.shapes.add_textbox(LEFT, Cm(9.6), BODY_WIDTH, Cm(4))
        lines = [(Span(line),) for line in (self.report.town, self.report.period, self.report.as_of)]
        _write(box.text_frame, lines, TEXT_SIZE)

    def _section(self, section: Section) -> None:
        runs = [list(run) for _kind, run in groupby(section.blocks, type)]
        for run, following in zip(runs, [*runs[1:], []], strict=True):
            first, coming = next(iter(run), None), next(iter(following), None)
            if isinstance(first, Paragraph) and len(run) == 1 and isinstance(coming, Table):
                self._table(coming, first)
                following.pop(0)
            elif isinstance(first, Paragraph):
                self._text(section.title, cast("list[Paragraph]", run))
            elif isinstance(first, Table):
                for table in cast("list[Table]", run):
                    self._table(table)
            elif isinstance(first, Figure):
                self._figures(section.title, cast("list[Figure]", run))

    def _text(self, title: str, paragraphs: Sequence[Paragraph]) -> None:
        for shown in _parts(paragraphs):
            box = self._slide(title).shapes.add_textbox(LEFT, BODY_TOP, BODY_WIDTH, BODY_HEIGHT)
            for place, block in enumerate(shown):
                size = {"lead": LEAD_SIZE, "note": NOTE_SIZE}.get(block.style, TEXT_SIZE)
                mark = (Span("・"),) if block.style == "item" else ()
                _write(box.text_frame, [(*mark, *block.spans)], size, is_bold=block.style == "lead", is_new=place > 0)

    def _table(self, block: Table, lead: Paragraph | None = None) -> None:
        """Long tables go on, with their head, on the next slide; a lead alone needs no slide of its own."""
        for begin in range(0, max(len(block.rows), 1), ROWS_ON_SLIDE):
            rows = block.rows[begin : begin + ROWS_ON_SLIDE]
            slide = self._slide(label_of(block))
            if lead:
                box = slide.shapes.add_textbox(LEFT, LEAD_TOP, BODY_WIDTH, Cm(1.2))
                _write(box.text_frame, [lead.spans], TEXT_SIZE, is_bold=True)
            frame = cast(
                "GraphicFrame",
                slide.shapes.add_table(
                    len(rows) + 1, len(block.columns), LEFT, BODY_TOP, BODY_WIDTH, Cm(1) * (len(rows) + 1)
                ),
            )
            frame._element.graphic.graphicData.tbl.tblPr.find(qn("a:tableStyleId")).text = PLAIN_TABLE
            self._fill(frame.table, block, rows)

    def _fill(self, table: Any, block: Table, rows: Sequence[Sequence[Span]]) -> None:
        whole = sum(column.share for column in block.columns)
        head = [Span(column.name) for column in block.columns]
        for place, column in enumerate(block.columns):
            table.columns[place].width = int(BODY_WIDTH * column.share / whole)
            for line, row in enumerate([head, *rows]):
                cell = table.cell(line, place)
                cell.fill.solid()
                cell.fill.fore_color.rgb = HEAD_FILL if line == 0 else WHITE
                cell.margin_left = cell.margin_right = Cm(0.2)
                _write(cell.text_frame, [(row[place],)], CELL_SIZE, is_bold=line == 0)
                if column.is_number and line:
                    cell.text_frame.paragraphs[0].alignment = PP_ALIGN.RIGHT

    def _figures(self, title: str, figures: Sequence[Figure]) -> None:
        """Curves stand in pairs; bars need the whole width for their names."""
        curves = [block for block in figures if block.kind == "line"]
        for block in figures:
            if block.kind == "bars":
                self._figure(self._slide(label_of(block)), block, LEFT, BODY_WIDTH, has_label=False)
        for begin in range(0, len(curves), 2):
            slide, width = self._slide(title), (BODY_WIDTH - GAP) // 2
            for place, block in enumerate(curves[begin : begin + 2]):
                self._figure(slide, block, LEFT + place * (width + GAP), width)

    def _figure(self, slide: Slide, block: Figure, left: int, width: int, *, has_label: bool = True) -> None:
        top = BODY_TOP
        if has_label:
            label = slide.shapes.add_textbox(left, top, width, Cm(1.2))
            _write(label.text_frame, [(Span(label_of(block)),)], NOTE_SIZE + 2, is_bold=True)
            top += Cm(1.3)
        height = BODY_TOP + BODY_HEIGHT - Cm(2.4) - top
        add_chart(slide, block, (left, top, width, height), size=12 if has_label else 14)
        box = slide.shapes.add_textbox(left, top + height, width, Cm(2))
        link = (Span(source_words(), block.url),) if block.url else ()
        _write(box.text_frame, [(Span(block.sentence), *link)], NOTE_SIZE + 1)


def _parts(paragraphs: Sequence[Paragraph]) -> list[list[Paragraph]]:
    """A new slide when this one is full, or when something else than the items above begins."""
    parts: list[list[Paragraph]] = [[]]
    for block in paragraphs:
        last = parts[-1][-1:] or [block]
        if len(parts[-1]) == LINES_ON_SLIDE or (last[0].style == "item" and block.style != "item"):
            parts.append([])
        parts[-1].append(block)
    return parts


def _write(
    frame: TextFrame,
    paragraphs: Sequence[Sequence[Span]],
    size: float,
    *,
    is_bold: bool = False,
    is_new: bool = False,
    colour: RGBColor = INK,
) -> None:
    """Fill the frame; with `is_new`, go on below what stands there."""
    frame.word_wrap = True
    for place, spans in enumerate(paragraphs):
        paragraph = frame.add_paragraph() if place or is_new else frame.paragraphs[0]
        paragraph.space_after = Pt(6)
        paragraph.alignment = PP_ALIGN.LEFT
        for span in spans:
            for line, words in enumerate(span.text.split("\n")):
                if line:
                    paragraph.add_line_break()
                run = paragraph.add_run()
                run.text = words
                run.font.size, run.font.bold, run.font.name = Pt(size), is_bold, FONT
                run.font.color.rgb = KEY_BLUE if span.url else colour
                _set_east_asian_font(run)
                if span.url:
                    run.hyperlink.address = span.url


def _set_east_asian_font(run: Any) -> None:
    properties = run._r.get_or_add_rPr()
    font = properties.makeelement(qn("a:ea"), {"typeface": FONT})
    latin = properties.find(qn("a:latin"))
    if latin is None:
        properties.append(font)
    else:
        latin.addnext(font)
