from kiun.municipality.services.departments.deciding import (
    Part,
    add_department,
    cancel_reform,
    carry_out_due_reforms,
    close_department,
    merge_departments,
    move_department,
    rename_department,
    split_department,
)
from kiun.municipality.services.departments.places import renumber_departments
from kiun.municipality.services.departments.tree import reparent

__all__ = [
    "Part",
    "add_department",
    "cancel_reform",
    "carry_out_due_reforms",
    "close_department",
    "merge_departments",
    "move_department",
    "rename_department",
    "renumber_departments",
    "reparent",
    "split_department",
]
