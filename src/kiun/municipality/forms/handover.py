from collections.abc import Callable, Iterable, Sequence
from typing import Any, TypeVar

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

K = TypeVar("K")


class HandOverForm(forms.Form):
    """One successor for everything; another one for a kind or for a single row where somebody writes it.

    Part of a name is enough to write, so nothing goes over before somebody has confirmed who is meant: `confirmed`
    repeats what the page said would happen. When the answer would be another one now, it is asked again.
    """

    successor = PostField(
        label=_("Everything goes to"), required=False, help_text=_("Write the name or the staff number.")
    )
    reason = forms.CharField(
        label=_("Reason"),
        max_length=200,
        help_text=_(
            "It stays in the history. For example: transfer of 1 April, maternity leave, new division of work."
        ),
    )
    end_on = forms.DateField(
        label=_("Also end the post (last day)"),
        widget=DateInput,
        required=False,
        help_text=_("Leave it empty if the person stays."),
    )
    confirmed = forms.CharField(required=False, widget=forms.HiddenInput)

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
        return [
            Assignment(ownable=ownable, row_ids=frozenset(row.pk for _holding, row in rows), to=to)
            for (ownable, to), rows in self._grouped(lambda holding, to: (holding.ownable.id, to)).items()
        ]

    def received(self) -> list[tuple[Membership, list[tuple[Holding, Any]]]]:
        """Who would receive what."""
        return list(self._grouped(lambda _holding, to: to).items())

    def _grouped(self, key: Callable[[Holding, Membership], K]) -> dict[K, list[tuple[Holding, Any]]]:
        grouped: dict[K, list[tuple[Holding, Any]]] = {}
        for holding in self.holdings:
            for row in holding.rows:
                if to := self._successor(holding, row):
                    grouped.setdefault(key(holding, to), []).append((holding, row))
        return grouped

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if not self.errors and not data.get("end_on") and not self.assignments():
            self.add_error("successor", _("Write who takes over."))
        return data

    def is_confirmed(self) -> bool:
        return bool(self.cleaned_data["confirmed"] == self.outcome())

    def outcome(self) -> str:
        """What would happen, for comparing."""
        parts = [
            f"{part.ownable}:{'+'.join(map(str, sorted(part.row_ids)))}:{part.to.pk}" for part in self.assignments()
        ]
        return " ".join([*parts, str(self.cleaned_data["end_on"])])

    def _successor(self, holding: Holding, row: Any) -> Membership | None:
        data = self.cleaned_data
        names = (_row_name(holding, row), holding.ownable.id, "successor")
        return next((data[name] for name in names if data.get(name)), None)


def _row_name(holding: Holding, row: Any) -> str:
    return f"{holding.ownable.id}-{row.pk}"
