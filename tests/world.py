"""Two whole towns for tests that must hold for every page: everything in them bears the town's own word."""

from dataclasses import dataclass, field
from datetime import date, timedelta
from types import SimpleNamespace
from typing import Any

from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from django_scopes import scope

from kiun.activity.models import Job
from kiun.activity.services import Message, add_attachment, notify
from kiun.dashboard.models import CouncilReport
from kiun.dashboard.reports.document import Paragraph, Section, Span, as_json
from kiun.dashboard.reports.document import Report as ReportContent
from kiun.goals.models import Challenge, Goal, PlanImport, PushedSource, SourceFile
from kiun.goals.services.plan_import.staging import upload_plan_file
from kiun.initiatives.models import (
    Absence,
    AgendaFinding,
    AgendaItem,
    Answer,
    AnswerFile,
    Blocker,
    Budget,
    CalendarFeed,
    Capacity,
    CarryOver,
    ChecklistItem,
    Comment,
    Commitment,
    DepartmentStatement,
    Extension,
    InitiativeLink,
    InitiativeStatus,
    Inquiry,
    Levelling,
    Milestone,
    Mode,
    MoneyNeed,
    PeopleNeed,
    Phase,
    Question,
    Request,
    Review,
    ReviewDecision,
    ReviewParticipant,
    ReviewState,
    Round,
    Scenario,
    SharedInitiative,
    Skill,
    TaskHelper,
    TechnologyNeed,
    Verdict,
    WorkImport,
)
from kiun.initiatives.services import enter_revision
from kiun.initiatives.services.work_import import upload_work
from kiun.kernel.changes import Verb, change_of
from kiun.kernel.fiscal_year import fiscal_year_of
from kiun.momentum.models import Intervention, InterventionLink, InterventionUnit
from kiun.municipality.actors import actor_of, record
from kiun.municipality.models import (
    ApiToken,
    Department,
    Deputyship,
    Invitation,
    Membership,
    Municipality,
    Reform,
    ReformKind,
    Role,
    StaffUpload,
)
from kiun.municipality.models.access import hash_secret
from kiun.surveys.models import FreeText, Questionnaire, Sheet, Survey
from kiun.surveys.models import Item as SurveyItem
from kiun.surveys.models import Section as SurveySection
from kiun.surveys.models import Ticket as SurveyTicket
from kiun.surveys.services.publishing import publish_survey
from kiun.surveys.services.tickets import digest_of
from tests.factories import (
    make_department,
    make_goal,
    make_indicator,
    make_initiative,
    make_link,
    make_membership,
    make_plan,
    make_policy,
    make_task,
    make_town,
    make_user,
)
from tests.momentum.builders import make_wave, publish, sheets

ROLES = tuple(Role.values)
READINGS = {"2024-09-30": 28, "2025-03-31": 33, "2025-09-30": 39, "2026-03-31": 44, "2026-09-30": 46}


@dataclass
class World:
    """`word` stands in every text of the town; `rows` holds one of each kind; `posts` one for each role."""

    town: Municipality
    word: str
    posts: dict[str, Membership] = field(default_factory=dict)
    rows: SimpleNamespace = field(default_factory=SimpleNamespace)


def build_world(slug: str, name: str, word: str, size: int = 1) -> World:
    """`size` is how many rows each list holds."""
    world = World(make_town(slug, name, about=f"{word}の市民へ"), word)
    with scope(municipality=world.town):
        _people(world, size)
        _plan(world, size)
        _work(world, size)
        _inquiries(world, size)
        _reviews(world, size)
        _surveys(world, size)
        _momentum(world, size)
        _records(world, size)
    return world


