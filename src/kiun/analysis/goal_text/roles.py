"""Which value is the target, which the baseline, which a mere report; and which date is the deadline."""

import re
from dataclasses import dataclass
from itertools import pairwise

from kiun.analysis.goal_text.dates import DateMention
from kiun.analysis.goal_text.dating import date_of, is_binding
from kiun.analysis.goal_text.deadlines import choose_deadline
from kiun.analysis.goal_text.marks import Marked, Role, same_kind
from kiun.analysis.goal_text.normalisation import DATE_MARK as D
from kiun.analysis.goal_text.normalisation import VALUE_MARK as V
from kiun.analysis.goal_text.predicates import ARROW, LEADS_TO, PAST_END, aims, forecasts
from kiun.analysis.goal_text.statement import Statement
from kiun.analysis.goal_text.tables import read_head
from kiun.analysis.goal_text.targets import choose_target, counts_the_whole
from kiun.analysis.goal_text.values import Value

_ONE_PHRASE, _ONE_CLAUSE = 24, 40
"""Characters; a label or particle further away belongs to something else."""


@dataclass(frozen=True, slots=True)
class Roles:
    target: Value | None = None
    baseline: Value | None = None
    deadline: DateMention | None = None
    reference: tuple[int, int] | None = None
    """「2013年度比」: the baseline is named by its year, not by its value."""
    has_values: bool = False


_BASE_LABEL = re.compile(
    r"現状値?|現況値?|基準値|基準(?:年度?|(?=[)】\]:]))|実績値?|現在値?|現行|初期値|当初値|"
    r"策定時(?:点)?(?:の値)?|目標設定時|開始時|出発点|ベースライン|決算(?=値|[ :：]|$)|直近(?:値)?|従来|"
    r"これまで(?!に)|足元|昨年度|前回|前期末|前計画末|時点"
)
_TARGET_LABEL = re.compile(
    r"(?:最終|中間|達成|到達|数値|成果|活動)?(?:目標|KPI|KGI)(?:値|数値|水準|指標)?(?!年|期|設定|を|"
    rf"に(?!は)|達|と(?!して)|の達|で|である|を掲)(?=[ ]?(?:[:：()【〉》\]】=/|→、-]|は|として|{D}|{V}|約|"
    r"概ね|年間|累計|延べ|全|毎|令和|$|[ぁ-ん]?[ ]))|計画値|めざす値|目指す値|目標である|ゴール[:：]|"
    r"到達点[:：]"
)
_NOTHING_KNOWN = r"^[ ]?(?:\([^()]*\))?[ ]?[:】\]]?[ ]?(?:-|ー|―|なし|未把握|未集計|不明|調査中|未実施)"
_LABEL = re.compile(
    rf"(?P<target>{_TARGET_LABEL.pattern}|(?:中間|最終)(?=[)】\]:]))|(?P<baseline>{_BASE_LABEL.pattern})"
)
_DATED_LABEL = re.compile(r"時点|決算|実績")
_ENDS_AT_NEXT_DATE = re.compile(rf"{V}(?:以上|以下|程度)?(?:に対し|に対して|であるのに対し|とする一方)、?[^。]*{D}")
_RUNNING_BASE_LABELS = {"現在", "現行", "従来", "これまで", "昨年度", "直近", "足元", "時点", "前回"}
_FROM = re.compile(r"\)?(?:の?(?:水準|状態|程度|前後|強|弱|超|以上|未満))*(?:\([^()]*\))?(?:から|より)(?!なる|成る)")
_PLAIN_BETWEEN = re.compile(rf"[ {D}{V}()|:、,/・\-~→|;;\[\]【】末度頃現在時点約累計年間延べ平均各\n]*")
_STATE = re.compile(
    r"(?:以上|以下|未満|程度|前後|超|弱|強|余り?|台|の水準|の(?=状況))*(?:だった|あった|"
    r"ある[^。、]{1,16}を|かかっ(?:た|てい)|要し(?:た|てい)|だが|であった|である(?!た|状態を|こと)|であり|"
    r"でした|です(?!る)|で、|に満た(?:な|ず)|を(?:下回|上回)って|にとどま|に留ま|に止ま|に過ぎ|にすぎ|しか|に低迷|に(?:達し|上っ|のぼっ|"
    r"なっ)(?:た|て)|に達している|を占め(?:て|る)|と(?:低|高|なった|なっ|な(?:り|る)|全国)|(?:に)?(?:増加|"
    r"減少|上昇|低下|改善|向上|拡大)し(?:た|まし|てい|、)|のところ|の状況|と回答|が(?:回答|利用|加入|"
    r"保有)し)"
)
_CHANGE_PAST = re.compile(
    rf"[^。、{V}]{{0,24}}?(?:削減|短縮|縮減|低減|減少|増加|向上|改善|上昇|低下|創出|増え|減っ|生み出)(?:し|され|"
    r"さ)?(?:た|まし|てい)"
)
_YARDSTICK = re.compile(rf"(?:以上|程度)?を(?:超える|上回る|下回る|越える)(?!こと|よう|水準|と|目標)[^。、]*{V}")
_CONTINUED = re.compile(r"(?:し|せ|り|き|え|べ|め|て)$")
_REPORTED_CHANGE = re.compile(
    r"(?:に|へ|まで)?(?:大幅に|着実に|大きく)?(?:増加|減少|上昇|低下|改善|拡大|縮小|向上|拡充|伸長)[」)]?$"
)
_START_BEHIND = re.compile(r"\)?を(?:基準|出発点|起点|スタート)(?:に|と|年)")
_TRIED = re.compile(
    r"(?:の部署|の部局|の課)?で(?:先行|試行|実証|検証|実施|導入|開始|運用)?(?:的に[^。、]{1,6})?(?:し|され|行っ|始め)た(?![。」]|$)"
)
_STEP_TO_LEVEL = re.compile(r"(?:の)?(?:増|減|増加|減少|上昇|低下)(?:の|となる|し、?)(?:約)?$")
_CLAUSE_END = re.compile(rf"[、。\n;{V}]")
_PAST_CLAUSE = re.compile(
    r"(?:あり|おり|だが|(?:いる|ある)(?:が|ところ|ため|中)|た|だった|であった|ました|でした)(?:が|けれど|"
    r"ものの|ところ|ため|ので|結果|もの|こと)?$"
)
_COMPARISON = re.compile(
    rf"(?P<year>{D}+)(?:度|末|時点|実績|の実績|の?決算額?|の水準)?(?:比|対比|に比べ|と比べ|と比較|に比して|"
    r"に対し|を基準)"
)
_PREVIOUS_YEAR = re.compile(r"(?:対)?前年度?(?:比|同月比|同期比)|前年度?(?:に比べ|と比べ|と比較)|対前年度?")


