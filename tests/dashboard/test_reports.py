"""Reports: what they say, who may read them, and files that office programs open and let people edit."""

import re
from datetime import date
from io import BytesIO
from zipfile import ZipFile

import pytest
from django.test import Client
from django_scopes import scope
from docx import Document
from openpyxl import load_workbook
from pptx import Presentation

from kiun.activity.job_kinds import Progress
from kiun.activity.models import Attachment, Job, JobState
from kiun.activity.services import run_job
from kiun.dashboard.models import CouncilReport
from kiun.dashboard.queries.reports import visible_reports
from kiun.dashboard.reports.charts import loose_chart
from kiun.dashboard.reports.contents import write_report
from kiun.dashboard.reports.document import (
    Column,
    Figure,
    FigureSeries,
    Paragraph,
    Report,
    Section,
    Span,
    Table,
    as_json,
    blocks_of,
    from_json,
    numbered,
    text,
)
from kiun.dashboard.reports.slides import write_slides
from kiun.dashboard.reports.word import write_word
from kiun.dashboard.reports.words import label_of
from kiun.dashboard.services.reports import order_report, publish_report, remove_report, write_ordered_report
from kiun.goals.models import PlanStatus
from kiun.goals.services import save_goal
from kiun.initiatives.models import AgendaItem, Budget, Review, ReviewDecision
from kiun.initiatives.services import save_initiative
from kiun.kernel.changes import Verb, change_of
from kiun.kernel.errors import DomainError, NotAllowedError
from kiun.municipality.actors import may, record, system_actor
from kiun.municipality.models import Role
from tests.dashboard.report_reading import FIRST, LAST, said, scope_of, table
from tests.factories import (
    TODAY,
    make_actor,
    make_goal,
    make_indicator,
    make_initiative,
    make_membership,
    make_plan,
    make_policy,
    make_task,
)

READINGS = {"2024-09-30": 28, "2025-03-31": 33, "2025-09-30": 39, "2026-03-31": 44, "2026-09-30": 46, "2026-11-10": 99}
SENTENCE = Report(
    title="報告",
    town="ひなた市",
    period="",
    as_of="",
    sections=numbered(
        [
            Section(
                key="a",
                title="概要",
                blocks=(
                    text("一文です。", "lead"),
                    Table(
                        title="指標",
                        columns=(Column(name="名"), Column(name="値", is_number=True)),
                        rows=((Span("待ち時間"), Span("18分", "https://kiun.example/1")),),
                    ),
                    Figure(
                        title="待ち時間",
                        kind="line",
                        categories=("2025-03-31", "2026-03-31"),
                        series=(FigureSeries(name="実績", values=(24, 18)), FigureSeries(name="目標", values=(15, 15))),
                    ),
                    Figure(
                        title="施策",
                        kind="bars",
                        categories=("甲", "乙"),
                        series=(FigureSeries(name="順調", values=(60, None)),),
                        unit="%",
                    ),
                ),
            )
        ]
    ),
)  # fmt: skip


@pytest.fixture
def town(in_hinata):
    return in_hinata


@pytest.fixture
def officer(town):
    return make_actor(town)


@pytest.fixture
def plan(town):
    return make_plan(town)


def test_an_indicator_is_told_as_it_stood_at_the_end_of_the_period(officer, plan):
    policy = make_policy(plan, "窓口")
    indicator = make_indicator(
        make_goal(plan, policy=policy),
        readings=READINGS,
        terms={"baseline": 20, "baseline_on": date(2024, 3, 31), "started_on": date(2024, 4, 1)},
    )
    report = write_report(scope_of(officer), "報告")
    (row,) = table(report, "「窓口」の指標").rows
    assert [span.text for span in row] == [
        "オンライン申請の割合", "44%", "46%", "+2ポイント", "60%（R11.3.31）", "● 順調",
    ]  # fmt: skip
    assert row[2].url == f"http://127.0.0.1:8000/p/hinata/indicators/{indicator.pk}/"
    assert "44%から46%になりました（目標60%）" in said(report)
    curve = next(block for block in blocks_of(report) if isinstance(block, Figure) and block.kind == "line")
    assert curve.series[0].values == (20, 28, 33, 39, 44, 46)
    assert curve.series[1].values == (60,) * 6


