"""What can be tried against which barrier, on what grounds, and what this town has learnt of it.

The grounds are those of COM-B (Michie, van Stralen and West 2011: capability, opportunity and motivation make a
behaviour) and of studies named beside them; none of it is proven for digital transformation in town halls. What a town
itself has tried and evaluated counts for more than what anybody says.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.db import models
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from kiun.momentum.dimensions import Dimension
from kiun.momentum.models import Verdict


class Evidence(models.TextChoices):
    """From the strongest to the weakest."""

    REPEATED = "repeated", pgettext_lazy("evidence", "worked here more than once")
    ONCE = "once", pgettext_lazy("evidence", "worked here once")
    REPORTED = "reported", pgettext_lazy("evidence", "reported from elsewhere")
    THEORY = "theory", pgettext_lazy("evidence", "follows from theory only")
    DOUBTED = "doubted", pgettext_lazy("evidence", "did not work here")


@dataclass(frozen=True, kw_only=True)
class Remedy:
    """`takes_time`: it asks people for hours that they do not have where room to act is the barrier."""

    key: str
    dimension: Dimension
    title: Promise
    what: Promise
    source: str
    grounds: Evidence = Evidence.THEORY
    takes_time: bool = False


COM_B = "Michie et al. 2011, COM-B"

REMEDIES: tuple[Remedy, ...] = (
    Remedy(
        key="resident-data",
        dimension=Dimension.NEED,
        title=_("Study the figures of residents together"),
        what=_("An hour with the section's own figures: who waits, who comes in vain, what will be in ten years."),
        source=COM_B,
        takes_time=True,
    ),
    Remedy(
        key="counter-walk",
        dimension=Dimension.NEED,
        title=_("Go through a procedure as a resident"),
        what=_("Two people of the section carry out their own procedure from the outside and write down each stop."),
        source=COM_B,
    ),
    Remedy(
        key="co-design",
        dimension=Dimension.FIT,
        title=_("Design it with those who do the work"),
        what=_("Half a day in which the section draws how the work goes and what shall change first."),
        source=COM_B,
        takes_time=True,
    ),
    Remedy(
        key="retire-tool",
        dimension=Dimension.FIT,
        title=_("Retire a tool or a form that does not fit"),
        what=_("Name the one that costs most time, and stop using it on a day."),
        source=COM_B,
    ),
    Remedy(
        key="hands-on",
        dimension=Dimension.CONFIDENCE,
        title=_("Practise with real cases"),
        what=_("Short practice in small groups with the section's own cases, not a lecture."),
        source=COM_B,
        takes_time=True,
    ),
    Remedy(
        key="peer-helper",
        dimension=Dimension.CONFIDENCE,
        title=_("A colleague near by whom everybody may ask"),
        what=_("One person in each section has an hour a day for questions, and is known to have it."),
        source=COM_B,
    ),
    Remedy(
        key="manager-briefing",
        dimension=Dimension.SUPPORT,
        title=_("Brief the heads, and let them decide"),
        what=_("What the head may decide alone is written down; the head tells the section why."),
        source=COM_B,
    ),
    Remedy(
        key="safe-trial",
        dimension=Dimension.SUPPORT,
        title=_("Trials that may fail"),
        what=_("The mayor says which trials run, until when, and that nobody is blamed for the result."),
        source=COM_B,
    ),
    Remedy(
        key="peer-story",
        dimension=Dimension.BENEFIT,
        title=_("Hear it from a similar town"),
        what=_("Somebody who does the same work elsewhere tells what became easier, and what did not."),
        source=COM_B,
        grounds=Evidence.REPORTED,
    ),
    Remedy(
        key="recognition",
        dimension=Dimension.BENEFIT,
        title=_("Recognise those who help"),
        what=_("Thank by name, in front of others, those who did most; a little, soon, and not everybody."),
        source="Bradler et al. 2016",
        grounds=Evidence.REPORTED,
    ),
    Remedy(
        key="stop-work",
        dimension=Dimension.SLACK,
        title=_("Decide which work stops"),
        what=_("The section names three pieces of work that could stop or shrink; the head decides within two weeks."),
        source=COM_B,
    ),
    Remedy(
        key="protected-hours",
        dimension=Dimension.SLACK,
        title=_("Protect hours for it"),
        what=_("Two hours a week without telephone and counter, entered in the roster."),
        source=COM_B,
    ),
)
BY_KEY: Mapping[str, Remedy] = {remedy.key: remedy for remedy in REMEDIES}


@dataclass(frozen=True, kw_only=True)
class Proposed:
    remedy: Remedy
    evidence: Evidence
    verdicts: Mapping[str, int]


def proposals(barrier: Dimension, verdicts: Mapping[str, Sequence[str]], *, is_swamped: bool = False) -> list[Proposed]:
    """Against a barrier, the best founded first. `verdicts` are those of this town, by remedy.

    Where room to act is the barrier, or one of them (`is_swamped`), only what gives time is proposed: whoever is
    swamped is not helped by training.
    """
    spares_time = is_swamped or barrier == Dimension.SLACK
    fitting = [one for one in REMEDIES if one.dimension == barrier and not (spares_time and one.takes_time)]
    found = [_proposed(remedy, verdicts.get(remedy.key, ())) for remedy in fitting]
    return sorted(found, key=lambda one: list(Evidence).index(one.evidence))


def catalogue(verdicts: Mapping[str, Sequence[str]]) -> list[Proposed]:
    return [_proposed(remedy, verdicts.get(remedy.key, ())) for remedy in REMEDIES]


def _proposed(remedy: Remedy, verdicts: Sequence[str]) -> Proposed:
    counts = {verdict.value: list(verdicts).count(verdict.value) for verdict in Verdict}
    return Proposed(remedy=remedy, evidence=evidence_of(remedy, verdicts), verdicts=counts)


def evidence_of(remedy: Remedy, verdicts: Iterable[str]) -> Evidence:
    """What was tried here moves the grade; what could not be decided does not."""
    said = list(verdicts)
    worked, did_not = said.count(Verdict.WORKED), said.count(Verdict.DID_NOT)
    if worked > did_not:
        return Evidence.REPEATED if worked - did_not > 1 else Evidence.ONCE
    return Evidence.DOUBTED if did_not > worked else remedy.grounds
