"""No page offers a way that is closed: every link that a person can follow leads somewhere."""

import re
from datetime import date
from html import unescape
from urllib.parse import urldefrag, urljoin, urlsplit

import pytest
from django.core.cache import caches
from django_scopes import scope

from tests.factories import make_department, make_goal, make_indicator
from tests.world import ROLES, build_world

LINK = re.compile(r'<a\b[^>]*?\shref="([^"]+)"|\shx-get="([^"]+)"')
REFUSALS = {403, 404, 500}


@pytest.fixture(autouse=True)
def _empty_cache():
    """Towns of other tests have the same addresses and versions."""
    caches["pages"].clear()
    yield
    caches["pages"].clear()


@pytest.mark.django_db
@pytest.mark.parametrize("role", [*ROLES, None])
def test_no_link_leads_to_a_refusal(client, role):
    world = build_world("hinata", "ひなた市", "ひなた")
    with scope(municipality=world.town):
        _add_what_others_answer_for(world)
    if role:
        client.force_login(world.posts[role].user)
    starts = [f"/t/{world.town.slug}/" if role else f"/p/{world.town.slug}/"]
    closed = {f"{page} → {link}" for page, link, status in _walk(client, starts) if status in REFUSALS}
    assert closed == set()


def _add_what_others_answer_for(world):
    """Of another department: a goal that lacks everything, and one that has ended with its indicator."""
    department = make_department(world.town, "税務課")
    of = {"department": department, "policy": world.rows.policy}
    vague = make_goal(
        world.rows.plan, "納付を便利にする", is_vague=True, missing=["indicator", "target", "deadline"], **of
    )
    make_indicator(vague, readings={"2021-03-31": 5})
    make_indicator(make_goal(world.rows.plan, ended_on=date(2026, 3, 31), **of), ended_on=date(2026, 3, 31))


def _walk(client, starts):
    """Each address once, whatever its query; with the page that led to it."""
    waiting, seen = [("", start) for start in starts], set()
    while waiting:
        page, link = waiting.pop()
        path = urlsplit(link).path
        if path in seen:
            continue
        seen.add(path)
        answer = client.get(link)
        yield page, link, answer.status_code
        waiting += [(path, found) for found in _links(answer, link)]


def _links(answer, page):
    if answer.status_code in {301, 302}:
        return [answer.url] if urlsplit(answer.url).netloc == "" else []
    if not answer.get("Content-Type", "").startswith("text/html") or answer.streaming:
        return []
    found = [unescape(one or other) for one, other in LINK.findall(answer.content.decode())]
    inner = [urldefrag(urljoin(page, link)).url for link in found]
    return [link for link in inner if link.startswith("/") and not link.startswith(("//", "/static/"))]
