"""Which value is the target, which the baseline, which a mere report; and which date is the deadline."""

import re
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from kiun.analysis.goal_text.dates import DateForm, DateMention
from kiun.analysis.goal_text.normalisation import DATE_MARK as D
from kiun.analysis.goal_text.normalisation import VALUE_MARK as V
from kiun.analysis.goal_text.statement import Statement
from kiun.analysis.goal_text.values import WHOLE, Value


class Role(StrEnum):
    TARGET = "target"
    BASELINE = "baseline"
    REPORT = "report"
    """A change that has happened (「30%短縮した」): neither a target nor a level to start from."""
    ASIDE = "aside"


@dataclass(frozen=True, slots=True)
class Roles:
    target: Value | None = None
    baseline: Value | None = None
    deadline: DateMention | None = None
    reference: tuple[int, int] | None = None
    """「2013年度比」: the baseline is named by its year, not by its value."""
    has_values: bool = False


_BASE_LABEL = re.compile(
    r"現状値?|現況値?|基準値|基準(?:年度?|(?=[)】\]:]))|実績値?|現在値?|現行|初期値|当初値|策定時(?:点)?(?:の値)?|目標設定時|開始時|出発点|ベースライン|決算(?=値|[ :：]|$)|直近(?:値)?|従来|これまで(?!に)|足元|昨年度|前回|時点"
)
_TARGET_LABEL = re.compile(
    rf"(?:最終|中間|達成|到達|数値|成果|活動)?(?:目標|KPI|KGI)(?:値|数値|水準|指標)?(?!年|期|設定|を|に(?!は)|達|と(?!して)|の達|で|である|を掲)(?=[ ]?(?:[:：()【〉》\]】=/|→、-]|は|として|{D}|{V}|約|概ね|年間|累計|延べ|全|毎|令和|$|[ぁ-ん]?[ ]))|計画値|めざす値|目指す値|目標である|ゴール[:：]|到達点[:：]"
)
_NOTHING_KNOWN = r"^[ ]?(?:\([^()]*\))?[ ]?[:】\]]?[ ]?(?:-|ー|―|なし|未把握|未集計|不明|調査中|未実施)"
_LABEL = re.compile(
    rf"(?P<target>{_TARGET_LABEL.pattern}|(?:中間|最終)(?=[)】\]:]))|(?P<baseline>{_BASE_LABEL.pattern})"
)
_RUNNING_BASE_LABELS = {"現在", "現行", "従来", "これまで", "昨年度", "直近", "足元", "時点", "前回"}
_ARROW = re.compile(r"→|->|=>|▶|►")
_FROM = re.compile(r"\)?(?:の?(?:水準|状態|程度|前後|強|弱|超|以上|未満))*(?:\([^()]*\))?(?:から|より)(?!なる|成る)")
_PLAIN_BETWEEN = re.compile(rf"[ {D}{V}():、,/・\-~→|;;\[\]【】末度頃現在時点約累計年間延べ平均各\n]*")
_TO = re.compile(
    r"(?:以上|以下|未満|程度|超|台|まで|前後|の大台)*[ ]?(?:に|へ|まで|と(?:し|す|な)|を(?:目指|めざ|目標|達成|維持|上回|下回|超|突破|確保|切))"
)
_STATE = re.compile(
    r"(?:以上|以下|未満|程度|前後|超|弱|強|余り?|台|の水準|の(?=状況))*(?:だった|あった|ある[^。、]{1,16}を|かかっ(?:た|てい)|要し(?:た|てい)|だが|であった|である(?!た|状態を|こと)|であり|でした|です(?!る)|で、|にとどま|に留ま|に止ま|に過ぎ|にすぎ|しか|に低迷|に(?:達し|上っ|のぼっ|なっ)(?:た|て)|に達している|を占め(?:て|る)|と(?:低|高|なった|なっ|な(?:り|る)|全国)|(?:に)?(?:増加|減少|上昇|低下|改善|向上|拡大)し(?:た|まし|てい|、)|のところ|の状況|と回答|が(?:回答|利用|加入|保有)し)"
)
_CHANGE_PAST = re.compile(
    r"[^。、V]{0,24}?(?:削減|短縮|縮減|低減|減少|増加|向上|改善|上昇|低下|創出|増え|減っ|生み出)(?:し|され|さ)?(?:た|まし|てい)"
)
_PAST_END = re.compile(r"(?:[てっしれけせべめきぎりいえねげび]た|っだ|んだ|だった|であった|ました|でした)[」)〉\]]?$")
_STATE_END = re.compile(
    r"(?:(?:て|で)(?:いる|います|おり|おります)|である|です|にとどまる|に過ぎない|にすぎない|を占める)[」)]?$"
)
_AIM = re.compile(
    r"目指|めざ|目標|したい|ていく|べき|見込|予定|方針|計画(?:だ|で|して|である)|掲げ|までに|努め|図る|図り|ことと?する|こととし|必要|たい$|想定|状態を|期待"
)
_YARDSTICK = re.compile(rf"(?:以上|程度)?を(?:超える|上回る|下回る|越える)(?!こと|よう|水準|と|目標)[^。、]*{V}")
_CONTINUED = re.compile(r"(?:し|せ|り|き|え|べ|め|て)$")
_REPORTED_CHANGE = re.compile(
    r"(?:に|へ|まで)?(?:大幅に|着実に|大きく)?(?:増加|減少|上昇|低下|改善|拡大|縮小|向上|拡充|伸長)[」)]?$"
)
_CLAUSE_END = re.compile(rf"[、。\n;{V}]")
_PAST_CLAUSE = re.compile(
    r"(?:あり|おり|だが|(?:いる|ある)(?:が|ところ|ため|中)|た|だった|であった|ました|でした)(?:が|けれど|ものの|ところ|ため|ので|結果|もの|こと)?$"
)
_COMPARISON = re.compile(
    rf"(?P<year>{D}+)(?:度|末|時点|実績|の実績|の?決算額?|の水準)?(?:比|対比|に比べ|と比べ|と比較|に比して|に対し|を基準)"
)
_PREVIOUS_YEAR = re.compile(r"(?:対)?前年度?(?:比|同月比|同期比)|前年度?(?:に比べ|と比べ|と比較)|対前年度?")
_STARTING = re.compile(
    r"[^。、]{0,24}(?:開始|始め|スタート|運用|稼働|供用|導入|開設|開園|開校|オープン)(?!し?た|し?て)"
)
_DEADLINE_AFTER = re.compile(
    rf"(?:\([^()]*\))?(?:{D}|または|又は|から|~)*(?:度?末)?(?:の?(?:早期|早い時期|できるだけ早い時期|適切な時期))?[ ]?(?:頃|ごろ|頃を|中旬|上旬|下旬)?[ ]?(?:まで(?!の(?:間|実績)|実施|行)|を?[ ]?(?:目途|めど|目処|メド)|を(?:期限|目標年|目標時|最終年|目標(?:に|と))|を目標|中[にの、で)]|内[にの、で)]|目標|達成|中$|内$|の(?:達成|実現)|における目標|時点(?:で|の|に|\)))"
)
_DEADLINE_BEFORE = re.compile(
    r"(?:目標年[度次月]?|達成年[度次]?|目標時期|目標期[限間]|達成時期|実施時期|期限|期日|完了(?:予定|時期|年度)?|納期|締切|〆切|最終年[度次]|計画期間|実施期間|期間|実施年度|予定時期|移行時期)[ ]?(?:は|を|】|\]|〉|:|=|/|\||\()?[ ]?$"
)
_REFERENCE_AFTER = re.compile(
    r"度?(?:末)?(?:を見据え|を見通|を展望|を念頭|頃の社会|に(?:策定|制定|施行|公布|改[定正訂]|発生|締結|開催|決定|閣議|設置|発足|合併|開始|導入|実施|公表|作成|取りまとめ|とりまとめ)(?:し|さ|され)?(?:た|れた|ました)|[ ]?(?:法律第|条例第|施行|策定|制定|改[定正訂]|公布|版|発行|閣議決定|第\d|当初予算|補正予算|予算|決算|国勢調査|調査|実績|現在|から(?=実施して|取り組んで|運用して)|日本国際博|大阪|万博|台風|豪雨|地震|能登|東京オリ|度重|基準|度版|比|対比)|以降|以前|の(?:計画策定|改正|法改正|台風|豪雨|地震|災害|合併|国勢|調査|条例|大阪|万博|実績|決算|デジタル改革関連法))"
)
_NONPAST_TAIL = re.compile(
    r"(?:る|う|く|す|む|ます|化|始|了|施|備|入|築|定|行|成|開|ース|設|置|大|討|用|現|換|直|止|結|張|立)[」)】。]?$"
)
_SUFFIX_PARENTHESIS = re.compile(rf"\(?{D}+(?:度?末|中|予定|目標|頃|完了|実施|開始|完了予定)*\)?$")


