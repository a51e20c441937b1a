"""Finds in a free text what may tell who wrote it or whom it is about, and puts a mark in its place.

It proposes, a person decides. Names are found when they are those of the town's people, when an honorific or a title
stands behind them, or when they are introduced (「担当：佐藤」); addresses by their blocks and house numbers.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from unicodedata import combining, normalize

from kiun.surveys.nobody import FAMILIES_LIKE_OFFICES, LIKE_SAMA, NOBODY, WORKERS


class Kind(StrEnum):
    """What stands in the text instead."""

    MAIL = "［メールアドレス］"
    URL = "［URL］"
    STAFF_NUMBER = "［職員番号］"
    PHONE = "［電話番号］"
    POSTAL_CODE = "［郵便番号］"
    ADDRESS = "［住所］"
    NAME = "［氏名］"


@dataclass(frozen=True)
class Known:
    """Of the town: its name, full names of its people with a blank before the given name, their staff numbers, and what
    its departments are called.
    """

    town: str = ""
    names: tuple[str, ...] = ()
    numbers: tuple[str, ...] = ()
    departments: tuple[str, ...] = ()


@dataclass(frozen=True)
class Found:
    """`start` to `end` of the original."""

    start: int
    end: int
    kind: Kind


KANJI = "一-鿿々〆"
KATAKANA = "ァ-ヴー"
HONORIFICS = "さん|さま|様|氏|殿|くん|君|ちゃん|先生"
TITLES = (
    "課長補佐|副市長|副町長|副村長|局長|部長|次長|課長|室長|所長|館長|園長|校長|教頭|教諭|係長|班長|主幹|主査|主任|主事|参事|補佐|理事|"
    "議員|市長|町長|村長|会長|社長|保健師|保育士|技師|専門員|推進員"
)
# Behind it: not the beginning of another word, but 佐藤先生方 is still 佐藤.
_BEHIND = rf"(?:{TITLES}|{HONORIFICS})(?!(?![方達等ら])[{KANJI}])"
WITH_HONORIFIC = re.compile(
    rf"(?P<name>[{KANJI}]{{1,6}}?|[{KATAKANA}]{{2,8}}|[A-Z][a-z]{{1,14}})\s?(?P<title>{_BEHIND})"
    # Names in hiragana only where they begin a phrase: そこにたくさん.
    r"|(?<![ぁ-んー])(?P<soft>[ぁ-ん]{2,5}?)(?:さん|さま|くん|ちゃん|先生)"
)
INTRODUCED = re.compile(
    rf"(?:担当者?|氏名|名前|上司|部下|記入者|回答者)\s?[:は]\s?(?P<name>[{KANJI}]{{2,4}}(?:\s[{KANJI}]{{1,3}})?)(?![{KANJI}])"
)
# Names of offices end so; 部, 室 and so on are ends of families too.
OFFICES = tuple("課係局校署院庁班")
MAYBE_OFFICES = tuple("部室所館園会")
LAST_OFFICE = re.compile("[課係局校署院庁班部室所](?=.)")

MAIL = re.compile(r"[A-Za-z0-9._%+-]+\s?@\s?[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+")
URL = re.compile(r"(?:https?://|www\.)[!-~]+", re.IGNORECASE)
STAFF_NUMBER = re.compile(r"職員(?:番号|コード|ID)\s?(?:は|:|が|=)?\s?(?P<it>[A-Za-z]{0,3}-?[0-9]{3,10})")
CODE = re.compile("[0-9A-Za-z-]+")
POSTAL_CODE = re.compile(r"〒\s?[0-9]{3}-?[0-9]{4}|(?<![0-9-])[0-9]{3}-[0-9]{4}(?![0-9-])")
PHONE = re.compile(
    r"(?<![0-9-])(?:0[0-9]{9,10}|(?:\+81[- ]?[0-9]{1,4}|\(0[0-9]{1,4}\)|0[0-9]{1,4})[- (]?[0-9]{1,4}[- )][0-9]{3,4})"
    r"(?![0-9-])"
    r"|内線(?:番号)?\s?[:は]?\s?(?P<it>[0-9]{2,6})"
)
NUMBER = "(?:[0-9]{1,4}|[一二三四五六七八九十百]{1,4})"
HOUSE = rf"(?:{NUMBER}番地?(?:の?{NUMBER})?(?:{NUMBER}号)?|{NUMBER}-{NUMBER}(?:-{NUMBER})?)"
BLOCK = rf"{NUMBER}丁目(?:{HOUSE}(?:号)?|{NUMBER})?"
LOT = rf"{NUMBER}番地(?:の?{NUMBER})?"
ROOM = rf"(?:\s?[{KANJI}{KATAKANA}A-Za-z]{{2,15}}?\s?[0-9]{{1,4}}号室?)?"
PREFECTURE = r"(?:北海道|東京都|(?:京都|大阪)府|[一-鿿]{2,3}県)"
# 3-2-1 and 3-2 are addresses behind a place only: not 資料3-2, not 10-12時.
DASHED = r"[0-9]{1,4}-[0-9]{1,4}(?:-[0-9]{1,4})?(?![0-9]|\s?[時日月年分回件人名歳%])"
SHORTEST_NUMBER, SHORTEST_NAME = 4, 2

MARK = re.compile(r"［[^［］\n]{1,20}］")


class Redactor:
    def __init__(self, known: Known) -> None:
        self.known = known

    def redact(self, text: str) -> str:
        """With a mark for all that was found."""
        shown, place = [], 0
        for one in self.find(text):
            shown += [text[place : one.start], one.kind.value]
            place = one.end
        return "".join([*shown, text[place:]])

    def find(self, text: str) -> list[Found]:
        """In the order of the text, without overlaps: what begins first, the longer of two that begin together."""
        plain, places = _folded(text)
        found: list[Found] = []
        for span in sorted(self._spans(plain), key=lambda one: (one.start, -one.end)):
            original = Found(places[span.start], places[span.end], span.kind)
            if not found or original.start >= found[-1].end:
                found.append(original)
        return found

    def _spans(self, plain: str) -> Iterator[Found]:
        patterns = ((MAIL, Kind.MAIL), (URL, Kind.URL), (STAFF_NUMBER, Kind.STAFF_NUMBER), (PHONE, Kind.PHONE))
        for pattern, kind in (*patterns, (POSTAL_CODE, Kind.POSTAL_CODE), (self._addresses, Kind.ADDRESS)):
            for match in pattern.finditer(plain):
                start, end = match.span("it") if match.groupdict().get("it") else match.span()
                yield Found(start, end, kind)
        for start, end in self._names(plain):
            yield Found(start, end, Kind.NAME)
        for match in CODE.finditer(plain):
            if match[0] in self._numbers:
                yield Found(*match.span(), Kind.STAFF_NUMBER)

    def _names(self, plain: str) -> Iterator[tuple[int, int]]:
        for match in WITH_HONORIFIC.finditer(plain):
            if match["soft"]:
                if match["soft"] not in NOBODY:
                    yield match.span("soft")
            elif name := self._somebody(match["name"], match["title"]):
                yield match.end("name") - len(name), match.end("name")
        for match in INTRODUCED.finditer(plain):
            if match["name"] not in NOBODY and not match["name"].endswith((*OFFICES, *MAYBE_OFFICES)):
                yield match.span("name")
        if known := self._known_names(plain):
            yield from (match.span() for match in known.finditer(plain))

    def _somebody(self, words: str, title: str) -> str:
        """The name at the end of `words` before a title, without the office before it; "" if it is nobody's."""
        cut = [match.end() for match in LAST_OFFICE.finditer(words) if words[match.end() :] not in {"員", "長"}]
        name = words
        if cut and words not in self._families and words not in FAMILIES_LIKE_OFFICES:
            name = words[cut[-1] :]
        if name in self._families or name in FAMILIES_LIKE_OFFICES:
            return name
        return "" if self._is_nobody(name, title) else name

    def _is_nobody(self, name: str, title: str) -> bool:
        if name in NOBODY or name.endswith(OFFICES) or (len(name) > 1 and name.endswith(WORKERS)):
            return True
        if title.startswith("様") and name.endswith(LIKE_SAMA):
            return True
        if re.match(HONORIFICS, title):
            return False
        of_an_office = any(one.endswith(name + title[0]) for one in self.known.departments)
        return of_an_office or name.endswith(MAYBE_OFFICES)

    @cached_property
    def _families(self) -> dict[str, set[str]]:
        """The given names of each family; of a name without a blank nobody knows where the family ends."""
        found: dict[str, set[str]] = {}
        for name in self.known.names:
            family, _blank, given = normalize("NFKC", name).strip().partition(" ")
            found.setdefault(family, set()).add(given.strip())
        return found

    def _known_names(self, plain: str) -> re.Pattern[str] | None:
        """Full names wherever they stand; family names of two letters or more where no other kanji touches them.

        Of tens of thousands only those that are in the text are looked for.
        """
        families = [name for name in self._families if name and name in plain]
        full, alone = [], []
        for family in families:
            given = {name for name in self._families[family] if name}
            if given:
                full.append(rf"{re.escape(family)}\s?(?:{_any_of(map(re.escape, given))})")
            if len(family) >= SHORTEST_NAME:
                alone.append(re.escape(family))
        only = [rf"(?<![{KANJI}])(?:{_any_of(alone)})(?![{KANJI}])"] if alone else []
        return re.compile("|".join([*full, *only])) if families and (full or only) else None

    @cached_property
    def _numbers(self) -> frozenset[str]:
        return frozenset(normalize("NFKC", one) for one in self.known.numbers if len(one) >= SHORTEST_NUMBER)

    @cached_property
    def _addresses(self) -> re.Pattern[str]:
        town = re.escape(self.known.town) if self.known.town else "(?!)"
        towns = rf"(?:{town}|[{KANJI}]{{1,5}}[市区町村郡])"
        start = rf"(?:{PREFECTURE})?{towns}{{0,3}}(?:大字|字)?"
        area = rf"(?:[{KANJI}]{{1,6}}|[{KATAKANA}]{{2,6}})"
        inside = rf"[{KANJI}{KATAKANA}ぁ-ん]{{0,8}}?"
        in_town = rf"(?:{PREFECTURE})?{towns}{{1,3}}(?:大字|字)?{inside}(?:{BLOCK}|{LOT}|{DASHED})"
        elsewhere = rf"{start}{area}(?:{BLOCK}|{LOT})|[{KANJI}]{{1,6}}(?:町|村|台|丘|条|通り?)\s?{DASHED}"
        return re.compile(rf"(?:{in_town}|{elsewhere}){ROOM}")


