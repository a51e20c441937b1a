"""Counters and measures that follow a number in plans, and the frequencies that go with them."""

import re

_MEASURES = (
    "t-CO2eq t-CO2 tCO2 kg-CO2 kgCO2 km2 km kWh MWh GWh TWh kW MW GW kcal kL kl kg mg/L mg/l mg m2 m3 mm cm m "
    "ha TB GB MB Gbps Mbps TJ GJ MJ PJ PV dB μg ml mL L g t W ℃ °C トン キロメートル メートル キログラム "
    "グラム キロワット ヘクタール リットル ヘルツ 円 ドル ポイント pt 歩 秒 時間 週間 か月 カ月 ヶ月 ヵ月"
)
_COUNTERS = (
    "名 件 団体 事務 業務 箇所 個所 か所 カ所 ヶ所 ヵ所 ケ所 ヵ国 か国 カ国 ヶ国 カ国語 か国語 施設 校 園 社 "
    "事業所 事業者 企業 店舗 店 組織 団 組 世帯 戸 棟 室 台 基 本 冊 点 枚 部署 部局 部門 部 通 回線 回 路線 "
    "地区 地域 区域 区間 圏域 市町村 市区町村 自治体 都市 市町 市 町村 町 村 県 都道府県 言語 種類 種 品目 品 "
    "項目 分野 施策 事業 取組 取り組み プロジェクト システム サービス アプリ データセット 手続き 手続 様式 "
    "帳票 講座 コース 頭 匹 羽 株 泊 便 両 隻 床 区画 口 票 文字 字 ページ 経営体 組合 法人 集落 支所 課 "
    "ユーザー アカウント ライセンス ダウンロード フォロワー 事例 例 曲 クラブ チーム グループ サークル 拠点 "
    "段 席 日 分 歳 人 人泊 人日 個 駅 港 橋 河川 か年 枠 講義 科目 単位 学級 クラス 学校 小中学校 小学校 中学校 教室 "
    "品種 ヶ村 小学校区 中学校区 学区 行政区 自治会 町内会 公民館 図書館 病院 医療機関 保育所 避難所 窓口 "
    "案件 テーマ ケース 機関 大学 銘柄 商品 作品 エリア モデル ルート スポット コンテンツ イベント ポスト "
    "ステーション 農家 漁協 商店街 万 周 年 箱 袋 面 艘 列 対 式 世代 ブース 税目"
)
_PER = (
    r"(?:[/／](?:年度|年|か月|月|週|日|時間|時|人・日|人日|人|世帯|回|件|戸|台|校|施設|km2|km|m2|m3|ha|kWh|"
    r"kg|t|g|L|l))"
)


def _longest_first(words: str) -> str:
    return "|".join(re.escape(word) for word in sorted(set(words.split()), key=len, reverse=True))


COUNTER = _longest_first(_COUNTERS)
KNOWN_UNIT = rf"(?:{_longest_first(f'{_MEASURES} {_COUNTERS}')}){_PER}?"
_NOT_A_UNIT = (
    r"以上|以下|以内|以外|未満|程度|前後|超|増|減|達成|実施|整備|導入|設置|育成|策定|削減|向上|短縮|開催|"
    r"確保|目標|現状|現在|目途|予定|配置|配備|拡大|維持|"
    r"公開|作成|創出|養成|登録|認定|移行|強|弱|台|目|約|累計|延|平均|基準|実績|年|万|億|千|分の|割|代|期|"
    r"次|第|から|上昇|低下|改善|了|完|比|度|時点|等|相当|分(?!団|野|館|校|署)|化"
)
GENERIC_UNIT = (
    rf"(?:(?!{_NOT_A_UNIT})[ァ-ヴー]){{2,8}}(?:(?!{_NOT_A_UNIT})[一-龥々]){{0,3}}|"
    rf"(?:(?!{_NOT_A_UNIT})[一-龥々]){{2,4}}"
)

UNIT = re.compile(rf"[ ]?(?:%|パーセント)(?:/年)?|(?:%?ポイント|pt)|[ ]?(?:{KNOWN_UNIT})|(?:{GENERIC_UNIT})(?:{_PER})?")
FREQUENCY_BEFORE = re.compile(
    r"(?:(?<![度来今昨近毎\d])(?P<per>1日|一日|1か月|月|年|週)(?:間|平均|当たり|あたり)?|(?P<every>毎年度?|"
    r"毎月|毎週|毎日))(?:の|に|で|、)?(?:延べ|のべ|約|概ね|おおむね|平均|累計|合計|計|[ ])*$"
)


def canonical_unit(written: str) -> str:
    unit = written.strip()
    return unit.replace("パーセント", "%").replace("%ポイント", "ポイント").replace("pt", "ポイント").replace("／", "/")


def frequency_of(match: re.Match[str]) -> str:
    word = (match["per"] or match["every"]).replace("毎", "").replace("1", "").replace("一", "")
    return {"年度": "年", "か月": "月"}.get(word, word)
