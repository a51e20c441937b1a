"""The workbook of initiatives and tasks: taken along, edited in Excel, brought back, and only then taken over."""

from datetime import date
from decimal import Decimal
from io import BytesIO

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from kiun.activity.models import AuditEntry, Job, JobState, Notice
from kiun.activity.services.jobs import run_job
from kiun.initiatives.models import (
    ChecklistItem,
    Initiative,
    InitiativeStatus,
    Milestone,
    Phase,
    Revision,
    Skill,
    Task,
    TaskHelper,
    TaskLink,
    WorkImport,
    WorkImportState,
)
from kiun.initiatives.queries.work_sheets import template_sheets, work_sheets
from kiun.initiatives.services import end_initiative, save_initiative, save_task
from kiun.initiatives.services.work_import import (
    confirm_work,
    discard_work,
    forget_unconfirmed_work,
    review_work,
    upload_work,
)
from kiun.initiatives.work_files.columns import INITIATIVE_COLUMNS, TASK_COLUMNS
from kiun.initiatives.work_files.links import WrittenLink, read_link
from kiun.initiatives.work_files.reading import MOST_ROWS
from kiun.kernel.errors import ConflictError, DomainError, NotAllowedError
from kiun.kernel.tabular import write_csv, write_workbook
from kiun.municipality.models import Role
from tests.factories import (
    TODAY,
    make_actor,
    make_department,
    make_goal,
    make_initiative,
    make_link,
    make_membership,
    make_task,
    make_user,
)
from tests.initiatives.pages import sign_in, url

COLUMNS = {"取組": INITIATIVE_COLUMNS, "作業": TASK_COLUMNS}


@pytest.fixture
def officer(town, today):
    return make_actor(town, Role.ADMIN)


@pytest.fixture
def owner(town, department):
    return make_membership(town, Role.MEMBER, department, user=make_user("黒田 恵理"))


@pytest.fixture
def work(town, goal, owner):
    """One approved initiative of two tasks that follow each other."""
    goal.code = "1-2"
    goal.save()
    initiative = make_initiative(goal, "書かない窓口", owner=owner, code="1-B")
    first = make_task(initiative, "仕様書の作成")
    second = make_task(initiative, "委託先の選定", starts_on=date(2026, 12, 1), due_on=date(2026, 12, 25))
    make_link(first, second, lag_days=3)
    return {"initiative": initiative, "first": first, "second": second}


class Book:
    """A workbook in an officer's hands."""

    def __init__(self, actor):
        initiatives = set(Initiative.objects.values_list("pk", flat=True))
        self.book = openpyxl.load_workbook(BytesIO(write_workbook(work_sheets(actor, initiatives))))

    def _column(self, sheet, field):
        return [column.field for column in COLUMNS[sheet]].index(field) + 1

    def _row(self, sheet, name):
        page, column = self.book[sheet], self._column(sheet, "name")
        return next(row for row in range(2, page.max_row + 1) if page.cell(row, column).value == name)

    def write(self, sheet, label, **cells):
        row = self._row(sheet, label)
        for field, value in cells.items():
            self.book[sheet].cell(row, self._column(sheet, field)).value = value
        return self

    def add(self, sheet, **cells):
        page = self.book[sheet]
        row = page.max_row + 1
        for field, value in cells.items():
            page.cell(row, self._column(sheet, field)).value = value
        return self

    def read(self, sheet, name, field):
        return self.book[sheet].cell(self._row(sheet, name), self._column(sheet, field)).value

    @property
    def content(self):
        saved = BytesIO()
        self.book.save(saved)
        return saved.getvalue()


def bring(actor, book, name="作業.xlsx"):
    staged = upload_work(actor=actor, name=name, content=book if isinstance(book, bytes) else book.content)
    return staged, review_work(actor, staged)


def take(actor, book, reason="現場と調整したため"):
    """Upload, agree, and let the worker do it."""
    staged, difference = bring(actor, book)
    assert [str(problem) for problem in difference.problems] == []
    confirm_work(actor=actor, staged=staged, agreed=difference.digest, reason=reason)
    run_job(Job.objects.latest("pk").pk)
    job = Job.objects.latest("pk")
    assert (job.state, job.message) == (JobState.DONE, "")
    return difference