def assign_roles(statement: Statement) -> Roles:
    marked = {value: _role_of(statement, value) for value in statement.values}
    _relate_neighbours(statement, marked)
    _read_rows(statement, marked)
    read_head(statement, marked)
    _read_parentheses(statement, marked)
    _read_closing_reports(statement, marked)
    target = choose_target(statement, marked)
    baseline = _choose_baseline(statement, marked, target)
    reference = reference_of(statement, target) if target else None
    deadline = choose_deadline(statement, marked, target)
    return Roles(
        target, baseline, deadline, reference, has_values=any(role is not Role.ASIDE for role in marked.values())
    )


def _role_of(statement: Statement, value: Value) -> Role | None:
    if _START_BEHIND.match(statement.skeleton, value.end):
        return Role.BASELINE
    labelled = _label_over(statement, value)
    if labelled:
        return labelled
    start, end = statement.sentence_around(value.start)
    if (
        value.is_structure
        or _YARDSTICK.match(statement.skeleton, value.end)
        or forecasts(statement.skeleton[start:end])
    ):
        return Role.ASIDE
    return _predicate_role(statement, value)


def _label_over(statement: Statement, value: Value) -> Role | None:
    """A label in the parenthesis behind a value wins over the last label before it."""
    behind = statement.parenthesis_after(value.end)
    if behind and not _leads_on(statement, behind) and (label := _LABEL.search(statement.skeleton, *behind)):
        if _lies_ahead(statement, label):
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
    each_has_its_own = re.match(
        rf"\)[ ]?(?:約|累計|延べ|年間)?{V}+(?:以上|以下|程度)?[ ]?\(", statement.skeleton[parenthesis[1] :]
    )
    return V in inner or (bool(follows) and D not in inner and not each_has_its_own)


