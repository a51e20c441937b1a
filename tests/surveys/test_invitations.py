"""Whom a survey reaches: in numbers before it begins, by lot, with links and slips, and reminders that name nobody."""

from collections import Counter
from datetime import timedelta
from decimal import Decimal

import pytest
from django.test import override_settings
from hypothesis import given
from hypothesis import strategies as st

from kiun.activity.models import AuditEntry, Delivery, Notice
from kiun.kernel.errors import DomainError, NotAllowedError
from kiun.municipality.actors import actor_of, system_actor
from kiun.municipality.models import Role
from kiun.surveys.models import Anonymity, Audience, Stratum, Survey, Ticket, TicketKind
from kiun.surveys.queries.invitees import Choice, Whom, chosen_posts, invitees
from kiun.surveys.queries.participation import missing_people, participation_of, rates_by_department
from kiun.surveys.sampling import allocate, draw
from kiun.surveys.services import close_survey
from kiun.surveys.services.invitations import begin_survey, mail_links, print_cards, print_slips
from kiun.surveys.services.reminders import remind, remind_before_the_end
from kiun.surveys.services.tickets import digest_of
from tests.factories import TODAY, make_department, make_membership, make_user
from tests.surveys.builders import answer, make_people, make_survey

EVERYBODY = Choice(whom=Whom.ALL)
SIZES = st.dictionaries(st.text("abcdefgh", min_size=1, max_size=3), st.integers(0, 60), min_size=1, max_size=12)


@pytest.fixture
def actor(town):
    return system_actor(town, on=TODAY)


@pytest.fixture
def people(town, department):
    return make_people(town, department, 12)


@pytest.fixture
def running(town, actor, people):
    return begin_survey(actor=actor, survey=make_survey(town), invited=people)


def told_of(survey, beginning=""):
    return Counter(
        Notice.objects.filter(occasion__startswith=f"survey:{survey.pk}:{beginning}").values_list(
            "recipient", flat=True
        )
    )


@given(sizes=SIZES, wanted=st.integers(0, 400))
def test_a_sample_takes_of_each_department_its_share(sizes, wanted):
    total = sum(sizes.values())
    given_ = allocate(sizes, wanted)
    assert sum(given_.values()) == min(wanted, total)
    for key, size in sizes.items():
        share = size * min(wanted, total) / total if total else 0
        assert 0 <= given_[key] <= size
        assert abs(given_[key] - share) < 1


@given(sizes=SIZES, wanted=st.integers(0, 400))
def test_what_is_drawn_is_what_was_shown(sizes, wanted):
    groups = {key: [f"{key}{number}" for number in range(size)] for key, size in sizes.items()}
    drawn = draw(groups, wanted)
    assert len(set(drawn)) == len(drawn)
    assert Counter(one.rstrip("0123456789") for one in drawn) == Counter(
        {key: number for key, number in allocate(sizes, wanted).items() if number}
    )


def test_every_person_can_be_drawn(monkeypatch):
    seen = {one for _round in range(200) for one in draw({"a": [1, 2, 3, 4, 5]}, 2)}
    assert seen == {1, 2, 3, 4, 5}


def test_before_it_begins_the_number_and_the_small_departments_are_known(town, division, department, people):
    team = make_department(town, "証明係", department)
    make_people(town, team, 3)
    make_people(town, make_department(town, "秘書室"), 2)
    make_people(town, make_department(town, "会計室"), 4)
    found = invitees(EVERYBODY, TODAY)
    assert (found.people, found.out_of, found.departments) == (21, 21, 4)
    assert {(one.name, one.people, one.counted_in) for one in found.joined} == {
        ("証明係", 3, "市民課"),
        ("秘書室", 2, ""),
        ("会計室", 4, ""),
    }


def test_who_would_be_left_alone_beside_others_takes_them_along(town, division, people):
    """One person above twelve: numbers of the twelve would be those of all, less one."""
    make_people(town, division, 1, Role.HEAD)
    assert {(one.name, one.counted_in) for one in invitees(EVERYBODY, TODAY).joined} == {("市民部", ""), ("市民課", "")}


def test_only_staff_in_office_with_an_account_are_invited_and_each_once(town, department, people):
    other = make_department(town, "税務課")
    make_membership(town, Role.HEAD, other, user=people[0].user)
    make_membership(town, Role.MEMBER, other, valid_to=TODAY - timedelta(days=1))
    make_membership(town, Role.MEMBER, other, user=make_user("退職 太郎", is_active=False))
    make_membership(town, Role.PARTNER)
    make_membership(town, Role.RESIDENT)
    assert invitees(EVERYBODY, TODAY).people == 12
    assert {post.user_id for post in chosen_posts(EVERYBODY, TODAY)} == {post.user_id for post in people}


