"""What this room and the goals bring to a review: see `goals.review_agenda`."""

from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from django.db.models import Count, Min, Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from kiun.goals.models import Indicator, PlanStatus, Status
from kiun.goals.queries import IndicatorRow, indicator_rows, with_status
from kiun.goals.review_agenda import AgendaContribution, Finding, Severity
from kiun.goals.wording import BANDS, say_indicator
from kiun.initiatives.models import (
    UNFINISHED,
    AgendaItem,
    Blocker,
    Fund,
    Initiative,
    InitiativeStatus,
    Review,
    ReviewDecision,
    ReviewState,
    ServedGoal,
    Task,
    Verdict,
)
from kiun.initiatives.queries.over_allocation import over_allocations
from kiun.initiatives.queries.progress import progress_of
from kiun.initiatives.queries.reviews.decisions import only_stuck, with_state
from kiun.kernel.fiscal_year import FiscalYear, fiscal_year_of
from kiun.municipality.actors import Actor
from kiun.municipality.models import Department
from kiun.ui.dates import long_date
from kiun.ui.figures import figure, yen
from kiun.ui.links import town_url

INITIATIVE, INDICATOR, ITEM = "initiatives.initiative", "goals.indicator", "initiatives.agendaitem"
DEPARTMENT, FUND_OF_YEAR = "municipality.department", "initiatives.fund_of_year"
NAMED = 3
VERY_LATE, LATE = 60, 14  # days
LONG_SILENCE = 180
LONG_BLOCKED = timedelta(days=14)
SOON = timedelta(days=90)


def late_tasks(actor: Actor) -> Iterator[Finding]:
    late = Task.objects.filter(initiative__status=InitiativeStatus.APPROVED, status__in=UNFINISHED, due_on__lt=actor.on)
    counts = {
        key: (number, oldest)
        for key, number, oldest in late.order_by().values_list("initiative").annotate(Count("pk"), Min("due_on"))
    }
    for initiative in Initiative.objects.filter(pk__in=counts):
        number, oldest = counts[initiative.pk]
        days = (actor.on - oldest).days
        yield _about(
            actor,
            initiative,
            sentence=ngettext(
                "%(number)s task is overdue, by %(days)s days.",
                "%(number)s tasks are overdue, the oldest by %(days)s days.",
                number,
            )
            % {"number": figure(number), "days": figure(days)},
            figure=_("%(number)s tasks") % {"number": figure(number)},
            figure_label=_("overdue"),
            severity=_by_days(days),
        )


def _by_days(days: int) -> Severity:
    return Severity.HIGH if days > VERY_LATE else Severity.MIDDLE if days > LATE else Severity.LOW


def obstacles(actor: Actor) -> Iterator[Finding]:
    """Work that stands still until somebody decides."""
    open_ones = Blocker.objects.filter(
        Q(needed_by__lt=actor.on) | Q(raised_on__lte=actor.on - LONG_BLOCKED),
        resolved_on__isnull=True,
        task__status__in=UNFINISHED,
        task__initiative__status=InitiativeStatus.APPROVED,
    )
    for blocker in open_ones.select_related("task__initiative", "decider__user"):
        days = (actor.on - blocker.raised_on).days
        yield _about(
            actor,
            blocker.task.initiative,
            sentence=_("“%(task)s” waits for a decision of %(person)s: %(text)s (for %(days)s days)")
            % {"task": blocker.task, "person": blocker.decider, "text": blocker.text, "days": figure(days)},
            figure=_("%(days)s days") % {"days": figure(days)},
            figure_label=_("waiting for a decision"),
            severity=Severity.HIGH if days > VERY_LATE else Severity.MIDDLE,
        )


def past_their_end(actor: Actor) -> Iterator[Finding]:
    open_ones = Initiative.objects.filter(status=InitiativeStatus.APPROVED, ends_on__lt=actor.on)
    progress = progress_of(list(open_ones.values_list("pk", flat=True)), actor.on)
    for initiative in open_ones:
        days = (actor.on - initiative.ends_on).days
        percent = progress[initiative.pk].percent
        told = "" if percent is None else _(" %(percent)s%% of the work is done.") % {"percent": percent}
        yield _about(
            actor,
            initiative,
            sentence=_("It was to end on %(day)s and is still open.") % {"day": long_date(initiative.ends_on)} + told,
            figure=_("%(days)s days") % {"days": figure(days)},
            figure_label=_("past its end"),
            severity=_by_days(days),
        )


def legal_deadlines(actor: Actor) -> Iterator[Finding]:
    """Set by law: passed, near, or to be missed by the plan itself."""
    bound = Initiative.objects.filter(status=InitiativeStatus.APPROVED, legal_deadline__isnull=False)
    for initiative in bound:
        deadline = initiative.legal_deadline
        assert deadline is not None
        if deadline >= actor.on + SOON and initiative.ends_on <= deadline:
            continue
        days = (deadline - actor.on).days
        yield _about(
            actor,
            initiative,
            sentence=_say_deadline(initiative, deadline, actor.on),
            figure=_("%(days)s days") % {"days": figure(abs(days))},
            figure_label=_("past the deadline set by law") if days < 0 else _("until the deadline set by law"),
            severity=Severity.HIGH,
        )


