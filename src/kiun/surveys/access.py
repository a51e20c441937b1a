"""The right that an access key can have in this room."""

from django.utils.translation import gettext_lazy as _

from kiun.municipality.access_scopes import AccessScope, access_scopes

READ = "surveys:read"


def register() -> None:
    access_scopes.register(AccessScope(id=READ, label=_("read the results of surveys")))
