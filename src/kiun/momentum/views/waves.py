"""When momentum is measured: a fiscal year's waves, planned with one button, changed, opened."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from kiun.activity.views.saving import edit_row, go_to
from kiun.kernel.fiscal_year import FiscalYear, fiscal_year_of
from kiun.kernel.keys import key_in
from kiun.momentum.forms.waves import WaveForm
from kiun.momentum.models import Wave
from kiun.momentum.queries.needed_first import lacks_staff
from kiun.momentum.queries.published import next_wave
from kiun.momentum.queries.year import WaveRow, waves_of_year, years_with_waves
from kiun.momentum.services.waves import begin_now, change_wave, plan_year, remove_wave
from kiun.momentum.wording import name_of_wave, say_running, say_waves
from kiun.municipality.actors import may, require
from kiun.municipality.middleware import TownRequest
from kiun.ui.dates import fiscal_year_label
from kiun.ui.links import town_url


def wave_list(request: TownRequest) -> HttpResponse:
    require(request.actor, "momentum.see")
    years = years_with_waves(request.actor.on)
    year = _year(request, years)
    rows = waves_of_year(year)
    context = {
        "year": year,
        "years": [(one, fiscal_year_label(one)) for one in years],
        "rows": [(row, _said(request, row)) for row in rows],
        "lead": say_waves(rows, year),
        "may_plan": may(request.actor, "momentum.plan_waves"),
        "sees_all": may(request.actor, "momentum.see_all_units"),
        "needed": lacks_staff(request.actor),
        "upcoming": next_wave(request.actor.on),
        "can_be_planned": year.end >= request.actor.on,
    }
    return render(request, "momentum/wave_list.html", context)


def _year(request: TownRequest, years: list[int]) -> FiscalYear:
    wanted = key_in(request.GET.get("year"))
    return FiscalYear(wanted) if wanted in years else fiscal_year_of(request.actor.on)


def _said(request: TownRequest, row: WaveRow) -> str:
    is_running = row.survey is not None and row.survey.is_open
    return say_running(row.survey, row.counts, request.actor.on) if is_running and row.survey and row.counts else ""


@require_POST
def wave_plan(request: TownRequest) -> HttpResponse:
    require(request.actor, "momentum.plan_waves")
    year = _year(request, years_with_waves(request.actor.on))
    planned = plan_year(actor=request.actor, year=year)
    if planned:
        told = ngettext("%(n)s wave is planned.", "%(n)s waves are planned.", len(planned)) % {"n": len(planned)}
        messages.success(request, told)
    else:
        messages.info(request, _("All waves that can still be held this year are planned already."))
    return redirect(f"{town_url(request.town, 'momentum:wave_list')}?year={year.year}")


def wave_edit(request: TownRequest, pk: int) -> HttpResponse:
    require(request.actor, "momentum.plan_waves")
    wave = get_object_or_404(Wave.objects.filter(survey=None), pk=pk)
    return edit_row(
        request,
        wave,
        make=lambda row, data: WaveForm(data, instance=row),
        save=lambda form: change_wave(actor=request.actor, wave=form.instance, seen=form.cleaned_data["seen"]),
        done=lambda: _done(request, wave, _("The wave is changed.")),
        template="momentum/wave_form.html",
        wave=wave,
        name=name_of_wave(wave),
    )


def _done(request: TownRequest, wave: Wave, words: str) -> HttpResponse:
    messages.success(request, words)
    return redirect(f"{town_url(request.town, 'momentum:wave_list')}?year={wave.fiscal_year}")


@require_POST
def wave_open(request: TownRequest, pk: int) -> HttpResponse:
    require(request.actor, "momentum.plan_waves")
    wave = get_object_or_404(Wave.objects.select_related("municipality"), pk=pk)
    survey = begin_now(actor=request.actor, wave=wave)
    messages.success(request, _("The survey has begun; whoever is asked has been told."))
    return go_to(request, "surveys:survey_detail", survey.pk)


@require_POST
def wave_remove(request: TownRequest, pk: int) -> HttpResponse:
    require(request.actor, "momentum.plan_waves")
    wave = get_object_or_404(Wave, pk=pk)
    remove_wave(actor=request.actor, wave=wave)
    return _done(request, wave, _("The wave is taken out of the plan."))
