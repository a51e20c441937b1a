"""The name of what is measured, and the unit a table leaves to its heading."""

import re

from kiun.analysis.goal_text.normalisation import DATE_MARK as D
from kiun.analysis.goal_text.normalisation import VALUE_MARK as V
from kiun.analysis.goal_text.statement import Statement
from kiun.analysis.goal_text.units import COUNTER
from kiun.analysis.goal_text.values import WHOLE, Value

MEASURE = (
    r"(?:割合|比率|件数|人数|回数|団体数|戸数|台数|時間数|日数|箇所数|か所数|施設数|満足度|認知度|理解度|"
    r"浸透度|達成度|幸福度|愛着度|関心度|重要度|習熟度|充実度|知名度|魅力度|信頼度|"
    r"待ち時間|処理時間|所要時間|勤務時間|労働時間|作業時間|業務時間|残業時間|対応時間|到着時間|排出量|"
    r"使用量|消費量|発生量|処分量|貸出冊数|排出原単位|残高|寿命|面積|容量|"
    r"スコア|指数|売上高|出荷額|産出額|消費額|寄附額|寄付額|収量|歩数|順位|通行量|(?<![効確])率|"
    r"(?<![多少複半手関無回件人])数(?![値学字十百千多回年々か理量式]))"
)
_LONGEST_NAME = 60
_MEASURE_HEAD = re.compile(rf"{MEASURE}(?:\([^()]*\))?[」]?$")
_CHANGE_OF = (
    r"(?:の|を)?(?:さらなる|更なる|一層の|大幅な|着実な)?(?:向上|増加|拡大|削減|減少|短縮|縮減|低減|抑制|改善|"
    r"上昇|引き?上げ|引き?下げ|増や|減ら|高め|上げ|下げ|縮め|抑え|伸ば|低下|把握|維持|公表)"
)
_NAMED = re.compile(
    rf"{MEASURE}(?:\([^()]*\))?[」]?(?:{_CHANGE_OF}|の(?:目標|推移|実績)|[はが][^。、]{{0,8}}(?:上昇|増加|"
    r"低下|減少|横ばい|改善|伸び))"
)
_EXPLICIT = re.compile(
    r"(?:指標名?|評価指標|成果指標|活動指標|KPI|KGI)[ ]?[】\]]?[:：・ ][ ]?"
    r"(?P<name>(?!単位|現状|目標|[|]|検討中|未定|なし|"
    r"設定|調整中|別途|-)[^:：/\n。【】|]{2,60})"
)
_EDGE = re.compile(r"^[\s|、。・:：/○●◎◆■□◇▪\-~→>※【】\[\]()]+|[\s|、。・:：/○●◆■□◇▪\-~→※【】\[(]+$")
_LEADING = re.compile(
    rf"^(?:[{D}](?:度|末|頃|時点|現在)?(?:まで|中|末)?(?:に|には|の|を|で|から|は|、|における|"
    r"とする)*(?:目途|めど|目処|目標)?(?:に|として|、|とし)*"
    r"|(?:今後|本市|本県|当市|当町|市|県|町|国|本計画)(?:は|では|の|、|に)+|(?:目標|現状|現在|現行|直近|"
    r"全国(?:最下位)?)(?:値)?(?:では|は|の|:|、|で)*|また、|さらに、|までに|(?:の|が(?!ん)|を|に(?=[一-龥ァ-ヴA-Za-z])|だった|であった|あった|に(?:低迷する|"
    r"とどまる|留まる|すぎない|過ぎない|おける|は))(?=.)|(?:約|累計|年間|平均|延べ)(?:で|の)?)+"
)
_OBJECT = re.compile(r"(?<=[一-龥ァ-ヴーA-Za-z)」り])(?:を|が(?!い))")
_TOPIC = re.compile(r"(?<=[一-龥ァ-ヴーA-Za-z)」ち])(?<!又)(?:は|について|に関して|も)")
_AFTER_VALUE = re.compile(
    r"(?:以上|以下|程度|超|すべて|全て)*(?P<link>の|を|で|に|"
    rf"が)?[ ]?(?P<object>[^。、\n{V}{D}をに()]{{0,40}}?)(?P<particle>を|に|"
    rf"が)?[ ]?(?P<verb>[一-龥ァ-ヴーA-Za-z]{{2,10}}?)(?:する|します|した|させ|され|し|を目指|でき|に取|"
    r"の達成|を行|$|[。、(])"
)
_UNIT_IN_NAME = re.compile(
    r"[(\[](?P<unit>%|[一-龥ァ-ヴー]{1,4}数?|[ a-zA-Z0-9/μ\-]{1,8}|億円|百万円|千円|[一-龥]{1,3}/[一-龥]{1,2})[)\]]"
)
_COUNTED = re.compile(rf"(?P<unit>{COUNTER})数(?:$|[(（の])")
_PEOPLE_COUNTED = re.compile(r"[者員]数")
_COUNTER_AT_END = re.compile(r"(?:経営体|団体|事業者|事業所|都市|市町村|自治体|施設|店舗|企業|校|社|地区)$")
_NOT_PERCENT = re.compile(r"出生率|死亡率|罹患率|発生率|有効求人倍率|倍率")
_NOT_UNITS = {
    "累計",
    "延べ",
    "男性",
    "女性",
    "平均",
    "年間",
    "全国",
    "県内",
    "市内",
    "名目",
    "実質",
    "合計",
    "単年",
    "目標",
    "現状",
    "実績",
    "案",
    "仮称",
    "再掲",
    "新規",
    "継続",
}


