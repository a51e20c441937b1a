"""照会 in the fictional town: a round that is closed, and the next one while its answers come. All figures are made up,
and the inquiry says so.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from random import Random

from kiun.goals.cadence import last_full_period_end
from kiun.goals.models import Cadence, Indicator
from kiun.initiatives.inquiry_answers import NO, YES, Given
from kiun.initiatives.models import Inquiry, Question, QuestionKind, Request, Rhythm, Round, Route
from kiun.initiatives.queries.inquiries import SheetRow, questions_of, sheet_of
from kiun.initiatives.services.inquiries import (
    ask_extension,
    close_round,
    create_inquiry,
    decide_extension,
    name_contact,
    open_at_once,
    prepare_next_round,
    save_and_submit,
    save_answers,
    save_question,
)
from kiun.municipality.actors import Actor, actor_of
from kiun.municipality.models import Membership, User

TITLE = "窓口と手続の業務量の調査"
PURPOSE = (
    "窓口の改善の順番と、来年度の予算要求を決めるために使います。数えていないものは、おおよその数で構いません。"
    "集計は、締め切ってから1週間以内に全課へお返しします。（見本のため、回答の数値はすべて機械がつくった架空のものです。）"
)
QUESTIONS: tuple[tuple[str, str, Mapping[str, object]], ...] = (
    (QuestionKind.NUMBER, "窓口に来た人の数", {"unit": "人", "note": "この四半期の合計。電話は数えません。"}),
    (QuestionKind.NUMBER, "受け付けた申請の件数", {"unit": "件", "note": "紙とオンラインの合計。"}),
    (QuestionKind.NUMBER, "うちオンラインの割合", {"unit": "%", "most": Decimal(100)}),
    (QuestionKind.MONEY, "窓口の委託に払った額", {"note": "この四半期の支払い。税込み。"}),
    (
        QuestionKind.CHOICE,
        "混み具合の知らせ方",
        {"choices": ["窓口の掲示だけ", "市のウェブサイトでも", "知らせていない"]},
    ),
    (QuestionKind.YES_NO, "申請書の様式を来年度に見直しますか", {}),
    (
        QuestionKind.LONG_TEXT,
        "困っていること",
        {"is_optional": True, "example": "午前中に証明書の申請が重なり、記載台の前に列ができる。"},
    ),
)
TROUBLES = (
    "午前中に申請が重なり、窓口に列ができる。",
    "申請書の書き間違いが多く、1件あたり5分ほど説明にかかる。",
    "同じ住所と氏名を、課ごとに何度も書いてもらっている。",
    "年度末に問い合わせの電話が集中し、窓口の対応が止まる。",
)
# Of the open round: who has not answered, who has written but not handed in, who got more time, who asks for it.
MISSING = ("道路河川課", "生涯学習課", "図書館", "環境課")
WRITING, SUBMITTED = "市民課", "税務課"
GOT_TIME, ASKS_FOR_TIME, LATE = ("生涯学習課", "図書館", WRITING), "環境課", "道路河川課"
BY_WORKBOOK = 3  # every third
GROWN, TIMES_GROWN = 1, 12  # place of the question
WHY_GROWN = "今回から、支所と出張所で受け付けた分も税務課がまとめて数えることになったため。"


def load_inquiries(actor: Actor, posts: Mapping[str, Sequence[Membership]], rng: Random) -> None:
    """`posts` by the name of the department, the head first."""
    _Inquiries(actor, posts, rng).load()


class _Inquiries:
    def __init__(self, actor: Actor, posts: Mapping[str, Sequence[Membership]], rng: Random) -> None:
        self.town, self.today = actor.municipality, actor.on
        self.posts, self.rng = posts, rng
        self.asker = User.objects.get(username="midorikawa")

    def load(self) -> None:
        closed = self._first_round()
        following = prepare_next_round(actor=self._asker(-14), round_=closed)
        following.due_on = self._day(-1)
        following.save(update_fields=["due_on"])
        self._ask_indicator(following)
        self._second_round(open_at_once(actor=self._asker(-14), round_=following))

    def _day(self, days: int) -> date:
        return self.today + timedelta(days=days)

    def _asker(self, days: int) -> Actor:
        return actor_of(self.asker, self.town, on=self._day(days), via="demo")

    def _of(self, department: str, place: int, days: int) -> Actor:
        """The head is the first of the people, the writer the second."""
        people = self.posts[department]
        return actor_of(people[min(place, len(people) - 1)].user, self.town, on=self._day(days), via="demo")

    def _first_round(self) -> Round:
        inquiry = Inquiry(
            title=TITLE,
            purpose=PURPOSE,
            rhythm=Rhythm.QUARTERLY,
            next_on=self._day(76),
            days_to_answer=13,
        )
        round_ = create_inquiry(actor=self._asker(-104), inquiry=inquiry, due_on=self._day(-90))
        for kind, text, terms in QUESTIONS:
            least = Decimal(0) if kind in (QuestionKind.NUMBER, QuestionKind.MONEY) else None
            question = Question(municipality=self.town, round=round_, kind=kind, text=text, least=least, **terms)
            save_question(actor=self._asker(-104), question=question)
        opened = open_at_once(actor=self._asker(-104), round_=round_)
        for number, request in enumerate(self._requests(opened)):
            if request.department.name != LATE:
                self._answer(request, number, days=-98 + number % 8)
        return close_round(actor=self._asker(-82), round_=opened)

    def _ask_indicator(self, round_: Round) -> None:
        """A value that goes straight into the goals, from the department in charge."""
        of_citizens = Indicator.objects.filter(department__name=WRITING, ended_on__isnull=True).order_by("pk")
        indicator = of_citizens.first()
        if indicator is None:
            return
        question = Question(
            municipality=self.town,
            round=round_,
            kind=QuestionKind.INDICATOR,
            text=indicator.name,
            indicator=indicator,
            as_of=last_full_period_end(self._day(-14), Cadence.MONTHLY),
            unit=indicator.series.get(is_current=True).unit,
        )
        save_question(actor=self._asker(-14), question=question)

    def _second_round(self, round_: Round) -> None:
        for number, request in enumerate(self._requests(round_)):
            name = request.department.name
            if name in GOT_TIME:
                self._more_time(request)
            if name == WRITING:
                self._begin(request)
            elif name == SUBMITTED:
                self._submit(request)
            elif name not in MISSING:
                self._answer(request, number, days=-11 + number % 10)
            elif name == ASKS_FOR_TIME:
                self._ask_for_time(request)

    def _requests(self, round_: Round) -> list[Request]:
        rows = Request.objects.filter(round=round_).select_related("department", "round__inquiry__department")
        return list(rows.order_by("department__place", "pk"))

    def _answer(self, request: Request, number: int, days: int) -> None:
        head = self._of(request.department.name, 0, days)
        route = Route.WORKBOOK if number % BY_WORKBOOK == 0 else Route.WEB
        save_answers(actor=head, request=request, given=self._figures(request), route=route)
        save_and_submit(actor=head, request=request, given={})

    def _begin(self, request: Request) -> None:
        """Half written by the visitor's own department: to be gone on with."""
        shirai = User.objects.get(username="shirai")
        member = actor_of(shirai, self.town, on=self._day(-3), via="demo")
        contact = Membership.objects.get(user=shirai)
        name_contact(actor=self._of(WRITING, 0, -13), request=request, contact=contact)
        given = self._figures(request)
        begun = {question.pk: given[question.pk] for question in questions_of(request.round)[:3]}
        save_answers(actor=member, request=request, given=begun)

    def _submit(self, request: Request) -> None:
        writer = self._of(SUBMITTED, 1, -2)
        given = self._figures(request)
        given |= _grown(sheet_of(request).rows[GROWN])
        save_answers(actor=writer, request=request, given=given, route=Route.WORKBOOK)
        save_and_submit(actor=writer, request=request, given={})

    def _more_time(self, request: Request) -> None:
        asked = ask_extension(
            actor=self._of(request.department.name, 0, -3),
            request=request,
            until=self._day(6),
            reason="窓口のシステムから数を取り出すのに時間がかかっています。",
        )
        decide_extension(actor=self._asker(-2), extension=asked, is_granted=True, words="よろしくお願いします。")

    def _ask_for_time(self, request: Request) -> None:
        head = self._of(ASKS_FOR_TIME, 0, -1)
        reason = "収集委託の集計が10日に届くため。"
        ask_extension(actor=head, request=request, until=self._day(9), reason=reason)

    def _figures(self, request: Request) -> dict[int, Given]:
        """Offices with a counter count thousands, the others answer 該当なし."""
        has_counter = self.rng.random() < 0.7  # noqa: PLR2004 - a share
        visitors = self.rng.randrange(300, 12_000, 10)
        applications = int(visitors * self.rng.uniform(0.3, 0.8))
        figures: list[Given] = [
            Given(value=Decimal(visitors), note="概数" if visitors % 100 == 0 else ""),
            Given(value=Decimal(applications)),
            Given(value=Decimal(self.rng.randrange(2, 60))),
            Given(value=Decimal(self.rng.randrange(0, 900) * 10_000)),
            Given(value=self.rng.choice(["窓口の掲示だけ", "市のウェブサイトでも", "知らせていない"])),
            Given(value=self.rng.choice([YES, NO])),
            Given(value=self.rng.choice([*TROUBLES, None, None])),
        ]
        if not has_counter:
            figures[0] = figures[3] = figures[4] = Given(is_none=True)
        rows = sheet_of(request).rows
        return {row.question.pk: _near_the_last(row, one) for row, one in zip(rows, figures, strict=False)}


def _grown(row: SheetRow) -> dict[int, Given]:
    """One value that has to be asked about, with its reason, for the head who approves."""
    last = row.last.given.value if row.last else None
    if not isinstance(last, Decimal):
        return {}
    return {row.question.pk: Given(value=last * TIMES_GROWN, reason=WHY_GROWN)}


def _near_the_last(row: SheetRow, drawn: Given) -> Given:
    """A department's work does not turn over from one quarter to the next: within a tenth of the last value."""
    last = row.last.given.value if row.last else None
    if not isinstance(last, Decimal) or not isinstance(drawn.value, Decimal):
        return drawn
    return replace(drawn, value=Decimal(round(last * (90 + int(drawn.value) % 21) / 100)))
