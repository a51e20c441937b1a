from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from kiun.activity.models import Job
from kiun.municipality.models import Membership, OwnedModel


class CouncilReport(OwnedModel):
    """議会などへの報告書 for a period. What it says is kept as it was written, in the form of `reports.document`; its
    Word file and its slides are attachments.
    """

    title = models.CharField(pgettext_lazy("report", "title"), max_length=120)
    first = models.DateField(pgettext_lazy("report", "from"))
    last = models.DateField(pgettext_lazy("report", "until"))
    # With what residents do not see; such a report is never published.
    is_internal = models.BooleanField(_("for internal use"), default=False)
    content = models.JSONField(default=dict, editable=False)
    written_at = models.DateTimeField(null=True, editable=False)
    published_on = models.DateField(_("published on"), null=True, blank=True)
    job = models.ForeignKey(Job, models.SET_NULL, null=True, editable=False, related_name="+")
    made_by = models.ForeignKey(Membership, models.PROTECT, null=True, editable=False, related_name="+")

    class Meta(OwnedModel.Meta):
        ordering = ["-pk"]
        verbose_name = _("report")
        verbose_name_plural = _("reports")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(last__gte=models.F("first")),
                name="report_ends_after_it_begins",
                violation_error_message=_("The period ends before it begins."),
            ),
            models.CheckConstraint(
                condition=models.Q(published_on__isnull=True) | models.Q(is_internal=False),
                name="internal_report_is_not_published",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def is_written(self) -> bool:
        return self.written_at is not None
