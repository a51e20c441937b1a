"""Demand of people against capacity, on days that can be counted by hand: November 2026 has 19 working days (the 3rd
and the 23rd are holidays), December 20 (the 29th to the 31st are closed), January 2027 19.
"""

from datetime import date

import numpy as np
import pytest

from kiun.initiatives.queries.allocation import (
    Absences,
    Needs,
    Shares,
    Steps,
    Strain,
    Tasks,
    by_year,
    demand_of,
    lines_of,
    person_loads,
    strains_of,
    task_days,
)
from kiun.initiatives.queries.windows import Window

CITIZENS, TAXES = 1, 2
COUNTER = 7
WINDOW = Window(today=date(2026, 11, 2), first=date(2026, 11, 1), months=3)


def keys(*values):
    return np.array(values, np.int64)


def days(*values):
    return np.array(values, "datetime64[D]")


def tasks(*rows):
    """(initiative, start, due, person-days that remain)"""
    return Tasks(
        keys=keys(*range(101, 101 + len(rows))),
        initiatives=keys(*(row[0] for row in rows)),
        starts=days(*(row[1] for row in rows)),
        dues=days(*(row[2] for row in rows)),
        remaining=np.array([row[3] for row in rows], float),
    )


def shares(*rows):
    """(row of the task, department, skill, post, weight)"""
    columns = list(zip(*rows, strict=True)) or [()] * 5
    return Shares(
        tasks=keys(*columns[0]),
        departments=keys(*columns[1]),
        skills=keys(*columns[2]),
        posts=keys(*columns[3]),
        weights=np.array(columns[4], float),
    )


def needs(*rows):
    """(initiative, department, skill, first month, months, FTE)"""
    columns = list(zip(*rows, strict=True)) or [()] * 6
    return Needs(
        keys=keys(*range(201, 201 + len(rows))),
        initiatives=keys(*columns[0]),
        departments=keys(*columns[1]),
        skills=keys(*columns[2]),
        starts=np.array(columns[3], "datetime64[M]"),
        lengths=keys(*columns[4]),
        fte=np.array(columns[5], float),
    )


def steps(*rows):
    """(department, skill, month, FTE)"""
    columns = list(zip(*rows, strict=True)) or [()] * 4
    return Steps(
        departments=keys(*columns[0]),
        skills=keys(*columns[1]),
        starts=np.array(columns[2], "datetime64[D]"),
        fte=np.array(columns[3], float),
    )


def absences(*rows):
    """(department, skill, post, first day, last day, part)"""
    columns = list(zip(*rows, strict=True)) or [()] * 6
    return Absences(
        departments=keys(*columns[0]),
        skills=keys(*columns[1]),
        posts=keys(*columns[2]),
        starts=days(*columns[3]),
        ends=days(*columns[4]),
        parts=np.array(columns[5], float),
    )


def lines(demand, *capacity, away=()):
    return lines_of(WINDOW, demand, steps(*capacity), absences(*away))


def test_the_months_know_their_working_days():
    assert WINDOW.days_in_months.tolist() == [19, 20, 19]


def test_work_is_spread_evenly_over_the_working_days_of_a_task():
    # Ten working days from 16 to 30 November, nine from 1 to 11 December.
    spread = task_days(WINDOW, tasks((1, "2026-11-16", "2026-12-11", 19)))
    assert spread.round(9).tolist() == [[10, 9, 0]]


def test_what_remains_of_a_task_under_way_counts_from_today_on():
    window = Window(today=date(2026, 11, 24), first=date(2026, 11, 1), months=2)
    # Five working days are left in November; the work that was done before today is in `remaining` no more.
    spread = task_days(window, tasks((1, "2026-10-01", "2026-12-04", 9)))
    assert window.days_left.tolist() == [5, 20]
    assert spread.round(9).tolist() == [[5, 4]]


def test_the_rest_of_the_present_month_is_a_part_of_it_for_those_who_are_there_too():
    window = Window(today=date(2026, 11, 30), first=date(2026, 11, 1), months=1)
    assert (window.days_left.tolist(), window.days_in_months.tolist()) == ([1], [19])
    # Two people have one day for four person-days: two are missing, out of nineteen in a month.
    work = tasks((1, "2026-11-01", "2026-11-30", 4))
    demand = demand_of(window, work, shares((0, CITIZENS, 0, 11, 1)), needs((2, CITIZENS, 0, "2026-11", 1, 0)))
    found = lines_of(window, demand, steps((CITIZENS, 0, "2026-04-01", 2)), absences())
    assert (found.gap * 19).round(9).tolist() == [[2]]


