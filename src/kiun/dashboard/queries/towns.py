from datetime import date

from django.db.models import Q, QuerySet
from django_scopes import scopes_disabled

from kiun.municipality.models import Membership, Municipality, User


def towns_of(user: User, on: date) -> QuerySet[Municipality]:
    """Towns in which the person has a post on the day: asked before a town has been opened."""
    with scopes_disabled():
        current = Membership.objects.filter(
            Q(valid_to__isnull=True) | Q(valid_to__gte=on), user=user, valid_from__lte=on
        )
        return Municipality.objects.filter(pk__in=list(current.values_list("municipality", flat=True)))
