"""Reads a Japanese goal statement: indicator, baseline, target, unit, direction, deadline, and what is missing."""

from kiun.analysis.goal_text.direction import Direction
from kiun.analysis.goal_text.normalisation import MAX_CHARACTERS
from kiun.analysis.goal_text.reading import GoalReading, Part, Span, answer, read_goal
from kiun.analysis.goal_text.wording import Question

__all__ = ["MAX_CHARACTERS", "Direction", "GoalReading", "Part", "Question", "Span", "answer", "read_goal"]
