"""What the figures of momentum say, in sentences."""

from collections.abc import Iterable, Sequence
from datetime import date

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext

from kiun.analysis.survey_stats import Change, Doubt, Verdict
from kiun.goals.wording import Lead
from kiun.kernel.fiscal_year import FiscalYear, Quarter
from kiun.momentum.dimensions import Dimension
from kiun.momentum.gap_map import GapMap
from kiun.momentum.measured import Bottleneck
from kiun.momentum.models import Wave
from kiun.momentum.queries.course import Course
from kiun.momentum.queries.results import UnitResult
from kiun.momentum.queries.year import WaveRow
from kiun.momentum.readings import PLACES, Reading
from kiun.momentum.scores import DIMENSIONS
from kiun.surveys.models import Audience, RoleGroup, Survey
from kiun.surveys.queries.participation import Participation
from kiun.ui import dates
from kiun.ui.charts import ChartSeries, LineChart
from kiun.ui.dates import fiscal_year_label
from kiun.ui.figures import MINUS, figure, percent_of, signed

HIDDEN = gettext_lazy("Not shown, because there are few answers, or to protect others of which there are few.")
CANNOT_BE_JUDGED = gettext_lazy("Cannot be judged")

_DOUBTS = {
    Doubt.TOO_FEW_PEOPLE: gettext_lazy("In one of the waves fewer than five people answered."),
    Doubt.LOW_RESPONSE: gettext_lazy("In one of the waves fewer than half of those asked answered."),
    Doubt.NO_SPREAD: gettext_lazy("All answers are the same, so that chance cannot be estimated."),
    Doubt.WITHIN_CHANCE: gettext_lazy(
        "That does not mean that nothing has changed: for as many people as answered the difference is too small to be"
        " told from chance."
    ),
    Doubt.MANY_COMPARISONS: gettext_lazy(
        "Many departments are compared at once; this difference alone cannot be told from chance."
    ),
}
_STATUSES = {
    Verdict.ROSE: "on_track",
    Verdict.FELL: "late",
    Verdict.SAME: "same",
    Verdict.UNDECIDABLE: "unknown",
}


def points(value: float) -> str:
    """61.3, and 61.0: side by side they are read more easily with the same places."""
    sign = MINUS if round(value, PLACES) < 0 else ""
    return f"{sign}{abs(value):.{PLACES}f}"


def whole_points(value: float) -> str:
    """61: in sentences nobody wants a decimal. A half goes up, as everybody learnt it."""
    return figure(int(value + 0.5))


def say_interval(reading: Reading) -> str:
    """55.2–61.3, and nothing where everybody answered."""
    return "" if reading.is_exact else f"{points(reading.low)}–{points(reading.high)}"


def name_of_quarter(year: int, quarter: int) -> str:
    """令和8年度第3四半期"""
    if dates.speaks_japanese():
        return Quarter(FiscalYear(year), quarter).label
    return f"{fiscal_year_label(year)} Q{quarter}"


def name_of_wave(wave: Wave) -> str:
    return name_of_quarter(wave.fiscal_year, wave.quarter)


def name_of_dimension(letter: str) -> str:
    return str(Dimension(letter).label)


def names_of_dimensions(letters: Iterable[str]) -> str:
    """Quoted, one beside the other."""
    quoted = [_("“%(name)s”") % {"name": name_of_dimension(letter)} for letter in letters]
    return pgettext("list of quoted names", ", ").join(quoted)


def name_of_role(role: str) -> str:
    return str(RoleGroup(role).label)


def say_as_of(wave: Wave) -> str:
    return _("%(wave)s, closed on %(day)s") % {"wave": name_of_wave(wave), "day": dates.long_date(wave.last_day)}


def say_town(town: UnitResult, *, has_earlier: bool) -> Lead:
    """Where momentum stands, what blocks it, and whether it has moved."""
    return _say(town, _("The momentum of the staff"), has_earlier=has_earlier)


def say_unit(unit: UnitResult, *, has_earlier: bool) -> Lead:
    name = _("The momentum of %(department)s") % {"department": unit.name}
    return _say(unit, name, has_earlier=has_earlier)