def test_needs_count_for_the_part_of_the_month_that_is_left():
    window = Window(today=date(2026, 11, 24), first=date(2026, 11, 1), months=2)
    demand = demand_of(window, tasks(), shares(), needs((1, CITIZENS, 0, "2026-11", 2, 1.9)))
    assert demand.fte.round(9).tolist() == [[0.5, 1.9]]


def test_a_month_that_is_over_takes_nobody():
    saturday = Window(today=date(2026, 10, 31), first=date(2026, 10, 1), months=2)
    demand = demand_of(saturday, tasks((1, "2026-10-01", "2026-10-31", 2)), shares((0, 1, 0, 11, 1)), needs())
    assert (demand.fte[0] * saturday.days_in_months).round(9).tolist() == [0, 2]


def test_overdue_work_counts_over_the_next_four_weeks():
    spread = task_days(WINDOW, tasks((1, "2026-09-01", "2026-10-30", 20)))
    assert spread.round(9).tolist() == [[19, 1, 0]]


def test_a_task_on_a_weekend_is_done_on_the_next_working_day():
    spread = task_days(WINDOW, tasks((1, "2026-11-28", "2026-11-29", 2)))
    assert spread.tolist() == [[2, 0, 0]]


def test_work_far_away_asks_for_nobody_yet():
    spread = task_days(WINDOW, tasks((1, "2060-01-01", "2060-12-31", 2), (1, "2027-02-01", "2027-02-10", 2)))
    assert spread.tolist() == [[0, 0, 0], [0, 0, 0]]


def test_each_share_of_a_task_burdens_its_own_department_and_skill():
    work = tasks((1, "2026-11-02", "2026-11-30", 19))
    both = shares((0, CITIZENS, COUNTER, 11, 0.5), (0, TAXES, COUNTER, 12, 0.5))
    found = lines(demand_of(WINDOW, work, both, needs()), (CITIZENS, 0, "2026-04-01", 1))
    assert list(zip(found.departments.tolist(), found.skills.tolist(), strict=True)) == [
        (CITIZENS, 0),
        (CITIZENS, COUNTER),
        (TAXES, 0),
        (TAXES, COUNTER),
    ]
    assert found.demand.round(9).tolist() == [[0.5, 0, 0]] * 4
    assert found.strains.tolist() == [
        [Strain.ENOUGH] * 3,
        [Strain.UNKNOWN, Strain.NOTHING, Strain.NOTHING],
        [Strain.UNKNOWN, Strain.NOTHING, Strain.NOTHING],
        [Strain.UNKNOWN, Strain.NOTHING, Strain.NOTHING],
    ]


def test_a_helper_from_outside_the_town_hall_takes_nobody_of_it():
    work = tasks((1, "2026-11-02", "2026-11-30", 19))
    demand = demand_of(WINDOW, work, shares((0, CITIZENS, 0, 11, 0.5), (0, 0, 0, 99, 0.5)), needs())
    assert lines(demand).departments.tolist() == [CITIZENS]


def test_needs_count_in_months_without_tasks_and_never_beside_them():
    need = needs((1, CITIZENS, 0, "2026-11", 3, 0.8), (2, CITIZENS, 0, "2026-12", 1, 0.3))
    work = tasks((1, "2026-12-01", "2026-12-04", 2))
    demand = demand_of(WINDOW, work, shares((0, CITIZENS, 0, 11, 1)), need)
    assert demand.keys.tolist() == [101, 201, 202]
    assert demand.is_task.tolist() == [True, False, False]
    assert demand.fte.round(9).tolist() == [[0, 0.1, 0], [0.8, 0, 0.8], [0, 0.3, 0]]


def test_what_is_done_in_a_month_stands_for_the_need_of_that_month():
    done = tasks((1, "2026-11-02", "2026-11-30", 0))
    demand = demand_of(WINDOW, done, shares(), needs((1, CITIZENS, 0, "2026-11", 2, 1)))
    assert demand.fte.tolist() == [[0, 1, 0]]


def test_overdue_work_stands_for_the_need_of_the_months_in_which_it_is_made_up_for():
    late = tasks((1, "2026-09-01", "2026-10-30", 20))
    demand = demand_of(WINDOW, late, shares(), needs((1, CITIZENS, 0, "2026-11", 3, 1)))
    assert demand.fte.tolist() == [[0, 0, 1]]


