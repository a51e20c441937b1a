"""What this room counts for 機運の輪: people who said what they think, in the latest wave of each kind."""

from kiun.momentum.queries.outside import people_who_answered
from kiun.momentum.wording import name_of_audience
from kiun.ui.figures import figure
from kiun.ui.links import town_url
from kiun.ui.loop import LOOP, LoopContribution, LoopFigure, LoopSubject, Stage


def count_answers(subject: LoopSubject) -> LoopFigure | None:
    """Of the whole town alone: of a department only results tell, under their own rules."""
    if subject.kind not in {"town", "public"}:
        return None
    people = people_who_answered()
    if not people:
        return None
    parts = [f"{name_of_audience(audience)} {figure(number)}" for audience, number in people.items()]
    page = "public:momentum" if subject.kind == "public" else "momentum:home"
    return LoopFigure(number=sum(people.values()), note="・".join(parts), url=town_url(subject.town, page))


def register() -> None:
    LOOP.register(LoopContribution(id="momentum.answers", stage=Stage.PARTICIPATION, figure=count_answers))