def assign_roles(statement: Statement) -> Roles:
    marked = {id(value): _role_of(statement, value) for value in statement.values}
    _relate_neighbours(statement, marked)
    _read_rows(statement, marked)
    _read_parentheses(statement, marked)
    _read_closing_reports(statement, marked)
    target = _choose_target(statement, marked)
    baseline = _choose_baseline(statement, marked, target)
    reference = _reference_of(statement) if target else None
    deadline = _choose_deadline(statement, marked, target, baseline)
    return Roles(
        target, baseline, deadline, reference, has_values=any(role is not Role.ASIDE for role in marked.values())
    )


Marked = dict[int, Role | None]


def _role_of(statement: Statement, value: Value) -> Role | None:
    labelled = _label_over(statement, value)
    if labelled:
        return labelled
    if value.is_structure or _YARDSTICK.match(statement.skeleton, value.end):
        return Role.ASIDE
    return _predicate_role(statement, value)


def _label_over(statement: Statement, value: Value) -> Role | None:
    """A label in the parenthesis behind a value wins over the last label before it."""
    behind = statement.parenthesis_after(value.end)
    if behind and not _leads_on(statement, behind) and (label := _LABEL.search(statement.skeleton, *behind)):
        if label.group() == "時点" and _lies_ahead(statement, label):
            return None
        return Role.TARGET if label["target"] else Role.BASELINE
    start, _end = statement.sentence_around(value.start)
    around = statement.parenthesis_around(value.start)
    if around:
        start = max(start, around[0] - len("(現状値) "))
    labels = [
        label for label in _LABEL.finditer(statement.skeleton, start, value.start) if _governs(statement, label, value)
    ]
    if not labels:
        return None
    return Role.TARGET if labels[-1]["target"] else Role.BASELINE


