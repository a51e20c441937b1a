"""Words that aim, and endings that report."""

import re

LEADS_TO = re.compile(
    r"(?:以上|以下|未満|程度|超|台|まで|前後|の大台)*[ ]?(?:に|へ|まで|と(?:し|す|な)|を(?:目指|めざ|目標|"
    r"達成|維持|上回|下回|超|突破|確保|切))"
)


PAST_END = re.compile(r"(?:[てっしれけせべめきぎりいえねげび]た|っだ|んだ|だった|であった|ました|でした)[」)〉\]]?$")


AIM = re.compile(
    r"目指|めざ|目標|したい|ていく|べき|見込|予定|方針|計画(?:だ|で|して|である)|掲げ|までに|努め|図る|"
    r"図り|ことと?する|こととし|必要|たい$|想定|状態を|期待"
)


ARROW = re.compile(r"→|->|=>|▶|►")

_QUOTED = re.compile(r"「[^」]*」")
_FORECAST = re.compile(r"(?:見込まれ|予測され|推計され|想定され|予想され|推計で|見通しで)")


def aims(words: str) -> bool:
    """What people said in quotation marks is not the aim of the plan."""
    return bool(AIM.search(_QUOTED.sub("", words)))


def forecasts(sentence: str) -> bool:
    """「約15%減少すると見込まれる」 foretells, it does not aim."""
    return bool(_FORECAST.search(sentence)) and not re.search(r"目指|目標", sentence)
