from datetime import date

import pytest
from django.test import RequestFactory
from django.urls import reverse

from kiun.goals.loop import count_challenges, count_goals, count_results
from kiun.goals.models import Challenge, ForecastRecord
from kiun.goals.queries.scorecard import latest_resolved, scorecard
from kiun.goals.wording import say_scorecard
from kiun.municipality.models import Role
from kiun.ui.loop import LoopSubject
from tests.factories import (
    make_actor,
    make_department,
    make_goal,
    make_indicator,
    make_membership,
    make_plan,
)

READINGS = {"2023-03-31": 28, "2024-03-31": 35, "2025-03-31": 43, "2026-03-31": 51}


def subject(town, kind, row=None, role=Role.VIEWER):
    request = RequestFactory().get("/")
    request.actor = make_actor(town, role)
    return LoopSubject(kind=kind, town=town, row=row, request=request)


@pytest.fixture
def rows(town, plan):
    ours, theirs = make_department(town), make_department(town, "税務課")
    answered = Challenge(municipality=town, plan=plan, text="待ち時間が長い")
    answered.save()
    Challenge(municipality=town, plan=plan, text="窓口が遠い", department=theirs).save()
    goal = make_goal(plan, department=ours, challenge=answered)
    make_goal(plan, department=theirs, is_vague=True, is_public=False, missing=["deadline", "baseline"])
    make_goal(make_plan(town, name="準備中", status="draft"), department=ours)
    make_indicator(goal, readings=READINGS)
    make_indicator(goal, readings=dict(zip(READINGS, (40, 38, 35, 33), strict=True)), is_public=False)
    reached = {"deadline": date(2026, 3, 31), "target": 50}
    make_indicator(goal, readings=READINGS, terms=reached)
    return {"goal": goal, "ours": ours, "theirs": theirs}


class TestLoop:
    @pytest.mark.parametrize(
        ("kind", "row", "challenges", "goals", "results"),
        [
            ("town", None, (2, "目標なし 1"), (2, "曖昧 1"), (1, "目標に到達（3指標中）", "遅れ 1")),
            ("department", "ours", (1, ""), (1, ""), (1, "目標に到達（3指標中）", "遅れ 1")),
            ("department", "theirs", (1, "目標なし 1"), (1, "曖昧 1"), (0, "目標に到達（0指標中）", "")),
            ("public", None, (2, "目標なし 1"), (1, ""), (1, "目標に到達（2指標中）", "")),
        ],
    )
    def test_each_stage_counts_what_its_reader_may_see(self, town, rows, kind, row, challenges, goals, results):
        of = subject(town, kind, rows.get(row))
        figures = [count_challenges(of), count_goals(of)]
        assert [(figure.number, figure.wrong) for figure in figures] == [challenges, goals]
        reached = count_results(of)
        assert (reached.number, reached.note, reached.wrong) == results
        assert all(bool(figure.url) == (kind != "public") for figure in [*figures, reached])

    def test_of_one_plan_nothing_of_another(self, town, plan, rows):
        other = make_plan(town, name="別の計画")
        late = dict(zip(READINGS, (40, 38, 35, 33), strict=True))
        make_indicator(make_goal(other, is_vague=True, missing=["deadline"]), readings=late)
        Challenge(municipality=town, plan=other, text="知らされない").save()
        of = subject(town, "plan", other)
        challenges, goals, results = count_challenges(of), count_goals(of), count_results(of)
        assert (challenges.number, challenges.url) == (1, reverse("goals:challenge_list", args=[town.slug, other.pk]))
        assert (goals.number, goals.wrong, goals.url) == (1, "曖昧 1", "")
        assert (results.number, results.note, results.wrong) == (0, "目標に到達（1指標中）", "遅れ 1")

    def test_a_challenge_with_one_open_goal_of_several_is_not_without_a_goal(self, town, plan):
        department = make_department(town)
        challenges = [Challenge(municipality=town, plan=plan, text=text, department=department) for text in "あいう"]
        for challenge in challenges:
            challenge.save()
        both, ended, _none = challenges
        make_goal(plan, challenge=both, department=department)
        make_goal(plan, challenge=both, department=department)
        for challenge in (both, ended):
            make_goal(plan, challenge=challenge, department=department, ended_on=date(2026, 3, 31))
        for of in (subject(town, "town"), subject(town, "department", department)):
            counted = count_challenges(of)
            assert (counted.number, counted.wrong) == (3, "目標なし 2")

    def test_of_one_goal(self, town, plan, rows):
        of = subject(town, "goal", rows["goal"])
        figures = [count_challenges(of), count_goals(of), count_results(of)]
        assert [(figure.number, figure.unit, figure.wrong) for figure in figures] == [
            (1, "", ""),
            ("4/4", "", ""),
            (51, "%", ""),
        ]
        vague = make_goal(plan, "便利にする", is_vague=True, missing=["indicator", "baseline", "target", "deadline"])
        of = subject(town, "goal", vague)
        assert (count_challenges(of).wrong, count_goals(of).number, count_results(of)) == (
            "なぜ必要かがまだありません",
            "0/4",
            None,
        )

    @pytest.mark.parametrize("role", Role.values)
    def test_what_a_goal_lacks_leads_to_where_the_reader_may_go(self, town, plan, role):
        vague = make_goal(plan, "便利にする", is_vague=True, missing=["target", "deadline"])
        page = reverse("goals:goal_detail", args=[town.slug, vague.pk])
        form = reverse("goals:goal_edit", args=[town.slug, vague.pk])
        url = count_goals(subject(town, "goal", vague, role)).url
        assert url == (form if role == Role.ADMIN else f"{page}#missing")


