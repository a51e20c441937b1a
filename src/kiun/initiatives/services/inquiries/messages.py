"""What people are told of inquiries, each in the own language, and who is told."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from datetime import date
from functools import cached_property

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import override

from kiun.activity.services import Message, notify, settle
from kiun.initiatives.models import Request, Round
from kiun.initiatives.queries.inquiries.heads import Heads
from kiun.municipality.actors import Actor
from kiun.municipality.models import Membership, Role
from kiun.municipality.queries import may_own_on
from kiun.ui.dates import long_date

KIND = "initiatives.inquiry"
Words = Callable[[], tuple[str, str]]


class Recipients:
    """Who hears for a department: its head and the contact; with neither, those who work there, or the DX office. Few
    queries, however many departments.
    """

    def __init__(self, on: date) -> None:
        self.on = on
        self.heads = Heads(on)

    def of(self, request: Request) -> list[Membership]:
        contact = [request.contact] if request.contact and request.contact.may_own(self.on) else []
        found = {post.pk: post for post in [*self.heads.of(request.department), *contact]}
        return list(found.values()) or self._staff[request.department_id] or self.dx_office

    @cached_property
    def _staff(self) -> dict[int, list[Membership]]:
        staff: dict[int, list[Membership]] = defaultdict(list)
        for post in Membership.objects.filter(may_own_on(self.on)).select_related("user", "department"):
            staff[post.department_id or 0].append(post)
        return staff

    @property
    def dx_office(self) -> list[Membership]:
        return [post for posts in self._staff.values() for post in posts if post.role == Role.ADMIN]


def request_path(request: Request) -> str:
    return reverse("initiatives:request_detail", args=(request.municipality.slug, request.pk))


def round_path(round_: Round) -> str:
    return reverse("initiatives:round_detail", args=(round_.municipality.slug, round_.pk))


def messages_to(
    recipients: Iterable[Membership | None], *, words: Words, occasion: str, path: str
) -> Sequence[Message]:
    """`words` are asked for once a recipient, in that person's language."""
    return [_message(post, words, occasion, path) for post in recipients if post is not None]


def _message(post: Membership, words: Words, occasion: str, path: str) -> Message:
    with override(post.user.language):
        subject, body = words()
    return Message(recipient=post, kind=KIND, subject=subject, body=body, occasion=occasion, path=path)


def tell(actor: Actor, recipients: Iterable[Membership | None], *, words: Words, occasion: str, path: str) -> None:
    """Whoever did it knows already."""
    messages = messages_to(others(actor, recipients), words=words, occasion=occasion, path=path)
    notify(town=actor.municipality, messages=messages)


def others(actor: Actor, recipients: Iterable[Membership | None]) -> list[Membership]:
    return [post for post in recipients if post is not None and not _is_the_actor(actor, post)]


def _is_the_actor(actor: Actor, post: Membership) -> bool:
    return actor.user is not None and post.user_id == actor.user.pk


def settle_request(request: Request) -> None:
    """Nobody has to read any more what has been done."""
    settle(kind=KIND, paths=[request_path(request)])


def settle_requests(requests: Iterable[Request]) -> None:
    settle(kind=KIND, paths=[request_path(request) for request in requests])


def say_asked(request: Request) -> tuple[str, str]:
    round_ = request.round
    subject = _("Inquiry: %(title)s (by %(day)s)") % {"title": round_, "day": long_date(request.due_on)}
    how = _(
        "Answer on the page, or download the workbook there, fill it in and upload it. “Not applicable” is an answer, "
        "too."
    )
    return subject, "\n\n".join(filter(None, (round_.inquiry.purpose, how)))


def say_chase(request: Request, on: date) -> tuple[str, str]:
    words = {"title": request.round, "day": long_date(request.due_on), "department": request.department}
    days = (request.due_on - on).days
    if days > 0:
        subject = _("To be answered by %(day)s: %(title)s") % words
    elif days == 0:
        subject = _("To be answered today: %(title)s") % words
    else:
        subject = _("Overdue since %(day)s: %(title)s") % words
    body = _("The answer of %(department)s has not come yet. If you need more time, ask for it on the page.") % words
    return subject, body


def say_chase_of_approval(request: Request) -> tuple[str, str]:
    words = {"title": request.round, "day": long_date(request.due_on), "department": request.department}
    return (
        _("Please approve the answer: %(title)s") % words,
        _("The answer of %(department)s is written and waits for your approval. It is due on %(day)s.") % words,
    )
