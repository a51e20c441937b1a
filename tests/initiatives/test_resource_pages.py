"""The pages of people and money, as somebody uses them."""

import re
from datetime import date
from decimal import Decimal

import pytest
from django.utils import timezone

from kiun.initiatives.heat_cells import draw_heat_cell
from kiun.initiatives.models import (
    Absence,
    Budget,
    Capacity,
    CarryOver,
    Commitment,
    Fund,
    InitiativeStatus,
    Mode,
    ModeKind,
    MoneyNeed,
    PeopleNeed,
    Revision,
    Skill,
)
from kiun.initiatives.queries.allocation import Strain
from kiun.initiatives.queries.strain import Cell
from kiun.initiatives.queries.windows import month_after
from kiun.initiatives.resource_wording import say_result
from kiun.kernel.fiscal_year import fiscal_year_of
from kiun.kernel.tabular import read_workbook
from kiun.municipality.models import Role
from kiun.ui.dates import fiscal_year_label
from tests.factories import make_department, make_initiative, make_membership, make_task, make_user
from tests.initiatives.pages import sign_in, url

MONTH = timezone.localdate().replace(day=1)
NEXT = month_after(MONTH, 1)
YEAR = fiscal_year_of(timezone.localdate()).year


@pytest.fixture
def officer(client, town):
    return sign_in(client, town, Role.ADMIN)


def field(department, month):
    return f"c-{department.pk}-{month:%Y%m}"


def test_the_overload_leads_to_its_causes(client, town, officer, initiative, department):
    Capacity(department=department, month=MONTH, fte=1).save()
    make_task(initiative, starts_on=NEXT, due_on=month_after(MONTH, 2), estimate=Decimal(100))
    page = client.get(url(town, "strain"))
    assert page.context["lead"].wrong.startswith("市民課は")
    where = f"{url(town, 'strain_causes')}?department={department.pk}&month={NEXT:%Y-%m}"
    assert page.context["shortages"][0]["url"] == where
    assert page.context["shortages"][0]["causes"] == ["様式を整える"]
    causes = client.get(where)
    assert [row["name"] for row in causes.context["causes"]] == ["様式を整える"]
    assert re.search(r"<span>不足 [1-9]\d*\.\d</span>", causes.content.decode())
    assert "様式を整える" in causes.content.decode()


def test_colleagues_are_not_named_with_their_load(client, town, initiative, department):
    Capacity(department=department, month=MONTH, fte=1).save()
    busy = make_membership(town, Role.MEMBER, department, user=make_user("森 樹"))
    make_task(initiative, starts_on=NEXT, due_on=month_after(MONTH, 2), estimate=Decimal(100), responsible=busy)
    Absence(post=busy, starts_on=NEXT, ends_on=month_after(MONTH, 2)).save()
    where = f"{url(town, 'strain_causes')}?department={department.pk}&month={NEXT:%Y-%m}"
    for role, is_told in ((Role.MEMBER, False), (Role.HEAD, True)):
        sign_in(client, town, role, department)
        page = client.get(where).content.decode()
        assert ("森 樹" in page, "不在" in page, "この部署の人" in page) == (is_told, is_told, not is_told)


@pytest.mark.parametrize("query", ["", "?month=2019-01", "?month=x&department=1"])
def test_causes_of_nothing_lead_back(client, town, officer, query):
    assert client.get(url(town, "strain_causes") + query).headers["Location"] == url(town, "strain")


def test_causes_of_a_department_of_others_are_not_there(client, town, department):
    sign_in(client, town, Role.HEAD, make_department(town, "税務課"))
    answer = client.get(f"{url(town, 'strain_causes')}?department={department.pk}&month={NEXT:%Y-%m}")
    assert answer.status_code == 404


def test_a_filter_narrows_the_table_in_place(client, town, officer, initiative, department):
    Capacity(department=department, month=MONTH, fte=1).save()
    answer = client.get(f"{url(town, 'strain')}?short=on", headers={"HX-Request": "true"})
    assert answer.content.decode().startswith('<div id="results">')
    assert "表示するものがありません" in answer.content.decode()


def test_wrong_words_in_an_address_narrow_nothing(client, town, officer):
    for name in ("strain", "capacity", "person_strain", "budget_matrix", "budget_year"):
        answer = client.get(f"{url(town, name)}?from=9999-99&year=99999999999&department=x&skill=-1&page=x&by=y")
        assert answer.status_code == 200, name


