"""What the figures about initiatives say, in sentences."""

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from kiun.goals.wording import Lead
from kiun.initiatives.queries.progress import Progress
from kiun.initiatives.queries.sheet import Sheet
from kiun.initiatives.queries.standing import Standing, StandingCounts
from kiun.ui.dates import between_sentences, long_date
from kiun.ui.figures import figure


def say_initiatives(counts: StandingCounts, *, is_hidden: bool = False) -> Lead:
    """採択済みの24の取組のうち18は予定どおりです。4が遅れ、2に支障があります。3が採択を待っています。"""
    waiting = _say_proposals(counts.proposed)
    if is_hidden:
        return Lead(text=_("There is no approved initiative that you may see."), rest=waiting)
    if not counts.counted:
        return Lead(text=_("No initiative is approved yet."), rest=waiting)
    good = counts.in_time + counts.coming
    text = ngettext(
        "%(good)s of %(all)s approved initiative is in time.",
        "%(good)s of %(all)s approved initiatives are in time.",
        counts.counted,
    ) % {"good": figure(good), "all": figure(counts.counted)}
    wrong = _say_wrong(counts)
    if not wrong:
        return Lead(text=text, rest=waiting or _("None is late."))
    return Lead(text=text, wrong=wrong, rest=_(".") + (between_sentences() + waiting if waiting else ""))


def _say_wrong(counts: StandingCounts) -> str:
    words = {"late": figure(counts.late), "blocked": figure(counts.blocked)}
    if counts.late and counts.blocked:
        return _("%(late)s are late and %(blocked)s blocked") % words
    if counts.late:
        return ngettext("%(late)s initiative is late", "%(late)s initiatives are late", counts.late) % words
    if counts.blocked:
        return ngettext("%(blocked)s is blocked", "%(blocked)s are blocked", counts.blocked) % words
    return ""


def _say_proposals(number: int) -> str:
    if not number:
        return ""
    return ngettext("%(n)s awaits approval.", "%(n)s await approval.", number) % {"n": figure(number)}


def say_initiative(sheet: Sheet) -> Lead:
    """12の作業のうち5が済み、進み具合は46%です。2の作業が遅れています。"""
    initiative = sheet.initiative
    if sheet.standing == Standing.PROPOSED:
        return Lead(text=_("This is a proposal. The plan counts with it once it is approved."))
    if initiative.ended_on and not initiative.is_open:
        return Lead(text=_say_end(sheet))
    wrong = say_behind(sheet.progress, missed=sheet.missed_milestones, is_overdue=sheet.is_overdue)
    return Lead(text=say_progress(sheet), wrong=wrong, rest=_(".") if wrong else "")


def _say_end(sheet: Sheet) -> str:
    words = {"day": long_date(sheet.initiative.ended_on)} if sheet.initiative.ended_on else {"day": ""}
    if sheet.standing == Standing.DONE:
        return _("It was completed on %(day)s.") % words
    return _("It was stopped on %(day)s.") % words


def say_progress(sheet: Sheet) -> str:
    progress = sheet.progress
    if progress.percent is None:
        return _("No task is planned yet.")
    return ngettext(
        "%(done)s of %(all)s task is done; the work is %(percent)s%% complete.",
        "%(done)s of %(all)s tasks are done; the work is %(percent)s%% complete.",
        progress.tasks,
    ) % {"done": figure(progress.done), "all": figure(progress.tasks), "percent": progress.percent}


def say_behind(progress: Progress, *, missed: int, is_overdue: bool) -> str:
    """`missed`: milestones that were due and are not reached. Nothing where nothing is late or blocked."""
    parts = []
    if late := progress.late:
        parts.append(ngettext("%(n)s task late", "%(n)s tasks late", late) % {"n": figure(late)})
    if missed:
        parts.append(ngettext("%(n)s milestone missed", "%(n)s milestones missed", missed) % {"n": figure(missed)})
    if blocked := progress.blocked:
        parts.append(ngettext("%(n)s task blocked", "%(n)s tasks blocked", blocked) % {"n": figure(blocked)})
    listed = _(", ").join(parts)
    if is_overdue:
        return _("Its end has passed: %(list)s") % {"list": listed} if parts else _("Its end has passed")
    return _("There is something to mend: %(list)s") % {"list": listed} if parts else ""
