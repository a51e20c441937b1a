"""The fictional 5-year plan of ひなた市: goals of mixed quality, as plans have them.

Years are relative to the fiscal year in which the demonstration is loaded, so that it is never out of date.
"""

from dataclasses import dataclass
from enum import StrEnum

PLAN_NAME = "ひなた市デジタル変革推進計画"
PLAN_EDITION = "第2版"
PLAN_SUMMARY = (
    "市民の時間を返し、職員の手を空け、まちの力をつなぐための5年間の計画です。"
    "（この計画は見本です。市も人も数値も架空のものです。）"
)

POLICIES: tuple[tuple[str, str, str, str], ...] = (
    # number, name, the challenge behind it, background
    (
        "1",
        "市民が「行かなくてよい」窓口",
        "手続のために平日に休みを取る人がいる",
        "窓口に来た人の4割が、仕事を休んで来たと答えている。",
    ),
    ("2", "だれも取り残さないデジタル", "スマートフォンで手続ができない人が取り残される", ""),
    (
        "3",
        "職員の手を空ける",
        "二重入力と紙の回付で、企画に使う時間が残らない",
        "税務課では新旧の台帳に同じ内容を書いている。",
    ),
    ("4", "災害のときに届く情報", "避難情報が届かなかった世帯がある", ""),
    ("5", "データでまちを考える", "課ごとに数字が違い、会議が数字の確認で終わる", ""),
    ("6", "子育てと学びを支える", "保育と学校への連絡が電話に集中する", ""),
    ("7", "地域と企業の力をつなぐ", "相談を受けても、つなぐ相手が見つからない", ""),
    ("8", "職員の力と機運を育てる", "一部の職員だけが取り組み、広がらない", ""),
)


class Shape(StrEnum):
    """How the generated history runs."""

    STEADY = "steady"
    SLOW = "slow"
    FLAT = "flat"
    BACKWARDS = "backwards"
    REACHED = "reached"
    OVERDUE = "overdue"  # steady, but the last value has not been entered
    ABANDONED = "abandoned"  # steady, but nobody has entered a value for a long time
    NEW = "new"  # only a few readings yet
    UNAVAILABLE = "unavailable"  # the last reading says that it cannot be judged


@dataclass(frozen=True)
class DemoIndicator:
    name: str
    unit: str
    direction: str
    baseline: float
    target: float
    cadence: str
    shape: Shape
    origin: str = "所管課の業務統計"
    is_cumulative: bool = False
    is_public: bool = True


@dataclass(frozen=True)
class DemoGoal:
    policy: str
    department: str
    text: str  # {base} and {end} become 令和○年度
    indicators: tuple[DemoIndicator, ...] = ()
    # From the fiscal year of loading to the one at whose end the goal and all its indicators are due.
    years_to_go: int = 2


def _i(*fields: object, **more: object) -> DemoIndicator:
    return DemoIndicator(*fields, **more)  # type: ignore[arg-type]


