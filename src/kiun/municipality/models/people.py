from datetime import date

from django.contrib.auth.models import AbstractUser
from django.db import models
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from kiun.municipality.models.departments import Department
from kiun.municipality.models.ownership import OwnedModel


class Role(models.TextChoices):
    ADMIN = "admin", _("DX office")
    EXECUTIVE = "executive", _("mayor or executive")
    HEAD = "head", _("head of department")
    MEMBER = "member", _("staff in charge")
    VIEWER = "viewer", _("reader")
    PARTNER = "partner", _("partner")
    RESIDENT = "resident", _("resident")


# Posts of these roles own things, enter data and stand in for others; a reader of the town hall only looks.
WRITING_ROLES = (Role.ADMIN, Role.EXECUTIVE, Role.HEAD, Role.MEMBER)
STAFF_ROLES = (*WRITING_ROLES, Role.VIEWER)


class User(AbstractUser):
    """A person who signs in; what they may do in a town stands in their memberships."""

    first_name = None  # type: ignore[assignment]
    last_name = None  # type: ignore[assignment]
    name = models.CharField(_("name"), max_length=80)
    kana = models.CharField(_("reading"), max_length=80, blank=True)
    language = models.CharField(
        _("language"), max_length=5, default="ja", choices=[("ja", "日本語"), ("en", "English")]
    )

    REQUIRED_FIELDS = ["email", "name"]

    class Meta:
        verbose_name = _("user")
        verbose_name_plural = _("users")
        constraints = [models.UniqueConstraint(Lower("email"), condition=~models.Q(email=""), name="user_email_once")]

    def __str__(self) -> str:
        return self.name or self.username

    def get_full_name(self) -> str:
        return self.name

    def get_short_name(self) -> str:
        return self.name


class Membership(OwnedModel):
    """A post: who serves where in which role, from a day until a day (inclusive). Things are owned by a post, so that
    a 人事異動 ends the post and asks who takes over, instead of leaving an owner who has moved on.
    """

    user = models.ForeignKey(User, models.PROTECT, related_name="memberships", verbose_name=_("person"))
    department = models.ForeignKey(
        Department, models.PROTECT, null=True, blank=True, related_name="memberships", verbose_name=_("department")
    )
    role = models.CharField(_("role"), max_length=10, choices=Role.choices, default=Role.MEMBER)
    title = models.CharField(_("title"), max_length=40, blank=True)
    staff_number = models.CharField(_("staff number"), max_length=20, blank=True)
    valid_from = models.DateField(_("from"))
    valid_to = models.DateField(_("until"), null=True, blank=True)

    class Meta(OwnedModel.Meta):
        ordering = ["department__place", "department_id", "pk"]
        verbose_name = _("post")
        verbose_name_plural = _("posts")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(valid_to__isnull=True) | models.Q(valid_to__gte=models.F("valid_from")),
                name="membership_ends_after_it_begins",
                violation_error_message=_("The post ends before it begins."),
            ),
        ]
        indexes = [models.Index(fields=["municipality", "user"]), models.Index(fields=["municipality", "staff_number"])]

    def __str__(self) -> str:
        return self.user.name

    def is_current(self, on: date) -> bool:
        return self.valid_from <= on and (self.valid_to is None or self.valid_to >= on)

    def may_own(self, on: date) -> bool:
        """Twin of `queries.people.may_own_on`."""
        return self.is_current(on) and self.role in WRITING_ROLES and self.user.is_active


class Deputyship(OwnedModel):
    """`deputy` may act for `principal` from a day until a day."""

    principal = models.ForeignKey(Membership, models.CASCADE, related_name="deputies", verbose_name=_("acts for"))
    deputy = models.ForeignKey(Membership, models.CASCADE, related_name="principals", verbose_name=_("stand-in"))
    valid_from = models.DateField(_("from"))
    valid_to = models.DateField(_("until"), null=True, blank=True)

    class Meta(OwnedModel.Meta):
        ordering = ["valid_from", "pk"]
        verbose_name = _("stand-in")
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(principal=models.F("deputy")),
                name="nobody_deputises_for_themselves",
                violation_error_message=_("Choose another person as stand-in."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.deputy} → {self.principal}"
