"""Where values come from: the list of sources, the choice for one indicator, and programs that bring values."""

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from kiun.activity.views.saving import accepts, go_to, show_form
from kiun.goals.forms.sources import ProgramForm, SourceForm
from kiun.goals.models import Indicator, PushedReading, PushedSource
from kiun.goals.queries import recordable_indicators, visible_indicators
from kiun.goals.queries.source_files import visible_source_files
from kiun.goals.queries.sources import (
    failing_indicators,
    keys_of,
    names_of_sources,
    source_id,
    source_rows,
    sources_of_town,
)
from kiun.goals.services.sources import choose_source, end_program, issue_program_key, set_up_program
from kiun.municipality.actors import may, require
from kiun.municipality.middleware import TownRequest
from kiun.municipality.models import ApiToken
from kiun.municipality.services import revoke_access_key
from kiun.ui.links import town_url

READINGS_SHOWN = 20
FILES_SHOWN = 10


def source_list(request: TownRequest) -> HttpResponse:
    context = {
        "rows": source_rows(request.actor),
        "failing": list(failing_indicators(request.actor)),
        "files": visible_source_files(request.actor)[:FILES_SHOWN],
        "may_manage": may(request.actor, "goals.manage_sources"),
        "may_upload": recordable_indicators(request.actor).exists(),
    }
    return render(request, "goals/source_list.html", context)


def indicator_source(request: TownRequest, pk: int) -> HttpResponse:
    rows = visible_indicators(request.actor).select_related("goal__plan", "department", "collection")
    indicator: Indicator = get_object_or_404(rows, pk=pk)
    require(request.actor, "goals.change_indicator", indicator)
    form = SourceForm(request.POST or None, sources=sources_of_town(), initial={"source": indicator.source})
    if request.method == "POST" and form.is_valid() and form.is_file:
        return redirect(town_url(request.town, "goals:source_upload") + f"?indicator={pk}")
    if request.method == "POST" and accepts(form, lambda: _choose(request, indicator, form)):
        messages.success(request, _("The values of “%(name)s” now come from there.") % {"name": indicator})
        return go_to(request, "goals:indicator_detail", pk)
    name = names_of_sources([indicator.source])[indicator.source]
    collection = getattr(indicator, "collection", None)
    return show_form(request, "goals/source_choose.html", form, indicator=indicator, name=name, collection=collection)


def _choose(request: TownRequest, indicator: Indicator, form: SourceForm) -> None:
    data = form.cleaned_data
    choose_source(actor=request.actor, indicator=indicator, source=data["source"], reason=data["reason"])


def program_create(request: TownRequest) -> HttpResponse:
    require(request.actor, "goals.manage_sources")
    form = ProgramForm(request.POST or None)
    secrets: list[str] = []

    def save() -> None:
        program, secret = set_up_program(actor=request.actor, program=form.program())
        secrets.extend([program.slug, secret])

    if request.method == "POST" and accepts(form, save):
        return _program_page(request, secrets[0], secret=secrets[1])
    return show_form(request, "goals/source_program_form.html", form)


def program_detail(request: TownRequest, slug: str) -> HttpResponse:
    require(request.actor, "goals.manage_sources")
    return _program_page(request, slug)


def _program_page(request: TownRequest, slug: str, secret: str = "") -> HttpResponse:
    """With `secret` right after a key was made: it is stored nowhere, so this answer is the only one that shows it."""
    program = get_object_or_404(PushedSource.objects.select_related("created_by__user"), slug=slug)
    context = {
        "program": program,
        "secret": secret,
        "keys": keys_of(program),
        "readings": PushedReading.objects.filter(source=program).order_by("-on")[:READINGS_SHOWN],
        "indicators": visible_indicators(request.actor).filter(source=source_id(program)).select_related("owner__user"),
        "address": f"{settings.PUBLIC_URL}/api/v1/sources/{program.slug}/readings",
    }
    return render(request, "goals/source_program.html", context)


@require_POST
def program_key(request: TownRequest, slug: str) -> HttpResponse:
    program = get_object_or_404(PushedSource, slug=slug)
    _key, secret = issue_program_key(actor=request.actor, program=program)
    return _program_page(request, slug, secret=secret)


@require_POST
def program_key_revoke(request: TownRequest, slug: str, pk: int) -> HttpResponse:
    program = get_object_or_404(PushedSource, slug=slug)
    key = get_object_or_404(ApiToken.objects.filter(source=program.slug), pk=pk)
    revoke_access_key(actor=request.actor, key=key)
    messages.success(request, _("The key works no more."))
    return go_to(request, "goals:source_program", slug)


@require_POST
def program_end(request: TownRequest, slug: str) -> HttpResponse:
    program = get_object_or_404(PushedSource, slug=slug)
    end_program(actor=request.actor, program=program, on=request.actor.on)
    messages.success(request, _("“%(source)s” brings no more values. What it brought stays.") % {"source": program})
    return go_to(request, "goals:source_list")