def _lies_ahead(statement: Statement, label: re.Match[str]) -> bool:
    """「令和8年度末時点」 and 「R8決算」 tell of a plan while that day has not come."""
    if not _DATED_LABEL.fullmatch(label.group()):
        return False
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
    if _lies_ahead(statement, label) or (label["target"] and _ENDS_AT_NEXT_DATE.search(between)):
        return False
    if label.group() in _RUNNING_BASE_LABELS:
        return V not in between and len(between) < _ONE_PHRASE and not re.search(r"までに|目標|から", between)
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
    if value.number is None and is_last and not PAST_END.search(after):
        return None
    if _STATE.match(after) and not aims(after[:_ONE_CLAUSE] if V not in after else clause):
        return None if _is_state_to_come(statement, value) else Role.BASELINE
    if _CHANGE_PAST.match(clause) or _TRIED.match(after):
        return Role.REPORT
    if _PAST_CLAUSE.search(clause) and closing and closing.group() == "、" and not aims(clause):
        return Role.BASELINE
    sentence = re.sub(r"\([^()]*\)[ ]*$", "", statement.skeleton[_start:end].rstrip())
    continues = closing and closing.group() == "、" and _CONTINUED.search(clause)
    if PAST_END.search(sentence) and not aims(after) and (is_last or continues):
        return Role.BASELINE
    return None


def _is_state_to_come(statement: Statement, value: Value) -> bool:
    """「2027年度末において、職員が9割以上となっている」"""
    start, _end = statement.sentence_around(value.start)
    return any(
        start <= mention.start
        and mention.last > statement.today
        and re.match(r"度?末?(?:において|には|までに)", statement.skeleton[mention.end : value.start])
        for mention in statement.dates
    )


def _relate_neighbours(statement: Statement, marked: Marked) -> None:
    outside = [v for v in statement.values if not statement.parenthesis_around(v.start)]
    pairs = [*pairwise(statement.values), *pairwise(outside)]
    for first, second in pairs:
        between = re.sub(r"\([^()]*\)", "", statement.skeleton[first.end : second.start])
        if V in between:
            continue
        if re.search(r"[。]", between) or marked[first] is Role.ASIDE:
            continue
        if _STEP_TO_LEVEL.match(between) and marked[second] is Role.BASELINE:
            marked[first] = Role.REPORT
            continue
        leads = _FROM.match(between) or ARROW.search(between) or _object_becomes(statement, first, second, between)
        if leads and not (_FROM.match(between) and second.unit != first.unit and _is_time(first) != _is_time(second)):
            is_report = marked[second] in {Role.BASELINE, Role.REPORT} or _is_reported_change(statement, first, second)
            marked[first] = Role.BASELINE
            marked[second] = Role.REPORT if is_report and not ARROW.search(between) else Role.TARGET


def _is_time(value: Value) -> bool:
    return value.unit in {"時間", "分", "日", "か月", "年", "週間"}


def _object_becomes(statement: Statement, first: Value, second: Value, between: str) -> bool:
    """「2022年度の61%を2026年度に90%とする」"""
    if first.unit != second.unit or not re.match(r"(?:以上|程度|前後|弱|強)?(?:だった[^。、]*)?を", between):
        return False
    return bool(LEADS_TO.match(statement.skeleton, second.end)) and len(between) < _ONE_CLAUSE


