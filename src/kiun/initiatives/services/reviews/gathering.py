"""The agenda makes itself: one item for each thing that something was found about, the gravest first."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from kiun.goals.models import Indicator
from kiun.goals.review_agenda import AgendaContribution, Finding, review_agenda
from kiun.initiatives.models import AgendaFinding, AgendaItem, Initiative, Review
from kiun.initiatives.queries.reviews.agenda.findings import INDICATOR, INITIATIVE, ITEM
from kiun.initiatives.queries.reviews.agenda.standing import STANDING, grade_of, standing_of, subjects_of
from kiun.kernel.changes import Change, Verb
from kiun.kernel.errors import DomainError
from kiun.kernel.registries import Registry
from kiun.municipality.actors import Actor, record, require, system_actor

ITEMS = "items"
Subject = tuple[str, int]
Found = list[tuple[str, Finding]]


@transaction.atomic
def gather(*, actor: Actor, review: Review, registry: Registry[AgendaContribution] = review_agenda) -> None:
    """Bring the agenda of a review in preparation up to date. What people have done with an item stays: its place, the
    department's words, that it was put off.
    """
    require(actor, "initiatives.hold_reviews")
    stored = Review.objects.select_for_update().get(pk=review.pk)
    if not stored.is_preparing:
        raise DomainError(_("This review has begun: its agenda is no longer brought up to date."))
    found = _findings(actor, registry)
    before = stored.items.count()
    items = {(item.subject_type, item.subject_id): item for item in stored.items.exclude(subject_type="")}
    _remove_settled(stored, set(found))
    _write(actor, stored, found, items)
    _arrange(stored)
    stored.gathered_at = timezone.now()
    stored.save(update_fields=["gathered_at"])
    record(actor, _change(stored, before))


def keep_figures(*, actor: Actor, items: Iterable[AgendaItem]) -> None:
    """What the meeting looks at, and the minutes quote: of an item that nothing was found about, where its subject
    stands. With it the grade that the figures speak for. Part of beginning and of closing.
    """
    items, standing = list(items), []
    found: dict[int, set[str]] = defaultdict(set)
    for key, source in AgendaFinding.objects.filter(item__in=items).values_list("item", "source"):
        found[key].add(source)
    with override(settings.LANGUAGE_CODE):
        subjects = subjects_of(system_actor(actor.municipality, on=actor.on), items)
        for item in items:
            if not found[item.pk] and (finding := standing_of(subjects, item)):
                standing.append(_finding(item, STANDING, finding))
            item.proposed_grade = item.proposed_grade or grade_of(subjects, item, found[item.pk])
    AgendaFinding.objects.bulk_create(standing)
    AgendaItem.objects.bulk_update(items, ["proposed_grade"])


def _findings(actor: Actor, registry: Registry[AgendaContribution]) -> dict[Subject, Found]:
    """In the language of the town, and as Kiun itself sees the data: the same for whoever prepares the review."""
    everybody = system_actor(actor.municipality, on=actor.on)
    found: dict[Subject, Found] = defaultdict(list)
    with override(settings.LANGUAGE_CODE):
        for contribution in registry:
            for finding in contribution.find(everybody):
                found[finding.subject_type, finding.subject_id].append((contribution.id, finding))
    return found


def _remove_settled(review: Review, subjects: set[Subject]) -> None:
    """Nothing is wrong with them any more. One that somebody has put words to stays, without findings."""
    AgendaFinding.objects.filter(item__review=review).delete()
    for item in review.items.exclude(subject_type="").filter(put_off_reason="", statement__isnull=True):
        if (item.subject_type, item.subject_id) not in subjects:
            item.delete()


def _write(
    actor: Actor, review: Review, found: dict[Subject, Found], items: dict[tuple[str, int | None], AgendaItem]
) -> None:
    last = max((item.order for item in review.items.all()), default=0)
    findings = []
    for number, (subject, told) in enumerate(found.items(), start=1):
        item = items.get(subject) or AgendaItem(review=review, order=last + number)
        _describe(actor, item, subject, [finding for _source, finding in told])
        item.save()
        findings += [_finding(item, source, finding) for source, finding in told]
    AgendaFinding.objects.bulk_create(findings)


def _describe(actor: Actor, item: AgendaItem, subject: Subject, findings: Sequence[Finding]) -> None:
    item.municipality = actor.municipality
    item.subject_type, item.subject_id = subject
    item.title = findings[0].title[:200]
    item.severity = min(finding.severity for finding in findings)
    item.department_id = findings[0].department_id
    for name, value in _rows_behind(subject).items():
        setattr(item, name, value)


def _rows_behind(subject: Subject) -> dict[str, Any]:
    """What the item lets people do depends on what it is about."""
    kind, key = subject
    if kind == INITIATIVE:
        return {"initiative": Initiative.objects.filter(pk=key).first()}
    if kind == INDICATOR:
        return {"indicator": Indicator.objects.filter(pk=key).first()}
    if kind == ITEM and (earlier := AgendaItem.objects.filter(pk=key).first()):
        return {"initiative": earlier.initiative, "question": earlier.question}
    return {}


def _finding(item: AgendaItem, source: str, finding: Finding) -> AgendaFinding:
    return AgendaFinding(
        municipality=item.municipality,
        item=item,
        source=source,
        sentence=finding.sentence[:400],
        figure=finding.figure[:30],
        figure_label=finding.figure_label[:60],
        as_of=finding.as_of,
        severity=finding.severity,
        path=finding.path[:300],
    )


def _arrange(review: Review) -> None:
    """The gravest first, until somebody has put them into an order of their own."""
    if review.is_arranged:
        return
    items = list(review.items.prefetch_related("findings"))
    items.sort(key=lambda item: (item.severity, -len(item.findings.all()), item.order))
    for order, item in enumerate(items, start=1):
        item.order = order
    AgendaItem.objects.bulk_update(items, ["order"])


def _change(review: Review, before: int) -> Change:
    after = review.items.count()
    return Change(
        object_type=review._meta.label_lower,
        object_id=review.pk,
        label=str(review),
        verb=Verb.CHANGED,
        before={ITEMS: before} if before != after else {},
        after={ITEMS: after} if before != after else {},
    )
