"""機運の輪: the six stages every overview shows in this order, each with one honest number."""

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Any, Literal

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from kiun.kernel.registries import Registry


class Stage(StrEnum):
    CHALLENGE = "challenge"
    GOAL = "goal"
    PLAN = "plan"
    PARTICIPATION = "participation"
    OUTCOME = "outcome"
    SHARING = "sharing"


NAMES: dict[Stage, Promise] = {
    Stage.CHALLENGE: pgettext_lazy("loop", "Challenges"),
    Stage.GOAL: pgettext_lazy("loop", "Goals"),
    Stage.PLAN: pgettext_lazy("loop", "Plan"),
    Stage.PARTICIPATION: pgettext_lazy("loop", "Participation"),
    Stage.OUTCOME: pgettext_lazy("loop", "Results"),
    Stage.SHARING: pgettext_lazy("loop", "Sharing"),
}

# What would have to be recorded before the stage can be counted.
ABSENCES: dict[Stage, Promise] = {
    Stage.CHALLENGE: _("Counted once challenges are recorded"),
    Stage.GOAL: _("Counted once goals are recorded"),
    Stage.PLAN: _("Counted once measures have a person responsible"),
    Stage.PARTICIPATION: _("Counted once events and voices are recorded"),
    Stage.OUTCOME: _("Counted once results are measured"),
    Stage.SHARING: _("Counted once stories are shared"),
}


@dataclass(frozen=True, kw_only=True)
class LoopSubject:
    """Whose loop is drawn. `row` is the department, the plan or the goal; `town` and `row` are opaque here."""

    kind: Literal["town", "department", "plan", "goal", "public"]
    town: Any
    row: Any = None
    request: Any = None


@dataclass(frozen=True, kw_only=True)
class LoopFigure:
    """`note` says what the number counts, `wrong` how much of it is late or missing."""

    number: int | Decimal | str
    unit: str | Promise = ""
    note: str | Promise = ""
    wrong: str | Promise = ""
    url: str = ""


@dataclass(frozen=True, kw_only=True)
class LoopContribution:
    """`figure` answers None for a subject that it does not count."""

    id: str
    stage: Stage
    figure: Callable[[LoopSubject], LoopFigure | None]


@dataclass(frozen=True, kw_only=True)
class LoopStage:
    stage: Stage
    position: int
    name: str | Promise
    figure: LoopFigure | None
    absence: str | Promise
    is_current: bool


@dataclass(frozen=True, kw_only=True)
class Loop:
    stages: tuple[LoopStage, ...]


LOOP: Registry[LoopContribution] = Registry()


def draw_loop(
    subject: LoopSubject, *, current: Stage | None = None, registry: Registry[LoopContribution] = LOOP
) -> Loop:
    return Loop(
        stages=tuple(
            LoopStage(
                stage=stage,
                position=position,
                name=NAMES[stage],
                figure=_figure(registry, stage, subject),
                absence=ABSENCES[stage],
                is_current=stage == current,
            )
            for position, stage in enumerate(Stage, start=1)
        )
    )


def _figure(registry: Registry[LoopContribution], stage: Stage, subject: LoopSubject) -> LoopFigure | None:
    """Upper rooms register after lower ones and know more: the last that can answer speaks."""
    speakers = [contribution for contribution in registry if contribution.stage == stage]
    answers = (contribution.figure(subject) for contribution in reversed(speakers))
    return next((figure for figure in answers if figure is not None), None)