def said(difference):
    return {
        (row.label, change.column.field): (change.before, change.after)
        for row in difference.rows
        for change in row.changes
    }


def problems(difference):
    return [(problem.sheet, problem.cell, f"{problem.what}{problem.how}") for problem in difference.problems]


NEW_TASK = {
    "initiative": "書かない窓口", "name": "職員の研修", "responsible": "黒田 恵理", "estimate": 5,
    "starts_on": date(2027, 1, 4), "due_on": date(2027, 1, 29),
}  # fmt: skip


def test_a_file_that_nobody_edited_changes_nothing(officer, work):
    Skill(name="データ分析").save()
    TaskHelper(task=work["first"], helper=work["initiative"].owner).save()
    _staged, difference = bring(officer, Book(officer))
    assert (difference.is_empty, difference.problems, difference.unchanged) == (True, [], 3)


def test_the_workbook_says_who_does_what_until_when(officer, work):
    book = Book(officer)
    assert book.read("取組", "書かない窓口", "goals") == "1-2"
    assert book.read("取組", "書かない窓口", "status") == "採択済み"
    assert book.read("作業", "委託先の選定", "responsible") == "黒田 恵理"
    assert book.read("作業", "委託先の選定", "before") == "仕様書の作成（終了後 3日）"
    assert book.read("作業", "委託先の選定", "due_on").date() == date(2026, 12, 25)
    lists = {validation.formula1 for validation in book.book["作業"].data_validations.dataValidation}
    assert '"未着手,進行中,完了,取りやめ"' in lists


def test_days_estimates_and_people_come_back(town, officer, department, work):
    helper = make_membership(town, Role.MEMBER, department, user=make_user("白井 健太"))
    book = Book(officer).write(
        "作業",
        "委託先の選定",
        due_on="令和9年1月15日",
        estimate="１２．５",
        responsible="白井健太",
        helpers="黒田 恵理",
    )
    difference = take(officer, book.write("取組", "書かない窓口", ends_on=date(2027, 3, 15), priority="高"))
    assert said(difference) == {
        ("書かない窓口", "ends_on"): ("R9.3.31", "R9.3.15"),
        ("書かない窓口", "priority"): ("中", "高"),
        ("委託先の選定", "responsible"): ("黒田 恵理", "白井健太"),
        ("委託先の選定", "helpers"): ("", "黒田 恵理"),
        ("委託先の選定", "estimate"): ("10", "１２．５"),
        ("委託先の選定", "due_on"): ("R8.12.25", "R9.1.15"),
    }
    task = Task.objects.get(pk=work["second"].pk)
    assert (task.due_on, task.estimate, task.responsible) == (date(2027, 1, 15), Decimal("12.5"), helper)
    assert [row.helper for row in task.helpers.all()] == [work["initiative"].owner]
    revision = Revision.objects.get()
    assert (revision.source, revision.reason, revision.items.count()) == ("import", "現場と調整したため", 1)
    assert Notice.objects.filter(recipient=helper, kind="initiatives.task_given").count() == 1
    assert AuditEntry.objects.filter(verb="imported").get().after["tasks_changed"] == 1


def test_new_rows_become_proposals_and_tasks_and_the_same_file_again_changes_nothing(officer, department, work):
    book = Book(officer).add("作業", **NEW_TASK, before="委託先の選定（開始後 5日）\nやさしい日本語＞原稿の作成")
    book.add(
        "取組", name="やさしい日本語", goals="1-2", department="市民課", owner="黒田 恵理",
        starts_on=date(2027, 4, 1), ends_on=date(2028, 3, 31), is_public="公開しない",
    )  # fmt: skip
    book.add("作業", **{**NEW_TASK, "initiative": "やさしい日本語", "name": "原稿の作成"})
    difference = take(officer, book, reason="")
    assert dict(difference.counts) == {"initiatives_new": 1, "tasks_new": 2}
    proposed = Initiative.objects.get(name="やさしい日本語")
    assert (proposed.status, proposed.is_public, proposed.plan) == (
        InitiativeStatus.PROPOSED, False, work["initiative"].plan,
    )  # fmt: skip
    task = Task.objects.get(name="職員の研修")
    assert (task.department, task.status) == (department, "todo")
    links = task.links_before.order_by("before__name").values_list("before__name", "kind", "lag_days")
    assert list(links) == [("原稿の作成", "fs", 0), ("委託先の選定", "ss", 5)]
    _staged, again = bring(officer, book)
    assert (again.is_empty, again.problems) == (True, [])


