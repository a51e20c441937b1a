"""Reliability in words."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from kiun.analysis.survey_stats import Alpha, ClassCorrelation, Omega
from kiun.momentum.reliability import AGREEMENT, FEWEST_FOR_OMEGA, DimensionReliability, Reliability, UnitAgreement
from kiun.ui.figures import figure


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
