"""Levellings as pages show them: keys turned into words."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from kiun.analysis.planning import Because
from kiun.goals.wording import Lead
from kiun.initiatives.levelling.outcome import (
    OVERDUE,
    TOO_SHORT,
    LevellingOutcome,
    PersonOverfull,
    TaskMove,
    outcome_from_json,
)
from kiun.initiatives.models import Levelling, LevellingState, Task, TaskStatus
from kiun.initiatives.queries.resource_departments import managed_departments
from kiun.initiatives.queries.reviews.visible import visible_decisions
from kiun.initiatives.queries.visible import visible_tasks
from kiun.initiatives.queries.workforce import counted_tasks
from kiun.municipality.actors import Actor
from kiun.municipality.models import Department, Membership
from kiun.ui.dates import long_date
from kiun.ui.figures import figure


def visible_levellings(actor: Actor) -> QuerySet[Levelling]:
    """Of the departments whose people the actor plans with."""
    rows = Levelling.objects.exclude(state=LevellingState.DISCARDED).filter(department__in=managed_departments(actor))
    return rows.select_related("department", "job", "created_by__user")


def departments_with_tasks(actor: Actor) -> QuerySet[Department]:
    """With `waiting`: how many of their tasks are still to be begun."""
    waiting = counted_tasks().filter(status=TaskStatus.TODO)
    counted = Count("tasks", filter=Q(tasks__in=waiting.order_by().values("pk")))
    return managed_departments(actor).annotate(waiting=counted).filter(waiting__gt=0).order_by("place", "pk")


@dataclass(frozen=True, kw_only=True)
class ShownMove:
    move: TaskMove
    task: Task
    why: str
    is_beyond: bool  # its initiative ends before
    decided_by: date | None  # a review decided that it is done by then, which is before the new days end


@dataclass(frozen=True, kw_only=True)
class LevellingSheet:
    outcome: LevellingOutcome
    lead: Lead
    sure: str
    moves: tuple[ShownMove, ...]
    gains: tuple[str, ...]
    overfull: tuple[str, ...]


def levelling_sheet(levelling: Levelling, actor: Actor) -> LevellingSheet | None:
    """None until something was calculated."""
    if not levelling.result:
        return None
    outcome = outcome_from_json(levelling.result)
    people = {move.person for move in outcome.moves if move.person}
    people |= {gain.person for gain in outcome.gains} | {one.person for one in outcome.overfull}
    posts = Membership.objects.select_related("user").in_bulk(people)
    tasks = Task.objects.select_related("initiative", "responsible__user").in_bulk([one.task for one in outcome.moves])
    others = {move.waits_for for move in outcome.moves if move.waits_for}
    decided = dict(visible_decisions(actor).filter(task__in=tasks).values_list("task", "due_on"))
    names = dict(visible_tasks(actor).filter(pk__in=others).values_list("pk", "name"))
    return LevellingSheet(
        outcome=outcome,
        lead=say_levelling(outcome, is_accepted=levelling.state == LevellingState.ACCEPTED),
        sure=say_how_sure(outcome),
        moves=tuple(
            ShownMove(
                move=move,
                task=tasks[move.task],
                why=_why(move, names, posts),
                is_beyond=move.new[1] > tasks[move.task].initiative.ends_on,
                decided_by=_missed(decided.get(move.task), move),
            )
            for move in outcome.moves
            if move.task in tasks
        ),
        gains=tuple(
            _("With one more person like %(name)s everything would be done %(days)s working days earlier.")
            % {"name": posts[one.person].user.name, "days": figure(one.days)}
            for one in outcome.gains
            if one.person in posts
        ),
        overfull=tuple(_overfull(one, posts) for one in outcome.overfull if one.person in posts),
    )


def _overfull(one: PersonOverfull, posts: Mapping[int, Membership]) -> str:
    words = {
        "name": posts[one.person].user.name,
        "days": figure(one.days),
        "first": long_date(one.first),
        "last": long_date(one.last),
    }
    if one.days == 1:
        return _("%(name)s: on %(first)s") % words
    return _("%(name)s: on %(days)s working days, from %(first)s to %(last)s") % words


def _missed(due_on: date | None, move: TaskMove) -> date | None:
    return due_on if due_on and due_on < move.new[1] else None


def say_levelling(outcome: LevellingOutcome, *, is_accepted: bool) -> Lead:
    moved = len(outcome.moves)
    if not moved and outcome.overfull:
        return Lead(text="", wrong=_("No move of a task helps: what is under way alone is too much for some."))
    if not moved:
        return Lead(text=_("Nobody has more to do in a day than there is time for."), rest=_("No task has to move."))
    text = ngettext("%(n)s task moves.", "%(n)s tasks move.", moved) % {"n": figure(moved)}
    if is_accepted:
        said = ngettext("%(n)s task has moved.", "%(n)s tasks have moved.", moved) % {"n": figure(moved)}
        return Lead(text=said)
    if outcome.old_end is None or outcome.new_end is None or outcome.new_end <= outcome.old_end:
        return Lead(text=text, rest=_("The last one is done as planned."))
    words = {"old": long_date(outcome.old_end), "new": long_date(outcome.new_end)}
    return Lead(text=text, wrong=_("The last one is done on %(new)s instead of %(old)s.") % words)


def say_how_sure(outcome: LevellingOutcome) -> str:
    stays = ngettext("%(n)s task keeps its days", "%(n)s tasks keep their days", outcome.stays)
    parts = [stays % {"n": figure(outcome.stays)}]
    if outcome.left_days:
        words = ngettext(
            "another order could end %(n)s working day earlier at most",
            "another order could end %(n)s working days earlier at most",
            outcome.left_days,
        )
        parts.append(words % {"n": figure(outcome.left_days)})
    else:
        parts.append(_("no order ends earlier"))
    if not outcome.is_repeatable:
        parts.append(_("the time ended the calculation, so that another one may find a slightly different answer"))
    parts.append(_("calculated in %(seconds)s seconds") % {"seconds": figure(round(outcome.seconds, 1))})
    return " · ".join(parts)


def _why(move: TaskMove, names: Mapping[int, str], posts: Mapping[int, Membership]) -> str:
    other = names.get(move.waits_for or 0, _("another task"))
    post = posts.get(move.person or 0)
    person = post.user.name if post else _("the person")
    if move.because == OVERDUE:
        return _("It is overdue and has not begun: these are its days if it begins now.")
    if move.because == TOO_SHORT:
        return _("The estimate does not fit into its days.")
    if move.because == Because.LINK:
        return _("It waits for “%(task)s”.") % {"task": other}
    if move.because == Because.RESOURCE:
        return _("%(person)s works on “%(task)s” until then.") % {"person": person, "task": other}
    if move.because == Because.CAPACITY:
        return _("%(person)s is away, or taken by other work, until then.") % {"person": person}
    return _("It begins as soon as everybody it needs has time.")