def _people(world: World, size: int) -> None:
    town, word, rows = world.town, world.word, world.rows
    rows.division = make_department(town, f"{word}部", code="01")
    for number in range(size):
        rows.department = make_department(town, f"{word}課{number}", rows.division, code=f"01{number:02d}")
        make_membership(town, Role.MEMBER, rows.department, user=make_user(f"{word} 職員{number}"))
    for role in ROLES:
        department = None if role in {Role.PARTNER, Role.RESIDENT} else rows.department
        world.posts[role] = make_membership(town, role, department, user=make_user(f"{word} {role}"))
    rows.deputyship = Deputyship(
        principal=world.posts[Role.HEAD], deputy=world.posts[Role.MEMBER], valid_from=date(2020, 4, 1)
    )
    rows.deputyship.save()
    for number in range(size):
        rows.reform = Reform(
            kind=ReformKind.RENAME,
            on=timezone.localdate() + timedelta(days=100),
            terms={"department": rows.department.pk, "name": f"{word}新課", "code": ""},
            summary=f"{word}の改称{number}",
        )
        rows.reform.save()
        rows.staff_upload = StaffUpload(
            name=f"{word}名簿{number}.csv",
            content=f"職員番号,氏名,所属\n1,{word} 太郎,{word}課0\n".encode("utf-8-sig"),
            options={"on": timezone.localdate().isoformat()},
            uploaded_by=world.posts[Role.ADMIN],
        )
        rows.staff_upload.save()
        rows.invitation = Invitation(
            email=f"{word}{number}@example.com",
            name=f"{word} 招待",
            department=rows.department,
            secret_hash=hash_secret(f"{word}{number}"),
            invited_by=world.posts[Role.ADMIN],
            expires_at=timezone.now() + timedelta(days=14),
        )
        rows.invitation.save()
        rows.token = ApiToken(
            name=f"{word}の鍵{number}",
            secret_hash=hash_secret(f"{word}鍵{number}"),
            scopes=["goals:read"],
            created_by=world.posts[Role.ADMIN],
        )
        rows.token.save()
        rows.program = PushedSource(slug=f"{world.town.slug}-program-{number}", label=f"{word}の発券機{number}")
        rows.program.save()
        rows.program_key = ApiToken(
            name=f"{word}の発券機の鍵",
            secret_hash=hash_secret(f"{word}発券機{number}"),
            scopes=["source:push"],
            source=rows.program.slug,
            created_by=world.posts[Role.ADMIN],
        )
        rows.program_key.save()
        rows.source_file = SourceFile(
            name=f"{word}の実績{number}.csv",
            digest="0" * 64,
            content=f"年月,件数\n2026年9月,12\n{word},1\n".encode("utf-8-sig"),
            uploaded_by=world.posts[Role.ADMIN],
        )
        rows.source_file.save()


def _plan(world: World, size: int) -> None:
    word, rows = world.word, world.rows
    rows.plan = make_plan(world.town, name=f"{word}計画", summary=f"{word}のための計画")
    for number in range(size):
        rows.policy = make_policy(rows.plan, f"{word}施策{number}", code=f"{number}", order=number)
        rows.challenge = Challenge(plan=rows.plan, policy=rows.policy, text=f"{word}の課題{number}")
        rows.challenge.save()
        rows.goal = make_goal(
            rows.plan,
            f"{word}の申請の割合を令和10年度末までに60%に高める{number}",
            policy=rows.policy,
            challenge=rows.challenge,
            department=rows.department,
            owner=world.posts[Role.MEMBER],
            order=number,
        )
        rows.indicator = make_indicator(
            rows.goal, f"{word}の指標{number}", READINGS, owner=world.posts[Role.MEMBER], today=timezone.localdate()
        )
        rows.series = rows.indicator.series.get()
        rows.measurement = rows.series.measurements.first()
        # One that nobody has entered for long, so that errands and decisions have rows too.
        make_indicator(
            rows.goal,
            f"{word}の古い指標{number}",
            {"2021-03-31": 5},
            owner=world.posts[Role.MEMBER],
            terms={"started_on": date(2020, 4, 1)},
            today=timezone.localdate(),
        )