def _leads_on(statement: Statement, parenthesis: tuple[int, int]) -> bool:
    """「(実績)令和4年度:8.2%」: the bracket is the heading of what follows, not a remark on what stands before."""
    inner = statement.skeleton[slice(*parenthesis)]
    follows = re.match(rf"\)[ ]?[:：]?[ ]?(?:約|累計|延べ|年間)?[{D}{V}]", statement.skeleton[parenthesis[1] :])
    return V in inner or (bool(follows) and D not in inner)


def _lies_ahead(statement: Statement, label: re.Match[str]) -> bool:
    """「令和8年度末時点」 tells of a plan while that day has not come."""
    return any(mention.end == label.start() and mention.last > statement.today for mention in statement.dates)


def _governs(statement: Statement, label: re.Match[str], value: Value) -> bool:
    between = statement.skeleton[label.end() : value.start]
    own = statement.parenthesis_around(label.start())
    if own and _leads_on(statement, own) and V not in statement.skeleton[slice(*own)]:
        own = None
    if own and own[1] < value.start and V in statement.skeleton[slice(*own)]:
        return False
    if own and own[1] < value.start and statement.skeleton[own[0] - 1 : own[0]] == V:
        return False
    if label.group() == "時点" and _lies_ahead(statement, label):
        return False
    if label.group() in _RUNNING_BASE_LABELS:
        return V not in between and len(between) < 24 and not re.search(r"までに|目標|から", between)
    if label["baseline"]:
        reach = re.sub(rf"{V}+(?=、[^。{V}{D}]{{1,14}}$)", "", between) if between[:1] in {":", "は"} else between
        return V not in reach and not re.search(rf"まで|目指|{_NOTHING_KNOWN}", between)
    return True


