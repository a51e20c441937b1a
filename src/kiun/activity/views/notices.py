from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from kiun.activity.forms import RhythmForm
from kiun.activity.queries import notices_of, rhythm_of
from kiun.activity.services import choose_rhythm, mark_read
from kiun.municipality.middleware import TownRequest, open_to_members

NOTICES_ON_PAGE = 30


@open_to_members
def notice_list(request: TownRequest) -> HttpResponse:
    form = RhythmForm(request.POST or None, initial={"rhythm": rhythm_of(request.user)})
    if request.method == "POST" and form.is_valid() and request.actor.membership:
        choose_rhythm(actor=request.actor, rhythm=form.cleaned_data["rhythm"])
        return redirect("activity:notice_list", town=request.town.slug)
    page = Paginator(notices_of(request.actor), NOTICES_ON_PAGE).get_page(request.GET.get("page"))
    return render(request, "activity/notice_list.html", {"page": page, "form": form})


@open_to_members
@require_POST
def notice_open(request: TownRequest, pk: int) -> HttpResponse:
    """Mark as read and go where the notice leads."""
    notice = get_object_or_404(notices_of(request.actor), pk=pk)
    mark_read(actor=request.actor, notices=[notice])
    if notice.path and url_has_allowed_host_and_scheme(notice.path, allowed_hosts=None):
        return redirect(notice.path)
    return redirect("activity:notice_list", town=request.town.slug)


@open_to_members
@require_POST
def notices_read(request: TownRequest) -> HttpResponse:
    mark_read(actor=request.actor)
    return redirect("activity:notice_list", town=request.town.slug)
