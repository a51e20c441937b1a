"""What is to be said of a task, in sentences."""

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from kiun.goals.wording import Lead
from kiun.initiatives.models import TaskStatus
from kiun.initiatives.queries.task_detail import TaskPage
from kiun.initiatives.queries.tasks import TaskRow
from kiun.ui.dates import long_date


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


def _say_what_holds(page: TaskPage) -> str:
    if count := len(page.open_blockers):
        return ngettext("%(count)s decision is waited for.", "%(count)s decisions are waited for.", count) % {
            "count": count
        }
    if page.holding and page.task.status == TaskStatus.TODO:
        return _("It waits for “%(task)s”.") % {"task": page.holding[0].before.name}
    return ""
