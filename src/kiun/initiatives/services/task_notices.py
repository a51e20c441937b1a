"""Who is told what about tasks. Each sentence is in the language of whoever reads it."""

from collections.abc import Iterable

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, override

from kiun.activity.services import Message, notify, settle
from kiun.initiatives.models import UNFINISHED, Blocker, Task, TaskLink, TaskStatus
from kiun.initiatives.queries.waiting import earliest_start, free_tasks
from kiun.kernel.fiscal_year import wareki
from kiun.municipality.actors import Actor
from kiun.municipality.models import Membership

GIVEN = "initiatives.task_given"
FREE = "initiatives.task_free"
BLOCKER_RAISED = "initiatives.blocker_raised"
BLOCKER_DECIDED = "initiatives.blocker_decided"
DUE = "initiatives.task_due"
LATE = "initiatives.task_late"
ABOUT_OPEN_TASKS = (GIVEN, FREE, DUE, LATE)
NAMED_AT_ONCE = 5


def tell_new_responsible(actor: Actor, tasks: Iterable[Task]) -> None:
    """One notice for each person, however many tasks they were given at once."""
    by_post: dict[Membership, list[Task]] = {}
    for task in tasks:
        if task.responsible_id not in {post.pk for post in actor.own} and task.is_unfinished:
            by_post.setdefault(task.responsible, []).append(task)
    messages = [_given(actor, post, given) for post, given in by_post.items() if post.may_own(actor.on)]
    notify(town=actor.municipality, messages=messages)


def _given(actor: Actor, post: Membership, tasks: list[Task]) -> Message:
    first = tasks[0]
    with override(post.user.language):
        if len(tasks) == 1:
            subject = _("You are responsible for “%(task)s”") % {"task": first.name}
        else:
            subject = ngettext(
                "You are responsible for %(count)s task", "You are responsible for %(count)s tasks", len(tasks)
            ) % {"count": len(tasks)}
        lines = [_describe(task) for task in tasks[:NAMED_AT_ONCE]]
        lines.append(_("Given to you by: %(person)s") % {"person": actor.label})
    return Message(
        recipient=post,
        kind=GIVEN,
        subject=subject,
        body="\n".join(lines),
        path=path_of(actor, first) if len(tasks) == 1 else _my_work(actor),
        occasion=f"task_given:{actor.on}:{','.join(str(task.pk) for task in tasks)}"[:200],
    )


def _describe(task: Task) -> str:
    words = {"task": task.name, "initiative": task.initiative.name, "day": wareki(task.due_on)}
    return _("“%(task)s” (%(initiative)s), due on %(day)s") % words


def tell_what_may_begin(actor: Actor, task: Task) -> None:
    """Those whose task waited for this one; and nobody has to read any more what asked for it."""
    if task.status not in UNFINISHED:
        for kind in ABOUT_OPEN_TASKS:
            settle(kind=kind, paths=[path_of(actor, task)])
    if task.status == TaskStatus.TODO:
        return
    followers = Task.objects.filter(links_before__before=task, initiative__status__in=("proposed", "approved"))
    ready = free_tasks(followers).select_related("initiative", "responsible__user")
    own = {post.pk for post in actor.own}
    told = [_may_begin(actor, task, follower) for follower in ready if follower.responsible_id not in own]
    notify(town=actor.municipality, messages=[message for message in told if message.recipient.may_own(actor.on)])


def _may_begin(actor: Actor, before: Task, task: Task) -> Message:
    links = TaskLink.objects.filter(after=task).select_related("before")
    earliest = earliest_start(links) or actor.on
    with override(task.responsible.user.language):
        subject = _("“%(task)s” can begin") % {"task": task.name}
        lines = [_("“%(before)s” no longer holds it up.") % {"before": before.name}]
        if earliest > actor.on:
            lines.append(_("Because of the days between, from %(day)s on.") % {"day": wareki(earliest)})
        lines.append(_describe(task))
    return Message(
        recipient=task.responsible,
        kind=FREE,
        subject=subject,
        body="\n".join(lines),
        path=path_of(actor, task),
        occasion=f"task_free:{task.pk}:{before.pk}:{actor.on}",
    )


def tell_raised_blocker(actor: Actor, blocker: Blocker) -> None:
    if blocker.decider_id in {post.pk for post in actor.own}:
        return
    task = blocker.task
    with override(blocker.decider.user.language):
        subject = _("“%(task)s” waits for your decision") % {"task": task.name}
        lines = [blocker.text]
        if blocker.needed_by:
            lines.append(_("Needed by %(day)s.") % {"day": wareki(blocker.needed_by)})
        lines += [_("Raised by: %(person)s") % {"person": blocker.raised_by or actor.label}, _describe(task)]
    message = Message(
        recipient=blocker.decider,
        kind=BLOCKER_RAISED,
        subject=subject,
        body="\n".join(lines),
        path=_decide(actor, blocker),
        occasion=f"blocker_raised:{blocker.pk}:{actor.on}",
    )
    notify(town=actor.municipality, messages=[message])


def tell_ended_blocker(actor: Actor, blocker: Blocker) -> None:
    """Whoever raised it, whoever answers for the task, and whoever was asked and did not decide themselves."""
    settle(kind=BLOCKER_RAISED, paths=[_decide(actor, blocker)])
    own = {post.pk for post in actor.own}
    concerned = (blocker.raised_by, blocker.task.responsible, blocker.decider)
    people = {post for post in concerned if post and post.pk not in own}
    messages = [_ended(actor, blocker, post) for post in people if post.is_current(actor.on)]
    notify(town=actor.municipality, messages=messages)


def _ended(actor: Actor, blocker: Blocker, post: Membership) -> Message:
    words = {"task": blocker.task.name, "resolution": blocker.resolution, "person": actor.label}
    with override(post.user.language):
        lines = [_("What stood in the way: %(text)s") % {"text": blocker.text}]
        if blocker.is_withdrawn:
            subject = _("Nothing stands in the way of “%(task)s” any more") % words
            if post == blocker.decider:
                subject = _("No decision is needed any more: “%(task)s”") % words
            lines.append(_("%(resolution)s (%(person)s)") % words)
        else:
            subject = _("Decided: “%(task)s” can go on") % words
            lines += [_("Decision: %(resolution)s") % words, _("Decided by: %(person)s") % words]
    return Message(
        recipient=post,
        kind=BLOCKER_DECIDED,
        subject=subject,
        body="\n".join(lines),
        path=path_of(actor, blocker.task),
        occasion=f"blocker_decided:{blocker.pk}:{actor.on}",
    )


def _decide(actor: Actor, blocker: Blocker) -> str:
    return reverse("initiatives:blocker_decide", kwargs={"town": actor.municipality.slug, "pk": blocker.pk})


def path_of(actor: Actor, task: Task) -> str:
    return reverse("initiatives:task_detail", kwargs={"town": actor.municipality.slug, "pk": task.pk})


def _my_work(actor: Actor) -> str:
    return reverse("initiatives:my_work", kwargs={"town": actor.municipality.slug})