def test_the_table_of_capacities_takes_figures_as_officers_write_them(client, town, officer, department):
    data = {"line": department.pk, "seen": "{}", field(department, MONTH): "２．５人", "reason": "4月の人事異動"}
    assert client.post(url(town, "capacity"), data).status_code == 302
    row = Capacity.objects.get()
    assert (row.department, row.month, row.fte, row.reason) == (department, MONTH, Decimal("2.5"), "4月の人事異動")
    shown = client.get(url(town, "capacity")).context["table"]
    assert [cell.hint for cell in shown.lines[0].cells] == ["2.5"] * 12
    assert [cell.typed for cell in shown.lines[0].cells] == ["2.5", *[""] * 11]


def test_a_figure_that_cannot_be_is_marked_and_nothing_is_saved(client, town, officer, department):
    data = {"line": department.pk, "seen": "{}", field(department, MONTH): "2", field(department, NEXT): "-1"}
    answer = client.post(url(town, "capacity"), data)
    assert answer.status_code == 422
    assert [cell.error for cell in answer.context["table"].lines[0].cells][:2] == [
        "",
        "人数は0から9,999までで書いてください。",
    ]
    assert Capacity.objects.count() == 0


def test_a_table_that_somebody_else_has_changed_shows_both_values(client, town, officer, department):
    Capacity(department=department, month=MONTH, fte=3).save()
    data = {"line": department.pk, "seen": "{}", field(department, MONTH): "2"}
    answer = client.post(url(town, "capacity"), data)
    assert answer.status_code == 409
    cell = answer.context["table"].lines[0].cells[0]
    assert (cell.typed, cell.error, Capacity.objects.get().fte) == ("2", "いまの値：3", 3)
    again = {**data, "seen": answer.context["table"].seen}
    assert client.post(url(town, "capacity"), again).status_code == 302
    assert Capacity.objects.get().fte == 2


def test_a_field_of_another_department_is_not_taken(client, town, department):
    other = make_department(town, "税務課")
    sign_in(client, town, Role.HEAD, department)
    data = {"line": [department.pk, other.pk], "seen": "{}", field(other, MONTH): "2"}
    assert client.post(url(town, "capacity"), data).status_code == 302
    assert Capacity.objects.count() == 0


def test_one_press_enters_a_known_transfer(client, town, officer, department):
    Capacity(department=department, month=MONTH, fte=3).save()
    make_membership(town, Role.MEMBER, department, valid_to=date.fromordinal(month_after(MONTH, 2).toordinal() - 1))
    (hint,) = client.get(url(town, "capacity")).context["transfers"]
    data = {"department": department.pk, "month": f"{hint['transfer'].month:%Y-%m}"}
    client.post(url(town, "transfer_enter"), data)
    row = Capacity.objects.order_by("month").last()
    # The officer who signs in belongs to no department: the one who leaves was the only one there.
    assert (row.month, row.fte, row.reason) == (month_after(MONTH, 2), 0, hint["sentence"])


def test_the_workbook_of_capacities_opens(client, town, officer, department):
    Capacity(department=department, month=MONTH, fte=Decimal("1.5")).save()
    answer = client.get(url(town, "capacity_export"))
    sheet = read_workbook(answer.content, name="capacity.xlsx").sheets[0]
    assert [sheet.cell_at(2, column).value for column in (1, 2, 3)] == ["市民課", None, 1.5]


def test_a_change_ahead_an_absence_and_a_skill_are_entered(client, town, officer, department):
    post = make_membership(town, Role.MEMBER, department, user=make_user("白井 遥"))
    client.post(url(town, "skill_list"), {"name": "窓口業務"})
    skill = Skill.objects.get()
    row = {"department": department.pk, "skill": skill.pk, "month": "令和20年4月", "fte": "１人", "reason": "採用"}
    client.post(url(town, "capacity_create"), row)
    away = {"post": "白井 遥", "starts_on": "2030-01-01", "ends_on": "2030-01-31", "percent": "50", "note": "応援"}
    client.post(url(town, "absence_create"), away)
    assert [(str(one), one.fte, one.skill) for one in Capacity.objects.all()] == [("市民課 2038-04", 1, skill)]
    assert [(one.post, one.percent, one.note) for one in Absence.objects.all()] == [(post, 50, "応援")]
    client.post(url(town, "skill_edit", skill.pk), {"name": "受付"})
    client.post(url(town, "skill_remove", skill.pk))
    assert Skill.objects.get().name == "受付"
    assert client.post(url(town, "absence_remove", Absence.objects.get().pk)).status_code == 302
    assert client.post(url(town, "capacity_remove", Capacity.objects.get().pk)).status_code == 302
    assert (Absence.objects.count(), Capacity.objects.count()) == (0, 0)


