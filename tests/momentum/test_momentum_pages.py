"""Pages of results, and who may see which."""

from io import BytesIO

import pytest
from django.urls import reverse
from openpyxl import load_workbook

from kiun.activity.models import AuditEntry
from kiun.momentum.models import Intervention, InterventionUnit
from kiun.municipality.models import Role
from kiun.ui.navigation import Navigation
from tests.factories import TODAY, make_actor, make_department, make_membership
from tests.momentum.builders import publish, sheets
from tests.surveys.builders import make_people

EVEN = [3] * 8
HIDDEN = "回答が少ないため、またはほかの少ない回答を守るため、示していません"


@pytest.fixture
def tax(town, division):
    return make_department(town, "税務課", division)


@pytest.fixture
def waves(town, department, tax):
    publish(town, 2, points={department: sheets(*[4] * 8, number=30), tax: sheets(*EVEN)})
    publish(town, 3, points={department: sheets(4, 4, 4, 4, 4, 2, 3, 3, number=30), tax: sheets(*EVEN)}, hidden=[tax])


def page(client, town, name, *args, role=Role.ADMIN, department=None, query=""):
    client.force_login(make_membership(town, role, department).user)
    return client.get(reverse(f"momentum:{name}", args=(town.slug, *args)) + query)


def test_the_mayor_reads_where_momentum_is_and_what_blocks_it(client, town, waves):
    text = page(client, town, "home", role=Role.EXECUTIVE).content.decode()
    assert "職員の機運は63点です（全員が回答）。" in text
    assert "「余力」が一番の妨げで、前回より37.5点下がりました。" in text
    assert "市民部" in text


def test_what_is_hidden_is_said_and_not_shown(client, town, waves, division, tax):
    text = page(client, town, "unit", division.pk).content.decode()
    row = text[text.index(f"momentum/units/{tax.pk}/") :]
    row = row[: row.index("</tr>")]
    assert HIDDEN in row
    assert "50.0" not in row
    alone = page(client, town, "unit", tax.pk).content.decode()
    assert "税務課の機運は示していません。" in alone
    assert "50.0" not in alone


@pytest.mark.parametrize("name", ["home", "gaps", "answered", "reliability", "wave_list", "intervention_list", "unit"])
def test_every_page_names_the_town_and_says_when_it_is_made_up(client, town, waves, department, name):
    town.is_demo = True
    town.save()
    text = page(client, town, name, *([department.pk] if name == "unit" else [])).content.decode()
    assert " | ひなた市 | Kiun</title>" in text
    assert "見本のまちです。市も人も数値も架空のものです。" in text


def test_a_change_that_cannot_be_judged_says_why(client, town, department, tax):
    publish(town, 2, points={department: sheets(*EVEN), tax: sheets(*EVEN)}, hidden=[tax])
    publish(town, 3, points={department: sheets(*EVEN), tax: sheets(*EVEN)})
    text = page(client, town, "home", query="?level=2").content.decode()
    assert "前回の値を示していません。" in text
    assert text[text.index('id="units"') :].count("偶然と見分けられない") == 1
    whole = text[text.index("今回の調査") :].split("</dl>")[0]
    assert "変化がないという意味ではありません。人数に対して差が小さく、偶然と見分けられません。" in whole


def test_an_earlier_wave_can_be_looked_at(client, town, waves):
    earlier = page(client, town, "home", query="?wave=0").context["chosen"].options[-1]
    text = page(client, town, "home", query=f"?wave={earlier[0]}").content.decode()
    assert "最初の回のため、変化は次回から示します。" in text


def test_a_head_sees_the_own_unit_with_what_to_do_and_no_other(client, town, waves, department, tax, division):
    response = page(client, town, "home", role=Role.HEAD, department=department)
    assert response.headers["Location"].endswith(f"/momentum/units/{department.pk}/")
    text = client.get(response.headers["Location"]).content.decode()
    assert "来週できること" in text
    assert "電話も窓口もない2時間を、勤務の割り振りに入れる。" in text
    for other in (tax, division):
        assert client.get(reverse("momentum:unit", args=(town.slug, other.pk))).status_code == 404
    for name in ("gaps", "reliability"):
        assert client.get(reverse(f"momentum:{name}", args=(town.slug,))).status_code == 403


def test_a_head_of_a_division_sees_what_is_below(client, town, waves, division, department):
    text = page(client, town, "unit", division.pk, role=Role.HEAD, department=division).content.decode()
    assert "市民課" in text
    assert client.get(reverse("momentum:unit", args=(town.slug, department.pk))).status_code == 200


@pytest.mark.parametrize("role", [Role.MEMBER, Role.VIEWER])
def test_staff_read_what_was_said_and_what_followed(client, town, waves, department, role):
    response = page(client, town, "home", role=role, department=department)
    assert response.headers["Location"].endswith("/momentum/answered/")
    text = client.get(response.headers["Location"]).content.decode()
    assert "皆さんの回答と、その後" in text
    assert client.get(reverse("momentum:unit", args=(town.slug, department.pk))).status_code == 404
    assert client.get(reverse("momentum:export", args=(town.slug,))).status_code == 404


