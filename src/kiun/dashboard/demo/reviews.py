"""Two fictional reviews of ひなた市: one that was held, with what has come of it, and one in preparation."""

from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta

from django.utils import timezone

from kiun.goals.models import Indicator, IndicatorState
from kiun.goals.services.judging import judge, states_on
from kiun.initiatives.models import (
    AgendaItem,
    Grade,
    Initiative,
    Review,
    ReviewDecision,
    TaskStatus,
    Verdict,
)
from kiun.initiatives.queries.reviews.people import offered_participants
from kiun.initiatives.services import report_progress
from kiun.initiatives.services.reviews import (
    begin_review,
    change_as_decided,
    close_review,
    put_off,
    put_off_minor,
    report_on_decision,
    save_item,
    save_review,
    take_up,
    write_down,
    write_statement,
)
from kiun.kernel.fiscal_year import Quarter, quarter_of
from kiun.municipality.actors import Actor, actor_of
from kiun.municipality.models import Department, Membership

PLACE = "庁議室 10時から11時半"
BEFORE_THE_END_OF_THE_QUARTER = timedelta(days=20)
PREPARATION = timedelta(days=18)
UNTIL_THE_NEXT = timedelta(days=10)
MILLION = 1_000_000


@dataclass(frozen=True, kw_only=True)
class Said:
    """What was said and decided about one thing; `days` count from the review to the day by which it is done."""

    grade: str | None
    verdict: Verdict
    reason: str
    what: str = ""
    person: str = ""
    days: int = 0
    minutes: str = ""


# By the number of the initiative.
SAID = {
    "3-G": Said(
        grade=Grade.LATE,
        verdict=Verdict.STOP,
        reason="使う課が三つにとどまり、今ある連絡手段で足りる。",
        what="使っている課に知らせ、契約を終える",
        person="総務課",
        days=30,
        minutes="総務課から、利用の記録を示して説明があった。残る三つの課には、年度内に代わりの手段を案内する。",
    ),
    "2-C": Said(
        grade=Grade.LATE,
        verdict=Verdict.CHANGE,
        reason="予約システムの改修が年度をまたぐため、終わりを3か月延ばす。",
        what="計画の終わりを3か月延ばす",
        person="健康づくり課",
        days=14,
    ),
    "1-B": Said(
        grade=Grade.LATE,
        verdict=Verdict.CONTINUE,
        reason="待ち時間を縮める要の取組であり、仕様の範囲を絞れば間に合う。",
        what="仕様の範囲を決め、委託先を公募する",
        person="kuroda",
        days=15,
        minutes="範囲は証明と転入に絞る案が示された。市民課で決めて公募に進む。",
    ),
}
OF_THE_QUEUE = Said(
    grade=Grade.LATE,
    verdict=Verdict.CHANGE,
    reason="混む時間がはっきりしているので、そこに人と予約枠を寄せる。",
    what="混む時間の予約枠を増やす案をつくる",
    person="shirai",
    days=110,
)
QUEUE = "窓口の待ち時間（平均）"
OF_THE_REST = Said(
    grade=Grade.LATE,
    verdict=Verdict.CONTINUE,
    reason="遅れのわけは分かっている。今のまま続け、次に確かめる。",
)
OF_PEOPLE_AND_MONEY = Said(
    grade=None,
    verdict=Verdict.CONTINUE,
    reason="足りない分は、次の平準化と補正予算で手当てする。次の見直しで確かめる。",
)
OF_FIGURES = Said(
    grade=Grade.UNKNOWN, verdict=Verdict.CONTINUE, reason="値が入るまで評価できない。所管課が次の見直しまでに入れる。"
)
STATEMENT = (
    "混み合う月曜と月末に待ち時間が延びています。書かない窓口の仕様の範囲が決まれば、"
    "委託先の公募にすぐ入れます。範囲は証明と転入に絞る案で、首長の判断をお願いします。"
)


