"""What Kiun writes, it reads back without a difference."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from kiun.goals.models import Cadence, Challenge, Direction, Goal, Indicator, Plan, Policy, Series
from kiun.goals.plan_files import Choices
from kiun.goals.queries.directory import Directory, directory
from kiun.goals.queries.plan_contents import PlanContents, plan_contents
from kiun.goals.queries.plan_sheets import PlanSheet, notes_sheet
from kiun.goals.services.plan_import.comparing import compare
from kiun.kernel.tabular import write_csv, write_workbook
from kiun.kernel.trees import places
from kiun.municipality.models import Membership, Municipality, User
from tests.factories import (
    TODAY,
    make_department,
    make_goal,
    make_indicator,
    make_membership,
    make_plan,
    make_policy,
)
from tests.goals.plan_import.conftest import differences, read

# A day within a month that is named as a whole ends before it.
MILESTONES = [["2026-03-31", "45.5"], ["2028-02-10", "50"], ["2028-02-29", "51"]]


def exported(plan, kind="xlsx"):
    sheet = PlanSheet(plan_contents(plan), directory(TODAY), TODAY).sheet()
    return write_csv(sheet) if kind == "csv" else write_workbook([sheet, notes_sheet()])


def assert_unchanged(actor, plan, kind):
    found = differences(actor, exported(plan, kind), plan, f"plan.{kind}")
    assert list(found._lines()) == []
    assert found.errors == ()
    assert (found.goal_counts.absent, found.indicator_counts.absent) == (0, 0)


@pytest.mark.django_db
@pytest.mark.parametrize("kind", ["xlsx", "csv"])
def test_a_plan_with_everything_comes_back_unchanged(actor, town, kind):
    department = make_department(town, "市民課")
    owner = make_membership(town, department=department)
    plan = make_plan(town)
    top = make_policy(plan, "＝市民に近い役所", code="1")
    policy = make_policy(plan, "手続", parent=top, code="1-1")
    challenge = Challenge.objects.create(plan=plan, policy=policy, text="窓口に来なければ手続できない")
    Challenge.objects.create(plan=plan, text="だれも困っていない課題")
    make_policy(plan, "※まだ目標のない施策")
    goal = make_goal(
        plan,
        "申請の半分以上をオンラインにする\n（令和10年度まで）",
        policy=policy,
        challenge=challenge,
        code="1-1-1",
        note="=1+1",
    )
    make_goal(plan, "言葉だけの目標", department=department)
    make_indicator(
        goal,
        "申請率（％）",
        {"2024-03-31": 28, "2025-03-31": None, "2025-09-30": "35.5", "2026-10-01": 46},
        owner=owner,
        terms={"baseline": Decimal(20), "baseline_on": date(2023, 10, 1), "milestones": MILESTONES},
        code="01",
        department=department,
        note="－",
        collected_when="毎年10月1日現在",
        cadence=Cadence.HALF_YEARLY,
    )
    make_indicator(
        goal,
        "待ち時間",
        {"2026-06-30": "12.3456"},
        terms={"direction": "decrease", "unit": "％", "target": None, "deadline": None},
    )
    assert_unchanged(actor, plan, kind)


names = (
    st.text(
        st.characters(codec="utf-8", exclude_categories=("Cc", "Cs", "Cn", "Zl", "Zp", "Cf")), min_size=1, max_size=30
    )
    .map(str.strip)
    .filter(lambda text: text and text not in {"〃", "″", "同上", "々", '"', "-", "－"})
)
numbers = st.decimals(min_value=-(10**14), max_value=10**14, places=4, allow_nan=False)
days = st.dates(date(1990, 1, 1), TODAY)


@st.composite
def indicators(draw):
    baseline, target = draw(st.none() | numbers), draw(st.none() | numbers)
    baseline_on, deadline = draw(st.none() | days), draw(st.none() | st.dates(date(1990, 1, 1), date(2090, 12, 31)))
    on_the_way = draw(st.dictionaries(st.dates(date(2020, 1, 1), date(2040, 1, 1)), numbers, max_size=3))
    return {
        "name": draw(names),
        "code": draw(st.just("") | names.map(lambda text: text[:20].strip())),
        "collected_when": draw(st.sampled_from(["", "毎年10月1日現在", "9月末時点", "翌年度6月"])),
        "cadence": draw(st.sampled_from(Cadence.values)),
        "note": draw(st.just("") | names),
        "readings": draw(st.dictionaries(days, st.none() | numbers, max_size=5)),
        "terms": {
            "unit": draw(st.just("") | names.map(lambda text: text[:20].strip())),
            "direction": draw(st.sampled_from(Direction.values)),
            "is_cumulative": draw(st.booleans()),
            "definition": draw(st.just("") | names),
            "baseline": baseline,
            "baseline_on": baseline_on,
            "target": target,
            "deadline": deadline,
            "milestones": [[day.isoformat(), format(on_the_way[day], "f")] for day in sorted(on_the_way)]
            if target
            else [],
        },
    }


goals = st.fixed_dictionaries(
    {
        "text": names,
        "code": st.just("") | names.map(lambda text: text[:20].strip()),
        "policy": st.integers(-1, 5),
        "challenge": st.none() | names,
        "note": st.just("") | names,
        "indicators": st.lists(indicators(), max_size=3),
    }
)
policies = st.lists(st.tuples(names, st.integers(-1, 4), st.just("") | names.map(lambda t: t[:20].strip())), max_size=6)


TOWN = Municipality(pk=1, name="ひなた市", slug="hinata", code="990019")
OWNER = Membership(pk=1, municipality=TOWN, user=User(pk=1, name="緑川 葵"), role="admin", valid_from=date(2020, 4, 1))


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(tree=policies, many=st.lists(goals, max_size=4), kind=st.sampled_from(["xlsx", "csv"]))
def test_any_plan_comes_back_unchanged(tree, many, kind):
    assume(tree or many)
    contents, people = build(tree, many), Directory([], [OWNER])
    sheet = PlanSheet(contents, people, TODAY).sheet()
    content = write_csv(sheet) if kind == "csv" else write_workbook([sheet, notes_sheet()])
    document = read(content, f"plan.{kind}").document
    found = compare(document, contents, people, Choices(), OWNER, TODAY)
    assert found.errors == ()
    assert list(found._lines()) == []
    assert found.absent == ()


def build(tree, many):
    """A plan in memory: comparing needs no database."""
    plan = Plan(pk=1, municipality=TOWN, name="計画", first_year=2024, last_year=2028)
    policies, challenges, rows, indicators, series, readings = [], [], [], [], {}, {}
    for number, (name, parent, code) in enumerate(tree, start=1):
        above = policies[parent] if 0 <= parent < len(policies) and policies[parent].depth < 4 else None
        path = f"{above.path if above else '/'}{number}/"
        policies.append(Policy(pk=number, municipality=TOWN, plan=plan, name=name, code=code, parent=above, path=path))
    for number, one in enumerate(many, start=1):
        challenge = None
        if one["challenge"]:
            challenge = Challenge(pk=number, municipality=TOWN, plan=plan, text=one["challenge"])
            challenges.append(challenge)
        policy = policies[one["policy"]] if 0 <= one["policy"] < len(policies) else None
        fields = {name: one[name] for name in ("text", "code", "note")}
        goal = Goal(pk=number, municipality=TOWN, plan=plan, policy=policy, challenge=challenge, **fields)
        rows.append(goal)
        for spec in one["indicators"]:
            pk = len(indicators) + 1
            fields = {name: spec[name] for name in ("name", "code", "collected_when", "cadence", "note")}
            indicators.append(Indicator(pk=pk, municipality=TOWN, goal=goal, owner=OWNER, **fields))
            series[pk] = Series(pk=pk, municipality=TOWN, indicator=indicators[-1], **spec["terms"])
            readings[pk] = spec["readings"]
    place = places((policy.pk, policy.parent_id, policy.order) for policy in policies)
    policies.sort(key=lambda policy: place[policy.pk])
    return PlanContents(plan, policies, challenges, rows, indicators, series, readings)
