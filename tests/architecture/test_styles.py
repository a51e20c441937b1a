"""A class has one home: a second theme that takes the same name changes pages that nobody looked at."""

import re
from collections import defaultdict
from pathlib import Path

STYLES = Path(__file__).parents[2] / "frontend" / "src" / "css"
# Says of everybody's classes how they look on paper.
PAPER = "print.css"
OWN_RULE = re.compile(r"^\.(k-[a-z0-9-]+(?:__[a-z0-9-]+)?) \{", re.MULTILINE)


def test_no_class_is_defined_by_two_themes():
    homes: dict[str, set[str]] = defaultdict(set)
    for file in STYLES.glob("*.css"):
        for name in OWN_RULE.findall(file.read_text(encoding="utf-8")):
            if file.name != PAPER:
                homes[name].add(file.name)
    assert {name: sorted(files) for name, files in homes.items() if len(files) > 1} == {}
