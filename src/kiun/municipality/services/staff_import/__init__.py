from kiun.municipality.services.staff_import.applying import ImportResult, apply_staff_import, import_alone
from kiun.municipality.services.staff_import.plan import ImportOptions, ImportPlan, PostFate
from kiun.municipality.services.staff_import.planning import plan_staff_import
from kiun.municipality.services.staff_import.reading import VOCABULARIES, RecognisedSheet, SheetKind
from kiun.municipality.services.staff_import.uploads import (
    Progress,
    apply_people_import,
    correct_upload,
    discard_upload,
    forget_old_uploads,
    plan_upload,
    upload_staff_list,
    waiting_upload,
)

__all__ = [
    "VOCABULARIES",
    "ImportOptions",
    "ImportPlan",
    "ImportResult",
    "PostFate",
    "Progress",
    "RecognisedSheet",
    "SheetKind",
    "apply_people_import",
    "apply_staff_import",
    "correct_upload",
    "discard_upload",
    "forget_old_uploads",
    "import_alone",
    "plan_staff_import",
    "plan_upload",
    "upload_staff_list",
    "waiting_upload",
]
