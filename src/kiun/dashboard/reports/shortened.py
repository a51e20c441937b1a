"""Lists in the text tell the first few; a table of the same report holds the whole."""

from collections.abc import Iterable, Sequence

from django.utils.translation import gettext as _

from kiun.dashboard.reports.document import Block, Paragraph, Span, text
from kiun.ui.figures import figure

SHOWN = 5


def shortened(title: str, items: Sequence[tuple[Span, ...]], *, table: str, key: str) -> Iterable[Block]:
    """`table` is the title, `key` the key of the table of all."""
    if not items:
        return
    yield text(_("%(title)s (%(n)s)") % {"title": title, "n": figure(len(items))})
    for spans in items[:SHOWN]:
        yield Paragraph(spans=spans, style="item")
    more = len(items) - SHOWN
    if more > 0:
        words = {"n": figure(more), "table": table}
        yield Paragraph(spans=(Span(_("and %(n)s more: see the table “%(table)s”") % words, f"#{key}"),), style="item")
