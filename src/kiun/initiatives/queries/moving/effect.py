from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, timedelta

from django.db.models import Q

from kiun.initiatives.models import (
    OPEN_STATUSES,
    UNFINISHED,
    Initiative,
    InitiativeLink,
    Milestone,
    Phase,
    Task,
    TaskLink,
    Term,
)
from kiun.initiatives.queries.moving.shortages import new_shortages
from kiun.initiatives.queries.moving.terms import Collision, Effect, Missed, Move, Moved, OpenInitiative, Slip
from kiun.initiatives.queries.roadmap import Link, goal_outlooks
from kiun.initiatives.queries.roadmap.rows import may_move
from kiun.initiatives.queries.roadmap.served import goals_served
from kiun.initiatives.queries.visible import visible_initiatives
from kiun.municipality.actors import Actor

Dates = tuple[date, date]
Plan = Mapping[int, OpenInitiative]


def effect_of(actor: Actor, initiative: Initiative, move: Move) -> Effect:
    """A fixed number of queries."""
    plan = _plan(actor)
    links = _links(plan)
    new = _new_dates(plan, links, initiative.pk, move)
    moved = _moved(plan, new, initiative.pk, move)
    tasks = _tasks_of(moved)
    return Effect(
        moved=moved,
        collisions=tuple(_collisions(plan, links, new)),
        slips=tuple(_slips(moved, actor.on)),
        laws=tuple(_laws(plan, moved)),
        goals=tuple(_passed_goals(moved, actor)),
        tasks=sum(len(tasks[one.key]) for one in moved if one.days),
        tasks_outside=sum(_is_outside(due, one) for one in moved for _, _, due in tasks[one.key]),
        broken_tasks=_broken_tasks(plan, moved, tasks),
        shortages=new_shortages(actor, moved),
    )


def _plan(actor: Actor) -> dict[int, OpenInitiative]:
    """Every open initiative of the town: also what the actor does not see can be in the way."""
    fields = ("pk", "name", "starts_on", "ends_on", "legal_deadline", "status", "owner", "department__path")
    seen = set(visible_initiatives(actor).filter(status__in=OPEN_STATUSES).values_list("pk", flat=True))
    rows = Initiative.objects.filter(status__in=OPEN_STATUSES).order_by("pk").values_list(*fields)
    return {
        key: OpenInitiative(
            key=key,
            name=name,
            starts_on=starts_on,
            ends_on=ends_on,
            legal_deadline=legal_deadline,
            may_move=may_move(actor, *rights),
            is_visible=key in seen,
        )
        for key, name, starts_on, ends_on, legal_deadline, *rights in rows
    }


def _links(plan: Plan) -> list[Link]:
    rows = InitiativeLink.objects.order_by("pk").values_list("before", "after", "kind", "lag_days")
    return [Link(*row) for row in rows if row[0] in plan and row[1] in plan]


def _new_dates(plan: Plan, links: Sequence[Link], root: int, move: Move) -> dict[int, Dates]:
    """The moved initiative first, then whatever is pushed, wave by wave."""
    new = {root: (move.starts_on, move.ends_on)}
    followers: dict[int, list[Link]] = defaultdict(list)
    for link in links:
        followers[link.before].append(link)
    waves, front = len(plan), [root] if move.with_followers else []
    while front and waves:
        waves -= 1
        front = [link.after for key in front for link in followers[key] if _push(plan, link, new, root)]
    return new


def _push(plan: Plan, link: Link, new: dict[int, Dates], root: int) -> bool:
    follower = plan[link.after]
    starts_on, ends_on = new.get(link.after, (follower.starts_on, follower.ends_on))
    later = link.first_start(*new[link.before]) - starts_on
    if link.after == root or not follower.may_move or later <= timedelta():
        return False
    new[link.after] = (starts_on + later, ends_on + later)
    return True


def _moved(plan: Plan, new: Mapping[int, Dates], root: int, move: Move) -> tuple[Moved, ...]:
    rows = []
    for key, dates in new.items():
        old = (plan[key].starts_on, plan[key].ends_on)
        goes_along = move.with_work or key != root
        days = (dates[1] - old[1]).days if goes_along else 0
        rows.append(Moved(key=key, name=plan[key].name, old=old, new=dates, days=days))
    return tuple(rows)


