"""Reliability in words."""

from dataclasses import dataclass
from math import ceil, floor

from django.utils.translation import gettext as _

from kiun.analysis.survey_stats import Alpha, ClassCorrelation, Omega, bounds_of
from kiun.analysis.survey_stats.changes import LEAST_RESPONSE
from kiun.momentum.dimensions import HIGHEST_SCORE, LOWEST_SCORE
from kiun.momentum.queries.results import UnitResult
from kiun.momentum.reliability import AGREEMENT, FEWEST_FOR_OMEGA, DimensionReliability, Reliability, UnitAgreement
from kiun.momentum.wording import names_of_dimensions, points, say_interval
from kiun.ui.dates import between_sentences
from kiun.ui.figures import figure, percent_of

# What α is usually called good enough from on for groups, and below what a mean of its questions says little.
GOOD_ALPHA, POOR_ALPHA = 0.7, 0.5


@dataclass(frozen=True, kw_only=True)
class ReliabilityLine:
    name: str
    found: DimensionReliability
    alpha: str
    omega: str


def reliability_lines(found: Reliability) -> list[ReliabilityLine]:
    return [
        ReliabilityLine(
            name=str(one.dimension.label),
            found=one,
            alpha=_with_interval(one.alpha) if one.alpha else "",
            omega=_say_omega(one),
        )
        for one in found.dimensions
    ]


def _with_interval(found: Alpha | Omega | ClassCorrelation) -> str:
    return f"{found.value:.2f} ({found.low:.2f}–{found.high:.2f})"


def _say_omega(one: DimensionReliability) -> str:
    if not one.has_enough_for_omega:
        return _("from %(n)s people on") % {"n": FEWEST_FOR_OMEGA}
    if one.omega is None:
        return _("cannot be calculated")
    if one.omega.heywood:
        return _("%(value)s; one factor does not fit") % {"value": f"{one.omega.value:.2f}"}
    return _with_interval(one.omega)


def say_between(found: ClassCorrelation | None) -> str:
    if found is None:
        return ""
    words = {"value": _with_interval(found), "groups": figure(found.groups)}
    if found.low > 0:
        return _("%(value)s over %(groups)s departments: they differ, so it is worth while to look at each.") % words
    return _("%(value)s over %(groups)s departments: that departments differ cannot be told from chance.") % words


def say_within(found: UnitAgreement | None) -> str:
    if found is None:
        return ""
    words = {
        "middle": f"{found.middle:.2f}",
        "agreeing": figure(found.agreeing),
        "units": figure(found.units),
        "enough": f"{AGREEMENT:.1f}",
    }
    return _("%(middle)s in the middle; %(agreeing)s of %(units)s departments reach %(enough)s.") % words


@dataclass(frozen=True, kw_only=True)
class Conclusion:
    """What the figures of the page come to, for one who asks `about`."""

    about: str
    said: str


def conclusions(found: Reliability, town: UnitResult) -> list[Conclusion]:
    gap, silence = between_sentences(), _of_the_silent(found, town)
    return [
        Conclusion(
            about=_("Whole town hall"), said=gap.join(filter(None, [_of_the_town(town), _of_dimensions(found)]))
        ),
        *([Conclusion(about=_("Those who did not answer"), said=silence)] if silence else []),
        Conclusion(about=_("Each department"), said=gap.join(filter(None, _of_departments(found)))),
        Conclusion(
            about=_("To be careful with"),
            said=_(
                "The questions are Kiun's own. Nobody has tested yet whether they measure what they are meant to:"
                " do not compare with other towns or judge people by them."
            ),
        ),
    ]


def _of_the_town(town: UnitResult) -> str:
    if town.index is None:
        return _("Nothing may be shown of it, so that nothing can be said.")
    if town.response is not None and town.response < LEAST_RESPONSE:
        return _("Fewer than half answered: what the others think is not known, so do not take it for the whole.")
    if town.index.is_exact:
        return _("Everybody answered: the value of %(value)s points can be relied on.") % {
            "value": points(town.index.value)
        }
    return _("The value can be relied on within %(interval)s points.") % {"interval": say_interval(town.index)}


def _of_the_silent(found: Reliability, town: UnitResult) -> str:
    """Of all who were asked; rounded outwards."""
    if town.index is None or found.known is None or found.known == 1:
        return ""
    bounds = bounds_of(town.index.value, found.known, lowest=LOWEST_SCORE, highest=HIGHEST_SCORE)
    words = {
        "silent": percent_of(1 - bounds.response, 1, 0),
        "low": figure(floor(bounds.low)),
        "high": figure(ceil(bounds.high)),
    }
    return (
        _(
            "%(silent)s%% of those who were asked, with those who left out too much for a value."
            " Whatever they think, the value of all who were asked lies between %(low)s and %(high)s."
        )
        % words
    )


def _of_dimensions(found: Reliability) -> str:
    if not found.is_calculable:
        return _(
            "This wave asked one question for each dimension: take differences between dimensions as a hint,"
            " until the full survey of the year."
        )
    known = [one for one in found.dimensions if one.alpha]
    poor = [one for one in known if one.alpha and one.alpha.value < POOR_ALPHA]
    fair = [one for one in known if one.alpha and POOR_ALPHA <= one.alpha.value < GOOD_ALPHA]
    if poor:
        return _("Read %(names)s question by question: what was asked does not hang together.") % _named(poor)
    if fair:
        return _("Take %(names)s as a hint: what was asked hangs together only fairly.") % _named(fair)
    return _("The questions of each dimension hang together, so that their means may be read.") if known else ""


def _named(dimensions: list[DimensionReliability]) -> dict[str, str]:
    return {"names": names_of_dimensions(one.dimension for one in dimensions)}


def _of_departments(found: Reliability) -> list[str]:
    """Whether they differ, and whether a mean stands for the people in each."""
    if found.between is None:
        return [_("Too few are shown to say whether their values can be relied on.")]
    if found.between.low <= 0:
        return [_("That they differ cannot be told from chance: do not put them in an order.")]
    return [
        _("They do differ, so that it is worth while to look at each; small differences may be chance."),
        _split(found),
    ]


def _split(found: Reliability) -> str:
    within = found.within
    if within is None:
        return ""
    split = within.units - within.agreeing
    if not split:
        return _("In each of the %(units)s that can be examined people agree well enough for a mean.") % {
            "units": figure(within.units)
        }
    return _("In %(split)s of %(units)s people disagree so much that the mean stands for few of them.") % {
        "split": figure(split),
        "units": figure(within.units),
    }
