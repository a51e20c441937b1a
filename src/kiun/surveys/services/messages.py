"""What people are told of surveys, each in the own language."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cache, partial
from itertools import islice

from django.utils.translation import gettext as _
from django.utils.translation import override

from kiun.activity.services import Message, notify, settle
from kiun.municipality.actors import Actor
from kiun.municipality.models import Membership
from kiun.surveys.addresses import answer_path
from kiun.surveys.models import Survey
from kiun.ui.dates import long_date

KIND = "surveys.survey"
# A database takes only so many values in one question.
BATCH = 5000
Words = Callable[[Survey], tuple[str, str]]


def tell(actor: Actor, survey: Survey, posts: Iterable[Membership], *, words: Words, occasion: str) -> int:
    """How many are told; nobody twice of the same occasion."""
    path = answer_path(survey)
    in_language = cache(partial(_say, survey, words))
    messages = (_message(post, in_language(post.user.language), occasion, path) for post in posts)
    return sum(notify(town=actor.municipality, messages=batch) for batch in _batches(messages))


def _say(survey: Survey, words: Words, language: str) -> tuple[str, str]:
    with override(language):
        return words(survey)


def _message(post: Membership, said: tuple[str, str], occasion: str, path: str) -> Message:
    subject, body = said
    return Message(recipient=post, kind=KIND, subject=subject, body=body, occasion=occasion, path=path)


def _batches(messages: Iterator[Message]) -> Iterator[Sequence[Message]]:
    while batch := list(islice(messages, BATCH)):
        yield batch


def settle_survey(survey: Survey) -> None:
    """For all at once, when it is over: what is read at the moment of answering would tell who answered when."""
    settle(kind=KIND, paths=[answer_path(survey)])


def say_invited(survey: Survey) -> tuple[str, str]:
    subject = _("Please answer by %(day)s: %(title)s") % _words(survey)
    return subject, "\n\n".join(filter(None, (survey.said_intro, _say_names(survey))))


def say_reminded(survey: Survey) -> tuple[str, str]:
    subject = _("Your answer is still welcome until %(day)s: %(title)s") % _words(survey)
    return subject, _say_names(survey)


def say_link(survey: Survey, link: str) -> tuple[str, str]:
    subject = _("Your link for “%(title)s” (until %(day)s)") % _words(survey)
    how = _(
        "With this link you answer without signing in, also on your own phone. It works once and is for you alone: "
        "please do not pass it on. A link from an earlier mail does not work any more."
    )
    return subject, "\n\n".join(filter(None, (survey.said_intro, link, how, _say_names(survey))))


def _say_names(survey: Survey) -> str:
    if survey.is_anonymous:
        return _(
            "Nobody can see who gave which answer. Only those who have not answered are reminded, by Kiun itself; "
            "nobody is shown who they are."
        )
    return _("Your answer is kept with your name.")


def _words(survey: Survey) -> dict[str, str]:
    return {"title": survey.said_title, "day": long_date(survey.closes_on)}
