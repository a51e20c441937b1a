import socket
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from email.policy import default
from importlib import import_module
from typing import ClassVar

import pytest
from aiosmtpd.controller import Controller
from django.apps import apps
from django.core.mail.backends.base import BaseEmailBackend
from django.urls import reverse
from django.utils import timezone
from django_scopes import scope, scopes_disabled

from kiun.activity.models import Delivery, DeliveryState, MailRhythm, Notice, NoticePreference
from kiun.activity.services import Message, choose_rhythm, mark_read, notify, send_deliveries, write_daily_mails
from kiun.activity.services.deliveries import ServerIsGoneError
from kiun.kernel.schedule import duties
from kiun.municipality.actors import actor_of
from kiun.municipality.models import Role
from kiun.municipality.services import invite, resend_invitation, revoke_invitation
from tests.factories import TODAY, make_actor, make_membership, make_town, make_user

pytestmark = pytest.mark.django_db


class Postbox:
    """A real mail server that keeps what it accepts, and can refuse."""

    def __init__(self):
        self.accepted = []
        self.answers = []
        self.answers_to = {}
        self.mails_on_a_line = None
        self.last_words = ""
        self.listening = None
        self.goes_away = False

    async def handle_RCPT(self, server, session, envelope, address, _options):  # noqa: N802 - named by aiosmtpd
        session.mails = getattr(session, "mails", 0) + 1
        if self.mails_on_a_line and session.mails > self.mails_on_a_line:
            return self.hang_up(server)
        envelope.rcpt_tos.append(address)
        return self.answers_to.get(address, "250 OK")

    def hang_up(self, server):
        if self.goes_away:
            self.listening.close()
        if not self.last_words:
            server.transport.close()
        return self.last_words

    async def handle_DATA(self, _server, _session, envelope):  # noqa: N802 - named by aiosmtpd
        answer = self.answers.pop(0) if self.answers else "250 OK"
        if answer.startswith("250"):
            self.accepted.append(envelope)
        return answer


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@pytest.fixture
def postbox(settings):
    box = Postbox()
    controller = Controller(box, hostname="127.0.0.1", port=free_port())
    controller.start()
    box.listening = controller.server
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", controller.port
    yield box
    controller.stop()


@pytest.fixture(autouse=True)
def _mail_server(settings):
    settings.EMAIL_HOST = "mail.hinata.example"


@pytest.fixture
def town():
    return make_town()


@pytest.fixture
def post(town):
    return make_membership(town)


def test_a_mail_that_cannot_be_written_holds_up_no_other(town, post, postbox):
    with scope(municipality=town):
        notify(town=town, messages=[message(post, subject="「二行の\r\n指標」の値"), message(post, "value_due:2")])
        Delivery.objects.filter(pk=Delivery.objects.last().pk).update(address="壊れた 宛先@例え\n.jp")
        notify(town=town, messages=[message(post, "value_due:3")])
    assert send_deliveries() == 2
    with scope(municipality=town):
        states = list(Delivery.objects.order_by("pk").values_list("subject", "state"))
    assert states == [
        ("「二行の 指標」の値", DeliveryState.SENT),
        ("値を入れてください", DeliveryState.FAILED),
        ("値を入れてください", DeliveryState.SENT),
    ]


def message(post, occasion="value_due:1", **fields):
    defaults = {"kind": "test", "subject": "値を入れてください", "body": "期日を過ぎました。", "path": "/t/hinata/"}
    return Message(recipient=post, occasion=occasion, **{**defaults, **fields})


def outbox(town, *fields):
    with scope(municipality=town):
        return list(Delivery.objects.order_by("pk").values_list(*fields))


def in_a_while(pause):
    return lambda: timezone.now() + pause


def tell(town, *messages):
    with scope(municipality=town):
        return notify(town=town, messages=messages)


def test_nobody_is_told_twice_of_the_same_occasion(town, post):
    assert tell(town, message(post), message(post)) == 1
    assert tell(town, message(post), message(post, "value_due:2")) == 1
    with scope(municipality=town):
        assert Notice.objects.count() == 2
        assert Delivery.objects.count() == 2


