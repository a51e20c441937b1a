"""Every page that links lead to, for each kind of person, on a phone and on a desk: no violation, nothing refused,
nothing asked of anybody else, nothing that scrolls sideways."""

from collections.abc import Callable
from urllib.parse import urljoin, urlsplit

import pytest
from django.urls import Resolver404, resolve
from playwright.sync_api import Page

from tests.architecture.urls import town_addresses
from tests.e2e.conftest import DESK, PHONE, Served, assert_accessible, assert_fits, assert_quiet, sign_in

pytestmark = pytest.mark.e2e

# Stages of work that somebody has begun: looked at in the journeys of imports, sources, reports, what-ifs
# and surveys.
BEGUN_BY_SOMEBODY = {
    "goals:import_columns",
    "goals:import_confirm",
    "goals:import_discard",
    "goals:import_done",
    "goals:import_preview",
    "goals:import_progress",
    "goals:source_columns",
    "goals:source_file",
    "goals:source_file_discard",
    "goals:source_file_leave_out",
    "goals:source_file_take",
    "goals:source_key_revoke",
    "goals:source_program",
    "goals:source_program_end",
    "goals:source_program_key",
    "initiatives:answer_file",
    "initiatives:answer_file_discard",
    "initiatives:answer_file_take",
    "initiatives:question_create",
    "initiatives:question_move",
    "initiatives:question_remove",
    "initiatives:request_answer",
    "initiatives:request_contact",
    "initiatives:request_extension",
    "initiatives:request_return",
    "initiatives:request_upload",
    "initiatives:round_audience",
    "initiatives:round_delete",
    "initiatives:round_reopen",
    "initiatives:round_send",
    "dashboard:report_detail",
    "initiatives:levelling_detail",
    "initiatives:scenario_accept",
    "initiatives:scenario_add",
    "initiatives:scenario_detail",
    "initiatives:work_import_confirm",
    "initiatives:work_import_discard",
    "initiatives:work_import_done",
    "initiatives:work_import_preview",
    "initiatives:work_import_progress",
    "surveys:item_create",
    "surveys:item_edit",
    "surveys:paper",
    "surveys:questionnaire_differences",
    "surveys:results",
    "surveys:results_crossed",
    "surveys:results_departments",
    "surveys:section_create",
    "surveys:section_edit",
    "surveys:survey_cards",
    "surveys:survey_edit",
    "surveys:survey_extend",
    "surveys:survey_open",
    "surveys:survey_poster",
    "surveys:survey_slips",
    "surveys:texts",
    "surveys:texts_check",
    "public:report",
    "public:report_file",
}
FILES = (".csv", ".xlsx")
DOWNLOADS = {
    "goals:import_template",
    "goals:indicator_export",
    "goals:plan_export",
    "initiatives:budget_export",
    "initiatives:capacity_export",
    "initiatives:comparison_export",
    "initiatives:request_workbook",
    "initiatives:round_archive_file",
    "initiatives:round_export",
    "initiatives:round_sample",
    "initiatives:work_export",
    "initiatives:work_template",
    "momentum:export",
    "surveys:results_export",
    "surveys:sheets_export",
}
# Opened by a button that sends a form, by a link in a mail, by a program, or not a page at all.
NOT_REACHED_BY_LINKS = {
    "activity:attachment",
    "activity:attachment_remove",
    "activity:audit_export",
    "activity:job_detail",
    "activity:job_progress",
    "activity:job_stop",
    "activity:notice_open",
    "activity:notices_read",
    "dashboard:live_version",
    "goals:goal_lint",
    "goals:people",
    "dashboard:report_publish",
    "dashboard:report_remove",
    "initiatives:absence_remove",
    "initiatives:comment_add",
    "initiatives:decision_change",
    "initiatives:decision_revision",
    "initiatives:initiative_approve",
    "initiatives:initiative_reopen",
    "initiatives:item_edit",
    "initiatives:item_go",
    "initiatives:item_move",
    "initiatives:item_remove",
    "initiatives:item_save",
    "initiatives:item_statement",
    "initiatives:item_take_up",
    "initiatives:link_remove",
    "initiatives:milestone_reach",
    "initiatives:people",
    "initiatives:phase_reach",
    "initiatives:review_begin",
    "initiatives:review_close",
    "initiatives:review_create",
    "initiatives:review_discard",
    "initiatives:review_gather",
    "initiatives:review_put_off_minor",
    "initiatives:review_version",
    "initiatives:levelling_discard",
    "initiatives:levelling_progress",
    "initiatives:levelling_stop",
    "initiatives:scenario_discard",
    "initiatives:scenario_progress",
    "initiatives:scenario_remove",
    "initiatives:scenario_run",
    "initiatives:scenario_stop",
    "initiatives:share_end",
    # A partner's own pages.
    "initiatives:shared_detail",
    "initiatives:shared_list",
    "initiatives:task_comment_add",
    "initiatives:round_remind",
    "initiatives:task_end",
    "initiatives:blocker_reopen",
    "initiatives:budget_remove",
    "initiatives:capacity_remove",
    "initiatives:carry_over_remove",
    "initiatives:feed",
    "initiatives:feed_end",
    "initiatives:feed_renew",
    "initiatives:person_choices",
    "initiatives:skill_remove",
    "initiatives:step_remove",
    "initiatives:step_tick",
    "initiatives:task_bulk",
    "initiatives:task_choices",
    "initiatives:task_people",
    "initiatives:task_progress",
    "initiatives:task_restore",
    "initiatives:task_step_add",
    "initiatives:transfer_enter",
    "initiatives:work_version",
    # People come to these by links, cards and posters: the journey of answering looks at them.
    "surveys:answer",
    "surveys:item_duplicate",
    "surveys:item_move",
    "surveys:item_remove",
    "surveys:library_take",
    "surveys:questionnaire_copy",
    "surveys:questionnaire_delete",
    "surveys:questionnaire_version",
    "surveys:ready_set_take",
    "surveys:section_move",
    "surveys:section_remove",
    "surveys:survey_close",
    "surveys:survey_delete",
    "surveys:survey_mail",
    "surveys:survey_remind",
    "surveys:texts_take_back",
    "surveys_public:enter",
    "surveys_public:open",
    "surveys_public:ticket",
    "goals:policy_remove",
    "goals:policy_shift",
    "initiatives:request_approve",
    "initiatives:request_submit",
    "initiatives:request_take_back",
    "initiatives:round_archive",
    "initiatives:round_call_off",
    "initiatives:round_close",
    "initiatives:round_copy",
    "initiatives:round_next",
    "initiatives:round_stop",
    "initiatives:round_version",
    "dashboard:start",
    "momentum:intervention_draw",
    "momentum:intervention_edit",
    "momentum:intervention_link",
    "momentum:intervention_register",
    "momentum:intervention_remove",
    "momentum:intervention_unlink",
    "momentum:intervention_withdraw",
    "momentum:intervention_words",
    "momentum:wave_open",
    "momentum:wave_plan",
    "momentum:wave_remove",
    "municipality:deputy_end",
    "municipality:invitation_accept",
    "municipality:invitation_code",
    "municipality:invitation_resend",
    "municipality:invitation_revoke",
    "municipality:key_revoke",
    "municipality:person_sign_in",
    "municipality:post_choices",
    "municipality:reform_cancel",
    "municipality:staff_export",
    "municipality:staff_export_csv",
    "municipality:staff_import_confirm",
    "municipality:staff_import_discard",
    "municipality:staff_import_preview",
    *DOWNLOADS,
    "public:download",
    "public:embed",
    "public:live_version",
    "public:policy",
}


