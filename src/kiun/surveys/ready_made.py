"""Questions that come with Kiun, in our own wording. None has been validated: `origin` says so wherever they go.

What is asked stands in Japanese and English beside each other, because it becomes the town's own text and not that of
the interface.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from kiun.surveys.models import ItemKind

UNVALIDATED = "Kiunの作成（未検証の設問です。結果は目安としてお使いください）"


@dataclass(frozen=True, kw_only=True)
class ReadyItem:
    key: str
    kind: ItemKind
    text: str
    text_en: str
    help: str = ""
    help_en: str = ""
    is_required: bool = False
    offers_unknown: bool = True
    settings: dict[str, Any] = field(default_factory=dict)
    choices: tuple[tuple[str, str, str], ...] = ()
    rows: tuple[tuple[str, str, str], ...] = ()
    only_if: dict[str, Any] = field(default_factory=dict)

    def fields(self) -> dict[str, Any]:
        """Those of an `Item`."""
        return {
            "key": self.key,
            "kind": self.kind.value,
            "text": self.text,
            "text_en": self.text_en,
            "help": self.help,
            "help_en": self.help_en,
            "is_required": self.is_required,
            "offers_unknown": self.offers_unknown,
            "settings": dict(self.settings),
            "choices": _lines(self.choices),
            "rows": _lines(self.rows),
            "only_if": dict(self.only_if),
        }


def _lines(lines: Iterable[tuple[str, str, str]]) -> list[dict[str, str]]:
    return [{"key": key, "text": text, "text_en": english} for key, text, english in lines]


@dataclass(frozen=True, kw_only=True)
class ReadySection:
    title: str
    title_en: str
    items: tuple[ReadyItem, ...]


@dataclass(frozen=True, kw_only=True)
class ReadySet:
    slug: str
    name: str
    note: str
    sections: tuple[ReadySection, ...]
    origin: str = UNVALIDATED

    @property
    def items(self) -> tuple[ReadyItem, ...]:
        return tuple(item for section in self.sections for item in section.items)


def _scale(low: str, high: str, low_en: str, high_en: str) -> dict[str, Any]:
    return {"points": 5, "low": low, "high": high, "low_en": low_en, "high_en": high_en}


SATISFIED = _scale("とても不満", "とても満足", "very dissatisfied", "very satisfied")
AGREED = _scale("まったくそう思わない", "とてもそう思う", "strongly disagree", "strongly agree")


def _text(key: str, text: str, text_en: str, only_if: dict[str, Any] | None = None) -> ReadyItem:
    return ReadyItem(
        key=key,
        kind=ItemKind.LONG_TEXT,
        text=text,
        text_en=text_en,
        help="お名前や電話番号は書かないでください。",
        help_en="Please do not write names or telephone numbers.",
        offers_unknown=False,
        settings={"most": 1000},
        only_if=only_if or {},
    )


COUNTER = ReadySet(
    slug="counter",
    name="窓口・オンライン手続の満足度",
    note="手続を終えた人に、その場または直後に聞きます。満足度、かかった時間、手間の三つを毎回同じ言葉で聞き、変化を見ます。",
    sections=(
        ReadySection(
            title="今回の手続について",
            title_en="About today’s procedure",
            items=(
                ReadyItem(
                    key="way",
                    kind=ItemKind.SINGLE,
                    text="今回の手続はどのように行いましたか。",
                    text_en="How did you do it?",
                    is_required=True,
                    offers_unknown=False,
                    choices=(
                        ("counter", "窓口で", "at the counter"),
                        ("online", "オンラインで", "online"),
                        ("post", "郵送で", "by post"),
                        ("phone", "電話で", "by telephone"),
                    ),
                ),
                ReadyItem(
                    key="csat",
                    kind=ItemKind.SCALE,
                    text="今回の手続に、全体としてどのくらい満足していますか。",
                    text_en="All in all, how satisfied are you?",
                    is_required=True,
                    settings=SATISFIED,
                ),
                ReadyItem(
                    key="minutes",
                    kind=ItemKind.NUMBER,
                    text="始めてから終わるまで、およそ何分かかりましたか。",
                    text_en="About how many minutes did it take from beginning to end?",
                    help="待ち時間を含みます。移動の時間は含みません。",
                    help_en="With waiting, without the way.",
                    settings={"least": "0", "most": "600", "unit": "分"},
                ),
                ReadyItem(
                    key="visits",
                    kind=ItemKind.NUMBER,
                    text="この手続のために、役所に何回来ましたか。",
                    text_en="How often did you come to the town hall for it?",
                    help="来ていない場合は0と書いてください。",
                    help_en="Write 0 if you did not come.",
                    settings={"least": "0", "most": "50", "unit": "回"},
                ),
                ReadyItem(
                    key="effort",
                    kind=ItemKind.SCALE,
                    text="手続は簡単に済みましたか。",
                    text_en="Was it easy?",
                    settings=_scale("とても大変だった", "とても簡単だった", "very hard", "very easy"),
                ),
                ReadyItem(
                    key="hurdles",
                    kind=ItemKind.MULTIPLE,
                    text="手間に感じたことがあれば、選んでください。",
                    text_en="What was tiresome, if anything?",
                    offers_unknown=False,
                    choices=(
                        ("where", "どこで手続すればよいか分からなかった", "finding out where to go"),
                        ("papers", "必要な書類が多かった、分かりにくかった", "papers: too many, or unclear"),
                        ("same", "同じことを何度も書いた", "writing the same again and again"),
                        ("wait", "待ち時間が長かった", "waiting"),
                        ("words", "言葉や説明が難しかった", "difficult words"),
                        ("device", "画面や端末の操作が難しかった", "using the device"),
                        ("hours", "受付の時間に合わせにくかった", "opening hours"),
                    ),
                ),
                _text(
                    "better",
                    "よかったこと、こうなればよいと思うことを教えてください。",
                    "What was good? What should change?",
                ),
            ),
        ),
    ),
)  # fmt: skip

WORKSHOP = ReadySet(
    slug="workshop",
    name="研修・ワークショップの感想",
    note="終わったその場で聞きます。満足だけでなく、自分の仕事で使えるか、使うのに何が足りないかを聞き、次の支援を決めます。",
    sections=(
        ReadySection(
            title="今日の内容について",
            title_en="About today",
            items=(
                ReadyItem(
                    key="overall",
                    kind=ItemKind.SCALE,
                    text="全体としてどのくらい満足していますか。",
                    text_en="All in all, how satisfied are you?",
                    is_required=True,
                    settings=SATISFIED,
                ),
                ReadyItem(
                    key="contents",
                    kind=ItemKind.MATRIX,
                    text="次のことについて、どう思いますか。",
                    text_en="What do you think of the following?",
                    rows=(
                        ("level", "内容の難しさは自分に合っていた", "The level suited me"),
                        ("examples", "例は自分の仕事に近かった", "The examples were close to my work"),
                        ("talk", "ほかの人と話す時間は十分だった", "There was enough time to talk with others"),
                    ),
                    choices=(
                        ("no", "そう思わない", "no"),
                        ("rather_no", "あまりそう思わない", "rather no"),
                        ("rather_yes", "ややそう思う", "rather yes"),
                        ("yes", "そう思う", "yes"),
                    ),
                ),
                ReadyItem(
                    key="use",
                    kind=ItemKind.SCALE,
                    text="学んだことを、1か月以内に自分の仕事で使うと思いますか。",
                    text_en="Will you use something of it in your work within a month?",
                    is_required=True,
                    settings=_scale("使わないと思う", "使うと思う", "surely not", "surely"),
                ),
                ReadyItem(
                    key="needed",
                    kind=ItemKind.MULTIPLE,
                    text="使うために、あと何があるとよいですか。",
                    text_en="What would help you to use it?",
                    offers_unknown=False,
                    choices=(
                        ("time", "試す時間", "time to try"),
                        ("boss", "上司の理解", "a superior who understands"),
                        ("tools", "使える機器やソフト", "devices and software"),
                        ("advice", "相談できる人", "somebody to ask"),
                        ("colleagues", "一緒に取り組む仲間", "colleagues who join in"),
                        ("practice", "もう一度練習する機会", "another chance to practise"),
                    ),
                ),
                _text(
                    "wish",
                    "次に聞きたいこと、伝えたいことがあれば教えてください。",
                    "What would you like to hear next?",
                ),
            ),
        ),
    ),
)  # fmt: skip

PARTNERS = ReadySet(
    slug="partners",
    name="協働している企業・団体への調査",
    note="一緒に取り組んでいる企業や団体に、年に一度聞きます。進めやすさと成果の両方を聞き、役所の側の改善につなげます。",
    sections=(
        ReadySection(
            title="協働について",
            title_en="About working together",
            items=(
                ReadyItem(
                    key="together",
                    kind=ItemKind.MATRIX,
                    text="次のことについて、どう思いますか。",
                    text_en="What do you think of the following?",
                    rows=(
                        ("goal", "何を目指すのかが共有されている", "We share what is to be reached"),
                        ("person", "だれに相談すればよいかが分かる", "We know whom to ask"),
                        ("speed", "返事や決定は早い", "Answers and decisions come quickly"),
                        ("data", "必要な情報やデータが得られる", "We get the information and data we need"),
                    ),
                    choices=(
                        ("no", "そう思わない", "no"),
                        ("rather_no", "あまりそう思わない", "rather no"),
                        ("rather_yes", "ややそう思う", "rather yes"),
                        ("yes", "そう思う", "yes"),
                    ),
                ),
                ReadyItem(
                    key="worth",
                    kind=ItemKind.SCALE,
                    text="この協働は、貴社・貴団体にとって取り組む価値がありますか。",
                    text_en="Is it worth it for your organisation?",
                    is_required=True,
                    settings=AGREED,
                ),
                ReadyItem(
                    key="again",
                    kind=ItemKind.SINGLE,
                    text="来年度も一緒に取り組みたいと思いますか。",
                    text_en="Would you like to go on next year?",
                    is_required=True,
                    choices=(
                        ("more", "広げたい", "yes, with more"),
                        ("same", "同じように続けたい", "yes, as it is"),
                        ("change", "形を変えて続けたい", "yes, in another form"),
                        ("no", "続けない", "no"),
                    ),
                ),
                _text("why_not", "続けない理由を教えてください。", "Why not?", {"item": "again", "choices": ["no"]}),
                ReadyItem(
                    key="burdens",
                    kind=ItemKind.RANKING,
                    text="役所に改善してほしいことを、大切な順に三つまで選んでください。",
                    text_en="What should the town hall improve? Up to three, the most important first.",
                    offers_unknown=False,
                    settings={"most": 3},
                    choices=(
                        ("papers", "書類や手続の簡素化", "less paperwork"),
                        ("deciding", "決定の早さ", "quicker decisions"),
                        ("one_door", "窓口の一本化", "one person to talk to"),
                        ("data", "データの提供", "data"),
                        ("budget", "予算の見通し", "a view of the budget"),
                        ("story", "成果の発信", "telling of the results"),
                    ),
                ),
                _text("idea", "次に一緒にできそうなことがあれば教えてください。", "What could we do together next?"),
            ),
        ),
    ),
)

READY_SETS = (COUNTER, WORKSHOP, PARTNERS)


def ready_set(slug: str) -> ReadySet | None:
    return next((one for one in READY_SETS if one.slug == slug), None)


def ready_item(slug: str, key: str) -> ReadyItem | None:
    found = ready_set(slug)
    return next((item for item in found.items if item.key == key), None) if found else None
