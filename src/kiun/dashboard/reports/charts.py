"""Charts that Word and PowerPoint let people edit: drawn by the office program from a workbook inside the file."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from io import BytesIO
from typing import Any, cast

from pptx import Presentation
from pptx.chart.chart import Chart
from pptx.chart.data import CategoryChartData
from pptx.chart.xlsx import CategoryWorkbookWriter
from pptx.enum.chart import XL_CHART_TYPE
from pptx.shapes.graphfrm import GraphicFrame
from pptx.slide import Slide
from pptx.util import Cm

from kiun.dashboard.reports.document import Figure
from kiun.dashboard.reports.look import dress_chart
from kiun.kernel.tabular import would_run

# Values without their idle zeros; the unit stands in the caption.
NUMBER_FORMAT = "#,##0.##;−#,##0.##"


class _TextWorkbook(CategoryWorkbookWriter):  # type: ignore[misc]
    @contextmanager
    def _open_worksheet(self, xlsx_file: BytesIO) -> Iterator[tuple[Any, Any]]:
        """Texts stay texts: the writer would make formulas and links of them, which run where somebody edits a chart.

        The quote-prefix style keeps Excel from running one when its cell is edited.
        """
        with super()._open_worksheet(xlsx_file) as (workbook, worksheet):
            quoted = workbook.add_format({"quote_prefix": True})

            def write_text(sheet: Any, row: int, column: int, text: str, style: Any = None) -> int:
                written: int = sheet.write_string(row, column, text, quoted if would_run(text) else style)
                return written

            worksheet.add_write_handler(str, write_text)
            yield workbook, worksheet


class _TextChartData(CategoryChartData):  # type: ignore[misc]
    @property
    def _workbook_writer(self) -> _TextWorkbook:
        return _TextWorkbook(self)


def chart_data(figure: Figure) -> CategoryChartData:
    data = _TextChartData(number_format=NUMBER_FORMAT)
    # Bars are read from the top, and drawn from the bottom.
    places = list(range(len(figure.categories)))
    if figure.kind == "bars":
        places.reverse()
    categories: list[object] = list(figure.days if figure.kind == "line" else figure.categories)
    data.categories = [categories[place] for place in places]
    for series in figure.series:
        data.add_series(series.name, [series.values[place] for place in places])
    return data


def chart_type(figure: Figure) -> XL_CHART_TYPE:
    return XL_CHART_TYPE.LINE_MARKERS if figure.kind == "line" else XL_CHART_TYPE.BAR_CLUSTERED


def add_chart(slide: Slide, figure: Figure, box: tuple[int, int, int, int], *, size: float) -> Chart:
    """Draw `figure` into `box` (left, top, width, height); `size` of its letters in points."""
    frame = cast("GraphicFrame", slide.shapes.add_chart(chart_type(figure), *box, chart_data(figure)))
    dress_chart(frame.chart, figure, size)
    return frame.chart


@dataclass(frozen=True)
class LooseChart:
    """The parts of a chart, to be put into another kind of file."""

    xml: bytes
    workbook: bytes
    workbook_relation: str


def loose_chart(figure: Figure, *, size: float) -> LooseChart:
    slides = Presentation()
    slide = slides.slides.add_slide(slides.slide_layouts[6])
    part = add_chart(slide, figure, (Cm(0), Cm(0), Cm(16), Cm(8)), size=size).part
    ((relation, found),) = part.rels.items()
    return LooseChart(xml=part.blob, workbook=found.target_part.blob, workbook_relation=relation)
