"""Papers that must not fall behind the code."""

import re
from pathlib import Path

from django.apps import apps

from kiun.config.command_line import own_commands

ROOT = Path(__file__).parents[2]


def text_of(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def test_the_operations_guide_lists_every_variable_that_is_read_and_no_other() -> None:
    read = set(re.findall(r'env\.\w+\(\s*"(\w+)"', text_of("src/kiun/config/settings.py")))
    rows = [line for line in text_of("docs/operations.md").splitlines() if line.startswith("| `")]
    assert {name for row in rows for name in re.findall(r"`([A-Z_]+)`", row.split("|")[1])} == read


def test_every_model_has_its_word_in_the_glossary() -> None:
    words = set(re.findall(r"`(\w+)", text_of("docs/glossary.md")))
    models = {model.__name__ for model in apps.get_models() if model.__module__.startswith("kiun.")}
    assert models - words == set()


def test_both_readmes_tell_the_same() -> None:
    english, japanese = text_of("README.md"), text_of("README.ja.md")
    shape = re.compile(r"^(#+|- \*\*|!\[|```)", re.MULTILINE)
    assert shape.findall(english) == shape.findall(japanese)


def test_commands_named_in_the_papers_exist() -> None:
    papers = " ".join(text_of(name) for name in ("README.md", "README.ja.md", "docs/operations.md"))
    named = set(re.findall(r"`kiun ([a-z][a-z-]*)", papers))
    assert named - {*own_commands(), "dumpdata", "loaddata"} == set()


def test_links_between_papers_lead_somewhere() -> None:
    papers = [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")]
    broken = [
        f"{paper.name}: {target}"
        for paper in papers
        for target in re.findall(r"\]\(([^)#]+)\)", paper.read_text(encoding="utf-8"))
        if "://" not in target and not target.endswith(".png") and not (paper.parent / target).exists()
    ]
    assert broken == []
