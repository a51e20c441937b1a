"""Who is there: the table of capacities, 人事異動 ahead of time, absences and skills."""

from collections.abc import Sequence
from datetime import date
from typing import Any
from urllib.parse import quote

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from kiun.activity.views.saving import CONFLICT, UNPROCESSABLE, accepts, edit_row, go_to, show_form
from kiun.initiatives.forms.capacity import AbsenceForm, CapacityForm, CapacityTable, SkillForm
from kiun.initiatives.forms.figures import month_in
from kiun.initiatives.forms.resource_filters import DepartmentFilterForm, first_month_in
from kiun.initiatives.models import Absence, Capacity, Skill
from kiun.initiatives.queries.capacities import (
    CHANGES_SHOWN,
    capacity_months,
    capacity_sheet,
    coming_changes,
    managed_absences,
)
from kiun.initiatives.queries.needed_first import needed_to_ask
from kiun.initiatives.queries.resource_departments import managed_departments, resource_departments
from kiun.initiatives.queries.transfers import coming_transfers
from kiun.initiatives.queries.windows import month_after
from kiun.initiatives.resource_wording import say_transfer
from kiun.initiatives.services.capacity import (
    enter_transfer,
    remove_absence,
    remove_capacity,
    remove_skill,
    save_absence,
    save_capacities,
    save_capacity,
    save_skill,
)
from kiun.kernel.changes import Change, Verb
from kiun.kernel.errors import ConflictError, DomainError
from kiun.kernel.keys import key_in
from kiun.kernel.tabular import write_workbook
from kiun.municipality.actors import may, record, require
from kiun.municipality.middleware import TownRequest
from kiun.municipality.models import Department
from kiun.ui.dates import month_label
from kiun.ui.figures import figure
from kiun.ui.links import town_url

EXCEL = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
MONTHS_SHOWN = 12
DEPARTMENTS_ON_PAGE = 25
TRANSFERS_SHOWN = 10


def capacity(request: TownRequest) -> HttpResponse:
    """Departments by months, in all or for one skill; empty fields hold what stood before."""
    require(request.actor, "initiatives.see_resources")
    form = DepartmentFilterForm(request.GET, actor=request.actor)
    chosen = form.chosen()
    months = _months(request)
    page = Paginator(_departments(request, chosen["department"]), DEPARTMENTS_ON_PAGE).get_page(request.GET.get("page"))
    table, status = _table(request, list(page), chosen["skill"], months), HttpResponse.status_code
    if request.method == "POST":
        status = _save(request, table)
        if status == HttpResponse.status_code:
            return redirect(request.get_full_path())
    context = {
        "form": form,
        "page": page,
        "table": table,
        "skill": chosen["skill"],
        "heads": [month_label(month) for month in months],
        "transfers": _transfers(request) if chosen["skill"] is None else [],
        "changes": coming_changes(request.actor)[:CHANGES_SHOWN],
        "may_manage": may(request.actor, "initiatives.manage_capacities"),
        "needed": needed_to_ask(request.actor),
        "is_contested": status == CONFLICT,
        "earlier": month_after(months[0], -MONTHS_SHOWN),
        "later": month_after(months[-1], 1),
    }
    return render(request, "initiatives/capacity.html", context, status=status)


def _months(request: TownRequest) -> list[date]:
    first = first_month_in(request.GET.get("from", ""), request.actor.on)
    return [month_after(first, number) for number in range(MONTHS_SHOWN)]


def _departments(request: TownRequest, below: Department | None) -> list[Department]:
    """While a table is sent, the lines that it had."""
    rows = resource_departments(request.actor).filter(valid_to__isnull=True)
    if request.method == "POST":
        rows = rows.filter(pk__in=[key for text in request.POST.getlist("line") if (key := key_in(text))])
    elif below:
        rows = rows.filter(path__startswith=below.path)
    return list(rows.order_by("place"))


def _table(
    request: TownRequest, departments: Sequence[Department], skill: Skill | None, months: Sequence[date]
) -> CapacityTable:
    keys = [department.pk for department in departments]
    managed = set(managed_departments(request.actor).filter(pk__in=keys).values_list("pk", flat=True))
    data = request.POST if request.method == "POST" else None
    return CapacityTable(departments, skill, capacity_months(keys, skill, months), managed, data)


