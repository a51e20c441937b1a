"""In a new town, pages say what they cannot do without, with the way there, not with a form without choices."""

import pytest
from django.test import Client
from django.urls import reverse

from kiun.municipality.models import Role
from tests.factories import make_department, make_goal, make_initiative, make_membership, make_plan

STAFF_LIST, PLAN = "/t/hinata/staff-import/", "/t/hinata/plans/import/"
NEEDED = "initiatives/needed_page.html"


@pytest.fixture
def browser(town):
    def of(role, department=None):
        client = Client()
        post = make_membership(town, role, department)
        client.force_login(post.user, backend="allauth.account.auth_backends.AuthenticationBackend")
        return client

    return of


def at(name, *args):
    return reverse(f"initiatives:{name}", args=("hinata", *args))


def needed(page):
    return str(page.context.get("needed") or "")


def leads(page):
    words = page.content.decode().split("<main")[1]
    return [address for address in (STAFF_LIST, PLAN) if f'href="{address}"' in words]


def test_an_initiative_needs_departments_and_then_goals(town, browser):
    office = browser(Role.ADMIN)
    first = office.get(at("initiative_create"))
    assert (first.templates[0].name, needed(first), leads(first)) == (NEEDED, "departments", [STAFF_LIST])
    assert office.post(at("initiative_create"), {"name": "x"}).templates[0].name == NEEDED
    department = make_department(town, "市民課")
    second = office.get(at("initiative_create"))
    assert (second.templates[0].name, needed(second), leads(second)) == (NEEDED, "goals", [PLAN])
    make_goal(make_plan(town), department=department)
    assert office.get(at("initiative_create")).templates[0].name == "initiatives/initiative_form.html"


def test_the_list_of_initiatives_says_so_before_anybody_presses(town, browser):
    office = browser(Role.ADMIN)
    page = office.get(at("initiative_list"))
    assert (leads(page), at("initiative_create") in page.content.decode()) == ([STAFF_LIST], False)


def test_who_cannot_bring_them_in_is_told_whom_to_ask(town, browser):
    head = browser(Role.HEAD, make_department(town, "市民課"))
    page = head.get(at("initiative_create"))
    assert (needed(page), leads(page)) == ("goals", [])
    assert "DX推進課に頼んでください" in page.content.decode()


def test_an_inquiry_needs_departments(town, browser):
    office = browser(Role.ADMIN)
    for name in ("inquiry_list", "inquiry_create"):
        page = office.get(at(name))
        assert (needed(page), leads(page)) == ("departments", [STAFF_LIST])
    make_department(town, "市民課")
    assert office.get(at("inquiry_create")).templates[0].name == "initiatives/inquiry_form.html"
    assert at("inquiry_create") in office.get(at("inquiry_list")).content.decode()


def test_the_table_of_people_needs_departments(town, browser):
    assert leads(browser(Role.ADMIN).get(at("capacity"))) == [STAFF_LIST]


@pytest.mark.parametrize(
    ("room", "listed", "create"),
    [("initiatives", "review_list", "review_create"), ("dashboard", "report_list", "report_create")],
)
def test_reviews_and_reports_need_a_plan(town, browser, room, listed, create):
    office = browser(Role.ADMIN)
    pages = [reverse(f"{room}:{name}", args=("hinata",)) for name in (listed, create)]
    assert [(needed(page), leads(page)) for page in map(office.get, pages)] == [("departments", [STAFF_LIST])] * 2
    department = make_department(town, "市民課")
    assert [(needed(page), leads(page)) for page in map(office.get, pages)] == [("goals", [PLAN])] * 2
    assert pages[1] not in office.get(pages[0]).content.decode()
    make_goal(make_plan(town), department=department)
    assert [needed(page) for page in map(office.get, pages)] == ["", ""]
    assert pages[1] in office.get(pages[0]).content.decode()


def test_tasks_need_initiatives(town, browser):
    office = browser(Role.ADMIN)
    pages = [at("task_board"), at("task_create")]
    assert [(needed(page), leads(page)) for page in map(office.get, pages)] == [("departments", [STAFF_LIST])] * 2
    goal = make_goal(make_plan(town), department=make_department(town, "市民課"))
    for page in map(office.get, pages):
        assert (needed(page), at("initiative_list") in page.content.decode().split("<main")[1]) == ("work", True)
    make_initiative(goal)
    assert [needed(page) for page in map(office.get, pages)] == ["", ""]


def test_whoever_may_plan_for_none_of_them_is_told_who_may(town, browser):
    make_initiative(make_goal(make_plan(town), department=make_department(town, "市民課")))
    page = browser(Role.MEMBER, make_department(town, "財政課")).get(at("task_create"))
    assert (needed(page), "作業を加えられるのは、所管課" in page.content.decode()) == ("", True)


def test_a_what_if_needs_initiatives(town, browser):
    office = browser(Role.ADMIN)
    empty = office.get(at("scenario_list"))
    create = at("scenario_create", "budget")
    assert (needed(empty), create in empty.content.decode()) == ("initiatives", False)
    make_initiative(make_goal(make_plan(town), department=make_department(town, "市民課")))
    page = office.get(at("scenario_list"))
    assert (needed(page), create in page.content.decode()) == ("", True)
