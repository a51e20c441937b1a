from collections.abc import Iterable

from kiun.goals.models import Goal


def say_goals(goals: Iterable[Goal]) -> str:
    """The goals that an initiative serves, as its history and the comparison of two days name them."""
    return "、".join(goal.code or str(goal) for goal in goals)
