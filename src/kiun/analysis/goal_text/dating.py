"""Which date belongs to which value, and which dates bind."""

import re

from kiun.analysis.goal_text.dates import DateForm, DateMention
from kiun.analysis.goal_text.normalisation import DATE_MARK as D
from kiun.analysis.goal_text.normalisation import VALUE_MARK as V
from kiun.analysis.goal_text.statement import Statement
from kiun.analysis.goal_text.values import Value

_DEADLINE_AFTER = re.compile(
    rf"(?:\([^()]*\))?(?:{D}|または|又は|から|~)*(?:度?末)?(?:の?(?:早期|早い時期|できるだけ早い時期|"
    r"適切な時期))?[ ]?(?:頃|ごろ|頃を|中旬|上旬|下旬)?[ ]?(?:まで(?!の(?:間|実績)|実施|行)|を?[ ]?(?:目途|"
    r"めど|目処|メド)|を(?:期限|目標年|目標時|最終年|目標(?:に|と))|を目標|中[にの、で)]|内[にの、で)]|"
    r"目標|達成|実現|完了|完成|中$|内$|の(?:達成|実現)|における目標|時点(?:で|の|に|\))|"
    r"の[^。、はがを]{0,12}(?:開始|稼働|導入|公開|完了|移行|運用|開設|供用|リリース)を(?:目指|めざ|目標|予定))"
)


_DEADLINE_BEFORE = re.compile(
    r"(?:目標年[度次月]?|達成年[度次]?|目標時期|目標期[限間]|達成時期|実施時期|期限|期日|完了(?:予定|時期|"
    r"年度)?|納期|締切|〆切|最終年[度次]|計画期間|実施期間|期間|実施年度|予定時期|移行時期)[ ]?(?:は|を|】|"
    r"\]|〉|:|=|/|\||\()?[ ]?$"
)


def date_of(statement: Statement, value: Value) -> DateMention | None:
    """The date a value belongs to: in the bracket behind it, else the last before it that no other value claimed."""
    behind = statement.parenthesis_after(value.end)
    if behind and V not in statement.skeleton[slice(*behind)]:
        inside = [d for d in statement.dates if behind[0] < d.start < behind[1]]
        if inside:
            return inside[-1]
    start, _end = statement.sentence_around(value.start)
    for mention in reversed(statement.dates):
        if start <= mention.start and mention.end <= value.start:
            between = statement.skeleton[mention.end : value.start]
            return None if V in between or _belongs_to_earlier(statement, mention) else mention
    return None


def _belongs_to_earlier(statement: Statement, mention: DateMention) -> bool:
    around = statement.parenthesis_around(mention.start)
    if not around or V in statement.skeleton[slice(*around)]:
        return False
    return bool(re.search(rf"{V}(?:以上|以下|程度)?[ ]?$", statement.skeleton[: around[0]][-8:]))


def is_binding(statement: Statement, mention: DateMention) -> bool:
    if mention.form is DateForm.DURATION:
        return True
    after = statement.skeleton[mention.end : mention.end + 24]
    strong = _DEADLINE_AFTER.match(after)
    return bool(strong and "時点" not in strong.group()) or bool(
        _DEADLINE_BEFORE.search(statement.words_before(mention.start))
    )
