"""Every address × every role, asked once: what it answers is what is written down in role_matrix.csv and reviewed there
by eye; it shows nothing of another town; what people write is text, whatever it looks like; no page offers a way that
is closed.

A new address has no line yet and fails. `pytest tests/architecture/write_role_matrix.py` writes what the code does
today; the difference is then read like any other change of rights.
"""

import csv
import re
from collections.abc import Iterable, Iterator
from datetime import date
from html import unescape
from pathlib import Path
from urllib.parse import urldefrag, urljoin, urlsplit

import pytest
from django.test import Client
from django_scopes import scope

from tests.architecture.access import COLUMNS, NOBODY, OTHER_TOWN, Answer, answers_to, visit, visitor
from tests.factories import make_department, make_goal, make_indicator
from tests.world import World, build_world

pytestmark = pytest.mark.django_db
MATRIX = Path(__file__).with_name("role_matrix.csv")
MARKUP = "<i>壱"
# How many pages show such a name; fewer would mean that the test looks at nothing.
LEAST_PAGES_WITH_NAMES = {NOBODY: 8, "admin": 190, "partner": 12}
LINK = re.compile(r'<a\b[^>]*?\shref="([^"]+)"|\shx-get="([^"]+)"')
REFUSALS = {403, 404, 500}


def written_down(column: str) -> dict[str, str]:
    with MATRIX.open(encoding="utf-8", newline="") as file:
        return {row["address"]: row[column] for row in csv.DictReader(file)}


@pytest.mark.parametrize("column", COLUMNS)
def test_everybody_finds_what_is_theirs_and_nothing_else(column: str) -> None:
    world, other = build_world("hinata", "ひなた市", MARKUP), build_world("minato", "みなと市", "みなとの秘密")
    with scope(municipality=world.town):
        _add_what_others_answer_for(world)
    answers = answers_to(column, world, other)

    assert {name: answer.word for name, answer in answers.items()} == written_down(column)
    assert [name for name, answer in answers.items() if MARKUP in answer.text and answer.is_page] == []
    shown = sum("&lt;i&gt;壱" in answer.text for answer in answers.values() if answer.is_page)
    assert shown >= LEAST_PAGES_WITH_NAMES.get(column, 0)
    if column != OTHER_TOWN:
        assert [name for name, answer in answers.items() if other.word in answer.text] == []
        assert set(_closed_ways(visitor(column, world, other), answers.values())) == set()


def _add_what_others_answer_for(world: World) -> None:
    """Of another department: a goal that lacks everything, and one that has ended with its indicator."""
    department = make_department(world.town, "税務課")
    of = {"department": department, "policy": world.rows.policy}
    vague = make_goal(
        world.rows.plan, "納付を便利にする", is_vague=True, missing=["indicator", "target", "deadline"], **of
    )
    make_indicator(vague, readings={"2021-03-31": 5})
    make_indicator(make_goal(world.rows.plan, ended_on=date(2026, 3, 31), **of), ended_on=date(2026, 3, 31))


def _closed_ways(client: Client, answers: Iterable[Answer]) -> Iterator[str]:
    """Follows every link from page to page; each address once, whatever its query."""
    opened = [answer for answer in answers if answer.status not in REFUSALS and not answer.is_posted]
    status = {_path(answer.url): answer.status for answer in opened}
    while opened:
        page = opened.pop()
        for link in _links(page):
            if _path(link) not in status:
                opened.append(visit(client, link))
                status[_path(link)] = opened[-1].status
            if status[_path(link)] in REFUSALS:
                yield f"{page.url} → {link}"


def _path(url: str) -> str:
    return urlsplit(url).path


def _links(answer: Answer) -> list[str]:
    if answer.status in {301, 302}:
        return [answer.location] if urlsplit(answer.location).netloc == "" else []
    if not answer.is_page:
        return []
    found = [unescape(one or other) for one, other in LINK.findall(answer.text)]
    inner = [urldefrag(urljoin(answer.url, link)).url for link in found]
    return [link for link in inner if link.startswith("/") and not link.startswith(("//", "/static/"))]
