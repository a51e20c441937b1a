from collections.abc import Sequence
from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from kiun.municipality.models import StaffUpload
from kiun.municipality.services.staff_import import VOCABULARIES, RecognisedSheet, SheetKind
from kiun.ui.fields import FileField
from kiun.ui.widgets import DateInput

KINDS = [
    (SheetKind.STAFF.value, _("list of staff")),
    (SheetKind.DEPARTMENTS.value, _("list of departments")),
    ("", _("is left out")),
]
MISSING = [
    ("keep", _("They stay in office")),
    ("end", _("Their posts end on the day before (except those who own something)")),
]


class StaffUploadForm(forms.Form):
    file = FileField(
        label=_("Staff list (.xlsx, .xls or .csv)"),
        widget=forms.FileInput(attrs={"accept": ".xlsx,.xls,.csv"}),
        help_text=_("The list as you have it: with names, departments, staff numbers or e-mail addresses."),
    )

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        if file.size > settings.UPLOAD_LIMIT_BYTES:
            raise ValidationError(
                _("The file is larger than the limit of %(limit)s MB. Delete pictures and old sheets."),
                params={"limit": settings.UPLOAD_LIMIT_BYTES // 1024 // 1024},
            )
        return file


class ImportOptionsForm(forms.Form):
    on = forms.DateField(
        label=_("As of which day"), widget=DateInput, help_text=_("Today or earlier, such as 1 April.")
    )
    creates_departments = forms.BooleanField(
        label=_("Set up departments that the list names and Kiun does not know"), required=False
    )
    missing = forms.ChoiceField(
        label=_("People in Kiun whom the list does not name"), choices=MISSING, widget=forms.RadioSelect
    )
    kept = forms.TypedMultipleChoiceField(coerce=int, required=False, widget=forms.CheckboxSelectMultiple)

    def __init__(self, *args: Any, missing_posts: Sequence[int] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["kept"].choices = [(key, key) for key in missing_posts]  # type: ignore[attr-defined]

    @classmethod
    def initial_of(cls, upload: StaffUpload) -> dict[str, Any]:
        return {"missing": "keep", **upload.options}

    def options(self) -> dict[str, Any]:
        data = self.cleaned_data
        return {
            "on": data["on"].isoformat(),
            "creates_departments": data["creates_departments"],
            "missing": data["missing"],
            "kept": data["kept"],
        }


class SheetForm(forms.Form):
    """What one sheet is, and what each of its columns holds."""

    kind = forms.ChoiceField(label=_("This sheet"), choices=KINDS, required=False)

    def __init__(self, *args: Any, sheet: RecognisedSheet, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.sheet = sheet
        self.fields["kind"].initial = sheet.kind.value
        words = VOCABULARIES.get(sheet.kind, {})
        choices = [("", _("is left out")), *((field, names[0]) for field, names in words.items())]
        for column in sheet.table.columns if sheet.table else ():
            self.fields[column.letter] = forms.ChoiceField(
                label=f"{column.letter} {column.header}", choices=choices, required=False, initial=column.field
            )

    def correction(self) -> dict[str, Any]:
        data = self.cleaned_data
        kind = data["kind"]
        columns = {name: value for name, value in data.items() if name != "kind"}
        # Another kind has other columns: they are recognised anew.
        return {"kind": kind, "columns": columns if kind == self.sheet.kind else {}}