def test_departments_are_invited_with_all_below_them(town, division, department, people):
    make_people(town, make_department(town, "税務課"), 6)
    choice = Choice(whom=Whom.DEPARTMENTS, departments=(division,))
    assert invitees(choice, TODAY).people == 12
    assert {post.pk for post in chosen_posts(choice, TODAY)} == {post.pk for post in people}


def test_a_sample_is_so_many_people_or_a_share(town, department, people):
    make_people(town, make_department(town, "税務課"), 28)
    assert invitees(Choice(whom=Whom.SAMPLE, people=20), TODAY).people == 20
    share = Choice(whom=Whom.SAMPLE, percent=Decimal(25))
    assert invitees(share, TODAY).people == 10
    drawn = chosen_posts(share, TODAY)
    assert Counter(post.department.name for post in drawn) == {"市民課": 3, "税務課": 7}


def test_who_is_invited_gets_one_notice_with_the_address_to_answer(running, people):
    assert told_of(running, "invited") == {post.pk: 1 for post in people}
    assert set(Notice.objects.values_list("path", flat=True)) == {f"/t/hinata/surveys/{running.pk}/answer/"}
    assert running.opens_on == TODAY


def test_notices_are_written_in_the_language_of_each(town, actor, department):
    people = make_people(town, department, 10)
    guest = make_membership(town, Role.MEMBER, department, user=make_user("Ann", language="en"))
    begin_survey(actor=actor, survey=make_survey(town, title_en="Autumn survey"), invited=[*people, guest])
    assert Notice.objects.get(recipient=guest).subject == "Please answer by 7 December 2026: Autumn survey"


def test_a_survey_does_not_begin_after_its_last_day(town, actor, people):
    survey = make_survey(town, opens_on=TODAY - timedelta(days=9), closes_on=TODAY - timedelta(days=1))
    with pytest.raises(DomainError):
        begin_survey(actor=actor, survey=survey, invited=people)
    assert Survey.objects.get().is_draft


def test_only_those_who_have_not_answered_are_reminded_and_the_record_only_counts(running, actor, people):
    for person in people[:5]:
        answer(running, person, W1=3)
    assert remind(actor=actor, survey=running) == 7
    assert told_of(running, "by-hand") == {post.pk: 1 for post in people[5:]}
    entry = AuditEntry.objects.get(verb="reminded")
    assert (entry.after, entry.before, entry.object_id) == ({"tickets": 7}, {}, running.pk)


def test_nobody_is_reminded_by_hand_twice_a_day(running, actor, people):
    remind(actor=actor, survey=running)
    with pytest.raises(DomainError):
        remind(actor=actor, survey=running)
    assert told_of(running, "by-hand") == {post.pk: 1 for post in people}
    assert AuditEntry.objects.filter(verb="reminded").count() == 1


@pytest.mark.parametrize(("days", "told"), [(0, 0), (10, 0), (11, 12), (14, 12), (15, 0)])
def test_kiun_reminds_three_days_before_the_end(town, running, days, told):
    assert remind_before_the_end(system_actor(town, on=TODAY + timedelta(days=days))) == told


def test_kiun_reminds_once_however_often_it_runs_and_again_after_more_time(town, running, people):
    answer(running, people[0], W1=1)
    late = system_actor(town, on=TODAY + timedelta(days=12))
    assert [remind_before_the_end(late) for _run in range(3)] == [11, 0, 0]
    Survey.objects.update(closes_on=TODAY + timedelta(days=30))
    assert remind_before_the_end(late) == 0
    assert remind_before_the_end(system_actor(town, on=TODAY + timedelta(days=27))) == 11


def test_a_closed_survey_reminds_nobody_and_settles_its_notices(running, actor, town):
    assert Notice.objects.filter(read_at__isnull=True).count() == 12
    close_survey(actor=actor, survey=running)
    assert Notice.objects.filter(read_at__isnull=True).count() == 0
    with pytest.raises(DomainError):
        remind(actor=actor, survey=Survey.objects.get())
    assert remind_before_the_end(system_actor(town, on=TODAY + timedelta(days=12))) == 0


def test_answering_settles_no_notice_because_that_would_tell_when(running, people):
    answer(running, people[0], W1=1)
    assert Notice.objects.filter(read_at__isnull=True).count() == 12


