"""Departments and people of the fictional ひなた市."""

import random
from dataclasses import dataclass

from kiun.municipality.models import Role

DIVISIONS: dict[str, tuple[str, ...]] = {
    "市長公室": ("秘書課", "広報課"),
    "企画部": ("企画政策課", "DX推進課", "財政課", "情報システム課"),
    "総務部": ("総務課", "人事課", "契約管財課", "防災危機管理課"),
    "市民部": ("市民課", "税務課", "保険年金課", "市民協働課"),
    "福祉部": ("福祉課", "高齢介護課", "障害福祉課", "健康づくり課"),
    "こども部": ("こども政策課", "保育課"),
    "産業部": ("商工観光課", "農林課"),
    "都市建設部": ("都市計画課", "道路河川課", "建築住宅課", "上下水道課"),
    "環境部": ("環境課",),
    "教育委員会": ("学校教育課", "生涯学習課", "図書館"),
}
STAFF = 600
MAIN_OFFICE = "DX推進課"

SURNAMES = """
青木 赤松 秋山 浅野 東 荒井 有馬 飯島 池上 石垣 泉 市原 稲葉 岩瀬 上原 臼井 榎本 大沢 岡部 小川
奥村 尾崎 柏木 片桐 金沢 川端 神田 菊地 北川 木下 桐谷 熊谷 黒沢 桑原 小泉 河野 小松 坂井 桜井
佐々木 笹川 沢田 塩見 篠原 柴田 島崎 白石 杉浦 須藤 瀬川 高梨 滝沢 竹下 立花 谷口 田端 千葉 塚本 辻
土屋 堤 手塚 寺島 堂本 徳永 富田 豊田 長尾 中里 永井 夏目 成瀬 西尾 新田 沼田 野沢 萩原 橋爪 畑
八田 早川 原島 樋口 平塚 深沢 福井 藤沢 古川 細川 堀 本間 前川 牧野 増田 松浦 三浦 水野 宮下 村井
望月 森下 矢野 柳 山根 湯浅 吉岡 若林 渡会
""".split()  # noqa: SIM905 - a column of quoted words would hide them
GIVEN_NAMES = """
葵 明美 朝子 綾 功 一郎 栄治 恵理 修 香織 和夫 加奈 清 久美子 圭 健太 浩一 幸子 悟 早苗 茂 静香
俊 涼子 真一 進 聡 隆 拓海 武 千尋 強 哲也 智子 直樹 奈緒 信夫 則子 春香 久 秀樹 洋 文 誠 雅子
真由美 美咲 稔 睦 基 康夫 優 洋子 芳樹 理恵 良平 玲奈 亘
""".split()  # noqa: SIM905 - a column of quoted words would hide them


@dataclass(frozen=True)
class NamedPost:
    """Somebody the visitor can sign in as."""

    username: str
    name: str
    role: Role
    department: str
    title: str


ACCOUNTS = (
    NamedPost("midorikawa", "緑川 葵", Role.ADMIN, "DX推進課", "主査"),
    NamedPost("hinata", "日向 一郎", Role.EXECUTIVE, "秘書課", "市長"),
    NamedPost("kuroda", "黒田 恵理", Role.HEAD, "市民課", "課長"),
    NamedPost("shirai", "白井 健太", Role.MEMBER, "市民課", "主任"),
    NamedPost("aoyama", "青山 智子", Role.VIEWER, "財政課", "主事"),
    NamedPost("momoi", "桃井 浩一", Role.PARTNER, "", "株式会社ももい工房"),
    NamedPost("kogawa", "粉川 春香", Role.RESIDENT, "", "市民"),
)


def full_names(count: int, rng: random.Random) -> list[str]:
    """`count` distinct names, the same for the same generator."""
    every = [f"{surname} {given}" for surname in SURNAMES for given in GIVEN_NAMES]
    return rng.sample(every, count)
