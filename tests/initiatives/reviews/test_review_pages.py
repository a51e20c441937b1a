"""The pages: what each kind of person reads and may do, and that every field is saved by itself."""

from datetime import date, timedelta
from io import BytesIO

import pytest
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook

from kiun.initiatives.models import AgendaItem, InitiativeStatus, Review, ReviewDecision, ReviewState, Revision, Verdict
from kiun.initiatives.services import approve_initiative
from kiun.initiatives.services.reviews import begin_review, save_item
from kiun.kernel.errors import DomainError
from kiun.kernel.fiscal_year import fiscal_year_of
from kiun.municipality.models import Role
from tests.factories import make_actor, make_goal, make_initiative
from tests.initiatives.reviews.conftest import add_item


def url(town, name, *args):
    return reverse(f"initiatives:{name}", args=(town.slug, *args))


@pytest.fixture
def work(plan, department):
    return make_initiative(make_goal(plan, department=department), "書かない窓口")


@pytest.fixture
def running(officer, review, work):
    review.items.all().delete()
    save_item(actor=officer, item=AgendaItem(review=review, title="取組の議題", initiative=work))
    save_item(actor=officer, item=AgendaItem(review=review, title="ほかの議題"))
    begun = begin_review(actor=officer, review=review)
    begun.items.exclude(subject_type="").delete()
    return begun


@pytest.fixture
def item(running):
    return running.items.get(title="取組の議題")


def as_(client, actor):
    client.force_login(actor.user)
    return client


class TestSavingByItself:
    def send(self, client, town, item, **data):
        answer = client.post(url(town, "item_save", item.pk), data)
        return answer.status_code, answer.json()

    def test_each_kind_of_field(self, client, town, mayor, item, work):
        as_(client, mayor)
        values = {
            "grade": "unknown",
            "verdict": "stop",
            "reason": "使われない\r\n二行目",
            "what": "片付ける",
            "person": str(mayor.membership.pk),
            "due_on": "2026-12-20",
            "minutes": "説明があった",
        }
        for field, value in values.items():
            status, told = self.send(client, town, item, field=field, value=value, known="")
            assert (status, told["stored"]) == (200, value.replace("\r\n", "\n"))
        item.refresh_from_db()
        assert (item.grade, item.minutes) == ("unknown", "説明があった")
        assert (item.decision.person, item.decision.due_on) == (mayor.membership, date(2026, 12, 20))
        status, told = self.send(client, town, item, field="person", value="", known=str(mayor.membership.pk))
        assert (status, ReviewDecision.objects.get().person) == (200, None)

    def test_a_conflict_is_answered_with_what_stands_there(self, client, town, mayor, item):
        as_(client, mayor)
        self.send(client, town, item, field="reason", value="先に書いた", known="")
        status, told = self.send(client, town, item, field="reason", value="後から書いた", known="")
        assert (status, told["stored"]) == (409, "先に書いた")
        assert ReviewDecision.objects.get().reason == "先に書いた"

    @pytest.mark.parametrize(
        "data",
        [
            {"field": "grade", "value": "best"},
            {"field": "person", "value": "999999"},
            {"field": "due_on", "value": "いつか"},
            {"field": "what", "value": "x" * 500},
            {"field": "seen", "value": "1"},
            {"field": "order", "value": "1"},
            {},
        ],
    )
    def test_what_cannot_be_saved_is_said(self, client, town, mayor, item, data):
        status, told = self.send(as_(client, mayor), town, item, known="", **data)
        assert (status, bool(told["message"])) == (422, True)
        assert not ReviewDecision.objects.exists()

    def test_a_head_reads_and_does_not_write(self, client, town, head, item):
        as_(client, head)
        assert client.post(url(town, "item_save", item.pk), {"field": "grade", "value": "late"}).status_code == 403
        page = client.get(url(town, "item_detail", item.pk)).content.decode()
        assert "data-autosave" not in page

    def test_without_a_script_the_whole_form_is_sent(self, client, town, mayor, item):
        as_(client, mayor)
        form = client.get(url(town, "item_detail", item.pk)).context["form"]
        data = {"seen": form["seen"].value(), "grade": "late", "verdict": "continue", "reason": "要の取組"}
        assert client.post(url(town, "item_detail", item.pk), data).status_code == 302
        item.refresh_from_db()
        assert (item.grade, item.decision.reason) == ("late", "要の取組")
        again = client.post(url(town, "item_detail", item.pk), {**data, "reason": "別の理由"})
        assert again.status_code == 422
        assert ReviewDecision.objects.get().reason == "要の取組"

    def test_without_a_script_all_of_the_form_is_saved_or_nothing(self, client, town, mayor, item, monkeypatch):
        as_(client, mayor)
        form = client.get(url(town, "item_detail", item.pk)).context["form"]

        def refuse(*_args, **_kwargs):
            raise DomainError("x", field="person")

        monkeypatch.setattr("kiun.initiatives.services.reviews.holding.check_person", refuse)
        data = {"seen": form["seen"].value(), "grade": "late", "reason": "x", "person": mayor.membership.pk}
        assert client.post(url(town, "item_detail", item.pk), data).status_code == 422
        item.refresh_from_db()
        assert (item.grade, ReviewDecision.objects.count()) == ("", 0)


