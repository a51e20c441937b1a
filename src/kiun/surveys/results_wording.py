"""What results say in sentences, and as charts with tables."""

from collections.abc import Iterable
from decimal import Decimal

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from kiun.analysis.survey_stats import MeanInterval, Verdict
from kiun.surveys.models import ItemKind, RoleGroup, Survey
from kiun.surveys.queries.results import CrossTable, Group, Place, Rank, Results, Share, Summary
from kiun.surveys.queries.results.comparing import Pair
from kiun.surveys.queries.texts import TextCounts
from kiun.ui.charts import Bar, BarChart
from kiun.ui.dates import between_sentences
from kiun.ui.figures import figure, percent_of

# The same words whatever the reason is: which of them it was would tell something.
HIDDEN: Promise = gettext_lazy("Not shown, because there are few answers, or to protect others of which there are few.")
NO_ANSWER: Promise = gettext_lazy("Nobody answered this question.")
PLACES_OF_A_MEAN = 2


def say_people(count: int) -> str:
    return ngettext("%(count)s person", "%(count)s people", count) % {"count": figure(count)}


def say_percent(value: Decimal | None) -> str:
    return figure(value, "%")


def say_mean(mean: MeanInterval) -> str:
    return figure(rounded(mean.mean))


def rounded(value: float) -> Decimal:
    return round(Decimal(str(value)), PLACES_OF_A_MEAN)


def say_interval(mean: MeanInterval) -> str:
    """3.95〜4.55; empty where one answer says nothing of chance, or where everybody answered."""
    if mean.low == mean.high or mean.people == 1:
        return ""
    return _("%(low)s to %(high)s") % {"low": figure(rounded(mean.low)), "high": figure(rounded(mean.high))}


def say_group(group: Group, places: Iterable[Place]) -> str:
    """市民課（管理職）; empty for everybody."""
    name = next((place.name for place in places if place.key == group.department), "")
    role = str(RoleGroup(group.role).label) if group.role else ""
    if name and role:
        return _("%(department)s (%(role)s)") % {"department": name, "role": role}
    return name or role


def say_counts(summary: Summary) -> str:
    """回答10人、分からない2人、無回答・対象外3人"""
    parts = [_("answered: %(n)s") % {"n": figure(summary.answered)}]
    if summary.unknown:
        parts.append(_("I do not know: %(n)s") % {"n": figure(summary.unknown)})
    if summary.missing:
        parts.append(_("no answer or not asked: %(n)s") % {"n": figure(summary.missing)})
    return " · ".join(parts)


def say_summary(summary: Summary) -> str:
    """The main thing that the numbers of one item say."""
    if summary.is_hidden:
        return str(HIDDEN)
    if not summary.base:
        return str(NO_ANSWER)
    sentences = [SENTENCES[ItemKind(summary.item.kind)](summary)] if summary.answered else []
    if summary.unknown:
        share = say_percent(summary.share_unknown.percent)
        sentences.append(_("%(percent)s do not know.") % {"percent": share})
    return between_sentences().join(filter(None, sentences))


def _most(summary: Summary) -> str:
    most = max(summary.shares, key=lambda share: share.people)
    names = [share.label for share in summary.shares if share.people == most.people]
    words = {"answers": _("”, “").join(names), "percent": say_percent(most.percent)}
    return _("Most frequent: “%(answers)s” with %(percent)s.") % words


def _scale(summary: Summary) -> str:
    if not summary.mean:
        return _most(summary)
    interval = say_interval(summary.mean)
    words = {"mean": say_mean(summary.mean), "points": summary.item.points, "interval": interval}
    mean = (
        _("The mean is %(mean)s of %(points)s points (with 95%% certainty %(interval)s).")
        if interval
        else _("The mean is %(mean)s of %(points)s points.")
    )
    return between_sentences().join([mean % words, _most(summary)])


def _ranking(summary: Summary) -> str:
    best = min((rank for rank in summary.ranks if rank.mean is not None), key=lambda rank: (rank.mean, -rank.first))
    return _("Highest on average: “%(answer)s” (mean rank %(rank)s, first for %(people)s).") % {
        "answer": best.label,
        "rank": figure(best.mean),
        "people": say_people(best.first),
    }


def _number(summary: Summary) -> str:
    if not summary.quartiles:
        return ""
    unit = str(summary.item.settings.get("unit", ""))
    return _("Half said %(median)s or less; the middle half lies between %(lower)s and %(upper)s.") % {
        "median": figure(summary.quartiles.median, unit),
        "lower": figure(summary.quartiles.lower, unit),
        "upper": figure(summary.quartiles.upper, unit),
    }


def _matrix(summary: Summary) -> str:
    rows = [row for row in summary.rows if not row.is_hidden and row.shares and row.shares[0].base]
    if not rows:
        return ""
    top = max(rows, key=lambda row: row.shares[0].percent or 0)
    answer = top.shares[0]
    words = {"answer": answer.label, "row": top.label, "percent": say_percent(answer.percent)}
    return _("“%(answer)s” is most frequent for “%(row)s” (%(percent)s).") % words


SENTENCES = {
    ItemKind.SCALE: _scale,
    ItemKind.SINGLE: _most,
    ItemKind.MULTIPLE: _most,
    ItemKind.RANKING: _ranking,
    ItemKind.NUMBER: _number,
    ItemKind.DAY: _most,
    ItemKind.MATRIX: _matrix,
}


def item_chart(pair: Pair) -> BarChart | None:
    """None where there is nothing to draw: hidden, nobody answered, or a table says it better (matrix)."""
    summary = pair.now
    if summary.is_hidden or not summary.base or summary.item.kind == ItemKind.MATRIX:
        return None
    before = pair.before if pair.before and not pair.before.is_hidden and pair.before.base else None
    return BarChart(
        id=f"item-{summary.item.key}",
        title=summary.item.said_text,
        unit="%",
        bars=_bars_with(summary, before) if before else _bars(summary),
        summary=say_summary(summary),
    )


