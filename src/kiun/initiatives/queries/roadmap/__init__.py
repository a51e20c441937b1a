"""What the roadmap shows: few wide queries, however much there is to show."""

from kiun.initiatives.queries.roadmap.choosing import MOST_ROWS, RoadmapFilter, people_named, roadmap_initiatives
from kiun.initiatives.queries.roadmap.goals import GoalOutlook, goal_outlooks
from kiun.initiatives.queries.roadmap.headings import Heading, department_headings, policy_headings
from kiun.initiatives.queries.roadmap.rows import (
    Link,
    Mark,
    RoadmapRow,
    Stretch,
    links_between,
    public_rows,
    roadmap_rows,
)
from kiun.initiatives.queries.roadmap.work import OpenedWork, WorkRow, opened_work

__all__ = [
    "MOST_ROWS",
    "GoalOutlook",
    "Heading",
    "Link",
    "Mark",
    "OpenedWork",
    "RoadmapFilter",
    "RoadmapRow",
    "Stretch",
    "WorkRow",
    "department_headings",
    "goal_outlooks",
    "links_between",
    "opened_work",
    "people_named",
    "policy_headings",
    "public_rows",
    "roadmap_initiatives",
    "roadmap_rows",
]
