"""A sender killed with -9: no mail is lost, and none is doubled, on a real mail server and a real database."""

import asyncio
import os
import re
import signal
import subprocess
import sys
import threading
from collections import Counter

import pytest
from aiosmtpd.controller import Controller

from tests.config.installations import MAKE_TABLES, free_port, installation

MAILS = 30
KILLED_AT = 10
PATIENCE = 60

PREPARE = (
    "import django; django.setup()"
    + MAKE_TABLES
    + """
from datetime import date
from django_scopes import scope
from kiun.activity.services import Message, notify
from kiun.municipality.models import Membership, Municipality, User
town = Municipality.objects.create(slug="hinata", code="990019", name="ひなた市")
with scope(municipality=town):
    posts = []
    for n in range(int(__import__("sys").argv[1])):
        user = User.objects.create(username=f"u{n}", email=f"u{n}@example.com", name=f"職員{n}")
        posts.append(Membership.objects.create(user=user, valid_from=date(2020, 4, 1)))
    notify(town=town, messages=[
        Message(recipient=post, kind="test", subject="値を入れてください", body="", occasion="test") for post in posts
    ])
"""
)
# A restarted sender takes over what the dead one had claimed, once the claim has expired.
SEND = """
import django; django.setup()
from datetime import timedelta
from django.utils import timezone
from kiun.activity.services import send_deliveries
later = timedelta(minutes=int(__import__("sys").argv[1]))
send_deliveries(clock=lambda: timezone.now() + later)
"""
STATES = """
import django; django.setup()
from django_scopes import scopes_disabled
from kiun.activity.models import Delivery
with scopes_disabled():
    print(*Delivery.objects.values_list("state", flat=True))
"""


class SlowServer:
    """Takes mails until the moment of the killing, then holds one without accepting it."""

    def __init__(self, accepts_the_held_one):
        self.accepted = []
        self.is_holding = threading.Event()
        self.sender_is_dead = threading.Event()
        self.accepts_the_held_one = accepts_the_held_one

    async def handle_DATA(self, _server, _session, envelope):  # noqa: N802 - named by aiosmtpd
        message_id = re.search(rb"^Message-ID: (.+?)\r?$", envelope.content, re.MULTILINE)[1].decode()
        if len(self.accepted) == KILLED_AT and not self.sender_is_dead.is_set():
            if self.accepts_the_held_one:
                self.accepted.append(message_id)
            self.is_holding.set()
            await asyncio.to_thread(self.sender_is_dead.wait, PATIENCE)
            return "451 the sender is gone"
        self.accepted.append(message_id)
        return "250 OK"


def run(environment, code, *arguments):
    return subprocess.run(
        [sys.executable, "-c", code, *arguments],
        env=environment,
        check=True,
        capture_output=True,
        text=True,
        timeout=60,
    ).stdout


@pytest.fixture
def post_office(tmp_path, db):
    with installation(tmp_path) as own:

        def serve(server):
            controller = Controller(server, hostname="127.0.0.1", port=free_port())
            controller.start()
            mail = {"KIUN_EMAIL_HOST": "127.0.0.1", "KIUN_EMAIL_PORT": str(controller.port)}
            return controller, own.environment | mail | {"DJANGO_SETTINGS_MODULE": "kiun.config.settings"}

        yield serve


def kill_in_the_middle(environment, server):
    sender = subprocess.Popen([sys.executable, "-c", SEND, "0"], env=environment)
    assert server.is_holding.wait(PATIENCE)
    os.kill(sender.pid, signal.SIGKILL)
    sender.wait()
    server.sender_is_dead.set()


@pytest.mark.parametrize("accepts_the_held_one", [False, True])
def test_a_killed_sender_loses_nothing_and_doubles_nothing(post_office, accepts_the_held_one):
    """When the server had accepted a mail and the sender died before it heard so, nobody can know: then, and only then,
    the mail goes out again, under the same Message-ID by which servers and readers recognise it as the same one."""
    server = SlowServer(accepts_the_held_one)
    controller, environment = post_office(server)
    try:
        run(environment, PREPARE, str(MAILS))
        kill_in_the_middle(environment, server)
        run(environment, SEND, "0")
        run(environment, SEND, "11")
    finally:
        controller.stop()
    copies = Counter(server.accepted)
    assert len(copies) == MAILS
    assert sum(copies.values()) == MAILS + accepts_the_held_one
    assert run(environment, STATES).split() == ["sent"] * MAILS