def _say_deadline(initiative: Initiative, deadline: date, today: date) -> str:
    day = long_date(deadline)
    if deadline < today:
        return _("The deadline set by law passed on %(day)s.") % {"day": day}
    if initiative.ends_on > deadline:
        return _("It is planned to end on %(end)s, after the deadline set by law (%(day)s).") % {
            "end": long_date(initiative.ends_on),
            "day": day,
        }
    return _("The deadline set by law is %(day)s.") % {"day": day}


def low_chances(actor: Actor) -> Iterator[Finding]:
    """With the initiative that is to bring the goal about, where there is one: there something can be done."""
    rows = _indicators(actor, Status.LATE)
    working = _working_on({row.indicator.goal_id for row in rows})
    for row in rows:
        chance = row.state.probability if row.state else None
        low, high = BANDS[Status.LATE]
        told: dict[str, Any] = {
            "figure": _("%(low)s–%(high)s%%") % {"low": low, "high": high},
            "figure_label": _("chance of reaching the target"),
        }
        if chance is None:
            told = {"figure": figure(row.value, row.terms.unit), "figure_label": _("target not reached")}
        told |= {"severity": _by_deadline(row.terms.deadline, actor.on)}
        initiative = working.get(row.indicator.goal_id)
        if initiative is None:
            yield _about_indicator(actor, row, sentence=str(say_indicator(row)), **told)
        else:
            sentence = f"{row.indicator.name}：{say_indicator(row)}"
            path = town_url(actor.municipality, "goals:indicator_detail", row.indicator.pk)
            yield replace(_about(actor, initiative, sentence=sentence, **told), path=path)


def _working_on(goals: Collection[int]) -> dict[int, Initiative]:
    """Goal → the first of the initiatives under way that serve it."""
    served = ServedGoal.objects.filter(goal__in=goals, initiative__status=InitiativeStatus.APPROVED)
    listed = served.select_related("initiative").order_by("-initiative__order", "-initiative_id")
    return {row.goal_id: row.initiative for row in listed}


def _by_deadline(deadline: date | None, today: date) -> Severity:
    """What can still be turned is less urgent than what has to be reached in this fiscal year."""
    this_year = fiscal_year_of(today)
    if deadline is None or deadline > this_year.next().end:
        return Severity.LOW
    return Severity.MIDDLE if deadline > this_year.end else Severity.HIGH


def stale_indicators(actor: Actor) -> Iterator[Finding]:
    """One for each department: they are asked for together, and answered together."""
    by_department: dict[Department | None, list[IndicatorRow]] = defaultdict(list)
    for row in _indicators(actor, Status.STALE):
        by_department[row.indicator.department].append(row)
    for department, rows in by_department.items():
        for group in [rows] if department else [[row] for row in rows]:
            yield _about_silence(actor, department, group)


def _about_silence(actor: Actor, department: Department | None, rows: Sequence[IndicatorRow]) -> Finding:
    days = max((actor.on - row.state.stale_after).days for row in rows if row.state)
    names = _(", ").join(f"「{row.indicator.name}」" for row in rows[:NAMED])
    told: dict[str, Any] = {
        "sentence": (
            _("The values of %(names)s and others, %(number)s in all, have not come in, the oldest for %(days)s days.")
            if len(rows) > NAMED
            else _("The values of %(names)s have not come in, the oldest for %(days)s days.")
        )
        % {"names": names, "number": figure(len(rows)), "days": figure(days)},
        "severity": Severity.MIDDLE if days > LONG_SILENCE else Severity.LOW,
        "figure": _("%(days)s days") % {"days": figure(days)},
        "figure_label": _("without a value"),
    }
    if department is None:
        return _about_indicator(actor, rows[0], **told)
    return Finding(
        subject_type=DEPARTMENT,
        subject_id=department.pk,
        title=_("Figures of %(department)s") % {"department": department},
        as_of=actor.on,
        path=f"{town_url(actor.municipality, 'goals:indicator_list')}?department={department.pk}&status=stale",
        department_id=department.pk,
        **told,
    )


def _indicators(actor: Actor, status: Status) -> list[IndicatorRow]:
    """Of plans in force; those of one status, in the order of the plan."""
    in_force = Indicator.objects.filter(
        ended_on__isnull=True, goal__ended_on__isnull=True, goal__plan__status=PlanStatus.CURRENT
    )
    found = with_status(in_force, actor.on).filter(status=status)
    return indicator_rows(found.order_by("goal__order", "goal", "order", "pk"), actor.on)


