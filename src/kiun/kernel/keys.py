"""Keys of rows as addresses and forms name them: text that anybody may have written."""

import re

LONGEST_KEY = 18  # digits that a 64-bit number holds in any case


def key_in(text: object) -> int | None:
    """The key that `text` writes in plain digits, or None: "²" and numbers of a thousand digits name no row."""
    written = str(text or "")
    return int(written) if re.fullmatch(rf"[0-9]{{1,{LONGEST_KEY}}}", written) else None
