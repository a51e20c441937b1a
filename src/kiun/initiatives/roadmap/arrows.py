"""What comes before what, as lines behind the bars. Places along the time are percents, places across it pixels."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.utils.safestring import SafeString, mark_safe

from kiun.initiatives.models import LinkKind
from kiun.initiatives.queries.roadmap import Link
from kiun.initiatives.roadmap.chains import Chain
from kiun.ui.timelines import Span

# Closer than this (in percent), an arrow comes from above or below instead of from the left.
CLOSE = 1.6
# Where an arrow meets a bar that it comes from above to, in pixels from its beginning.
INSET = 6
LITTLE = 1e-6


@dataclass(frozen=True)
class Box:
    """Where a bar stands: its span in percent, its upper edge and height in pixels."""

    span: Span
    top: float
    height: float

    @property
    def middle(self) -> float:
        return self.top + self.height / 2

    @property
    def bottom(self) -> float:
        return self.top + self.height


def draw_arrows(
    chain: Chain, links: Iterable[Link], boxes: Mapping[int, Box], window: tuple[float, float]
) -> SafeString:
    """What of the arrows is seen through `window`, from its upper to its lower edge. Critical ones come last, so that
    they lie above the others.
    """
    top, bottom = window
    seen = [link for link in links if _reaches(boxes[link.before], boxes[link.after], top, bottom)]
    if not seen:
        return SafeString()
    arrows = "".join(
        _arrow(chain, link, boxes[link.before], boxes[link.after]) for link in sorted(seen, key=chain.is_critical)
    )
    height = f"{bottom - top:g}"
    field = f'<svg class="k-road__links" width="100%" height="{height}" aria-hidden="true" focusable="false">'
    return mark_safe(f'{field}<svg y="{-top:g}" overflow="visible">{arrows}</svg></svg>')  # noqa: S308  numbers


def _reaches(before: Box, after: Box, top: float, bottom: float) -> bool:
    return min(before.top, after.top) < bottom and max(before.bottom, after.bottom) > top


def _arrow(chain: Chain, link: Link, before: Box, after: Box) -> str:
    state = " is-broken" if link in chain.broken else " is-critical" if chain.is_critical(link) else ""
    route = _route(before, after, from_end=link.kind == LinkKind.FINISH_START)
    return f'<g class="k-road__link{state}" data-from="{link.before}" data-to="{link.after}">{route}</g>'


def _route(before: Box, after: Box, *, from_end: bool) -> str:
    x, is_below = (before.span.end if from_end else before.span.x), after.top > before.top
    start = before.bottom if is_below else before.top
    if after.span.x - x > CLOSE:
        return (
            _at(x, f"M0 {start:g}V{after.middle:g}")
            + _along(x, after.span.x, after.middle)
            + _head(after.span.x, f"M0 {after.middle:g}l-6-3.5v7z")
        )
    if x > after.span.end + LITTLE:
        return (
            _at(x, f"M0 {start:g}V{after.middle:g}")
            + _along(after.span.end, x, after.middle)
            + _head(after.span.end, f"M0 {after.middle:g}l6-3.5v7z")
        )
    return _into(before, after, x, from_end=from_end)


def _into(before: Box, after: Box, x: float, *, from_end: bool) -> str:
    """From above or below."""
    is_below = after.top > before.top
    edge, tip = (after.top, -6) if is_below else (after.bottom, 6)
    at = max(x, after.span.x)
    start = f"M0 {before.middle:g}H{INSET}" if from_end else f"M{INSET} {(before.bottom if is_below else before.top):g}"
    gap = _along(x, at, before.middle) if from_end and at > x else ""
    return gap + _at(at, f"{start}V{edge:g}") + _head(at, f"M{INSET} {edge:g}l-3.5 {tip}h7z")


def _at(x: float, path: str) -> str:
    return f'<svg x="{x:.3f}%" overflow="visible"><path d="{path}"/></svg>'


def _head(x: float, path: str) -> str:
    return f'<svg x="{x:.3f}%" overflow="visible"><path class="k-road__head" d="{path}"/></svg>'


def _along(x: float, end: float, y: float) -> str:
    return f'<line x1="{x:.3f}%" x2="{end:.3f}%" y1="{y:g}" y2="{y:g}"/>'
