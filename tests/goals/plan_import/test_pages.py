"""The import as a person walks through it, and what others may not do."""

import io
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone
from django_scopes import scope

from kiun.activity.models import AuditEntry, Job, JobState, Notice
from kiun.activity.queries import town_version
from kiun.activity.services import run_job
from kiun.goals.models import Goal, ImportState, Indicator, Plan, PlanImport
from kiun.goals.services import save_goal
from kiun.kernel.schedule import duties
from kiun.kernel.tabular import read_workbook
from kiun.municipality.actors import actor_of
from kiun.municipality.models import Department, Role
from tests.factories import make_department, make_goal, make_indicator, make_membership, make_plan, make_town
from tests.goals.plan_import.conftest import read
from tests.goals.plan_import.workbooks import workbook

HEADER = ["施策", "目標", "指標", "単位", "基準値（R5）", "目標値（R10）", "実績（R7）", "担当課"]
ROWS = [
    ["手続", "申請をオンラインにする", "申請率", "%", 28, 60, 45, "市民生活課"],
    ["手続", "親しみやすい役所にする", None, None, None, None, None, None],
]


@pytest.fixture
def town(db):
    return make_town()


@pytest.fixture
def admin(town, client):
    membership = make_membership(town, Role.ADMIN)
    client.force_login(membership.user)
    return membership


def url(name, *args):
    return reverse(f"goals:{name}", args=["hinata", *args])


def upload(client, content=None, **data):
    content = content or workbook(("KPI", [HEADER, *ROWS]))
    file = SimpleUploadedFile("計画.xlsx", content)
    return client.post(url("import_new"), {"file": file, **data})


def staged(town):
    with scope(municipality=town):
        return PlanImport.objects.select_related("job").latest("pk")


def filled(page, **changes):
    """What a browser sends of the preview's form, with what a person changed in it."""
    found, facts = page.context["difference"], page.context["facts"]
    return {
        "agreed": found.digest,
        **({name: facts[name].value() for name in ("name", "first_year", "last_year")} if facts else {}),
        **({"is_public": "on"} if facts and facts["is_public"].value() else {}),
        "department_name": [question.name for question in found.departments],
        **{f"department-{place}": question.choice for place, question in enumerate(found.departments)},
        "left_out": sorted(page.context["choices"].left_out),
        "ended": [absent.key for absent in found.absent if absent.is_ended],
        **changes,
    }


def agree(client, town, django_capture_on_commit_callbacks=None):
    """Confirm what the preview shows, and let the worker do it."""
    pk = staged(town).pk
    page = client.get(url("import_preview", pk))
    answer = client.post(url("import_confirm", pk), filled(page))
    assert answer["Location"] == url("import_progress", pk)
    run_job(staged(town).job_id)
    return page


def test_a_workbook_goes_in_step_by_step(client, admin, town):
    answer = upload(client)
    pk = staged(town).pk
    assert answer["Location"] == url("import_columns", pk)
    columns = client.get(url("import_columns", pk))
    assert (columns.context["goals"], columns.context["indicators"]) == (2, 1)
    preview = client.get(url("import_preview", pk))
    assert preview.context["difference"].vague_count == 1
    assert [question.name for question in preview.context["difference"].departments] == ["市民生活課"]
    with scope(municipality=town):
        assert (Plan.objects.count(), Goal.objects.count(), Department.objects.count()) == (0, 0, 0)
    agree(client, town)
    done = client.get(url("import_progress", pk), follow=True)
    assert done.redirect_chain == [(url("import_done", pk), 302)]
    with scope(municipality=town):
        (indicator,) = Indicator.objects.select_related("department", "owner", "goal")
        assert (indicator.name, indicator.department.name, indicator.owner) == ("申請率", "市民生活課", admin)
        assert [goal.is_vague for goal in Goal.objects.order_by("pk")] == [False, True]
        assert Job.objects.get().state == JobState.DONE
        assert bytes(staged(town).content) == b""
        assert AuditEntry.objects.filter(verb="imported").count() == 1
        assert AuditEntry.objects.filter(object_type="goals.indicator", verb="created").count() == 1
        assert AuditEntry.objects.filter(object_type="goals.indicator", verb="measured").count() == 1


def test_a_corrected_column_is_read_anew(client, admin, town):
    upload(client, workbook(("KPI", [["施策", "こまりごと", "指標"], ["手続", "待ち時間が長い", "待ち時間"]])))
    pk = staged(town).pk
    answer = client.post(
        url("import_columns", pk),
        {"sheet": "KPI", "is_used": "on", "column-B": "challenge"},
        headers={"HX-Request": "true"},
    )
    assert answer.status_code == 200
    columns = client.get(url("import_columns", pk)).context["sheets"][0].columns
    assert [column.key for column in columns] == ["policy_2", "challenge", "indicator"]
    preview = client.get(url("import_preview", pk))
    assert [challenge.text for challenge in preview.context["difference"].challenges] == ["待ち時間が長い"]