def test_what_is_not_for_residents_stands_only_in_an_internal_report(officer, town, plan):
    policy = make_policy(plan)
    shown = make_goal(plan, policy=policy)
    make_indicator(shown, "公開の指標", READINGS)
    make_indicator(shown, "秘密の指標", READINGS, is_public=False)
    make_indicator(make_goal(plan, "秘密の目標", policy=policy, is_public=False), "隠れた指標", READINGS)
    draft = make_plan(town, name="案の計画", status=PlanStatus.DRAFT)
    make_indicator(make_goal(draft), "案の指標", READINGS)
    make_initiative(shown, "公開の取組")
    make_task(make_initiative(shown, "秘密の取組", is_public=False), "秘密の作業")
    public, internal = (said(write_report(scope_of(officer, is_internal=kind), "報告")) for kind in (False, True))
    assert "公開の指標" in public
    assert "公開の取組" in public
    for word in ("秘密", "隠れた", "案の", officer.user.name):
        assert word not in public
    for word in ("秘密の指標", "隠れた指標", "秘密の取組"):
        assert word in internal
    assert "案の指標" not in internal


def test_the_work_is_told_with_what_is_late(officer, plan):
    late = make_initiative(make_goal(plan), "遅れた取組")
    make_task(late, due_on=date(2026, 11, 20))
    make_initiative(make_goal(plan), "空の取組")
    report = write_report(scope_of(officer, is_internal=True), "報告")
    assert "採択済みの取組2件のうち1件は予定どおりです。1件が遅れています。" in said(report)
    assert "遅れた取組：遅れている作業が1件あります" in said(report)
    assert [[span.text for span in row if span.text != "市民課"] for row in table(report, "取組").rows] == [
        ["遅れた取組", "R8.4–R9.3", "0%", "▼ 遅れ\n遅れた作業1件"],
        ["空の取組", "R8.4–R9.3", "—", "● 予定どおり"],
    ]


def test_a_report_without_anything_to_tell_says_so(officer, town):
    assert "指標はまだありません。" in said(write_report(scope_of(officer), "報告"))


def test_content_survives_being_kept():
    assert from_json(as_json(SENTENCE)) == SENTENCE
    assert [block.number for block in blocks_of(SENTENCE) if not isinstance(block, Paragraph)] == [1, 1, 2]


def test_the_word_file_has_headings_numbered_captions_links_and_charts_with_their_workbooks():
    blob = write_word(SENTENCE)
    document = Document(BytesIO(blob))
    assert [p.text for p in document.paragraphs if p.style.name == "Heading 1"] == ["概要"]
    assert [p.text for p in document.paragraphs if p.style.name == "Caption"] == [
        "表1　指標", "図1　待ち時間", "図2　施策",
    ]  # fmt: skip
    assert [cell.text for cell in document.tables[0].rows[1].cells] == ["待ち時間", "18分"]
    links = {rel.target_ref for rel in document.part.rels.values() if rel.is_external}
    assert links == {"https://kiun.example/1"}
    names = set(ZipFile(BytesIO(blob)).namelist())
    assert {"word/charts/chart1.xml", "word/charts/chart2.xml", "word/embeddings/chart1.xlsx"} <= names


def test_the_slides_have_native_charts_with_the_values():
    slides = Presentation(BytesIO(write_slides(SENTENCE))).slides
    charts = [shape.chart for slide in slides for shape in slide.shapes if shape.has_chart]
    assert [[(s.name, tuple(s.values)) for s in chart.plots[0].series] for chart in charts] == [
        [("順調", (None, 60.0))],
        [("実績", (24.0, 18.0)), ("目標", (15.0, 15.0))],
    ]
    assert all(chart.part.chart_workbook.xlsx_part is not None for chart in charts)
    assert [slide.shapes.title.text for slide in slides] == ["報告", "表1　指標", "図2　施策", "概要"]


EVIL = '=HYPERLINK("http://evil.example","詳細")'


