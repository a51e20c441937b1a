from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from kiun.municipality.forms import ProfileForm, TownForm
from kiun.municipality.middleware import TownRequest, open_to_members
from kiun.municipality.models import Municipality
from kiun.municipality.services import change_profile, change_town
from kiun.municipality.sign_in import set_language_cookie
from kiun.municipality.views.doors import attempt, for_the_dx_office, tell
from kiun.ui.links import town_url


@for_the_dx_office
def town_settings(request: TownRequest) -> HttpResponse:
    # A copy: what somebody types and does not save must not stand in the page's header.
    form = TownForm(request.POST or None, instance=Municipality.objects.get(pk=request.town.pk))
    if request.method == "POST" and attempt(form, lambda: change_town(actor=request.actor, town=form.instance)):
        tell(request, _("The changes are saved."))
        return redirect(town_url(request.town, "municipality:town_settings"))
    address = settings.PUBLIC_URL + town_url(request.town, "public:home")
    return render(request, "municipality/town_settings.html", {"form": form, "public_address": address})


@open_to_members
def profile(request: TownRequest) -> HttpResponse:
    user = request.user
    initial = {"name": user.name, "kana": user.kana, "language": user.language}
    form = ProfileForm(request.POST or None, initial=initial)
    if request.method == "POST" and attempt(form, lambda: change_profile(actor=request.actor, **form.cleaned_data)):
        tell(request, _("The changes are saved."))
        response = redirect(town_url(request.town, "municipality:profile"))
        set_language_cookie(response, form.cleaned_data["language"])
        return response
    return render(request, "municipality/profile.html", {"form": form})
