from collections.abc import Callable

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from kiun.kernel.errors import DomainError
from kiun.municipality.actors import may
from kiun.municipality.forms import (
    AddDepartmentForm,
    CloseForm,
    MergeForm,
    MoveForm,
    RenameForm,
    SplitForm,
    TreeForm,
)
from kiun.municipality.forms.departments import ReformForm, read_parts
from kiun.municipality.middleware import TownRequest
from kiun.municipality.models import Department, DepartmentVersion, Reform, ReformState, Succession
from kiun.municipality.queries import planned_reforms, tree_on, visible_departments, visible_posts
from kiun.municipality.queries.departments import names_of
from kiun.municipality.queries.people import posts_on
from kiun.municipality.services import (
    add_department,
    cancel_reform,
    close_department,
    merge_departments,
    move_department,
    rename_department,
    split_department,
)
from kiun.municipality.views.doors import attempt, complain, for_the_dx_office, tell
from kiun.ui.links import town_url

REFORMS_SHOWN = 20


def department_list(request: TownRequest) -> HttpResponse:
    form = TreeForm(request.GET)
    day = (form.cleaned_data["on"] if form.is_valid() else None) or request.actor.on
    context = {
        "form": form,
        "day": day,
        "is_today": day == request.actor.on,
        "nodes": tree_on(day),
        "planned": planned_reforms(),
        "done": Reform.objects.filter(state=ReformState.DONE).order_by("-on", "-pk")[:REFORMS_SHOWN],
        "is_admin": may(request.actor, "municipality.administer"),
    }
    return render(request, "municipality/department_list.html", context)


def department_people(request: TownRequest, pk: int) -> HttpResponse:
    """One department: where it stands, who serves there, what it was and what became of it."""
    department = get_object_or_404(visible_departments(request.actor), pk=pk)
    posts = visible_posts(request.actor).filter(posts_on(request.actor.on), department=department)
    context = {
        "department": department,
        "above": names_of(department.ancestor_ids[:-1]),
        "below": Department.objects.filter(parent=department, valid_to__isnull=True),
        "posts": posts.order_by("role", "user__kana", "pk"),
        "versions": DepartmentVersion.objects.filter(department=department).select_related("parent"),
        "before": Succession.objects.filter(successor=department).select_related("predecessor"),
        "after": Succession.objects.filter(predecessor=department).select_related("successor"),
        "is_admin": may(request.actor, "municipality.administer"),
    }
    return render(request, "municipality/department_people.html", context)


def _reform(
    request: TownRequest,
    form: ReformForm,
    title: object,
    decide: Callable[[], Reform],
    template: str = "municipality/reform_form.html",
) -> HttpResponse:
    made: list[Reform] = []
    if request.method == "POST" and attempt(form, lambda: made.append(decide())):
        words = _("%(summary)s.") if made[0].state == ReformState.DONE else _("Planned: %(summary)s.")
        tell(request, words % {"summary": made[0].summary})
        return redirect(town_url(request.town, "municipality:department_list"))
    return render(request, template, {"form": form, "heading": title})


def _department(request: TownRequest, pk: int) -> Department:
    return get_object_or_404(visible_departments(request.actor).filter(valid_to__isnull=True), pk=pk)


@for_the_dx_office
def department_add(request: TownRequest) -> HttpResponse:
    form = AddDepartmentForm(request.POST or None, actor=request.actor, initial={"parent": request.GET.get("parent")})
    return _reform(
        request, form, _("Set up a department"), lambda: add_department(actor=request.actor, **form.cleaned_data)
    )


@for_the_dx_office
def department_rename(request: TownRequest, pk: int) -> HttpResponse:
    department = _department(request, pk)
    initial = {"name": department.name, "code": department.code}
    form = RenameForm(request.POST or None, actor=request.actor, initial=initial)
    return _reform(
        request,
        form,
        _("Rename “%(name)s”") % {"name": department},
        lambda: rename_department(actor=request.actor, department=department, **form.cleaned_data),
    )


@for_the_dx_office
def department_move(request: TownRequest, pk: int) -> HttpResponse:
    department = _department(request, pk)
    form = MoveForm(request.POST or None, actor=request.actor, initial={"parent": department.parent_id})
    return _reform(
        request,
        form,
        _("Move “%(name)s”") % {"name": department},
        lambda: move_department(actor=request.actor, department=department, **form.cleaned_data),
    )


@for_the_dx_office
def department_close(request: TownRequest, pk: int) -> HttpResponse:
    department = _department(request, pk)
    form = CloseForm(request.POST or None, actor=request.actor)
    return _reform(
        request,
        form,
        _("Close “%(name)s”") % {"name": department},
        lambda: close_department(actor=request.actor, department=department, **form.cleaned_data),
    )


@for_the_dx_office
def department_merge(request: TownRequest) -> HttpResponse:
    form = MergeForm(request.POST or None, actor=request.actor)
    return _reform(
        request,
        form,
        _("Merge departments"),
        lambda: merge_departments(actor=request.actor, **form.cleaned_data),
    )


@for_the_dx_office
def department_split(request: TownRequest, pk: int) -> HttpResponse:
    """First the names; then, on the same form, what goes where."""
    department = _department(request, pk)
    parts = read_parts(request.POST.get("names", ""))
    form = SplitForm(request.POST or None, actor=request.actor, department=department, parts=parts)
    title = _("Split “%(name)s”") % {"name": department}
    if "decide" not in request.POST and not (form.is_valid() and not form.asks_where):
        return render(request, "municipality/split_form.html", {"form": form, "heading": title})
    return _reform(request, form, title, lambda: _split(request, department, form), "municipality/split_form.html")


def _split(request: TownRequest, department: Department, form: SplitForm) -> Reform:
    data = form.cleaned_data
    return split_department(
        actor=request.actor,
        department=department,
        parts=data["names"],
        goes_on=data["goes_on"],
        destinations=form.destinations(),
        on=data["on"],
        reason=data["reason"],
    )


@require_POST
@for_the_dx_office
def reform_cancel(request: TownRequest, pk: int) -> HttpResponse:
    try:
        cancel_reform(actor=request.actor, reform=get_object_or_404(Reform, pk=pk))
        tell(request, _("The reform is called off."))
    except DomainError as error:
        complain(request, error)
    return redirect(town_url(request.town, "municipality:department_list"))