def test_the_fragment_equals_the_page(client, admin, town):
    upload(client)
    pk = staged(town).pk
    page = client.get(url("import_columns", pk)).content.decode()
    fragment = client.get(url("import_columns", pk), headers={"HX-Request": "true"}).content.decode()
    assert "".join(fragment.split("csrf")[0].split()) in "".join(page.split())


@pytest.mark.parametrize("rows", [("99", "99"), ("0", "x")])
def test_a_wrong_header_row_is_refused_and_not_kept(client, admin, town, rows):
    upload(client)
    pk = staged(town).pk
    answer = client.post(
        url("import_columns", pk), {"sheet": "KPI", "is_used": "on", "first": rows[0], "last": rows[1]}
    )
    assert answer.status_code == 422
    assert client.get(url("import_columns", pk)).context["goals"] == 2


def test_departments_and_rows_are_decided_in_the_preview(client, admin, town):
    citizens = make_department(town, "市民課")
    upload(client, workbook(("KPI", [HEADER, ROWS[0], ["手続", "x", "待ち時間", "分", 30, 30, None, None]])))
    pk = staged(town).pk
    preview = client.get(url("import_preview", pk))
    assert len(preview.context["errors"]) == 1
    assert not preview.context["review"].can_be_applied
    client.post(
        url("import_preview", pk),
        {
            "name": "ひなた市計画",
            "first_year": "R6",
            "last_year": "令和10年度",
            "left_out": preview.context["errors"][0].row_key,
            "department_name": "市民生活課",
            "department-0": str(citizens.pk),
        },
    )
    agree(client, town)
    with scope(municipality=town):
        plan = Plan.objects.get()
        assert (plan.name, plan.first_year, plan.last_year) == ("ひなた市計画", 2024, 2028)
        assert Indicator.objects.get().department == citizens


def test_uploading_again_changes_only_what_differs(client, admin, town):
    upload(client)
    agree(client, town)
    with scope(municipality=town):
        plan = Plan.objects.get()
        Goal.objects.filter(text="親しみやすい役所にする").update(note="残すこと")
    rows = [[*ROWS[0][:5], 70, 45, "市民生活課"], ["手続", "書かない窓口にする", *[None] * 6]]
    upload(client, workbook(("KPI", [HEADER, *rows])), plan=plan.pk)
    page = agree(client, town)
    assert [(line.where, line.field, line.before, line.after) for line in page.context["changes"]] == [
        ("KPI F2", "目標値", "60", "70")
    ]
    with scope(municipality=town):
        assert list(Goal.objects.values_list("text", "note")) == [
            ("申請をオンラインにする", ""),
            ("親しみやすい役所にする", "残すこと"),
            ("書かない窓口にする", ""),
        ]
        assert Indicator.objects.get().series.get(is_current=True).target == 70
        assert Plan.objects.count() == 1


def test_rows_that_are_gone_end_only_when_ticked(client, admin, town):
    upload(client)
    agree(client, town)
    with scope(municipality=town):
        plan, gone = Plan.objects.get(), Goal.objects.get(text="親しみやすい役所にする")
    upload(client, workbook(("KPI", [HEADER, ROWS[0]])), plan=plan.pk)
    pk = staged(town).pk
    assert client.get(url("import_preview", pk)).context["difference"].is_empty
    client.post(url("import_preview", pk), {"ended": f"goal:{gone.pk}"})
    agree(client, town)
    with scope(municipality=town):
        gone.refresh_from_db()
        assert gone.ended_on is not None


def uploaded_again(client, town):
    """A file that is in the plan, and waits once more with another target."""
    upload(client)
    agree(client, town)
    with scope(municipality=town):
        plan = Plan.objects.get()
    upload(client, workbook(("KPI", [HEADER, [*ROWS[0][:5], 70, 45, "市民生活課"], ROWS[1]])), plan=plan.pk)
    return staged(town).pk


def test_a_plan_that_changed_since_the_preview_is_asked_again(client, admin, town):
    pk = uploaded_again(client, town)
    page = client.get(url("import_preview", pk))
    with scope(municipality=town):
        Indicator.objects.get().series.update(target=65)
    assert client.post(url("import_confirm", pk), filled(page))["Location"] == url("import_preview", pk)
    assert staged(town).job is None
    assert "選んだ内容または計画が変わりました" in client.get(url("import_preview", pk)).content.decode()


