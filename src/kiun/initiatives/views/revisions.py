"""計画の変更: the ledger, one entry of it, taking it back, and 新旧対照表."""

from collections.abc import Sequence
from urllib.parse import quote

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _

from kiun.activity.views.saving import accepts, go_to, show_form
from kiun.goals.models import Plan
from kiun.initiatives.forms.revisions import ComparisonForm, LedgerFilterForm, UndoForm
from kiun.initiatives.models import Revision
from kiun.initiatives.queries.comparison import Comparison, comparison, editions_compared
from kiun.initiatives.queries.comparison.sheet import comparison_sheet
from kiun.initiatives.queries.hidden import is_hidden
from kiun.initiatives.queries.ledger import in_words, listed_revisions, visible_revisions
from kiun.initiatives.queries.reviews.visible import visible_decisions
from kiun.initiatives.queries.undoing import undo_steps
from kiun.initiatives.review_wording import say_comparison, say_ledger
from kiun.initiatives.services.undoing import undo_revision
from kiun.kernel.changes import Change, Verb
from kiun.kernel.tabular import OutputSheet, write_workbook
from kiun.municipality.actors import may, record, require
from kiun.municipality.middleware import TownRequest

REVISIONS_ON_PAGE = 30
EXCEL = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def revision_list(request: TownRequest) -> HttpResponse:
    require(request.actor, "initiatives.see_ledger")
    form = LedgerFilterForm(request.GET)
    wanted = form.wanted()
    found = wanted.narrow(listed_revisions(request.actor))
    every = visible_revisions(request.actor)
    number = every.count()
    hidden = is_hidden(request.actor, seen=number, among=Revision.objects.all())
    context = {
        "filter_form": form,
        "is_filtered": wanted.is_set,
        "page": Paginator(found, REVISIONS_ON_PAGE).get_page(request.GET.get("page")),
        "lead": say_ledger(number, every.values_list("on", flat=True).first(), is_hidden=hidden),
        "is_hidden": hidden,
    }
    if request.htmx:
        return render(request, "initiatives/revision_list.html#results", context)
    return render(request, "initiatives/revision_list.html", context)


def revision_detail(request: TownRequest, pk: int) -> HttpResponse:
    revision = _revision(request, pk)
    context = {
        "revision": revision,
        "items": in_words(revision.shown_items),  # type: ignore[attr-defined]
        "decisions": visible_decisions(request.actor).filter(revision=revision).select_related("item__review"),
        "may_undo": may(request.actor, "initiatives.revise_plan"),
    }
    return render(request, "initiatives/revision_detail.html", context)


def _revision(request: TownRequest, pk: int) -> Revision:
    require(request.actor, "initiatives.see_ledger")
    return get_object_or_404(listed_revisions(request.actor), pk=pk)


def revision_undo(request: TownRequest, pk: int) -> HttpResponse:
    """What would be put back, and what stays; then the reason."""
    revision = _revision(request, pk)
    require(request.actor, "initiatives.revise_plan")
    form = UndoForm(request.POST or None)
    entered: list[Revision] = []

    def save() -> None:
        reason = form.cleaned_data["reason"]
        entered.append(undo_revision(actor=request.actor, revision=revision, reason=reason))

    if request.method == "POST" and accepts(form, save):
        messages.success(request, _("Taken back: this is the new entry of the ledger."))
        return go_to(request, "initiatives:revision_detail", entered[0].pk)
    return show_form(request, "initiatives/revision_undo.html", form, revision=revision, steps=undo_steps(revision))


def comparison_page(request: TownRequest) -> HttpResponse:
    """`?old=&new=&plan=` two days; `?editions=1&plan=` the plan against its earlier edition."""
    require(request.actor, "initiatives.see_ledger")
    form = ComparisonForm(request.GET, actor=request.actor)
    found = _compared(request, form)
    context = {
        "form": form,
        "found": found,
        "lead": say_comparison(found) if found else None,
        "plan": form.chosen_plan if form.is_valid() else None,
        "is_editions": "editions" in request.GET,
    }
    return render(request, "initiatives/comparison.html", context)


def _compared(request: TownRequest, form: ComparisonForm) -> Comparison | None:
    if not form.is_valid() or form.chosen_plan is None:
        return None
    plan: Plan = form.chosen_plan
    if "editions" in request.GET and plan.predecessor:
        return editions_compared(old=plan.predecessor, new=plan, actor=request.actor)
    days = form.cleaned_data
    return comparison(old_day=days["old"], new_day=days["new"], actor=request.actor, plan=plan)


def comparison_export(request: TownRequest) -> HttpResponse:
    require(request.actor, "initiatives.see_ledger")
    form = ComparisonForm(request.GET, actor=request.actor)
    found = _compared(request, form)
    if found is None:
        raise Http404
    name = f"新旧対照表_{found.old_label}_{found.new_label}"
    answer = _workbook([comparison_sheet(found, str(form.chosen_plan))], name)
    record(
        request.actor,
        Change(object_type=Plan._meta.label_lower, object_id=0, label=name[:200], verb=Verb.EXPORTED),
    )
    return answer


def _workbook(sheets: Sequence[OutputSheet], name: str) -> HttpResponse:
    answer = HttpResponse(write_workbook(sheets), content_type=EXCEL)
    answer["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(f'{name}.xlsx', safe='')}"
    return answer
