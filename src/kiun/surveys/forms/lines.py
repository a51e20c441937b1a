"""Several things in one text, one a line."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

LONGEST_LINE = 100


class LinesField(forms.CharField):
    """`parallel`: lines belong to those of another field, so that an empty one counts."""

    def __init__(self, *, most: int = 50, parallel: bool = False, **kwargs: Any) -> None:
        super().__init__(widget=forms.Textarea(attrs={"rows": 5}), strip=not parallel, **kwargs)
        self.most, self.parallel = most, parallel

    def clean(self, value: Any) -> list[str]:
        lines = [line.strip() for line in super().clean(value).splitlines()]
        found = _without_empty_end(lines) if self.parallel else [line for line in lines if line]
        if len(found) > self.most:
            raise ValidationError(_("Write %(limit)s lines at most.") % {"limit": self.most})
        if any(len(line) > LONGEST_LINE for line in found):
            raise ValidationError(_("Write each line with at most %(limit)s characters.") % {"limit": LONGEST_LINE})
        return found

    def prepare_value(self, value: Any) -> Any:
        return "\n".join(value) if isinstance(value, list) else value


def _without_empty_end(lines: list[str]) -> list[str]:
    while lines and not lines[-1]:
        lines.pop()
    return lines