class TestWhoReadsWhat:
    def test_a_head_reads_the_own_items_and_not_where_the_meeting_is(self, client, town, head, running, item):
        running.current = running.items.get(title="ほかの議題")
        running.save()
        as_(client, head)
        page = client.get(url(town, "review_detail", running.pk)).content.decode()
        assert "取組の議題" in page
        assert "ほかの議題" not in page
        page = client.get(url(town, "item_detail", item.pk)).content.decode()
        assert "会議は、ほかの議題に移りました。" in page
        assert "ほかの議題</b>" not in page.replace("会議は、ほかの議題に移りました。</b>", "")
        assert client.get(url(town, "item_detail", running.current.pk)).status_code == 404

    def test_what_the_meeting_says_of_itself_is_for_those_at_the_table(self, client, town, officer, head, review):
        Review.objects.filter(pk=review.pk).update(state=ReviewState.CLOSED, summary="一つやめる")
        for actor, reads in ((officer, True), (head, True), (_member(town, head), False)):
            for name in ("review_detail", "review_minutes"):
                page = as_(client, actor).get(url(town, name, review.pk)).content.decode()
                assert ("一つやめる" in page) is reads

    def test_what_is_to_be_decided_is_for_those_who_decide(self, client, town, mayor, head, running):
        assert as_(client, mayor).get(url(town, "review_today", running.pk)).status_code == 200
        assert as_(client, head).get(url(town, "review_today", running.pk)).status_code == 403


def _member(town, head):
    return make_actor(town, Role.MEMBER, head.membership.department)