def test_what_comes_before_and_is_not_seen_stays(town, goal, department, work):
    elsewhere = make_initiative(goal, "他課の取組", department=make_department(town, "税務課"))
    hidden = make_task(elsewhere, "他課の作業")
    make_link(hidden, work["second"], lag_days=5)
    head = make_actor(town, Role.HEAD, department)
    book = Book(head)
    assert "他課" not in book.read("作業", "委託先の選定", "before")
    take(head, book.write("作業", "委託先の選定", before="仕様書の作成（終了後 2日）"))
    links = work["second"].links_before.order_by("lag_days")
    assert [(link.before, link.lag_days) for link in links] == [(work["first"], 2), (hidden, 5)]


def test_an_approved_plan_and_a_later_day_need_a_reason(officer, work):
    later = Book(officer).write("作業", "委託先の選定", due_on=date(2027, 1, 15))
    for book in (later, Book(officer).write("取組", "書かない窓口", priority="高")):
        staged, difference = bring(officer, book)
        assert difference.needs_reason
        with pytest.raises(DomainError) as refused:
            confirm_work(actor=officer, staged=staged, agreed=difference.digest, reason=" ")
        assert refused.value.field == "reason"
    _staged, earlier = bring(officer, Book(officer).write("作業", "委託先の選定", due_on=date(2026, 12, 20)))
    assert not earlier.needs_reason


def test_a_blank_cell_and_a_missing_row_change_nothing(officer, work):
    book = Book(officer).write("作業", "委託先の選定", before=None, due_on=None, note=None)
    book.book["作業"].delete_rows(2)
    _staged, difference = bring(officer, book)
    assert (difference.is_empty, difference.problems) == (True, [])


@pytest.mark.parametrize(
    ("cells", "cell", "words"),
    [
        ({"estimate": 0}, "H3", "「0」は見積りとして使えません"),
        ({"estimate": 10_000}, "H3", "「10000」は見積りとして使えません"),
        ({"estimate": "たくさん"}, "H3", "0.1から1,000まで"),
        ({"due_on": date(2026, 11, 1)}, "J3", "「委託先の選定」の終わりが、始まりより前"),
        ({"due_on": "いつか"}, "J3", "日付を"),
        ({"due_on": date(1950, 1, 1)}, "J3", "2000年から2099年"),
        ({"responsible": "知らない 人"}, "D3", "在職中で入力できる役割の人は見つかりません"),
        ({"department": "市民課窓口係"}, "E3", "次の部署ではありませんか：市民課"),
        ({"skill": "占い"}, "G3", "専門性「占い」は登録されていません"),
        ({"phase": "中期"}, "B3", "この取組の段階は次のとおりです：短期"),
        ({"before": "ない作業"}, "K3", "作業「ない作業」は見つかりません"),
        ({"before": "委託先の選定"}, "K3", "委託先の選定 → 委託先の選定"),
        ({"status": "だいたい"}, "L3", "未着手、進行中、完了、取りやめ"),
        ({"percent": 101}, "M3", "0から100まで"),
        ({"percent": 100}, "M3", "状態を「完了」にするか"),
        ({"priority": "最高"}, "N3", "高、中、低"),
        ({"name": "あ" * 121}, "C3", "120文字より長く"),
        ({"initiative": "別の取組"}, "A3", "「取組」は、このファイルでは変えられません"),
        ({"key": "999"}, "P3", "Kiunが付けた番号ではありません"),
        ({"key": "hinata-T999999-1"}, "P3", "すでにないか"),
    ],
)
def test_a_wrong_cell_is_named_with_how_to_mend_it(officer, work, cells, cell, words):
    Phase(initiative=work["initiative"], goal="仕様を固める", starts_on=TODAY, ends_on=TODAY).save()
    staged, difference = bring(officer, Book(officer).write("作業", "委託先の選定", **cells))
    ((sheet, place, sentence),) = problems(difference)
    assert (sheet, place) == ("作業", cell)
    assert words in sentence
    with pytest.raises(DomainError):
        confirm_work(actor=officer, staged=staged, agreed=difference.digest, reason="x")
    assert AuditEntry.objects.count() == 0


