"""Finding the account that a row of the list means."""

from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from django.db.models.functions import Lower

from kiun.municipality.models import Membership, Municipality, User
from kiun.municipality.queries.people import accounts_of_one_town
from kiun.municipality.services.staff_import.vocabulary import number_key, plain

CHUNK = 900  # below the least number of parameters that a database takes


def chunks(values: Collection[str]) -> Iterator[list[str]]:
    ordered = sorted(values)
    for start in range(0, len(ordered), CHUNK):
        yield ordered[start : start + CHUNK]


@dataclass(frozen=True)
class Accounts:
    """What is known about accounts before the rows are read: a handful of queries for any number of rows."""

    by_number: dict[str, set[User]]
    by_name: dict[str, set[User]]
    here: frozenset[int]
    ours_alone: frozenset[int]
    by_email: dict[str, User]
    by_username: dict[str, User]


def load_accounts(
    town: Municipality, posts: Sequence[Membership], emails: Collection[str], usernames: Collection[str]
) -> Accounts:
    by_number: dict[str, set[User]] = defaultdict(set)
    by_name: dict[str, set[User]] = defaultdict(set)
    for post in posts:
        by_name[plain(post.user.name)].add(post.user)
        if post.staff_number:
            by_number[number_key(post.staff_number)].add(post.user)
    return Accounts(
        by_number=by_number,
        by_name=by_name,
        here=frozenset(post.user_id for post in posts),
        ours_alone=frozenset(accounts_of_one_town(town).values_list("pk", flat=True)),
        by_email=_users_by("email", emails),
        by_username=_users_by("username", usernames),
    )


def _users_by(field: str, values: Collection[str]) -> dict[str, User]:
    found: dict[str, User] = {}
    for part in chunks(values):
        for user in User.objects.annotate(lowered=Lower(field)).filter(lowered__in=part):
            found[getattr(user, field).lower()] = user
    return found