class TestTheWayThroughAReview:
    def test_plan_begin_decide_and_close(self, client, town, officer, mayor, head, work):
        as_(client, officer)
        page = client.get(url(town, "review_create"), {"quarter": "FY2026Q3"})
        assert page.context["form"]["quarter_key"].value() == "FY2026Q3"
        data = {
            "quarter_key": page.context["form"].fields["quarter_key"].choices[0][0],
            "held_on": "2026-12-08",
            "decider": mayor.membership.pk,
            "participants": [mayor.membership.pk, head.membership.pk],
        }
        assert client.post(url(town, "review_create"), data).status_code == 302
        review = Review.objects.get()
        assert review.participants.count() == 2
        again = client.post(url(town, "review_create"), data)
        assert (again.status_code, list(again.context["form"].errors)) == (422, ["quarter_key"])
        client.post(url(town, "item_create", review.pk), {"title": "続けるか", "initiative": work.pk})
        item = review.items.get(title="続けるか")
        assert client.post(url(town, "review_begin", review.pk)).status_code == 302
        for field, value in (("grade", "late"), ("verdict", "stop"), ("reason", "使われない")):
            client.post(url(town, "item_save", item.pk), {"field": field, "value": value, "known": ""})
        close = url(town, "review_close", review.pk)
        page = client.get(close)
        assert [decision.pk for decision in page.context["stopping"]] == [item.decision.pk]
        rest = {"rest_reason": "時間がなかった"} if page.context["agenda"].open else {}
        assert client.post(close, {"attended": [mayor.membership.pk], **rest}).status_code == 302
        work.refresh_from_db()
        assert work.status == InitiativeStatus.STOPPED
        minutes = client.get(url(town, "review_minutes", review.pk)).content.decode()
        assert "使われない" in minutes
        stops = client.get(url(town, "stop_list"))
        assert [stop.initiative for stop in stops.context["stops"]] == [work]

    def test_what_is_missing_is_said_on_the_closing_page(self, client, town, officer, item, running):
        as_(client, officer)
        client.post(url(town, "item_save", item.pk), {"field": "verdict", "value": "change", "known": ""})
        page = client.get(url(town, "review_close", running.pk))
        [lack] = page.context["lacks"]
        assert lack.item == item
        assert lack.sentence.startswith("評価を選んでください。")
        content = page.content.decode()
        assert f'href="{url(town, "item_detail", item.pk)}"' in content
        assert "確定する" not in content
        everybody = [row.post_id for row in running.participants.all()]
        answer = client.post(url(town, "review_close", running.pk), {"rest_reason": "x", "attended": everybody})
        assert answer.status_code == 422
        assert answer.context["form"].non_field_errors() == [str(lack)]
        running.refresh_from_db()
        assert running.state == ReviewState.RUNNING

    def test_the_version_changes_with_what_is_written(self, client, town, officer, running, item):
        as_(client, officer)
        before = client.get(url(town, "review_version", running.pk)).json()
        client.post(url(town, "item_save", item.pk), {"field": "grade", "value": "late", "known": ""})
        assert client.get(url(town, "review_version", running.pk)).json() != before


class TestDecisions:
    @pytest.fixture
    def decision(self, running, head, work):
        Review.objects.filter(pk=running.pk).update(state=ReviewState.CLOSED)
        item = add_item(running, "変える", initiative=work, department=work.department)
        decision = ReviewDecision(
            item=item, verdict=Verdict.CHANGE, reason="改修が延びた", what="終わりを延ばす", person=head.membership
        )
        today = timezone.localdate()
        decision.decided_on, decision.due_on, decision.initiative = today, today + timedelta(days=20), work
        decision.save()
        return decision

    def test_the_plan_is_changed_with_the_reason_filled_in(self, client, town, head, work, decision):
        as_(client, head)
        page = client.get(url(town, "decision_change", decision.pk))
        form = page.context["form"]
        assert form["reason"].value() == "令和8年度第3四半期の見直し：改修が延びた"
        data = {name: form[name].value() or "" for name in form.fields} | {"ends_on": "2027-09-30"}
        assert client.post(url(town, "decision_change", decision.pk), data).status_code == 302
        decision.refresh_from_db()
        assert (decision.revision.source, decision.revision.reason) == ("review", form["reason"].value())
        ledger = client.get(url(town, "revision_detail", decision.revision.pk)).content.decode()
        assert "令和8年度第3四半期の見直しで決定" in ledger

    @pytest.mark.parametrize("verdict", [Verdict.CONTINUE, Verdict.STOP])
    def test_there_is_no_form_for_what_was_not_decided(self, client, town, head, work, decision, verdict):
        ReviewDecision.objects.update(verdict=verdict)
        as_(client, head)
        page = url(town, "decision_change", decision.pk)
        data = {"starts_on": "2026-04-01", "ends_on": "2027-09-30", "reason": "x", "summary": "", "priority": "3"}
        assert (client.get(page).status_code, client.post(page, data).status_code) == (404, 404)
        assert Revision.objects.count() == 0

    def test_the_person_says_how_far_it_is(self, client, town, head, decision):
        as_(client, head)
        answer = client.post(url(town, "decision_detail", decision.pk), {"step": "done", "report": ""})
        assert (answer.status_code, list(answer.context["form"].errors)) == (422, ["report"])
        client.post(url(town, "decision_detail", decision.pk), {"step": "done", "report": "延ばした"})
        decision.refresh_from_db()
        assert (decision.report, decision.carried_out_on is None) == ("延ばした", False)

    def test_lists_by_state(self, client, town, officer, decision):
        as_(client, officer)
        counts = {}
        for state in ("", "stuck", "not_begun", "late", "carried_out", "nonsense"):
            page = client.get(url(town, "decision_list"), {"state": state})
            counts[state] = page.context["page"].paginator.count
        assert counts == {"": 1, "stuck": 0, "not_begun": 1, "late": 0, "carried_out": 0, "nonsense": 1}