def _say(unit: UnitResult, subject: str, *, has_earlier: bool) -> Lead:
    if unit.index is None:
        return Lead(text=_("%(subject)s is not shown.") % {"subject": subject})
    text = say_score(subject, unit.index)
    obstacle, is_worse = _say_obstacle(unit)
    change = say_change(unit.change) if has_earlier else _("This is the first wave; changes are told from the next on.")
    has_fallen = unit.change is not None and unit.change.verdict == Verdict.FELL
    wrong = [sentence for sentence, is_wrong in ((obstacle, is_worse), (change, has_fallen)) if is_wrong]
    rest = [sentence for sentence in (obstacle, change) if sentence and sentence not in wrong]
    gap = dates.between_sentences()
    return Lead(text=text, wrong=gap.join(wrong), rest=(gap if wrong and rest else "") + gap.join(rest))


def _say_obstacle(unit: UnitResult) -> tuple[str, bool]:
    """What stands in the way, and whether it has become worse."""
    found = unit.bottleneck
    change = unit.changes[DIMENSIONS.index(found.lowest)] if found else None
    if found is None or not found.is_clear or change is None or change.verdict != Verdict.FELL:
        return say_bottleneck(found), False
    words = {"lowest": name_of_dimension(found.lowest), "size": points(-change.difference)}
    return _("“%(lowest)s” is the greatest obstacle, and %(size)s points lower than in the wave before.") % words, True


def say_score(subject: str, reading: Reading) -> str:
    words = {
        "subject": subject,
        "value": whole_points(reading.value),
        "low": whole_points(reading.low),
        "high": whole_points(reading.high),
    }
    if reading.is_exact:
        return _("%(subject)s is at %(value)s points (everybody answered).") % words
    return _("%(subject)s is at %(value)s points (95%% interval %(low)s–%(high)s).") % words


def say_bottleneck(bottleneck: Bottleneck | None) -> str:
    if bottleneck is None:
        return ""
    words = {"lowest": name_of_dimension(bottleneck.lowest), "next": name_of_dimension(bottleneck.next)}
    if bottleneck.is_clear:
        return _("“%(lowest)s” is the greatest obstacle.") % words
    return _("“%(lowest)s” and “%(next)s” are the lowest; which of them is lower cannot be told.") % words


def say_steps(bottleneck: Bottleneck) -> str:
    """What the small things for next week are against: what the headline names, or the first of the two."""
    words = {"lowest": name_of_dimension(bottleneck.lowest), "next": name_of_dimension(bottleneck.next)}
    if bottleneck.is_clear:
        return _("Small things against the greatest obstacle, “%(lowest)s”.") % words
    return _("Small things against “%(lowest)s”. “%(next)s” is about as low: you may as well begin there.") % words


def say_change(change: Change | None) -> str:
    if change is None:
        return _("There is nothing to compare with the wave before.")
    words = {"size": points(abs(change.difference))}
    return {
        Verdict.ROSE: _("As a whole it has risen by %(size)s points since the wave before.") % words,
        Verdict.FELL: _("As a whole it has fallen by %(size)s points since the wave before.") % words,
        Verdict.SAME: _("As a whole it has not changed since the wave before."),
        Verdict.UNDECIDABLE: _("Whether it has changed as a whole cannot be judged."),
    }[change.verdict]


def status_of(change: Change | None) -> str:
    """Of the marks of `ui.statuses`: shape, word and colour."""
    return _STATUSES[change.verdict] if change else ""


def word_of(change: Change | None) -> str:
    """For a mark: risen, +4.2"""
    if change is None:
        return ""
    size = signed(round(change.difference, PLACES))
    return {
        Verdict.ROSE: f"{pgettext('momentum', 'risen')} {size}",
        Verdict.FELL: f"{pgettext('momentum', 'fallen')} {size}",
        Verdict.SAME: pgettext("momentum", "unchanged"),
        Verdict.UNDECIDABLE: str(CANNOT_BE_JUDGED),
    }[change.verdict]


