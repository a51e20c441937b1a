"""The look of a chart that python-pptx has made, the same in slides and in Word."""

from typing import Any

from lxml import etree
from pptx.chart.chart import Chart
from pptx.dml.color import RGBColor
from pptx.enum.chart import XL_LEGEND_POSITION
from pptx.enum.dml import MSO_LINE
from pptx.util import Pt

from kiun.dashboard.reports.document import Figure

FONT = "Yu Gothic"
WHOLE = 100
KEY_BLUE = RGBColor(0x00, 0x17, 0xC1)
GREY = RGBColor(0x76, 0x76, 0x76)
INK = RGBColor(0x1A, 0x1A, 0x1A)
HAIRLINE = RGBColor(0xD9, 0xD9, 0xD9)
MONTHS_OF_SHORT_COURSE = 24
# With more points than these the line says enough.
MARKERS = 16
DAY_FORMAT = "[$-411]ge.m"  # R8.9


def dress_chart(chart: Chart, figure: Figure, size: float) -> None:
    """`size` of the letters in points."""
    chart.font.size = Pt(size)
    chart.font.name = FONT
    chart.font.color.rgb = INK
    _set_east_asian_font(chart._chartSpace)
    chart.has_title = False
    chart.has_legend = len(figure.series) > 1
    if chart.has_legend:
        chart.legend.position = XL_LEGEND_POSITION.BOTTOM
        chart.legend.include_in_layout = False
    value_axis, category_axis = chart.value_axis, chart.category_axis
    if figure.unit == "%" and all(value is None or value <= WHOLE for one in figure.series for value in one.values):
        value_axis.maximum_scale = WHOLE
    value_axis.major_gridlines.format.line.color.rgb = HAIRLINE
    value_axis.format.line.fill.background()
    category_axis.format.line.color.rgb = GREY
    if figure.kind == "line":
        category_axis.tick_labels.number_format = DAY_FORMAT
        category_axis.tick_labels.number_format_is_linked = False
        _space_days(category_axis._element, figure)
        _dress_lines(chart)
    else:
        _dress_bars(chart)


def _dress_lines(chart: Chart) -> None:
    """The measured course as a blue line, the target dashed."""
    for place, series in enumerate(chart.plots[0].series):
        has_markers = place == 0 and len(list(series.values)) <= MARKERS
        line = series.format.line
        line.color.rgb = KEY_BLUE if place == 0 else GREY
        line.width = Pt(2.25 if place == 0 else 1.5)
        series.smooth = False
        if has_markers:
            series.marker.format.fill.solid()
            series.marker.format.fill.fore_color.rgb = KEY_BLUE
            series.marker.size = 6
        else:
            _without_marker(series._element)
        if place:
            line.dash_style = MSO_LINE.DASH


def _space_days(axis: Any, figure: Figure) -> None:
    """Labels as far apart as years, or for a short course as quarters."""
    months = (figure.days[-1] - figure.days[0]).days // 30
    namespace = axis.nsmap["c"]
    found = {child.tag: child for child in axis}
    for name, value in (
        ("baseTimeUnit", "months"),
        ("majorUnit", "12" if months > MONTHS_OF_SHORT_COURSE else "3"),
        ("majorTimeUnit", "months"),
    ):
        tag = f"{{{namespace}}}{name}"
        element = found.get(tag)
        if element is None:
            element = etree.SubElement(axis, tag)
        element.set("val", value)


def _dress_bars(chart: Chart) -> None:
    plot = chart.plots[0]
    plot.gap_width = 45
    chart.value_axis.minimum_scale = 0
    _label_each(chart.category_axis._element)
    for place, series in enumerate(plot.series):
        series.format.fill.solid()
        series.format.fill.fore_color.rgb = KEY_BLUE if place == 0 else GREY
    plot.has_data_labels = True
    plot.data_labels.show_value = True
    plot.data_labels.number_format_is_linked = True


def _label_each(axis: Any) -> None:
    """No bar without its name, however many there are."""
    namespace = axis.nsmap["c"]
    skip = etree.Element(f"{{{namespace}}}tickLblSkip", val="1")
    axis.find(f"{{{namespace}}}lblOffset").addnext(skip)


def _without_marker(series: Any) -> None:
    marker = series.get_or_add_marker()
    for child in list(marker):
        marker.remove(child)
    namespace = marker.nsmap["c"]
    etree.SubElement(marker, f"{{{namespace}}}symbol").set("val", "none")


def _set_east_asian_font(chart_space: Any) -> None:
    """Latin and Japanese letters from one family."""
    namespace = "http://schemas.openxmlformats.org/drawingml/2006/main"
    for properties in chart_space.iter(f"{{{namespace}}}defRPr"):
        if properties.find(f"{{{namespace}}}ea") is None:
            latin = properties.find(f"{{{namespace}}}latin")
            font = etree.Element(f"{{{namespace}}}ea", typeface=FONT)
            if latin is not None:
                latin.addnext(font)
            else:
                properties.append(font)