@pytest.mark.parametrize("role", [Role.PARTNER, Role.RESIDENT])
def test_nobody_outside_comes_in(client, town, waves, role):
    for name in ("home", "answered", "wave_list", "export", "gaps"):
        assert page(client, town, name, role=role).status_code in {403, 404}


def test_before_the_first_wave_the_page_leads_to_it(client, town, department):
    assert "まず、部署と職員が必要です" in page(client, town, "home").content.decode()
    make_people(town, department, 12)
    text = page(client, town, "home").content.decode()
    assert "機運はまだ測っていません" in text
    assert page(client, town, "gaps").headers["Location"].endswith("/momentum/")


def test_a_wave_that_nobody_answered_can_be_looked_at(client, town, department):
    publish(town, points={department: []}, invited={department: 20}, hidden=[None, department])
    assert "職員の機運は示していません。" in page(client, town, "home").content.decode()
    for name in ("gaps", "reliability", "answered"):
        assert page(client, town, name).status_code == 200


def rows_of(response, sheet):
    book = load_workbook(BytesIO(response.content))
    return [row for row in book[sheet].iter_rows(values_only=True) if any(row)]


def test_the_file_holds_what_the_page_shows(client, town, waves, department, tax):
    response = page(client, town, "export")
    rows = {row[0]: row for row in rows_of(response, "部署")}
    assert rows["役所全体"][2] == 62.5
    assert rows["市民課"][11] == 30
    assert rows["税務課"][2:-1] == (None,) * (len(rows["税務課"]) - 3)
    assert rows["税務課"][-1] == HIDDEN
    assert AuditEntry.objects.filter(verb="exported", object_type="momentum.wave").count() == 1
    csv = page(client, town, "export", query="?format=csv").content
    assert csv.startswith("\ufeff部署".encode())


def test_the_file_of_a_head_holds_the_town_and_the_own_units(client, town, waves, department):
    response = page(client, town, "export", role=Role.HEAD, department=department)
    assert load_workbook(BytesIO(response.content)).sheetnames == ["部署"]
    assert [row[0] for row in rows_of(response, "部署")][-2:] == ["役所全体", "市民課"]
    assert "税務課" not in str(rows_of(response, "部署"))


def test_a_department_that_came_after_the_wave_says_so(client, town, waves):
    new = make_department(town, "デジタル課")
    assert "この部署は、まだ測っていません" in page(client, town, "unit", new.pk).content.decode()


def test_an_intervention_leads_only_to_units_that_the_reader_may_see(client, town, waves, department, tax):
    row = Intervention(
        municipality=town,
        title="やめる仕事を決める",
        remedy="stop-work",
        dimension="T",
        owner=make_membership(town, Role.ADMIN),
        starts_on=TODAY,
        expected_effect=5,
        state="registered",
    )
    row.save()
    for one in (department, tax):
        InterventionUnit(municipality=town, intervention=row, department=one, starts_on=TODAY).save()
    text = page(client, town, "intervention_detail", row.pk, role=Role.HEAD, department=department).content.decode()
    assert f"/momentum/units/{department.pk}/" in text
    assert "税務課" in text
    assert f"/momentum/units/{tax.pk}/" not in text


def test_the_legend_of_the_gap_map_names_only_groups_that_stand_in_it(client, town, department):
    points = {department: [*sheets(*[2] * 8), *sheets(*[4] * 8)]}
    publish(town, 3, points=points, roles={department: ["manager"] * 10 + ["staff"] * 10})
    text = page(client, town, "gaps").content.decode()
    legend = text[text.index("k-gaps__legend") :].split("</ul>")[0]
    assert ("管理職" in legend, "職員" in legend, "DX推進課" in legend) == (True, True, False)


@pytest.mark.parametrize(
    ("role", "is_public", "leads_to"),
    [
        (Role.PARTNER, True, ["/p/hinata/momentum/"]),
        (Role.RESIDENT, True, ["/p/hinata/momentum/"]),
        (Role.PARTNER, False, []),
        (Role.MEMBER, True, ["/t/hinata/momentum/"]),
    ],
)
def test_whoever_signs_in_from_outside_is_led_to_what_is_public(rf, town, waves, role, is_public, leads_to):
    town.is_public = is_public
    town.save()
    request = rf.get("/")
    request.town, request.actor = town, make_actor(town, role)
    assert [link.url for link in Navigation(request).main if link.id.startswith("momentum.")] == leads_to


def test_before_the_first_results_nobody_outside_is_led_anywhere(rf, town):
    town.is_public = True
    town.save()
    request = rf.get("/")
    request.town, request.actor = town, make_actor(town, Role.PARTNER)
    assert [link.url for link in Navigation(request).main if link.id.startswith("momentum.")] == []