def say_same_people(change: Change) -> str:
    """Where all changed alike there is no interval, and nothing is told: it would be what everybody's change was."""
    if change.doubt == Doubt.NO_SPREAD:
        return ""
    words = {
        "people": figure(change.after),
        "verdict": word_of(change),
        "low": signed(round(change.low, PLACES)),
        "high": signed(round(change.high, PLACES)),
    }
    said = _("of %(people)s people tied over both times: %(verdict)s (95%% interval %(low)s to %(high)s)")
    return said % words


def why_undecidable(change: Change | None) -> str:
    return str(_DOUBTS[change.doubt]) if change and change.doubt else ""


def say_response(unit: UnitResult) -> str:
    if unit.response is None:
        return ngettext("%(people)s answer", "%(people)s answers", unit.people) % {"people": figure(unit.people)}
    return _("%(percent)s%% (%(people)s answers)") % {
        "percent": figure(percent_of(unit.response)),
        "people": figure(unit.people),
    }


def say_running(survey: Survey, counts: Participation, today: date) -> str:
    """Of a wave that runs: how many have answered, and how long it goes on."""
    left = max((survey.closes_on - today).days, 0)
    days = ngettext("%(n)s day left", "%(n)s days left", left) % {"n": figure(left)} if left else _("last day today")
    if not counts.invited:
        answers = ngettext("%(n)s answer so far", "%(n)s answers so far", counts.all_answers)
        return f"{answers % {'n': figure(counts.all_answers)}}, {days}"
    return _("%(answered)s of %(invited)s people have answered (%(percent)s%%), %(days)s") % {
        "answered": figure(counts.answered),
        "invited": figure(counts.invited),
        "percent": counts.percent,
        "days": days,
    }


def say_gap(found: GapMap, text: str) -> Lead:
    """`text` is the wording of the item with the widest gap."""
    if found.widest is None or found.widest.gap is None:
        return Lead(text=_("The groups cannot be compared."))
    gap = found.widest.gap
    words = {
        "text": text,
        "higher": name_of_role(gap.higher),
        "lower": name_of_role(gap.lower),
        "size": whole_points(gap.size),
    }
    sentence = (
        _("On “%(text)s” the answers of “%(higher)s” are %(size)s points higher than those of “%(lower)s”.") % words
    )
    if gap.is_certain:
        return Lead(text=sentence, rest=_("That is more than chance."))
    return Lead(text=sentence, rest=_("That may be chance."))


def name_of_audience(audience: Audience) -> str:
    return {
        Audience.STAFF: pgettext("momentum of", "Staff"),
        Audience.RESIDENTS: pgettext("momentum of", "Residents"),
        Audience.PARTNERS: pgettext("momentum of", "Partners"),
    }[audience]


def chart_of(courses: list[Course], key: str = "course") -> LineChart | None:
    """None with fewer than two points of anybody: a course has a beginning and an end."""
    if not any(len(course.points) > 1 for course in courses):
        return None
    known = [course for course in courses if any(point.index for point in course.points)]
    series = [
        ChartSeries(
            name=name_of_audience(course.audience),
            points=[(point.on, point.index.value if point.index else None) for point in course.points],
            spread=[(point.on, point.index.low, point.index.high) for point in course.points if point.index],
        )
        for course in known
    ]
    unit = pgettext("unit of momentum", "points")
    return LineChart(id=key, title=_("Momentum over the waves"), series=series, unit=unit, x="date")


def say_waves(rows: Sequence[WaveRow], year: FiscalYear) -> Lead:
    """How many waves a year has, and which of them runs."""
    words = {"year": fiscal_year_label(year), "n": figure(len(rows))}
    if not rows:
        return Lead(text=_("No wave of %(year)s is planned yet.") % words)
    text = ngettext("%(year)s has %(n)s wave.", "%(year)s has %(n)s waves.", len(rows)) % words
    running = sum(row.state == "running" for row in rows)
    published = sum(row.is_published for row in rows)
    rest = [
        ngettext("%(n)s runs now.", "%(n)s run now.", running) % {"n": figure(running)} if running else "",
        ngettext("The results of %(n)s are out.", "The results of %(n)s are out.", published) % {"n": figure(published)}
        if published
        else "",
    ]
    return Lead(text=text, rest=dates.between_sentences().join(filter(None, rest)))
