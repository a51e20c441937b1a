"""What is to be said of a task, in sentences."""

from datetime import date

from django.utils import formats
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from kiun.goals.wording import Lead
from kiun.initiatives.models import TaskStatus
from kiun.initiatives.queries.my_work import MyWork
from kiun.initiatives.queries.task_detail import TaskPage
from kiun.initiatives.queries.tasks import TaskCounts, TaskRow
from kiun.kernel.fiscal_year import wareki
from kiun.ui.dates import between_sentences, long_date, speaks_japanese
from kiun.ui.figures import figure


def say_task(page: TaskPage) -> Lead:
    row, task = page.row, page.task
    if task.status == TaskStatus.DONE:
        return Lead(text=_("It was done on %(day)s.") % {"day": long_date(task.finished_on or task.due_on)})
    if task.status == TaskStatus.CANCELLED:
        return Lead(text=_("It was dropped."))
    if row.is_late:
        wrong = _say_lateness(row)
        return Lead(text="", wrong=wrong, rest=_(". %(percent)s%% is done.") % {"percent": task.percent})
    rest = _say_what_holds(page) or _("%(percent)s%% is done.") % {"percent": task.percent}
    return Lead(text=say_days_left(row), rest=rest)


def _say_lateness(row: TaskRow) -> str:
    days = -row.days_left
    return ngettext("It is %(days)s day late", "It is %(days)s days late", days) % {"days": days}


def say_days_left(row: TaskRow) -> str:
    if row.days_left == 0:
        return _("It is due today.")
    if row.days_left == 1:
        return _("It is due tomorrow.")
    return ngettext("%(days)s day is left.", "%(days)s days are left.", row.days_left) % {"days": row.days_left}


def say_days(row: TaskRow) -> str:
    """In few words, beside a date: あと3日, 3日過ぎ."""
    days = row.days_left
    if days < 0:
        return ngettext("%(days)s day over", "%(days)s days over", -days) % {"days": -days}
    if days == 0:
        return _("today")
    return ngettext("%(days)s day to go", "%(days)s days to go", days) % {"days": days}


def _say_what_holds(page: TaskPage) -> str:
    if count := len(page.open_blockers):
        return ngettext("%(count)s decision is waited for.", "%(count)s decisions are waited for.", count) % {
            "count": count
        }
    if page.holding and page.task.status == TaskStatus.TODO:
        return _("It waits for “%(task)s”.") % {"task": page.holding[0].before.name}
    return ""


def say_tasks(counts: TaskCounts, *, is_hidden: bool) -> Lead:
    """59件の作業が残っています。8件が遅れ、3件に支障があります。"""
    if is_hidden:
        return Lead(text=_("There is no open task that you may see."))
    if not counts.open:
        return Lead(text=_("No task is open."))
    text = ngettext("%(n)s task is open.", "%(n)s tasks are open.", counts.open) % {"n": figure(counts.open)}
    parts = (
        (counts.late, ngettext("%(n)s is late", "%(n)s are late", counts.late)),
        (counts.blocked, ngettext("%(n)s is held up", "%(n)s are held up", counts.blocked)),
        (counts.stranded, ngettext("%(n)s has nobody in office", "%(n)s have nobody in office", counts.stranded)),
    )
    wrong = _(", ").join(text % {"n": figure(count)} for count, text in parts if count)
    return (
        Lead(text=text, wrong=wrong, rest=pgettext("end of what is wrong", "."))
        if wrong
        else Lead(text=text, rest=_("None is late."))
    )


def say_my_work(work: MyWork) -> Lead:
    """2件が遅れ、1件が今日までです。あなたの判断を1件が待っています。"""
    if work.is_empty:
        return Lead(text=_("You have no task at the moment."))
    if not work.pressing:
        return Lead(text=_("Nothing presses today."))
    late, today = len(work.late), len(work.due_today)
    wrong = ngettext("%(count)s task is late", "%(count)s tasks are late", late) % {"count": late} if late else ""
    due = ngettext("%(count)s task is due today.", "%(count)s tasks are due today.", today) % {"count": today}
    waiting = _say_what_waits(work)
    rest = between_sentences().join(filter(None, [due if today else "", waiting]))
    return Lead(text="", wrong=wrong, rest=_(".") + between_sentences() + rest if wrong else rest)


def _say_what_waits(work: MyWork) -> str:
    decisions, questions, errands = len(work.to_decide), len(work.asked), len(work.errands)
    ready = len(work.free) + len(work.to_begin)
    parts = [
        (decisions, ngettext("%(n)s decision waits for you.", "%(n)s decisions wait for you.", decisions)),
        (
            questions,
            ngettext("%(n)s question waits for your answer.", "%(n)s questions wait for your answer.", questions),
        ),
        (errands, ngettext("%(n)s errand comes from a review.", "%(n)s errands come from reviews.", errands)),
        (ready, ngettext("%(n)s task can begin.", "%(n)s tasks can begin.", ready)),
    ]
    return between_sentences().join(text % {"n": count} for count, text in parts if count)


def say_month(day: date) -> str:
    """令和8年11月"""
    return f"{wareki(day).rpartition('月')[0]}月" if speaks_japanese() else formats.date_format(day, "F Y")
