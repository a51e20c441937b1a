"""The states an indicator, a goal or a forecast can be in: always shape + word + colour."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import pgettext_lazy

from kiun.ui.icons import draw_shape


@dataclass(frozen=True)
class Mark:
    word: str | Promise
    shape: str
    tone: str


STATUSES = {
    "on_track": Mark(pgettext_lazy("status", "On track"), "disc", "ok"),
    "even": Mark(pgettext_lazy("status", "Even odds"), "half", "even"),
    "late": Mark(pgettext_lazy("status", "Late"), "down", "late"),
    "stale": Mark(pgettext_lazy("status", "Awaiting update"), "waiting", "stale"),
    "same": Mark(pgettext_lazy("status", "Unchanged"), "equal", "unknown"),
    "unknown": Mark(pgettext_lazy("status", "Cannot be judged"), "dash", "unknown"),
}

OUTLOOKS = {
    "high": Mark(pgettext_lazy("outlook", "Likely"), "disc", "ok"),
    "even": Mark(pgettext_lazy("outlook", "Even odds"), "half", "even"),
    "low": Mark(pgettext_lazy("outlook", "Unlikely"), "down", "late"),
    "unknown": Mark(pgettext_lazy("outlook", "Cannot be judged"), "dash", "unknown"),
}


def draw_chip(mark: Mark, *, label: str = "", note: str = "") -> SafeString:
    return format_html(
        '<span class="k-chip is-{}">{}<span>{}</span>{}</span>',
        mark.tone,
        draw_shape(mark.shape),
        label or mark.word,
        format_html("<small>{}</small>", note) if note else "",
    )
