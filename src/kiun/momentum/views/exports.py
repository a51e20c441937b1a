"""Results as files: exactly what the pages show to whoever asks for it."""

from urllib.parse import quote

from django.http import Http404, HttpResponse

from kiun.kernel.changes import Change, Verb
from kiun.kernel.tabular import OutputSheet, write_csv, write_workbook
from kiun.momentum.gap_map import gap_map
from kiun.momentum.measured import measured
from kiun.momentum.models import Wave
from kiun.momentum.queries.course import courses
from kiun.momentum.queries.items import wordings_of
from kiun.momentum.queries.sheets import course_sheet, gaps_sheet, groups_sheet, units_sheet
from kiun.momentum.views.chosen import ChosenWave, chosen_wave
from kiun.momentum.wording import name_of_wave, say_as_of
from kiun.municipality.actors import may, record, require
from kiun.municipality.middleware import TownRequest

EXCEL = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
CSV = "text/csv; charset=utf-8"


def export(request: TownRequest) -> HttpResponse:
    """The whole for those who see all; a head gets the town and the own units. `?format=csv` is the first sheet."""
    require(request.actor, "momentum.see")
    chosen = chosen_wave(request)
    sees_all = may(request.actor, "momentum.see_all_units")
    if chosen is None or not (sees_all or request.actor.headed_paths):
        raise Http404
    sheets = _sheets(request, chosen, sees_all=sees_all)
    is_csv = request.GET.get("format") == "csv"
    answer = HttpResponse(
        write_csv(sheets[0]) if is_csv else write_workbook(sheets), content_type=CSV if is_csv else EXCEL
    )
    name = quote(f"機運_{name_of_wave(chosen.wave)}.{'csv' if is_csv else 'xlsx'}", safe="")
    answer["Content-Disposition"] = f"attachment; filename*=UTF-8''{name}"
    kind = Wave._meta.label_lower
    record(
        request.actor, Change(object_type=kind, object_id=chosen.wave.pk, label=str(chosen.wave), verb=Verb.EXPORTED)
    )
    return answer


def _sheets(request: TownRequest, chosen: ChosenWave, *, sees_all: bool) -> list[OutputSheet]:
    results, title = chosen.results, say_as_of(chosen.wave)
    if not sees_all:
        return [units_sheet([results.town, *results.below(request.actor.headed_paths)], title)]
    return [
        units_sheet([results.town, *results.units], title),
        groups_sheet(results.roles, results.grades),
        gaps_sheet(gap_map(measured(chosen.answers)), wordings_of(chosen.wave)),
        course_sheet(courses()),
    ]
