from django.contrib import messages
from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from kiun.activity.views.saving import accepts, go_to, show_form
from kiun.initiatives.forms.priorities import PriorityTable
from kiun.initiatives.models import Priority
from kiun.initiatives.queries.listing import changeable_initiatives
from kiun.initiatives.services.priorities import set_priorities
from kiun.municipality.actors import require
from kiun.municipality.middleware import TownRequest


def priority_edit(request: TownRequest) -> HttpResponse:
    """All that the person may change, in one table."""
    require(request.actor, "initiatives.propose_initiative")
    rows = changeable_initiatives(request.actor).order_by("priority", "department__place", "order", "pk")
    form = PriorityTable(request.POST or None, initiatives=list(rows))

    def save() -> None:
        changed = set_priorities(actor=request.actor, chosen=form.chosen, reason=form.cleaned_data["reason"])
        said = ngettext("%(n)s priority was changed.", "%(n)s priorities were changed.", changed) % {"n": changed}
        messages.success(request, said if changed else _("Nothing has changed."))

    if request.method == "POST" and accepts(form, save):
        return go_to(request, "initiatives:priority_edit")
    return show_form(request, "initiatives/priority_form.html", form, priorities=Priority.choices)
