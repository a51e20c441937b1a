"""Quantities and target words in a statement; numbers that measure nothing (第3次, 1人1台, 22の取組) are left out."""

import re
from dataclasses import dataclass, replace
from decimal import Decimal
from itertools import zip_longest

from kiun.analysis.goal_text.normalisation import DATE_MARK as D
from kiun.analysis.goal_text.normalisation import VALUE_MARK
from kiun.analysis.goal_text.numerals import KANJI_NUMBER, NUMBER, parse_number
from kiun.analysis.goal_text.units import FREQUENCY_BEFORE, UNIT, canonical_unit, frequency_of


@dataclass(frozen=True, slots=True)
class Value:
    start: int
    end: int
    number: Decimal | None
    word: str = ""
    unit: str = ""
    is_structure: bool = False
    """「22の取組」「5分野」: counts parts of the plan; a target only when a label says so."""


WHOLE = frozenset({"全て", "ほぼ全て", "全域"})
_WORDS = re.compile(
    r"(?P<halve>半減|半分(?=に(?:す|し|減|短|圧|抑|$)|以下))|(?P<double>(?<!所得)倍増(?!計画))|"
    r"(?P<zero>(?:実質|ほぼ|限りなく)?(?:ゼロ|0(?=に(?:す|し|な|近)))(?!カーボン|エミッション|トラスト|"
    r"メートル|から|ベース|予算|コロナ|[ァ-ヴ]))"
    r"|(?P<parity>均衡(?!の?取れ|のと|ある)|黒字化|全廃|根絶|撲滅)"
    r"|(?P<comparison>(?:全国|県|国|県内|道内|府内|都内|類似団体|同規模自治体|政令市)の?平均(?:値)?(?:以上|"
    r"以下|並み|並|水準|を上回る|を下回る|を超え)|前年度?(?:実績)?(?:以上|以下|を上回る|を下回る|同水準|"
    r"並み)|(?:現状|現行|基準値|策定時)(?:維持|以上|以下|水準の維持)|過去最[高多少低小](?!と?なっ|を更新し)|戦後最[少小]|日本一(?!の|高|大|長|深)|"
    r"過半数|半数以上)"
    r"|(?P<all>(?:ほぼ)?(?:全て|すべて|全)(?:の(?!人|方|皆|世代|住民の|国民の|市民が安|主体|子ども|生き|源|"
    r"情報|業務で$))?)(?=(?P<object>[^。、\n()はをがにでへ]{0,24}))"
    r"|(?P<area>(?:市|町|村|県|区|都)内?全(?:域|土))"
    r"|(?P<fraction>(?P<denominator>\d{1,3}|[二三四五十])分の(?P<numerator>\d{1,2}|一))"
)
_COUNTABLE = re.compile(
    r"(?:手続き?|申請|届出?|様式|帳票|書類|業務|事務|システム|サービス|施設|学校|校|クラス|教室|学級|"
    r"公民館|図書館|避難所|庁舎|支所|出張所|窓口|課|係|部署|部局|所属|局|会議|審議会|職員|教職員|教員|"
    r"管理職|世帯|戸|地区|地域|集落"
    r"|自治会|町内会|市町村|市町|市区町村|団体|自治体|区|園|保育所|事業者|事業所|企業|病院|路線|車両|"
    r"公用車|バス|端末|駅|橋梁|トンネル|台帳|文書|児童|生徒|児童生徒|小学生|中学生|県民|市民|町民|区民|"
    r"村民|都民|府民|道民|住民|国民|対象者|世帯主|母子|妊婦|高齢者|項目|事業|施策|案件|契約|入札|議案|工事|"
    r"補助金|料金|使用料|手数料|公共施設|照明|街路灯|拠点|センター)(?:等)?$"
)
_PEOPLE_AT_LARGE = re.compile(r"(?:県民|市民|町民|区民|村民|都民|府民|道民|住民|国民|高齢者)$")
_REACHES_ALL = re.compile(
    r"オンライン化|電子化|デジタル化|受講|修了|受け|導入|設置|配備|整備|配置|配布|対応|移行|開催|実施|"
    r"標準化|公開|保有|取得|利用(?:でき|可能)?|活用|完了|義務化|適用|展開|普及|交付|策定|作成|点検|耐震化|"
    r"キャッシュレス|LED|切り?替え|転換|更新|参加|広げ|拡大|可能|無償|接続|委託|廃止|見直|開始|終え|完備|"
    r"登録|ペーパーレス|加入"
)
_WORD_WITH_ALL = re.compile(r"国|体|庁(?!舎)|般|世|部(?!署|局)|員参|力|面|性|身|容|長|\d|[ ]|数|量|年|線")
_SLOGAN_AFTER_ALL = re.compile(r"安心|幸せ|輝|意識|行動変革|活躍|寄り添|暮らせ|笑顔|豊か|一丸|支え合|心がけ|目線")