def test_a_mail_is_written_only_for_those_who_want_it_at_once_and_have_an_address(town, post):
    daily, never, without = (make_membership(town) for _ in range(3))
    without.user.email = ""
    without.user.save()
    wants(daily, MailRhythm.DAILY)
    wants(never, MailRhythm.NEVER)
    tell(town, *(message(each) for each in (post, daily, never, without)))
    with scope(municipality=town):
        assert list(Delivery.objects.values_list("recipient", flat=True)) == [post.pk]
        assert Notice.objects.count() == 4


def test_a_mail_is_handed_over_once(town, post, postbox):
    tell(town, message(post))
    assert send_deliveries() == 1
    assert send_deliveries() == 0
    assert [envelope.rcpt_tos for envelope in postbox.accepted] == [[post.user.email]]
    with scope(municipality=town):
        delivery = Delivery.objects.get()
        assert delivery.state == DeliveryState.SENT
        assert delivery.message_id.encode() in postbox.accepted[0].content


def test_a_mail_that_the_server_refuses_for_now_is_tried_again_later(town, post, postbox):
    tell(town, message(post))
    postbox.answers = ["451 come back later"]
    assert send_deliveries() == 0
    assert send_deliveries() == 0
    assert send_deliveries(clock=in_a_while(timedelta(minutes=2))) == 1
    assert len(postbox.accepted) == 1


@pytest.mark.parametrize("last_words", ["421 that is enough for one line", ""])
def test_a_server_that_hangs_up_after_some_mails_is_called_again(town, post, postbox, last_words):
    postbox.mails_on_a_line, postbox.last_words = 2, last_words
    tell(town, *(message(post, str(number)) for number in range(5)))
    assert send_deliveries() == 5
    assert len(postbox.accepted) == 5
    assert outbox(town, "state", "attempts") == [(DeliveryState.SENT, 1)] * 5


def test_a_server_that_goes_away_ends_the_batch_and_costs_no_mail_an_attempt(town, post, postbox):
    postbox.mails_on_a_line, postbox.goes_away = 1, True
    tell(town, *(message(post, str(number)) for number in range(3)))
    with pytest.raises(ServerIsGoneError):
        send_deliveries()
    waiting = (DeliveryState.CREATED, 0, None)
    assert outbox(town, "state", "attempts", "claimed_at")[1:] == [waiting, waiting]


def test_a_mail_at_which_the_server_hangs_up_every_time_holds_up_no_other(town, post, postbox):
    other = make_membership(town)
    postbox.answers_to[post.user.email] = "421 not this one"
    tell(town, message(post), message(other))
    assert send_deliveries() == 1
    assert outbox(town, "state", "attempts") == [(DeliveryState.CREATED, 1), (DeliveryState.SENT, 1)]


def test_an_address_is_given_up_when_it_is_refused_for_good_and_not_when_the_server_asks_to_come_again(
    town, post, postbox
):
    other = make_membership(town)
    postbox.answers_to = {post.user.email: "450 greylisted", other.user.email: "550 unknown here"}
    tell(town, message(post), message(other))
    assert send_deliveries() == 0
    assert outbox(town, "state") == [(DeliveryState.CREATED,), (DeliveryState.FAILED,)]


def test_a_mail_claimed_by_a_process_that_died_goes_out_after_a_while_under_the_same_id(town, post, postbox):
    tell(town, message(post))
    with scope(municipality=town):
        Delivery.objects.update(state=DeliveryState.SENDING, claimed_at=timezone.now())
        known_as = Delivery.objects.get().message_id
    assert send_deliveries() == 0
    assert send_deliveries(clock=in_a_while(timedelta(minutes=11))) == 1
    assert known_as.encode() in postbox.accepted[0].content


class SlowBackend(BaseEmailBackend):
    """Takes six minutes for each mail; while it takes the third, another ticker sends what it finds due."""

    now = timezone.now()
    subjects: ClassVar[list[str]] = []

    def send_messages(self, mails):
        self.subjects.extend(mail.subject for mail in mails)
        if len(self.subjects) == 3:
            send_deliveries(clock=lambda: self.now)
        SlowBackend.now += timedelta(minutes=6)
        return len(mails)


def test_no_mail_goes_out_twice_when_a_batch_takes_long_and_two_tickers_run(town, post, settings):
    settings.EMAIL_HOST, settings.EMAIL_BACKEND = "mail.hinata.example", f"{__name__}.SlowBackend"
    tell(town, *(message(post, subject, subject=subject) for subject in "一二三四"))
    SlowBackend.now, SlowBackend.subjects = timezone.now(), []
    send_deliveries(clock=lambda: SlowBackend.now)
    assert SlowBackend.subjects == ["一", "二", "三", "四"]