@pytest.mark.parametrize(
    ("cells", "words"),
    [
        ({"goals": "9-9"}, "目標「9-9」は、現在の計画にありません"),
        ({"ends_on": date(2026, 3, 1)}, "終わりが、始まりより前"),
        ({"status": "完了"}, "「状態」は、このファイルでは変えられません"),
        ({"is_public": "たぶん"}, "公開する、公開しない"),
        ({"priority_reason": "あ" * 301}, "300文字より長く"),
    ],
)
def test_a_wrong_cell_of_an_initiative_is_named_too(officer, work, cells, words):
    _staged, difference = bring(officer, Book(officer).write("取組", "書かない窓口", **cells))
    assert len(difference.problems) == 1
    assert words in problems(difference)[0][2]


def test_a_new_row_says_what_is_missing(officer, work):
    _staged, difference = bring(officer, Book(officer).add("作業", initiative="書かない窓口", name="職員の研修"))
    assert [cell for _sheet, cell, _words in problems(difference)] == ["D4", "H4", "I4", "J4"]
    _staged, unknown = bring(officer, Book(officer).add("作業", **{**NEW_TASK, "initiative": "ない取組"}))
    assert "取組「ない取組」がないか" in problems(unknown)[0][2]
    twice = Book(officer).add("作業", **NEW_TASK).add("作業", **NEW_TASK)
    _staged, double = bring(officer, twice)
    assert "上にある新しい行にも「職員の研修」" in problems(double)[0][2]


def test_a_row_copied_with_its_number_is_noticed(officer, work):
    key = Book(officer).read("作業", "委託先の選定", "key")
    _staged, difference = bring(officer, Book(officer).add("作業", **NEW_TASK, key=key))
    assert "3行目にも同じ番号があります" in problems(difference)[-1][2]


def test_a_circle_is_named_with_its_tasks(officer, work):
    book = Book(officer).write("作業", "仕様書の作成", before="委託先の選定")
    _staged, difference = bring(officer, book)
    circle = ("仕様書の作成", "委託先の選定", "仕様書の作成")
    assert problems(difference) == [
        (
            "作業",
            "K2",
            f"互いに待ち合う順序になっています：{' → '.join(circle)}いずれかの「先に行う作業」を消してください。",
        )
    ]
    among_new = (
        Book(officer)
        .add("作業", **NEW_TASK, before="試行")
        .add("作業", **{**NEW_TASK, "name": "試行"}, before="職員の研修")
    )
    _staged, difference = bring(officer, among_new)
    assert "職員の研修 → 試行 → 職員の研修" in problems(difference)[0][2]
    assert TaskLink.objects.count() == 1


