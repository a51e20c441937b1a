"""The report as a Word file: headings, numbered tables and figures, charts that can be edited."""

from io import BytesIO
from itertools import zip_longest
from typing import Any

from docx import Document
from docx.document import Document as WordDocument
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.opc.packuri import PackURI
from docx.opc.part import Part
from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.shared import Cm, Emu, Pt, RGBColor
from docx.table import _Cell
from docx.text.paragraph import Paragraph as WordParagraph

from kiun.dashboard.reports.charts import loose_chart
from kiun.dashboard.reports.document import Block, Figure, Paragraph, Report, Span, Table
from kiun.dashboard.reports.look import FONT
from kiun.dashboard.reports.measure import column_widths
from kiun.dashboard.reports.words import caption_of, source_words

CHART_TYPE = "application/vnd.openxmlformats-officedocument.drawingml.chart+xml"
CHART_RELATION = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/chart"
WORKBOOK_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
WORKBOOK_RELATION = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/package"
INK, BLUE, GREY = RGBColor(0x1A, 0x1A, 0x1A), RGBColor(0x00, 0x17, 0xC1), RGBColor(0x59, 0x59, 0x59)
PAGE_WIDTH, PAGE_HEIGHT, MARGIN = Cm(21), Cm(29.7), Cm(2)
# Low enough that one which goes to the next page leaves no large gap.
CHART_WIDTH, CHART_HEIGHT = Cm(17), Cm(4.8)
BAR_HEIGHT, AROUND_BARS = Cm(0.5), Cm(1.4)
TITLE_SIZE = 20
SIZES = {"lead": 13.0, "text": 10.5, "note": 9.0, "item": 10.5}
TABLE_SIZE = 9.0
# Width of a digit of a table.
LETTER = int(Pt(TABLE_SIZE) * 0.53)
# So many rows of a table, and those of a short one, are not parted by the end of a page.
ROWS_TOGETHER, SHORT_TABLE = 3, 4
CAPTION_SIZE = 9.5
CELL_MARGIN = Cm(0.1)


def write_word(report: Report) -> bytes:
    writer = _WordWriter(report)
    writer.write()
    stream = BytesIO()
    writer.document.save(stream)
    return stream.getvalue()


