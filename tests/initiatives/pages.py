"""What tests of the room's pages share."""

from django.urls import reverse

from tests.factories import make_membership, make_user


def sign_in(client, town, role, department=None, name="白井 遥"):
    membership = make_membership(town, role, department, user=make_user(name))
    client.force_login(membership.user)
    return membership


def url(town, name, *args):
    return reverse(f"initiatives:{name}", args=(town.slug, *args))