def keeps_the_words(original: str, shown: str) -> bool:
    """Whether `shown` differs from the original only by marks in place of words: nothing is put into a mouth."""
    first, *others = MARK.split(shown)
    if not others:
        return shown == original
    *middle, last = others
    place, end = len(first), len(original) - len(last)
    if place > end or not (original.startswith(first) and original.endswith(last)):
        return False
    for words in middle:
        place = original.find(words, place, end)
        if place < 0:
            return False
        place += len(words)
    return True


def _any_of(words: Iterable[str]) -> str:
    return "|".join(sorted(words, key=lambda word: (-len(word), word)))


def _folded(text: str) -> tuple[str, list[int]]:
    """The text in NFKC with plain hyphens between digits, and for each of its letters, and its end, where it stands."""
    plain: list[str] = []
    places: list[int] = []
    for start, letters in _clusters(text):
        folded = normalize("NFKC", letters)
        plain.append(folded)
        places += [start] * len(folded)
    return re.sub("(?<=[0-9])[‐‑‒–—―−ーの](?=[0-9])", "-", "".join(plain)), [*places, len(text)]


def _clusters(text: str) -> Iterator[tuple[int, str]]:
    """ｶﾞ are two letters that become one."""
    start = 0
    for place in range(1, len(text) + 1):
        if place == len(text) or not (combining(text[place]) or text[place] in "ﾞﾟ"):
            yield start, text[start:place]
            start = place
