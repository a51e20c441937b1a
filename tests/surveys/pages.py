"""What tests of the staff pages share."""

from django.urls import reverse

from kiun.municipality.models import Role
from tests.factories import make_membership, make_user


def sign_in(client, town, role=Role.ADMIN, department=None, name="緑川 葵"):
    membership = make_membership(town, role, department, user=make_user(name))
    client.force_login(membership.user)
    return membership


def url(town, name, *args):
    return reverse(f"surveys:{name}", args=(town.slug, *args))


def told(answer):
    """The messages on the page that follows."""
    return [str(message) for message in answer.context["messages"]]
