from typing import TYPE_CHECKING, Any, NoReturn

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django_scopes import ScopedManager

from kiun.kernel.changes import Verb
from kiun.kernel.errors import NotAllowedError
from kiun.municipality.models import OwnedManager, OwnedModel, OwnedQuerySet, User

# Signing in and taking a file along are recorded and change nothing that a page shows. Written verb by verb, because
# a database takes the index only for the very condition that it was made with.
CHANGES_SOMETHING = ~Q(verb=Verb.SIGNED_IN.value) & ~Q(verb=Verb.EXPORTED.value)


def _refuse() -> NoReturn:
    raise NotAllowedError(_("The record of changes can be neither changed nor deleted."))


class AppendOnlyQuerySet(OwnedQuerySet):
    def update(self, **kwargs: Any) -> int:
        _refuse()

    def delete(self) -> tuple[int, dict[str, int]]:
        _refuse()

    def bulk_update(self, *args: Any, **kwargs: Any) -> int:
        _refuse()


class AppendOnlyManager(OwnedManager.from_queryset(AppendOnlyQuerySet)):  # type: ignore[misc]
    """Adds and reads; nothing else."""


class AuditEntry(OwnedModel):
    """監査記録: who did what to which row, before and after, when and from where. Append-only."""

    at = models.DateTimeField(_("when"), default=timezone.now, editable=False)
    user = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("who"))
    actor = models.CharField(_("who"), max_length=80)
    verb = models.CharField(_("what"), max_length=20)
    object_type = models.CharField(_("kind"), max_length=60)
    object_id = models.BigIntegerField()
    label = models.CharField(_("of"), max_length=200)
    before = models.JSONField(_("before"), default=dict)
    after = models.JSONField(_("after"), default=dict)
    reason = models.TextField(_("reason"), blank=True)
    via = models.CharField(_("by way of"), max_length=20)
    address = models.CharField(_("from where"), max_length=64, blank=True)

    if not TYPE_CHECKING:
        objects = ScopedManager(municipality="municipality", _manager_class=AppendOnlyManager)

    class Meta(OwnedModel.Meta):
        ordering = ["-pk"]
        verbose_name = _("audit record")
        indexes = [
            models.Index(fields=["municipality", "-id"]),
            models.Index(fields=["municipality", "object_type", "object_id"]),
            # Every open page asks for the newest change every few seconds, and most entries are sign-ins.
            models.Index(fields=["municipality", "-id"], name="audit_changes", condition=CHANGES_SOMETHING),
        ]

    def __str__(self) -> str:
        return f"{self.actor} {self.verb} {self.label}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        if self.pk is not None:
            _refuse()
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        _refuse()