def _work(world: World, size: int) -> None:
    word, rows, posts = world.word, world.rows, world.posts
    today = timezone.localdate()
    span = {"starts_on": today - timedelta(days=60), "ends_on": today + timedelta(days=120)}
    goals = list(Goal.objects.filter(plan=rows.plan).order_by("order"))
    rows.skill = Skill(name=f"{word}の専門性")
    rows.skill.save()
    for number in range(size):
        rows.initiative = make_initiative(
            goals[number], f"{word}の取組{number}", owner=posts[Role.MEMBER], department=rows.department, **span
        )
        rows.phase = Phase(initiative=rows.initiative, goal=f"{word}の段階の目標{number}", **span)
        rows.phase.save()
        rows.milestone = Milestone(initiative=rows.initiative, name=f"{word}の節目{number}", due_on=today)
        rows.milestone.save()
        earlier = make_task(
            rows.initiative,
            f"{word}の済んでいない作業{number}",
            starts_on=today - timedelta(days=30),
            due_on=today - timedelta(days=5),
        )
        rows.task = make_task(
            rows.initiative,
            f"{word}の作業{number}",
            skill=rows.skill,
            starts_on=today,
            due_on=today + timedelta(days=20),
        )
        rows.task_link = make_link(earlier, rows.task)
        rows.helper = TaskHelper(task=rows.task, helper=posts[Role.HEAD])
        rows.helper.save()
        rows.step = ChecklistItem(task=rows.task, text=f"{word}の手順{number}")
        rows.step.save()
        rows.blocker = Blocker(
            task=rows.task, text=f"{word}の支障{number}", decider=posts[Role.EXECUTIVE], raised_on=today
        )
        rows.blocker.save()
        rows.comment = Comment(
            initiative=rows.initiative, task=rows.task, author=posts[Role.MEMBER], text=f"{word}の言葉{number}"
        )
        rows.comment.save()
        rows.feed = CalendarFeed(owner=posts[Role.ADMIN], digest=hash_secret(f"{word}の予定表{number}"))
        rows.feed.save()
        rows.mode = Mode(initiative=rows.initiative, is_chosen=True, note=f"{word}の進め方{number}")
        rows.mode.save()
        rows.people_need = PeopleNeed(mode=rows.mode, department=rows.department, skill=rows.skill, fte=1)
        rows.people_need.save()
        rows.money_need = MoneyNeed(mode=rows.mode, amount=1_000_000, note=f"{word}の経費{number}")
        rows.money_need.save()
        rows.technology_need = TechnologyNeed(mode=rows.mode, name=f"{word}のシステム{number}")
        rows.technology_need.save()
        rows.budget = Budget(
            year=fiscal_year_of(today).year, fund="general", stage="supplementary", number=number, amount=10**6
        )
        rows.budget.save()
        rows.carry_over = CarryOver(
            year=fiscal_year_of(today).year - 1, fund="general", initiative=rows.initiative, amount=10**5
        )
        rows.carry_over.save()
        rows.commitment = Commitment(
            initiative=rows.initiative, year=fiscal_year_of(today).year + 1, limit=10**6, note=f"{word}の債務{number}"
        )
        rows.commitment.save()
        rows.absence = Absence(post=posts[Role.MEMBER], starts_on=today, ends_on=today, note=f"{word}の不在{number}")
        rows.absence.save()
        rows.scenario = Scenario(
            name=f"{word}の試算{number}",
            assumptions=[{"kind": "leave_out", "initiative": rows.initiative.pk}],
            created_by=posts[Role.ADMIN],
        )
        rows.scenario.save()
        rows.levelling = Levelling(department=rows.department, created_by=posts[Role.ADMIN])
        rows.levelling.save()
        rows.revision = enter_revision(
            actor=actor_of(posts[Role.ADMIN].user, world.town),
            changes=[change_of(rows.initiative, Verb.CREATED)],
            reason=f"{word}の変更理由{number}",
        )
    # The last initiative waits for as many others as a list holds, and is shared with as many partners.
    for number in range(size):
        earlier = make_initiative(
            rows.goal, f"{word}の前の取組{number}", owner=posts[Role.MEMBER], department=rows.department, **span
        )
        rows.initiative_link = InitiativeLink(before=earlier, after=rows.initiative)
        rows.initiative_link.save()
        partner = make_membership(world.town, Role.PARTNER, user=make_user(f"{word} 協力者{number}"))
        SharedInitiative(initiative=rows.initiative, partner=partner).save()
        rows.shared = SharedInitiative(initiative=earlier, partner=posts[Role.PARTNER])
        rows.shared.save()
    rows.shared = SharedInitiative(initiative=rows.initiative, partner=posts[Role.PARTNER])
    rows.shared.save()
    rows.capacity = Capacity(department=rows.department, month=today.replace(day=1), fte=1, reason=f"{word}の要員")
    rows.capacity.save()


