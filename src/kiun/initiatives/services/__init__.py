from kiun.initiatives.services.initiatives import (
    approve_initiative,
    end_initiative,
    hand_over_initiatives,
    reopen_initiative,
    save_initiative,
)
from kiun.initiatives.services.revisions import enter_revision
from kiun.initiatives.services.tasks import (
    Predecessor,
    hand_over_tasks,
    remove_task,
    report_progress,
    save_task,
    tick_step,
)

__all__ = [
    "Predecessor",
    "approve_initiative",
    "end_initiative",
    "enter_revision",
    "hand_over_initiatives",
    "hand_over_tasks",
    "remove_task",
    "reopen_initiative",
    "report_progress",
    "save_initiative",
    "save_task",
    "tick_step",
]