@override_settings(EMAIL_HOST="mail.example.lg.jp")
def test_links_go_to_those_with_an_address_who_have_not_answered(running, actor, people):
    Delivery.objects.all().delete()
    answer(running, people[0], W1=1)
    people[1].user.email = ""
    people[1].user.save()
    assert mail_links(actor=actor, survey=running) == 10
    mails = {mail.recipient_id: mail.body for mail in Delivery.objects.all()}
    assert set(mails) == {post.pk for post in people[2:]}
    for key, body in mails.items():
        secret = body.split("/p/hinata/a/")[1].split("/")[0]
        assert Ticket.objects.get(digest=digest_of(secret)).membership_id == key
    assert AuditEntry.objects.filter(verb="invited").order_by("-pk").first().after == {"tickets": 10}


@override_settings(EMAIL_HOST="")
def test_without_a_mail_server_no_link_is_made(running, actor):
    with pytest.raises(DomainError):
        mail_links(actor=actor, survey=running)
    assert Ticket.objects.exclude(digest="").count() == 0


def test_slips_tell_nothing_about_who_has_answered(running, actor, people):
    answer(running, people[0], W1=1)
    given_ = print_slips(actor=actor, survey=running)
    assert {ticket.membership_id for ticket, _secret in given_} == {post.pk for post in people}
    for ticket, secret in given_:
        assert Ticket.objects.get(digest=digest_of(secret)) == ticket
    # Printing leaves used what was used.
    assert participation_of(running).answered == 1


def test_slips_can_be_for_one_department_or_those_without_mail(town, running, actor, people):
    other = make_department(town, "税務課")
    with pytest.raises(DomainError) as nobody:
        print_slips(actor=actor, survey=running, department=other, only_without_mail=True)
    assert nobody.value.field == "department"
    people[3].user.email = ""
    people[3].user.save()
    [(ticket, _secret)] = print_slips(actor=actor, survey=running, only_without_mail=True)
    assert ticket.membership_id == people[3].pk


def test_where_everybody_has_a_mail_address_it_is_the_tick_that_leaves_nobody(running, actor, department):
    with pytest.raises(DomainError) as refused:
        print_slips(actor=actor, survey=running, department=department, only_without_mail=True)
    assert refused.value.field == "only_without_mail"
    assert Ticket.objects.exclude(digest="").count() == 0


def test_cards_are_counted_apart_from_people(town, actor):
    survey = begin_survey(actor=actor, survey=make_survey(town, audience=Audience.RESIDENTS))
    secrets = print_cards(actor=actor, survey=survey, count=30)
    assert AuditEntry.objects.get(verb="invited").after == {"tickets": 30}
    Ticket.objects.filter(digest=digest_of(secrets[0])).update(is_used=True)
    found = participation_of(survey)
    assert (found.invited, found.cards, found.cards_used, found.all_answers) == (0, 30, 1, 1)
    assert Ticket.objects.filter(kind=TicketKind.PERSON).count() == 0


def test_rates_are_those_of_groups_of_five_and_add_up(town, actor, division, department):
    team = make_department(town, "証明係", department)
    posts = [
        *make_people(town, department, 9),
        *make_people(town, team, 3),
        *make_people(town, division, 2, Role.HEAD),
        *make_people(town, make_department(town, "税務課"), 6),
    ]
    survey = begin_survey(actor=actor, survey=make_survey(town), invited=posts)
    for person in posts[:4]:
        answer(survey, person, W1=3)
    rates = rates_by_department(survey)
    assert sum(rate.invited for rate in rates) == 20
    assert sum(rate.answered for rate in rates) == 4
    assert all(rate.invited >= 5 for rate in rates)
    assert {rate.name for rate in rates} <= {"市民部", "市民課", "税務課", ""}
    assert Counter({rate.name: rate.invited for rate in rates}) == Counter(
        {
            row.department.name if row.department else "": row.size
            for row in Stratum.objects.select_related("department")
        }
    )


def test_of_an_anonymous_survey_nobody_is_told_who_is_missing(running, people):
    answer(running, people[0], W1=1)
    assert list(missing_people(running)) == []


def test_of_a_survey_with_names_it_is_known(town, actor, people):
    survey = begin_survey(actor=actor, survey=make_survey(town, anonymity=Anonymity.NAMED), invited=people)
    answer(survey, people[0], W1=1)
    assert {ticket.membership_id for ticket in missing_people(survey)} == {post.pk for post in people[1:]}


def test_whoever_may_not_open_a_survey_invites_reminds_and_prints_nothing(town, department, running, people):
    stranger = actor_of(make_membership(town, Role.MEMBER, department).user, town, on=TODAY)
    for act in (
        lambda: begin_survey(actor=stranger, survey=make_survey(town), invited=people),
        lambda: remind(actor=stranger, survey=running),
        lambda: mail_links(actor=stranger, survey=running),
        lambda: print_slips(actor=stranger, survey=running),
        lambda: print_cards(actor=stranger, survey=running, count=5),
    ):
        with pytest.raises(NotAllowedError):
            act()
