"""Which way the indicator is to move."""

import re
from decimal import Decimal
from enum import StrEnum

from kiun.analysis.goal_text.statement import Statement
from kiun.analysis.goal_text.values import Value


class Direction(StrEnum):
    INCREASE = "increase"
    DECREASE = "decrease"
    REACH = "reach"
    NONE = "none"


_DOWN = (
    r"削減|減少|縮減|短縮|低減|軽減|減ら|減じ|抑制|抑え|引き?下げ|下げる|下げ|縮小|縮め|低下(?!に歯止|を防|"
    r"を食)|カット|ダウン|圧縮|解消|全廃|ゼロ|撲滅|根絶|統合|集約|再編|統廃合|減(?![量災免税価点])|以下|未満"
)
_UP = (
    r"回復|倍増|増加|増や|増強|増設|増|向上|拡大|拡充|引き?上げ|上げ|高め|上昇|伸ば|延伸|アップ|改善|創出|育成|養成|"
    r"確保|達成|超え|上回|以上"
)
_KEEP = re.compile(r"維持|継続|キープ|保つ|保持")
_UNWANTED = re.compile(
    r"待ち時間|待機児童|処理時間|所要時間|処理日数|作業時間|残業|時間外|超過勤務|排出量|排出原単位|ごみ|"
    r"ゴミ|廃棄物|食品ロス|死者|死亡|事故|犯罪|刑法犯|滞納|未納|離職|空き家(?!バンク|の?活用|の?利活用)|"
    r"不登校|いじめ|火災|苦情|エラー|ミス|"
    r"印刷|コピー|喫煙|肥満|有病|有所見|赤字|(?:[市県町村府]債|地方債|債務|起債|借入金?|負債)(?:現在高|"
    r"残高)|公債費|経常収支比率|将来負担|失業|自殺|漏水|消費量|使用量|経費|医療費|コスト|要介護認定|未達|"
    r"欠席|中退|孤立|殺処分|被害|流出|転出|再配達|来庁|むし歯|患者|処分量|到着時間|インシデント|FAX|紙"
)
_CHANGE = re.compile(rf"(?P<down>{_DOWN})|(?P<up>{_UP})")
_WANTED_AFTER_ALL = re.compile(
    r"達成率|対策|除却|撤去|活用|削減に|認定|カバー|設置|整備|率(?!.*(?:離職|滞納))|[のがし]ない"
)
_REDUCED_BEFORE = re.compile(r"(?:削減|縮減|短縮|減少|低減|抑制)(?:率|数|量|額|時間)?[^をはが、。]{0,6}$")
_COUNTS_DEEDS = re.compile(
    r"(?:以上|程度|分)*[をのにで]?[^。をにで]{0,16}(?:電子化|デジタル化|オンライン化|整備|設置|導入|公開|"
    r"開催|配備|作成|支援)"
)
_FIXED_WORDS = ("均衡", "黒字化", "維持", "平均", "水準", "日本一", "過去最高")


def find_direction(
    statement: Statement, *, indicator: str, target: Value | None, baseline: Value | None, has_deadline: bool
) -> Direction:
    if target is None:
        return _without_target(statement, indicator, has_deadline=has_deadline)
    after = statement.skeleton[target.end :]
    clause = re.split(r"[。\n]", after, maxsplit=1)[0]
    if _is_fixed(statement, target, clause):
        return Direction.REACH
    if (
        target.number is not None
        and baseline
        and baseline.number is not None
        and baseline.unit == target.unit
        and not changes_by(statement, target)
    ):
        return _by_comparison(baseline.number, target.number)
    return _by_words(statement, indicator, target, clause)


def changes_by(statement: Statement, target: Value) -> bool:
    """「30%削減」「10ポイント向上」「50人増やす」 name the difference, 「30%に」 the level."""
    by = re.match(
        r"(?:以上|程度|超)?(?:の|を)?(?:削減|縮減|短縮|低減|圧縮|減|増|向上|引き?上げ|引き?下げ|アップ|ダウン|改善|上昇)",
        statement.skeleton[target.end :],
    )
    return target.number is not None and (target.unit in {"ポイント", "倍"} or bool(by))


def _is_fixed(statement: Statement, target: Value, clause: str) -> bool:
    if target.unit.startswith("位") or any(word in target.word for word in _FIXED_WORDS):
        return True
    near = re.split(r"[、。(]", clause, maxsplit=1)[0]
    return (bool(_KEEP.search(near)) and not re.search(r"体制|サービス水準", near)) or bool(
        re.search(r"(?:維持|継続)[^。、]{0,4}$", statement.words_before(target.start, 8))
    )


def _by_comparison(now: Decimal, then: Decimal) -> Direction:
    if then == now:
        return Direction.REACH
    return Direction.INCREASE if then > now else Direction.DECREASE


def _by_words(statement: Statement, indicator: str, target: Value, clause: str) -> Direction:
    near = re.split(r"[。(]", clause, maxsplit=1)[0]
    return _by_target(target) or _by_predicate(target, near) or _by_subject(statement, indicator, target, near)


def _by_target(target: Value) -> Direction | None:
    to_nothing = "ゼロ" in target.word or (target.number == 0 and not target.word)
    if to_nothing or target.word in {"半減", "半分", "全廃", "根絶", "撲滅"}:
        return Direction.DECREASE
    return Direction.INCREASE if target.word == "倍増" else None


def _by_predicate(target: Value, near: str) -> Direction | None:
    change = _CHANGE.search(re.sub(r"^以上(?=[の削減縮短低圧抑])", "", near))
    if change and change["down"] and not _counts_reduced_things(target, near):
        return Direction.DECREASE
    rises = change and change["up"] not in {None, "以上", "達成", "改善"} and not near.startswith("以上")
    return Direction.INCREASE if rises or _COUNTS_DEEDS.match(near) else None


def _by_subject(statement: Statement, indicator: str, target: Value, near: str) -> Direction:
    start, _end = statement.sentence_around(target.start)
    reduced = _REDUCED_BEFORE.search(statement.skeleton[start : target.start])
    within = near.startswith("以内") and re.match(r"時間|分|日|か月|週間|年|秒", target.unit)
    subject = indicator or statement.words_before(target.start, 40)
    unwanted = _UNWANTED.search(subject) and not _WANTED_AFTER_ALL.search(subject)
    return Direction.DECREASE if reduced or within or unwanted else Direction.INCREASE


def _counts_reduced_things(target: Value, clause: str) -> bool:
    """「20業務を統合」 counts what is done; 「20校に統合」 is the level left."""
    return bool(re.match(r"(?:以上|程度)?(?:の|を)[^。]*(?:統合|集約|再編|解消)", clause)) and target.unit not in {
        "%",
        "倍",
    }


def _without_target(statement: Statement, indicator: str, *, has_deadline: bool) -> Direction:
    if indicator:
        place = statement.text.find(indicator)
        tail = statement.text[place + len(indicator) :] if place >= 0 else statement.text
        change = _last_change(tail) or _last_change(re.sub(r"率|数", "", indicator[-8:]) if "減" in indicator else "")
        if change:
            return change
    return Direction.REACH if has_deadline else Direction.NONE


def _last_change(text: str) -> Direction | None:
    found = [
        match
        for match in _CHANGE.finditer(text)
        if match.group() not in {"以上", "以下", "未満", "達成", "上回", "超え"}
    ]
    if not found:
        return None
    return Direction.DECREASE if found[-1]["down"] else Direction.INCREASE
