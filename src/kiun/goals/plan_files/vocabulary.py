"""The words with which towns head the columns of their plans, and what each column means to Kiun."""

from collections.abc import Mapping

from django.utils.translation import gettext_lazy as _

# Levels of the tree from the top; their order in a sheet is the order of its columns.
LEVELS = ("policy_1", "policy_2", "policy_3", "policy_4", "policy_5", "measure")
TIME_FIELDS = ("baseline", "target", "reading")


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


# The first word is the one shown in messages.
VOCABULARY: Mapping[str, tuple[str, ...]] = {
    "number": _words("番号 No. No № 項番 整理番号 通番 連番 通し番号 項目番号 ID コード"),
    "policy_1": _words(
        "基本方針 基本目標 政策 大項目 大分類 分野 重点分野 柱 政策の柱 視点 ビジョン 基本方針名 政策名 "
        "政策分野 将来像 章"
    ),
    "policy_2": _words(
        "施策 施策名 基本施策 主要施策 中項目 中分類 施策の方向 施策の方向性 取組方針 重点施策 戦略 "
        "重点取組事項 重点取組 重点プロジェクト 施策項目 節"
    ),
    "policy_3": _words("個別施策 小項目 小分類 施策の展開 細施策 主な施策 具体的施策 具体的な施策 施策の内容"),
    "policy_4": _words("第4階層"),
    "policy_5": _words("第5階層"),
    "measure": _words(
        "取組 取組名 取り組み 取組み 取組項目 取組事項 具体的取組 具体的な取組 主な取組 個別取組 事業 "
        "事業名 事業名称 事務事業 事務事業名 プロジェクト プロジェクト名 アクション アクションプラン "
        "取組名称 取組・事業名 取組（事業）名 計画事業 主要事業"
    ),
    "challenge": _words(
        "課題 現状と課題 現状・課題 現状課題 現状及び課題 問題点 解決すべき課題 取り組むべき課題 "
        "背景・課題 背景 主な課題"
    ),
    "goal": _words(
        "目標 成果目標 目指す姿 めざす姿 達成目標 目標・目指す姿 到達目標 取組目標 重点目標 施策目標 "
        "目標（文） ゴール あるべき姿 目標内容 定性目標 目標の内容 事業目標 事業の目標 事業目的 目的 "
        "施策の目標"
    ),
    "indicator": _words(
        "指標 KPI 成果指標 活動指標 指標名 指標名称 KPI名 重要業績評価指標 重要業績評価指標（KPI） "
        "数値目標 評価指標 目標指標 達成指標 管理指標 成果指標名 指標（KPI） 測定項目 KPI指標 KPI項目 "
        "指標項目 主な指標 目標値の指標 数値目標（KPI） 成果指標（KPI）"
    ),
    "row_kind": _words("区分 種別 目標・実績 目標／実績 目標・実績の別 計画・実績 値の種類"),
    "unit": _words("単位 指標の単位 単位名"),
    "baseline": _words(
        "現状値 基準値 現状 策定時 策定時値 計画策定時 計画策定時の値 策定時の値 当初値 現況値 現況 初期値 "
        "ベースライン 目標設定時 スタート値 基準"
    ),
    "baseline_on": _words(
        "基準年度 基準年 現状年度 現状値年度 現状値の年度 基準値年度 基準値の年度 基準時点 現状値の時点 "
        "現状値時点 基準日 策定年度 現状値の年月日 基準値時点 基準値の時点 基準値の年月日 基準値の年 現状値の年 "
        "現状の時点 現状の年度 現況値の時点 現況値の年度 現況年度 当初値の時点 当初値の年度 策定時の年度 策定時点の年度"
    ),
    "target": _words(
        "目標値 計画値 目標数値 最終目標 最終目標値 到達目標値 達成目標値 KPI目標値 目標水準 目標（値） "
        "計画目標値 指標の目標値 途中の目標値 現状値→目標値 現状→目標 基準値→目標値 現状値⇒目標値"
    ),
    "deadline": _words(
        "期限 目標年度 目標値年度 達成年度 目標年 達成時期 目標時期 達成期限 完了時期 目標期限 実施期限 "
        "完了予定 目標値の年度 達成予定 終期 目標達成年度 目標達成時期 いつまでに"
    ),
    "reading": _words("実績 実績値 測定値 現在値 最新値 進捗値 達成値 実績（値） 直近値 最新の実績 実績数値"),
    "reading_on": _words(
        "実績年度 測定日 測定年度 実績時点 最新値の時点 最新値年度 実績値年度 年度 年月 対象年度 時点 実績の時点"
    ),
    "direction": _words("方向 増減 望ましい方向 目標の方向 増減の方向 指標の方向 向き めざす方向"),
    "is_cumulative": _words("累計 累計・単年 単年・累計 集計方法 累計／単年 単年／累計 値の数え方"),
    "definition": _words(
        "算定方法 算出方法 計算式 計算方法 指標の定義 定義 指標の説明 算定式 算出式 指標の算出方法 指標の考え方"
    ),
    "department": _words(
        "担当課 所管課 担当部署 所管部署 主管課 担当部課 担当課名 所管課名 実施主体 所管 担当 担当所属 "
        "所属 課名 部署 主担当課 部署名 担当部局 所管部局 担当課室 主管部署 担当課（係） 部課名"
    ),
    "owner": _words("担当者 責任者 担当者名 指標の担当者 責任者名 職員番号 担当職員 主担当者"),
    "deputy": _words("副担当者 副担当 代理者 代理 副責任者"),
    "goal_department": _words("目標の担当課 目標の所管課"),
    "goal_owner": _words("目標の責任者 目標の担当者"),
    "origin": _words(
        "出典 データ出典 出所 根拠資料 データ元 出典・把握方法 把握方法 測定方法 データの出典 出典資料 "
        "データソース 把握の方法"
    ),
    "collected_when": _words(
        "把握時期 測定時期 調査時期 公表時期 把握する時期 確定時期 把握の時期 時期（把握） 値の確定時期"
    ),
    "cadence": _words("把握頻度 測定頻度 頻度 更新頻度 把握の頻度"),
    "note": _words("備考 補足 特記事項 注記 備考欄 コメント 指標の備考 その他"),
    "goal_note": _words("目標の備考"),
    "content": _words(
        "取組内容 事業内容 事業概要 概要 内容 取組の概要 取組の内容 具体的な取組内容 事業の概要 事業の内容 "
        "施策の概要 取組概要"
    ),
    "policy_code": _words("施策番号 施策コード 施策No. 施策No"),
    "goal_code": _words("目標番号 取組番号 事業番号 取組No. 取組No 事業No. 事業コード 目標コード"),
    "indicator_code": _words("指標番号 KPI番号 指標コード 指標No. 指標No KPINo. KPIコード"),
    "policy_key": _words("Kiun番号（施策）"),
    "goal_key": _words("Kiun番号（目標）"),
    "indicator_key": _words("Kiun番号（指標）"),
}

