"""Days of a plan as people write them in passing."""

import calendar
import re
import unicodedata
from datetime import date, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from kiun.ui.fields import DayField

WITHOUT_YEAR = re.compile(r"(?P<month>[0-9]{1,2})(?:月|/|\.)\s*(?:(?P<day>[0-9]{1,2})日?|(?P<end>末))")
FIRST, LAST = date(2000, 1, 1), date(2099, 12, 31)
# 12/5 may mean a day that is just over, or one of the coming months.
LOOKS_BACK = timedelta(days=92)
DECEMBER = 12


class PlanDayField(DayField):
    """As `DayField`, and without a year: 12/5, 3月末 mean the next such day, or one of the last three months."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"help_text": _("For example 12/5, R8.12.5 or 令和8年12月末."), **kwargs})

    def clean(self, value: Any) -> date | None:
        text = unicodedata.normalize("NFKC", str(value or "")).strip()
        written = WITHOUT_YEAR.fullmatch(text)
        day = _nearest(written, date.today()) if written else None  # noqa: DTZ011 - only the year matters
        day = day or super().clean(value)
        if day and not FIRST <= day <= LAST:
            raise ValidationError(_("Write a day between 2000 and 2099."))
        return day


def _nearest(written: re.Match[str], today: date) -> date | None:
    month = int(written["month"])
    if not 1 <= month <= DECEMBER:
        return None
    for year in (today.year - 1, today.year, today.year + 1):
        last = calendar.monthrange(year, month)[1]
        number = last if written["end"] else int(written["day"])
        if 1 <= number <= last and (day := date(year, month, number)) >= today - LOOKS_BACK:
            return day
    return None
