"""Which date is the deadline: not the day a law was made, a result was counted or a work began."""

import re
from datetime import date

from kiun.analysis.goal_text.dates import DateForm, DateMention
from kiun.analysis.goal_text.dating import date_of, is_binding
from kiun.analysis.goal_text.marks import Marked, Role
from kiun.analysis.goal_text.normalisation import DATE_MARK as D
from kiun.analysis.goal_text.predicates import PAST_END, aims, forecasts
from kiun.analysis.goal_text.statement import Statement
from kiun.analysis.goal_text.tables import head_of
from kiun.analysis.goal_text.values import Value

_STARTING = re.compile(
    r"[^。、]{0,24}(?:開始|始め|スタート|運用|稼働|供用|導入|開設|開園|開校|オープン)(?!し?た|し?て)"
)


_REFERENCE_AFTER = re.compile(
    r"度?(?:末)?(?:を見据え|を見通|を展望|を念頭|頃の社会|に(?:策定|制定|施行|公布|改[定正訂]|発生|締結|"
    r"開催|決定|閣議|設置|発足|合併|開始|導入|実施|公表|作成|取りまとめ|とりまとめ)(?:し|さ|され)?(?:た|"
    r"れた|ました)|[ ]?(?:法律第|条例第|施行|策定|制定|改[定正訂]|公布|版|発行|閣議決定|第\d|当初予算|"
    r"補正予算|予算|決算|国勢調査|調査|実績|現在|から(?=実施して|取り組んで|運用して)|日本国際博|大阪|万博|"
    r"台風|豪雨|地震|能登|東京オリ|度重|基準|度版|比|対比)|以降|以前|の(?:計画策定|改正|法改正|台風|豪雨|"
    r"地震|災害|合併|国勢|調査|条例|大阪|万博|実績|決算|デジタル改革関連法))"
)


_ACCOUNT_AFTER = re.compile(r"[ ]?(?:の)?(?:決算|実績)(?:額|値)?(?:[)、。 ]|$)")


_NONPAST_TAIL = re.compile(
    r"(?:る|う|く|す|む|ます|化|始|了|施|備|入|築|定|行|成|開|ース|設|置|大|討|用|現|換|直|止|結|張|立)[」)】。]?$"
)


_SUFFIX_PARENTHESIS = re.compile(rf"\(?{D}+(?:度?末|中|予定|目標|頃|完了|実施|開始|完了予定)*(?:~|から|より)?\)?$")


_STATE_END = re.compile(
    r"(?:(?:て|で)(?:いる|います|おり|おります)|である|です|にとどまる|に過ぎない|にすぎない|を占める)[」)]?$"
)


def choose_deadline(statement: Statement, marked: Marked, target: Value | None) -> DateMention | None:
    own = date_of(statement, target) if target else None
    spent = _dates_of_known_values(statement, marked)
    ranked: list[tuple[int, date, DateMention]] = []
    for mention in statement.dates:
        strength = _deadline_strength(statement, mention, has_target=target is not None)
        if mention.start in spent and not is_binding(statement, mention):
            continue
        if strength and mention is own:
            strength += 2
        if strength:
            ranked.append((strength, mention.last, mention))
    return max(ranked, key=lambda rank: rank[:2])[2] if ranked else None


def _dates_of_known_values(statement: Statement, marked: Marked) -> set[int]:
    spent: set[int] = set()
    head = head_of(statement) or (0, 0)
    for value in statement.values:
        mention = date_of(statement, value)
        if marked[value] not in {Role.BASELINE, Role.REPORT} or not mention or head[0] <= mention.start < head[1]:
            continue
        between = statement.skeleton[mention.end : value.start]
        if not (mention.end <= value.start and re.match(r"[^。]*?(?:に|で|、)[^。]*現(?:在|状|行)", between)):
            spent.add(mention.start)
    return spent


def _deadline_strength(statement: Statement, mention: DateMention, *, has_target: bool) -> int:
    after = statement.skeleton[mention.end : mention.end + 40]
    if is_binding(statement, mention):
        return 0 if _is_past_report(statement, mention) else 4
    is_account_to_come = mention.last > statement.today and _ACCOUNT_AFTER.match(after)
    if (_REFERENCE_AFTER.match(after) and not is_account_to_come) or not mention.sure:
        return 0
    if mention.form is not DateForm.RANGE and re.match(r"(?:度)?(?:当初)?(?:から|より)(?!\d)", after):
        opens = _STARTING.match(after[2:]) or (
            has_target and re.match(r"[^。、]*(?:拡大|実施|全面)(?!し?た|し?て)", after[2:])
        )
        return 1 if opens and not _is_past_report(statement, mention) else 0
    if has_target:
        return 2
    return 1 if _promises_action(statement, mention) else 0


def _is_past_report(statement: Statement, mention: DateMention) -> bool:
    start, end = statement.sentence_around(mention.start)
    sentence = re.sub(r"\([^()]*\)[ ]*$", "", statement.skeleton[start:end].rstrip())
    if forecasts(sentence):
        return True
    return bool(PAST_END.search(sentence) or _STATE_END.search(sentence)) and not aims(sentence.replace("までに", ""))


def _promises_action(statement: Statement, mention: DateMention) -> bool:
    """Without a value a date binds only when something is to be done then."""
    start, end = statement.sentence_around(mention.start)
    if _is_past_report(statement, mention):
        return False
    after = statement.skeleton[mention.end : end].rstrip()
    if mention.form is DateForm.RANGE:
        return bool(re.match(r"[)]?(?:の?[^。]*策定|を?計画期間|とする)", after))
    if re.match(
        r"(?:度?末?)?:(?!\d)[^。()]{0,20}(?:運用|構築|導入|開始|実施|完了|移行|調達|稼働|公開|展開)(?:[、。)]|$)", after
    ):
        return True
    if statement.parenthesis_around(mention.start):
        return bool(_SUFFIX_PARENTHESIS.search(statement.skeleton[start:end].rstrip()))
    return bool(re.match(r"(?:度?末?(?:に|には)|[ ]|、|$|:)", after)) and bool(_NONPAST_TAIL.search(after) or not after)
