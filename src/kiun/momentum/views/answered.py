"""For everybody who works here: what was said, and what was done about it."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render

from kiun.momentum.queries.interventions import recent
from kiun.momentum.queries.published import next_wave
from kiun.momentum.unit_lines import dimension_lines, some_within_chance
from kiun.momentum.views.chosen import chosen_wave
from kiun.momentum.wording import say_as_of, say_response, say_town
from kiun.municipality.actors import may, require
from kiun.municipality.middleware import TownRequest
from kiun.surveys.queries.visible import tickets_to_use


def answered(request: TownRequest) -> HttpResponse:
    require(request.actor, "momentum.see")
    chosen = chosen_wave(request)
    context: dict[str, Any] = {
        "chosen": chosen,
        "next_wave": next_wave(request.actor.on),
        "waiting": tickets_to_use(request.actor).filter(survey__wave__isnull=False).first(),
        "sees_all": may(request.actor, "momentum.see_all_units"),
        "heads": bool(request.actor.headed_paths),
        "tried": recent(request.actor),
    }
    if chosen:
        town = chosen.results.town
        context |= {
            "lead": say_town(town, has_earlier=chosen.has_earlier),
            "as_of": say_as_of(chosen.wave),
            "whole": town,
            "response": say_response(town),
            "dimensions": dimension_lines(town, town, has_earlier=chosen.has_earlier),
            "intention": chosen.results.intention,
            "trust": chosen.results.trust,
        }
        context["profile_within_chance"] = some_within_chance(context["dimensions"])
    return render(request, "momentum/answered.html", context)