def test_without_a_mail_server_nothing_waits_to_go_out_one_day(town, post, settings):
    settings.EMAIL_HOST = ""
    assert tell(town, message(post)) == 1
    invited(town)
    assert outbox(town) == []


def test_a_mail_that_could_not_go_out_for_a_week_does_not_go_out_any_more(town, post, postbox):
    tell(town, message(post))
    assert send_deliveries(clock=in_a_while(timedelta(days=8))) == 0
    assert postbox.accepted == []
    assert outbox(town, "state", "body") == [(DeliveryState.CANCELLED, "")]


def test_a_settled_mail_keeps_no_text(town, post, postbox):
    other = make_membership(town)
    postbox.answers_to[other.user.email] = "550 unknown here"
    tell(town, message(post), message(other))
    send_deliveries()
    assert outbox(town, "state", "body") == [(DeliveryState.SENT, ""), (DeliveryState.FAILED, "")]


def test_the_texts_of_mails_that_were_settled_before_are_forgotten_at_the_upgrade(town, post):
    tell(town, message(post, "1"), message(post, "2"))
    with scope(municipality=town):
        Delivery.objects.filter(notice__occasion="1").update(state=DeliveryState.SENT)
    with scopes_disabled():
        import_module("kiun.activity.migrations.0004_settled_mails_without_text").forget_text(apps, None)
    assert [bool(body) for (body,) in outbox(town, "body")] == [False, True]


def test_mails_are_forgotten_three_months_after_they_were_settled(town, post, postbox):
    tell(town, message(post, "1"), message(post, "2"))
    postbox.answers = ["250 OK", "451 come back later"]
    send_deliveries()
    forget = duties["activity.forget_mails"].run
    forget(timezone.now() + timedelta(days=89))
    assert len(outbox(town)) == 2
    forget(timezone.now() + timedelta(days=91))
    assert outbox(town, "notice__occasion") == [("2",)]
    with scope(municipality=town):
        assert Notice.objects.count() == 2


def invited(town):
    """The actor and the invitation."""
    actor = make_actor(town, on=timezone.localdate())
    with scope(municipality=town):
        return actor, invite(actor=actor, name="青山 蓮", email="ren@example.com", role=Role.MEMBER)[0]


def test_an_invitation_that_was_sent_anew_goes_out_with_the_link_that_works(town, postbox):
    actor, invitation = invited(town)
    with scope(municipality=town):
        secret = resend_invitation(actor=actor, invitation=invitation)
    assert send_deliveries() == 1
    assert secret in message_from_bytes(postbox.accepted[0].content, policy=default).get_content()
    assert outbox(town, "state", "body") == [(DeliveryState.CANCELLED, ""), (DeliveryState.SENT, "")]


def test_a_withdrawn_invitation_does_not_go_out(town, postbox):
    actor, invitation = invited(town)
    with scope(municipality=town):
        revoke_invitation(actor=actor, invitation=invitation)
    assert send_deliveries() == 0
    assert outbox(town, "state", "body") == [(DeliveryState.CANCELLED, "")]


def stop(post):
    post.user.is_active = False
    post.user.save()


def end(post):
    post.valid_to = timezone.localdate() - timedelta(days=1)
    with scope(municipality=post.municipality):
        post.save()


@pytest.mark.parametrize("leave", [stop, end])
def test_who_has_left_or_may_not_sign_in_gets_no_mail(town, post, postbox, leave):
    daily = make_membership(town)
    wants(daily, MailRhythm.DAILY)
    tell(town, message(post, "before"), message(daily))
    leave(post)
    leave(daily)
    tell(town, message(post, "after"))
    assert send_deliveries() == 0
    assert write_daily_mails(now=timezone.now() + timedelta(days=1)) == 0
    assert outbox(town, "recipient", "state") == [(post.pk, DeliveryState.CANCELLED)]


