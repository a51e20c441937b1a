"""The numbers of the pages for programs, under the same rights."""

import pytest

from kiun.municipality.actors import actor_of
from kiun.municipality.models import Role
from kiun.municipality.services import create_access_key
from kiun.surveys.access import READ
from kiun.surveys.models import ItemKind
from tests.factories import make_department, make_membership
from tests.surveys.builders import make_people, make_questionnaire, make_survey, opened
from tests.surveys.published import asked

COLOURS = [{"key": key, "text": text} for key, text in (("red", "赤"), ("blue", "青"))]
ITEMS = {
    "q": {"text": "満足度"},
    "m": {"text": "場所", "kind": ItemKind.MATRIX, "choices": COLOURS, "rows": [{"key": "r", "text": "窓口"}]},
    "why": {"text": "理由", "kind": ItemKind.LONG_TEXT},
}


@pytest.fixture
def people(town, department):
    return make_people(town, department, 12)


@pytest.fixture
def survey(town, people):
    values = [{"q": 4, "m": {"r": "red"}, "why": "秘密の話"}] * 9 + [{"q": "?"}] * 3
    return asked(make_survey(town, make_questionnaire(town, items=ITEMS)), people, values)


def get(client, post, path, scopes=(READ,)):
    _key, secret = create_access_key(actor=actor_of(post.user, post.municipality), name="BI", scopes=list(scopes))
    return client.get(f"/api/v1/{path}", headers={"authorization": f"Bearer {secret}"})


def test_surveys_that_are_over(client, town, survey, people):
    opened(make_survey(town, survey.questionnaire, title="実施中"), people)
    answer = get(client, make_membership(town, Role.ADMIN), "surveys").json()
    assert [(one["id"], one["title"], one["anonymity"]) for one in answer["items"]] == [
        (survey.pk, "令和8年度第3回", "anonymous")
    ]


def test_what_a_survey_says(client, town, survey, department):
    admin = make_membership(town, Role.ADMIN)
    answer = get(client, admin, f"surveys/{survey.pk}/results").json()
    assert (answer["is_shown"], answer["answers"], answer["invited"]) == (True, 12, 12)
    scale, matrix = answer["items"]
    assert (scale["key"], scale["answered"], scale["unknown"], scale["mean"]) == ("q", 9, 3, "4")
    assert scale["shares"][3] == {"label": "4", "people": 9, "percent": "75"}
    assert matrix["rows"][0]["shares"][0] == {"label": "赤", "people": 9, "percent": "100"}
    of_department = get(client, admin, f"surveys/{survey.pk}/results?department={department.pk}&role=staff").json()
    assert of_department["items"] == answer["items"]
    assert "秘密の話" not in str(answer)


def test_what_may_not_be_shown_is_no_number(client, town, department, people):
    small = make_people(town, make_department(town, "会計課"), 6)
    survey = asked(make_survey(town, make_questionnaire(town, items=ITEMS)), [*small, *people], [{"q": 1}] * 3)
    admin = make_membership(town, Role.ADMIN)
    for query in ("", f"?department={small[0].department_id}", "?role=staff"):
        answer = get(client, admin, f"surveys/{survey.pk}/results{query}").json()
        assert (answer["is_shown"], answer["answers"], answer["invited"], answer["items"]) == (False, None, None, [])


def test_a_key_stops_where_the_rights_of_its_person_stop(client, town, survey, department):
    post = make_membership(town, Role.ADMIN, department)
    _key, secret = create_access_key(actor=actor_of(post.user, town), name="BI", scopes=[READ])
    post.role = Role.HEAD
    post.save()
    key = {"authorization": f"Bearer {secret}"}
    assert client.get("/api/v1/surveys", headers=key).status_code == 401
    assert client.get(f"/api/v1/surveys/{survey.pk}/results", headers=key).status_code == 401


def test_what_is_not_there_and_keys_without_the_right_are_refused(client, town, survey):
    admin = make_membership(town, Role.ADMIN)
    assert get(client, admin, f"surveys/{survey.pk}/results?department=999").status_code == 404
    assert get(client, admin, f"surveys/{survey.pk}/results?role=king").status_code == 422
    assert get(client, admin, "surveys", scopes=("goals:read",)).status_code == 403
