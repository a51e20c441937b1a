"""Fields with several lines: the people who help, and the tasks that come before."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Q, QuerySet
from django.forms.renderers import BaseRenderer
from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from kiun.initiatives.models import Initiative, LinkKind, Task, TaskLink
from kiun.initiatives.models.initiatives import LONGEST_LAG
from kiun.initiatives.queries.task_names import task_labels, tasks_named
from kiun.initiatives.services import Predecessor
from kiun.kernel.errors import DomainError
from kiun.kernel.tabular import parse_quantity
from kiun.municipality.actors import Actor
from kiun.municipality.forms.fields import PostField
from kiun.municipality.models import Membership
from kiun.municipality.queries import may_own_on, visible_posts
from kiun.municipality.queries.people import LONGEST_LABEL, post_label
from kiun.ui.links import town_url
from kiun.ui.widgets import TextRows

MOST_ROWS = 50


class PostsField(PostField):
    """People, each typed by name or staff number with proposals from the whole town hall."""

    widget = TextRows

    def offer_colleagues(self, actor: Actor, kept: Iterable[int] = ()) -> None:
        """Whoever helps already may stay, even if the post has ended."""
        self.posts = visible_posts(actor).filter(may_own_on(actor.on) | Q(pk__in=list(kept)))
        self.widget.attrs.update(
            {
                "list": "post-choices",
                "autocomplete": "off",
                "maxlength": LONGEST_LABEL,
                "aria-label": self.label,
                "hx-get": town_url(actor.municipality, "initiatives:person_choices"),
                "hx-trigger": "input changed delay:200ms, focus once",
                "hx-target": "#post-choices",
            }
        )

    def clean(self, value: Any) -> Any:
        texts = [str(text) for text in value or []]
        if len(texts) > MOST_ROWS or any(len(text) > LONGEST_LABEL for text in texts):
            raise ValidationError(_("At most %(count)s people, each by name or staff number.") % {"count": MOST_ROWS})
        return list(dict.fromkeys(self._find(text) for text in texts))

    def prepare_value(self, value: Any) -> Any:
        return [post_label(row) if isinstance(row, Membership) else row for row in value or []]


@dataclass(frozen=True)
class PredecessorRow:
    """One line as it was typed."""

    task: str
    kind: str = LinkKind.FINISH_START
    lag: str = ""


class PredecessorRows(forms.Widget):
    EMPTY = 2
    choices_url = ""

    def value_from_datadict(self, data: Any, files: Any, name: str) -> list[PredecessorRow]:
        names = [f"{name}_{part}" for part in ("task", "kind", "lag")]
        if not hasattr(data, "getlist"):
            return list(data.get(name, []))
        rows = zip(*(data.getlist(part) for part in names), strict=False)
        return [PredecessorRow(*row) for row in rows if row[0].strip()]

    def value_omitted_from_data(self, data: Any, files: Any, name: str) -> bool:
        return f"{name}_task" not in data

    def render(
        self, name: str, value: Any, attrs: dict[str, Any] | None = None, renderer: BaseRenderer | None = None
    ) -> SafeString:
        rows = [*(value or []), *[PredecessorRow("")] * self.EMPTY]
        given = attrs or {}
        context = {
            "name": name,
            "id": given.get("id", ""),
            "described_by": given.get("aria-describedby", ""),
            "rows": rows,
            "kinds": LinkKind.choices,
            "choices": self.choices_url,
        }
        return render_to_string("initiatives/predecessor_rows.html", context)


class PredecessorsField(forms.Field):
    """Tasks that come before, each with how it holds this one up and how many working days lie between."""

    widget: Any = PredecessorRows
    tasks: QuerySet[Task]
    initiative: Initiative

    def offer(self, tasks: QuerySet[Task], initiative: Initiative, town: Any) -> None:
        self.tasks, self.initiative = tasks, initiative
        choices = town_url(town, "initiatives:task_choices")
        self.widget.choices_url = f"{choices}?initiative={initiative.pk}"

    def clean(self, value: Any) -> list[Predecessor]:
        rows = list(value or [])
        if len(rows) > MOST_ROWS:
            raise ValidationError(_("A task waits for at most %(count)s others.") % {"count": MOST_ROWS})
        return [Predecessor(task=self._find(row.task), kind=_kind(row), lag_days=_lag(row)) for row in rows]

    def _find(self, text: str) -> Task:
        found = tasks_named(self.tasks, text[:LONGEST_LABEL], self.initiative)
        if len(found) == 1:
            return found[0]
        if not found:
            raise ValidationError(_("There is no task “%(text)s”. Choose one from the list.") % {"text": text[:60]})
        several = "、".join(f"{task.name}（{task.initiative}） #{task.pk}" for task in found[:5])
        raise ValidationError(_("Several tasks fit: %(tasks)s. Write the number, too.") % {"tasks": several})


def _kind(row: PredecessorRow) -> LinkKind:
    return LinkKind(row.kind) if row.kind in LinkKind.values else LinkKind.FINISH_START


def _lag(row: PredecessorRow) -> int:
    if not row.lag.strip():
        return 0
    try:
        days = parse_quantity(row.lag).value
    except DomainError as error:
        raise ValidationError(error.message) from error
    if days is None or days != int(days) or not 0 <= days <= LONGEST_LAG:
        raise ValidationError(
            _("Write the days between as a whole number from 0 to %(most)s.") % {"most": f"{LONGEST_LAG:,}"}
        )
    return int(days)


def rows_of(links: Iterable[TaskLink], initiative: Initiative) -> list[PredecessorRow]:
    found = list(links)
    labels = task_labels((link.before for link in found), initiative)
    return [
        PredecessorRow(label, link.kind, str(link.lag_days) if link.lag_days else "")
        for link, label in zip(found, labels, strict=True)
    ]
