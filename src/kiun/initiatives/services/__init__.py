from kiun.initiatives.services.checklists import add_step, remove_step, tick_step
from kiun.initiatives.services.initiatives import (
    approve_initiative,
    end_initiative,
    hand_over_initiatives,
    reopen_initiative,
    save_initiative,
)
from kiun.initiatives.services.moving import move_initiative
from kiun.initiatives.services.progress import report_progress
from kiun.initiatives.services.removal import remove_task, restore_task
from kiun.initiatives.services.revisions import enter_revision
from kiun.initiatives.services.task_links import Predecessor
from kiun.initiatives.services.tasks import hand_over_tasks, save_task

__all__ = [
    "Predecessor",
    "add_step",
    "approve_initiative",
    "end_initiative",
    "enter_revision",
    "hand_over_initiatives",
    "hand_over_tasks",
    "move_initiative",
    "remove_step",
    "remove_task",
    "reopen_initiative",
    "report_progress",
    "restore_task",
    "save_initiative",
    "save_task",
    "tick_step",
]
