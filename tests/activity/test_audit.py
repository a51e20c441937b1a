import re
from datetime import date
from pathlib import Path

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from django_scopes import scope

import kiun
from kiun.activity.history import VERBS, VIA, field_changes, history_entries
from kiun.activity.models import AuditEntry
from kiun.activity.queries import history_of, town_version
from kiun.goals.models import Plan
from kiun.goals.services import change_plan, create_plan
from kiun.kernel.changes import Verb, change_of
from kiun.kernel.errors import NotAllowedError
from kiun.municipality.actors import record, system_actor
from tests.factories import make_actor, make_town

pytestmark = pytest.mark.django_db


@pytest.fixture
def town():
    return make_town()


@pytest.fixture
def plan(town):
    with scope(municipality=town):
        return create_plan(actor=make_actor(town), plan=Plan(name="計画", first_year=2024, last_year=2028))


def test_a_change_keeps_who_what_before_and_after_and_why(town, plan):
    actor = make_actor(town)
    with scope(municipality=town):
        plan.last_year = 2029
        change_plan(actor=actor, plan=plan, reason="議会の議決による")
        entry = history_of(plan).first()
        assert (entry.actor, entry.user, entry.verb) == (actor.user.name, actor.user, "changed")
        assert (entry.before, entry.after) == ({"last_year": 2028}, {"last_year": 2029})
        assert (entry.reason, entry.via, entry.label) == ("議会の議決による", "web", "計画")


def test_the_version_of_a_town_grows_with_its_own_changes_only(town, plan):
    other = make_town("minato", "みなと市")
    with scope(municipality=town):
        before = town_version(town)
        assert town_version(other) == 0
        plan.summary = "新しい"
        change_plan(actor=make_actor(town), plan=plan)
        assert town_version(town) > before
        assert town_version(other) == 0


def test_the_version_of_a_town_is_found_in_one_step_among_ever_so_many_sign_ins(town, plan):
    """Every open page asks for it every few seconds: a scan over the sign-ins of a large town would be felt."""
    with scope(municipality=town), CaptureQueriesContext(connection) as asked:
        town_version(town)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET LOCAL enable_seqscan = off")  # it reads a small table whole, whatever the indexes
        cursor.execute(f"EXPLAIN {'QUERY PLAN ' * (connection.vendor == 'sqlite')}{asked[0]['sql']}")
        assert "audit_changes" in str(cursor.fetchall())


def test_every_way_that_is_written_down_has_its_words():
    sources = [path.read_text(encoding="utf-8") for path in Path(kiun.__file__).parent.rglob("*.py")]
    written = {way for source in sources for way in re.findall(r'\bvia(?:: str)? ?= ?"(\w+)"', source)}
    assert written == set(VIA)


def test_what_is_rolled_back_leaves_no_record(town, plan):
    with scope(municipality=town):
        before = AuditEntry.objects.count()
        plan.last_year = 2000
        with pytest.raises(ValidationError):
            change_plan(actor=make_actor(town), plan=plan)
        assert AuditEntry.objects.count() == before


@pytest.mark.parametrize(
    "attack",
    [
        lambda entry: entry.save(),
        lambda entry: entry.delete(),
        lambda entry: AuditEntry.objects.filter(pk=entry.pk).update(actor="だれか"),
        lambda entry: AuditEntry.objects.all().delete(),
        lambda entry: AuditEntry.objects.bulk_update([entry], ["actor"]),
    ],
)
def test_a_record_can_be_neither_changed_nor_deleted(town, plan, attack):
    with scope(municipality=town):
        entry = history_of(plan).get()
        with pytest.raises(NotAllowedError):
            attack(entry)
        assert history_of(plan).get().actor == entry.actor


@pytest.mark.parametrize(
    ("verb", "object_type", "said"),
    [
        ("signed_in", "municipality.user", "サインイン"),
        ("measured", "goals.indicator", "指標の値を入力"),
        ("measurement_removed", "goals.indicator", "指標の値を削除"),
        ("changed", "goals.indicator", "指標を変更"),
        ("progressed", "initiatives.task", "作業の進み具合を報告"),
        ("exported", "municipality.membership", "所属のデータを書き出し"),
    ],
)
def test_what_was_done_is_said_as_people_say_it(town, verb, object_type, said):
    [told] = history_entries([AuditEntry(municipality=town, object_type=object_type, object_id=1, verb=verb)])
    assert told.what == said


@pytest.mark.parametrize("verb", VERBS)
def test_no_deed_has_two_objects(town, verb):
    """「作業を進み具合を報告」 is no Japanese."""
    [told] = history_entries([AuditEntry(municipality=town, object_type="initiatives.task", object_id=1, verb=verb)])
    assert told.what.count("を") <= 1


def test_stored_moments_are_told_in_the_calendar_and_the_clock_of_the_town(town):
    after = {"expires_at": "2026-11-28T00:33:51.982711+00:00", "valid_from": "2026-11-28"}
    for kind, name, said in (
        ("municipality.apitoken", "expires_at", "令和8年11月28日 9:33"),
        ("municipality.membership", "valid_from", "令和8年11月28日"),
    ):
        entry = AuditEntry(object_type=kind, object_id=1, verb="changed", after={name: after[name]})
        [change] = field_changes(entry)
        assert change.after == said


def test_targets_on_the_way_are_told_day_by_day():
    after = {"milestones": [["2027-03-31", "40"], ["2028-03-31", "50.5"]]}
    [change] = field_changes(AuditEntry(object_type="goals.series", object_id=1, verb="changed", after=after))
    assert change.after == "令和9年3月31日 40、令和10年3月31日 50.5"


@pytest.mark.parametrize(("via", "is_dated"), [("demo", True), ("web", False)])
def test_only_a_demonstration_dates_its_records_itself(town, plan, via, is_dated):
    day = date(2026, 4, 1)
    with scope(municipality=town):
        record(system_actor(town, on=day, via=via), change_of(plan, Verb.CHANGED, {"name": "前の名前"}))
        assert (timezone.localdate(history_of(plan).first().at) == day) is is_dated
