"""Cells of a table of people: hundreds stand on one page, which a template would take longer for than all the rest."""

from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from kiun.initiatives.queries.allocation import Strain
from kiun.initiatives.queries.strain import Cell
from kiun.initiatives.resource_wording import is_just_enough, mark_of, people_figure
from kiun.ui.icons import draw_shape

CALM = {Strain.ENOUGH, Strain.NOTHING}
EMPTY = mark_safe('<td class="k-heat__cell is-calm"></td>')


def draw_heat_cell(cell: Cell, url: str) -> SafeString:
    """Shape, word and figure, leading to what lies behind them."""
    mark = mark_of(cell)
    if not mark.word:
        return EMPTY
    return format_html(
        '<td class="k-heat__cell is-{}{}"><a href="{}">'
        '<span class="k-heat__word">{}{}</span> <b class="num">{}</b>{}</a></td>',
        mark.tone,
        " is-calm" if is_calm(cell) else "",
        url,
        draw_shape(mark.shape),
        mark.word,
        _amount(cell),
        _short_months(cell),
    )


def is_calm(cell: Cell) -> bool:
    return cell.strain in CALM and not cell.short_months


def _amount(cell: Cell) -> str:
    """What is missing, what is left, or what is needed where nobody knows who is there."""
    if cell.strain == Strain.UNKNOWN:
        return _("needed %(amount)s") % {"amount": people_figure(cell.demand)}
    if cell.strain == Strain.FULL or is_just_enough(cell):
        return ""
    return people_figure(abs(cell.gap))


def _short_months(cell: Cell) -> SafeString | str:
    if not cell.short_months or cell.strain == Strain.SHORT:
        return ""
    words = ngettext("short in %(n)s month", "short in %(n)s months", cell.short_months)
    return format_html("<small>{}</small>", words % {"n": cell.short_months})
