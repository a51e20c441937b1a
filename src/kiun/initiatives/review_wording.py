"""What reviews, their decisions and the changes of the plan come to, in sentences."""

from collections.abc import Mapping

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from kiun.goals.wording import Lead
from kiun.initiatives.models import DecidedBy, Revision, RevisionSource, Verdict
from kiun.initiatives.queries.comparison import Comparison
from kiun.initiatives.queries.freed import Freed
from kiun.initiatives.queries.reviews.page import Agenda
from kiun.ui.dates import long_date
from kiun.ui.figures import figure


def say_agenda(agenda: Agenda, *, concerns_all: bool) -> Lead:
    """12の議題があります。うち3は急ぎます。 / 12の議題のうち5が決まりました。7は見送り。
    `concerns_all`: the reader sees the whole agenda.
    """
    number = len(agenda.on_the_table)
    if agenda.review.is_closed:
        number += len(agenda.put_off)
    if not number:
        return Lead(text=_("No item stands on the agenda."))
    words = {"decided": figure(agenda.decided), "grave": figure(agenda.grave), "all": figure(number)}
    if agenda.review.is_preparing:
        text = ngettext("%(all)s item is on the agenda.", "%(all)s items are on the agenda.", number) % words
        wrong = ngettext("%(grave)s is urgent", "%(grave)s are urgent", agenda.grave) % words if agenda.grave else ""
        return Lead(text=text, wrong=wrong, rest=_(".") if wrong else "")
    rest = _say_outcome(agenda) if agenda.review.is_closed else ""
    return Lead(text=_say_decided(number, concerns_all=concerns_all) % words, rest=rest)


def _say_decided(number: int, *, concerns_all: bool) -> str:
    if concerns_all:
        return ngettext("%(decided)s of %(all)s item is decided.", "%(decided)s of %(all)s items are decided.", number)
    return ngettext(
        "%(decided)s of %(all)s item that concerns your department is decided.",
        "%(decided)s of %(all)s items that concern your department are decided.",
        number,
    )


def _say_outcome(agenda: Agenda) -> str:
    """What was decided, and how much was put off: together the whole agenda."""
    parts = [f"{word} {figure(count)}" for _key, word, count in agenda.verdicts if count]
    if number := len(agenda.put_off):
        parts.append(ngettext("%(n)s item put off", "%(n)s items put off", number) % {"n": figure(number)})
    return _("%(verdicts)s.") % {"verdicts": _(", ").join(parts)} if parts else ""


def say_decisions(counts: Mapping[str, int], stuck: int, *, is_hidden: bool) -> Lead:
    """決めた14件のうち9件は済みました。2件が動いていません。"""
    number = sum(counts.values())
    if is_hidden:
        return Lead(text=_("There is no decision that you may see."))
    if not number:
        return Lead(text=_("Nothing has been decided in a review yet."))
    words = {"all": figure(number), "done": figure(counts["carried_out"]), "stuck": figure(stuck)}
    text = ngettext(
        "%(done)s of %(all)s decision is carried out.", "%(done)s of %(all)s decisions are carried out.", number
    )
    if not stuck:
        return Lead(text=text % words, rest=_("None stands still."))
    wrong = ngettext("%(stuck)s does not move", "%(stuck)s do not move", stuck)
    return Lead(text=text % words, wrong=wrong % words, rest=_("."))


def say_freed(freed: Freed, number: int) -> Lead:
    """3つの取組をやめ、常勤換算で1.5人・年と4,200万円が空きます。"""
    if not number:
        return Lead(text=_("No initiative has been stopped or made smaller yet."))
    words = {"number": figure(number), "fte": figure(freed.person_years), "yen": say_yen(freed.yen)}
    return Lead(
        text=ngettext(
            "%(number)s initiative was stopped or made smaller: %(fte)s person-years and %(yen)s become free.",
            "%(number)s initiatives were stopped or made smaller: %(fte)s person-years and %(yen)s become free.",
            number,
        )
        % words
    )


def say_yen(amount: int) -> str:
    return _("%(amount)s yen") % {"amount": figure(amount)}


def say_comparison(found: Comparison) -> Lead:
    """令和8年4月1日から令和8年11月28日までに、3が新しく、5が変わり、1がなくなりました。"""
    span = {"old": found.old_label, "new": found.new_label}
    if not any(row.state != "same" for row in found.rows):
        return Lead(text=_("Between %(old)s and %(new)s nothing of the plan has changed.") % span)
    words = {"new": figure(found.added), "changed": figure(found.changed), "removed": figure(found.removed)}
    return Lead(
        text=_("From %(old)s to %(new)s:") % span,
        rest=_("%(changed)s changed, %(new)s added, %(removed)s removed.") % words,
    )


def say_ledger(number: int, newest: object, *, is_hidden: bool) -> Lead:
    if is_hidden:
        return Lead(text=_("There is no change of the plan that you may see."))
    if not number or newest is None:
        return Lead(text=_("The approved plan has not been changed yet."))
    text = ngettext("The plan has been changed %(n)s time.", "The plan has been changed %(n)s times.", number)
    return Lead(text=text % {"n": figure(number)}, rest=_("Last on %(day)s.") % {"day": long_date(newest)})  # type: ignore[arg-type]


def say_decided_by(revision: Revision) -> str:
    """緑川 葵（起案者本人）. Nobody is named who is not known to have acted."""
    name = str(revision.approver) if revision.approver else ""
    if revision.decided_by == DecidedBy.MEETING:
        text = _("decided in a meeting (%(name)s was there)") if name else _("decided in a meeting")
        return text % {"name": name}
    if revision.decided_by and name:
        return _("%(name)s (%(how)s)") % {"name": name, "how": revision.get_decided_by_display()}
    if revision.source == RevisionSource.REVIEW:
        return _("decided in a review; who was there is not recorded")
    return _("not recorded")


def reason_from(decision: object, review: object) -> str:
    """What stands in the form of a change that a review has decided on."""
    return f"{review}：{decision}"


VERDICT_TONES = {Verdict.CONTINUE: "ok", Verdict.CHANGE: "even", Verdict.STOP: "late"}