def _predicate_role(statement: Statement, value: Value) -> Role | None:
    """Past and stative predicates report; only what is still to come can be a target."""
    _start, end = statement.sentence_around(value.start)
    after = statement.skeleton[value.end : end]
    closing = _CLAUSE_END.search(after)
    clause = after[: closing.start()] if closing else after
    is_last = V not in after
    if value.number is None and is_last and not _PAST_END.search(after):
        return None
    if _STATE.match(after) and not _AIM.search(after[:40] if V not in after else clause):
        return Role.BASELINE
    if _CHANGE_PAST.match(clause):
        return Role.REPORT
    if _PAST_CLAUSE.search(clause) and closing and closing.group() == "、" and not _AIM.search(clause):
        return Role.BASELINE
    sentence = re.sub(r"\([^()]*\)[ ]*$", "", statement.skeleton[_start:end].rstrip())
    continues = closing and closing.group() == "、" and _CONTINUED.search(clause)
    if _PAST_END.search(sentence) and not _AIM.search(after) and (is_last or continues):
        return Role.BASELINE
    return None


def _relate_neighbours(statement: Statement, marked: Marked) -> None:
    outside = [v for v in statement.values if not statement.parenthesis_around(v.start)]
    pairs = [*zip(statement.values, statement.values[1:], strict=False), *zip(outside, outside[1:], strict=False)]
    for first, second in pairs:
        between = re.sub(r"\([^()]*\)", "", statement.skeleton[first.end : second.start])
        if V in between:
            continue
        if re.search(r"[。]", between) or marked[id(first)] is Role.ASIDE:
            continue
        leads = _FROM.match(between) or _ARROW.search(between) or _object_becomes(statement, first, second, between)
        if leads and not (_FROM.match(between) and second.unit != first.unit and _is_time(first) != _is_time(second)):
            is_report = marked[id(second)] in {Role.BASELINE, Role.REPORT} or _is_reported_change(
                statement, first, second
            )
            marked[id(first)] = Role.BASELINE
            marked[id(second)] = Role.REPORT if is_report and not _ARROW.search(between) else Role.TARGET


def same_kind(left: Value, right: Value) -> bool:
    """A table may leave out a unit, or write 人 beside 年間 … 人."""
    ours, theirs = left.unit.split("/")[0], right.unit.split("/")[0]
    return ours == theirs or not ours or not theirs


def _is_time(value: Value) -> bool:
    return value.unit in {"時間", "分", "日", "か月", "年", "週間"}


def _object_becomes(statement: Statement, first: Value, second: Value, between: str) -> bool:
    """「2022年度の61%を2026年度に90%とする」"""
    if first.unit != second.unit or not re.match(r"(?:以上|程度|前後|弱|強)?(?:だった[^。、]*)?を", between):
        return False
    return bool(_TO.match(statement.skeleton, second.end)) and len(between) < 40  # noqa: PLR2004 — one clause


