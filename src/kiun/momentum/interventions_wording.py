"""What an intervention says of itself, in sentences and in one picture."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from kiun.analysis.survey_stats.interventions import FEWEST_UNITS
from kiun.goals.wording import Lead
from kiun.momentum.evaluation import (
    NO_UNITS,
    NO_WAVE_BEFORE,
    REGRESSION,
    TOO_FEW_UNITS,
    WITHIN_CHANCE,
    Evaluation,
)
from kiun.momentum.models import Intervention, InterventionState, Verdict, Wave
from kiun.momentum.queries.foresight import Foresight
from kiun.momentum.queries.interventions import InterventionLine
from kiun.ui.charts import ChartSeries, LineChart
from kiun.ui.dates import between_sentences, long_date
from kiun.ui.figures import figure, signed

WHY = {
    NO_UNITS: gettext_lazy("Of too few departments there are figures that may be shown before and after it began."),
    NO_WAVE_BEFORE: gettext_lazy("There is no wave before it began to compare with."),
    REGRESSION: gettext_lazy("Just before it began these departments stood out, and may have come back by themselves."),
    TOO_FEW_UNITS: gettext_lazy("With so few departments chance alone could have brought as much."),
    WITHIN_CHANCE: gettext_lazy("The difference lies within what chance does."),
}
CAUTIONS = {
    "too_few_units": gettext_lazy("There are few departments: the range is wider than it looks."),
    "too_few_pre_waves": gettext_lazy(
        "There were fewer than two waves before it began: nobody can see whether both went the same way before."
    ),
    "regression_to_the_mean": gettext_lazy(
        "Just before it began the departments stood out: part of it may have come back by itself."
    ),
}


def say_intervention(line: InterventionLine) -> Lead:
    """Its verdict, or what it waits for."""
    row = line.intervention
    if line.evaluation and row.verdict:
        return _say_verdict(row.title, line.evaluation)
    if row.state == InterventionState.WITHDRAWN:
        return Lead(text=_("“%(title)s” was not carried out.") % {"title": row.title})
    words = {"title": row.title, "day": long_date(row.starts_on)}
    if row.state == InterventionState.DRAFT:
        return Lead(text=_("“%(title)s” is being prepared.") % words, rest=_("It is not registered yet."))
    if row.state == InterventionState.REGISTERED:
        return Lead(text=_("“%(title)s” begins on %(day)s.") % words)
    if row.evaluated_with is None:
        return Lead(text=_("“%(title)s” is under way.") % words)
    deciding = {"day": long_date(row.evaluated_with.last_day)}
    return Lead(
        text=_("“%(title)s” is under way.") % words,
        rest=_("The wave that ends on %(day)s decides whether it worked.") % deciding,
    )


def _say_verdict(title: str, found: Evaluation) -> Lead:
    words = {"title": title}
    if found.verdict == Verdict.WORKED:
        return Lead(text=_("“%(title)s” worked.") % words, rest=say_effect(found))
    if found.verdict == Verdict.DID_NOT:
        return Lead(text=_("“%(title)s” did not work.") % words, rest=say_effect(found))
    return Lead(text=_("Whether “%(title)s” worked cannot be decided.") % words, rest=str(WHY.get(found.why, "")))


def say_outcome_to_come(intervention: Intervention, found: Foresight) -> list[str]:
    """Before registering: that it cannot be judged, or not both ways, and what would help. Empty when it can."""
    words = {"treated": figure(found.treated), "others": figure(found.others), "fewest": figure(FEWEST_UNITS)}
    if found.can_be_found_useless:
        return []
    if found.can_be_judged:
        return [
            _(
                "On one side there are fewer than %(fewest)s departments: it can be found that it worked,"
                " but not that it did not; otherwise it ends as “cannot be decided”."
            )
            % words
        ]
    if not found.others:
        certain = _("When the wave decides there is no department to compare with of which something may be shown.")
    else:
        certain = _(
            "It would be done in %(treated)s departments and compared with %(others)s: with so few, chance alone brings"
            " any difference, however wide. It will end as “cannot be decided”."
        )
    return [certain % words, *_say_what_would_help(intervention, found)]


def _say_what_would_help(intervention: Intervention, found: Foresight) -> list[str]:
    if intervention.is_stepped:
        return [_("Choose more departments, or an earlier wave, at which more of them still wait for their turn.")]
    enough = found.enough
    said = [
        _("With %(treated)s departments in which it is done and %(others)s to compare with it can be judged.")
        % {"treated": figure(enough.treated), "others": figure(enough.others)}
    ]
    if 0 < found.treated < enough.treated:
        said.append(
            _("Done in %(treated)s only, it takes %(others)s to compare with.")
            % {"treated": figure(found.treated), "others": figure(found.enough_others)}
        )
    return [
        *said,
        _("If it spreads one by one in an order drawn by lot, those whose turn is to come are compared with."),
    ]


def say_effect(found: Evaluation) -> str:
    if found.effect is None:
        return ""
    points = {"effect": signed(round(found.effect, 1))}
    if found.low is None or found.high is None:
        return _("The departments in which it was done gained %(effect)s points beyond the others.") % points
    return _(
        "The departments in which it was done gained %(effect)s points beyond the others"
        " (95%% range %(low)s to %(high)s)."
    ) % {**points, "low": signed(round(found.low, 1)), "high": signed(round(found.high, 1))}


def say_chance(found: Evaluation) -> str:
    """How often another choice of as many departments would have looked as good."""
    if found.p is None:
        return ""
    percent = round(found.p * 100, 1)
    share = f"{figure(percent)}%" if percent else pgettext("share", "less than 0.1%")
    return _("If the departments had been chosen by lot, %(share)s of the choices would show as much.") % {
        "share": share
    }


@dataclass(frozen=True, kw_only=True)
class ExplainedFigure:
    term: str
    value: str
    meaning: str


def figures_of(expected: Decimal, found: Evaluation) -> list[ExplainedFigure]:
    """What was expected and what came, each with what it is."""
    unit = pgettext("score", "points")
    figures = [
        ExplainedFigure(
            term=_("Expected effect"),
            value=signed(expected, unit),
            meaning=_("What was expected when it was registered: by how much more it rises than with the others."),
        )
    ]
    if found.effect is not None:
        figures.append(
            ExplainedFigure(
                term=_("Estimated effect"),
                value=signed(round(found.effect, 1), unit),
                meaning=_(
                    "Each department is compared with itself, before and after. What the others gained is taken off."
                ),
            )
        )
    return figures


def cautions_of(found: Evaluation) -> list[str]:
    return [str(CAUTIONS[one]) for one in found.cautions]


def chart_of(found: Evaluation, waves: Sequence[Wave]) -> LineChart:
    """The gap between the two sides in each wave: even before the start. Where the line breaks, it began."""
    days = {wave.pk: wave.last_day for wave in waves}
    gaps = [None if gap is None else round(gap, 1) for gap in found.gaps]
    points = [(days.get(key), gap) for key, gap in zip(found.waves, gaps, strict=True)]
    sides = ((_("Before it began"), points[: found.start]), (_("Afterwards"), points[found.start :]))
    return LineChart(
        id="intervention-gaps",
        title=_("Difference between the departments in which it was done and the others"),
        unit=pgettext("score", "points"),
        series=[
            ChartSeries(name=name, points=[(day, gap) for day, gap in side if day is not None])
            for name, side in sides
            if any(gap is not None for _day, gap in side)
        ],
        x="month",
        summary=_say_gaps(found),
    )


def _say_gaps(found: Evaluation) -> str:
    before = [gap for gap in found.gaps[: found.start] if gap is not None]
    after = [gap for gap in found.gaps[found.start :] if gap is not None]
    if not before or not after:
        return ""
    means = [sum(side) / len(side) for side in (before, after)]
    said = _("Before it began the difference was %(before)s points on average, afterwards %(after)s.") % {
        "before": signed(round(means[0], 1)),
        "after": signed(round(means[1], 1)),
    }
    return f"{said}{between_sentences()}{_say_why_not_the_effect(means[1] - means[0], found.effect)}".strip()


def _say_why_not_the_effect(difference: float, effect: float | None) -> str:
    """Where every department was shown each time, the difference of the two is the effect."""
    if effect is None:
        return ""
    if round(difference, 1) == round(effect, 1):
        return _("The latter less the former is the estimated effect.")
    return _(
        "Each point is of those departments that may be shown in that wave. As these are not always the same,"
        " the latter less the former is not quite the estimated effect."
    )