class _WordWriter:
    def __init__(self, report: Report) -> None:
        self.report = report
        self.document: WordDocument = Document()
        self.charts = 0
        self._set_up()

    def _set_up(self) -> None:
        section = self.document.sections[0]
        section.page_width, section.page_height = PAGE_WIDTH, PAGE_HEIGHT
        section.left_margin = section.right_margin = section.top_margin = section.bottom_margin = MARGIN
        for name in ("Normal", "Title", "Heading 1", "Heading 2", "Caption", "List Bullet"):
            _set_font(self.document.styles[name])
        _speak_japanese(self.document)
        properties = self.document.core_properties
        properties.title, properties.author, properties.language = self.report.title, self.report.town, "ja-JP"
        _add_page_number(section.footer.paragraphs[0])

    def write(self) -> None:
        title = self.document.add_heading(self.report.title, level=0)
        title.runs[0].font.size = Pt(TITLE_SIZE)
        for line in (self.report.town, self.report.period, self.report.as_of):
            self._paragraph(Paragraph(spans=(Span(line),), style="note"))
        for section in self.report.sections:
            self.document.add_heading(section.title, level=1)
            for block, following in zip_longest(section.blocks, section.blocks[1:]):
                self._block(block, following)

    def _block(self, block: Block, following: Block | None) -> None:
        if isinstance(block, Paragraph):
            self._paragraph(block).paragraph_format.keep_with_next = _leads_to(block, following)
        elif isinstance(block, Table):
            self._table(block)
        else:
            self._figure(block)

    def _paragraph(self, block: Paragraph) -> WordParagraph:
        paragraph = self.document.add_paragraph(style="List Bullet" if block.style == "item" else "Normal")
        paragraph.paragraph_format.space_after = Pt(8 if block.style == "lead" else 4)
        paragraph.paragraph_format.line_spacing = 1.4
        self._spans(paragraph, block.spans, SIZES[block.style], is_bold=block.style == "lead")
        return paragraph

    def _spans(self, paragraph: WordParagraph, spans: tuple[Span, ...], size: float, *, is_bold: bool = False) -> None:
        for span in spans:
            run = _add_link(paragraph, span) if span.url else paragraph.add_run(span.text)
            run.font.size, run.font.bold = Pt(size), is_bold

    def _caption(self, block: Table | Figure) -> None:
        word, title = caption_of(block)
        paragraph = self.document.add_paragraph(style="Caption")
        paragraph.paragraph_format.keep_with_next = True
        paragraph.paragraph_format.space_before = Pt(8)
        paragraph.add_run(word)
        _add_field(paragraph, f"SEQ {word} \\* ARABIC", str(block.number))
        paragraph.add_run(f"　{title}")
        for run in paragraph.runs:
            run.font.size, run.font.color.rgb, run.font.bold = Pt(CAPTION_SIZE), INK, True
        if isinstance(block, Table):
            _add_bookmark(paragraph, block.key, block.number)

    def _table(self, block: Table) -> None:
        self._caption(block)
        table = self.document.add_table(rows=1, cols=len(block.columns))
        table.style, table.alignment = "Table Grid", WD_TABLE_ALIGNMENT.CENTER
        table.autofit = False
        _set_cell_margins(table)
        room = PAGE_WIDTH - 2 * MARGIN
        widths = [Emu(int(width * LETTER)) for width in column_widths(block, room / LETTER)]
        for cell, column in zip(table.rows[0].cells, block.columns, strict=True):
            self._cell(cell, (Span(column.name),), is_number=False, is_head=True)
        _repeat_on_every_page(table.rows[0])
        for row in block.rows:
            cells = table.add_row().cells
            for cell, span, column in zip(cells, row, block.columns, strict=True):
                self._cell(cell, (span,), is_number=column.is_number)
        for column, width in zip(table.columns, widths, strict=True):
            column.width = width
        for place, row in enumerate(table.rows):
            _keep_together(row)
            if _stays_with_next(place, len(block.rows)):
                _keep_with_next(row)
            for cell, width in zip(row.cells, widths, strict=True):
                cell.width = width
        self.document.add_paragraph().paragraph_format.space_after = Pt(2)

    def _cell(self, cell: _Cell, spans: tuple[Span, ...], *, is_number: bool, is_head: bool = False) -> None:
        paragraph = cell.paragraphs[0]
        paragraph.paragraph_format.space_before = paragraph.paragraph_format.space_after = Pt(2)
        self._spans(paragraph, spans, TABLE_SIZE, is_bold=is_head)
        if is_number:
            paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT
        if is_head:
            cell._element.get_or_add_tcPr().append(parse_xml(f'<w:shd {nsdecls("w")} w:val="clear" w:fill="F2F2F2"/>'))

    def _figure(self, block: Figure) -> None:
        self._chart(block)
        self._caption(block)
        sentence = (Span(block.sentence),) if block.sentence else ()
        link = (Span(source_words(), block.url),) if block.url else ()
        self._paragraph(Paragraph(spans=(*sentence, *link), style="note"))

    def _chart(self, block: Figure) -> None:
        """python-docx knows no charts: what python-pptx makes for a slide is put into this file with its workbook."""
        self.charts += 1
        package = self.document.part.package
        drawn = loose_chart(block, size=9)
        workbook = Part(PackURI(f"/word/embeddings/chart{self.charts}.xlsx"), WORKBOOK_TYPE, drawn.workbook, package)
        part = Part(PackURI(f"/word/charts/chart{self.charts}.xml"), CHART_TYPE, drawn.xml, package)
        part.load_rel(WORKBOOK_RELATION, workbook, drawn.workbook_relation)
        place = self.document.part.relate_to(part, CHART_RELATION)
        paragraph = self.document.add_paragraph()
        paragraph.paragraph_format.keep_with_next = True
        paragraph.add_run()._element.append(_drawing(place, self.charts, block))


def _set_font(style: Any) -> None:
    style.font.name = FONT
    style.font.color.rgb = INK
    fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
    for attribute in ("w:ascii", "w:hAnsi", "w:eastAsia", "w:cs"):
        fonts.set(qn(attribute), FONT)
    for attribute in ("w:asciiTheme", "w:hAnsiTheme", "w:eastAsiaTheme", "w:cstheme"):
        fonts.attrib.pop(qn(attribute), None)


def _speak_japanese(document: WordDocument) -> None:
    """Otherwise the letters come in their Chinese forms."""
    properties = document.styles.element.find(f".//{qn('w:rPrDefault')}/{qn('w:rPr')}")
    language = properties.find(qn("w:lang"))
    for attribute in ("w:val", "w:eastAsia"):
        language.set(qn(attribute), "ja-JP")