_CELL_BEFORE = re.compile(rf"(?:→|->|=>|[:】]|目標値?|{D}末?)[ ]?$")
_ACHIEVED = re.compile(
    r"化|整備|導入|設置|育成|養成|確保|創出|増|減|達成|実施|開催|受講|登録|参加|採用|雇用|配置|策定|作成|"
    r"獲得|誘致|公開|移行|目指|めざ|目標|認定|修了|取得|成立|成約|締結|利用|支援|向上|短縮|延伸|圧縮|抑|"
    r"上げ|下げ|維持|達し|超え|生み|集め|受け|提供|供給|販売|出荷|解消|耐震|更新|改修|改築|廃止|統合"
)

_NUMBER = re.compile(
    rf"(?P<sign>[▲±+]|(?<![\d%A-Za-z{D}])-(?=\d))?(?P<number>(?<![\d.A-Za-z])(?<![^)],)(?<!\d[十百千万億兆]){NUMBER}|"
    rf"(?<![第一二三四五六七八九十百千万唯統無]){KANJI_NUMBER}(?=割|倍|件|か所|箇所|施設|団体|業務|社|校))"
)
_ORDINAL_BEFORE = re.compile(
    r"(?:第|Ver\.?|ver\.?|No\.?|no\.?|№|図|表|別表|様式|資料|ISO[ /]?|JIS[ ]?[A-Z]?[ ]?|IPv|レベル|"
    r"ステップ|フェーズ|ステージ|ゴール|マグニチュード|震度|国道|県道|Society[ ]?|Web|Wi-Fi[ ]?|"
    r"Windows[ ]?|Microsoft[ ]?|Office[ ]?|PM|CO|基本目標|基本方針|基本施策|施策|重点戦略|戦略|方針|柱|"
    rf"プロジェクト|政策|[A-Za-z][-_.]?|{D}法律第|Step|STEP|Phase|p\.?|P\.?|条|項|\d-|\d:|\d時|[1一]人|"
    r"\d[市区町])[ ]?$"
)
_BUDGET_BEFORE = re.compile(
    r"(?:事業費|予算額?|予算規模|補助上限|上限額?|資本金|交付額|交付金額|契約額|概算|総工費|工事費|"
    r"投資額)(?:は|:|の|が|として|[ ])?(?:約|計|[ ])*$"
)
_LABELLED_NUMBER = re.compile(
    rf"(?:値|目標|現状|実績|現在|{D}末?の?|[→:】\]={VALUE_MARK}]|->|[をはがに]|から|\)[,、]|率|数|度|指数|寿命|平均|"
    r"スコア|\)|累計|計|で)[ ]?(?:[=:|/]|約|概ね|おおむね|平均|累計|延べ|[ ])*$"
)
_BARE_TAIL = re.compile(
    r"[ ]*(?:以上|以下|以内|未満|程度|前後|超|台|→|->|=>|[(),、。|~;\]】/\n]|から|に(?!わた|つい|お|1)|へ|"
    r"まで|と(?:し|す)|を(?:目|達|維|上|下|超)|だった|である|で(?:ある|し|す)|ポ|増|減|[ ]+[^\d ]|[ ]\d|$|"
    rf"{D})"
)
_NOT_A_QUANTITY_AFTER = re.compile(
    r"(?:つの|つ(?!に)|人[1一]台|日[1一]|人ひとり|者択|対[1一]|次(?!救|医)|番|号|条|項(?!目)|章|節|版|"
    r"期(?!間)|丁目|年生|年[次目間前ぶ]|学期|等|級|階|合目|時(?!間)|G(?![A-Za-z])|K(?![A-Za-z])|"
    r"D(?![A-Za-z])|[xX×]\d|:\d\d|代(?!目)|世紀|大(?!学|会)|か条|本柱|本の柱|者協|者間|段階|点満点|分間隔|"
    r"級地|度(?![以に以])|連[覇続]|[-/]\d)"
)
_PER_UNIT_AFTER = re.compile(
    r"(?:当たり|あたり|につき|ごと|毎に|おき|に(?:1|一)(?:度|回|人|校|か所|箇所|名|件|台)|ぶり|連続|間保|"
    r"満点|を一つ|につ)"
)
_MODIFIER_AFTER = re.compile(
    r"(?:(?:以上|以下|未満)?の(?:高齢者|児童|子ども|方|市民|住民|女性|男性|者|人口|世帯|職員|都市|"
    r"市(?!民満|内総)|町|まち|本市|自治体の)|(?:規模|クラス)の|(?:サービス|回線|対応(?!件|数|率)|世代)|"
    r"以上児|未満児|児|と(?:連携|協力|共同|一体|協働|締結)|から(?:なる|成る|構成)|で構成|に及ぶ|にまたが|"
    r"を(?:擁|抱え|所管|有する)|(?=を対象|を中心)|\d+[町村区]|の(?:確率|柱|視点|ゴール|基本|重点|方針|原則|"
    r"目標|ステップ|テーマ|力|観点|領域|戦略|方向|段階|プラン))"
)
_AGE_MODIFIER_AFTER = re.compile(
    r"(?:以上|以下|未満|代|児|から|時点)?(?:の|高齢|人口|児|を対象|~|)(?!に|へ|まで|延|以|を目|$|[ 、。)(→])"
)
_LENGTH_AFTER = re.compile(r"(?:間)?(?:に|へ|まで|以[上下内]|未満|程度|延|短|[ 、。()→]|以|$|から|を)")
_OPEN_CLOCK_RATE = re.compile(r"時間(?:\d{2,3}日|体制|対応|営業|利用|受付|いつでも|365|型)")
_STRUCTURE_UNIT = re.compile(
    r"取組|取り組み|施策|分野|項目|柱|本柱|方針|視点|戦略|領域|テーマ|事業|プロジェクト|原則|目標|"
    r"政策|プラン|アクション|観点|重点|指標"
)