class TestScorecard:
    def record(self, plan, probability, was_reached, made_on=date(2025, 4, 1), deadline=date(2026, 3, 31)):
        indicator = make_indicator(make_goal(plan))
        ForecastRecord(
            municipality=plan.municipality, series=indicator.series.get(), made_on=made_on, target=60,
            deadline=deadline, readings=4, probability=probability, method="test", was_reached=was_reached,
        ).save()  # fmt: skip

    def test_nothing_is_claimed_before_anything_is_decided(self, client, town, plan):
        self.record(plan, 0.8, None, deadline=date(2027, 3, 31))
        card = scorecard()
        assert (card.made, card.resolved, card.calibration, card.next_deadline) == (1, 0, None, date(2027, 3, 31))
        assert str(say_scorecard(card)) == "見通しが当たるかどうかは、まだ言えません。"
        client.force_login(make_membership(town, Role.VIEWER).user)
        page = client.get(reverse("goals:scorecard", args=[town.slug])).content.decode()
        assert "1件の見通しを記録しています。最初の結果は、令和9年3月31日の後" in page

    def test_what_was_said_beside_what_came_of_it(self, client, town, plan):
        for probability, was_reached in ((0.9, True), (0.9, True), (0.9, False), (0.1, False)):
            self.record(plan, probability, was_reached)
        card = scorecard()
        assert (card.resolved, card.indicators) == (4, 4)
        assert card.calibration.brier == pytest.approx((0.01 + 0.01 + 0.81 + 0.01) / 4)
        assert [(bar.label, bar.value) for bar in card.chart.bars] == [("0%–20%", 0), ("80%–100%", 66.7)]
        assert str(say_scorecard(card)) == (
            "結果が出た4件の見通しは、平均70%と予測し、50%が実現しました。良し悪しを言うには、まだ少なすぎます。"
        )
        client.force_login(make_membership(town, Role.VIEWER).user)
        page = client.get(reverse("goals:scorecard", args=[town.slug])).content.decode()
        assert "0.210" in page
        assert len(latest_resolved()) == 4
