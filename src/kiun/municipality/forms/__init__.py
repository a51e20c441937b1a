from kiun.municipality.forms.access import (
    AcceptForm,
    AccessKeyForm,
    CodeForm,
    FirstSignInForm,
    InvitationForm,
    NewPasswordForm,
)
from kiun.municipality.forms.departments import (
    AddDepartmentForm,
    CloseForm,
    MergeForm,
    MoveForm,
    RenameForm,
    SplitForm,
    TreeForm,
)
from kiun.municipality.forms.handover import HandOverForm
from kiun.municipality.forms.people import (
    CorrectPostForm,
    DeputyForm,
    EndPostForm,
    NewPersonForm,
    PersonForm,
    PostFilterForm,
    PostForm,
    SignInForm,
)
from kiun.municipality.forms.staff_import import ImportOptionsForm, SheetForm, StaffUploadForm
from kiun.municipality.forms.town import ProfileForm, TownForm

__all__ = [
    "AcceptForm",
    "AccessKeyForm",
    "AddDepartmentForm",
    "CloseForm",
    "CodeForm",
    "CorrectPostForm",
    "DeputyForm",
    "EndPostForm",
    "FirstSignInForm",
    "HandOverForm",
    "ImportOptionsForm",
    "InvitationForm",
    "MergeForm",
    "MoveForm",
    "NewPasswordForm",
    "NewPersonForm",
    "PersonForm",
    "PostFilterForm",
    "PostForm",
    "ProfileForm",
    "RenameForm",
    "SheetForm",
    "SignInForm",
    "SplitForm",
    "StaffUploadForm",
    "TownForm",
    "TreeForm",
]
