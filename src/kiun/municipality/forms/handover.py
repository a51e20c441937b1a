from collections.abc import Iterable, Sequence
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.forms.boundfield import BoundField
from django.utils.translation import gettext_lazy as _

from kiun.municipality.actors import Actor
from kiun.municipality.forms.fields import PostField
from kiun.municipality.models import Membership
from kiun.municipality.queries import Holding
from kiun.municipality.services import Assignment
from kiun.ui.widgets import DateInput


class HandOverForm(forms.Form):
    """One successor for everything; another one for a kind or for a single row where somebody writes it."""

    successor = PostField(
        label=_("Everything goes to"), required=False, help_text=_("Write the name or the staff number.")
    )
    reason = forms.CharField(label=_("Reason"), max_length=200)
    end_on = forms.DateField(
        label=_("Also end the post (last day)"),
        widget=DateInput,
        required=False,
        help_text=_("Leave it empty if the person stays."),
    )

    def __init__(
        self, *args: Any, actor: Actor, posts: "QuerySet[Membership]", holdings: Sequence[Holding], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.holdings = holdings
        self.fields["successor"].offer(actor, posts)  # type: ignore[attr-defined]
        for name, label in self._finer_fields():
            field = PostField(label=label, required=False)
            # In the table the row stands beside the control instead of a label above it.
            field.widget.attrs.update({"class": "k-control", "aria-label": label})
            self.fields[name] = field
            field.offer(actor, posts)

    def _finer_fields(self) -> Iterable[tuple[str, Any]]:
        for holding in self.holdings:
            yield holding.ownable.id, holding.ownable.label
            for row in holding.rows:
                yield _row_name(holding, row), _("Successor for “%(row)s”") % {"row": row}

    def groups(self) -> list[tuple[Holding, BoundField, list[tuple[Any, BoundField]]]]:
        return [
            (
                holding,
                self[holding.ownable.id],
                [(row, self[_row_name(holding, row)]) for row in holding.rows],
            )
            for holding in self.holdings
        ]

    def assignments(self) -> list[Assignment]:
        """Rows by their successor; a row without any stays where it is."""
        chosen: dict[tuple[str, int], list[int]] = {}
        people: dict[int, Membership] = {}
        for holding in self.holdings:
            for row in holding.rows:
                to = self._successor(holding, row)
                if to:
                    people[to.pk] = to
                    chosen.setdefault((holding.ownable.id, to.pk), []).append(row.pk)
        return [
            Assignment(ownable=ownable, row_ids=frozenset(rows), to=people[key])
            for (ownable, key), rows in chosen.items()
        ]

    def _successor(self, holding: Holding, row: Any) -> Membership | None:
        data = self.cleaned_data
        names = (_row_name(holding, row), holding.ownable.id, "successor")
        return next((data[name] for name in names if data.get(name)), None)


def _row_name(holding: Holding, row: Any) -> str:
    return f"{holding.ownable.id}-{row.pk}"
