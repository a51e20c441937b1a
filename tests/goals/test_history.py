"""What an import leaves in the history of its plan, and a record that names a relation."""

import pytest
from django_scopes import scope

from kiun.goals.queries.history import history_of
from kiun.kernel.changes import Change, Verb
from kiun.municipality.actors import record
from kiun.ui.history import FieldChange
from tests.factories import make_actor, make_plan, make_town

pytestmark = pytest.mark.django_db


def test_an_import_is_told_by_its_file_and_its_counts():
    town = make_town()
    plan = make_plan(town)
    actor = make_actor(town)
    counts = {"new": 3, "changed": 1, "unchanged": 0, "absent": 0}
    change = Change(
        object_type="goals.plan",
        object_id=plan.pk,
        label=str(plan),
        verb=Verb.IMPORTED,
        after={"file": "plan.xlsx", "goals": counts, "indicators": counts, "readings": 6},
    )
    with scope(municipality=town):
        record(actor, change)
        entry = history_of(plan)[0]
    assert entry.what == "取り込み：plan.xlsx"
    assert entry.changes == (
        FieldChange(label="目標", after="新規3、変更1"),
        FieldChange(label="指標", after="新規3、変更1"),
        FieldChange(label="測定", after="6"),
    )