def _uploaded_work(world: World) -> WorkImport:
    text = f"取組,作業,期限\n{world.word}の取組0,{world.word}の持ち込んだ作業,2027/3/31\n"
    return upload_work(
        actor=actor_of(world.posts[Role.ADMIN].user, world.town),
        name=f"{world.word}の作業.csv",
        content=text.encode("utf-8-sig"),
    )


def _inquiries(world: World, size: int) -> None:
    """Rounds that wait for answers; the last one asks `size` questions of `size` departments."""
    word, rows, posts = world.word, world.rows, world.posts
    today = timezone.localdate()
    for number in range(size):
        inquiry = Inquiry(title=f"{word}の照会{number}", department=rows.department, owner=posts[Role.ADMIN])
        inquiry.save()
        rows.round = Round(inquiry=inquiry, state="open", due_on=today + timedelta(days=9), opened_on=today)
        rows.round.save()
        rows.request = _request(world, rows.department, number)
    rows.questions = [
        Question(round=rows.round, kind="number", text=f"{word}の問い{number}", order=number) for number in range(size)
    ]
    Question.objects.bulk_create(rows.questions)
    rows.question = rows.questions[-1]
    for number, department in enumerate(Department.objects.filter(parent=rows.division)):
        request = rows.request if department == rows.department else _request(world, department, number)
        Answer(request=request, question=rows.question, number=number, note=f"{word}の備考").save()
        rows.extension = Extension(
            request=request, until=today + timedelta(days=20), reason=f"{word}の事情{number}", asked_on=today
        )
        rows.extension.save()
    given = {str(rows.question.pk): {"value": "5", "is_none": False, "note": word, "cell": "E8"}}
    rows.answer_file = AnswerFile(request=rows.request, name=f"{word}.xlsx", version=1, given=given)
    rows.answer_file.save()
    rows.round.archive.save("workbooks.zip", ContentFile(word.encode()))


def _request(world: World, department: Department, number: int) -> Request:
    today = timezone.localdate()
    request = Request(
        round=world.rows.round,
        department=department,
        state="answered" if number % 2 else "writing",
        asked_on=today,
        due_on=world.rows.round.due_on,
        words=f"{world.word}の言葉",
    )
    request.save()
    return request


def _reviews(world: World, size: int) -> None:
    """Closed ones with a decision that does not move, and one that is being held."""
    word, rows, posts = world.word, world.rows, world.posts
    today = timezone.localdate()
    planned = {"quarter": 1, "held_on": today, "place": f"{word}の庁議室", "decider": posts[Role.EXECUTIVE]}
    for number in range(size):
        closed = Review(year=2010 + number, state=ReviewState.CLOSED, summary=f"{word}のまとめ{number}", **planned)
        closed.save()
        item = _item(world, closed, number)
        rows.decision = ReviewDecision(
            item=item,
            verdict=Verdict.CHANGE,
            reason=f"{word}の決定の理由{number}",
            what=f"{word}の用件{number}",
            person=posts[Role.MEMBER],
            initiative=rows.initiative,
            decided_on=today - timedelta(days=60),
            due_on=today - timedelta(days=20),
        )
        rows.decision.save()
        _stopped(world, number)
    rows.review = Review(year=2009, state=ReviewState.RUNNING, begun_at=timezone.now(), **planned)
    rows.review.save()
    for number in range(size):
        rows.item = _item(world, rows.review, number)
        ReviewDecision(
            item=rows.item, verdict=Verdict.CONTINUE, what=f"{word}の案{number}", person=posts[Role.HEAD]
        ).save()
    rows.review.current = rows.item
    rows.review.save()
    for post in posts.values():
        ReviewParticipant(review=rows.review, post=post).save()