def test_a_plan_that_changes_before_the_worker_comes_is_asked_again(client, admin, town):
    pk = uploaded_again(client, town)
    client.post(url("import_confirm", pk), filled(client.get(url("import_preview", pk))))
    with scope(municipality=town):
        Indicator.objects.get().series.update(target=65)
    run_job(staged(town).job_id)
    page = client.get(url("import_progress", pk))
    assert page.context["job"].state == JobState.FAILED
    assert "確認の後に計画が変わりました" in page.content.decode()
    with scope(municipality=town):
        assert Indicator.objects.get().series.get().target == 65
    agree(client, town)
    with scope(municipality=town):
        assert Indicator.objects.get().series.get().target == 70


def test_the_same_file_is_not_applied_twice(client, admin, town):
    upload(client)
    agree(client, town)
    job = staged(town).job_id
    run_job(job)
    answer = client.post(url("import_confirm", staged(town).pk), {"agreed": ""})
    assert answer.status_code == 409
    with scope(municipality=town):
        assert Goal.objects.count() == 2


def test_residents_see_a_new_plan_only_when_somebody_says_so(client, admin, town):
    upload(client)
    agree(client, town)
    with scope(municipality=town):
        assert Plan.objects.get().is_public is False
    assert "まだ住民には見えていません" in client.get(url("import_done", staged(town).pk)).content.decode()
    upload(client)
    page = client.get(url("import_preview", staged(town).pk))
    client.post(url("import_confirm", staged(town).pk), filled(page, name="次の計画", is_public="on"))
    run_job(staged(town).job_id)
    with scope(municipality=town):
        assert Plan.objects.get(name="次の計画").is_public is True


def test_a_choice_that_was_not_compared_is_kept_and_shown_before_anything_is_stored(client, admin, town):
    upload(client)
    pk = staged(town).pk
    page = client.get(url("import_preview", pk))
    answer = client.post(url("import_confirm", pk), filled(page, **{"department-0": "none"}))
    assert (answer["Location"], staged(town).job) == (url("import_preview", pk), None)
    assert client.get(url("import_preview", pk)).context["difference"].departments[0].choice == "none"


def test_a_goal_that_was_mended_here_is_not_brought_back_by_the_old_file(client, admin, town):
    upload(client)
    agree(client, town)
    with scope(municipality=town):
        goal = Goal.objects.get(text="親しみやすい役所にする")
        goal.text = mended = "窓口の満足度を2028年度までに80%にする"
        save_goal(actor=actor_of(admin.user, town, on=timezone.localdate()), goal=goal)
    with scope(municipality=town):
        plan = Plan.objects.get()
    upload(client, plan=plan.pk)
    found = client.get(url("import_preview", staged(town).pk)).context["difference"]
    assert (found.is_empty, found.absent, [str(problem.what) for problem in found.warnings]) == (
        True,
        (),
        [f"この目標は、取り込んだあとに「{mended}」と書き直されています。ファイルの文は取り込みません。"],
    )


def test_a_choice_stays_with_the_department_that_was_asked_about(client, admin, town):
    upload(client, workbook(("KPI", [HEADER, ROWS[0], [*ROWS[0][:2], "別の率", *ROWS[0][3:7], "広報係"]])))
    pk = staged(town).pk
    page = client.get(url("import_preview", pk))
    assert [question.name for question in page.context["difference"].departments] == ["市民生活課", "広報係"]
    make_department(town, "市民生活課")
    client.post(url("import_confirm", pk), filled(page, **{"department-0": "none"}))
    asked = client.get(url("import_preview", pk)).context["difference"].departments
    assert {question.name: question.choice for question in asked} == {"市民生活課": "none", "広報係": "new"}


def test_a_wording_that_one_file_replaced_comes_back_with_the_next(client, admin, town):
    first, second = ([HEADER, ["手続", text, *ROWS[0][2:]]] for text in ("申請を増やす", "申請を広げる"))
    upload(client, workbook(("KPI", first)))
    agree(client, town)
    with scope(municipality=town):
        plan = Plan.objects.get()
    for table in (second, first):
        upload(client, workbook(("KPI", table)), plan=plan.pk)
        agree(client, town)
    with scope(municipality=town):
        assert Goal.objects.get().text == "申請を増やす"


def test_indicators_without_an_owner_in_the_file_are_listed_at_the_end(client, admin, town):
    upload(client)
    agree(client, town)
    done = client.get(url("import_done", staged(town).pk))
    assert [row.name for row in done.context["without_owner"]] == ["申請率"]


def test_a_discarded_file_is_gone(client, admin, town):
    upload(client)
    pk = staged(town).pk
    client.post(url("import_discard", pk))
    assert (staged(town).state, bytes(staged(town).content)) == (ImportState.DISCARDED, b"")
    assert client.get(url("import_preview", pk)).status_code == 409


