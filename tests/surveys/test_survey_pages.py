"""A survey from its first word to its end, as an officer and a head use the pages."""

import re
from datetime import timedelta

import pytest

from kiun.activity.models import AuditEntry
from kiun.municipality.actors import system_actor
from kiun.municipality.models import Role
from kiun.surveys.models import Anonymity, Audience, Questionnaire, Survey, SurveyState, Ticket
from kiun.surveys.queries.participation import GroupRate, Participation
from kiun.surveys.services.closing import close_due_surveys
from kiun.surveys.services.invitations import begin_survey
from kiun.surveys.services.tickets import digest_of
from kiun.surveys.wording import say_lost, say_standing
from kiun.ui.dates import long_date
from tests.factories import TODAY, make_department
from tests.surveys.builders import answer, make_people, make_questionnaire, make_survey
from tests.surveys.pages import sign_in, told, url

LATER = TODAY + timedelta(days=14)


@pytest.fixture(autouse=True)
def _today(monkeypatch):
    monkeypatch.setattr("django.utils.timezone.localdate", lambda *_args: TODAY)


@pytest.fixture
def people(town, department):
    return make_people(town, department, 12)


@pytest.fixture
def running(town, people):
    return begin_survey(actor=system_actor(town, on=TODAY), survey=make_survey(town), invited=people)


def filled(asked, /, **changes):
    return {
        "questionnaire": asked.pk,
        "title": "窓口についてのアンケート",
        "audience": Audience.STAFF.value,
        "anonymity": Anonymity.ANONYMOUS.value,
        "closes_on": LATER.isoformat(),
        **changes,
    }


def test_a_survey_is_made_from_a_questionnaire(client, town):
    post = sign_in(client, town)
    questionnaire = make_questionnaire(town)
    page = client.get(url(town, "survey_create") + f"?questionnaire={questionnaire.pk}")
    assert page.context["form"]["title"].value() == "DX機運調査"
    response = client.post(url(town, "survey_create"), filled(questionnaire, intro="窓口をよくするために聞きます。"))
    made = Survey.objects.get()
    assert response["Location"] == url(town, "survey_detail", made.pk)
    assert (made.state, made.owner, made.opens_on, made.closes_on) == (SurveyState.DRAFT, post, TODAY, LATER)
    assert len(made.code) == 16
    assert Ticket.objects.count() == 0


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"closes_on": (TODAY - timedelta(days=1)).isoformat()}, "closes_on"),
        ({"has_open_link": "on"}, "has_open_link"),
        ({"audience": "residents", "anonymity": "named"}, "anonymity"),
        ({"anonymity": "named", "offers_pairing": "on"}, "offers_pairing"),
        ({"title": ""}, "title"),
        ({"questionnaire": "999999"}, "questionnaire"),
    ],
)
def test_what_cannot_be_is_said_at_its_field(client, town, changes, field):
    sign_in(client, town)
    response = client.post(url(town, "survey_create"), filled(make_questionnaire(town), **changes))
    assert response.status_code == 422
    assert list(response.context["form"].errors) == [field]
    assert Survey.objects.count() == 0


def test_the_survey_of_a_head_is_that_of_the_department(client, town, department):
    sign_in(client, town, Role.HEAD, department)
    client.post(url(town, "survey_create"), filled(make_questionnaire(town)))
    assert Survey.objects.get().department == department


def test_the_leadership_without_a_department_is_told_whom_to_ask(client, town):
    sign_in(client, town, Role.EXECUTIVE)
    assert client.get(url(town, "survey_create")).status_code == 403


def test_a_draft_is_changed_and_two_who_do_it_see_each_other(client, town):
    sign_in(client, town)
    questionnaire = make_questionnaire(town)
    client.post(url(town, "survey_create"), filled(questionnaire))
    survey = Survey.objects.get()
    address = url(town, "survey_edit", survey.pk)
    form = client.get(address).context["form"]
    seen = form["seen"].value()
    first = filled(questionnaire, title="先に変えた題名", owner=survey.owner_id, seen=seen)
    assert client.post(address, first).status_code == 302
    second = filled(questionnaire, intro="後から書いた文", owner=survey.owner_id, seen=seen)
    response = client.post(address, second)
    assert response.status_code == 409
    assert response.context["form"]["title"].value() == "先に変えた題名"
    survey.refresh_from_db()
    assert (survey.title, survey.intro) == ("先に変えた題名", "")