def name_indicator(statement: Statement, anchor: Value | None) -> tuple[int, int] | None:
    """The span of the indicator's name; without any value only a statement that is about a measure has one."""
    if explicit := _EXPLICIT.search(statement.skeleton):
        span = _trim(statement, *explicit.span("name"))
        if span and not _only_marks(statement, span):
            return _cut_at_label(statement, span)
    if anchor is None:
        return _named_measure(statement)
    if anchor.word in WHOLE and (span := _deed_for_all(statement, anchor)):
        return span
    for find in (_measure_near, _heading, _subject, _noun_before, _object_behind):
        if span := find(statement, anchor):
            return span
    return None


def _named_measure(statement: Statement) -> tuple[int, int] | None:
    whole = _trim(statement, 0, len(statement.text.rstrip()))
    if whole and _MEASURE_HEAD.search(statement.skeleton[slice(*whole)]) and whole[1] - whole[0] <= _LONGEST_NAME:
        return whole
    named = _NAMED.search(statement.skeleton)
    if not named:
        return None
    measure = re.compile(MEASURE + r"(?:\([^()]*\))?[」]?").match(statement.skeleton, named.start())
    end = measure.end() if measure else named.end()
    return _trim(statement, _phrase_start(statement.skeleton, named.start()), end)


def _measure_near(statement: Statement, anchor: Value) -> tuple[int, int] | None:
    """A noun that measures something (〜率, 〜件数, 〜割合), the nearest before the value, else the first after it."""
    start, end = statement.sentence_around(anchor.start)
    pattern = re.compile(MEASURE + r"(?:\((?:[^()\ue000\ue001]*)\))?[」]?(?![一-龥ァ-ヴ])")
    before = list(pattern.finditer(statement.skeleton, start, anchor.start))
    found = (
        before[-1]
        if before
        else pattern.search(statement.skeleton, anchor.end, end) or pattern.search(statement.skeleton)
    )
    if not found:
        return None
    return _trim(statement, _phrase_start(statement.skeleton, found.start()), found.end())


def _phrase_start(skeleton: str, place: int) -> int:
    """Back to where the noun phrase begins: a particle that opens a new phrase, a mark or a value ends the walk."""
    before = skeleton[:place]
    return max(
        (
            match.end()
            for match in re.finditer(
                rf"[。、\n{V}{D}:：【】/→]|(?<=[一-龥ァ-ヴー)」])(?<!又)(?:は|では|には|までに|として)|について|ため、?",
                before,
            )
        ),
        default=0,
    )


def _heading(statement: Statement, anchor: Value) -> tuple[int, int] | None:
    """What a table row or a label leads with: 「受講者:1,000人」「〜の設置【2023年度までに】」."""
    start, _end = statement.sentence_around(anchor.start)
    head = re.compile(rf"[^{D}{V}:：【\[]{{3,80}}(?=[ ]?(?:[:：【\[(]|[ ]|{D}|{V}))").match(statement.skeleton, start)
    if not head or re.search(r"[をはがにで]$", head.group().rstrip()):
        return None
    follows = statement.skeleton[head.end() : head.end() + 2].strip()
    if follows.startswith((V, D)) and not head.group().endswith((" ", "数", "率")):
        return None
    return _cut_at_label(statement, _trim(statement, head.start(), head.end()))