def _is_reported_change(statement: Statement, first: Value, second: Value) -> bool:
    """「AI導入地域数は、535団体から956団体に増加」 reports; 「割合を31%から70%に増加」 aims."""
    start, end = statement.sentence_around(second.start)
    sentence = statement.skeleton[start:end].rstrip()
    if aims(sentence):
        return False
    if PAST_END.search(sentence) or re.search(
        r"(?:てい(?:る|ます)|ており|てきた)", statement.skeleton[second.end : end]
    ):
        return True
    tail = re.sub(r"\([^()]*\)", "", statement.skeleton[second.end : end]).rstrip()
    if not _REPORTED_CHANGE.match(tail) or any(is_binding(statement, mention) for mention in statement.dates):
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
    aims = [place for place, value in enumerate(row) if marked[value] is Role.TARGET]
    for value in row[: aims[0]] if aims else []:
        marked[value] = marked[value] or Role.BASELINE
    if len(row) != len(("now", "then")) or any(marked[value] for value in row):
        return
    first, second = row
    dates = [date_of(statement, value) for value in row]
    between = statement.skeleton[first.end : second.start]
    if dates[0] and dates[1]:
        if dates[0].last > dates[1].last:
            first, second = second, first
    elif "~" in between or (between.strip() != "" and not any(dates)):
        return
    if _baseline_slot_is_empty(statement):
        return
    marked[first], marked[second] = Role.BASELINE, Role.TARGET


def _baseline_slot_is_empty(statement: Statement) -> bool:
    """「目標設定時 -」: the table has a place for the baseline and nothing in it."""
    return any(
        re.match(_NOTHING_KNOWN, statement.skeleton[label.end() :])
        for label in _BASE_LABEL.finditer(statement.skeleton)
    )


def _read_parentheses(statement: Statement, marked: Marked) -> None:
    """A dated value in brackets beside a value outside of them tells where things stand."""
    outside = [
        v for v in statement.values if not statement.parenthesis_around(v.start) and marked[v] in {None, Role.TARGET}
    ]
    for value in statement.values:
        around = statement.parenthesis_around(value.start)
        if not around or marked[value] not in {None, Role.BASELINE} or not outside:
            continue
        inner = statement.skeleton[slice(*around)]
        if marked[value] is None:
            is_target = re.search(r"目標|まで", inner) or counts_the_whole(statement, around[0])
            dated = D in inner
            same = any(same_kind(v, value) for v in outside)
            marked[value] = None if is_target else Role.BASELINE if dated and same else Role.ASIDE


def _read_closing_reports(statement: Statement, marked: Marked) -> None:
    """「…を目指す交付率も、2021年度末の保有率は42.7%」: the level that closes the sentence is today's."""
    for value in statement.values[1:]:
        mention = date_of(statement, value)
        if marked[value] or not mention or is_binding(statement, mention):
            continue
        closes = re.match(r"(?:程度|弱|強)?[ ]?(?:\([^()]*\))?(?:。|$)", statement.skeleton[value.end :])
        is_subject = re.search(
            rf"は[ ]?(?:約|わずか|まだ)?$|(?:で|が)(?:約|わずか)?$|{D}(?:は|で)?$", statement.words_before(value.start)
        )
        earlier_aim = any(is_binding(statement, other) and other.last > mention.last for other in statement.dates)
        if closes and is_subject and earlier_aim:
            marked[value] = Role.BASELINE


def _choose_baseline(statement: Statement, marked: Marked, target: Value | None) -> Value | None:
    known = [v for v in statement.values if marked[v] is Role.BASELINE]
    if not known or not target:
        return known[0] if known else None
    alike = [v for v in known if same_kind(v, target)]
    return (alike or known)[-1 if len(alike) > 1 and _in_series(statement, alike) else 0]


def _in_series(statement: Statement, values: list[Value]) -> bool:
    dates = [mention.last for value in values if (mention := date_of(statement, value))]
    return len(dates) == len(values) and dates == sorted(dates) and len(set(dates)) > 1


def reference_of(statement: Statement, target: Value) -> tuple[int, int] | None:
    """「2013年度比」「令和5年の半分」"""
    found = _COMPARISON.search(statement.skeleton) or _PREVIOUS_YEAR.search(statement.skeleton)
    if not found and (target.unit == "倍" or re.search(r"半分|分の", target.word)):
        found = re.compile(rf"{D}+(?=の(?:約|概ね)?$)").search(statement.skeleton, 0, target.start)
    return found.span() if found else None
