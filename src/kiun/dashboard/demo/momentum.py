"""Six waves of the fictional town, made up and the same for the same day: room to act falls from wave to wave, and the
management does not see it as the staff does; where it was decided which work stops, it rises; practice for all changes
nothing; and of one attempt nobody can tell.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from random import Random

from kiun.kernel.fiscal_year import FiscalYear, fiscal_year_of
from kiun.momentum.dimensions import HIGHEST, LOWEST, Dimension, dimension_of
from kiun.momentum.instrument import BARRIER, KEEP
from kiun.momentum.models import Intervention, Wave, WaveKind
from kiun.momentum.services.evaluating import evaluate_with
from kiun.momentum.services.interventions import (
    add_words,
    begin_due_interventions,
    register_intervention,
    save_intervention,
)
from kiun.momentum.services.publishing import publish_wave
from kiun.momentum.services.waves import LENGTH, invited_to, items_of, opening_day, plan_year, prepare_survey
from kiun.municipality.actors import Actor
from kiun.municipality.models import Department, Membership
from kiun.surveys.models import UNKNOWN, Audience, Survey, Ticket, TicketKind, UnmixedSheet
from kiun.surveys.services import close_survey, open_survey
from kiun.surveys.services.pairing import pair_of
from kiun.surveys.standing import HEADS

WAVES = 6
# In points of the scale, before anything happens.
LEVELS = {
    Dimension.NEED: 3.8,
    Dimension.FIT: 3.1,
    Dimension.CONFIDENCE: 3.2,
    Dimension.SUPPORT: 3.4,
    Dimension.BENEFIT: 3.0,
    Dimension.SLACK: 2.9,
}
FALL_OF_SLACK = 0.11
# What the management sees in a better light than the staff.
MANAGERS_SEE_MORE = {Dimension.SUPPORT: 0.7, Dimension.SLACK: 0.8}
BESIDE = 3.3  # intention and trust
PERSON, ANSWER, UNIT = 0.35, 0.6, 0.15
RESPONSE, UNKNOWNS, WRITERS = 0.7, 0.03, 0.12
# Of two waves, a year apart.
RESIDENTS, RESIDENTS_LEVELS = (140, 180), (3.05, 3.25)
# The interventions begin after so many waves.
BEFORE = 3

TEXTS = {
    BARRIER: (
        "紙と電子の両方で受け付けているので、二度手間になっています。",
        "窓口が混む時間帯は、新しいことを覚える余裕がありません。",
        "何のための入力なのか、説明がないまま増えています。",
        "システムごとに同じ内容を入れ直しています。",
        "係に詳しい人が一人しかいません。",
        "予算の時期と重なり、打合せに出られません。",
    ),
    KEEP: (
        "書かない窓口は、お客様に喜ばれています。",
        "隣の課のやり方を聞けた会がよかったです。",
        "会議の資料を紙で配らなくなったのは助かります。",
        "課長が先に試して見せてくれました。",
    ),
}


@dataclass(frozen=True)
class DemoIntervention:
    title: str
    remedy: str
    sections: tuple[str, ...]
    gain: float
    expected: int
    words: str
    description: str


TRIED = (
    DemoIntervention(
        "やめる仕事を課で決める",
        "stop-work",
        ("市民課", "税務課", "保険年金課", "市民協働課", "福祉課", "高齢介護課", "障害福祉課", "健康づくり課"),
        0.55,
        8,
        "月次の集計表を二つやめ、朝礼を短くしました。減らした時間を何に使うかも一緒に決めたのがよかったです。",
        "課で、やめる・減らせる仕事を三つ挙げ、所属長が2週間以内に決めます。",
    ),
    DemoIntervention(
        "新しい申請システムの集合研修",
        "hands-on",
        ("都市計画課", "道路河川課", "建築住宅課", "上下水道課", "商工観光課", "農林課", "環境課"),
        -0.1,
        12,
        "忙しい時期の半日研修で、使う場面より前に行ったため、覚えていられませんでした。",
        "半日の集合研修を2回行い、新しい申請システムの操作を学びます。",
    ),
    DemoIntervention(
        "似た市の担当者の話を聞く会",
        "peer-story",
        ("学校教育課", "生涯学習課", "図書館"),
        0.05,
        6,
        "参加した人の感想はよかったものの、三つの課だけでは効いたかどうか分かりませんでした。",
        "人口規模の近い市で同じ仕事をしている担当者から、うまくいったことといかなかったことを聞きます。",
    ),
)


class MomentumLoader:
    def __init__(
        self, actor: Actor, departments: dict[str, Department], named: dict[str, Membership], rng: Random
    ) -> None:
        self.actor = actor
        self.departments = departments
        self.owner = named["midorikawa"]
        self.rng = rng
        self.people: dict[int, float] = {}
        self.units = {department.pk: rng.gauss(0, UNIT) for department in departments.values()}

    def load(self) -> None:
        waves = [self._plan(year, quarter) for year, quarter in _quarters_until(self.actor.on)]
        for number, wave in enumerate(waves):
            if number == BEFORE:
                self._register(wave.opens_on, waves[-1])
            self._hold(wave, number)
        self._learn()
        for beside, people, level in zip(waves[-6::4], RESIDENTS, RESIDENTS_LEVELS, strict=True):
            self._residents(beside, people, level)
        plan_year(actor=self.actor, year=fiscal_year_of(self.actor.on))
        plan_year(actor=self.actor, year=fiscal_year_of(self.actor.on).next())

    def _plan(self, year: FiscalYear, quarter: int) -> Wave:
        opens_on = opening_day(year, quarter)
        wave = Wave(
            fiscal_year=year.year,
            quarter=quarter,
            kind=WaveKind.BASELINE if quarter == 1 else WaveKind.PULSE,
            opens_on=opens_on,
            closes_on=opens_on + LENGTH,
        )
        wave.save()
        return wave

    def _hold(self, wave: Wave, number: int) -> None:
        opening, closing = replace(self.actor, on=wave.opens_on), replace(self.actor, on=wave.closes_on)
        survey = prepare_survey(wave)
        open_survey(actor=opening, survey=survey, invited=invited_to(wave, wave.opens_on))
        tickets = list(Ticket.objects.filter(survey=survey).select_related("membership").order_by("membership"))
        answering = [ticket for ticket in tickets if self.rng.random() < RESPONSE]
        _hand_in(survey, answering, [self._answers(wave, number, ticket) for ticket in answering])
        close_survey(actor=closing, survey=survey)
        publish_wave(wave)
        evaluate_with(actor=replace(self.actor, on=wave.closes_on + timedelta(days=1)), wave=wave)

    def _answers(self, wave: Wave, number: int, ticket: Ticket) -> dict[str, object]:
        assert ticket.membership is not None
        post = ticket.membership
        trait = self.people.setdefault(post.pk, self.rng.gauss(0, PERSON))
        answers: dict[str, object] = {}
        for asked in items_of(WaveKind(wave.kind), Audience.STAFF):
            level = self._level(dimension_of(asked.key), post, number) + trait
            answers[asked.key] = UNKNOWN if self.rng.random() < UNKNOWNS else self._point(level)
        if wave.kind == WaveKind.BASELINE:
            answers |= {key: self.rng.choice(texts) for key, texts in TEXTS.items() if self.rng.random() < WRITERS}
        return answers

    def _level(self, dimension: Dimension | None, post: Membership, number: int) -> float:
        if dimension is None:
            return BESIDE
        level = LEVELS[dimension] + self.units.get(post.department_id or 0, 0.0)
        if dimension == Dimension.SLACK:
            level -= FALL_OF_SLACK * number
        if post.role in HEADS:
            level += MANAGERS_SEE_MORE.get(dimension, 0.0)
        return level + sum(self._gain(one, dimension, post) for one in TRIED if number >= BEFORE)

    def _gain(self, tried: DemoIntervention, dimension: Dimension, post: Membership) -> float:
        keys = {self.departments[section].pk for section in tried.sections}
        return tried.gain if BARRIERS[tried.remedy] == dimension and post.department_id in keys else 0.0

    def _point(self, level: float) -> int:
        return min(max(round(self.rng.gauss(level, ANSWER)), LOWEST), HIGHEST)

    def _register(self, opens_on: date, deciding: Wave) -> None:
        """Two weeks before they begin, and they begin four weeks before the next wave."""
        registering = replace(self.actor, on=opens_on - timedelta(days=42))
        taken = {section for tried in TRIED for section in tried.sections}
        others = [row for name, row in self.departments.items() if row.parent_id and name not in taken]
        for tried in TRIED:
            intervention = Intervention(
                title=tried.title,
                remedy=tried.remedy,
                dimension=BARRIERS[tried.remedy],
                description=tried.description,
                owner=self.owner,
                starts_on=opens_on - timedelta(days=28),
                expected_effect=Decimal(tried.expected),
                evaluated_with=deciding,
            )
            treated = [self.departments[section] for section in tried.sections]
            save_intervention(actor=registering, intervention=intervention, treated=treated, compared=others)
            register_intervention(actor=registering, intervention=intervention)
        begin_due_interventions(replace(self.actor, on=opens_on))

    def _learn(self) -> None:
        for tried in TRIED:
            row = Intervention.objects.get(title=tried.title)
            add_words(actor=self.actor, intervention=row, words=tried.words)

    def _residents(self, beside: Wave, people: int, level: float) -> None:
        """Of the same quarter as a wave of the staff, by the address for everybody. Half of them let it be tied."""
        wave = Wave(
            fiscal_year=beside.fiscal_year,
            quarter=beside.quarter,
            audience=Audience.RESIDENTS,
            kind=WaveKind.SHORT,
            opens_on=beside.opens_on,
            closes_on=beside.closes_on,
        )
        wave.save()
        survey = prepare_survey(wave)
        open_survey(actor=replace(self.actor, on=wave.opens_on), survey=survey)
        tickets = [Ticket(survey=survey, kind=TicketKind.OPEN, digest=f"{number:064x}") for number in range(people)]
        tickets = Ticket.objects.bulk_create(tickets)
        asked = items_of(WaveKind.SHORT, Audience.RESIDENTS)
        pairs = [pair_of(f"browser {number}", survey) if number % 2 else "" for number in range(people)]
        _hand_in(survey, tickets, [{one.key: self._point(level) for one in asked} for _ticket in tickets], pairs)
        close_survey(actor=replace(self.actor, on=wave.closes_on), survey=survey)
        publish_wave(wave)


BARRIERS = {"stop-work": Dimension.SLACK, "hands-on": Dimension.CONFIDENCE, "peer-story": Dimension.BENEFIT}


def _quarters_until(day: date) -> list[tuple[FiscalYear, int]]:
    """The last ones whose wave is over."""
    year, found = fiscal_year_of(day), list[tuple[FiscalYear, int]]()
    while len(found) < WAVES:
        over = [(year, quarter) for quarter in (4, 3, 2, 1) if opening_day(year, quarter) + LENGTH < day]
        found += over
        year = year.previous()
    return found[:WAVES][::-1]


def _hand_in(
    survey: Survey, tickets: Sequence[Ticket], answers: Sequence[dict[str, object]], pairs: Sequence[str] = ()
) -> None:
    """All at once what `hand_in` does one by one; closing mixes them."""
    Ticket.objects.filter(pk__in=[ticket.pk for ticket in tickets]).update(is_used=True)
    UnmixedSheet.objects.bulk_create(
        [
            UnmixedSheet(
                survey=survey,
                payload={
                    "stratum": ticket.stratum_id,
                    "grade": ticket.grade,
                    "channel": "web",
                    "answers": given,
                    "pair": pair,
                },
            )
            for ticket, given, pair in zip(tickets, answers, pairs or [""] * len(tickets), strict=True)
        ]
    )