def test_names_in_a_chart_are_never_run_by_the_workbook_behind_it():
    names = (EVIL, "+A1", "@SUM(1)", "http://evil.example", "普通")
    figure = Figure(
        title="t", kind="bars", categories=names, series=(FigureSeries(name="=1+1", values=(1, 2, 3, 4, 5)),)
    )
    sheet = load_workbook(BytesIO(loose_chart(figure, size=9).workbook)).active
    texts = [sheet["B1"], *(row[0] for row in sheet.iter_rows(min_row=2))]
    assert [cell.value for cell in texts] == ["=1+1", *reversed(names)]
    assert {cell.data_type for cell in texts} == {"s"}
    assert [cell.quotePrefix for cell in texts] == [True, False, False, True, True, True]
    assert all(cell.hyperlink is None for cell in texts)


def test_a_control_character_does_not_stop_a_report(officer, plan, town):
    town.name = "ひなた\x0b市"
    town.save()
    make_initiative(make_goal(plan, policy=make_policy(plan, "窓口\x0bの施策")), "窓口\x0bの改善\x1f")
    report = written(officer, title="上半期\x0bの報告")
    assert report.job.state == JobState.DONE
    assert "窓口の改善" in said(from_json(report.content))
    word, slides = (file.file.read() for file in Attachment.objects.order_by("name"))
    assert Document(BytesIO(word)).core_properties.title == "上半期の報告"
    titles = [slide.shapes.title.text for slide in Presentation(BytesIO(slides)).slides]
    assert titles[0] == "上半期の報告"


def test_a_revived_job_attaches_its_files_once(officer, plan, monkeypatch):
    report = ordered(officer)
    Job.objects.update(state=JobState.RUNNING)

    def write_meanwhile(content):
        monkeypatch.undo()
        write_ordered_report(report.job, Progress(report.job))
        return write_slides(content)

    monkeypatch.setattr("kiun.dashboard.reports.slides.write_slides", write_meanwhile)
    write_ordered_report(report.job, Progress(report.job))
    assert (Attachment.objects.count(), Job.objects.get().state) == (2, JobState.DONE)


def ordered(actor, **fields):
    return order_report(
        actor=actor, **{"title": "上半期の報告", "first": FIRST, "last": LAST, "is_internal": False, **fields}
    )


def written(actor, **fields):
    report = ordered(actor, **fields)
    run_job(report.job_id)
    return CouncilReport.objects.get(pk=report.pk)


def test_a_worker_writes_content_and_both_files(officer, plan):
    make_indicator(make_goal(plan), readings=READINGS)
    report = written(officer)
    assert report.job.state == JobState.DONE
    assert report.job.result_url == f"/t/hinata/reports/{report.pk}/"
    assert sorted(Attachment.objects.values_list("name", flat=True)) == ["上半期の報告.docx", "上半期の報告.pptx"]
    assert from_json(report.content).sections[0].title == "計画の現在地"


def test_a_worker_that_dies_half_way_leaves_nothing_and_the_next_writes_it_once(officer, plan, monkeypatch):
    report = ordered(officer)

    def die(*_args, **_kwargs):
        raise KeyboardInterrupt

    monkeypatch.setattr("kiun.dashboard.services.reports.notify", die)
    with pytest.raises(KeyboardInterrupt):
        run_job(report.job_id)
    assert (CouncilReport.objects.get().is_written, Attachment.objects.count()) == (False, 0)
    monkeypatch.undo()
    Job.objects.update(state=JobState.WAITING)
    run_job(report.job_id)
    assert (CouncilReport.objects.get().is_written, Attachment.objects.count()) == (True, 2)
    write_ordered_report(report.job, Progress(report.job))
    assert Attachment.objects.count() == 2


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"first": date(2026, 10, 1)}, "last"),
        ({"last": date(2027, 3, 31)}, "last"),
        ({"first": date(1950, 4, 1)}, "first"),
    ],
)
def test_a_period_that_cannot_be_told_of_is_refused(officer, fields, field):
    with pytest.raises(DomainError) as refused:
        ordered(officer, **fields)
    assert refused.value.field == field
    assert CouncilReport.objects.count() == 0


