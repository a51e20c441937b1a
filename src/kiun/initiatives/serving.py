"""What this room tells the goals room of the work for a goal."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from kiun.goals.serving import SERVING, Serving, ServingSource
from kiun.initiatives.models import InitiativeStatus, ServedGoal
from kiun.initiatives.queries.listing import listed_initiatives
from kiun.initiatives.queries.progress import progress_of
from kiun.initiatives.queries.standing import Standing, with_standing
from kiun.initiatives.queries.stops import all_stops, public_stops
from kiun.municipality.actors import Actor, may
from kiun.ui.links import town_url


def serving(actor: Actor, goals: Collection[int]) -> Mapping[int, Sequence[Serving]]:
    """Three queries. What was stopped serves no longer."""
    served = ServedGoal.objects.filter(goal__in=goals).exclude(initiative__status=InitiativeStatus.STOPPED)
    pairs = list(served.order_by("initiative__starts_on", "pk").values_list("goal", "initiative"))
    seen = listed_initiatives(actor).filter(pk__in={key for _goal, key in pairs})
    rows = {row.pk: row for row in with_standing(seen, actor.on)}
    progress = progress_of(list(rows), actor.on)
    found: dict[int, list[Serving]] = defaultdict(list)
    for goal, key in pairs:
        if row := rows.get(key):
            standing = Standing(row.standing)
            found[goal].append(
                Serving(
                    name=row.name,
                    url=town_url(actor.municipality, "initiatives:initiative_detail", key),
                    note=f"{row.department} · {row.owner}",
                    percent=progress[key].percent,
                    mark=standing.mark,
                    word=standing.label,
                    is_late=standing == Standing.LATE,
                )
            )
    return found


def proposal(actor: Actor, goal: int) -> str:
    """Only where there is none at all, also none that this person may not see."""
    if not may(actor, "initiatives.propose_initiative") or ServedGoal.objects.filter(goal=goal).exists():
        return ""
    form = reverse("initiatives:initiative_create", kwargs={"town": actor.municipality.slug})
    return f"{form}?goal={goal}"


def stopped(goals: Collection[int], *, to_residents: bool) -> set[int]:
    """Something was stopped, and nothing goes on or is completed; of what is not public residents learn nothing."""
    served = ServedGoal.objects.filter(goal__in=goals)
    shown = public_stops() if to_residents else all_stops()
    working = served.exclude(initiative__status__in=[InitiativeStatus.STOPPED, InitiativeStatus.PROPOSED])
    keys = served.filter(initiative__in=shown.order_by()).exclude(goal__in=working.values("goal"))
    return set(keys.values_list("goal", flat=True))


def register() -> None:
    SERVING.register(
        ServingSource(
            id="initiatives.initiatives", label=_("initiatives"), serving=serving, proposal=proposal, stopped=stopped
        )
    )
