"""Lessons about the source tree that no linter knows."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SOURCES = ROOT / "src" / "kiun"
PYTHON = sorted(path for path in SOURCES.rglob("*.py") if "migrations" not in path.parts)
TEMPLATES = sorted(SOURCES.rglob("*.html"))
SCRIPTS = sorted((ROOT / "frontend" / "src").rglob("*.js")) + sorted((ROOT / "frontend" / "src").rglob("*.css"))

LONGEST_MODULE = 400
EMPTY_NAMES = {"utils", "util", "helpers", "helper", "manager", "managers", "misc", "common", "base2"}


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def text_of(path: Path) -> str:
    return path.read_text(encoding="utf-8")


def test_modules_are_named_after_what_they_do() -> None:
    assert [name_of(path) for path in PYTHON if EMPTY_NAMES & {path.stem, path.parent.name}] == []


def test_modules_stay_readable_in_one_go() -> None:
    """Past this length a module becomes a package of the same name."""
    assert [name_of(path) for path in PYTHON if len(text_of(path).splitlines()) > LONGEST_MODULE] == []


# A template that prints needs no script or style of its own: the content security policy forbids them.
FORBIDDEN_IN_TEMPLATES = {
    "style attribute": re.compile(r"<[^>{]*\sstyle\s*=", re.IGNORECASE),
    "event attribute": re.compile(r"<[a-z][^>{]*\son[a-z]+\s*=", re.IGNORECASE),
    "style element": re.compile(r"<style[\s>]", re.IGNORECASE),
    "inline script": re.compile(r"<script(?![^>]*\bsrc=)(?![^>]*application/json)[^>]*>", re.IGNORECASE),
    "javascript address": re.compile(r"javascript:", re.IGNORECASE),
    "htmx evaluation": re.compile(r"\b(?:hx-on|hx-vals\s*=\s*[\"']js:)", re.IGNORECASE),
}


@pytest.mark.parametrize("what", FORBIDDEN_IN_TEMPLATES)
def test_templates_hold_nothing_that_the_content_security_policy_forbids(what: str) -> None:
    pattern = FORBIDDEN_IN_TEMPLATES[what]
    assert [name_of(path) for path in TEMPLATES if pattern.search(text_of(path))] == []


FETCHED = re.compile(
    r"""(?:src|srcset|data-src|poster|action|formaction|hx-(?:get|post|put|delete))\s*=\s*["']\s*(?:https?:)?//"""
    r"""|<link[^>]*href\s*=\s*["']\s*(?:https?:)?//"""
    r"""|url\(\s*["']?(?:https?:)?//"""
    r"""|@import\s+["'](?:https?:)?//"""
    r"""|(?:fetch|import|EventSource|WebSocket)\(\s*["'`](?:https?:|wss?:)?//""",
    re.IGNORECASE,
)


def test_pages_fetch_nothing_from_outside() -> None:
    assert [name_of(path) for path in [*TEMPLATES, *SCRIPTS] if FETCHED.search(text_of(path))] == []


NETWORK_LIBRARIES = re.compile(
    r"^\s*(?:import|from)\s+(?:requests|httpx|aiohttp|urllib3|urllib\.request|ftplib)\b", re.MULTILINE
)


def test_the_program_calls_nobody() -> None:
    """Many installations have no internet, and none wants telemetry. Mail and sign-in providers are set by hand."""
    assert [name_of(path) for path in PYTHON if NETWORK_LIBRARIES.search(text_of(path))] == []


TREE = [
    path
    for pattern in ("*", "src/**/*", "tests/**/*", "tools/*", "docs/**/*", "deploy/*", "requirements/*", "frontend/*")
    for path in ROOT.glob(pattern)
    if path.is_file()
    and path.name != ".git"  # a file in a second work tree, which names the first
    and path.suffix in {"", ".py", ".md", ".toml", ".txt", ".in", ".json", ".yaml", ".html", ".po", ".service", ".conf"}
    and not {"node_modules", "__pycache__", "build"} & set(path.parts)
]
# Written apart, so that this file does not find itself.
# An address of a page ("…/hinata" and then this word) is none.
MACHINE = re.compile("|".join([r"(?<!\w)/" + "work/", "/" + "root/", "/" + "home/[a-z]+/", "/" + "Users/"]))
REGISTRY = re.compile(
    "|".join(["files.python" + "hosted", "registry.npm" + "js", "pypi" + r"\.org", "deb.debian" + r"\.org"])
)


@pytest.mark.parametrize("pattern", [MACHINE, REGISTRY], ids=["paths of a machine", "addresses of registries"])
def test_the_tree_names_no_machine_and_no_registry(pattern: re.Pattern[str]) -> None:
    assert [name_of(path) for path in TREE if pattern.search(path.read_text(encoding="utf-8", errors="replace"))] == []
