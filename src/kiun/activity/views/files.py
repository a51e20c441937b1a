from django.http import FileResponse, Http404, HttpResponseBase
from django.shortcuts import redirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from kiun.activity.queries import visible_attachment
from kiun.activity.services import remove_attachment
from kiun.municipality.middleware import TownRequest, open_to_members


@open_to_members
def attachment(request: TownRequest, pk: int) -> HttpResponseBase:
    found = visible_attachment(request.actor, pk)
    if found is None:
        raise Http404
    # Given back as a file in every case: nothing that was uploaded runs inside a page of ours.
    return FileResponse(
        found.file.open(), as_attachment=True, filename=found.name, content_type="application/octet-stream"
    )


@require_POST
def attachment_remove(request: TownRequest, pk: int) -> HttpResponseBase:
    found = visible_attachment(request.actor, pk)
    if found is None:
        raise Http404
    remove_attachment(actor=request.actor, attachment=found)
    back = request.POST.get("next", "")
    safe = url_has_allowed_host_and_scheme(back, allowed_hosts=None)
    return redirect(back if safe else f"/t/{request.town.slug}/")