def _is_reported_change(statement: Statement, first: Value, second: Value) -> bool:
    """「AI導入地域数は、535団体から956団体に増加」 reports; 「割合を31%から70%に増加」 aims."""
    start, end = statement.sentence_around(second.start)
    sentence = statement.skeleton[start:end].rstrip()
    if _AIM.search(sentence):
        return False
    if _PAST_END.search(sentence) or re.search(
        r"(?:てい(?:る|ます)|ており|てきた)", statement.skeleton[second.end : end]
    ):
        return True
    tail = re.sub(r"\([^()]*\)", "", statement.skeleton[second.end : end]).rstrip()
    if not _REPORTED_CHANGE.match(tail) or any(_is_strong(statement, mention) for mention in statement.dates):
        return False
    subject = re.findall(r"[はがを]", re.sub(r"\([^()]*\)", "", statement.skeleton[start : first.start]))
    own_date = date_of(statement, second)
    is_past = own_date is None or own_date.last <= statement.today
    return bool(subject) and subject[-1] in "はが" and is_past


def _read_rows(statement: Statement, marked: Marked) -> None:
    """Cells that stand beside each other without words: two are now and then, more are the targets of each year."""
    for unit in dict.fromkeys(value.unit for value in statement.values):
        row: list[Value] = []
        for value in statement.values:
            if value.unit not in {unit, ""}:
                continue
            if row and not _is_same_row(statement, row[-1], value):
                _read_row(statement, row, marked)
                row = []
            row.append(value)
        _read_row(statement, row, marked)


def _is_same_row(statement: Statement, left: Value, right: Value) -> bool:
    between = re.sub(rf"\([^(){V}]*\)", "", statement.skeleton[left.end : right.start])
    alike = same_kind(left, right)
    alike = alike and statement.parenthesis_around(left.start) == statement.parenthesis_around(right.start)
    is_list_of_kinds = "、" in between and D not in between
    return alike and bool(_PLAIN_BETWEEN.fullmatch(between)) and not is_list_of_kinds


def _read_row(statement: Statement, row: list[Value], marked: Marked) -> None:
    aims = [place for place, value in enumerate(row) if marked[id(value)] is Role.TARGET]
    for value in row[: aims[0]] if aims else []:
        marked[id(value)] = marked[id(value)] or Role.BASELINE
    if len(row) != 2 or any(marked[id(value)] for value in row):  # noqa: PLR2004 — a pair
        return
    first, second = row
    dates = [date_of(statement, value) for value in row]
    between = statement.skeleton[first.end : second.start]
    if dates[0] and dates[1]:
        if dates[0].last > dates[1].last:
            first, second = second, first
    elif "~" in between or (not between.strip() == "" and not any(dates)):
        return
    if _baseline_slot_is_empty(statement):
        return
    marked[id(first)], marked[id(second)] = Role.BASELINE, Role.TARGET


def _baseline_slot_is_empty(statement: Statement) -> bool:
    """「目標設定時 -」: the table has a place for the baseline and nothing in it."""
    return any(
        re.match(_NOTHING_KNOWN, statement.skeleton[label.end() :])
        for label in _BASE_LABEL.finditer(statement.skeleton)
    )


def _read_parentheses(statement: Statement, marked: Marked) -> None:
    """A dated value in brackets beside a value outside of them tells where things stand."""
    outside = [
        v
        for v in statement.values
        if not statement.parenthesis_around(v.start) and marked[id(v)] in {None, Role.TARGET}
    ]
    for value in statement.values:
        around = statement.parenthesis_around(value.start)
        if not around or marked[id(value)] not in {None, Role.BASELINE} or not outside:
            continue
        inner = statement.skeleton[slice(*around)]
        if marked[id(value)] is None:
            is_target = re.search(r"目標|まで", inner) or _counts_the_whole(statement, around[0])
            dated = D in inner
            same = any(same_kind(v, value) for v in outside)
            marked[id(value)] = None if is_target else Role.BASELINE if dated and same else Role.ASIDE