@dataclass
class ReviewLoader:
    actor: Actor
    departments: dict[str, Department]
    posts: dict[str, list[Membership]]
    named: dict[str, Membership]
    initiatives: dict[str, Initiative] = field(default_factory=dict)

    def load(self) -> None:
        quarter = quarter_of(self.actor.on)
        earlier = quarter.previous()
        held_on = earlier.end - BEFORE_THE_END_OF_THE_QUARTER
        self.initiatives = {row.code: row for row in Initiative.objects.all()}
        self._held(earlier, held_on)
        self._prepared(quarter)

    def _officer(self, on: date) -> Actor:
        found = actor_of(self.named["midorikawa"].user, self.actor.municipality, on=on, via="demo")
        return replace(found, address="")

    def _review(self, quarter: Quarter, held_on: date, planned_on: date) -> Review:
        officer = self._officer(planned_on)
        review = Review(
            year=quarter.fiscal_year.year,
            quarter=quarter.number,
            held_on=held_on,
            place=PLACE,
            decider=self.named["hinata"],
        )
        return save_review(actor=officer, review=review, participants=list(offered_participants(officer, [])))

    def _held(self, quarter: Quarter, held_on: date) -> None:
        self._judge_until(held_on)
        review = self._review(quarter, held_on, held_on - PREPARATION)
        officer = self._officer(held_on)
        for code in SAID:
            self._put_on(officer, review, self.initiatives[code])
        self._put_indicator_on(officer, review)
        put_off_minor(actor=officer, review=review, reason="急がないため、書面で確かめた")
        # What is told of them does not depend on how urgent the data of the day find them.
        for item in review.items.filter(initiative__code__in=SAID).exclude(put_off_reason=""):
            take_up(actor=officer, item=item)
        begin_review(actor=officer, review=review)
        judge(Indicator.objects.all(), today=self.actor.on, remember=False)
        for item in review.items.filter(put_off_reason=""):
            self._say(officer, item, self._words_for(item))
        close_review(
            actor=officer,
            review=review,
            present=[row.post for row in review.participants.select_related("post")],
            summary="やめる取組を一つ決め、遅れている取組に人と期限を決めた。次は、動いたかどうかを確かめる。",
        )
        self._follow(review, held_on)
        moment = timezone.make_aware(datetime.combine(held_on, time(10)))
        Review.objects.filter(pk=review.pk).update(
            gathered_at=moment, begun_at=moment, closed_at=moment + timedelta(minutes=80)
        )

    def _judge_until(self, day: date) -> None:
        """The meeting knew no values of the days after it."""
        known = states_on(Indicator.objects.all(), day)
        IndicatorState.objects.all().delete()
        IndicatorState.objects.bulk_create(known.values())

    def _put_on(self, officer: Actor, review: Review, initiative: Initiative) -> None:
        if not review.items.filter(initiative=initiative).exists():
            title = f"{initiative.code} {initiative.name}"
            item = AgendaItem(review=review, title=title, question="このまま続けるか。", initiative=initiative)
            save_item(actor=officer, item=item)

    def _put_indicator_on(self, officer: Actor, review: Review) -> None:
        queue = Indicator.objects.get(name=QUEUE)
        if not review.items.filter(indicator=queue).exists():
            item = AgendaItem(review=review, title=QUEUE, department=queue.department)
            item.indicator = queue
            save_item(actor=officer, item=item)

    def _words_for(self, item: AgendaItem) -> Said:
        if item.initiative and item.initiative.code in SAID:
            return SAID[item.initiative.code]
        if item.indicator and item.indicator.name == QUEUE:
            return OF_THE_QUEUE
        if item.initiative:
            return OF_THE_REST
        is_short = item.findings.filter(source="initiatives.over_allocations").exists()
        return OF_PEOPLE_AND_MONEY if is_short else replace(OF_FIGURES, grade=item.proposed_grade)

    def _say(self, officer: Actor, item: AgendaItem, said: Said) -> None:
        values = {
            "grade": said.grade,
            "verdict": said.verdict,
            "reason": said.reason,
            "what": said.what,
            "person": self._person(said.person),
            "due_on": officer.on + timedelta(days=said.days) if said.days else None,
            "minutes": said.minutes,
        }
        for name, value in values.items():
            if value:
                write_down(actor=officer, item=item, field=name, value=value, known="")

    def _person(self, name: str) -> Membership | None:
        if not name:
            return None
        return self.named.get(name) or self.posts[name][0]

    def _follow(self, review: Review, held_on: date) -> None:
        """One is done, one changed the plan, one has begun, and one does not move."""
        decided = ReviewDecision.objects.filter(item__review=review)
        done = decided.get(initiative=self.initiatives["3-G"])
        officer = self._officer(held_on + timedelta(days=12))
        report_on_decision(actor=officer, decision=done, is_done=True, report="三つの課に案内し、契約を終えた。")
        changed = decided.get(initiative=self.initiatives["2-C"])
        longer = Initiative.objects.get(pk=self.initiatives["2-C"].pk)
        longer.ends_on = quarter_of(longer.ends_on + timedelta(days=1)).end
        reason = f"{review}：{SAID['2-C'].reason}"
        change_as_decided(actor=officer, decision=changed, initiative=longer, reason=reason, seen=None)
        if changed.task:
            report_progress(actor=officer, task=changed.task, status=TaskStatus.DONE)
        begun = decided.get(item__indicator__name=QUEUE)
        if begun.task is None:
            report_on_decision(actor=officer, decision=begun, is_done=False, report="時間帯ごとの混み具合を集計中。")

    def _prepared(self, quarter: Quarter) -> None:
        today = self.actor.on
        review = self._review(quarter, today + UNTIL_THE_NEXT, today)
        officer = self._officer(today)
        counter = self.initiatives["1-D"]
        question = "人が足りない中で、カード専用窓口を予定どおり始めるか、1年遅らせるか。"
        item = AgendaItem(review=review, title=f"{counter.code} {counter.name}", question=question, initiative=counter)
        save_item(actor=officer, item=item)
        head = actor_of(self.named["kuroda"].user, self.actor.municipality, on=today, via="demo")
        for item in review.items.filter(department=self.departments["市民課"], initiative__code="1-B"):
            write_statement(actor=head, item=item, text=STATEMENT)
        for item in review.items.order_by("-order").exclude(subject_type="")[:1]:
            put_off(actor=officer, item=item, reason="担当課の決算が出てから扱う")