def _bars(summary: Summary) -> list[Bar]:
    ranks = summary.ranks or [None] * len(summary.shares)
    bars = [_bar(share, share.label, rank=rank) for share, rank in zip(summary.shares, ranks, strict=True)]
    if summary.unknown:
        bars.append(_bar(summary.share_unknown, _("I do not know"), status="unknown"))
    return bars


def _bar(share: Share, label: str, *, status: str = "", rank: Rank | None = None) -> Bar:
    note = say_people(share.people)
    if rank and rank.mean is not None:
        note = _("%(people)s first, mean rank %(rank)s") % {"people": note, "rank": figure(rank.mean)}
    return Bar(label, share.percent, status=status, note=note)


def _bars_with(summary: Summary, before: Summary) -> list[Bar]:
    """Each answer now, and under it what it was."""
    then = {share.label: share for share in before.shares}
    bars: list[Bar] = []
    for share in summary.shares:
        bars.append(_bar(share, share.label))
        if share.label in then:
            bars.append(_bar(then[share.label], _("%(answer)s (before)") % {"answer": share.label}, status="before"))
    if summary.unknown or before.unknown:
        words = _("I do not know")
        bars.append(_bar(summary.share_unknown, words))
        bars.append(_bar(before.share_unknown, _("%(answer)s (before)") % {"answer": words}, status="before"))
    return bars


def say_comparison(pair: Pair) -> str:
    """前回の平均は3.8、今回は4.2です。"""
    if not pair.change or not pair.before or not pair.now.mean or not pair.before.mean:
        return ""
    words = {"before": say_mean(pair.before.mean), "now": say_mean(pair.now.mean)}
    if pair.change.verdict == Verdict.ROSE:
        return _("The mean rose from %(before)s to %(now)s, more than chance would make it.") % words
    if pair.change.verdict == Verdict.FELL:
        return _("The mean fell from %(before)s to %(now)s, more than chance would make it.") % words
    return _("The mean was %(before)s and is %(now)s; whether that is more than chance cannot be told.") % words


def cross_chart(table: CrossTable) -> BarChart | None:
    """The share of the most frequent answer to the one question among those who gave each answer to the other."""
    if table.hides_all:
        return None
    place = max(range(len(table.columns)), key=lambda one: (table.totals[one], -one))
    words = {"answer": table.columns[place], "question": table.column_item.said_text}
    return BarChart(
        id="crossed",
        title=_("Share of “%(answer)s” to “%(question)s”") % words,
        unit="%",
        bars=[
            Bar(row.label, cell.percent, note=str(HIDDEN) if cell.people is None else say_people(cell.people))
            for row in table.rows
            for cell in (row.cells[place],)
        ],
        summary=_say_cross(table, place),
    )


def _say_cross(table: CrossTable, place: int) -> str:
    told = [
        (row.cells[place].percent or Decimal(), row.label) for row in table.rows if row.cells[place].people is not None
    ]
    if not told:
        return str(HIDDEN)
    (high, most), (low, least) = max(told), min(told)
    words = {
        "answer": table.columns[place],
        "most": most,
        "least": least,
        "high": say_percent(high),
        "low": say_percent(low),
    }
    if most == least:
        return _("Of those who answered “%(most)s”, %(high)s answered “%(answer)s”.") % words
    return _("“%(answer)s”: %(high)s of those who said “%(most)s”, %(low)s of those who said “%(least)s”.") % words


def say_results(results: Results, group: Group) -> str:
    """The lead of the page."""
    if results.is_waiting:
        return _("The survey has closed. What may be shown of it is being decided; this takes a few seconds.")
    if not results.may_show(group):
        return _not_shown(results, group)
    people = results.people(group)
    name = say_group(group, results.places)
    invited = results.invited(group)
    percent = figure(percent_of(people, invited)) if invited else ""
    words = {"name": name, "people": figure(people), "invited": figure(invited), "percent": percent}
    if results.survey.is_open:
        return _("So far: what %(people)s people answered.") % words
    if invited is None:
        return _("%(people)s people answered.") % words
    if name:
        return _("%(name)s: of %(invited)s people asked, %(people)s (%(percent)s%%) answered.") % words
    return _("Of %(invited)s people asked, %(people)s (%(percent)s%%) answered.") % words


def _not_shown(results: Results, group: Group) -> str:
    if results.survey.is_draft:
        return _("Nobody has been asked yet.")
    if results.survey.is_open:
        return (
            _("There is something to read as soon as twenty people have answered.")
            if results.survey.is_anonymous
            else _("The results can be read when the survey has closed.")
        )
    name = say_group(group, results.places)
    return f"{name}{_(': ')}{HIDDEN}" if name else str(HIDDEN)


def say_texts(survey: Survey, counts: TextCounts, *, asks_any: bool) -> str:
    if not asks_any:
        return _("This survey has no question that is answered in one's own words.")
    if not survey.is_closed:
        return _("Free texts can be read when the survey has closed.")
    if not counts.all:
        return _("There are no free texts to read.")
    if not counts.shown:
        return _("The free texts have not been looked at yet.") if counts.waiting else _("No free text is shown.")
    said = ngettext("%(n)s free text can be read.", "%(n)s free texts can be read.", counts.shown)
    sentences = [said % {"n": figure(counts.shown)}]
    if counts.waiting:
        more = ngettext("%(n)s waits to be looked at.", "%(n)s wait to be looked at.", counts.waiting)
        sentences.append(more % {"n": figure(counts.waiting)})
    return between_sentences().join(sentences)
