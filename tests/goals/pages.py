"""What tests of the room's pages share: addresses, people, and rows that fit together."""

from django.urls import reverse

from tests.factories import make_membership, make_user

READINGS = {"2023-03-31": 28, "2024-03-31": 35, "2025-03-31": 43, "2026-03-31": 51}
VAGUE = "デジタルの力で暮らしを便利にする"


def sign_in(client, town, role, department=None, name="緑川 葵"):
    membership = make_membership(town, role, department, user=make_user(name))
    client.force_login(membership.user)
    return membership


def url(town, name, *args):
    return reverse(f"goals:{name}", args=(town.slug, *args))