@pytest.mark.parametrize("role", Role.values)
def test_lists_and_rules_agree(town, officer, role):
    kinds = {
        "internal": {"is_internal": True},
        "council": {},
        "public": {"published_on": TODAY},
    }
    for name, fields in kinds.items():
        CouncilReport(title=name, first=FIRST, last=LAST, **fields).save()
    actor = make_actor(town, role)
    listed = set(visible_reports(actor).values_list("title", flat=True))
    assert listed == {r.title for r in CouncilReport.objects.all() if may(actor, "dashboard.see_report", r)}
    assert listed == {
        Role.ADMIN: set(kinds), Role.EXECUTIVE: set(kinds), Role.HEAD: {"council", "public"},
        Role.MEMBER: {"council", "public"}, Role.VIEWER: {"council", "public"},
        Role.PARTNER: {"public"}, Role.RESIDENT: {"public"},
    }[role]  # fmt: skip
    assert set(visible_reports(None).values_list("title", flat=True)) == {"public"}


def test_only_the_leadership_and_the_dx_office_have_reports_written(town):
    with pytest.raises(NotAllowedError):
        ordered(make_actor(town, Role.HEAD))


def test_publishing_and_taking_back(town, officer, plan):
    make_indicator(make_goal(plan), readings=READINGS)
    report = written(officer)
    page, file = f"/p/hinata/reports/{report.pk}/", Attachment.objects.first()
    client = Client()
    assert client.get(page).status_code == 404
    assert client.get(f"{page}files/{file.pk}/").status_code == 404
    publish_report(actor=officer, report=report, is_public=True)
    answer = client.get(page)
    assert (answer.status_code, "計画の現在地" in answer.content.decode()) == (200, True)
    assert client.get(f"{page}files/{file.pk}/")["Content-Disposition"].startswith("attachment")
    with pytest.raises(DomainError):
        remove_report(actor=officer, report=CouncilReport.objects.get())
    publish_report(actor=officer, report=report, is_public=False)
    assert client.get(page).status_code == 404
    remove_report(actor=officer, report=CouncilReport.objects.get())
    assert (CouncilReport.objects.count(), Attachment.objects.count()) == (0, 0)


def test_an_internal_report_is_never_published(officer, town):
    report = written(officer, is_internal=True)
    with pytest.raises(DomainError):
        publish_report(actor=officer, report=report, is_public=True)
    assert CouncilReport.objects.get().published_on is None


def test_no_file_of_another_report_is_given_out(officer, town):
    published, hidden = written(officer), written(officer, is_internal=True)
    publish_report(actor=officer, report=published, is_public=True)
    secret = Attachment.objects.filter(object_id=hidden.pk).first()
    assert Client().get(f"/p/hinata/reports/{published.pk}/files/{secret.pk}/").status_code == 404


def test_the_pages(officer, town, plan, client):
    make_indicator(make_goal(plan), readings=READINGS)
    client.force_login(officer.user)
    answer = client.post(
        "/t/hinata/reports/new/", {"first": "2026-04-01", "last": "2026-09-30", "title": "上半期の報告"}
    )
    report = CouncilReport.objects.get()
    assert (answer.status_code, answer["Location"]) == (302, f"/t/hinata/jobs/{report.job_id}/")
    assert "作成しています" in client.get(f"/t/hinata/reports/{report.pk}/").content.decode()
    with scope(municipality=town):
        run_job(report.job_id)
    page = client.get(f"/t/hinata/reports/{report.pk}/").content.decode()
    assert "1の指標のうち" in page
    assert "表1" in page
    reader = make_membership(town, Role.VIEWER)
    other = Client()
    other.force_login(reader.user)
    assert other.get("/t/hinata/reports/new/").status_code == 403
    assert other.post(f"/t/hinata/reports/{report.pk}/publish/", {"publish": "1"}).status_code == 403
    assert other.post(f"/t/hinata/reports/{report.pk}/remove/").status_code == 403


def on_day(town, month):
    """Kiun itself on the first of a month of 2026, with a record that bears that day."""
    return system_actor(town, on=date(2026, month, 1), via="demo")


