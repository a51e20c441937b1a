"""What this room counts for 機運の輪: approved work with a person who answers for it, and how much of it is late."""

from typing import Any

from django.db.models import Count, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from kiun.goals.models import PlanStatus
from kiun.initiatives.models import Initiative, InitiativeStatus
from kiun.initiatives.queries import public_initiatives, visible_initiatives
from kiun.initiatives.queries.hidden import is_hidden
from kiun.initiatives.queries.standing import is_late_on
from kiun.municipality.actors import Actor
from kiun.ui.figures import figure
from kiun.ui.links import town_url
from kiun.ui.loop import LOOP, LoopContribution, LoopFigure, LoopSubject, Stage


def count_initiatives(subject: LoopSubject) -> LoopFigure | None:
    """None while a whole town has no work yet: the loop then says when it will be counted."""
    actor = None if subject.kind == "public" else getattr(subject.request, "actor", None)
    on = actor.on if actor else timezone.localdate()
    totals = _counted(subject, actor).aggregate(all=Count("pk"), late=Count("pk", filter=is_late_on(on)))
    if not totals["all"]:
        return _nothing(subject, actor)
    return LoopFigure(
        number=totals["all"],
        note=_("initiatives with somebody in charge"),
        wrong=_("late %(n)s") % {"n": figure(totals["late"])} if totals["late"] else "",
        url=_url(subject),
    )


def _nothing(subject: LoopSubject, actor: Actor | None) -> LoopFigure | None:
    if actor and is_hidden(actor, seen=0, among=_narrowed(subject, Initiative.objects.all())):
        return LoopFigure(number=0, note=_("There is none that you may see"))
    if subject.kind == "goal":
        return LoopFigure(number=0, wrong=_("nobody works on it"))
    return LoopFigure(number=0) if subject.kind == "department" else None


def _counted(subject: LoopSubject, actor: Actor | None) -> QuerySet[Initiative]:
    return _narrowed(subject, public_initiatives() if actor is None else visible_initiatives(actor))


def _narrowed(subject: LoopSubject, rows: QuerySet[Initiative]) -> QuerySet[Initiative]:
    rows = rows.filter(status=InitiativeStatus.APPROVED)
    if subject.kind == "goal":
        return rows.filter(served_goals__goal=subject.row)
    if subject.kind == "plan":
        return rows.filter(plan=subject.row)
    rows = rows.filter(plan__status=PlanStatus.CURRENT)
    return rows.filter(department__path__startswith=subject.row.path) if subject.kind == "department" else rows


def _url(subject: LoopSubject) -> str:
    """A goal's and a department's stand in the list, narrowed down; a plan's together with all others."""
    if subject.kind == "public":
        return town_url(subject.town, "public:roadmap")
    narrowed: dict[str, Any] = {"goal": "goal", "department": "department"}
    name = narrowed.get(subject.kind)
    return town_url(subject.town, "initiatives:initiative_list") + (f"?{name}={subject.row.pk}" if name else "")


def register() -> None:
    LOOP.register(LoopContribution(id="initiatives.initiatives", stage=Stage.PLAN, figure=count_initiatives))
