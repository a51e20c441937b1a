"""The columns of both sheets, each with how its cells are written and compared."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from kiun.initiatives.models import InitiativeStatus, Priority, TaskStatus, Term

INITIATIVES, TASKS, NOTES, EXAMPLE = "取組", "作業", "説明", "記入例"
KEY = "key"


class Kind(StrEnum):
    TEXT = "text"
    DAY = "day"
    NUMBER = "number"
    WORD = "word"  # one of a few words
    NAME = "name"  # of a department, a person, a phase, a skill
    NAMES = "names"  # several, one a line
    FIXED = "fixed"  # shown for orientation; a change is refused


@dataclass(frozen=True, kw_only=True)
class WorkColumn:
    field: str
    header: str
    kind: Kind = Kind.TEXT
    width: float = 14
    note: str = ""
    words: Mapping[object, str] | None = None
    longest: int = 0
    is_required: bool = False


PRIORITIES: Mapping[object, str] = {Priority.HIGH: "高", Priority.MIDDLE: "中", Priority.LOW: "低"}
SHOWN: Mapping[object, str] = {True: "公開する", False: "公開しない"}
STATES: Mapping[object, str] = {
    TaskStatus.TODO: "未着手",
    TaskStatus.DOING: "進行中",
    TaskStatus.DONE: "完了",
    TaskStatus.CANCELLED: "取りやめ",
}
INITIATIVE_STATES: Mapping[object, str] = {
    InitiativeStatus.PROPOSED: "提案中",
    InitiativeStatus.APPROVED: "採択済み",
    InitiativeStatus.DONE: "完了",
    InitiativeStatus.STOPPED: "中止",
}
TERMS: Mapping[object, str] = {Term.SHORT: "短期", Term.MIDDLE: "中期", Term.LONG: "長期"}
KEY_NOTE = "Kiunが行を見分けるための番号です。変えずにおいてください。新しい行では空欄にします。"
_PERSON_NOTE = "氏名を書きます。同じ氏名の人がいるときは「緑川 葵（012345）」のように職員番号を添えます。"

INITIATIVE_COLUMNS: Sequence[WorkColumn] = (
    WorkColumn(field="code", header="番号", width=8, longest=20),
    WorkColumn(field="name", header="取組", width=30, longest=120, is_required=True),
    WorkColumn(
        field="goals", header="目標", kind=Kind.NAMES, width=36, is_required=True,
        note="目標の番号か、目標の文を書きます。いくつもあるときは改行し、主なものを先に書きます。",
    ),
    WorkColumn(field="department", header="所管課", kind=Kind.NAME, is_required=True),
    WorkColumn(field="owner", header="担当", kind=Kind.NAME, note=_PERSON_NOTE, is_required=True),
    WorkColumn(field="starts_on", header="始める日", kind=Kind.DAY, width=12, is_required=True),
    WorkColumn(field="ends_on", header="終える日", kind=Kind.DAY, width=12, is_required=True),
    WorkColumn(field="priority", header="優先度", kind=Kind.WORD, width=8, words=PRIORITIES),
    WorkColumn(field="priority_reason", header="優先度の理由", width=24, longest=300),
    WorkColumn(field="legal_deadline", header="法令の期限", kind=Kind.DAY, width=12),
    WorkColumn(field="legal_basis", header="根拠法令", width=20, longest=200),
    WorkColumn(
        field="alternative_to", header="どれか一つを選ぶ案", width=16, longest=60,
        note="同じ言葉を書いた取組どうしは、いずれか一つだけを行う案になります。",
    ),
    WorkColumn(field="summary", header="何を、誰のために行うか", width=40, longest=2000),
    WorkColumn(field="is_public", header="住民への公開", kind=Kind.WORD, width=12, words=SHOWN),
    WorkColumn(field="public_text", header="住民向けの説明", width=40, longest=1000),
    WorkColumn(
        field="status", header="状態", kind=Kind.FIXED, width=10, words=INITIATIVE_STATES,
        note="この表では変えられません。採択や終了は、Kiunの取組のページで行います。",
    ),
    WorkColumn(field=KEY, header="Kiun番号", kind=Kind.FIXED, width=20, note=KEY_NOTE),
)  # fmt: skip

TASK_COLUMNS: Sequence[WorkColumn] = (
    WorkColumn(
        field="initiative", header="取組", kind=Kind.FIXED, width=26, is_required=True,
        note="「取組」シートの取組の名前です。作業を別の取組へ移すことはできません。",
    ),
    WorkColumn(field="phase", header="段階", kind=Kind.NAME, width=14, note="その取組にある段階の名前を書きます。"),
    WorkColumn(field="name", header="作業", width=34, longest=120, is_required=True),
    WorkColumn(field="responsible", header="担当者", kind=Kind.NAME, note=_PERSON_NOTE, is_required=True),
    WorkColumn(field="department", header="行う課", kind=Kind.NAME, note="空欄なら、担当者の課になります。"),
    WorkColumn(field="helpers", header="協力する人", kind=Kind.NAMES, width=18, note="改行して何人でも書けます。"),
    WorkColumn(field="skill", header="必要な専門性", kind=Kind.NAME, width=16),
    WorkColumn(
        field="estimate", header="見積り（人日）", kind=Kind.NUMBER, width=12, is_required=True,
        note="0.1から1,000まで。1人が1日働く量を1とします。",
    ),
    WorkColumn(field="starts_on", header="始める日", kind=Kind.DAY, width=12, is_required=True),
    WorkColumn(field="due_on", header="期限", kind=Kind.DAY, width=12, is_required=True),
    WorkColumn(
        field="before", header="先に行う作業", kind=Kind.NAMES, width=32,
        note="作業の名前を改行して書きます。「（開始後 5日）」を添えると、その作業の開始から5開庁日後に始められます。"
        "別の取組の作業は「取組の名前＞作業の名前」と書きます。",
    ),
    WorkColumn(field="status", header="状態", kind=Kind.WORD, width=10, words=STATES),
    WorkColumn(field="percent", header="進み具合（%）", kind=Kind.NUMBER, width=10),
    WorkColumn(field="priority", header="優先度", kind=Kind.WORD, width=8, words=PRIORITIES),
    WorkColumn(field="note", header="メモ", width=36, longest=4000),
    WorkColumn(field=KEY, header="Kiun番号", kind=Kind.FIXED, width=20, note=KEY_NOTE),
)  # fmt: skip