def test_a_capacity_holds_until_the_next_one_and_is_unknown_before_the_first():
    found = lines(
        demand_of(WINDOW, tasks(), shares(), needs((1, TAXES, 0, "2026-11", 3, 1))),
        (CITIZENS, 0, "2026-04-01", 3),
        (CITIZENS, 0, "2027-01-01", 2),
        (TAXES, 0, "2026-12-01", 1),
        (TAXES, 0, "2027-04-01", 9),
    )
    assert found.entered[0].tolist() == [3, 3, 2]
    assert found.strains[1].tolist() == [Strain.UNKNOWN, Strain.FULL, Strain.FULL]


def test_absences_take_from_the_department_and_from_the_skill_that_is_missing():
    found = lines(
        demand_of(WINDOW, tasks(), shares(), needs((1, CITIZENS, COUNTER, "2026-11", 3, 1))),
        (CITIZENS, 0, "2026-04-01", 2),
        (CITIZENS, COUNTER, "2026-04-01", 1),
        away=[
            (CITIZENS, COUNTER, 11, "2026-12-01", "2026-12-11", 0.5),
            (CITIZENS, 0, 12, "2027-01-01", "2027-01-31", 1),
        ],
    )
    # Nine of the twenty working days of December, at half time.
    assert found.absent.tolist() == [[0, 0.225, 1], [0, 0.225, 0]]
    assert found.gap.round(3).tolist() == [[-1, -0.775, 0], [0, 0.225, 0]]
    assert found.strains.tolist() == [
        [Strain.ENOUGH, Strain.ENOUGH, Strain.FULL],
        [Strain.FULL, Strain.SHORT, Strain.FULL],
    ]


def test_an_absence_where_nothing_is_planned_and_nobody_counted_shows_nothing():
    away = [(TAXES, 0, 11, "2026-12-01", "2026-12-11", 1)]
    assert len(lines(demand_of(WINDOW, tasks(), shares(), needs()), away=away)) == 0


@pytest.mark.parametrize(
    ("demand", "capacity", "strain"),
    [
        (0, 0, Strain.ENOUGH),
        (0, np.nan, Strain.NOTHING),
        (0.2, np.nan, Strain.UNKNOWN),
        (0.89, 1, Strain.ENOUGH),
        (0.9, 1, Strain.FULL),
        (1.05, 1, Strain.FULL),
        (1.06, 1, Strain.SHORT),
        (0.1, 0, Strain.SHORT),
    ],
)
def test_what_is_called_a_shortage(demand, capacity, strain):
    assert strains_of(np.array([demand], float), np.array([capacity], float)).tolist() == [strain]


def test_fiscal_years_sum_the_months_and_remember_those_that_are_short():
    window = Window(today=date(2026, 11, 2), first=date(2027, 2, 1), months=4)
    need = needs((1, CITIZENS, 0, "2027-03", 1, 3), (1, CITIZENS, 0, "2027-04", 2, 1))
    demand = demand_of(window, tasks(), shares(), need)
    found = by_year(window, lines_of(window, demand, steps((CITIZENS, 0, "2026-04-01", 2)), absences()))
    assert found.years == (2026, 2027)
    assert found.demand.tolist() == [[3, 2]]
    assert found.capacity.tolist() == [[4, 4]]
    assert found.short_months.tolist() == [[1, 0]]


def test_the_work_of_a_person_is_measured_against_the_time_in_which_they_are_there():
    work = tasks((1, "2026-11-02", "2026-11-30", 19), (1, "2026-12-01", "2026-12-28", 10))
    mine = shares((0, CITIZENS, 0, 11, 1), (1, CITIZENS, 0, 12, 1))
    demand = demand_of(WINDOW, work, mine, needs())
    away = absences((CITIZENS, 0, 12, "2026-12-01", "2026-12-31", 0.5))
    loads = person_loads(WINDOW, demand, away, {11: 1001, 12: 1001, 13: 1002})
    assert {person: load.round(9).tolist() for person, load in loads.items()} == {1001: [1, 1, 0]}


def test_of_the_last_days_of_a_month_nothing_is_said_about_a_person():
    window = Window(today=date(2026, 11, 26), first=date(2026, 11, 1), months=2)
    work = tasks((1, "2026-11-26", "2026-12-02", 3))
    demand = demand_of(window, work, shares((0, CITIZENS, 0, 11, 1)), needs())
    (load,) = person_loads(window, demand, absences(), {11: 1001}).values()
    assert np.isnan(load[0])
    assert load[1].round(9) == 0.06
