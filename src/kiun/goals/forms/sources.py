"""Forms of the indicator sources: which source, which file, which columns, which program."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kiun.goals.indicator_sources import FILE_SOURCE, IndicatorSource
from kiun.goals.models import Cadence, Indicator, PushedSource
from kiun.goals.source_files import AGGREGATION_WORDS, Aggregation, ColumnChoice, headers_of
from kiun.kernel.tabular import Table
from kiun.ui.fields import FileField


class SourceForm(forms.Form):
    source = forms.ChoiceField(label=gettext_lazy("The values come from"), widget=forms.RadioSelect)
    reason = forms.CharField(label=gettext_lazy("Reason"), required=False, max_length=1000)

    def __init__(self, *args: Any, sources: Sequence[IndicatorSource], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["source"].choices = [(source.id, _label(source)) for source in sources]  # type: ignore[attr-defined]

    @property
    def is_file(self) -> bool:
        return bool(self.cleaned_data["source"] == FILE_SOURCE)


def _label(source: IndicatorSource) -> str:
    known = "、".join(filter(None, [source.unit, str(source.cadence.label) if source.cadence else ""]))
    return f"{source.label}（{known}）" if known else str(source.label)


class SourceFileForm(forms.Form):
    file = FileField(
        label=gettext_lazy("Excel or CSV file"),
        help_text=gettext_lazy("One row per day, month or case, with the names of the columns above."),
        widget=forms.ClearableFileInput({"accept": ".xlsx,.xls,.csv,.tsv,.txt"}),
    )


class ColumnForm(forms.Form):
    indicator = forms.ModelChoiceField(
        label=gettext_lazy("Indicator"), queryset=Indicator.objects.none(), empty_label=gettext_lazy("Choose one")
    )
    date = forms.ChoiceField(
        label=gettext_lazy("Column of the day or month"),
        help_text=gettext_lazy("令和8年10月, R8.10, 2026-10-31: each way of writing is understood."),
    )
    value = forms.ChoiceField(label=gettext_lazy("Column of the figure"), required=False)
    how = forms.ChoiceField(
        label=gettext_lazy("How rows become values"),
        choices=[(how.value, words) for how, words in AGGREGATION_WORDS.items()],
        widget=forms.RadioSelect,
        initial=Aggregation.EACH,
    )
    only_where = forms.ChoiceField(label=gettext_lazy("Only rows whose column"), required=False)
    equals = forms.CharField(label=gettext_lazy("says"), required=False, max_length=100)

    def __init__(self, *args: Any, indicators: QuerySet[Indicator], table: Table, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.table = table
        fields: Any = self.fields
        fields["indicator"].queryset = indicators
        headers = [(header, header) for header in headers_of(table)]
        fields["date"].choices = headers
        fields["value"].choices = [("", _("none: only count the rows")), *headers]
        fields["only_where"].choices = [("", _("all rows")), *headers]
        if not self.is_bound:
            for name in ("date", "value"):
                column = table.plain_columns.get(name)
                self.initial.setdefault(name, column.header if column else "")

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        if cleaned.get("how") != Aggregation.COUNT and not cleaned.get("value"):
            self.add_error("value", _("Choose the column that holds the figures, or count the rows."))
        if cleaned.get("only_where") and not cleaned.get("equals", "").strip():
            self.add_error("equals", _("Write what the column says in the rows that count."))
        return cleaned

    def choice(self) -> ColumnChoice:
        data = self.cleaned_data
        return ColumnChoice(
            sheet=self.table.sheet.name,
            date=data["date"],
            value=data["value"],
            only_where=data["only_where"],
            equals=data["equals"].strip() if data["only_where"] else "",
            how=Aggregation(data["how"]),
        )


class ProgramForm(forms.Form):
    label = forms.CharField(
        label=gettext_lazy("Name or title"),
        max_length=80,
        help_text=gettext_lazy("As people know the system: 窓口受付システム."),
    )
    slug = forms.CharField(
        label=gettext_lazy("Short name"),
        max_length=40,
        help_text=gettext_lazy("Small letters, digits and hyphens, such as counter-system. It stands in the address."),
    )
    unit = forms.CharField(label=gettext_lazy("Unit"), required=False, max_length=20)
    cadence = forms.ChoiceField(label=gettext_lazy("Values come"), choices=Cadence.choices, initial=Cadence.MONTHLY)

    def program(self) -> PushedSource:
        return PushedSource(**{name: self.cleaned_data[name] for name in ("label", "slug", "unit", "cadence")})
