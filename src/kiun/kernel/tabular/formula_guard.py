"""The one place that keeps a text from being run as a formula by the spreadsheet that opens it."""

import re

# Full-width signs count too: Japanese Excel turns them into the half-width ones.
_STARTS = "=+\\-@\t\r\n＝＋－＠"
_RUNS = re.compile(f"'*[{_STARTS}]")
_GUARDED = re.compile(f"'+[{_STARTS}]")
# A signed number is no formula, and a dash says that there is no value.
_HARMLESS = re.compile(r"[+-]?\d[\d,]*(?:\.\d+)?%?|[-－]")


def guarded(text: str) -> str:
    """For files without types (CSV): a leading apostrophe marks text. Texts that look guarded get one more, so that
    `restored` always gives the original.
    """
    return f"'{text}" if _RUNS.match(text) and not _HARMLESS.fullmatch(text) else text


def restored(text: str) -> str:
    return text[1:] if _GUARDED.match(text) else text


def would_run(text: str) -> bool:
    return bool(_RUNS.match(text)) and not _HARMLESS.fullmatch(text)
