"""A sender killed with -9: no mail is lost, and none is doubled, on a real mail server and a real database."""

import asyncio
import os
import re
import signal
import subprocess
import sys
import threading
from collections import Counter
from contextlib import contextmanager

import pytest
from aiosmtpd.controller import Controller

from kiun.activity.models import Delivery
from tests.config.installations import MAKE_TABLES, free_port, installation, shared_folder, shared_installation

MAILS = 30
KILLED_AT = 10
PATIENCE = 120

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
SEND = """
import sys
import django; django.setup()
from datetime import timedelta
from django.utils import timezone
from kiun.activity.services import send_deliveries
for minutes in sys.argv[1:]:
    later = timedelta(minutes=int(minutes))
    send_deliveries(clock=lambda: timezone.now() + later)
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
    done = subprocess.run(
        [sys.executable, "-c", code, *arguments],
        env=environment,
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )
    assert done.returncode == 0, done.stderr


def environment_of(town):
    return {**town.environment, "DJANGO_SETTINGS_MODULE": "kiun.config.settings"}


@pytest.fixture(scope="session")
def waiting(tmp_path_factory):
    """A town whose mails wait for a sender; to be copied."""

    def fill(made):
        # Without a mail server, notices wait for nobody.
        run(environment_of(made) | {"KIUN_EMAIL_HOST": "127.0.0.1"}, PREPARE, str(MAILS))

    with shared_installation(shared_folder(tmp_path_factory.getbasetemp()) / "waiting_mails", fill) as made:
        yield made


@pytest.fixture
def town(tmp_path, waiting):
    with installation(tmp_path, copied_from=waiting) as made:
        yield made


@contextmanager
def served(server):
    """The settings by which a sender finds it."""
    controller = Controller(server, hostname="127.0.0.1", port=free_port())
    controller.start()
    try:
        yield {"KIUN_EMAIL_HOST": "127.0.0.1", "KIUN_EMAIL_PORT": str(controller.port)}
    finally:
        controller.stop()


def kill_in_the_middle(environment, server):
    sender = subprocess.Popen([sys.executable, "-c", SEND, "0"], env=environment)
    assert server.is_holding.wait(PATIENCE)
    os.kill(sender.pid, signal.SIGKILL)
    sender.wait()
    server.sender_is_dead.set()


def states(town):
    database = town.connect()
    rows = database.execute(f"SELECT state FROM {Delivery._meta.db_table}").fetchall()
    database.close()
    return [state for (state,) in rows]


@pytest.mark.parametrize("accepts_the_held_one", [False, True])
def test_a_killed_sender_loses_nothing_and_doubles_nothing(town, accepts_the_held_one):
    """When the server had accepted a mail and the sender died before it heard so, nobody can know: then, and only then,
    the mail goes out again, under the same Message-ID by which servers and readers recognise it as the same one."""
    server = SlowServer(accepts_the_held_one)
    with served(server) as mail_settings:
        environment = environment_of(town) | mail_settings
        kill_in_the_middle(environment, server)
        # A restarted sender takes over what the dead one had claimed, once the claim has expired.
        run(environment, SEND, "0", "11")
    copies = Counter(server.accepted)
    assert len(copies) == MAILS
    assert sum(copies.values()) == MAILS + accepts_the_held_one
    assert states(town) == ["sent"] * MAILS