def _surveys(world: World, size: int) -> None:
    """Questionnaires that are written and that are locked; surveys that are prepared, that are over, and one that runs:
    it invites every post and lies open to everybody.
    """
    word, rows = world.word, world.rows
    today = timezone.localdate()
    for number in range(size):
        rows.draft_questionnaire, rows.draft_item = _questionnaire(world, f"{number}", is_locked=False)
        rows.questionnaire, rows.survey_item = _questionnaire(world, f"{number}（版）", is_locked=True)
        rows.draft_survey = _survey(world, number, questionnaire=rows.draft_questionnaire)
        rows.closed_survey = _survey(world, size + number, state="closed", closes_on=today)
        rows.survey = _survey(world, 2 * size + number, state="open", has_open_link=True)
    for number, post in enumerate(world.posts.values()):
        SurveyTicket(survey=rows.survey, membership=post, digest=digest_of(f"{word}の回答券{number}")).save()
    for number in range(size):
        SurveyTicket(survey=rows.survey, kind="card", digest=digest_of(f"{word}のカード{number}")).save()
    rows.named_survey = _survey(world, 3 * size, state="closed", anonymity="named")
    _results(world, size)


def _results(world: World, size: int) -> None:
    """What a survey says that is over: numbers, texts that were checked, that wait, and that are withheld."""
    word, survey = world.word, world.rows.closed_survey
    for number in range(12):
        Sheet(survey=survey, answers={"x": 3}).save()
        SurveyTicket(survey=survey, kind="card", digest=digest_of(f"{word}の済{number}"), is_used=True).save()
    for number in range(size):
        FreeText(survey=survey, item="x", text=f"{word}の自由な意見{number}").save()
        FreeText(survey=survey, item="x", shown=f"{word}の読める意見{number}", review="shown").save()
        FreeText(survey=survey, item="x", text=f"{word}の控えた意見{number}", review="withheld").save()
    publish_survey(survey)