def test_staff_are_invited_after_the_number_was_shown(client, town, people):
    make_people(town, make_department(town, "税務課"), 4)
    sign_in(client, town)
    survey = make_survey(town)
    address = url(town, "survey_open", survey.pk)
    shown = client.post(address, {"whom": "all"})
    assert (shown.context["found"].people, Ticket.objects.count()) == (17, 0)
    assert {(one.name, one.people) for one in shown.context["found"].joined} == {("税務課", 4)}
    response = client.post(address, {"whom": "all", "confirmed": "17"}, follow=True)
    assert told(response) == ["調査を始め、17人に知らせました。"]
    assert (Ticket.objects.count(), Survey.objects.get().state) == (17, SurveyState.OPEN)
    assert AuditEntry.objects.get(verb="invited").after == {"tickets": 17}


def test_if_people_came_meanwhile_the_number_is_shown_again(client, town, department, people):
    sign_in(client, town)
    survey = make_survey(town)
    address = url(town, "survey_open", survey.pk)
    assert client.post(address, {"whom": "all"}).context["found"].people == 13
    make_people(town, department, 1)
    shown = client.post(address, {"whom": "all", "confirmed": "13"})
    assert shown.context["found"].people == 14
    assert Ticket.objects.count() == 0


@pytest.mark.parametrize("size", ["", "0", "たくさん", "120%", "2.5", "-3", "9" * 12])
def test_a_sample_that_cannot_be_is_refused(client, town, people, size):
    sign_in(client, town)
    survey = make_survey(town)
    response = client.post(url(town, "survey_open", survey.pk), {"whom": "sample", "size": size})
    assert (response.status_code, list(response.context["form"].errors)) == (422, ["size"])


@pytest.mark.parametrize(("size", "people_asked"), [("１０人", 10), ("12", 12), ("80%", 10), ("1000", 13)])
def test_a_sample_is_written_as_people_write_it(client, town, people, size, people_asked):
    sign_in(client, town)
    survey = make_survey(town)
    shown = client.post(url(town, "survey_open", survey.pk), {"whom": "sample", "size": size})
    assert shown.context["found"].people == people_asked
    client.post(url(town, "survey_open", survey.pk), {"whom": "sample", "size": size, "confirmed": str(people_asked)})
    assert Ticket.objects.count() == people_asked


def test_fewer_than_ten_are_not_asked_anonymously(client, town, department):
    sign_in(client, town)
    make_people(town, department, 5)
    survey = make_survey(town)
    response = client.post(url(town, "survey_open", survey.pk), {"whom": "all", "confirmed": "6"})
    assert response.status_code == 422
    assert Survey.objects.get().is_draft


def test_a_questionnaire_with_a_mistake_is_not_asked(client, town, people):
    sign_in(client, town)
    survey = make_survey(town, make_questionnaire(town, items={"W1": {"only_if": {"item": "gone", "choices": ["1"]}}}))
    assert len(client.get(url(town, "survey_detail", survey.pk)).context["problems"]) == 1
    client.post(url(town, "survey_open", survey.pk), {"whom": "all", "confirmed": "13"})
    assert Survey.objects.get().is_draft
    assert not Questionnaire.objects.get().is_locked


def test_residents_are_asked_with_an_address_a_poster_and_cards(client, town):
    sign_in(client, town)
    survey = make_survey(town, audience=Audience.RESIDENTS, has_open_link=True)
    client.post(url(town, "survey_open", survey.pk))
    page = client.get(url(town, "survey_detail", survey.pk))
    assert page.context["address"].endswith(f"/p/hinata/q/{survey.code}/")
    poster = client.get(url(town, "survey_poster", survey.pk))
    assert poster.context["address"] == page.context["address"]
    assert "<svg" in poster.content.decode()


