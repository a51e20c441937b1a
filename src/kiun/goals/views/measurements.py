from decimal import Decimal
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from kiun.activity.services import add_attachment
from kiun.activity.views.saving import UNPROCESSABLE, accepts, go_to, show_form
from kiun.goals.cadence import day_to_enter
from kiun.goals.forms import EntryTable, EvidenceForm, MeasurementForm, ReasonForm
from kiun.goals.models import Indicator, Measurement, Series
from kiun.goals.queries import (
    IndicatorRow,
    due_indicators,
    indicator_rows,
    last_known_days,
    recordable_indicators,
    row_of,
    visible_indicators,
)
from kiun.goals.queries.scorecard import latest_resolved, scorecard
from kiun.goals.services import record_measurement, record_readings, remove_measurement
from kiun.goals.wording import say_scorecard
from kiun.kernel.errors import DomainError
from kiun.kernel.keys import key_in
from kiun.kernel.trees import by_place
from kiun.municipality.actors import require
from kiun.municipality.middleware import TownRequest
from kiun.ui.dates import say_day
from kiun.ui.figures import figure
from kiun.ui.links import town_url

MOST_IN_A_TABLE = 100


def measurement_add(request: TownRequest, pk: int) -> HttpResponse:
    """Record a value, or correct one (`?correct=`); while a day is being chosen, what stands there (`?on=`)."""
    row = _recordable(request, pk)
    if request.htmx and request.method == "GET":
        form = MeasurementForm(series=row.terms, initial={"on": request.GET.get("on")})
        return render(request, "goals/measurement_form.html#correction", {"form": form, "row": row})
    form = MeasurementForm(request.POST or None, series=row.terms, initial=_initial(request, row))

    def save() -> None:
        record_measurement(actor=request.actor, reading=form.reading(), reason=form.cleaned_data["reason"])

    is_doubtful = request.method == "POST" and form.is_valid() and bool(form.doubts)
    if request.method == "POST" and not is_doubtful and accepts(form, save):
        messages.success(request, _say_recorded(row, form))
        return go_to(request, "goals:indicator_detail", pk)
    return show_form(
        request, "goals/measurement_form.html", form,
        status=UNPROCESSABLE if is_doubtful else 0,
        row=row, indicator=row.indicator, doubts=form.doubts if is_doubtful else [],
    )  # fmt: skip


def _recordable(request: TownRequest, pk: int) -> IndicatorRow:
    rows = visible_indicators(request.actor).select_related("goal__plan", "department", "state")
    indicator: Indicator = get_object_or_404(rows, pk=pk)
    require(request.actor, "goals.record_measurement", indicator)
    return row_of(indicator, Series.objects.get(indicator=indicator, is_current=True), request.actor.on)


def _initial(request: TownRequest, row: IndicatorRow) -> dict[str, object]:
    """The value of the day that is to be corrected, or the day that the next one is asked for."""
    wanted = Measurement.objects.filter(series=row.terms, pk=key_in(request.GET.get("correct")) or 0).first()
    if wanted:
        names = ("on", "value", "is_unavailable", "note", "evidence_url")
        return {name: getattr(wanted, name) for name in names}
    last = last_known_days([row.terms]).get(row.terms.pk)
    return {"on": day_to_enter(last, request.actor.on, row.indicator.cadence)}


def _say_recorded(row: IndicatorRow, form: MeasurementForm) -> str:
    words = {"value": _say_value(form.cleaned_data["value"], row.terms), "day": say_day(form.cleaned_data["on"])}
    return _("Recorded: %(value)s at %(day)s.") % words


def _say_value(value: Decimal | None, series: Series) -> str:
    return _("cannot be evaluated") if value is None else figure(value, series.unit)