def budget(**fields):
    return {"year": "令和8年度", "fund": "general", "stage": "initial", "amount": "1,200千円", **fields}


@pytest.mark.parametrize(
    ("typed", "amount"),
    [("1,200千円", 1_200_000), ("１２０万円", 1_200_000), ("3百万円", 3_000_000), ("1億2,000万円", 120_000_000)],
)
def test_amounts_are_read_as_officers_write_them(client, town, officer, typed, amount):
    answer = client.post(url(town, "budget_create"), budget(amount=typed))
    assert answer.headers["Location"] == f"{url(town, 'budget_year')}?year=2026"
    row = Budget.objects.get()
    assert (row.year, row.fund, row.amount) == (2026, Fund.GENERAL, amount)


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("120", "120円では予算として小さすぎます。千円単位なら「120千円」と書いてください。"),
        ("12人", "金額を「1,200千円」「120万円」「1,200,000」のように書いてください。"),
        ("999兆円", "金額が大きすぎます。単位（千円・万円・百万円）を確かめてください。"),
        ("－", "金額を「1,200千円」「120万円」「1,200,000」のように書いてください。"),
    ],
)
def test_amounts_that_cannot_be_are_refused_at_their_field(client, town, officer, typed, sentence):
    answer = client.post(url(town, "budget_create"), budget(amount=typed))
    assert (answer.status_code, answer.context["form"].errors["amount"]) == (422, [sentence])
    assert Budget.objects.count() == 0


def test_a_budget_is_changed_carried_over_and_not_removed_beneath_it(client, town, officer):
    client.post(url(town, "budget_create"), budget())
    row = Budget.objects.get()
    carried = {"year": "2026", "fund": "general", "amount": "100万円"}
    assert client.post(url(town, "carry_over_create"), carried).status_code == 302
    answer = client.post(url(town, "budget_edit", row.pk), budget(amount="50万円"))
    assert "先に繰越額を下げてください" in answer.context["form"].errors["amount"][0]
    client.post(url(town, "budget_remove", row.pk))
    assert Budget.objects.get().amount == 1_200_000
    client.post(url(town, "carry_over_remove", CarryOver.objects.get().pk))
    client.post(url(town, "budget_remove", row.pk))
    assert (Budget.objects.count(), CarryOver.objects.count()) == (0, 0)


def test_a_year_shows_what_there_is_and_what_needs_it(client, town, officer, initiative):
    mode = Mode(initiative=initiative, is_chosen=True)
    mode.save()
    MoneyNeed(mode=mode, amount=3_000_000).save()
    Budget(year=2026, fund=Fund.GENERAL, amount=1_000_000).save()
    page = client.get(f"{url(town, 'budget_year')}?year=2026")
    assert page.context["lead"].wrong == "令和8年度の一般財源は200万円足りません。"
    text = page.content.decode()
    assert "申請のオンライン化" in text
    assert "不足 200万円" in text
    matrix = client.get(f"{url(town, 'budget_matrix')}?year=2026").context["matrix"]
    assert matrix.years == (2025, 2026, 2027, 2028, 2029)
    assert [row.cells[1].gap for row in matrix.rows] == [2_000_000, 0, 0, 0, 2_000_000]


def test_the_headline_of_the_budgets_leaves_out_a_year_that_is_over(client, town, officer, goal):
    begun = make_initiative(goal, "窓口の改修", starts_on=date(YEAR - 1, 6, 1))
    mode = Mode(initiative=begun, is_chosen=True)
    mode.save()
    MoneyNeed(mode=mode, amount=3_000_000).save()
    Budget(year=YEAR - 1, fund=Fund.GENERAL, amount=1_000_000).save()
    matrix = url(town, "budget_matrix")
    assert client.get(matrix).context["lead"].opening == "経費のかかる予定は、まだありません。"
    # Whoever looks at past years only reads of those.
    past = client.get(f"{matrix}?year={YEAR - 4}").context["lead"]
    assert past.wrong == f"{fiscal_year_label(YEAR - 1)}の一般財源は200万円足りません。"


