"""Charts that Word and PowerPoint let people edit: drawn by the office program from a workbook inside the file."""

from dataclasses import dataclass
from typing import cast

from pptx import Presentation
from pptx.chart.chart import Chart
from pptx.chart.data import CategoryChartData
from pptx.enum.chart import XL_CHART_TYPE
from pptx.shapes.graphfrm import GraphicFrame
from pptx.slide import Slide
from pptx.util import Cm

from kiun.dashboard.reports.document import Figure
from kiun.dashboard.reports.look import dress_chart

# Values without their idle zeros; the unit stands in the caption.
NUMBER_FORMAT = "#,##0.##;−#,##0.##"


def chart_data(figure: Figure) -> CategoryChartData:
    data = CategoryChartData(number_format=NUMBER_FORMAT)
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