def find_values(masked: str) -> tuple[Value, ...]:
    """`masked` is the normalised statement with every date blotted out."""
    values = [value for match in _WORDS.finditer(masked) if (value := _word(match, masked))]
    seen = masked
    for match in _NUMBER.finditer(masked):
        if any(value.start < match.end("number") and match.start("number") < value.end for value in values):
            continue
        value = _quantity(match, masked, seen)
        if value:
            values.append(value)
            seen = seen[: value.start] + VALUE_MARK * (value.end - value.start) + seen[value.end :]
    return _share_units(sorted(values, key=lambda value: value.start), masked)


def _share_units(values: list[Value], text: str) -> tuple[Value, ...]:
    """「70~80%」: both ends of a range are percentages."""
    return tuple(
        replace(value, unit=follower.unit)
        if follower and not value.unit and not value.word and text[value.end : follower.start] == "~"
        else value
        for value, follower in zip_longest(values, values[1:])
    )


def _word(match: re.Match[str], text: str) -> Value | None:
    if match["all"]:
        return _all_of(match, text)
    if match["fraction"]:
        word = f"{parse_number(match['denominator'])}分の{parse_number(match['numerator'])}"
        return Value(match.start(), match.end(), None, word)
    if match["area"]:
        sentence = re.split(r"[。\n]", text[match.end() :], maxsplit=1)[0]
        return Value(match.start(), match.end(), None, "全域") if _REACHES_ALL.search(sentence) else None
    word = "ゼロ" if match.group() == "0" else match.group()
    return Value(match.start(), match.end(), None, word)


def _all_of(match: re.Match[str], text: str) -> Value | None:
    """「全ての手続をオンライン化」 sets a target; 「全ての市民が安心して」 is a slogan."""
    start, end = match.span("all")
    nouns = _nouns_after_all(match)
    if _is_part_of_a_word(match, text) or not (nouns or re.match(r"に(?:オンライン|導入|設置)", text[end:])):
        return None
    value = Value(start, end, None, "ほぼ全て" if match["all"].startswith("ほぼ") else "全て")
    is_cell = _CELL_BEFORE.search(text[:start]) and re.match(r"[ 。)]|$", text[end + len(match["object"]) :])
    return value if is_cell or _is_reachable(nouns, match["all"], text, end) else None


def _is_part_of_a_word(match: re.Match[str], text: str) -> bool:
    """全国, 全体, 全般 …; 安全, 保全, 完全 …"""
    start, end = match.span("all")
    if not match["all"].endswith("全"):
        return False
    return bool(_WORD_WITH_ALL.match(text, end)) or (start > 0 and text[start - 1] in "安健保完万")


def _nouns_after_all(match: re.Match[str]) -> list[str]:
    stop = r"[のとやがをにでへはも]"
    phrase = re.split(stop, match["object"])[0] if match["all"] == "全" else match["object"]
    nouns = [part for part in re.split(r"[のとや・〉》」]|に関|について", phrase) if part]
    return nouns if any(_COUNTABLE.search(noun) for noun in nouns) else []