QUERIES = [
    ({"q": "当初"}, 1),
    ({"q": "オンライン化"}, 1),
    ({"q": "補正"}, 0),
    ({"source": "review"}, 0),
    ({"until": "2026-01-01"}, 0),
    ({"since": "いつか"}, 1),
]


class TestLedger:
    @pytest.fixture
    def revision(self, officer, plan, department):
        row = make_initiative(make_goal(plan, department=department), status=InitiativeStatus.PROPOSED)
        return approve_initiative(actor=officer, initiative=row, reason="当初予算の議決")

    def test_it_is_searched_and_narrowed(self, client, town, officer, revision):
        as_(client, officer)
        for query, found in QUERIES:
            assert client.get(url(town, "revision_list"), query).context["page"].paginator.count == found

    def test_before_and_after_in_words(self, client, town, officer, revision):
        page = as_(client, officer).get(url(town, "revision_detail", revision.pk)).content.decode()
        assert "<td>提案中</td><td>採択済み</td>" in page.replace("\n", "")

    def test_taking_back_shows_what_happens_and_makes_an_entry(self, client, town, officer, revision):
        as_(client, officer)
        page = client.get(url(town, "revision_undo", revision.pk))
        assert [one.back for one in page.context["steps"][0].told] == ["提案中"]
        answer = client.post(url(town, "revision_undo", revision.pk), {"reason": "議決されなかった"})
        assert answer.status_code == 302
        assert Revision.objects.get(number=2).undoes == revision

    def test_the_comparison_takes_days_and_gives_a_workbook(self, client, town, officer, plan, revision):
        as_(client, officer)
        page = client.get(url(town, "comparison"))
        assert page.context["form"]["old"].value() == fiscal_year_of(timezone.localdate()).start.isoformat()
        wrong = client.get(url(town, "comparison"), {"old": "2026-11-01", "new": "2026-10-01"})
        assert (wrong.status_code, wrong.context["found"]) == (200, None)
        book = client.get(url(town, "comparison_export"), {"plan": plan.pk})
        sheet = load_workbook(BytesIO(book.content)).active
        assert [cell.value for cell in sheet[3]][:6] == ["区分", "種類", "対象", "項目", "旧", "新"]
        assert client.get(url(town, "comparison_export"), {"old": "x"}).status_code == 404

    def test_an_english_reader_is_understood_too(self, client, town, officer, revision):
        page = as_(client, officer).get(url(town, "revision_list"), headers={"accept-language": "en"})
        assert "The plan has been changed 1 time." in page.content.decode()


def test_a_town_without_a_plan_is_not_asked_for_one_before_it_compares(town, client):
    client.force_login(make_actor(town, Role.ADMIN).user)
    page = client.get(url(town, "comparison")).content.decode()
    assert "計画はまだありません" in page
    assert 'aria-invalid="true"' not in page
    assert '<select name="plan"' not in page
