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
from kiun.dashboard.reports.measure import column_widths, cut
from kiun.dashboard.reports.slide_layout import (
    BODY_HEIGHT,
    BODY_TOP,
    BODY_WIDTH,
    CELL_SIZE,
    HEIGHT,
    LEAD_TOP,
    LEFT,
    NOTE_SIZE,
    TEXT_SIZE,
    TITLE_TOP,
    WIDTH,
    letters,
    row_height,
    size_of,
    table_pages,
    text_pages,
    title_size,
)
from kiun.dashboard.reports.words import label_of, source_words

GAP = Cm(1)
# Two lines, of which words that are not broken leave a part empty.
LINES_OF_LABEL = 1.7
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
        _write(shape.text_frame, [(Span(title),)], title_size(title), is_bold=True)
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
        runs = [list(run) for _type, run in groupby(section.blocks, type)]
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
        for shown in text_pages(paragraphs):
            box = self._slide(title).shapes.add_textbox(LEFT, BODY_TOP, BODY_WIDTH, BODY_HEIGHT)
            for place, block in enumerate(shown):
                size = size_of(block)
                mark = (Span("・"),) if block.style == "item" else ()
                _write(box.text_frame, [(*mark, *block.spans)], size, is_bold=block.style == "lead", is_new=place > 0)

    def _table(self, block: Table, lead: Paragraph | None = None) -> None:
        """Long tables go on, with their head, on the next slide; a lead alone needs no slide of its own."""
        widths = column_widths(block, letters(BODY_WIDTH, CELL_SIZE))
        for rows in table_pages(block, widths):
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
            self._fill(frame.table, block, rows, widths)
            for line, row in enumerate(rows, start=1):
                frame.table.rows[line].height = Pt(row_height(row, widths))

    def _fill(self, table: Any, block: Table, rows: Sequence[Sequence[Span]], widths: Sequence[float]) -> None:
        head = [Span(column.name) for column in block.columns]
        for place, column in enumerate(block.columns):
            table.columns[place].width = int(BODY_WIDTH * widths[place] / sum(widths))
            for line, row in enumerate([head, *rows]):
                cell = table.cell(line, place)
                cell.fill.solid()
                cell.fill.fore_color.rgb = HEAD_FILL if line == 0 else WHITE
                cell.margin_left = cell.margin_right = Cm(0.2)
                cell.margin_top = cell.margin_bottom = Cm(0.08)
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
            pair = curves[begin : begin + 2]
            slide, width = self._slide(title), (BODY_WIDTH - GAP) // 2 if len(pair) > 1 else BODY_WIDTH
            for place, block in enumerate(pair):
                self._figure(slide, block, LEFT + place * (width + GAP), width)

    def _figure(self, slide: Slide, block: Figure, left: int, width: int, *, has_label: bool = True) -> None:
        top = BODY_TOP
        if has_label:
            label = slide.shapes.add_textbox(left, top, width, Cm(1.2))
            size = NOTE_SIZE + 2
            words = cut(label_of(block), int(LINES_OF_LABEL * letters(width, size)))
            _write(label.text_frame, [(Span(words),)], size, is_bold=True)
            top += Cm(1.3)
        height = BODY_TOP + BODY_HEIGHT - Cm(2.4) - top
        add_chart(slide, block, (left, top, width, height), size=12 if has_label else 14)
        box = slide.shapes.add_textbox(left, top + height, width, Cm(2))
        link = (Span(source_words(), block.url),) if block.url else ()
        _write(box.text_frame, [(Span(block.sentence), *link)], NOTE_SIZE + 1)


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
                # Slides do not jump to their tables: the words say which is meant.
                is_link = bool(span.url) and not span.key
                run.font.color.rgb = KEY_BLUE if is_link else colour
                _set_east_asian_font(run)
                if is_link:
                    run.hyperlink.address = span.url


def _set_east_asian_font(run: Any) -> None:
    properties = run._r.get_or_add_rPr()
    font = properties.makeelement(qn("a:ea"), {"typeface": FONT})
    latin = properties.find(qn("a:latin"))
    if latin is None:
        properties.append(font)
    else:
        latin.addnext(font)