def _collisions(plan: Plan, links: Iterable[Link], new: Mapping[int, Dates]) -> Iterator[Collision]:
    """Links at a moved initiative that do not hold after the move."""
    for link in links:
        if link.before not in new and link.after not in new:
            continue
        before, after = plan[link.before], plan[link.after]
        starts_on = new.get(link.after, (after.starts_on, after.ends_on))[0]
        needed = link.first_start(*new.get(link.before, (before.starts_on, before.ends_on)))
        if starts_on < needed:
            yield Collision(
                before=before.name if before.is_visible else "",
                after=after.name if after.is_visible else "",
                starts_on=starts_on,
                needed=needed,
                was_there=after.starts_on < link.first_start(before.starts_on, before.ends_on),
                may_push=after.may_move,
            )


def _slips(moved: Iterable[Moved], on: date) -> Iterator[Slip]:
    rows = {one.key: one for one in moved}
    phases = Phase.objects.filter(initiative__in=rows, reached_on__isnull=True).order_by("ends_on", "pk")
    milestones = Milestone.objects.filter(initiative__in=rows, reached_on__isnull=True).order_by("due_on", "pk")
    for key, name, term, day in phases.values_list("initiative", "name", "term", "ends_on"):
        yield from _slip(rows[key], name or str(Term(term).label), day, on)
    for key, name, day in milestones.values_list("initiative", "name", "due_on"):
        yield from _slip(rows[key], name, day, on)


def _slip(moved: Moved, name: str, old: date, on: date) -> Iterator[Slip]:
    new = old + timedelta(days=moved.days)
    is_outside = _is_outside(old, moved)
    if new != old or is_outside:
        yield Slip(
            name=name,
            initiative=moved.name,
            old=old,
            new=new,
            is_outside=is_outside,
            is_past=new < on <= old,
        )


def _is_outside(day: date, moved: Moved) -> bool:
    """Only because of the move: it was within the dates before."""
    new = day + timedelta(days=moved.days)
    return moved.old[0] <= day <= moved.old[1] and not moved.new[0] <= new <= moved.new[1]


def _laws(plan: Plan, moved: Iterable[Moved]) -> Iterator[Missed]:
    for one in moved:
        deadline = plan[one.key].legal_deadline
        if deadline and one.new[1] > deadline:
            yield Missed(
                name="",
                initiative=one.name,
                deadline=deadline,
                ends_on=one.new[1],
                was_missed=one.old[1] > deadline,
            )


def _passed_goals(moved: Iterable[Moved], actor: Actor) -> Iterator[Missed]:
    served = goals_served([one.key for one in moved])
    goals = goal_outlooks({goal for goals in served.values() for goal in goals}, actor, actor.on)
    for one in moved:
        for goal in (goals[key] for key in served.get(one.key, ()) if key in goals):
            if goal.deadline and one.new[1] > goal.deadline:
                yield Missed(
                    name=goal.text,
                    initiative=one.name,
                    deadline=goal.deadline,
                    ends_on=one.new[1],
                    was_missed=one.old[1] > goal.deadline,
                )


TaskDates = tuple[int, date, date]


def _tasks_of(moved: Iterable[Moved]) -> Mapping[int, list[TaskDates]]:
    """Initiative → its unfinished tasks."""
    found: dict[int, list[TaskDates]] = defaultdict(list)
    rows = Task.objects.filter(initiative__in=[one.key for one in moved], status__in=UNFINISHED).order_by("pk")
    for initiative, key, starts_on, due_on in rows.values_list("initiative", "pk", "starts_on", "due_on"):
        found[initiative].append((key, starts_on, due_on))
    return found


def _broken_tasks(
    plan: Plan, moved: Iterable[Moved], tasks: Mapping[int, Sequence[TaskDates]]
) -> tuple[tuple[str, str], ...]:
    """Orders of tasks that held before the move and do not after it: those between two initiatives."""
    days = {key: timedelta(days=one.days) for one in moved for key, _, _ in tasks[one.key] if one.days}
    links = TaskLink.objects.filter(Q(before__in=days) | Q(after__in=days)).order_by("pk")
    rows = links.select_related("before", "after").only(
        "kind",
        "lag_days",
        *(f"{end}__{name}" for end in ("before", "after") for name in ("name", "starts_on", "due_on", "initiative")),
    )
    broken, still = [], timedelta()
    for row in rows:
        link = Link(row.before_id, row.after_id, row.kind, row.lag_days)
        shift, begins_on = days.get(row.before_id, still), row.after.starts_on
        held = begins_on >= link.first_start(row.before.starts_on, row.before.due_on)
        first = link.first_start(row.before.starts_on + shift, row.before.due_on + shift)
        if held and begins_on + days.get(row.after_id, still) < first:
            broken.append((_name_of(plan, row.before), _name_of(plan, row.after)))
    return tuple(broken)


def _name_of(plan: Plan, task: Task) -> str:
    initiative = plan.get(task.initiative_id)
    return task.name if initiative and initiative.is_visible else ""