def test_cards_stand_on_one_answer_and_nowhere_else(client, town):
    sign_in(client, town)
    survey = make_survey(town, audience=Audience.RESIDENTS)
    client.post(url(town, "survey_open", survey.pk))
    address = url(town, "survey_cards", survey.pk)
    response = client.post(address, {"count": "12"})
    codes = [card["code"] for card in response.context["cards"]]
    assert len(set(codes)) == 12
    assert {digest_of(code) for code in codes} == set(Ticket.objects.values_list("digest", flat=True))
    assert "no-store" in response["Cache-Control"]
    assert not any(code in client.get(address).content.decode() for code in codes)
    assert client.post(address, {"count": "501"}).status_code == 422
    assert client.post(address, {"count": "0"}).status_code == 422
    assert Ticket.objects.count() == 12


def test_slips_bear_the_name_and_are_for_everybody_invited(client, town, running, people):
    sign_in(client, town)
    answer(running, people[0], W1=1)
    response = client.post(url(town, "survey_slips", running.pk), {})
    assert {slip["post"].pk for slip in response.context["slips"]} == {post.pk for post in people}
    assert "no-store" in response["Cache-Control"]


def test_where_it_stands_is_said_in_one_sentence(client, town, running, people):
    sign_in(client, town)
    assert client.get(url(town, "survey_detail", running.pk)).context["lead"] == (
        "12人に聞いて、まだだれも回答していません。あと14日です。"
    )
    for person in people[:5]:
        answer(running, person, W1=3)
    page = client.get(url(town, "survey_detail", running.pk))
    assert page.context["lead"] == "12人に聞いて5人（42%）が回答しました。あと14日です。"
    assert [(rate.name, rate.invited, rate.answered) for rate in page.context["page"]] == [("市民課", 12, 5)]


@pytest.mark.parametrize(
    ("counts", "days", "sentence"),
    [
        ((400, 172, 0, 0, 0), 6, "400人に聞いて172人（43%）が回答しました。あと6日です。"),
        (
            (400, 172, 300, 20, 0),
            0,
            "400人に聞いて172人（43%）が回答しました。ほかにカードで20人が回答しました。今日が最終日です。",
        ),
        ((0, 0, 0, 0, 1204), 1, "1,204人が回答しました。あと1日です。"),
        ((0, 0, 50, 0, 0), 3, "まだだれも回答していません。あと3日です。"),
        ((400, 399, 0, 0, 0), 2, "400人に聞いて399人（99%）が回答しました。あと2日です。"),
    ],
)
def test_sentences_count_people_cards_and_answers_by_address(town, counts, days, sentence):
    names = ("invited", "answered", "cards", "cards_used", "by_address")
    survey = Survey(state=SurveyState.OPEN, closes_on=TODAY + timedelta(days=days))
    assert say_standing(survey, Participation(**dict(zip(names, counts, strict=True))), TODAY) == sentence


def test_no_page_about_an_anonymous_survey_names_who_was_asked(client, town, running, people):
    sign_in(client, town)
    answer(running, people[0], W1=1)
    for person in people:
        person.user.name = f"名前{person.pk:05}"
        person.user.save()
    for name in ("survey_detail", "survey_list"):
        address = url(town, name) if name == "survey_list" else url(town, name, running.pk)
        assert "名前" not in client.get(address).content.decode()
    client.post(url(town, "survey_remind", running.pk))
    page = client.get(url(town, "survey_detail", running.pk)).content.decode()
    assert "名前" not in page


def test_with_names_the_page_says_who_is_missing_to_whoever_may_open_it(client, town, department, people):
    survey = make_survey(town, anonymity=Anonymity.NAMED, department=department)
    begin_survey(actor=system_actor(town, on=TODAY), survey=survey, invited=people)
    answer(survey, people[0], W1=1)
    sign_in(client, town, Role.HEAD, department)
    page = client.get(url(town, "survey_detail", survey.pk))
    assert {ticket.membership_id for ticket in page.context["missing"]} == {post.pk for post in people[1:]}
    sign_in(client, town, Role.MEMBER, department)
    assert list(client.get(url(town, "survey_detail", survey.pk)).context["missing"]) == []


def test_reminding_says_how_many(client, town, running, people):
    sign_in(client, town)
    answer(running, people[0], W1=1)
    response = client.post(url(town, "survey_remind", running.pk), follow=True)
    assert told(response) == ["11人に知らせました。"]