def measurement_remove(request: TownRequest, pk: int) -> HttpResponse:
    found = Measurement.objects.select_related("series__indicator__goal__plan", "series__indicator__department")
    measurement: Measurement = get_object_or_404(found, pk=pk)
    indicator = measurement.series.indicator
    require(request.actor, "goals.record_measurement", indicator)
    form = ReasonForm(request.POST or None)
    if request.method == "POST" and accepts(
        form,
        lambda: remove_measurement(actor=request.actor, measurement=measurement, reason=form.cleaned_data["reason"]),
    ):
        messages.success(request, _("The value was removed. The history keeps it."))
        return go_to(request, "goals:indicator_detail", indicator.pk)
    words = {
        "name": indicator.name,
        "value": _say_value(measurement.value, measurement.series),
        "day": say_day(measurement.on),
    }
    page: dict[str, Any] = {
        "note": _("%(name)s: %(value)s at %(day)s") % words,
        "back": town_url(request.town, "goals:indicator_detail", indicator.pk),
    }
    return show_form(
        request, "goals/simple_form.html", form,
        title=_("Remove the value"), plan=indicator.goal.plan, submit=_("Remove it"), **page,
    )  # fmt: skip


def evidence_add(request: TownRequest, pk: int) -> HttpResponse:
    """A file that shows where the indicator's values come from."""
    row = _recordable(request, pk)
    form = EvidenceForm(*((request.POST, request.FILES) if request.method == "POST" else ()))

    def save() -> None:
        label = Indicator._meta.label_lower
        add_attachment(actor=request.actor, object_type=label, object_id=pk, upload=form.cleaned_data["file"])

    if request.method == "POST" and accepts(form, save):
        messages.success(request, _("The file was added."))
        return go_to(request, "goals:indicator_detail", pk)
    page: dict[str, Any] = {"note": row.indicator.name, "back": town_url(request.town, "goals:indicator_detail", pk)}
    return show_form(
        request, "goals/simple_form.html", form,
        title=_("Add evidence"), plan=row.indicator.goal.plan, submit=_("Add evidence"), **page,
    )  # fmt: skip


def measurement_entry(request: TownRequest) -> HttpResponse:
    """All values that are due from this person, in one table."""
    scope = request.GET.get("scope", "due")
    table = EntryTable(
        _rows_to_enter(request, scope), request.actor.on, request.POST if request.method == "POST" else None
    )
    if "paste" in request.POST:
        table.paste()
    elif request.method == "POST" and _recorded(request, table):
        return go_to(request, "goals:measurement_entry")
    has_errors = any(line.error for line in table.lines) or bool(table.paste_error)
    context = {"table": table, "is_all": scope == "all", "is_due": scope != "all", "has_errors": has_errors}
    status = UNPROCESSABLE if has_errors or table.is_doubtful else HttpResponse.status_code
    return render(request, "goals/measurement_entry.html", context, status=status)


def _rows_to_enter(request: TownRequest, scope: str) -> list[IndicatorRow]:
    """After pressing the button the table holds the same lines, even if one of them is due no more."""
    indicators = recordable_indicators(request.actor)
    if request.method == "POST":
        keys = [key for text in request.POST.getlist("indicator") if (key := key_in(text))]
        indicators = indicators.filter(pk__in=keys)
    elif scope != "all":
        indicators = due_indicators(indicators, request.actor.on)
    ordered = indicators.order_by(by_place("department"), "goal__order", "order", "pk")
    return indicator_rows(ordered[:MOST_IN_A_TABLE], request.actor.on)


def _recorded(request: TownRequest, table: EntryTable) -> bool:
    if not table.check():
        return False
    for line in table.already_recorded():
        line.error = _("There is a value for this day already. Correct it on the page of the indicator.")
    if any(line.error for line in table.lines) or table.is_doubtful:
        return False
    for line in table.lines:
        require(request.actor, "goals.record_measurement", line.indicator)
    try:
        record_readings(actor=request.actor, readings=table.readings, only_new=True)
    except DomainError as error:
        table.paste_error = error.message
        return False
    count = len(table.readings)
    messages.success(
        request, ngettext("%(n)s value was recorded.", "%(n)s values were recorded.", count) % {"n": figure(count)}
    )
    return True


def forecast_scorecard(request: TownRequest) -> HttpResponse:
    card = scorecard()
    context = {"card": card, "lead": say_scorecard(card), "chart": card.chart, "resolved": latest_resolved()}
    return render(request, "goals/scorecard.html", context)
