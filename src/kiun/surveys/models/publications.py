"""What of a closed survey may be shown."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from kiun.municipality.models import OwnedModel
from kiun.surveys.models.surveys import Survey


class Publication(OwnedModel):
    """公表の範囲 (`disclosure.Disclosure`): decided once, with the tree of departments of that day. What was shown once
    is shown for ever: later surveys that ask the same are kept from giving it away.
    """

    survey = models.OneToOneField(Survey, models.CASCADE, related_name="publication")
    arrays = models.BinaryField(editable=False)
    # Of each department of that day: {"id", "path", "name"}, in the order of the tree.
    tree = models.JSONField(default=list, editable=False)

    class Meta(OwnedModel.Meta):
        ordering = ["pk"]
        verbose_name = _("what may be shown of a survey")
        verbose_name_plural = _("what may be shown of surveys")

    def __str__(self) -> str:
        return str(self.survey)
