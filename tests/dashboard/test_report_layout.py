"""Files that can be read: columns as wide as their words, nothing off the page, every bar with its name."""

from io import BytesIO

import pytest
from docx import Document
from docx.oxml.ns import qn
from pptx import Presentation

from kiun.dashboard.reports.bars import bar_figures
from kiun.dashboard.reports.document import (
    Column,
    Figure,
    FigureSeries,
    Paragraph,
    Report,
    Section,
    Span,
    Table,
    numbered,
    text,
)
from kiun.dashboard.reports.measure import AIR, column_widths, cut, lines_of
from kiun.dashboard.reports.slide_layout import text_pages
from kiun.dashboard.reports.slides import write_slides
from kiun.dashboard.reports.word import write_word
from kiun.kernel.tabular import text_width

LONG_NAME = "住民の利便の向上と職員の負担の軽減のために行う取組" * 5
EMU_OF_POINT, EMU_OF_CENTIMETRE = 12700, 360000


def report_with(*blocks, title="報告", section="概要"):
    sections = numbered([Section(key="a", title=section, blocks=blocks)])
    return Report(title=title, town="ひなた市", period="", as_of="", sections=sections)


def table_of(rows, key=""):
    columns = (Column(name="指標"), Column(name="期間の終わり", is_number=True), Column(name="状態"))
    return Table(title="指標", columns=columns, rows=tuple(tuple(map(Span, row)) for row in rows), key=key)


ROW = (LONG_NAME, "+1,234.5ポイント", "◐ 五分五分")


def word_of(*blocks):
    return Document(BytesIO(write_word(report_with(*blocks))))


def slides_of(*blocks, **words):
    return list(Presentation(BytesIO(write_slides(report_with(*blocks, **words)))).slides)


def test_short_columns_get_what_they_need_and_long_ones_the_rest():
    widths = column_widths(table_of([ROW]), 80)
    assert sum(widths) == pytest.approx(80)
    assert widths[1:] == [text_width("+1,234.5ポイント") + AIR, text_width("◐ 五分五分") + AIR]
    assert widths[0] == pytest.approx(80 - sum(widths[1:]))


def test_columns_that_all_fit_share_the_whole_width():
    widths = column_widths(table_of([("待ち時間", "18分", "● 順調")]), 200)
    assert sum(widths) == pytest.approx(200)
    assert widths[1] > widths[0] > widths[2] * 0.9


def test_words_are_measured_and_cut():
    assert lines_of("あいう\nか", 4) == 3
    assert cut("あいうえお", 10) == "あいうえお"
    assert cut("あいうえおか", 10) == "あいうえ…"


def test_no_number_and_no_state_is_broken_in_word():
    (table,) = word_of(table_of([ROW])).tables
    widths = [column.width for column in table.columns]
    for place in (1, 2):
        assert widths[place] > text_width(ROW[place]) / 2 * 9 * EMU_OF_POINT
    assert sum(widths) == pytest.approx(17 * EMU_OF_CENTIMETRE, rel=0.001)


def keeps_with_next(row):
    return all(paragraph.paragraph_format.keep_with_next for cell in row.cells for paragraph in cell.paragraphs)


def test_rows_are_not_parted_and_the_head_comes_again_on_every_page():
    (table,) = word_of(table_of([ROW] * 9)).tables
    assert all(row._tr.trPr.find(qn("w:cantSplit")) is not None for row in table.rows)
    assert [row._tr.trPr.find(qn("w:tblHeader")) is not None for row in table.rows] == [True, *[False] * 9]
    # The head with two rows at the foot of a page, the last row with the one before it at the top.
    assert [bool(keeps_with_next(row)) for row in table.rows] == [True] * 3 + [False] * 5 + [True, False]


def test_a_short_table_stays_on_one_page():
    (table,) = word_of(table_of([ROW] * 4)).tables
    assert [bool(keeps_with_next(row)) for row in table.rows] == [True] * 4 + [False]


def test_what_announces_something_does_not_stand_alone_at_the_foot_of_a_page():
    document = word_of(text("一文です。", "lead"), text("遅れているもの（2件）"), text("甲", "item"), table_of([ROW]))
    kept = {one.text: one.paragraph_format.keep_with_next for one in document.paragraphs if one.text}
    assert kept["一文です。"]
    assert kept["遅れているもの（2件）"]
    assert kept["表1　指標"]
    assert document.styles["Heading 1"].paragraph_format.keep_with_next


def test_a_list_leads_to_the_table_of_all_in_word():
    more = Paragraph(spans=(Span("ほか3件", "#late-ones"),), style="item")
    document = word_of(more, table_of([ROW], key="late-ones"))
    body = document.element.body
    assert [link.get(qn("w:anchor")) for link in body.iter(qn("w:hyperlink"))] == ["late_ones"]
    assert [mark.get(qn("w:name")) for mark in body.iter(qn("w:bookmarkStart"))] == ["late_ones"]
    assert not any(rel.is_external for rel in document.part.rels.values())


