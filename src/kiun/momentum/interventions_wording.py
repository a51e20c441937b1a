"""What an intervention says of itself, in sentences and in one picture."""

from collections.abc import Sequence

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from kiun.goals.wording import Lead
from kiun.momentum.evaluation import (
    NO_UNITS,
    NO_WAVE_BEFORE,
    REGRESSION,
    TOO_FEW_UNITS,
    WITHIN_CHANCE,
    Evaluation,
)
from kiun.momentum.models import InterventionState, Verdict, Wave
from kiun.momentum.queries.interventions import InterventionLine
from kiun.ui.charts import ChartSeries, LineChart
from kiun.ui.dates import long_date
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
    deciding = {"day": long_date(row.evaluated_with.closes_on)}
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


def cautions_of(found: Evaluation) -> list[str]:
    return [str(CAUTIONS[one]) for one in found.cautions]


def chart_of(found: Evaluation, waves: Sequence[Wave]) -> LineChart:
    """The gap between the two sides in each wave: before the start it should be even."""
    days = {wave.pk: wave.closes_on for wave in waves}
    gaps = [None if gap is None else round(gap, 1) for gap in found.gaps]
    points = [(days[key], gap) for key, gap in zip(found.waves, gaps, strict=True) if key in days]
    return LineChart(
        id="intervention-gaps",
        title=_("Difference between the departments in which it was done and the others"),
        unit=pgettext("score", "points"),
        series=[ChartSeries(name=_("Difference"), points=points)],
        x="month",
        summary=_say_gaps(found),
    )


def _say_gaps(found: Evaluation) -> str:
    before = [gap for gap in found.gaps[: found.start] if gap is not None]
    after = [gap for gap in found.gaps[found.start :] if gap is not None]
    if not before or not after:
        return ""
    return _("Before it began the difference was %(before)s points on average, afterwards %(after)s.") % {
        "before": signed(round(sum(before) / len(before), 1)),
        "after": signed(round(sum(after) / len(after), 1)),
    }