def _read_closing_reports(statement: Statement, marked: Marked) -> None:
    """「…を目指す交付率も、2021年度末の保有率は42.7%」: the level that closes the sentence is today's."""
    for value in statement.values[1:]:
        mention = date_of(statement, value)
        if marked[id(value)] or not mention or _is_strong(statement, mention):
            continue
        closes = re.match(r"(?:程度|弱|強)?[ ]?(?:\([^()]*\))?(?:。|$)", statement.skeleton[value.end :])
        is_subject = re.search(
            rf"は[ ]?(?:約|わずか|まだ)?$|(?:で|が)(?:約|わずか)?$|{D}(?:は|で)?$", statement.words_before(value.start)
        )
        earlier_aim = any(_is_strong(statement, other) and other.last > mention.last for other in statement.dates)
        if closes and is_subject and earlier_aim:
            marked[id(value)] = Role.BASELINE


def date_of(statement: Statement, value: Value) -> DateMention | None:
    """The date a value belongs to: in the bracket behind it, else the last one before it that no other value claimed."""
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


def _choose_target(statement: Statement, marked: Marked) -> Value | None:
    candidates = [v for v in statement.values if marked[id(v)] in {None, Role.TARGET}]
    if not candidates:
        return None
    best = max(_weight(statement, marked, value) for value in candidates)
    finalists = [value for value in candidates if _weight(statement, marked, value) == best]
    chosen = finalists[0]
    for rival in finalists[1:]:
        ours, theirs = date_of(statement, chosen), date_of(statement, rival)
        in_series = ours and theirs and rival.unit == chosen.unit and theirs.last > ours.last
        in_chain = rival.unit == chosen.unit and _ARROW.search(statement.skeleton[chosen.end : rival.start])
        if in_series or in_chain:
            chosen = rival
    return chosen


def _weight(statement: Statement, marked: Marked, value: Value) -> int:
    """Values listed side by side (「企業誘致20社、新規雇用500人を目指す」) share the predicate of the last."""
    listed = re.compile(rf"(?:以上|程度)?、[^。をはがにで、{V}]{{1,20}}(?={V})").match(statement.skeleton, value.end)
    follower = next((v for v in statement.values if listed and v.start == listed.end()), None)
    if follower and marked[id(follower)] in {None, Role.TARGET} and not _is_share(statement, value):
        return max(_own_weight(statement, marked, value), _weight(statement, marked, follower))
    return _own_weight(statement, marked, value)


def _counts_the_whole(statement: Statement, opening: int) -> bool:
    """「全戸(4,300戸)に配備」"""
    return bool(
        re.search(rf"{V}の?[^。、(はをがにで]{{1,10}}$", statement.skeleton[max(0, opening - 12) : opening])
    ) and any(
        value.word in WHOLE and 0 <= opening - value.end <= 12
        for value in statement.values
    )


def _is_share(statement: Statement, value: Value) -> bool:
    """「各課1名、計80名」"""
    return bool(re.search(r"各[^。、はをが]{1,8}$", statement.words_before(value.start, 10)))


def _own_weight(statement: Statement, marked: Marked, value: Value) -> int:
    weight = 8 if marked[id(value)] is Role.TARGET else 0
    around = statement.parenthesis_around(value.start)
    after = statement.skeleton[value.end : value.end + 12]
    weight += 3 if _TO.match(after) or _is_relative_change(after) else 0
    weight -= 4 if around and not _counts_the_whole(statement, around[0]) else 0
    weight -= 1 if re.match(r"(?:以上|程度)?(?:の)?(?:開催|実施)し", after) and value.unit.startswith("回") else 0
    weight -= 5 if _is_share(statement, value) else 0
    weight -= 2 if re.match(r"以内に(?!達|す|短縮|抑|収|減|縮)|以内の", after) else 0
    weight += 2 if (mention := date_of(statement, value)) and _is_strong(statement, mention) else 0
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


def _choose_baseline(statement: Statement, marked: Marked, target: Value | None) -> Value | None:
    known = [v for v in statement.values if marked[id(v)] is Role.BASELINE]
    if not known or not target:
        return known[0] if known else None
    alike = [v for v in known if same_kind(v, target)]
    return (alike or known)[-1 if len(alike) > 1 and _in_series(statement, alike) else 0]


