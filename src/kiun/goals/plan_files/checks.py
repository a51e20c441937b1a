"""What only the document as a whole can show: numbers used twice, and policies above themselves."""

from collections.abc import Iterable, Sequence

from django.utils.translation import gettext as _

from kiun.goals.plan_files.document import Place, PolicyEntry, RowProblem, Severity
from kiun.goals.plan_files.drafts import GoalDraft, IndicatorDraft
from kiun.goals.plan_files.wording import normal_name


def assign_numbers(goals: Sequence[GoalDraft]) -> None:
    """A plain 番号 column numbers goals or indicators: indicators when one goal has several numbers."""
    numbered = [(goal, number, cell, draft) for goal in goals for number, cell, draft in goal.numbers if number]
    if not numbered or _restarts(numbered):
        return
    of_indicators = any(
        goal.is_derived or len({number for number, _cell, _draft in goal.numbers if number}) > 1 for goal in goals
    )
    for goal, number, cell, draft in numbered:
        holder = draft if of_indicators and draft else goal
        if len(number) > 20:  # noqa: PLR2004 - the room of the field
            continue
        holder.stated.setdefault("code", number)
        holder.cells.setdefault("code", cell)


def _restarts(numbered: Iterable[tuple[GoalDraft, str, str, IndicatorDraft | None]]) -> bool:
    """Numbers that begin anew under each policy count lines and identify nothing."""
    holders: dict[str, set[tuple[str, ...] | None]] = {}
    for goal, number, _cell, _draft in numbered:
        holders.setdefault(number, set()).add(goal.policy)
    return any(len(policies) > 1 for policies in holders.values())


def report_double_codes(goals: Sequence[GoalDraft], problems: list[RowProblem]) -> None:
    _report_doubles(goals, problems)
    _report_doubles([draft for goal in goals for draft in goal.indicators.values()], problems)


def _report_doubles(holders: Sequence[GoalDraft | IndicatorDraft], problems: list[RowProblem]) -> None:
    first: dict[str, GoalDraft | IndicatorDraft] = {}
    for holder in holders:
        code = holder.stated.get("code")
        if not code:
            continue
        other = first.setdefault(normal_name(code), holder)
        if other is not holder and not (other.key and holder.key):  # what is stored already is not the file's fault
            what = _("The number “%(code)s” is also used in row %(row)s of the sheet “%(sheet)s”.")
            words = {"code": code, "row": other.place.row, "sheet": other.place.sheet}
            problems.append(
                RowProblem(
                    Severity.ERROR,
                    holder.place.sheet,
                    holder.place.row,
                    holder.cells.get("code", ""),
                    what % words,
                    _("Give every row its own number, or leave the number blank."),
                )
            )


def report_circles(policies: Iterable[PolicyEntry], problems: list[RowProblem]) -> None:
    """A above B in one row and B above A in another: one of the rows is wrong."""
    above: dict[tuple[str, str], Place] = {}
    for policy in policies:
        names = tuple(map(normal_name, policy.path))
        for upper in names[:-1] if policy.key is None else ():
            above.setdefault((upper, names[-1]), policy.place)
            other = above.get((names[-1], upper))
            if other is not None:
                what = _(
                    "“%(name)s” stands below “%(upper)s” here, but above it in row %(row)s: the tree goes in a circle."
                )
                words = {"name": policy.name, "upper": policy.path[names.index(upper)], "row": other.row}
                how = _("Put the policies in the right columns, the upper one on the left.")
                problems.append(RowProblem(Severity.ERROR, policy.place.sheet, policy.place.row, "", what % words, how))