def crawl(page: Page, start: str) -> dict[str, str]:
    """One address for each kind of page, by following links from `start`; each is looked at on the way."""
    found: dict[str, str] = {}
    problems: list[str] = []
    waiting = [start]
    while waiting:
        url = waiting.pop(0)
        name = name_of(url)
        if name is None or name in found or name in DOWNLOADS or urlsplit(url).path.endswith(FILES):
            continue
        answer = page.goto(url)
        if answer is None or answer.status >= 400:
            raise AssertionError(f"{url} answered {answer and answer.status}")
        found[name] = url
        problems += look(page, name)
        # The language stays the one that the page was opened in.
        links = page.eval_on_selector_all(
            "a[href]:not([hreflang])", "links => links.map(link => link.getAttribute('href'))"
        )
        waiting += [urljoin(url, link) for link in links if urljoin(url, link).startswith(base_of(url))]
    assert "\n\n".join(problems) == ""
    return found


def look(page: Page, name: str) -> list[str]:
    """What is wrong with the page, on a phone and on a desk."""
    problems = []
    for width, height in ((PHONE, 844), (DESK, 900)):
        page.set_viewport_size({"width": width, "height": height})
        for check in (assert_fits, assert_accessible, assert_quiet):
            try:
                check(page)
            except AssertionError as error:
                problems.append(f"{name} at {width} px ({page.url}): {error}")
    return problems


def name_of(url: str) -> str | None:
    try:
        return resolve(urlsplit(url).path).view_name
    except Resolver404:
        return None


def base_of(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}/"


@pytest.mark.parametrize("username", ["midorikawa", "shirai"])
def test_every_page_of_the_staff(kiun: Served, page_at: Callable[..., Page], username: str):
    page = page_at(DESK)
    sign_in(page, kiun.url, username)
    found = crawl(page, page.url)
    if username == "midorikawa":
        expected = {address.name for address in town_addresses()} - NOT_REACHED_BY_LINKS - BEGUN_BY_SOMEBODY
        missed = {name for name in expected if not name.startswith("public:")} - set(found)
        assert " ".join(sorted(missed)) == ""


def test_every_page_of_a_resident(kiun: Served, page_at: Callable[..., Page]):
    page = page_at(PHONE)
    found = crawl(page, f"{kiun.url}/p/hinata/")
    # Only a long plan leads to pages of single policies.
    page.goto(f"{kiun.url}/p/hinata/")
    policy = (page.locator("details[id^=policy-]").first.get_attribute("id") or "").removeprefix("policy-")
    page.goto(f"{kiun.url}/p/hinata/policies/{policy}/")
    assert look(page, "public:policy") == []
    assert {"public:home", "public:indicator", "account_login"} <= set(found)
