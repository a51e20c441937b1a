"""What momentum is measured with: our own wording, along five beliefs about a change and room to act.

Nobody has validated the wording yet. Whoever measures with it is told so, and omega is calculated at the first wave of
150 people.
"""

from dataclasses import dataclass

LOW, HIGH = "全くそう思わない", "とてもそう思う"
LOW_EN, HIGH_EN = "Strongly disagree", "Strongly agree"
POINTS = 5


@dataclass(frozen=True)
class Asked:
    """A scale item; `in_pulse` also in the short form that is asked each quarter."""

    key: str
    text: str
    text_en: str
    in_pulse: bool = False


STAFF = (
    Asked(
        "W1", "今の仕事の進め方には、変えるべきところがある", "Some of the ways we work need to change", in_pulse=True
    ),
    Asked(
        "W2",
        "今のままでは、住民サービスを続けることが難しくなる",
        "If nothing changes, services for residents will be hard to keep up",
    ),
    Asked(
        "W3",
        "DXで何を解決しようとしているのか、自分の言葉で説明できる",
        "I can say in my own words what our digital transformation is meant to solve",
    ),
    Asked(
        "A1",
        "進められている取組は、職場で本当に困っていることに合っている",
        "What is being done fits what really troubles us at work",
        in_pulse=True,
    ),
    Asked(
        "A2",
        "使うことになる道具や手順は、実際の仕事の流れに合っている",
        "The tools and procedures fit the way our work really goes",
    ),
    Asked("A3", "何を先に進めるかという順番に納得している", "I agree with what is done first"),
    Asked("E1", "新しいやり方になっても、自分は対応できる", "I can cope with new ways of working", in_pulse=True),
    Asked(
        "E2",
        "やり方が分からないとき、身近に聞ける人がいる",
        "When I do not know how, there is somebody near whom I can ask",
    ),
    Asked("E3", "自分の課は、決めた変更を最後までやり切れる", "My section carries through the changes it decides on"),
    Asked(
        "P1",
        "所属長は、取組を進めやすくしてくれている",
        "The head of my department makes it easy to move forward",
        in_pulse=True,
    ),
    Asked("P2", "首長や幹部は、言ったとおりに行動している", "The mayor and the executives do what they say"),
    Asked(
        "P3",
        "試してみてうまくいかなくても、責められることはない",
        "Nobody is blamed for trying something that does not work out",
    ),
    Asked(
        "V1",
        "取組によって、自分の仕事は楽になる、又は良くなると思う",
        "What is being done makes my work easier or better",
        in_pulse=True,
    ),
    Asked("V2", "協力した人は、きちんと認められている", "Those who help are recognised for it"),
    Asked("V3", "住民の役に立っていると実感できる", "I can feel that residents benefit"),
    Asked("T1", "取り組むための時間が、勤務時間の中にある", "There is time for it within working hours", in_pulse=True),
    Asked(
        "T2",
        "古いやり方と新しいやり方を両方行う負担は、抑えられている",
        "Doing things both the old and the new way is kept to a minimum",
    ),
    Asked("T3", "仕事をやめる、減らすという判断が行われている", "It is decided which work to stop or reduce"),
    Asked(
        "I1",
        "この3か月のうちに、自分の課で何か一つ試すつもりである",
        "I mean to try something in my section within the next three months",
        in_pulse=True,
    ),
    Asked(
        "S1",
        "この調査で、自分の回答だと知られることはないと思う",
        "I trust that nobody can find out what I answer here",
        in_pulse=True,
    ),
)

RESIDENTS = (
    Asked(
        "W1",
        "市役所・町村役場の手続やサービスは、もっと便利に変わる必要がある",
        "Services and procedures of the town hall need to become easier",
    ),
    Asked(
        "A1",
        "進められているデジタル化は、暮らしの困りごとに合っている",
        "What is being digitised fits what troubles us in daily life",
    ),
    Asked("E1", "オンラインなどの新しい手続のやり方を、自分は使える", "I can use new ways such as online procedures"),
    Asked(
        "P1",
        "やり方が分からないとき、窓口や電話で助けてもらえる",
        "When I do not know how, I get help at the counter or by telephone",
    ),
    Asked("V1", "デジタル化によって、暮らしは便利になっている", "Digitisation is making daily life easier"),
    Asked("T1", "手続にかかる時間や手間は、減ってきている", "Procedures are taking less time and trouble than before"),
)

PARTNERS = (
    Asked(
        "W1", "行政の仕事の進め方には、変えるべきところがある", "Some of the ways the town hall works need to change"
    ),
    Asked(
        "A1",
        "示されている課題は、自社（団体）の力を生かせる内容である",
        "The challenges that are put forward are ones to which we can contribute",
    ),
    Asked(
        "E1",
        "行政との新しい仕事の進め方に、自社（団体）は対応できる",
        "We can cope with new ways of working with the town hall",
    ),
    Asked("P1", "行政の担当者は、提案や相談に応じてくれる", "The people in charge respond to proposals and questions"),
    Asked(
        "V1",
        "行政との取組は、自社（団体）にとっても意味がある",
        "Working with the town hall is worth while for us, too",
    ),
    Asked(
        "T1",
        "行政との取組に、人と時間を割く余裕がある",
        "We have people and time to spare for working with the town hall",
    ),
)

BARRIER, KEEP = "barrier", "keep"
TEXTS = (
    (BARRIER, "今、一番の妨げになっていることは何ですか", "What stands in the way most at the moment?"),
    (KEEP, "続けてほしいこと、広げたいことは何ですか", "What should go on, or spread?"),
)
INTENTION, TRUST = "I1", "S1"
