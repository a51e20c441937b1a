"""Names and texts as cells hold them: broken over lines, spaced out, repeated by a sign."""

import re
import unicodedata

SAME_AS_ABOVE = frozenset({"〃", "″", "同上", "々", '"', "上記同", "上に同じ", "上記に同じ"})
NOTHING = frozenset({"-", "－", "―", "—", "–", "‐", "ー", "なし", "(なし)", "（なし）", "該当なし", "未定", "…", "*"})

_IGNORED = re.compile(r"[\s・、。,.，．()（）「」『』【】\[\]\-‐–—―ー~〜／/:：;；_]+")
_UNIT_AT_END = re.compile(r"\s*[（(【\[]\s*(?:単位\s*[:：]?\s*)?(?P<unit>[^（()）【】\[\]\d\s]{1,6})\s*[)）】\]]\s*$")
_UNITS = frozenset(
    re.findall(
        r"\S+",
        "% ％ 人 名 件 回 円 千円 万円 百万円 億円 世帯 戸 校 園 社 者 団体 地区 箇所 か所 ヶ所 カ所 "
        "施設 業務 手続 手続き システム 種類 項目 点 位 倍 台 本 冊 枚 日 時間 分 秒 年 歳 km ha t "
        "kg ㎡ m² ポイント 課 部署 自治体 人/年 件/年 回/年 人日 分/件 万人 千人 万件 千件",
    )
)


def normal_name(text: str) -> str:
    """Two names are the same when nothing but widths, spaces and punctuation differs."""
    folded = unicodedata.normalize("NFKC", text).casefold()
    return _IGNORED.sub("", folded) or folded


def one_line(text: str) -> str:
    """A cell's line breaks only fit the text to its column; between Latin words they stand for a space."""
    joined = re.sub(r"(?<=[A-Za-z0-9,.])\s*[\r\n]+\s*(?=[A-Za-z0-9])", " ", text.strip())
    return re.sub(r"[\r\n]+[ \t　]*", "", joined)


def split_unit(name: str) -> tuple[str, str]:
    """指標名（単位：％） → 指標名, ％; other brackets belong to the name."""
    match = _UNIT_AT_END.search(name)
    if match and (match["unit"] in _UNITS or "単位" in match[0]):
        return name[: match.start()].strip(), normal_unit(match["unit"])
    return name, ""


def normal_unit(unit: str) -> str:
    plain = unit.strip().replace("％", "%")
    return "" if plain in NOTHING else plain