def test_a_file_that_nobody_confirmed_within_a_month_is_forgotten(client, admin, town):
    for _ in range(3):
        upload(client)
    with scope(municipality=town):
        new, being_applied, old = PlanImport.objects.order_by("pk")
        page = client.get(url("import_preview", being_applied.pk))
        client.post(url("import_confirm", being_applied.pk), filled(page))
        month_ago = timezone.now() - timedelta(days=31)
        PlanImport.objects.filter(pk__in=[being_applied.pk, old.pk]).update(created_at=month_ago)
        duties["goals.source_files"].run(timezone.now())
        kept = {row.pk: (row.state, bool(row.content)) for row in PlanImport.objects.all()}
    waiting = (ImportState.UPLOADED, True)
    assert kept == {new.pk: waiting, being_applied.pk: waiting, old.pk: (ImportState.DISCARDED, False)}
    assert client.get(url("import_preview", old.pk)).status_code == 409


def test_a_file_that_cannot_be_read_is_refused_at_its_field(client, admin, town):
    answer = upload(client, b"not a workbook")
    assert answer.status_code == 422
    assert list(answer.context["form"].errors) == ["file"]
    with scope(municipality=town):
        assert PlanImport.objects.count() == 0


@pytest.mark.parametrize("role", [Role.EXECUTIVE, Role.HEAD, Role.MEMBER, Role.VIEWER])
def test_only_the_dx_office_imports(client, town, role):
    client.force_login(make_membership(town, role).user)
    assert upload(client).status_code == 403
    assert client.get(url("import_template")).status_code == 403


def test_the_template_is_read_back_as_its_example(client, admin, town):
    content = client.get(url("import_template")).content
    reading = read(content)
    assert [sheet.is_used for sheet in reading.sheets] == [False, True, False] or not reading.document.goals
    book = read_workbook(content, name="x.xlsx")
    assert [sheet.name for sheet in book.sheets] == ["計画", "記入例", "説明"]


@pytest.mark.parametrize("form", ["xlsx", "csv"])
def test_a_downloaded_plan_comes_back_without_a_difference(client, admin, town, form):
    plan = make_plan(town)
    make_indicator(make_goal(plan), readings={"2025-03-31": 40})
    answer = client.get(url("plan_export", plan.pk), {"format": form})
    upload(client, answer.content if form == "xlsx" else None, plan=plan.pk)
    if form == "xlsx":
        assert client.get(url("import_preview", staged(town).pk)).context["difference"].is_empty
    with scope(municipality=town):
        assert AuditEntry.objects.filter(verb="exported").count() == 1


def test_downloads_are_recorded_and_renew_no_page(client, admin, town):
    plan = make_plan(town)
    with scope(municipality=town):
        before = town_version(town)
        client.get(url("plan_export", plan.pk))
        client.get(url("indicator_export"))
        assert town_version(town) == before
        exports = AuditEntry.objects.filter(verb="exported").order_by("pk")
        assert list(exports.values_list("object_type", "object_id", "label")) == [
            ("goals.plan", plan.pk, str(plan)),
            ("goals.indicator", 0, "指標一覧"),
        ]


def test_formulas_in_names_do_not_run(client, admin, town):
    make_indicator(make_goal(make_plan(town), "=HYPERLINK(1)"), "=1+1")
    text = client.get(url("indicator_export"), {"format": "csv"}).content.decode("utf-8-sig")
    assert "'=1+1" in text
    assert ",=" not in text


def test_the_list_holds_only_this_town(client, admin, town):
    make_indicator(make_goal(make_plan(town)), "こちらの指標")
    other = make_town("minato", "みなと市")
    make_indicator(make_goal(make_plan(other)), "よその指標")
    book = read_workbook(io.BytesIO(client.get(url("indicator_export")).content).getvalue(), name="x.xlsx")
    names = [row[4] for row in book.sheets[0].rows[1:]]
    assert names == ["こちらの指標"]


@pytest.mark.parametrize("count", [1, 30])
def test_the_export_asks_the_same_number_of_questions(client, admin, town, count, django_assert_max_num_queries):
    plan = make_plan(town)
    for number in range(count):
        make_indicator(make_goal(plan, f"目標{number}"), f"指標{number}", {"2025-03-31": number})
    client.get(url("indicator_export"))
    with django_assert_max_num_queries(30):
        client.get(url("plan_export", plan.pk))
    with django_assert_max_num_queries(14):
        client.get(url("indicator_export"))


def test_who_closed_the_page_is_told_once(client, admin, town):
    upload(client)
    agree(client, town)
    run_job(staged(town).job_id)
    with scope(municipality=town):
        (notice,) = Notice.objects.select_related("recipient")
    assert (notice.recipient, notice.path) == (admin, url("import_done", staged(town).pk))
