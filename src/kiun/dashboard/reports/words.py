"""Short words that every form of a report uses."""

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from kiun.dashboard.reports.document import Figure, Table


def caption_of(block: Table | Figure) -> tuple[str, str]:
    """The word before the number, and the title behind it."""
    return (pgettext("caption", "Table") if isinstance(block, Table) else pgettext("caption", "Figure")), block.title


def label_of(block: Table | Figure) -> str:
    word, title = caption_of(block)
    return f"{word}{block.number}　{title}"


def source_words() -> str:
    return _("(to the source)")