def test_the_workbook_of_budgets_opens(client, town, officer):
    Budget(year=YEAR - 1, fund=Fund.GENERAL, amount=1_000_000).save()
    sheet = read_workbook(client.get(url(town, "budget_export")).content, name="budget.xlsx").sheets[0]
    assert [sheet.cell_at(2, column).value for column in (2, 3, 7)] == ["一般財源", 1_000_000, 1_000_000]


def lines(prefix, *rows):
    data = {f"{prefix}-TOTAL_FORMS": len(rows), f"{prefix}-INITIAL_FORMS": 0}
    for number, row in enumerate(rows):
        data |= {f"{prefix}-{number}-{name}": value for name, value in row.items()}
    return data


def test_commitments_of_an_initiative_are_entered_together(client, town, officer, initiative):
    chosen = client.get(f"{url(town, 'commitment_create')}?initiative={initiative.pk}")
    assert chosen.headers["Location"] == url(town, "commitments", initiative.pk)
    rows = [{"year": "令和9年度", "fund": "general", "limit": "300万円"}, {"year": "", "fund": "", "limit": ""}]
    page = url(town, "commitments", initiative.pk)

    def post(*lines_):
        return client.post(page, {**lines("lines", *lines_), "seen": client.get(page).context["seen"]})

    assert post(*rows).status_code == 302
    assert list(Commitment.objects.values_list("year", "fund", "limit")) == [(2027, "general", 3_000_000)]
    answer = post(rows[0], {**rows[0], "fund": ""})
    assert answer.status_code == 422
    answer = post(rows[0], rows[0])
    assert answer.context["error"] == "令和9年度・一般財源の行が二つあります。一つの行にまとめてください。"
    assert post(rows[1]).status_code == 302
    assert Commitment.objects.count() == 0


def test_of_two_people_who_enter_commitments_the_later_sees_the_lines_of_the_earlier(client, town, officer, initiative):
    page = url(town, "commitments", initiative.pk)
    mine, theirs = ({"year": year, "fund": "general", "limit": "300万円"} for year in ("令和9年度", "令和10年度"))
    seen = client.get(page).context["seen"]
    client.post(page, {**lines("lines", theirs), "seen": seen})
    answer = client.post(page, {**lines("lines", mine), "seen": seen})
    assert answer.status_code == 409
    assert "令和10年度 · 一般財源" in answer.content.decode()
    assert list(Commitment.objects.values_list("year", flat=True)) == [2028]
    both = {**lines("lines", mine, theirs), "seen": answer.context["seen"]}
    assert client.post(page, both).status_code == 302
    assert list(Commitment.objects.values_list("year", flat=True)) == [2027, 2028]


def way(department, **fields):
    return {
        "kind": "contract",
        "quarters": "4",
        "effect": "90",
        "note": "",
        **lines("people", {"department": department.pk, "first_quarter": "1", "quarters": "4", "fte": "0.5"}),
        **lines("money", {"fund": "general", "work_year": "1", "amount": "420万円"}),
        **lines("technology", {"kind": "system", "name": "受付システム", "quantity": "3", "zone": "lgwan"}),
        **fields,
    }


def test_a_way_is_described_with_all_that_it_needs(client, town, officer, initiative, department):
    answer = client.post(url(town, "mode_create", initiative.pk), way(department, reason="採択の条件"))
    assert answer.headers["Location"] == url(town, "mode_list", initiative.pk)
    made = Mode.objects.get()
    assert (made.kind, made.effect, made.is_chosen) == ("contract", 90, True)
    assert [str(row) for row in (*made.people_needs.all(), *made.money_needs.all())] == [
        "市民課 0.50",
        "一般財源 4200000",
    ]
    assert made.technology_needs.get().quantity == 3
    assert Revision.objects.get().reason == "採択の条件"
    page = client.get(url(town, "mode_list", initiative.pk))
    assert page.context["lead"].opening == "進め方は委託です。延べ6人月、5年で420万円かかります。"


