"""The editor of a questionnaire: each section and each question is a form of its own, so that it works everywhere."""

from functools import partial
from typing import Any

from django.core.paginator import Paginator
from django.http import HttpResponse, QueryDict
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_POST

from kiun.activity.views.saving import attempt, edit_row, go_to
from kiun.kernel.errors import DomainError
from kiun.kernel.keys import key_in
from kiun.municipality.middleware import TownRequest
from kiun.surveys.forms.questionnaires import ItemForm, SectionForm
from kiun.surveys.item_facts import PARTS
from kiun.surveys.models import Item, ItemKind, Section
from kiun.surveys.queries.questionnaires import library_items, ready_items
from kiun.surveys.queries.visible import changeable_questionnaires
from kiun.surveys.ready_made import ReadyItem, ready_item
from kiun.surveys.services.items import (
    duplicate_item,
    move_item,
    move_section,
    remove_item,
    remove_section,
    save_item,
    save_section,
    take_item,
)
from kiun.surveys.views.doors import own_item, own_questionnaire, own_section

DETAIL = "surveys:questionnaire_detail"
LIBRARY = "surveys:library"
ON_PAGE = 30


def _back(request: TownRequest, questionnaire: int, anchor: str = "") -> HttpResponse:
    answer = go_to(request, DETAIL, questionnaire)
    answer["Location"] += anchor
    return answer


def section_create(request: TownRequest, pk: int) -> HttpResponse:
    questionnaire = own_questionnaire(request, pk)
    return _write_section(request, Section(municipality=request.town, questionnaire=questionnaire))


def section_edit(request: TownRequest, pk: int) -> HttpResponse:
    return _write_section(request, own_section(request, pk))


def _write_section(request: TownRequest, section: Section) -> HttpResponse:
    def save(form: SectionForm) -> None:
        save_section(actor=request.actor, section=form.instance, seen=form.cleaned_data["seen"])

    return edit_row(
        request,
        section,
        make=lambda row, data: SectionForm(data, instance=row),
        save=save,
        done=lambda: _back(request, section.questionnaire_id),
        template="surveys/section_form.html",
        section=section,
        questionnaire=section.questionnaire,
    )


@require_POST
def section_move(request: TownRequest, pk: int) -> HttpResponse:
    section = own_section(request, pk)
    move_section(actor=request.actor, section=section, up=request.POST.get("way") == "up")
    return _back(request, section.questionnaire_id)


@require_POST
def section_remove(request: TownRequest, pk: int) -> HttpResponse:
    section = own_section(request, pk)
    act = partial(remove_section, actor=request.actor, section=section)
    return attempt(request, act, _("The section was removed."), DETAIL, section.questionnaire_id)


def item_create(request: TownRequest, pk: int) -> HttpResponse:
    """First the kind of answer, then what that kind needs."""
    questionnaire = own_questionnaire(request, pk)
    kind = request.GET.get("kind", "")
    if kind not in ItemKind.values:
        context = {"questionnaire": questionnaire, "kinds": ItemKind.choices, "section": request.GET.get("section", "")}
        return render(request, "surveys/item_kind.html", context)
    sections = Section.objects.filter(questionnaire=questionnaire)
    section = sections.filter(pk=key_in(request.GET.get("section")) or 0).first() or sections.last()
    item = Item(municipality=request.town, questionnaire=questionnaire, section=section, kind=kind)
    return _write_item(request, item)


def item_edit(request: TownRequest, pk: int) -> HttpResponse:
    return _write_item(request, own_item(request, pk))


def _write_item(request: TownRequest, item: Item) -> HttpResponse:
    questionnaire = item.questionnaire
    earlier = _earlier(item)

    def make(row: Item, data: QueryDict | None) -> ItemForm:
        return ItemForm(data, item=row, earlier=earlier)

    def save(form: ItemForm) -> None:
        save_item(actor=request.actor, item=item, facts=form.facts(), seen=form.cleaned_data["seen"])

    def done() -> HttpResponse:
        if "again" in request.POST:
            answer = go_to(request, "surveys:item_create", questionnaire.pk)
            answer["Location"] += f"?section={item.section_id}"
            return answer
        return _back(request, questionnaire.pk, f"#item-{item.pk}" if item.pk else "")

    page: dict[str, Any] = {
        "questionnaire": questionnaire,
        "item": item,
        "parts": PARTS[item.kind],
        "has_sections": Section.objects.filter(questionnaire=questionnaire).count() > 1,
    }
    return edit_row(request, item, make=make, save=save, done=done, template="surveys/item_form.html", **page)


def _earlier(item: Item) -> list[Item]:
    """What is asked before it; before a new one, everything."""
    items = list(Item.objects.filter(questionnaire=item.questionnaire_id).select_related("section"))
    return items[: items.index(item)] if item.pk else items


@require_POST
def item_move(request: TownRequest, pk: int) -> HttpResponse:
    item = own_item(request, pk)
    move_item(actor=request.actor, item=item, up=request.POST.get("way") == "up")
    return _back(request, item.questionnaire_id, f"#item-{pk}")


@require_POST
def item_duplicate(request: TownRequest, pk: int) -> HttpResponse:
    item = own_item(request, pk)
    copy = duplicate_item(actor=request.actor, item=item)
    return _back(request, item.questionnaire_id, f"#item-{copy.pk}")


@require_POST
def item_remove(request: TownRequest, pk: int) -> HttpResponse:
    item = own_item(request, pk)
    act = partial(remove_item, actor=request.actor, item=item)
    return attempt(request, act, pgettext("survey", "The question was removed."), DETAIL, item.questionnaire_id)


def library(request: TownRequest) -> HttpResponse:
    """Everything that was ever asked, and what comes with Kiun; `into` names the questionnaire that takes it."""
    words = request.GET.get("q", "")
    targets = changeable_questionnaires(request.actor).filter(is_locked=False).order_by("-pk")
    into = targets.filter(pk=key_in(request.GET.get("into")) or 0).first()
    page = Paginator(library_items(request.actor, words), ON_PAGE).get_page(request.GET.get("page"))
    context = {"words": words, "page": page, "ready": ready_items(words), "targets": targets, "into": into}
    return render(request, "surveys/library.html", context)


@require_POST
def library_take(request: TownRequest, pk: int) -> HttpResponse:
    """Into the questionnaire `pk`: `item` is the key of an item of the town, or set and short name of a ready one."""
    questionnaire = own_questionnaire(request, pk)

    def act() -> None:
        item = _named(request, request.POST.get("item", ""))
        take_item(actor=request.actor, questionnaire=questionnaire, item=item)

    done = _("The question stands at the end of “%(name)s”.") % {"name": questionnaire}
    answer = attempt(request, act, done, LIBRARY)
    answer["Location"] += f"?{request.GET.urlencode()}"
    return answer


def _named(request: TownRequest, name: str) -> Item | ReadyItem:
    slug, _colon, key = name.partition(":")
    found = ready_item(slug, key) or library_items(request.actor, "").filter(pk=key_in(name) or 0).first()
    if found is None:
        raise DomainError(_("This question is not in the library any more."))
    return found
