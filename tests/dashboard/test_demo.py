"""The fictional town holds together, whatever the day on which it is loaded, and says that it is made up."""

from datetime import date

import pytest
from django.db.models import F
from django_scopes import scope

from kiun.dashboard.demo import load_demo
from kiun.dashboard.demo.plan import GOALS
from kiun.dashboard.demo.work import INITIATIVES
from kiun.dashboard.demo.work_loading import MONTHS_IN_QUARTER, read_line
from kiun.goals.models import Goal
from kiun.initiatives.models import Initiative
from kiun.kernel.fiscal_year import FiscalYear
from kiun.momentum.measured import measured
from kiun.momentum.models import Intervention, WaveAnswers
from kiun.municipality.models import Department, Municipality, Role
from tests.factories import TODAY, make_membership

QUARTERS_IN_YEAR = 4


def end_of(initiative):
    """In quarters from April of the fiscal year of loading."""
    return initiative.start + initiative.quarters


@pytest.mark.parametrize("initiative", INITIATIVES, ids=lambda one: one.code)
class TestEachInitiative:
    def test_it_ends_before_the_goals_that_it_serves_are_due(self, initiative):
        served = [GOALS[number - 1] for number in initiative.goals]
        due = [(goal.years_to_go + 1) * QUARTERS_IN_YEAR for goal in served if goal.indicators]
        assert [quarter for quarter in due if end_of(initiative) > quarter] == []

    def test_it_keeps_the_deadline_set_by_law(self, initiative):
        assert initiative.legal is None or end_of(initiative) <= initiative.legal + 1

    def test_its_parts_lie_within_it(self, initiative):
        tasks = [read_line(text) for text in initiative.tasks.splitlines()]
        months = initiative.quarters * MONTHS_IN_QUARTER
        assert [task.name for task in tasks if task.month + task.months > months] == []
        quarters = range(initiative.start, end_of(initiative))
        assert [name for name, quarter in initiative.milestones if quarter not in quarters] == []
        phases = [(goal, first, first + length - 1) for _term, goal, first, length in initiative.phases]
        assert [goal for goal, first, last in phases if first not in quarters or last not in quarters] == []

    def test_it_takes_as_long_as_the_way_that_was_chosen(self, initiative):
        assert initiative.modes[0].quarters == initiative.quarters


@pytest.mark.django_db
@pytest.mark.parametrize("today", [date(2026, 4, 1), date(2026, 8, 20), TODAY])
def test_goals_say_when_their_indicators_are_due_and_no_work_ends_after_that(today):
    """In every part of the year, and after the reviews, which have moved an end."""
    load_demo(today=today)
    town = Municipality.objects.get()
    with scope(municipality=town):
        for goal in Goal.objects.prefetch_related("indicators__series"):
            due = {series.deadline for row in goal.indicators.all() for series in row.series.all()}
            assert len(due) == min(len(due), 1), goal.text
            for day in due:
                said = FiscalYear(day.year - 1).label
                assert said in goal.text or "末" not in goal.text, goal.text
        late = Initiative.objects.filter(served_goals__goal__indicators__series__deadline__lt=F("ends_on"))
        assert list(late) == []
        assert_momentum_tells_its_story()


def assert_momentum_tells_its_story():
    """Six waves in which room to act falls, an attempt that worked, one that did not, and one of which nobody can tell;
    and the DX office of two, of which nothing is shown.
    """
    waves = WaveAnswers.objects.filter(wave__audience="staff").order_by("wave__fiscal_year", "wave__quarter")
    numbers = [measured(row) for row in waves]
    slack = [float(one.units.mean[0, 5]) for one in numbers]
    assert len(slack) == 6
    assert slack[-1] < slack[0] - 5
    verdicts = dict(Intervention.objects.values_list("remedy", "verdict"))
    assert verdicts == {"stop-work": "worked", "hands-on": "did_not", "peer-story": "undecidable"}
    small = Department.objects.get(name="DX推進課")
    assert [bool(one.shown[one.place[small.pk]]) for one in numbers] == [False] * 6


@pytest.mark.parametrize("is_demo", [True, False])
def test_every_page_of_a_made_up_town_says_so(client, hinata, is_demo):
    hinata.is_demo = is_demo
    hinata.save()
    client.force_login(make_membership(hinata, Role.ADMIN).user)
    for page, times in (("/p/hinata/", 2), ("/p/hinata/roadmap/", 2), ("/t/hinata/people/", 2)):
        told = client.get(page).content.decode().count("見本のまちです。市も人も数値も架空のものです。")
        assert told == times * is_demo, page
