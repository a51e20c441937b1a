from django.db import transaction
from django.utils.translation import gettext as _

from kiun.kernel.changes import Verb, change_of, snapshot
from kiun.kernel.errors import DomainError
from kiun.municipality.actors import Actor, record
from kiun.municipality.models import User


@transaction.atomic
def change_profile(*, actor: Actor, name: str, kana: str, language: str) -> User:
    """What people may change about themselves."""
    if actor.user is None:
        raise DomainError(_("A profile belongs to a person."))
    if not name.strip():
        raise DomainError(_("Write the name."), field="name")
    user = User.objects.get(pk=actor.user.pk)
    before = snapshot(user, only=["name", "kana", "language"])
    user.name, user.kana, user.language = name.strip(), kana.strip(), language
    user.save(update_fields=["name", "kana", "language"])
    record(actor, change_of(user, Verb.CHANGED, before))
    return user