def test_what_changed_is_told_old_and_new(town, officer, plan):
    goal = make_goal(plan, code="A-1")
    hidden = make_goal(plan, "秘密の目標", is_public=False)
    initiative = make_initiative(goal, "書かない窓口")
    record(on_day(town, 3), *(change_of(row, Verb.CREATED) for row in (plan, goal, hidden, initiative)))
    goal.text = "オンライン申請の割合を令和10年度末までに70%に高める"
    save_goal(actor=on_day(town, 6), goal=goal, reason="議会の意見による")
    hidden.text = "秘密の目標を変えた"
    save_goal(actor=on_day(town, 6), goal=hidden, reason="秘密の理由")
    initiative.ends_on, initiative.summary = date(2027, 9, 30), "内部の説明"
    save_initiative(actor=on_day(town, 6), initiative=initiative, goals=[goal], reason="内部の理由")
    goal.text = "期間の後に変えた目標"
    save_goal(actor=on_day(town, 11), goal=goal)
    public, internal = (write_report(scope_of(officer, is_internal=kind), "報告") for kind in (False, True))
    told = next(block for block in blocks_of(public) if isinstance(block, Table) and block.title.startswith("新旧対照"))
    words = "\n".join(span.text for row in told.rows for span in row)
    for wanted in ("60%に高める", "70%に高める", "終了日：令和9年3月31日", "終了日：令和9年9月30日"):
        assert wanted in words
    for secret in ("内部の説明", "内部の理由", "議会の意見", "秘密"):
        assert secret not in said(public)
    for secret in ("内部の説明", "内部の理由", "議会の意見", "秘密の目標を変えた"):
        assert secret in said(internal)
    assert "期間の後に変えた目標" not in words


def test_the_budget_is_told_by_year_and_fund(town, officer, plan):
    make_goal(plan)
    Budget(year=2026, fund="general", amount=40_000_000).save()
    Budget(year=2026, fund="general", stage="supplementary", number=1, amount=-4_000_000).save()
    report = write_report(scope_of(officer), "報告")
    assert next([span.text for span in row] for row in table(report, "令和8年度の財源ごとの予算").rows) == [
        "一般財源", "4,000万円", "−400万円", "0円", "3,600万円",
    ]  # fmt: skip


def test_decisions_of_reviews_are_told_without_names_and_reasons(town, officer, plan):
    goal = make_goal(plan)
    about, hidden = make_initiative(goal, "公開の取組"), make_initiative(goal, "秘密の取組", is_public=False)
    review = Review(year=2026, quarter=1, held_on=date(2026, 7, 10), decider=officer.membership)
    review.save()
    for number, initiative in enumerate((about, hidden)):
        item = AgendaItem(review=review, title=f"秘密の議題{number}", initiative=initiative)
        item.save()
        ReviewDecision(item=item, verdict="stop", reason="秘密の理由", decided_on=date(2026, 7, 10)).save()
    public, internal = (write_report(scope_of(officer, is_internal=kind), "報告") for kind in (False, True))
    assert [[span.text for span in row] for row in table(public, "決定").rows] == [
        ["R8.7.10", "公開の取組", "やめる", "まだ"],
    ]  # fmt: skip
    assert "秘密" not in said(public)
    assert [[span.text for span in row][1] for row in table(internal, "決定").rows] == ["秘密の議題0", "秘密の議題1"]


def test_a_phone_gets_a_list_of_contents_and_tables_to_open(officer, town, plan, client):
    make_indicator(make_goal(plan, policy=make_policy(plan, "窓口")), readings=READINGS)
    report = CouncilReport(title="報告", first=FIRST, last=LAST, published_on=TODAY)
    content = write_report(scope_of(officer), "報告")
    report.content = as_json(content)
    report.save()
    page = client.get(f"/p/hinata/reports/{report.pk}/").content.decode()
    contents = page.split('class="k-contents')[1].split("</nav>")[0]
    assert re.findall(r'href="#([^"]+)"', contents) == [section.key for section in content.sections]
    assert all(f'id="{section.key}"' in page for section in content.sections)
    tables = [block for block in blocks_of(content) if isinstance(block, Table)]
    assert re.findall(r'<details class="k-reporttable"><summary>(.+?)</summary>', page) == [
        label_of(one) for one in tables
    ]