def test_the_daily_mail_gathers_what_is_unread_and_is_written_once_a_day(town, post):
    wants(post, MailRhythm.DAILY)
    tell(town, message(post, "a", subject="一つ目"), message(post, "b", subject="二つ目"))
    tomorrow = timezone.now() + timedelta(days=1)
    assert write_daily_mails(now=tomorrow) == 1
    assert write_daily_mails(now=tomorrow) == 0
    with scope(municipality=town):
        mail = Delivery.objects.get()
        assert ("一つ目" in mail.body, "二つ目" in mail.body) == (True, True)
    assert write_daily_mails(now=tomorrow + timedelta(days=1)) == 0


def wants(post, rhythm):
    with scope(municipality=post.municipality):
        choose_rhythm(actor=actor_of(post.user, post.municipality), rhythm=rhythm)


def test_the_choice_of_mail_holds_for_all_posts_of_a_person_now_and_later_and_in_this_town_only(town, post):
    second = make_membership(town, Role.HEAD, user=post.user)
    elsewhere = make_membership(make_town("minato", "みなと市"), user=post.user)
    wants(post, MailRhythm.NEVER)
    end(second)
    third = make_membership(town, user=post.user)
    tell(town, message(post), message(third))
    tell(elsewhere.municipality, message(elsewhere))
    assert (outbox(town), outbox(elsewhere.municipality, "recipient")) == ([], [(elsewhere.pk,)])
    wants(post, MailRhythm.IMMEDIATE)
    tell(town, message(post, "2"), message(third, "2"))
    assert outbox(town, "recipient") == [(post.pk,), (third.pk,)]
    with scope(municipality=town):
        assert NoticePreference.objects.count() == 1


def test_the_page_shows_what_was_chosen_at_another_post(town, post, client):
    wants(post, MailRhythm.NEVER)
    make_membership(town, Role.HEAD, user=post.user)
    client.force_login(post.user)
    where = reverse("activity:notice_list", args=[town.slug])
    assert client.get(where).context["form"]["rhythm"].value() == MailRhythm.NEVER
    client.post(where, {"rhythm": MailRhythm.DAILY})
    assert client.get(where).context["form"]["rhythm"].value() == MailRhythm.DAILY


def test_the_notices_of_all_posts_come_in_one_daily_mail(town, post):
    second = make_membership(town, Role.HEAD, user=post.user)
    wants(post, MailRhythm.DAILY)
    tell(town, message(post, subject="一つ目"), message(second, subject="二つ目"))
    assert write_daily_mails(now=timezone.now() + timedelta(days=1)) == 1
    [(body,)] = outbox(town, "body")
    assert ("一つ目" in body, "二つ目" in body) == (True, True)


def test_of_choices_that_were_made_for_each_post_the_newest_holds_after_the_upgrade(town, post):
    second, other = make_membership(town, user=post.user), make_membership(town)
    with scope(municipality=town):
        for each, rhythm in ((post, "daily"), (second, "never"), (other, "daily")):
            NoticePreference.objects.create(membership=each, rhythm=rhythm)
    with scopes_disabled():
        import_module("kiun.activity.migrations.0005_one_notice_preference_per_person").keep_newest_choice(apps, None)
    with scope(municipality=town):
        kept = set(NoticePreference.objects.values_list("membership", "rhythm"))
    assert kept == {(second.pk, "never"), (other.pk, "daily")}


def test_a_fault_with_one_person_holds_up_the_daily_mail_of_nobody_else(town, post):
    other = make_membership(town)
    for each in (post, other):
        wants(each, MailRhythm.DAILY)
        tell(town, message(each))
    with scope(municipality=town):
        # A moment that no time zone of ours knows.
        NoticePreference.objects.filter(membership=post).update(digested_until=datetime.max.replace(tzinfo=UTC))
    with pytest.raises(ExceptionGroup) as faults:
        write_daily_mails(now=timezone.now() + timedelta(days=1))
    assert [type(fault) for fault in faults.value.exceptions[0].exceptions] == [OverflowError]
    assert outbox(town, "recipient") == [(other.pk,)]


def test_one_can_mark_only_ones_own_notices(town, post):
    other = make_membership(town, user=make_user("白井 健太"))
    tell(town, message(post), message(other))
    with scope(municipality=town):
        assert mark_read(actor=actor_of(other.user, town, on=TODAY), notices=Notice.objects.all()) == 1
        assert list(Notice.objects.filter(read_at=None).values_list("recipient", flat=True)) == [post.pk]