def _save(request: TownRequest, table: CapacityTable) -> int:
    entries = table.entries()
    if table.has_errors:
        return UNPROCESSABLE
    try:
        count = save_capacities(actor=request.actor, entries=entries, reason=request.POST.get("reason", "")[:200])
    except ConflictError as error:
        table.mark_contested(error.details["contested"])  # type: ignore[arg-type]
        return CONFLICT
    if count:
        words = ngettext("%(n)s month was changed.", "%(n)s months were changed.", count)
        messages.success(request, words % {"n": figure(count)})
    return HttpResponse.status_code


def _transfers(request: TownRequest) -> list[dict[str, Any]]:
    departments = list(managed_departments(request.actor).filter(valid_to__isnull=True).order_by("place"))
    found = coming_transfers(departments, request.actor.on, month_after(request.actor.on.replace(day=1), MONTHS_SHOWN))
    return [{"transfer": transfer, "sentence": say_transfer(transfer)} for transfer in found[:TRANSFERS_SHOWN]]


@require_POST
def transfer_enter(request: TownRequest) -> HttpResponse:
    """One press on a hint: the capacity after the 人事異動."""
    require(request.actor, "initiatives.manage_capacities")
    key = key_in(request.POST.get("department"))
    if key is None:
        return go_to(request, "initiatives:capacity")
    department = get_object_or_404(managed_departments(request.actor), pk=key)
    month = month_in(request.POST.get("month", ""))
    end = month_after(request.actor.on.replace(day=1), MONTHS_SHOWN)
    found = [one for one in coming_transfers([department], request.actor.on, end) if one.month == month]
    try:
        for one in found:
            enter_transfer(actor=request.actor, transfer=one, reason=say_transfer(one))
            messages.success(request, _("The capacity of %(department)s was entered.") % {"department": department})
    except DomainError as error:
        messages.error(request, error.message)
    return go_to(request, "initiatives:capacity")


def capacity_create(request: TownRequest) -> HttpResponse:
    require(request.actor, "initiatives.manage_capacities")
    initial = {"department": request.GET.get("department"), "skill": request.GET.get("skill")}
    form = CapacityForm(request.POST or None, actor=request.actor, initial=initial)
    if request.method == "POST" and accepts(form, lambda: save_capacity(actor=request.actor, capacity=form.instance)):
        messages.success(request, _("The capacity was entered."))
        return go_to(request, "initiatives:capacity")
    return _resource_form(request, form, _("Enter a change ahead of time"), "initiatives:capacity", _("Capacity"))


def _resource_form(request: TownRequest, form: Any, title: str, above: str, name: str, **page: Any) -> HttpResponse:
    url = town_url(request.town, above)
    return show_form(
        request, "initiatives/resource_form.html", form, title=title, back=url, above=name, above_url=url, **page
    )


def capacity_edit(request: TownRequest, pk: int) -> HttpResponse:
    row: Capacity = get_object_or_404(Capacity.objects.select_related("department", "skill"), pk=pk)
    require(request.actor, "initiatives.manage_capacity", row.department)
    url = town_url(request.town, "initiatives:capacity")
    return edit_row(
        request,
        row,
        make=lambda found, data: CapacityForm(data, instance=found, actor=request.actor),
        save=lambda form: save_capacity(actor=request.actor, capacity=form.instance, seen=form.cleaned_data["seen"]),
        done=lambda: go_to(request, "initiatives:capacity"),
        template="initiatives/resource_form.html",
        title=_("Change the capacity"),
        back=url,
        above=_("Capacity"),
        above_url=url,
        remove_url=town_url(request.town, "initiatives:capacity_remove", pk),
    )


@require_POST
def capacity_remove(request: TownRequest, pk: int) -> HttpResponse:
    row: Capacity = get_object_or_404(Capacity.objects.select_related("department"), pk=pk)
    remove_capacity(actor=request.actor, capacity=row)
    messages.success(request, _("The entry was removed: what stood before it holds on."))
    return go_to(request, "initiatives:capacity")