def _in_series(statement: Statement, values: list[Value]) -> bool:
    dates = [mention.last for value in values if (mention := date_of(statement, value))]
    return len(dates) == len(values) and dates == sorted(dates) and len(set(dates)) > 1


def _reference_of(statement: Statement) -> tuple[int, int] | None:
    found = _COMPARISON.search(statement.skeleton) or _PREVIOUS_YEAR.search(statement.skeleton)
    return found.span() if found else None


def _choose_deadline(
    statement: Statement, marked: Marked, target: Value | None, baseline: Value | None
) -> DateMention | None:
    own = date_of(statement, target) if target else None
    spent = _dates_of_known_values(statement, marked)
    ranked: list[tuple[int, date, DateMention]] = []
    for mention in statement.dates:
        strength = _deadline_strength(statement, mention, has_target=target is not None)
        if mention.start in spent and not _is_strong(statement, mention):
            continue
        if strength and mention is own:
            strength += 2
        if strength:
            ranked.append((strength, mention.last, mention))
    return max(ranked, key=lambda rank: rank[:2])[2] if ranked else None


def _dates_of_known_values(statement: Statement, marked: Marked) -> set[int]:
    spent: set[int] = set()
    for value in statement.values:
        mention = date_of(statement, value)
        if marked[id(value)] not in {Role.BASELINE, Role.REPORT} or not mention:
            continue
        between = statement.skeleton[mention.end : value.start]
        if not (mention.end <= value.start and re.match(r"[^。]*?(?:に|で|、)[^。]*現(?:在|状|行)", between)):
            spent.add(mention.start)
    return spent


def _is_strong(statement: Statement, mention: DateMention) -> bool:
    if mention.form is DateForm.DURATION:
        return True
    after = statement.skeleton[mention.end : mention.end + 24]
    strong = _DEADLINE_AFTER.match(after)
    return bool(strong and "時点" not in strong.group()) or bool(
        _DEADLINE_BEFORE.search(statement.words_before(mention.start))
    )


def _deadline_strength(statement: Statement, mention: DateMention, *, has_target: bool) -> int:
    after = statement.skeleton[mention.end : mention.end + 40]
    if _is_strong(statement, mention):
        return 0 if _is_past_report(statement, mention) else 4
    if _REFERENCE_AFTER.match(after) or not mention.sure:
        return 0
    if mention.form is not DateForm.RANGE and re.match(r"(?:度)?(?:当初)?(?:から|より)(?!\d)", after):
        opens = (
            _STARTING.match(after[2:])
            or (has_target
            and re.match(r"[^。、]*(?:拡大|実施|全面)(?!し?た|し?て)", after[2:]))
        )
        return 1 if opens and not _is_past_report(statement, mention) else 0
    if has_target:
        return 2
    return 1 if _promises_action(statement, mention) else 0


def _is_past_report(statement: Statement, mention: DateMention) -> bool:
    start, end = statement.sentence_around(mention.start)
    sentence = re.sub(r"\([^()]*\)[ ]*$", "", statement.skeleton[start:end].rstrip())
    return bool(_PAST_END.search(sentence) or _STATE_END.search(sentence)) and not _AIM.search(
        sentence.replace("までに", "")
    )


def _promises_action(statement: Statement, mention: DateMention) -> bool:
    """Without a value a date binds only when something is to be done then."""
    start, end = statement.sentence_around(mention.start)
    if _is_past_report(statement, mention):
        return False
    after = statement.skeleton[mention.end : end].rstrip()
    if mention.form is DateForm.RANGE:
        return bool(re.match(r"[)]?(?:の?[^。]*策定|を?計画期間|とする)", after))
    if statement.parenthesis_around(mention.start):
        return bool(_SUFFIX_PARENTHESIS.search(statement.skeleton[start:end].rstrip()))
    return bool(re.match(r"(?:度?末?(?:に|には)|[ ]|、|$|:)", after)) and bool(_NONPAST_TAIL.search(after) or not after)
