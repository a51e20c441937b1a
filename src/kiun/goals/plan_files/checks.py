"""What only the document as a whole can show: numbers used twice, policies above themselves, terms against words."""

import re
from collections.abc import Iterable, Sequence
from decimal import Decimal

from django.utils.translation import gettext as _

from kiun.goals.models import Direction
from kiun.goals.plan_files.document import Place, PolicyEntry, RowProblem, Severity
from kiun.goals.plan_files.drafts import GoalDraft, IndicatorDraft
from kiun.goals.plan_files.wording import normal_name

_THEN_DONE = r"(?=する|し|させ|を図|を目指|を進|に努|$|。)"
_DECREASES = rf"減ら|下げ|縮め|(?:削減|減少|縮減|短縮|低減|軽減|抑制|縮小){_THEN_DONE}"
_INCREASES = rf"増や|高め|伸ば|広げ|引き?上げ|(?:増加|向上|拡大|拡充|上昇){_THEN_DONE}"
_MOVES = re.compile(
    rf"(?P<what>[^、。\s　をのがは]*)(?:を|が|の)?(?:(?P<increase>{_INCREASES})|(?P<decrease>{_DECREASES}))"
)
_SHARE = re.compile(r"率|割合|満足度")
# These are shares of something that can be more than all of it.
_CAN_EXCEED = re.compile(r"達成|増加|増減|伸び|成長|変化|上昇|前年|充足|倍率|収支|稼働|回転")
_PERCENT = ("%", "％")
_ALL = Decimal(100)


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


def warn_of_doubtful_terms(goals: Sequence[GoalDraft], problems: list[RowProblem]) -> None:
    """Numbers that a slip of the pen would explain; whoever knows better goes on."""
    for goal in goals:
        for draft in goal.indicators.values():
            problems += filter(None, (_against_the_words(goal, draft), *_more_than_all(draft)))


def _against_the_words(goal: GoalDraft, draft: IndicatorDraft) -> RowProblem | None:
    baseline, target = draft.stated.get("baseline"), draft.stated.get("target")
    wanted = _wanted(goal, draft)
    if baseline is None or target is None or baseline == target or wanted is None:
        return None
    rises = target > baseline
    if rises == (wanted == Direction.INCREASE):
        return None
    words = {"name": draft.name[:60], "baseline": format(baseline, "f"), "target": format(target, "f")}
    what = (
        _("“%(name)s” is to decrease by its words, but goes from %(baseline)s up to %(target)s.")
        if rises
        else _("“%(name)s” is to increase by its words, but goes from %(baseline)s down to %(target)s.")
    )
    return _doubt(draft, "target", what % words, _("Are baseline and target interchanged?"))


def _wanted(goal: GoalDraft, draft: IndicatorDraft) -> Direction | None:
    """As its own name says, or the goal's words about it."""
    own, of_goal = _MOVES.search(draft.name), None if goal.is_derived else _MOVES.search(goal.text)
    bare_name = re.split(r"[（(]", draft.name)[0]
    if own is None and of_goal and of_goal["what"] and bare_name.endswith(of_goal["what"]):
        own = of_goal
    return own and (Direction.INCREASE if own["increase"] else Direction.DECREASE)


def _more_than_all(draft: IndicatorDraft) -> Iterable[RowProblem]:
    is_share = _SHARE.search(draft.name) and not _CAN_EXCEED.search(draft.name)
    if not is_share or draft.stated.get("unit") not in _PERCENT:
        return
    for field in ("baseline", "target"):
        value = draft.stated.get(field)
        if value is not None and value > _ALL:
            words = {"name": draft.name[:60], "value": format(value, "f")}
            what = _("“%(name)s” is a share, but the file says %(value)s%%.") % words
            yield _doubt(draft, field, what, _("Please check the digits and the unit."))


def _doubt(draft: IndicatorDraft, field: str, what: str, how: str) -> RowProblem:
    return RowProblem(Severity.WARNING, draft.place.sheet, draft.place.row, draft.cells.get(field, ""), what, how)