def _is_reachable(nouns: list[str], said: str, text: str, end: int) -> bool:
    sentence = re.split(r"[。\n]", text[end:], maxsplit=1)[0]
    if _SLOGAN_AFTER_ALL.search(sentence) or not _REACHES_ALL.search(sentence):
        return False
    at_large = bool(nouns) and _PEOPLE_AT_LARGE.search(nouns[0])
    return not at_large or D in text or "ほぼ" in said or "%" in text


def _quantity(match: re.Match[str], text: str, seen: str) -> Value | None:
    start, end = match.start("number"), match.end("number")
    before, after = text[max(0, start - 16) : start], text[end : end + 24]
    if _ORDINAL_BEFORE.search(before) or _BUDGET_BEFORE.search(before):
        return None
    number = parse_number(match["number"]) * (-1 if _is_negative(match) else 1)
    if special := _special(number, start, end, after):
        return special
    if _NOT_A_QUANTITY_AFTER.match(after) or _OPEN_CLOCK_RATE.match(after):
        return None
    unit = UNIT.match(after)
    return _measured(match, text, number, unit) if unit else _bare_number(match, text, seen, number)


def _is_negative(match: re.Match[str]) -> bool:
    return match["sign"] in {"▲", "-"}


def _special(number: Decimal, start: int, end: int, after: str) -> Value | None:
    """3割 is 30%; 2倍 and 5位以内 have grammars of their own."""
    if share := re.match(r"割(?:(\d)分)?(?!引|合|当)", after):
        return Value(start, end + share.end(), number * 10 + Decimal(share.group(1) or 0), unit="%")
    if multiple := re.match(r"倍(?!増計|率)(増)?", after):
        return Value(start, end + multiple.end(), number, unit="倍")
    if rank := re.match(r"位(以内)?(?!置|階)", after):
        return Value(start, end + rank.end(), number, unit="位" + (rank.group(1) or ""))
    return None


def _bare_number(match: re.Match[str], text: str, seen: str, number: Decimal) -> Value | None:
    """A table cell without a unit; list numbers look alike, so its neighbours must speak for it."""
    start, end = match.span("number")
    before, after = seen[:start], text[end:]
    if not _LABELLED_NUMBER.search(before[-14:]) or not _BARE_TAIL.match(after):
        return None
    if re.search(r"\($", before) and re.match(r"\d{0,2}\)", after):
        return None
    return Value(match.start() if _is_negative(match) else start, end, number)


def _measured(match: re.Match[str], text: str, number: Decimal, unit: re.Match[str]) -> Value | None:
    start, end = match.span("number")
    written = canonical_unit(unit.group())
    end += unit.end()
    tail = text[end : end + 24]
    before = text[max(0, start - 14) : start]
    if _only_describes(written, number, before, tail) or _names_a_group(written, text[end:]):
        return None
    frequency = FREQUENCY_BEFORE.search(before)
    if frequency and written not in {"%", "ポイント"} and "/" not in written:
        written = f"{written}/{frequency_of(frequency)}"
    if match["sign"] == "▲" and re.match(r"(?:の)?(?:改善|減|削減|低下|縮減|短縮)", tail):
        number = abs(number)
    first = match.start() if _is_negative(match) else start
    return Value(first, end, number, unit=written, is_structure=bool(_STRUCTURE_UNIT.fullmatch(written)))


def _only_describes(unit: str, number: Decimal, before: str, tail: str) -> bool:
    """The number tells what kind of thing is meant: 65歳以上の高齢者, 1日当たり, スマホ1台で, 35市町村と連携."""
    return bool(
        _PER_UNIT_AFTER.match(tail)
        or _MODIFIER_AFTER.match(tail)
        or (number == 1 and re.match(r"で(?:完結|済|でき|すべて|全て)", tail))
        or (unit == "人" and tail.startswith(("口", "称", "類", "材")))
        or (unit == "歳" and (_AGE_MODIFIER_AFTER.match(tail) or before.endswith("~")))
        or (unit in {"年", "日"} and not _LENGTH_AFTER.match(tail))
        or (unit == "年" and tail.startswith("以内"))
    )


def _names_a_group(unit: str, rest: str) -> bool:
    """「職員1,200人の挑戦」; 「20業務の標準化」 counts something done."""
    sentence = re.split(r"[。\n]", rest, maxsplit=1)[0]
    counts = unit not in {"%", "ポイント", "倍"} and "/" not in unit
    return counts and bool(re.match(r"の(?!ペース|割合|水準|頻度)", rest)) and not _ACHIEVED.search(sentence)