def _momentum(world: World, size: int) -> None:
    """Two waves whose results are out, planned ones, and what was tried: prepared, and registered."""
    word, rows = world.word, world.rows
    points = {one: sheets(*[3] * 8) for one in Department.objects.exclude(parent=None)}
    rows.wave = [publish(world.town, quarter, points=points).wave for quarter in (1, 2)][-1]
    for number in range(size):
        rows.planned_wave = make_wave(world.town, 1 + number % 4, year=2027 + number // 4)
    for number in range(size):
        rows.draft_intervention = _intervention(world, number)
        rows.intervention = _intervention(world, number, state="registered", registered_on=timezone.localdate())
        rows.intervention_link = InterventionLink(
            intervention=rows.intervention, label=f"{word}の集まり{number}", path=f"/t/{world.town.slug}/goals/"
        )
        rows.intervention_link.save()


def _intervention(world: World, number: int, **fields: Any) -> Intervention:
    today = timezone.localdate()
    row = Intervention(
        title=f"{world.word}の働きかけ{number}",
        description=f"{world.word}のために試す",
        remedy="stop-work",
        dimension="T",
        department=world.rows.department,
        owner=world.posts[Role.HEAD],
        starts_on=today + timedelta(days=30),
        expected_effect=5,
        evaluated_with=world.rows.planned_wave,
        **fields,
    )
    row.save()
    InterventionUnit(intervention=row, department=world.rows.department, starts_on=row.starts_on).save()
    return row


def _questionnaire(world: World, mark: str, **fields: Any) -> tuple[Questionnaire, SurveyItem]:
    name = f"{world.word}の質問票{mark}"
    found = Questionnaire(name=name, note=f"{world.word}のため", department=world.rows.department, **fields)
    found.save()
    section = SurveySection(questionnaire=found, title=f"{world.word}の区分{mark}")
    section.save()
    item = SurveyItem(questionnaire=found, section=section, key="x", kind="scale", text=f"{world.word}の設問{mark}")
    item.save()
    return found, item


def _survey(world: World, number: int, **fields: Any) -> Survey:
    """`number` makes the address for everybody."""
    today = timezone.localdate()
    values = {
        "questionnaire": world.rows.questionnaire,
        "opens_on": today - timedelta(days=9),
        "closes_on": today + timedelta(days=9),
        **fields,
    }
    survey = Survey(
        title=f"{world.word}の調査{number}",
        intro=f"{world.word}のために伺います。",
        department=world.rows.department,
        code=f"{world.town.slug}-{number}",
        **values,
    )
    survey.save()
    return survey


def _item(world: World, review: Review, number: int) -> AgendaItem:
    word, rows = world.word, world.rows
    item = AgendaItem(
        review=review,
        title=f"{word}の議題{number}",
        question=f"{word}で決めること{number}",
        initiative=rows.initiative,
        department=rows.department,
        order=number,
        minutes=f"{word}の議事{number}",
    )
    item.save()
    AgendaFinding(item=item, source="test", sentence=f"{word}の遅れ{number}", as_of=timezone.localdate()).save()
    statement = DepartmentStatement(item=item, text=f"{word}の説明{number}", author=world.posts[Role.HEAD])
    statement.save()
    return item


def _stopped(world: World, number: int) -> None:
    rows, today = world.rows, timezone.localdate()
    stopped = make_initiative(
        rows.goal,
        f"{world.word}のやめた取組{number}",
        owner=world.posts[Role.MEMBER],
        department=rows.department,
        status=InitiativeStatus.STOPPED,
        ended_on=today,
    )
    Mode(initiative=stopped, is_chosen=True).save()
    enter_revision(
        actor=actor_of(world.posts[Role.ADMIN].user, world.town),
        changes=[change_of(stopped, Verb.CHANGED, {"status": "approved"})],
        reason=f"{world.word}がやめる理由{number}",
    )


def _uploaded_plan(world: World, number: int) -> PlanImport:
    text = f"施策,目標,指標,単位,目標値\n{world.word}施策,{world.word}の目標{number},{world.word}の件数{number},件,10\n"
    return upload_plan_file(
        actor=actor_of(world.posts[Role.ADMIN].user, world.town),
        name=f"{world.word}計画{number}.csv",
        content=text.encode("utf-8-sig"),
        plan=None,
    )


def _report(world: World, number: int) -> CouncilReport:
    """A published one, so that every kind of reader has something to read."""
    today = timezone.localdate()
    spans = (Span(f"{world.word}の報告の文"),)
    section = Section(key="summary", title=f"{world.word}の現在地", blocks=(Paragraph(spans=spans),))
    content = ReportContent(title="", town="", period="", as_of="", sections=(section,))
    report = CouncilReport(
        title=f"{world.word}の報告書{number}",
        first=today - timedelta(days=90),
        last=today,
        content=as_json(content),
        written_at=timezone.now(),
        published_on=today,
        made_by=world.posts[Role.ADMIN],
    )
    report.save()
    return report


def _records(world: World, size: int) -> None:
    rows = world.rows
    rows.attachment = add_attachment(
        actor=actor_of(world.posts[Role.ADMIN].user, world.town),
        object_type="goals.indicator",
        object_id=rows.indicator.pk,
        upload=SimpleUploadedFile(f"{world.word}.csv", f"{world.word}の中身".encode()),
    )
    for number in range(size):
        rows.report = _report(world, number)
        rows.report_file = add_attachment(
            actor=actor_of(world.posts[Role.ADMIN].user, world.town),
            object_type="dashboard.councilreport",
            object_id=rows.report.pk,
            upload=SimpleUploadedFile(f"{world.word}報告{number}.csv", f"{world.word}の報告".encode()),
        )
        rows.plan_import = _uploaded_plan(world, number)
        rows.work_import = _uploaded_work(world)
        rows.job = Job(kind="test", label=f"{world.word}の取り込み{number}", started_by=world.posts[Role.ADMIN])
        rows.job.save()
        for post in world.posts.values():
            message = Message(
                recipient=post, kind="test", subject=f"{world.word}のお知らせ", body="", occasion=f"test:{number}"
            )
            notify(town=world.town, messages=[message])
        actor = actor_of(world.posts[Role.ADMIN].user, world.town)
        record(actor, change_of(rows.goal, Verb.CREATED, reason=f"{world.word}の理由"))
    rows.notices = {role: post.notices.first() for role, post in world.posts.items()}
