"""One item of an agenda: what was found, what the department says, and what is decided."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from kiun.activity.queries import town_version, version_of
from kiun.activity.views.saving import CONFLICT, UNPROCESSABLE, accepts, edit_row, go_to, show_form
from kiun.initiatives.forms.holding import HoldForm, as_written
from kiun.initiatives.forms.reviews import ItemForm, PutOffForm, StatementForm
from kiun.initiatives.models import AgendaItem, Review
from kiun.initiatives.queries.reviews.page import agenda_of, earlier_decisions, listed_items
from kiun.initiatives.queries.reviews.visible import visible_items
from kiun.initiatives.services.reviews import (
    Writing,
    go_to_item,
    move_item,
    put_off,
    remove_item,
    save_item,
    take_up,
    write_all_down,
    write_down,
    write_statement,
)
from kiun.kernel.errors import ConflictError, DomainError
from kiun.kernel.keys import key_in
from kiun.municipality.actors import may, require
from kiun.municipality.middleware import TownRequest
from kiun.ui.dates import clock_time


def item_detail(request: TownRequest, pk: int) -> HttpResponse:
    item = get_object_or_404(listed_items(request.actor).select_related("review__current", "review__decider"), pk=pk)
    agenda = agenda_of(item.review, request.actor)
    row = next(row for row in agenda.rows if row.item.pk == pk)
    may_decide = may(request.actor, "initiatives.decide_in_review")
    form = HoldForm(request.POST or None, actor=request.actor, item=item) if may_decide else None
    if request.method == "POST" and form and accepts(form, lambda: _save_all(request, item, form)):
        messages.success(request, _("Saved."))
        return go_to(request, "initiatives:item_detail", pk)
    context: dict[str, Any] = {
        "item": item,
        "review": item.review,
        "row": row,
        "agenda": agenda,
        "place": agenda.place_of(item),
        "previous": agenda.next_to(item, -1),
        "next": agenda.next_to(item, 1),
        "earlier": earlier_decisions(item, request.actor),
        "may_decide": may_decide,
        "has_moved_on": item.review.is_running and item.review.current_id not in (None, pk),
        "may_hold": may(request.actor, "initiatives.hold_reviews"),
        "may_state": may(request.actor, "initiatives.state_on_item", item) and not item.review.is_closed,
        "version": town_version(request.town),
    }
    return (
        show_form(request, "initiatives/item_detail.html", form, **context)
        if form
        else render(request, "initiatives/item_detail.html", context)
    )


def _save_all(request: TownRequest, item: AgendaItem, form: HoldForm) -> None:
    """The way without a script: what differs from what the form was filled in from."""
    seen = form.cleaned_data["seen"] or 0
    if version_of(item) > seen:
        raise DomainError(_("Somebody else has written here in the meantime. Load the page again and compare."))
    writings = []
    for name, value in form.cleaned_data.items():
        known = as_written(form.initial.get(name))
        if name != "seen" and as_written(value) != known:
            writings.append(Writing(field=name, value=_stored_as(name, value), known=known))
    write_all_down(actor=request.actor, item=item, writings=writings)


def _stored_as(name: str, value: Any) -> Any:
    return value or None if name in ("person", "due_on", "initiative") else value


@require_POST
def item_save(request: TownRequest, pk: int) -> HttpResponse:
    """One field, as soon as it was changed. Answers with what is stored now and when."""
    require(request.actor, "initiatives.decide_in_review")
    item = get_object_or_404(listed_items(request.actor), pk=pk)
    form = HoldForm(None, actor=request.actor, item=item)
    name = request.POST.get("field", "")
    if name not in form.fields or name == "seen":
        return JsonResponse({"message": _("This field cannot be saved here.")}, status=UNPROCESSABLE)
    try:
        value = form.typed(name, request.POST.get("value", ""))
        known = request.POST.get("known", "").replace("\r\n", "\n")
        write_down(actor=request.actor, item=item, field=name, value=value, known=known)
    except ValidationError as error:
        said = " ".join(error.messages)
        return JsonResponse({"message": said}, status=UNPROCESSABLE)
    except ConflictError as error:
        return JsonResponse({"message": error.message, **error.details}, status=CONFLICT)
    except DomainError as error:
        return JsonResponse({"message": error.message}, status=UNPROCESSABLE)
    said = _("Saved at %(time)s") % {"time": clock_time(timezone.localtime())}
    return JsonResponse({"message": said, "stored": as_written(value)})


@require_POST
def item_go(request: TownRequest, pk: int) -> HttpResponse:
    """The meeting goes on to this item."""
    go_to_item(actor=request.actor, item=get_object_or_404(visible_items(request.actor), pk=pk))
    return go_to(request, "initiatives:item_detail", pk)


@require_POST
def item_move(request: TownRequest, pk: int) -> HttpResponse:
    item = get_object_or_404(visible_items(request.actor), pk=pk)
    down = request.POST.get("step", "").removeprefix("-")
    step = (key_in(down) or 0) * (-1 if request.POST.get("step", "").startswith("-") else 1)
    move_item(actor=request.actor, item=item, step=step)
    return go_to(request, "initiatives:review_detail", item.review_id)


def item_put_off(request: TownRequest, pk: int) -> HttpResponse:
    require(request.actor, "initiatives.hold_reviews")
    item = get_object_or_404(visible_items(request.actor).select_related("review"), pk=pk)
    form = PutOffForm(request.POST or None)
    if request.method == "POST" and accepts(
        form, lambda: put_off(actor=request.actor, item=item, reason=form.cleaned_data["put_off_reason"])
    ):
        messages.success(request, _("Put off until the next review."))
        return go_to(request, "initiatives:review_detail", item.review_id)
    page: dict[str, Any] = {"title": _("Put the item off"), "submit": _("Put it off")}
    return show_form(request, "initiatives/item_form.html", form, review=item.review, item=item, **page)


@require_POST
def item_take_up(request: TownRequest, pk: int) -> HttpResponse:
    item = get_object_or_404(visible_items(request.actor), pk=pk)
    take_up(actor=request.actor, item=item)
    return go_to(request, "initiatives:review_detail", item.review_id)


@require_POST
def item_remove(request: TownRequest, pk: int) -> HttpResponse:
    item = get_object_or_404(visible_items(request.actor), pk=pk)
    remove_item(actor=request.actor, item=item)
    messages.success(request, _("The item was removed."))
    return go_to(request, "initiatives:review_detail", item.review_id)


def item_create(request: TownRequest, pk: int) -> HttpResponse:
    require(request.actor, "initiatives.hold_reviews")
    review = get_object_or_404(Review, pk=pk)
    form = ItemForm(request.POST or None, instance=AgendaItem(review=review), actor=request.actor)
    if request.method == "POST" and accepts(form, lambda: save_item(actor=request.actor, item=form.instance)):
        messages.success(request, _("The item stands on the agenda."))
        return go_to(request, "initiatives:review_detail", pk)
    page: dict[str, Any] = {"title": _("Add an item"), "submit": _("Put it on the agenda")}
    return show_form(request, "initiatives/item_form.html", form, review=review, **page)


def item_edit(request: TownRequest, pk: int) -> HttpResponse:
    require(request.actor, "initiatives.hold_reviews")
    item = get_object_or_404(visible_items(request.actor).select_related("review"), pk=pk)
    return edit_row(
        request,
        item,
        make=lambda row, data: ItemForm(data, instance=row, actor=request.actor),
        save=lambda form: save_item(actor=request.actor, item=form.instance, seen=form.cleaned_data["seen"]),
        done=lambda: go_to(request, "initiatives:item_detail", pk),
        template="initiatives/item_form.html",
        review=item.review,
        item=item,
        title=_("Change the item"),
        submit=_("Save the item"),
    )


def item_statement(request: TownRequest, pk: int) -> HttpResponse:
    item = get_object_or_404(listed_items(request.actor), pk=pk)
    require(request.actor, "initiatives.state_on_item", item)
    statement = getattr(item, "statement", None)
    form = StatementForm(request.POST or None, initial={"text": statement.text if statement else ""})
    if statement:
        form.remember_version(statement)

    def save() -> None:
        chosen = form.cleaned_data
        write_statement(actor=request.actor, item=item, text=chosen["text"], seen=chosen["seen"])

    try:
        if request.method == "POST" and accepts(form, save):
            messages.success(request, _("Written down. It can be changed until the review is closed."))
            return go_to(request, "initiatives:item_detail", pk)
    except ConflictError as error:
        form.add_error("text", error.message)
        return show_form(
            request, "initiatives/item_statement.html", form, status=CONFLICT, review=item.review, item=item
        )
    return show_form(request, "initiatives/item_statement.html", form, review=item.review, item=item)
