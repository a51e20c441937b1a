"""What Kiun says back: one question for each missing part, and a sentence with blanks where nothing is known."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from kiun.analysis.goal_text.dates import end_of_fiscal_year, end_of_month, fiscal_year_of
from kiun.analysis.goal_text.direction import Direction
from kiun.analysis.goal_text.indicators import MEASURE, unit_by_heading
from kiun.analysis.goal_text.values import WHOLE

BLANK = "◯"
_REIWA_BEGINS = 2019
_YEARS_AHEAD_IN_EXAMPLES = 3
_WRITE_IN_MYRIADS_FROM = 100_000
_MYRIAD = 10_000
_FREQUENCIES = {"年": "年間", "月": "月", "週": "週", "日": "1日"}


@dataclass(frozen=True, slots=True)
class Question:
    part: str
    text: str


@dataclass(frozen=True, slots=True)
class Draft:
    """What the sentences are made of."""

    text: str
    today: date
    has_indicator: bool
    indicator: str
    baseline: Decimal | str | None
    baseline_unit: str
    baseline_when: str
    target: Decimal | str | None
    unit: str
    is_change: bool
    change_note: str
    direction: Direction
    is_kept: bool
    deadline: date | None


@dataclass(frozen=True, slots=True)
class Measure:
    topic: re.Pattern[str]
    name: str
    unit: str
    direction: Direction


def _measure(topic: str, name: str, unit: str, direction: Direction = Direction.INCREASE) -> Measure:
    return Measure(re.compile(topic), name, unit, direction)


_MEASURES = (
    _measure(r"窓口", "窓口での平均待ち時間", "分", Direction.DECREASE),
    _measure(r"窓口|来庁|申請", "手続1件当たりの来庁回数", "回", Direction.DECREASE),
    _measure(r"手続|申請|届出|届け", "オンライン申請率", "%"),
    _measure(r"予約", "オンライン予約の割合", "%"),
    _measure(r"キャッシュレス|収納|納付|支払", "キャッシュレス決済の割合", "%"),
    _measure(r"研修|人材|育成|スキル|リテラシー|学び", "研修の受講者数", "人"),
    _measure(r"発信|広報|周知|情報提供|公開する", "市政情報が届いていると感じる市民の割合", "%"),
    _measure(r"オープンデータ|データ(?:の)?(?:公開|活用|連携|利活用)", "公開データのダウンロード件数", "件"),
    _measure(r"業務(?:の)?(?:改革|効率|改善)|効率化|RPA|AI|自動化|BPR|生産性", "削減した業務時間", "時間"),
    _measure(r"ペーパーレス|紙|文書", "紙の使用枚数", "枚", Direction.DECREASE),
    _measure(r"テレワーク|働き方|柔軟な", "テレワークを実施した職員の割合", "%"),
    _measure(r"防災|災害|避難", "防災アプリの登録者数", "人"),
    _measure(r"相談", "相談の受付件数", "件"),
    _measure(r"デバイド|格差|高齢者|誰一人|スマホ|スマートフォン", "スマートフォン講座の受講者数", "人"),
    _measure(r"マイナンバー", "マイナンバーカードの保有率", "%"),
    _measure(r"観光|誘客|周遊", "観光客数", "人"),
    _measure(r"交通|バス|移動|モビリティ", "公共交通の利用者数", "人"),
    _measure(r"子育て|保育|教育|学校", "保護者の満足度", "%"),
    _measure(r"健康|健診|医療|介護|福祉", "健診の受診率", "%"),
    _measure(r"環境|省エネ|脱炭素|エネルギー|ごみ|減量", "温室効果ガス排出量", "t-CO2", Direction.DECREASE),
    _measure(r"セキュリティ|サイバー", "情報セキュリティ研修の受講率", "%"),
    _measure(r"参加|共創|協働|地域活動|連携", "参加した市民・団体の数", "人"),
    _measure(r"意識|風土|行動変革|機運", "「自分もDXに取り組んでいる」と答えた職員の割合", "%"),
    _measure(r"サービス|便利|快適|暮らし|住民|市民", "サービスを利用した市民の満足度", "%"),
)
_FALLBACK = _measure(r"", "取組を利用した人の数", "人")
_SUGGESTED_AT_MOST = 3
_RATES = re.compile(r"率|割合|度$|満足|寿命|スコア|点数")
_DURATIONS = re.compile(r"^(?:秒|分|時間|日|週間|か月|カ月|ヶ月|年)")
_IS_MEASURE = re.compile(rf"(?:{MEASURE}|人|者|量|額|費|時間|人口|面積|度|距離|延長)(?:\([^()]*\))?[」]?$")
_AS_IT_IS = {"現状維持", "現行維持"}
_UNCOUNTED = {"%", "倍", "ポイント", "点", "歳", ""}


def suggest_measures(text: str) -> tuple[str, ...]:
    return tuple(f"{measure.name}（{measure.unit}）" for measure in _fitting(text))


def _fitting(text: str) -> list[Measure]:
    return [measure for measure in _MEASURES if measure.topic.search(text)][:_SUGGESTED_AT_MOST] or [_FALLBACK]


def compose_questions(draft: Draft, missing: Iterable[str]) -> tuple[Question, ...]:
    ask = {"indicator": _ask_indicator, "baseline": _ask_baseline, "target": _ask_target, "deadline": _ask_deadline}
    return tuple(Question(str(part), ask[part](draft)) for part in missing)


def _ask_indicator(draft: Draft) -> str:
    examples = "、".join(measure.name for measure in _fitting(draft.text)[:2])
    return f"何がどう変われば達成といえますか。数字で測れるものを一つ挙げてください（例：{examples}）。"


def _ask_baseline(draft: Draft) -> str:
    last_year = fiscal_year_name(fiscal_year_of(draft.today) - 1)
    if not draft.has_indicator:
        return f"その数字は、{last_year}はいくつでしたか。"
    return f"{last_year}の{_subject(draft)}は{_how_many(draft)}でしたか。"


def _how_many(draft: Draft) -> str:
    unit = _level_unit(draft)
    return _amount(None, unit).replace(BLANK, "何") if unit else "いくつ"


def _ask_target(draft: Draft) -> str:
    if not draft.has_indicator:
        return "その数字を、いくつにすれば達成といえますか。"
    return f"{_subject(draft)}を{_how_many(draft)}にしますか。"


def _ask_deadline(draft: Draft) -> str:
    example = fiscal_year_name(fiscal_year_of(draft.today) + _YEARS_AHEAD_IN_EXAMPLES)
    return f"いつまでに達成しますか（例：{example}末）。"


def compose_rewrite(draft: Draft) -> str:
    if not draft.has_indicator:
        return _from_suggestion(draft)
    deadline = _deadline_phrase(draft.deadline)
    if draft.is_kept or draft.target in _AS_IT_IS:
        return f"{_subject(draft)}を、{deadline}まで{_level_to_keep(draft)}に保つ。"
    return f"{_subject(draft)}を、{_baseline_phrase(draft)}{deadline}までに{_aim(draft)}。"


def compose_note(draft: Draft, parts: Iterable[str]) -> str:
    """The text in its own words, followed by what was answered: where not enough is known for a sentence."""
    unit = _level_unit(draft)
    answers = {
        "indicator": f"指標：{draft.indicator}",
        "baseline": f"現状：{draft.baseline_when}{'の' if draft.baseline_when else ''}{_amount(draft.baseline, unit)}",
        "target": f"目標：{_target_phrase(draft)}",
        "deadline": f"期限：{_deadline_phrase(draft.deadline)}",
    }
    return f"{draft.text.strip().removesuffix('。')}（{'、'.join(answers[part] for part in parts)}）"


def _level_to_keep(draft: Draft) -> str:
    if draft.target in _AS_IT_IS:
        return f"現状の{_amount(draft.baseline, _level_unit(draft))}"
    return _target_phrase(draft)


def _aim(draft: Draft) -> str:
    if isinstance(draft.target, str) and draft.target not in WHOLE:
        return _word_predicate(draft.target)
    if draft.is_change and draft.target is not None:
        return f"{_amount(draft.target, draft.unit)}{'に' if draft.unit == '倍' else ''}{_verb(draft)}"
    return f"{_target_phrase(draft)}へ{_verb(draft)}"


def _from_suggestion(draft: Draft) -> str:
    measure = _fitting(draft.text)[0]
    last_year = fiscal_year_name(fiscal_year_of(draft.today) - 1)
    verb = _verb_for(measure.direction, measure.name, measure.unit)
    blank = f"{BLANK}{measure.unit}"
    return f"（例）{measure.name}を、{last_year}の{blank}から{_deadline_phrase(draft.deadline)}までに{blank}へ{verb}。"


def _subject(draft: Draft) -> str:
    name = draft.indicator or "この指標"
    unit = draft.unit.split("/")[0]
    if draft.target in WHOLE:
        if _RATES.search(name):
            return name
        return f"{name}した割合" if re.search(r"[をがにで]", name) else f"{name}の割合"
    if _IS_MEASURE.search(name) or unit in _UNCOUNTED or unit.startswith("位") or not re.search(r"[一-龥]", unit):
        return name
    return name if _DURATIONS.match(unit) or unit == "円" else f"{name}（{unit}数）"


def _level_unit(draft: Draft) -> str:
    if draft.baseline_unit:
        return draft.baseline_unit
    if draft.target in WHOLE:
        return "%"
    if draft.unit == "ポイント":
        return "%"
    is_relative = draft.unit == "倍" or (draft.is_change and draft.unit == "%")
    by_name = unit_by_heading("", draft.indicator)
    if is_relative:
        return "" if by_name == draft.unit else by_name
    return draft.unit or by_name


def _baseline_phrase(draft: Draft) -> str:
    if draft.is_kept:
        return ""
    if isinstance(draft.baseline, str):
        return f"{draft.baseline}で" if "比" in draft.baseline else f"{draft.baseline}から"
    when = draft.baseline_when or (
        fiscal_year_name(fiscal_year_of(draft.today) - 1) if draft.baseline is None else "現状"
    )
    return f"{when}の{_amount(draft.baseline, _level_unit(draft))}から"


def _target_phrase(draft: Draft) -> str:
    if draft.target in WHOLE - {"ほぼ全て"}:
        return "100%"
    note = f"（{draft.change_note}）" if draft.change_note else ""
    unit = _level_unit(draft) if draft.target is None else draft.unit
    return f"{_amount(draft.target, unit)}{note}"


def _word_predicate(word: str) -> str:
    if word in {"半減", "倍増", "全廃", "根絶", "撲滅", "黒字化", "均衡"}:
        return f"{word}させる" if word in {"半減", "倍増", "均衡"} else f"{word}する"
    if word.endswith(("維持", "を上回る", "を下回る")):
        return f"{word}水準とする" if word.endswith("る") else f"{word}する"
    return f"{word}にする"


def _verb(draft: Draft) -> str:
    unit = "%" if draft.target in WHOLE else draft.unit
    return _verb_for(draft.direction, draft.indicator, unit, by=draft.is_change and unit != "倍")


def _verb_for(direction: Direction, name: str, unit: str, *, by: bool = False) -> str:
    if direction is Direction.DECREASE:
        return "短縮する" if _DURATIONS.match(unit) else "削減する" if by else "減らす"
    if direction is Direction.INCREASE:
        if unit == "倍":
            return "増やす"
        return "高める" if unit in {"%", "ポイント", "点", "歳"} or _RATES.search(name) else "増やす"
    return "する" if by else "到達させる"


def _amount(value: Decimal | str | None, unit: str) -> str:
    """「年間3,600件」, 「◯分」"""
    if isinstance(value, str):
        return value
    measure, _slash, period = unit.partition("/")
    written = BLANK if value is None else format_number(value)
    often = _FREQUENCIES.get(period)
    return f"{often}{written}{measure}" if often else f"{written}{unit}"


def format_number(value: Decimal) -> str:
    """1,240 · 23万 · 1億2,300万"""
    whole = abs(value)
    if whole < _WRITE_IN_MYRIADS_FROM or whole % _MYRIAD:
        return f"{value:,f}"
    hundred_millions, myriads = divmod(int(whole) // _MYRIAD, _MYRIAD)
    written = (f"{hundred_millions:,}億" if hundred_millions else "") + (f"{myriads:,}万" if myriads else "")
    return f"-{written}" if value < 0 else written


def fiscal_year_name(year: int) -> str:
    if year < _REIWA_BEGINS:
        return f"平成{year - 1988}年度"
    return f"令和{'元' if year == _REIWA_BEGINS else year - 2018}年度"


def _deadline_phrase(deadline: date | None) -> str:
    if deadline is None:
        return f"令和{BLANK}年度末"
    if deadline == end_of_fiscal_year(fiscal_year_of(deadline)):
        return f"{fiscal_year_name(fiscal_year_of(deadline))}末"
    year = fiscal_year_name(deadline.year).removesuffix("度")
    if deadline == date(deadline.year, 12, 31):
        return f"{year}末"
    if deadline == end_of_month(deadline.year, deadline.month):
        return f"{year}{deadline.month}月末"
    return f"{year}{deadline.month}月{deadline.day}日"
