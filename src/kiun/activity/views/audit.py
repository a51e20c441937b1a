from collections.abc import Iterator

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone

from kiun.activity.forms import AuditFilterForm
from kiun.activity.history import VIA, field_changes, history_entries, kind_name, verb_name
from kiun.activity.models import AuditEntry
from kiun.activity.queries import audit_entries
from kiun.kernel.changes import Change, Verb
from kiun.kernel.tabular import OutputColumn, OutputSheet, write_csv
from kiun.municipality.actors import record, require
from kiun.municipality.middleware import TownRequest

ENTRIES_ON_PAGE = 50
ENTRIES_IN_EXPORT = 100_000


def audit_list(request: TownRequest) -> HttpResponse:
    require(request.actor, "municipality.see_audit")
    form = AuditFilterForm(request.GET)
    page = Paginator(audit_entries(form.wanted()), ENTRIES_ON_PAGE).get_page(request.GET.get("page"))
    ways = [VIA.get(entry.via, entry.via) for entry in page]
    rows = list(zip(page, history_entries(page), ways, strict=True))
    return render(request, "activity/audit_list.html", {"form": form, "page": page, "rows": rows})


def audit_export(request: TownRequest) -> HttpResponse:
    """What the filter shows, as a table; that it was taken out is itself recorded."""
    require(request.actor, "municipality.see_audit")
    entries = audit_entries(AuditFilterForm(request.GET).wanted())[:ENTRIES_IN_EXPORT]
    headers = ("日時", "だれが", "何を", "種類", "対象", "前", "後", "理由", "経路", "接続元")
    sheet = OutputSheet(
        name="audit", columns=[OutputColumn(header) for header in headers], rows=_rows(entries.iterator())
    )
    content = write_csv(sheet)
    record(request.actor, _taken_out(request))
    return HttpResponse(
        content,
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{request.town.slug}-audit.csv"'},
    )


def _rows(entries: Iterator[AuditEntry]) -> Iterator[tuple[str, ...]]:
    for entry in entries:
        changes = field_changes(entry)
        yield (
            timezone.localtime(entry.at).isoformat(timespec="seconds"),
            entry.actor,
            verb_name(entry.verb),
            kind_name(entry.object_type),
            entry.label,
            " / ".join(f"{change.label}: {change.before}" for change in changes if change.before),
            " / ".join(f"{change.label}: {change.after}" for change in changes if change.after),
            entry.reason,
            str(VIA.get(entry.via, entry.via)),
            entry.address,
        )


def _taken_out(request: TownRequest) -> Change:
    return Change(
        object_type="activity.auditentry", object_id=0, label=request.GET.urlencode()[:200], verb=Verb.EXPORTED
    )
