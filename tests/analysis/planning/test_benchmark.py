"""The reader and the yardstick; and that what is small enough is solved to the best known makespan."""

from pathlib import Path

import pytest
from benchmarks.rcpsp import best_known, instances, read, read_patterson, read_psplib, set_of

from kiun.analysis.planning import Activity, Effort, Link, Project, Resource, Status, schedule
from tests.analysis.planning.projects import broken_rules

PROJECT = Project(
    (
        Activity("1", 0),
        Activity("2", 4, {"R1": 3}),
        Activity("3", 2, {"R1": 2, "R2": 1}),
        Activity("4", 0),
    ),
    (Link("1", "2"), Link("1", "3"), Link("2", "4"), Link("3", "4")),
    (Resource("R1", 4), Resource("R2", 1)),
)

PATTERSON = """4 2
4 1

0 0 0 2 2 3
4 3 0 1 4
2 2 1 1 4
0 0 0 0
"""

PSPLIB = """************************************************************************
file with basedata            : example.bas
jobs (incl. supersource/sink ):  4
RESOURCES
  - renewable                 :  2   R
************************************************************************
PRECEDENCE RELATIONS:
jobnr.    #modes  #successors   successors
   1        1          2           2   3
   2        1          1           4
   3        1          1           4
   4        1          0
************************************************************************
REQUESTS/DURATIONS:
jobnr. mode duration  R 1  R 2
------------------------------------------------------------------------
  1      1     0       0    0
  2      1     4       3    0
  3      1     2       2    1
  4      1     0       0    0
************************************************************************
RESOURCEAVAILABILITIES:
  R 1  R 2
    4    1
************************************************************************
"""

FOLDER = Path(__file__).parents[4] / "shared/data/psplib"
needs_instances = pytest.mark.skipif(not FOLDER.exists(), reason="../shared/data/psplib is not here")


def test_a_patterson_file_is_read():
    assert read_patterson(PATTERSON) == PROJECT


def test_a_psplib_file_is_read():
    assert read_psplib(PSPLIB) == PROJECT


def test_instances_come_in_the_order_of_their_numbers(tmp_path):
    for name in ("j3010_1.rcp", "j302_1.rcp", "j302_10.sm", "best_known.csv"):
        (tmp_path / name).write_text(PATTERSON, encoding="utf-8")
    assert [path.name for path in instances(tmp_path)] == ["j302_1.rcp", "j302_10.sm", "j3010_1.rcp"]


def test_a_folder_without_best_known_makespans_has_none(tmp_path):
    assert best_known(tmp_path) == {}
    (tmp_path / "best_known.csv").write_text("file,best_known_ub\nj30/j301_6.rcp,48\n", encoding="utf-8")
    assert best_known(tmp_path) == {"j301_6": 48}


def small_instances():
    return [path for path in instances(FOLDER) if set_of(read(path)) == "j30"] if FOLDER.exists() else []


@needs_instances
@pytest.mark.parametrize("path", small_instances(), ids=lambda path: path.stem)
def test_thirty_activities_are_planned_as_short_as_possible(path):
    project = read(path)
    plan = schedule(project, effort=Effort(seconds=120))
    assert (plan.status, plan.end) == (Status.OPTIMAL, best_known(FOLDER)[path.stem])
    assert broken_rules(project, plan.starts) == []
    assert plan.repeatable
