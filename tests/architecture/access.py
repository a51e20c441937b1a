"""What every address answers to each role: allow, deny, sign in; and what is then to be read."""

from dataclasses import dataclass

from django.db import transaction
from django.test import Client

from tests.architecture.urls import Address, town_addresses
from tests.world import ROLES, World

NOBODY, OTHER_TOWN = "nobody", "other town"
COLUMNS = (NOBODY, *ROLES, OTHER_TOWN)


@dataclass(frozen=True)
class Answer:
    url: str
    status: int
    location: str
    text: str
    is_page: bool
    is_posted: bool

    @property
    def word(self) -> str:
        if self.status in {403, 404}:
            return "deny"
        if "/accounts/login/" in self.location:
            return "sign in"
        # 400 is a form that was sent empty: the door was open.
        assert self.status < SERVER_ERROR, self.url
        return "allow"


def answers_to(column: str, world: World, other: World) -> dict[str, Answer]:
    """By the address's name."""
    client, role = visitor(column, world, other), column if column in ROLES else "admin"
    return {address.name: _ask(client, address, world, role) for address in town_addresses()}


def visitor(column: str, world: World, other: World) -> Client:
    client = Client()
    if column in ROLES:
        client.force_login(world.posts[column].user, backend=BACKEND)
    elif column == OTHER_TOWN:
        client.force_login(other.posts["admin"].user, backend=BACKEND)
    return client


def _ask(client: Client, address: Address, world: World, role: str) -> Answer:
    url = address.url(world, world, role)
    answer = visit(client, url)
    return visit(client, url, posting=True) if answer.status == METHOD_NOT_ALLOWED else answer


def visit(client: Client, url: str, *, posting: bool = False) -> Answer:
    """What one visit does must not change what the next one finds."""
    cookies = client.cookies.copy()
    with transaction.atomic():
        answer = client.post(url) if posting else client.get(url)
        content = b"".join(answer.streaming_content) if answer.streaming else answer.content
        transaction.set_rollback(True)
    client.cookies = cookies
    is_page = not answer.streaming and answer.get("Content-Type", "").startswith("text/html")
    text = content.decode(errors="replace")
    return Answer(url, answer.status_code, answer.get("Location", ""), text, is_page, posting)


BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
METHOD_NOT_ALLOWED = 405
SERVER_ERROR = 500
