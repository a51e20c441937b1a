"""The import's forms: the upload, the corrected columns, and the decisions of the preview."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kiun.goals.models import Plan, PlanStatus
from kiun.goals.plan_files import NEW_DEPARTMENT, NO_DEPARTMENT, SheetChoice
from kiun.kernel.tabular import Table
from kiun.ui.fields import FileField, FiscalYearField

MEGABYTE = 1024 * 1024
COLUMN = "column-"
DEPARTMENT, DEPARTMENT_NAME = "department-", "department_name"


class UploadForm(forms.Form):
    file = FileField(
        label=gettext_lazy("File of the plan"),
        help_text=gettext_lazy("An Excel workbook (.xlsx, .xls) or a CSV file, just as your town keeps it."),
        widget=forms.ClearableFileInput(attrs={"accept": ".xlsx,.xls,.csv,.txt,.tsv"}),
    )
    plan = forms.ModelChoiceField(
        label=gettext_lazy("Into which plan?"),
        queryset=Plan.objects.none(),
        required=False,
        empty_label=gettext_lazy("make a new plan"),
        help_text=gettext_lazy("For a plan that is already here, only the differences are shown and taken over."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: Any = self.fields
        fields["plan"].queryset = Plan.objects.exclude(status=PlanStatus.CLOSED)

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        if file.size > settings.UPLOAD_LIMIT_BYTES:
            limit = settings.UPLOAD_LIMIT_BYTES // MEGABYTE
            raise ValidationError(
                _("The file is larger than %(limit)s MB. Delete pictures and unused sheets, and save it again.")
                % {"limit": limit}
            )
        return file


class NewPlanForm(forms.Form):
    """What the plan that the import makes is called, and who sees it."""

    name = forms.CharField(label=gettext_lazy("Name of the plan"), max_length=120)
    first_year = FiscalYearField(label=gettext_lazy("First fiscal year"))
    last_year = FiscalYearField(label=gettext_lazy("Last fiscal year"))
    is_public = forms.BooleanField(
        label=gettext_lazy("Show this plan to residents as well"),
        required=False,
        help_text=gettext_lazy(
            "Without the tick, only the staff see it. The settings of the plan can change that later."
        ),
    )

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        first, last = data.get("first_year"), data.get("last_year")
        if first and last and last < first:
            self.add_error("last_year", _("The last fiscal year lies before the first."))
        return data


class ColumnsForm(forms.Form):
    """What a person says about one sheet; only what differs from the shown meaning becomes a correction."""

    is_used = forms.BooleanField(required=False)
    first = forms.IntegerField(min_value=1, required=False)
    last = forms.IntegerField(min_value=1, required=False)

    def __init__(self, *args: Any, table: Table | None, choice: SheetChoice, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.table, self.choice = table, choice

    @property
    def corrected(self) -> SheetChoice:
        rows = (self.cleaned_data.get("first"), self.cleaned_data.get("last"))
        shown = self.table.header_rows if self.table else None
        changed = replace(self.choice, is_used=self.cleaned_data["is_used"])
        if rows[0] and rows != shown:
            # Under another header the columns are read afresh.
            return replace(changed, header_rows=(rows[0], max(rows[0], rows[1] or rows[0])), columns={})
        return replace(changed, columns={**self.choice.columns, **self._columns()})

    def _columns(self) -> dict[str, str]:
        posted: Mapping[str, Any] = self.data
        columns = self.table.columns if self.table else ()
        return {
            column.letter: str(posted[f"{COLUMN}{column.letter}"])
            for column in columns
            if posted.get(f"{COLUMN}{column.letter}", column.key) != column.key
        }


def decisions(data: QueryDict, known_departments: set[str]) -> dict[str, Any]:
    """The choices of the preview. Each comes with the name that the page asked about: by now it may be another list."""
    departments = {}
    for number, name in enumerate(data.getlist(DEPARTMENT_NAME)):
        choice = data.get(f"{DEPARTMENT}{number}", NEW_DEPARTMENT)
        if choice in {NEW_DEPARTMENT, NO_DEPARTMENT} or choice in known_departments:
            departments[name] = choice
    return {
        "left_out": frozenset(data.getlist("left_out")),
        "ended": frozenset(data.getlist("ended")),
        "departments": departments,
        "reads_statements": "reads_statements" in data,
    }