class TestOthersChanges:
    def change(self, task, **fields):
        fresh = Task.objects.get(pk=task.pk)
        for name, value in fields.items():
            setattr(fresh, name, value)
        save_task(actor=make_actor(fresh.municipality, Role.ADMIN), task=fresh, reason="x")

    def test_what_only_others_have_changed_stays(self, officer, work):
        book = Book(officer).write("作業", "委託先の選定", estimate=12)
        self.change(work["second"], due_on=date(2026, 12, 18), name="委託先を選ぶ", priority=1)
        difference = take(officer, book)
        assert set(said(difference)) == {("委託先を選ぶ", "estimate")}
        task = Task.objects.get(pk=work["second"].pk)
        assert (task.estimate, task.due_on, task.name, task.priority) == (12, date(2026, 12, 18), "委託先を選ぶ", 1)

    def test_what_both_have_changed_is_not_overwritten(self, officer, work):
        book = Book(officer).write("作業", "委託先の選定", due_on=date(2026, 12, 24))
        self.change(work["second"], due_on=date(2026, 12, 18))
        _staged, difference = bring(officer, book)
        ((_sheet, _cell, words),) = problems(difference)
        assert words.startswith("このファイルを書き出した後に、緑川 葵さんが「期限」を変更しています。")

    def test_the_same_change_twice_is_no_conflict(self, officer, work):
        book = Book(officer).write("作業", "委託先の選定", due_on=date(2026, 12, 18))
        self.change(work["second"], due_on=date(2026, 12, 18))
        _staged, difference = bring(officer, book)
        assert (difference.is_empty, difference.problems) == (True, [])

    def test_goals_are_compared_like_other_fields(self, officer, work, goal):
        second = make_goal(goal.plan, "待ち時間を15分にする", code="1-3")
        book = Book(officer).write("取組", "書かない窓口", priority_reason="議会で約束した")
        fresh = Initiative.objects.get(pk=work["initiative"].pk)
        save_initiative(actor=make_actor(goal.municipality, Role.ADMIN), initiative=fresh, goals=[second], reason="x")
        assert set(said(take(officer, book))) == {("書かない窓口", "priority_reason")}
        assert [served.goal for served in work["initiative"].served_goals.all()] == [second]

    def test_an_initiative_that_was_renamed_meanwhile_is_still_the_same(self, officer, work, goal):
        book = Book(officer).write("作業", "委託先の選定", estimate=12)
        fresh = Initiative.objects.get(pk=work["initiative"].pk)
        fresh.name = "書かない・待たない窓口"
        save_initiative(actor=make_actor(goal.municipality, Role.ADMIN), initiative=fresh, goals=[goal], reason="改称")
        _staged, difference = bring(officer, book)
        assert (set(said(difference)), difference.problems) == ({("委託先の選定", "estimate")}, [])

    def test_a_file_may_rename_an_initiative_and_speak_of_it_by_either_name(self, officer, work):
        book = Book(officer).write("取組", "書かない窓口", name="待たない窓口")
        book.write("作業", "委託先の選定", initiative="待たない窓口").add(
            "作業", **{**NEW_TASK, "initiative": "待たない窓口"}
        )
        take(officer, book)
        assert Task.objects.get(name="職員の研修").initiative.name == "待たない窓口"

    def test_what_changed_after_the_preview_is_shown_once_more(self, officer, work):
        staged, difference = bring(officer, Book(officer).write("作業", "委託先の選定", estimate=12))
        confirm_work(actor=officer, staged=staged, agreed=difference.digest, reason="")
        self.change(work["second"], estimate=Decimal(11))
        run_job(Job.objects.latest("pk").pk)
        job = Job.objects.latest("pk")
        assert (job.state, "もう一度" in job.message) == (JobState.FAILED, True)
        assert Task.objects.get(pk=work["second"].pk).estimate == 11
        assert WorkImport.objects.get().state == WorkImportState.UPLOADED


