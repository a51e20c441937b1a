"""What an address answers to each role, in three words: allow, deny, sign in."""

from django.db import transaction
from django.test import Client

from tests.architecture.urls import Address, town_addresses
from tests.world import ROLES, World

COLUMNS = ("nobody", *ROLES, "other town")


def every_access(world: World, other: World) -> dict[str, dict[str, str]]:
    return {
        address.name: {column: access_of(address, column, world, other) for column in COLUMNS}
        for address in town_addresses()
    }


def access_of(address: Address, column: str, world: World, other: World) -> str:
    role = column if column in ROLES else "admin"
    client = Client()
    if column in ROLES:
        client.force_login(world.posts[column].user, backend=BACKEND)
    elif column == "other town":
        client.force_login(other.posts["admin"].user, backend=BACKEND)
    url = address.url(world, world, role)
    # What one role does must not change what the next one finds.
    with transaction.atomic():
        answer = client.get(url)
        if answer.status_code == METHOD_NOT_ALLOWED:
            answer = client.post(url)
        transaction.set_rollback(True)
    return _word(answer)


def _word(answer) -> str:
    if answer.status_code in {403, 404}:
        return "deny"
    if "/accounts/login/" in answer.headers.get("Location", ""):
        return "sign in"
    # 400 is a form that was sent empty: the door was open.
    assert answer.status_code < SERVER_ERROR, answer
    return "allow"


BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
METHOD_NOT_ALLOWED = 405
SERVER_ERROR = 500