def capacity_export(request: TownRequest) -> HttpResponse:
    require(request.actor, "initiatives.see_resources")
    departments = list(resource_departments(request.actor).filter(valid_to__isnull=True).order_by("place"))
    content = write_workbook([capacity_sheet(departments, _months(request))])
    kind = Capacity._meta.label_lower
    record(request.actor, Change(object_type=kind, object_id=0, label=_("capacities"), verb=Verb.EXPORTED))
    answer = HttpResponse(content, content_type=EXCEL)
    name = quote(f"要員_{request.actor.on:%Y%m%d}.xlsx", safe="")
    answer["Content-Disposition"] = f"attachment; filename*=UTF-8''{name}"
    return answer


def absence_list(request: TownRequest) -> HttpResponse:
    require(request.actor, "initiatives.manage_capacities")
    return render(request, "initiatives/absence_list.html", {"absences": managed_absences(request.actor)})


def absence_create(request: TownRequest) -> HttpResponse:
    require(request.actor, "initiatives.manage_capacities")
    form = AbsenceForm(request.POST or None, actor=request.actor)
    if request.method == "POST" and accepts(form, lambda: save_absence(actor=request.actor, absence=form.instance)):
        messages.success(request, _("The absence was entered."))
        return go_to(request, "initiatives:absence_list")
    return _resource_form(request, form, _("Enter an absence"), "initiatives:absence_list", _("Absences"))


def absence_edit(request: TownRequest, pk: int) -> HttpResponse:
    row: Absence = get_object_or_404(Absence.objects.select_related("post__department", "post__user", "skill"), pk=pk)
    require(request.actor, "initiatives.manage_capacity", row.post.department)
    url = town_url(request.town, "initiatives:absence_list")
    return edit_row(
        request,
        row,
        make=lambda found, data: AbsenceForm(data, instance=found, actor=request.actor),
        save=lambda form: save_absence(actor=request.actor, absence=form.instance, seen=form.cleaned_data["seen"]),
        done=lambda: go_to(request, "initiatives:absence_list"),
        template="initiatives/resource_form.html",
        title=_("Change the absence"),
        note=str(row.post),
        back=url,
        above=_("Absences"),
        above_url=url,
        remove_url=town_url(request.town, "initiatives:absence_remove", pk),
    )


@require_POST
def absence_remove(request: TownRequest, pk: int) -> HttpResponse:
    row: Absence = get_object_or_404(Absence.objects.select_related("post__department"), pk=pk)
    remove_absence(actor=request.actor, absence=row)
    messages.success(request, _("The absence was removed."))
    return go_to(request, "initiatives:absence_list")


def skill_list(request: TownRequest) -> HttpResponse:
    """All skills with where they are used, and a field for one more."""
    require(request.actor, "initiatives.see_resources")
    may_manage = may(request.actor, "initiatives.manage_skills")
    form = SkillForm(request.POST or None, instance=Skill())
    if request.method == "POST" and accepts(form, lambda: save_skill(actor=request.actor, skill=form.instance)):
        return go_to(request, "initiatives:skill_list")
    skills = Skill.objects.annotate(
        departments=Count("capacities__department", distinct=True), work=Count("tasks", distinct=True)
    )
    return show_form(request, "initiatives/skill_list.html", form, skills=skills, may_manage=may_manage)


def skill_edit(request: TownRequest, pk: int) -> HttpResponse:
    require(request.actor, "initiatives.manage_skills")
    url = town_url(request.town, "initiatives:skill_list")
    return edit_row(
        request,
        get_object_or_404(Skill, pk=pk),
        make=lambda found, data: SkillForm(data, instance=found),
        save=lambda form: save_skill(actor=request.actor, skill=form.instance, seen=form.cleaned_data["seen"]),
        done=lambda: go_to(request, "initiatives:skill_list"),
        template="initiatives/resource_form.html",
        title=_("Rename the skill"),
        back=url,
        above=_("Skills"),
        above_url=url,
        remove_url=town_url(request.town, "initiatives:skill_remove", pk),
    )


@require_POST
def skill_remove(request: TownRequest, pk: int) -> HttpResponse:
    require(request.actor, "initiatives.manage_skills")
    skill: Skill = get_object_or_404(Skill, pk=pk)
    try:
        remove_skill(actor=request.actor, skill=skill)
    except DomainError as error:
        messages.error(request, error.message)
        return go_to(request, "initiatives:skill_edit", pk)
    return go_to(request, "initiatives:skill_list")