S = Shape
GOALS: tuple[DemoGoal, ...] = (
    DemoGoal("1", "市民課", "オンライン申請の割合を、{base}の28%から{end}末までに60%へ高める", (
        _i("オンライン申請の割合", "%", "increase", 28, 60, "quarterly", S.STEADY, "電子申請サービスの利用記録"),
        _i("オンラインで完結できる手続の数", "手続", "increase", 84, 220, "quarterly", S.STEADY, is_cumulative=True),
    )),
    DemoGoal("1", "市民課", "窓口の待ち時間を、{base}の24分から{end}末までに15分へ短縮する", (
        _i("窓口の待ち時間（平均）", "分", "decrease", 24, 15, "monthly", S.FLAT, "番号発券機の記録"),
        _i("窓口予約の利用件数", "件", "increase", 120, 900, "monthly", S.STEADY, "予約システムの記録"),
        _i("窓口の応対に満足した人の割合", "%", "increase", 68, 85, "quarterly", S.STEADY, "出口での聞き取り"),
    ), years_to_go=1),
    DemoGoal("1", "市民課", "書かない窓口の利用者を{end}末までに年間12,000人にする", (
        _i("書かない窓口の利用者数", "人", "increase", 1800, 12000, "yearly", S.STEADY),
    )),
    DemoGoal("1", "税務課", "市税のキャッシュレス納付率を、{base}の22%から{end}末までに50%へ引き上げる", (
        _i("市税のキャッシュレス納付率", "%", "increase", 22, 50, "quarterly", S.STEADY, "収納管理システム"),
        _i("窓口での納付件数", "件", "decrease", 5200, 2600, "quarterly", S.SLOW),
    )),
    DemoGoal("1", "保険年金課", "コンビニでの証明書交付を、{base}の31%から{end}末までに55%へ増やす", (
        _i("証明書のコンビニ交付率", "%", "increase", 31, 55, "quarterly", S.REACHED),
    )),
    DemoGoal("1", "福祉課", "申請に必要な添付書類を、{end}末までに半減する", (
        _i("申請一件あたりの添付書類", "枚", "decrease", 6.4, 3.2, "yearly", S.SLOW, "所管課の抽出調査"),
    )),
    DemoGoal("1", "市民課", "いつでもどこでも手続ができる市役所を目指す"),
    DemoGoal("1", "建築住宅課", "建築確認の電子申請を進める", (
        _i("建築確認の電子申請率", "%", "increase", 4, 40, "half_yearly", S.ABANDONED),
    )),
    DemoGoal("2", "市民協働課", "スマートフォン教室の受講者を、{end}末までに累計3,000人にする", (
        _i("スマートフォン教室の受講者", "人", "increase", 320, 3000, "quarterly", S.STEADY, is_cumulative=True),
        _i("教室の後に自分で申請できた人の割合", "%", "increase", 35, 70, "half_yearly", S.SLOW, "受講者アンケート"),
    )),
    DemoGoal("2", "高齢介護課", "介護認定の結果が届くまでの日数を、{base}の38日から{end}末までに30日以内にする", (
        _i("介護認定の結果が届くまでの日数", "日", "decrease", 38, 30, "monthly", S.FLAT, "介護保険"),
    ), years_to_go=0),
    DemoGoal("2", "障害福祉課", "手話で相談できる窓口を、{end}末までに全ての支所に置く", (
        _i("手話で相談できる窓口の数", "か所", "increase", 1, 6, "yearly", S.STEADY),
    )),
    DemoGoal("2", "広報課", "やさしい日本語のページを、{base}の40ページから{end}末までに300ページに増やす", (
        _i("やさしい日本語のページ数", "ページ", "increase", 40, 300, "quarterly", S.STEADY, is_cumulative=True),
        _i("ウェブサイトで用が足りた人の割合", "%", "increase", 52, 75, "quarterly", S.SLOW, "ページ下の回答欄"),
    )),
    DemoGoal("2", "市民協働課", "デジタルデバイドの解消に取り組む"),
    DemoGoal("2", "健康づくり課", "健診のオンライン予約を増やす", (
        _i("健診のオンライン予約率", "%", "increase", 18, 60, "quarterly", S.STEADY),
        _i("予約の電話の件数", "件", "decrease", 3800, 1500, "quarterly", S.STEADY),
    )),
    DemoGoal("3", "総務課", "紙の使用枚数を、{base}の412万枚から{end}末までに250万枚へ減らす", (
        _i("紙の使用枚数", "万枚", "decrease", 412, 250, "yearly", S.SLOW, "複合機の利用記録"),
        _i("電子決裁の割合", "%", "increase", 44, 90, "quarterly", S.STEADY, "文書管理システム"),
    )),
    DemoGoal("3", "人事課", "時間外勤務を、{base}の月18時間から{end}末までに12時間へ減らす", (
        _i("一人あたりの時間外勤務", "時間", "decrease", 18, 12, "monthly", S.FLAT, "勤怠システム"),
        _i("テレワークを使った職員の割合", "%", "increase", 9, 40, "quarterly", S.STEADY, "勤怠システム"),
    )),
    DemoGoal("3", "税務課", "定型業務の自動化により、{end}末までに年間4,000時間を減らす", (
        _i("自動化で減った作業時間（年間）", "時間", "increase", 620, 4000, "half_yearly", S.STEADY, "課の実測"),
        _i("二重入力が残る業務", "業務", "decrease", 14, 0, "half_yearly", S.SLOW),
    )),
    DemoGoal("3", "契約管財課", "電子契約の割合を{end}末までに70%にする", (
        _i("電子契約の割合", "%", "increase", 3, 70, "quarterly", S.STEADY),
        _i("契約までの日数", "日", "decrease", 21, 12, "quarterly", S.STEADY, "契約管理簿"),
    )),
    DemoGoal("3", "情報システム課", "標準化の対象20業務を、{end}末までに全て移行する", (
        _i("標準準拠システムへ移行した業務", "業務", "increase", 2, 20, "half_yearly", S.STEADY, is_cumulative=True),
        _i("情報システムの運用経費", "百万円", "decrease", 486, 340, "yearly", S.BACKWARDS, "決算"),
    ), years_to_go=1),
    DemoGoal("3", "財政課", "予算編成の資料作成を効率化する"),
    DemoGoal("3", "秘書課", "庁内会議のペーパーレス化を徹底する", (
        _i("ペーパーレスで行った会議の割合", "%", "increase", 30, 95, "quarterly", S.ABANDONED),
    )),
    DemoGoal("3", "上下水道課", "検針の自動化を、{end}末までに全世帯の30%に広げる", (
        _i("自動検針の世帯の割合", "%", "increase", 2, 30, "half_yearly", S.FLAT),
    ), years_to_go=-1),
    DemoGoal("4", "防災危機管理課", "防災アプリの登録者を、{base}の9,800人から{end}末までに40,000人へ増やす", (
        _i("防災アプリの登録者", "人", "increase", 9800, 40000, "quarterly", S.STEADY, is_cumulative=False),
        _i("訓練で10分以内に確認した人の割合", "%", "increase", 24, 60, "half_yearly", S.SLOW, "訓練の記録"),
    )),
    DemoGoal("4", "防災危機管理課", "避難所の開設から公開までの時間を、{end}末までに15分以内にする", (
        _i("避難所の開設から公開までの時間", "分", "decrease", 55, 15, "half_yearly", S.UNAVAILABLE, "訓練の記録"),
    )),
    DemoGoal("4", "道路河川課", "水位センサーを、{end}末までに24か所に設ける", (
        _i("水位センサーの設置数", "か所", "increase", 5, 24, "half_yearly", S.STEADY, is_cumulative=True),
        _i("通行止めを公開するまでの時間", "分", "decrease", 70, 20, "quarterly", S.OVERDUE),
    )),
    DemoGoal("4", "防災危機管理課", "災害に強いまちづくりをデジタルで推進する"),
    DemoGoal("5", "企画政策課", "オープンデータを、{base}の36件から{end}末までに150件公開する", (
        _i("公開したオープンデータ", "件", "increase", 36, 150, "quarterly", S.STEADY, is_cumulative=True),
        _i("オープンデータのダウンロード（月平均）", "件", "increase", 210, 900, "quarterly", S.OVERDUE),
    )),
    DemoGoal("5", "企画政策課", "根拠となるデータを示した事業評価を、{end}末までに全事業の80%にする", (
        _i("データを示した事業評価の割合", "%", "increase", 22, 80, "yearly", S.ABANDONED),
    )),
    DemoGoal("5", "都市計画課", "3D都市モデルを活用したまちづくりを検討する"),
    DemoGoal("5", "環境課", "ごみの排出量を、{base}の一人一日890グラムから{end}末までに810グラムへ減らす", (
        _i("粗大ごみのオンライン申込みの割合", "%", "increase", 21, 65, "quarterly", S.STEADY),
        _i("一人一日あたりのごみの量", "g", "decrease", 890, 810, "quarterly", S.STEADY, "収集量の記録"),
        _i("ごみ分別アプリの利用者", "人", "increase", 4200, 15000, "quarterly", S.OVERDUE),
    )),
    DemoGoal("5", "財政課", "EBPMの推進"),
    DemoGoal("6", "こども政策課", "子育ての手続26件を、{end}末までに全てオンライン化する", (
        _i("オンラインでできる子育ての手続", "手続", "increase", 6, 26, "quarterly", S.REACHED, is_cumulative=True),
        _i("子育て相談のオンライン利用", "件", "increase", 14, 120, "monthly", S.STEADY),
    )),
    DemoGoal("6", "保育課", "保育所の入所申込みのうちオンラインの割合を、{base}の12%から{end}末までに80%にする", (
        _i("保育所入所申込みのオンライン率", "%", "increase", 12, 80, "yearly", S.STEADY),
        _i("欠席連絡の電話件数（月）", "件", "decrease", 2600, 500, "monthly", S.STEADY),
    )),
    DemoGoal("6", "学校教育課", "保護者への連絡を、{end}末までに全校でデジタルにする", (
        _i("連絡をデジタルにした学校", "校", "increase", 4, 18, "half_yearly", S.STEADY, is_cumulative=True),
        _i("教員の事務作業時間（週）", "時間", "decrease", 9.5, 6, "half_yearly", S.FLAT, "調査"),
    )),
    DemoGoal("6", "図書館", "電子図書の貸出を、{base}の1,900冊から{end}末までに8,000冊へ増やす", (
        _i("電子図書の貸出数", "冊", "increase", 1900, 8000, "quarterly", S.OVERDUE),
        _i("図書館の予約のうちウェブの割合", "%", "increase", 48, 80, "quarterly", S.STEADY),
    )),
    DemoGoal("6", "生涯学習課", "生涯学習施設のオンライン予約を充実させる", (
        _i("施設のオンライン予約率", "%", "increase", 10, 70, "quarterly", S.ABANDONED),
    )),
    DemoGoal("7", "商工観光課", "企業との共同実証を、{end}末までに累計15件行う", (
        _i("企業との共同実証（累計）", "件", "increase", 1, 15, "half_yearly", S.SLOW, is_cumulative=True),
        _i("観光案内の多言語ページの閲覧", "件", "increase", 3200, 12000, "monthly", S.OVERDUE),
        _i("市内事業者のキャッシュレス対応率", "%", "increase", 38, 70, "yearly", S.NEW, "商店街への調査"),
    )),
    DemoGoal("7", "農林課", "スマート農業の普及に努める", (
        _i("スマート農機を使う農家", "戸", "increase", 6, 60, "yearly", S.NEW),
    )),
    DemoGoal("7", "商工観光課", "産学官の連携を強化する"),
    DemoGoal("8", "DX推進課", "DX研修を受けた職員を、{base}の18%から{end}末までに90%にする", (
        _i("DX研修を受けた職員の割合", "%", "increase", 18, 90, "quarterly", S.STEADY, "研修の記録"),
        _i("改善の提案（年間）", "件", "increase", 22, 200, "yearly", S.NEW),
        _i("他部署に広がった改善", "件", "increase", 2, 30, "half_yearly", S.OVERDUE, is_cumulative=True),
    )),
    DemoGoal("8", "DX推進課", "AI相談の解決率を{end}末までに80%にする", (
        _i("AI相談の解決率", "%", "increase", 61, 80, "half_yearly", S.NEW, "相談記録", is_public=False),
    )),
    DemoGoal("8", "人事課", "デジタル人材を確保・育成する", (
        _i("デジタル推進員を置く課", "課", "increase", 3, 30, "half_yearly", S.FLAT),
    )),
    DemoGoal("8", "DX推進課", "職員の意識改革を図る"),
)  # fmt: skip