def test_the_last_day_is_put_off_and_nothing_else_changes(client, town, running):
    sign_in(client, town)
    address = url(town, "survey_extend", running.pk)
    assert client.post(address, {"until": LATER.isoformat()}).status_code == 422
    client.post(address, {"until": (LATER + timedelta(days=7)).isoformat()})
    assert Survey.objects.get().closes_on == LATER + timedelta(days=7)
    response = client.post(url(town, "survey_edit", running.pk), filled(running.questionnaire, title="別の題名"))
    assert response["Location"] == url(town, "survey_detail", running.pk)
    assert Survey.objects.get().title == "令和8年度第3回"
    assert client.post(url(town, "survey_delete", running.pk)).status_code != 302
    assert Survey.objects.count() == 1


def test_it_is_closed_once(client, town, running):
    sign_in(client, town)
    client.post(url(town, "survey_close", running.pk), follow=True)
    assert Survey.objects.get().is_closed
    response = client.post(url(town, "survey_close", running.pk), follow=True)
    assert len(told(response)) == 1
    page = client.get(url(town, "survey_detail", running.pk))
    assert url(town, "survey_remind", running.pk) not in page.content.decode()


def counts(answered, invited=100):
    return Participation(invited=invited, answered=answered, cards=0, cards_used=0, by_address=0)


def rates(*answered):
    """Each of a division of its own."""
    return [
        GroupRate(name="市民課", path=f"/{n}/9{n}/", invited=20, answered=number) for n, number in enumerate(answered)
    ]


def rates_of_one_division(*answered):
    return [GroupRate(name="市民課", path=f"/1/{n}/", invited=20, answered=number) for n, number in enumerate(answered)]


@pytest.mark.parametrize(
    ("participation", "by_department", "lost"),
    [
        (counts(0), rates(0, 0), ["結果は何も出ません。"]),
        (
            counts(4),
            rates(2, 2),
            ["結果は示せません。5人以上の回答が必要です。届いている回答は、だれのものか分からないように削除されます。"],
        ),
        (
            counts(9),
            rates(4, 4),
            [
                "自由記述は読めません。10人以上の回答が必要です。",
                "5人以上が回答した部署がないため、部署別の結果は出ません。",
                "回答率が半分に満たないため、前回から変わったかどうかは判定できません。",
            ],
        ),
        (
            counts(49),
            rates(45, 4),
            ["回答率が半分に満たないため、前回から変わったかどうかは判定できません。"],
        ),
        (counts(50), rates(45, 5), []),
        # Counted together, a division of which five have answered can be shown.
        (counts(50), rates_of_one_division(4, 1), []),
    ],
)
def test_what_would_be_lost_is_said_before_it_is_closed(town, participation, by_department, lost):
    assert say_lost(make_survey(town), participation, by_department) == lost


def test_of_a_survey_with_names_the_sheets_are_kept(town):
    said = say_lost(make_survey(town, anonymity=Anonymity.NAMED), counts(4), [])
    assert said == ["結果は示せません。5人以上の回答が必要です。"]


def test_without_free_texts_none_are_lost(town):
    survey = make_survey(town, make_questionnaire(town, items={"W1": {}}))
    assert say_lost(survey, counts(9, invited=12), []) == []


def test_closing_asks_first_and_offers_more_time(client, town, running, people):
    sign_in(client, town)
    for person in people[:3]:
        answer(running, person, W1=1)
    page = client.get(url(town, "survey_close", running.pk))
    assert page.context["lead"] == "12人に聞いて3人（25%）が回答しました。あと14日です。"
    assert len(page.context["lost"]) == 1
    assert url(town, "survey_extend", running.pk) in page.content.decode()
    assert Survey.objects.get().is_open
    for person in people[3:]:
        answer(running, person, W1=1)
    assert client.get(url(town, "survey_close", running.pk)).context["lost"] == []
    client.post(url(town, "survey_close", running.pk))
    gone = client.get(url(town, "survey_close", running.pk))
    assert gone["Location"] == url(town, "survey_detail", running.pk)


def first_action(client, town, survey):
    """What the one filled button leads to."""
    page = client.get(url(town, "survey_detail", survey.pk)).content.decode()
    filled_ones = re.findall(r'(?:href|action)="([^"]+)"[^>]*>?(?:(?!</a>|</form>).)*?k-button--primary', page)
    assert len(filled_ones) == 1
    return filled_ones[0]


