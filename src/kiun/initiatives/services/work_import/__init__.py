from kiun.initiatives.services.work_import.differences import RowDifference, WorkDifference
from kiun.initiatives.services.work_import.running import run_work_import
from kiun.initiatives.services.work_import.staging import (
    JOB_KIND,
    confirm_work,
    discard_work,
    forget_unconfirmed_work,
    review_work,
    upload_work,
)

__all__ = [
    "JOB_KIND",
    "RowDifference",
    "WorkDifference",
    "confirm_work",
    "discard_work",
    "forget_unconfirmed_work",
    "review_work",
    "run_work_import",
    "upload_work",
]
