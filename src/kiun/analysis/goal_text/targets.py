"""Which of the values that could be the target is the one the statement is about."""

import re

from kiun.analysis.goal_text.dating import date_of, is_binding
from kiun.analysis.goal_text.marks import Marked, Role
from kiun.analysis.goal_text.normalisation import VALUE_MARK as V
from kiun.analysis.goal_text.predicates import ARROW, LEADS_TO
from kiun.analysis.goal_text.statement import Statement
from kiun.analysis.goal_text.values import WHOLE, Value

# 「週1回以上生成AIを業務に使う職員が9割以上」: the first value tells which people are counted.
_DESCRIBES_SUBJECT = re.compile(
    rf"(?:以上|以下|程度)?[^。、はが{V}]{{0,24}}(?:[うくすつぬむるぐぶ]|した|った|いる)[^。、はがを{V}]{{1,10}}"
    rf"(?:の割合)?[がは][^。{V}]{{0,12}}{V}"
)


def choose_target(statement: Statement, marked: Marked) -> Value | None:
    candidates = [v for v in statement.values if marked[v] in {None, Role.TARGET}]
    if not candidates:
        return None
    best = max(_weight(statement, marked, value) for value in candidates)
    finalists = [value for value in candidates if _weight(statement, marked, value) == best]
    chosen = finalists[0]
    for rival in finalists[1:]:
        ours, theirs = date_of(statement, chosen), date_of(statement, rival)
        in_series = ours and theirs and rival.unit == chosen.unit and theirs.last > ours.last
        in_chain = rival.unit == chosen.unit and _is_chained(statement.skeleton[chosen.end : rival.start])
        if in_series or in_chain:
            chosen = rival
    return chosen


def _is_chained(between: str) -> bool:
    """「5件→8件→12件」; a comma begins the row of another indicator."""
    return bool(ARROW.search(between)) and "、" not in between


def _weight(statement: Statement, marked: Marked, value: Value) -> int:
    """Values listed side by side (「企業誘致20社、新規雇用500人を目指す」) share the predicate of the last."""
    listed = re.compile(rf"(?:以上|程度)?、[^。をはがにで、{V}]{{1,20}}(?={V})").match(statement.skeleton, value.end)
    follower = next((v for v in statement.values if listed and v.start == listed.end()), None)
    if follower and marked[follower] in {None, Role.TARGET} and not _is_share(statement, value):
        return max(_own_weight(statement, marked, value), _weight(statement, marked, follower))
    return _own_weight(statement, marked, value)


def counts_the_whole(statement: Statement, opening: int) -> bool:
    """「全戸(4,300戸)に配備」"""
    noun = re.search(rf"{V}(?=の?[^。、(はをがにで{V}]{{1,10}}$)", statement.words_before(opening))
    place = opening - len(statement.words_before(opening)) + noun.end() if noun else -1
    return any(value.word in WHOLE and value.end == place for value in statement.values)


def _is_share(statement: Statement, value: Value) -> bool:
    """「各課1名、計80名」"""
    return bool(re.search(r"各[^。、はをが]{1,8}$", statement.words_before(value.start, 10)))


def _own_weight(statement: Statement, marked: Marked, value: Value) -> int:
    weight = 8 if marked[value] is Role.TARGET else 0
    around = statement.parenthesis_around(value.start)
    after = statement.skeleton[value.end : value.end + 12]
    weight += 3 if LEADS_TO.match(after) or _is_relative_change(after) else 0
    weight -= 4 if around and not counts_the_whole(statement, around[0]) else 0
    weight -= 1 if re.match(r"(?:以上|程度)?(?:の)?(?:開催|実施)し", after) and value.unit.startswith("回") else 0
    weight -= 5 if _is_share(statement, value) else 0
    weight -= 6 if _DESCRIBES_SUBJECT.match(statement.skeleton, value.end) else 0
    weight -= 2 if re.match(r"以内に(?!達|す|短縮|抑|収|減|縮)|以内の", after) else 0
    weight += 2 if (mention := date_of(statement, value)) and is_binding(statement, mention) else 0
    weight -= 3 if value.number is None and value.word in {"全て", "全域"} else 0
    weight -= (
        2
        if re.match(r"の(?!参加|受講|雇用|登録|利用|採用|確保|育成|養成|創出|設置|整備|増|減|削減|向上|達成)", after)
        and value.unit not in {"%", ""}
        and value.number is not None
        else 0
    )
    return weight


def _is_relative_change(after: str) -> bool:
    return bool(re.match(r"(?:以上|程度)?(?:を|の)?(?:削減|縮減|短縮|増|減|向上|低減|引き?上げ|引き?下げ)", after))