def test_one_button_says_what_brings_answers_now(client, town, running, monkeypatch):
    sign_in(client, town)
    for_all = make_survey(town, audience="residents", has_open_link=True, state="open")
    by_card = make_survey(town, audience="residents", state="open")
    assert first_action(client, town, for_all) == url(town, "survey_poster", for_all.pk)
    assert first_action(client, town, by_card) == url(town, "survey_cards", by_card.pk)
    assert first_action(client, town, running) == url(town, "survey_slips", running.pk)
    monkeypatch.setattr("django.utils.timezone.localdate", lambda *_args: TODAY + timedelta(days=1))
    assert first_action(client, town, running) == url(town, "survey_remind", running.pk)


def test_ended_early_its_last_day_is_the_day_on_which_it_ended(client, town, running, people, monkeypatch):
    """Planned was LATER: whoever comes too late, or reads the results, is told what was."""
    third_day = TODAY + timedelta(days=2)
    monkeypatch.setattr("django.utils.timezone.localdate", lambda *_args: third_day)
    sign_in(client, town)
    client.post(url(town, "survey_close", running.pk))
    assert Survey.objects.get().closes_on == third_day
    entry = AuditEntry.objects.filter(object_id=running.pk).order_by("pk").last()
    assert (entry.before, entry.after) == (
        {"state": "open", "closes_on": LATER.isoformat()},
        {"state": "closed", "closes_on": third_day.isoformat()},
    )
    assert (
        client.get(url(town, "results", running.pk)).context["as_of"] == f"締切済み（最終日：{long_date(third_day)}）"
    )
    client.force_login(people[0].user)
    too_late = client.get(url(town, "answer", running.pk))
    assert long_date(third_day) in too_late.content.decode()


def test_closed_by_itself_its_last_day_stays(town, running):
    close_due_surveys(LATER + timedelta(days=3))
    assert [(one.state, one.closes_on) for one in Survey.objects.all()] == [(SurveyState.CLOSED, LATER)]


def test_a_draft_is_deleted(client, town):
    sign_in(client, town)
    survey = make_survey(town)
    assert client.post(url(town, "survey_delete", survey.pk))["Location"] == url(town, "survey_list")
    assert not Survey.objects.exists()


def test_the_list_asks_those_who_were_invited(client, town, running, people):
    client.force_login(people[0].user)
    page = client.get(url(town, "survey_list"))
    assert page.context["mine"] == [running]
    assert page.context["page"].paginator.count == 0
    answer(running, people[0], W1=1)
    assert client.get(url(town, "survey_list")).context["mine"] == []


def test_residents_find_what_they_may_answer_and_nothing_else(client, town, running):
    open_to_all = make_survey(town, audience="residents", has_open_link=True, state="open", title="窓口アンケート")
    make_survey(town, audience="partners", has_open_link=True, state="open", title="企業アンケート")
    make_survey(town, audience="residents", state="open", title="カードで答えるアンケート")
    sign_in(client, town, Role.RESIDENT)
    page = client.get(url(town, "survey_list"))
    assert page.context["mine"] == [open_to_all]
    assert page.context["page"].paginator.count == 0
    assert url(town, "answer", open_to_all.pk) in page.content.decode()
    assert url(town, "questionnaire_list") not in page.content.decode()


def test_a_member_of_another_department_does_not_find_it(client, town, running):
    sign_in(client, town, Role.MEMBER, make_department(town, "税務課"))
    assert client.get(url(town, "survey_detail", running.pk)).status_code == 404


def test_staff_of_the_department_see_it_and_press_no_button(client, town, department, people):
    survey = make_survey(town, department=department)
    begin_survey(actor=system_actor(town, on=TODAY), survey=survey, invited=people)
    sign_in(client, town, Role.MEMBER, department)
    page = client.get(url(town, "survey_detail", survey.pk)).content.decode()
    for name in ("survey_remind", "survey_close", "survey_extend", "survey_mail", "survey_slips"):
        assert url(town, name, survey.pk) not in page
    for name in ("survey_remind", "survey_close", "survey_mail", "survey_slips", "survey_cards", "survey_open"):
        assert client.post(url(town, name, survey.pk)).status_code == 403