def test_slides_name_the_table_without_a_link_that_leads_nowhere():
    (_cover, slide) = slides_of(Paragraph(spans=(Span("ほか3件", "#late"),), style="item"))
    runs = [run for shape in slide.shapes for paragraph in shape.text_frame.paragraphs for run in paragraph.runs]
    assert [run.hyperlink.address for run in runs if run.text == "ほか3件"] == [None]


def bars_of(number):
    named = [(f"取組{place}{LONG_NAME}", place) for place in range(number)]
    return list(bar_figures(title="進み具合", bars=named, series="進捗", unit="%", sentence=""))


@pytest.mark.parametrize(("number", "sizes"), [(0, []), (1, [1]), (12, [12]), (13, [6, 7]), (20, [10, 10])])
def test_bars_are_spread_over_as_many_figures_as_give_each_its_name(number, sizes):
    assert [len(figure.categories) for figure in bars_of(number)] == sizes


def test_parts_of_a_figure_say_which_they_are():
    assert [figure.title for figure in bars_of(13)] == ["進み具合（1／2）", "進み具合（2／2）"]
    assert [figure.title for figure in bars_of(3)] == ["進み具合"]


def test_a_long_name_beside_a_bar_takes_one_line():
    (figure,) = bars_of(2)
    assert figure.categories[1].startswith("取組1住民")
    assert max(map(text_width, figure.categories)) <= 32


def test_every_bar_of_a_chart_has_its_name():
    charts = [shape.chart for slide in slides_of(*bars_of(20)) for shape in slide.shapes if shape.has_chart]
    assert [len(list(chart.plots[0].categories)) for chart in charts] == [10, 10]
    skips = [chart.category_axis._element.find(qn("c:tickLblSkip")).get("val") for chart in charts]
    assert skips == ["1", "1"]


def tables_of(slides):
    return [shape.table for slide in slides for shape in slide.shapes if shape.has_table]


def rows_of(slides):
    """Of each slide, without the head."""
    return [len(table.rows) - 1 for table in tables_of(slides)]


def test_a_long_table_is_spread_evenly_over_slides():
    rows = [(f"指標{place}", "18分", "● 順調") for place in range(13)]
    assert rows_of(slides_of(table_of(rows))) == [7, 6]
    assert rows_of(slides_of(table_of(rows[:12]))) == [12]
    many = rows_of(slides_of(table_of(rows * 13)))
    assert (len(many), sum(many), set(many)) == (15, 169, {11, 12})


def test_high_rows_take_fewer_to_a_slide():
    rows = [("\n".join(["甲"] * 6), "18分", "● 順調")] * 6
    assert rows_of(slides_of(table_of(rows))) == [2, 2, 2]


def test_where_an_even_spread_does_not_fit_slides_are_filled_one_after_the_other():
    low, high = ("甲", "18分", "● 順調"), ("\n".join(["甲"] * 17), "18分", "● 順調")
    assert rows_of(slides_of(table_of([low, low, high, low, high]))) == [2, 2, 1]


def test_a_row_longer_than_a_slide_says_where_the_rest_stands():
    (table,) = tables_of(slides_of(table_of([("\n".join(f"行{place}" for place in range(60)), "18分", "● 順調")])))
    words = table.cell(1, 0).text_frame.text
    assert words.startswith("行0")
    assert words.endswith("（全文はWord版に掲載）")
    assert "行40" not in words
    assert table.cell(1, 1).text_frame.text == "18分"


def test_long_words_go_on_on_the_next_slide():
    slides = slides_of(*(text(LONG_NAME * 2, "item") for _place in range(9)))
    assert len(slides) == 1 + 5


def title_size(slide):
    return slide.shapes.title.text_frame.paragraphs[0].runs[0].font.size.pt


def test_a_long_title_is_written_smaller():
    sizes = [
        title_size(slides_of(text("一文"), section=words)[1]) for words in ("概要", LONG_NAME[:60], LONG_NAME[:120])
    ]
    assert sizes == [26, 20, 16]


def test_curves_stand_in_pairs_and_a_single_one_takes_the_whole_slide():
    days, series = ("2025-03-31", "2026-03-31"), (FigureSeries(name="実績", values=(1, 2)),)
    curve = Figure(title=LONG_NAME, kind="line", categories=days, series=series)
    widths = [shape.width for slide in slides_of(curve, curve, curve) for shape in slide.shapes if shape.has_chart]
    assert len(widths) == 3
    assert widths[0] == widths[1] < widths[2] / 2


def test_no_slide_holds_only_what_is_left_of_a_list():
    rest = Paragraph(spans=(Span("ほか32件", "#late"),), style="item")
    for number in range(1, 12):
        pages = text_pages([*(text(LONG_NAME, "item") for _place in range(number)), rest])
        assert rest in pages[-1]
        assert len(pages[-1]) > 1