LABELS = {
    "number": _("Number"),
    "policy_1": _("Policy, upper level"),
    "policy_2": _("Policy, middle level"),
    "policy_3": _("Policy, lower level"),
    "policy_4": _("Policy, fourth level"),
    "policy_5": _("Policy, fifth level"),
    "measure": _("Measure or project"),
    "challenge": _("Challenge"),
    "goal": _("Goal (in words)"),
    "indicator": _("Indicator"),
    "row_kind": _("Target or result (which of them the row holds)"),
    "unit": _("Unit"),
    "baseline": _("Baseline"),
    "baseline_on": _("Day or year of the baseline"),
    "target": _("Target value"),
    "deadline": _("Deadline"),
    "reading": _("Result"),
    "reading_on": _("Day or year of the result"),
    "direction": _("Direction"),
    "is_cumulative": _("Cumulative or not"),
    "definition": _("How it is calculated"),
    "department": _("Department in charge"),
    "owner": _("Person in charge"),
    "deputy": _("Deputy"),
    "goal_department": _("Department of the goal"),
    "goal_owner": _("Person in charge of the goal"),
    "origin": _("Where the figure comes from"),
    "collected_when": _("When the figure is known"),
    "cadence": _("How often it is taken"),
    "note": _("Remarks"),
    "goal_note": _("Remarks on the goal"),
    "content": _("What is done (kept as a remark on the goal)"),
    "policy_code": _("Number of the policy"),
    "goal_code": _("Number of the goal or measure"),
    "indicator_code": _("Number of the indicator"),
    "policy_key": _("Kiun number (policy)"),
    "goal_key": _("Kiun number (goal)"),
    "indicator_key": _("Kiun number (indicator)"),
    "milestones": _("Targets on the way"),
    "text": _("Goal (in words)"),
    "code": _("Number"),
    "name": _("Name or title"),
    "policy": _("Policy"),
}

# A table that names none of these holds no plan.
SUBSTANCE = frozenset(
    {"goal", "indicator", "measure", "policy_1", "policy_2", "policy_3", "policy_4", "policy_5", "challenge"}
)