def test_a_way_with_a_wrong_line_keeps_what_was_typed(client, town, officer, initiative, department):
    wrong = lines("money", {"fund": "general", "work_year": "", "amount": "12"})
    answer = client.post(url(town, "mode_create", initiative.pk), way(department, reason="採択", **wrong))
    assert answer.status_code == 422
    assert Mode.objects.count() == 0
    text = answer.content.decode()
    assert "12円では予算として小さすぎます" in text
    assert 'value="受付システム"' in text


def test_more_lines_are_given_without_complaint(client, town, officer, initiative, department):
    started = way(department, more="money", **lines("people", {"department": department.pk}))
    answer = client.post(url(town, "mode_create", initiative.pk), started)
    assert answer.status_code == 200
    assert len(answer.context["needs"].tables["money"].forms) == 6
    assert answer.context["needs"].has_errors is False
    assert 'value="420万円"' in answer.content.decode()


def test_a_way_that_somebody_else_has_changed_is_shown_and_not_overwritten(client, town, officer, goal, department):
    proposal = make_initiative(goal, status=InitiativeStatus.PROPOSED)
    client.post(url(town, "mode_create", proposal.pk), way(department))
    made = Mode.objects.get()
    where = url(town, "mode_edit", proposal.pk, made.pk)
    seen = client.get(where).context["form"]["seen"].value()
    client.post(where, way(department, seen=seen, **lines("money")))
    answer = client.post(where, way(department, seen=seen, note="私の備考"))
    assert answer.status_code == 409
    assert MoneyNeed.objects.count() == 0
    assert "私の備考" in answer.content.decode()
    again = way(department, seen=answer.context["form"]["seen"].value(), note="私の備考")
    assert client.post(where, again).status_code == 302


def test_another_way_is_chosen_after_a_look_at_what_changes(client, town, officer, initiative):
    for kind, is_chosen in ((ModeKind.IN_HOUSE, True), (ModeKind.CONTRACT, False)):
        Mode(initiative=initiative, kind=kind, is_chosen=is_chosen).save()
    other = Mode.objects.get(kind=ModeKind.CONTRACT)
    where = url(town, "mode_choose", initiative.pk, other.pk)
    assert [one.mode.kind for one in client.get(where).context["summaries"]] == ["in_house", "contract"]
    assert client.post(where, {"reason": ""}).status_code == 422
    client.post(where, {"reason": "職員が足りない"})
    assert Mode.objects.get(is_chosen=True) == other
    client.post(url(town, "mode_remove", initiative.pk, Mode.objects.get(is_chosen=False).pk), {"reason": ""})
    assert Mode.objects.count() == 1


def test_a_way_of_another_initiative_is_not_found_here(client, town, officer, goal, initiative):
    mode = Mode(initiative=make_initiative(goal, "other"))
    mode.save()
    assert client.get(url(town, "mode_edit", initiative.pk, mode.pk)).status_code == 404


def test_a_partner_sees_no_needs(client, town, initiative):
    sign_in(client, town, Role.PARTNER)
    assert client.get(url(town, "mode_list", initiative.pk)).status_code == 404


def test_people_are_shown_by_name_and_without_red(client, town, department, initiative):
    head = sign_in(client, town, Role.HEAD, department)
    make_task(initiative, starts_on=NEXT, due_on=month_after(MONTH, 2), estimate=Decimal(200))
    page = client.get(url(town, "person_strain"))
    assert {row.post for row in page.context["rows"]} == {head, initiative.owner}
    assert len(page.context["full"]) == 1
    assert "is-late" not in page.content.decode()


def test_what_systems_are_asked_for_is_told_by_zone(client, town, officer, initiative, department):
    client.post(url(town, "mode_create", initiative.pk), way(department, reason="採択"))
    text = client.get(url(town, "technology")).content.decode()
    assert "取組が必要とするシステムや機器は1件、うちマイナンバー利用事務系は0件です。" in text
    assert PeopleNeed.objects.count() == 1


@pytest.mark.parametrize(("fte", "result"), [(Decimal("0.5"), "不足 0.5"), (1, "過不足なし"), (2, "余裕 1.0")])
def test_the_result_says_how_much(fte, result):
    cell = Cell(first=NEXT, strain=Strain.SHORT if fte < 1 else Strain.ENOUGH, demand=1.0, capacity=float(fte))
    assert say_result(cell) == result
    assert ("0.0" in draw_heat_cell(cell, "/")) is False