class TestRights:
    def test_a_row_of_another_department_is_refused_by_name(self, town, department, work, today):
        tax = make_department(town, "税務課")
        stranger = make_actor(town, Role.HEAD, tax)
        TaskHelper(task=work["first"], helper=stranger.membership).save()
        book = Book(stranger).write("作業", "委託先の選定", estimate=12).write("取組", "書かない窓口", priority="高")
        _staged, difference = bring(stranger, book.add("作業", **NEW_TASK))
        assert [words.partition("。")[0] for _sheet, _cell, words in problems(difference)] == [
            "「書かない窓口」を変更する権限がありません",
            "「委託先の選定」を変更する権限がありません",
            "「職員の研修」を変更する権限がありません",
        ]

    def test_a_member_changes_the_tasks_of_the_own_department(self, town, department, work, today):
        member = make_actor(town, Role.MEMBER, department)
        take(member, Book(member).write("作業", "委託先の選定", estimate=12))
        assert Task.objects.get(pk=work["second"].pk).estimate == 12

    def test_work_of_another_department_is_not_proposed(self, town, department, work, today):
        make_department(town, "税務課")
        member = make_actor(town, Role.MEMBER, department)
        book = Book(member).add(
            "取組", name="電子納付", goals="1-2", department="税務課", owner="黒田 恵理",
            starts_on=date(2027, 4, 1), ends_on=date(2028, 3, 31),
        )  # fmt: skip
        _staged, difference = bring(member, book)
        assert "自分の課" in problems(difference)[0][2]

    def test_readers_and_partners_bring_in_nothing(self, town, officer, department, work):
        content = Book(officer).content
        for role in (Role.VIEWER, Role.PARTNER):
            with pytest.raises(NotAllowedError):
                upload_work(actor=make_actor(town, role, department), name="a.xlsx", content=content)

    def test_what_has_ended_stays_as_it_was(self, officer, work):
        book = Book(officer).write("作業", "委託先の選定", estimate=12).write("取組", "書かない窓口", priority="高")
        end = {"status": InitiativeStatus.STOPPED, "on": TODAY, "reason": "利用が少ない"}
        end_initiative(actor=officer, initiative=work["initiative"], **end)
        _staged, difference = bring(officer, book)
        assert len(difference.problems) == 2
        assert "終わった取組のため" in problems(difference)[0][2]

    def test_progress_that_follows_a_checklist_is_not_typed(self, officer, work):
        ChecklistItem(task=work["second"], text="公告").save()
        _staged, difference = bring(officer, Book(officer).write("作業", "委託先の選定", percent=50))
        assert "確認リストから決まります" in problems(difference)[0][2]


class TestFiles:
    def test_a_file_of_another_town_is_refused_whole(self, officer, work):
        book = Book(officer).write("作業", "委託先の選定", key="minato-T1-5")
        with pytest.raises(DomainError) as refused:
            upload_work(actor=officer, name="a.xlsx", content=book.content)
        assert str(refused.value) == "別の団体（minato）のファイルです。その団体のKiunで取り込んでください。"
        assert WorkImport.objects.count() == 0

    def test_fifty_thousand_rows_are_refused_with_a_sentence(self, officer):
        book = openpyxl.Workbook(write_only=True)
        page = book.create_sheet("作業")
        page.append([column.header for column in TASK_COLUMNS])
        for number in range(50_000):
            page.append(["書かない窓口", None, f"作業{number}"])
        saved = BytesIO()
        book.save(saved)
        with pytest.raises(DomainError) as refused:
            upload_work(actor=officer, name="a.xlsx", content=saved.getvalue())
        assert f"シートの行が{MOST_ROWS:,}行を超えています。" in str(refused.value)
        assert WorkImport.objects.count() == 0

    @pytest.mark.parametrize(
        ("name", "content"), [("a.xlsx", b"PK\x03\x04broken"), ("a.csv", "課,人\n市民課,1\n".encode())]
    )
    def test_what_is_no_workbook_of_ours_is_refused(self, officer, name, content):
        with pytest.raises(DomainError) as refused:
            upload_work(actor=officer, name=name, content=content)
        assert refused.value.field == "file"

    def test_the_tasks_come_back_as_csv_too(self, officer, work):
        content = write_csv(work_sheets(officer, {work["initiative"].pk})[1]).decode("utf-8-sig")
        edited = content.replace("2026-12-25", "2026-12-20").encode("utf-8-sig")
        _staged, difference = bring(officer, edited, "作業.csv")
        assert (said(difference), difference.problems) == (
            {("委託先の選定", "due_on"): ("R8.12.25", "R8.12.20")},
            [],
        )

    def test_the_empty_workbook_with_its_example_brings_nothing_in(self, officer, work):
        _staged, difference = bring(officer, write_workbook(template_sheets(officer)))
        assert (difference.is_empty, difference.problems, difference.unchanged) == (True, [], 0)

    def test_columns_that_somebody_added_mean_nothing(self, officer, work):
        book = Book(officer)
        page = book.book["作業"]
        page.cell(1, page.max_column + 1).value = "担当者メモ"
        page.cell(2, page.max_column).value = "白井さんに確認"
        _staged, difference = bring(officer, book)
        assert (difference.is_empty, difference.problems) == (True, [])

    def test_a_file_is_taken_over_once(self, officer, work):
        staged, difference = bring(officer, Book(officer).write("作業", "委託先の選定", estimate=12))
        confirm_work(actor=officer, staged=staged, agreed=difference.digest, reason="")
        with pytest.raises(ConflictError):
            confirm_work(actor=officer, staged=staged, agreed=difference.digest, reason="")
        run_job(Job.objects.latest("pk").pk)
        with pytest.raises(ConflictError):
            discard_work(actor=officer, staged=staged)
        stored = WorkImport.objects.get()
        assert (stored.state, bytes(stored.content)) == (WorkImportState.APPLIED, b"")

    def test_what_nobody_confirms_is_forgotten(self, officer, work):
        staged, _difference = bring(officer, Book(officer))
        WorkImport.objects.filter(pk=staged.pk).update(created_at="2026-11-01T00:00:00Z")
        assert forget_unconfirmed_work() == 1
        assert bytes(WorkImport.objects.get().content) == b""