def over_allocated(actor: Actor) -> Iterator[Finding]:
    """People by department, money by fiscal year and 財源."""
    for found in over_allocations(actor, actor.on):
        causes = _(", ").join(f"「{name}」" for name in found.causes)
        told: dict[str, Any] = {
            "sentence": _("%(what)s It is taken by %(causes)s.") % {"what": found.sentence, "causes": causes}
            if causes
            else found.sentence,
            "as_of": actor.on,
            "severity": Severity.MIDDLE,
            "path": found.url,
        }
        if found.department:
            yield Finding(
                subject_type=DEPARTMENT,
                subject_id=found.department.pk,
                title=_("People of %(department)s") % {"department": found.department},
                figure=_("%(people)s people") % {"people": figure(round(found.amount, 1))},
                figure_label=_("short"),
                department_id=found.department.pk,
                **told,
            )
        elif found.year:
            fund = Fund(found.fund)
            yield Finding(
                subject_type=FUND_OF_YEAR,
                subject_id=found.year * len(Fund) + Fund.values.index(fund),
                title=_("Money of %(year)s (%(fund)s)") % {"year": FiscalYear(found.year), "fund": fund.label},
                figure=yen(round(found.amount)),
                figure_label=_("short"),
                **told,
            )


def decisions_not_carried_out(actor: Actor) -> Iterator[Finding]:
    decided = ReviewDecision.objects.filter(decided_on__isnull=False)
    stuck = only_stuck(with_state(decided, actor.on), actor.on)
    for decision in stuck.select_related("item__review", "person__user"):
        since = decision.due_on if decision.due_on and decision.due_on < actor.on else decision.decided_on
        days = (actor.on - since).days
        yield _of_item(
            actor,
            decision.item,
            sentence=_(
                "The decision “%(what)s” (%(review)s, %(verdict)s) has not been carried out. In charge: %(person)s."
            )
            % {
                "what": decision,
                "review": decision.item.review.period,
                "verdict": Verdict(decision.verdict).label,
                "person": decision.person or "—",
            },
            figure=_("%(days)s days") % {"days": figure(days)},
            figure_label=_("past its day") if since == decision.due_on else _("since the decision"),
            severity=Severity.HIGH,
            path=town_url(actor.municipality, "initiatives:decision_detail", decision.pk),
        )


def put_off_items(actor: Actor) -> Iterator[Finding]:
    """What the latest closed review did not come to."""
    latest = Review.objects.filter(state=ReviewState.CLOSED).first()
    items = AgendaItem.objects.filter(review=latest).exclude(put_off_reason="") if latest else AgendaItem.objects.none()
    for item in items.select_related("review"):
        yield _of_item(
            actor,
            item,
            sentence=_("Put off in the last review (%(review)s): %(reason)s")
            % {"review": item.review.period, "reason": item.put_off_reason},
            severity=Severity.LOW if item.subject_type else Severity.MIDDLE,
            path=town_url(actor.municipality, "initiatives:item_detail", item.pk),
        )


def _about(actor: Actor, initiative: Initiative, **told: Any) -> Finding:
    return Finding(
        subject_type=INITIATIVE,
        subject_id=initiative.pk,
        title=" ".join(filter(None, [initiative.code, initiative.name])),
        as_of=actor.on,
        path=town_url(actor.municipality, "initiatives:initiative_detail", initiative.pk),
        department_id=initiative.department_id,
        **told,
    )


def _about_indicator(actor: Actor, row: IndicatorRow, **told: Any) -> Finding:
    indicator = row.indicator
    return Finding(
        subject_type=INDICATOR,
        subject_id=indicator.pk,
        title=" ".join(filter(None, [indicator.code, indicator.name])),
        as_of=actor.on,
        path=town_url(actor.municipality, "goals:indicator_detail", indicator.pk),
        department_id=indicator.department_id or indicator.goal.department_id,
        **told,
    )


def _of_item(actor: Actor, item: AgendaItem, **told: Any) -> Finding:
    """About what an item of an earlier review was about; one that was added by hand may be its own subject."""
    kind, key = _subject_of(item)
    return Finding(
        subject_type=kind,
        subject_id=key,
        title=item.title,
        as_of=actor.on,
        department_id=item.department_id,
        **told,
    )


def _subject_of(item: AgendaItem) -> tuple[str, int]:
    if item.subject_id:
        return item.subject_type, item.subject_id
    if item.initiative_id:
        return INITIATIVE, item.initiative_id
    return (INDICATOR, item.indicator_id) if item.indicator_id else (ITEM, item.pk)


CONTRIBUTIONS = tuple(
    AgendaContribution(id=key, label=label, find=find)
    for key, label, find in (
        ("initiatives.legal_deadlines", gettext_lazy("deadlines set by law"), legal_deadlines),
        ("initiatives.decisions", gettext_lazy("decisions not carried out"), decisions_not_carried_out),
        ("initiatives.late_tasks", gettext_lazy("overdue tasks"), late_tasks),
        ("initiatives.obstacles", gettext_lazy("obstacles"), obstacles),
        ("initiatives.past_end", gettext_lazy("initiatives past their end"), past_their_end),
        ("initiatives.over_allocations", gettext_lazy("too much planned for people or money"), over_allocated),
        ("goals.low_chances", gettext_lazy("low chances"), low_chances),
        ("goals.stale", gettext_lazy("values that are missing"), stale_indicators),
        ("initiatives.put_off", gettext_lazy("put off last time"), put_off_items),
    )
)