def _leads_to(block: Paragraph, following: Block | None) -> bool:
    """What only announces the next block does not stand alone at the foot of a page."""
    is_title_of_items = isinstance(following, Paragraph) and block.style != "item" and following.style == "item"
    return block.style == "lead" or is_title_of_items or isinstance(following, Table)


def _add_link(paragraph: WordParagraph, span: Span) -> Any:
    run = paragraph.add_run(span.text)
    run.font.color.rgb, run.font.underline = BLUE, True
    link = OxmlElement("w:hyperlink")
    if span.key:
        link.set(qn("w:anchor"), _bookmark(span.key))
    else:
        relation = paragraph.part.relate_to(span.url, RELATIONSHIP_TYPE.HYPERLINK, is_external=True)
        link.set(qn("r:id"), relation)
    paragraph._element.append(link)
    link.append(run._element)
    return run


def _bookmark(key: str) -> str:
    """Word wants letters, digits and underscores only."""
    return key.replace("-", "_")


def _add_bookmark(paragraph: WordParagraph, key: str, number: int) -> None:
    start, end = OxmlElement("w:bookmarkStart"), OxmlElement("w:bookmarkEnd")
    start.set(qn("w:id"), str(number))
    start.set(qn("w:name"), _bookmark(key))
    end.set(qn("w:id"), str(number))
    paragraph.runs[0]._element.addprevious(start)
    paragraph._element.append(end)


def _add_field(paragraph: WordParagraph, instruction: str, shown: str) -> None:
    """A number that Word counts anew when somebody adds a table; `shown` until then."""
    for kind in ("begin", "instruction", "separate", "shown", "end"):
        run = paragraph.add_run()
        if kind == "instruction":
            element = OxmlElement("w:instrText")
            element.set(qn("xml:space"), "preserve")
            element.text = instruction
            run._element.append(element)
        elif kind == "shown":
            run.text = shown
        else:
            element = OxmlElement("w:fldChar")
            element.set(qn("w:fldCharType"), kind)
            run._element.append(element)


def _add_page_number(paragraph: WordParagraph) -> None:
    paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    _add_field(paragraph, "PAGE", "1")


def _set_cell_margins(table: Any) -> None:
    """Half of the usual: the room goes to the words. `measure.AIR` counts with it."""
    margins = OxmlElement("w:tblCellMar")
    for side in ("left", "right"):
        margin = OxmlElement(f"w:{side}")
        margin.set(qn("w:w"), str(CELL_MARGIN.twips))
        margin.set(qn("w:type"), "dxa")
        margins.append(margin)
    table._tbl.tblPr.find(qn("w:tblLook")).addprevious(margins)


def _repeat_on_every_page(row: Any) -> None:
    row._tr.get_or_add_trPr().append(OxmlElement("w:tblHeader"))


def _keep_together(row: Any) -> None:
    row._tr.get_or_add_trPr().append(OxmlElement("w:cantSplit"))


def _stays_with_next(place: int, rows: int) -> bool:
    """`place` 0 is the head, which does not stand at the foot of a page with a single row; nor does a row alone at the
    top of the next.
    """
    return place < rows and (place < ROWS_TOGETHER or place == rows - 1 or rows <= SHORT_TABLE)


def _keep_with_next(row: Any) -> None:
    for cell in row.cells:
        for paragraph in cell.paragraphs:
            paragraph.paragraph_format.keep_with_next = True


def _drawing(relation: str, number: int, block: Figure) -> Any:
    bars = AROUND_BARS + BAR_HEIGHT * len(block.categories)
    width, height = int(CHART_WIDTH), bars if block.kind == "bars" else int(CHART_HEIGHT)
    drawing = parse_xml(
        f"""<w:drawing {nsdecls("w", "wp", "a", "r")}>
        <wp:inline distT="0" distB="0" distL="0" distR="0">
        <wp:extent cx="{width}" cy="{height}"/><wp:docPr id="{number}" name="chart {number}"/>
        <a:graphic><a:graphicData uri="http://schemas.openxmlformats.org/drawingml/2006/chart">
        <c:chart xmlns:c="http://schemas.openxmlformats.org/drawingml/2006/chart" r:id="{relation}"/>
        </a:graphicData></a:graphic></wp:inline></w:drawing>"""
    )
    # What is read aloud in place of the picture.
    drawing.find(f".//{qn('wp:docPr')}").set("descr", f"{block.title}。{block.sentence}")
    return drawing