@pytest.mark.parametrize(
    ("text", "link"),
    [
        ("様式を整える", WrittenLink("", "様式を整える")),
        ("様式を整える（終了後 3日）", WrittenLink("", "様式を整える", "fs", 3)),
        ("様式を整える(開始後５開庁日)", WrittenLink("", "様式を整える", "ss", 5)),
        ("様式を整える（開始後）", WrittenLink("", "様式を整える", "ss", 0)),
        ("別の取組＞様式を整える", WrittenLink("別の取組", "様式を整える")),
        ("様式（案）を整える", WrittenLink("", "様式(案)を整える")),
    ],
)
def test_a_predecessor_is_read_as_it_is_written(text, link):
    assert read_link(text) == link
    assert read_link(str(link)) == link


def test_an_officer_brings_the_workbook_in_on_the_pages(client, town, work, today):
    post = sign_in(client, town)
    actor = make_actor(town, Role.ADMIN)
    upload = url(town, "work_import_new")
    assert client.post(upload, {}).status_code == 422
    assert client.get(url(town, "work_export")).headers["Content-Type"].endswith("spreadsheetml.sheet")
    assert client.get(url(town, "work_template")).status_code == 200
    book = Book(actor).write("取組", "書かない窓口", ends_on=date(2027, 3, 15))
    file = SimpleUploadedFile("作業.xlsx", book.content)
    answer = client.post(upload, {"file": file})
    staged = WorkImport.objects.get()
    preview = url(town, "work_import_preview", staged.pk)
    assert (answer.status_code, answer.url) == (302, preview)
    shown = client.get(preview).content.decode()
    assert "1行が変わります" in shown
    assert "取組 2行目" in shown
    agreed = review_work(actor, staged).digest
    confirm = url(town, "work_import_confirm", staged.pk)
    assert client.post(confirm, {"agreed": agreed, "reason": ""}).status_code == 422
    progress = url(town, "work_import_progress", staged.pk)
    assert client.post(confirm, {"agreed": agreed, "reason": "工期の短縮"}).url == progress
    assert client.get(progress).status_code == 200
    run_job(Job.objects.get().pk)
    assert client.get(progress, follow=True).request["PATH_INFO"] == url(town, "work_import_done", staged.pk)
    assert Initiative.objects.get().ends_on == date(2027, 3, 15)
    assert Notice.objects.get(recipient=post).path == url(town, "work_import_done", staged.pk)
    assert Milestone.objects.count() == 0


def test_nobody_looks_into_somebody_elses_file(client, town, department, work, today):
    staged, _difference = bring(make_actor(town, Role.HEAD, department), Book(make_actor(town, Role.ADMIN)))
    sign_in(client, town, Role.MEMBER, department)
    assert client.get(url(town, "work_import_preview", staged.pk)).status_code == 404