def _subject(statement: Statement, anchor: Value) -> tuple[int, int] | None:
    """The object stands nearest to the value; a topic may be the one who acts."""
    start, _end = statement.sentence_around(anchor.start)
    objects = list(_OBJECT.finditer(statement.skeleton, start, anchor.start))
    found = objects[-1] if objects else _TOPIC.search(statement.skeleton, start, anchor.start)
    if not found:
        return None
    return _trim(statement, _phrase_start(statement.skeleton, found.start()), found.start())


def _noun_before(statement: Statement, anchor: Value) -> tuple[int, int] | None:
    """「待機児童ゼロ」「フォロワー1万人」"""
    span = _trim(statement, _phrase_start(statement.skeleton, anchor.start), anchor.start)
    if span is None or span[1] - span[0] == 1 or re.search(r"[ぁ-ん]$", statement.skeleton[slice(*span)]):
        return None
    return span


def _object_behind(statement: Statement, anchor: Value) -> tuple[int, int] | None:
    start, end = statement.sentence_around(anchor.start)
    found = _AFTER_VALUE.match(statement.skeleton, anchor.end, end)
    if found and (found["object"] or found["verb"]):
        from_ = found.start("object") if found["object"] else found.start("verb")
        is_deed = anchor.word not in WHOLE and re.search(
            r"(?:化|整備|導入|設置|育成|策定|開催|雇用|誘致|時間)$", found["object"]
        )
        return _trim(statement, from_, found.end("object") if is_deed else found.end("verb"))
    return _trim(statement, start, anchor.start) or _trim(statement, anchor.end, end)


def _deed_for_all(statement: Statement, anchor: Value) -> tuple[int, int] | None:
    """「全ての申請手続をオンライン化する」 is measured by the share of 申請手続をオンライン化."""
    _start, end = statement.sentence_around(anchor.start)
    deed = re.compile(r"の?(?P<name>[^。\n()〉]{2,40}?)(?:する|します|した|させる|され|し、|を?完了|$|[。、(])").match(
        statement.skeleton, anchor.end, end
    )
    return _trim(statement, *deed.span("name")) if deed else None


def _cut_at_label(statement: Statement, span: tuple[int, int] | None) -> tuple[int, int] | None:
    if span is None:
        return None
    label = re.compile(rf"[ ]*[(○・]?(?:現状|基準値|目標|実績|現在|{D}|{V})").search(statement.skeleton, *span)
    return _trim(statement, span[0], label.start()) if label else span


def _trim(statement: Statement, start: int, end: int) -> tuple[int, int] | None:
    while True:
        phrase = statement.skeleton[start:end]
        lead = _LEADING.match(phrase)
        if lead and lead.end() and lead.end() < len(phrase):
            start += lead.end()
            continue
        stripped = _EDGE.sub("", phrase)
        if stripped == phrase or not stripped:
            break
        start += phrase.find(stripped)
        end = start + len(stripped)
    if (
        statement.skeleton[start:end].count("(") > statement.skeleton[start:end].count(")")
        and statement.skeleton[end : end + 1] == ")"
    ):
        end += 1
    span = (start, end)
    return None if start >= end or _only_marks(statement, span) else span


def _only_marks(statement: Statement, span: tuple[int, int]) -> bool:
    return not re.search(rf"[^\s{D}{V}:：()・]", statement.skeleton[slice(*span)])


def unit_by_heading(text: str, indicator: str) -> str:
    """「移住相談件数(件)」 gives 件, 「(事務数)」 gives 事務, and a 割合 is in %."""
    for match in _UNIT_IN_NAME.finditer(text):
        unit = match["unit"].strip()
        if unit not in _NOT_UNITS and not re.fullmatch(r"[RHS]?\d+|[A-Z]{2,}", unit):
            return unit.removesuffix("数") or unit
    if counted := _COUNTED.search(indicator):
        return counted["unit"]
    if _PEOPLE_COUNTED.search(indicator):
        return "人"
    if counter := _COUNTER_AT_END.search(indicator):
        return counter.group()
    if re.search(r"率|割合", indicator) and not _NOT_PERCENT.search(indicator):
        return "%"
    return ""
