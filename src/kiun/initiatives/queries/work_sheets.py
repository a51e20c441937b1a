"""The workbook that officers take along, edit and bring back; and an empty one that shows how."""

from collections.abc import Collection, Iterator, Sequence
from datetime import date, timedelta

from kiun.activity.queries import town_version
from kiun.initiatives.models import Initiative, Task
from kiun.initiatives.queries.work_contents import Cells, WorkContents, initiative_cells, task_cells, work_contents
from kiun.initiatives.work_files.columns import (
    EXAMPLE,
    INITIATIVE_COLUMNS,
    INITIATIVES,
    KEY,
    NOTES,
    TASK_COLUMNS,
    TASKS,
    Kind,
    WorkColumn,
)
from kiun.initiatives.work_files.keys import EXAMPLE_MARK, WorkKey
from kiun.kernel.fiscal_year import fiscal_year_of
from kiun.kernel.tabular import OutputColumn, OutputSheet, OutputValue
from kiun.municipality.actors import Actor

DAY_FORMAT = "yyyy/mm/dd"
# A longer list would make every cell of the column slow to open.
MOST_CHOICES = 600


def work_sheets(actor: Actor, initiatives: Collection[int]) -> list[OutputSheet]:
    """Of these initiatives, with all their tasks."""
    contents, version = work_contents(actor), town_version(actor.municipality)
    chosen = [row for row in contents.initiatives if row.pk in initiatives]
    place = {row.pk: number for number, row in enumerate(chosen)}
    tasks = sorted(
        (row for row in contents.tasks if row.initiative_id in place), key=lambda row: place[row.initiative_id]
    )
    return [
        OutputSheet(
            INITIATIVES,
            _columns(INITIATIVE_COLUMNS, contents),
            [_line(INITIATIVE_COLUMNS, initiative_cells(contents, row), _key(actor, row, version)) for row in chosen],
        ),
        OutputSheet(
            TASKS,
            _columns(TASK_COLUMNS, contents),
            [_line(TASK_COLUMNS, task_cells(contents, row), _key(actor, row, version)) for row in tasks],
        ),
        notes_sheet(),
    ]


def _key(actor: Actor, row: Initiative | Task, version: int) -> str:
    kind = "I" if isinstance(row, Initiative) else "T"
    return str(WorkKey(actor.municipality.slug, kind, row.pk, version))


def _line(columns: Sequence[WorkColumn], cells: Cells, key: str) -> list[OutputValue]:
    return [key if column.field == KEY else cells[column.field] for column in columns]


def _columns(columns: Sequence[WorkColumn], contents: WorkContents) -> list[OutputColumn]:
    return [
        OutputColumn(
            column.header,
            width=column.width,
            number_format=DAY_FORMAT if column.kind == Kind.DAY else "",
            choices=_choices(column, contents),
            note=column.note,
        )
        for column in columns
    ]


def _choices(column: WorkColumn, contents: WorkContents) -> tuple[str, ...]:
    if column.kind == Kind.WORD and column.words:
        return tuple(column.words.values())
    if column.field == "department":
        names = tuple(contents.department_words(one) for one in contents.people.departments)
        return names if len(names) <= MOST_CHOICES else ()
    return tuple(skill.name for skill in contents.skills) if column.field == "skill" else ()


def notes_sheet() -> OutputSheet:
    return OutputSheet(NOTES, [OutputColumn("この表の使い方", width=100)], [[text] for text in _HOW_TO_USE])


_HOW_TO_USE = (
    "「取組」と「作業」のシートを直して、そのままKiunに取り込めます。取り込む前に、変わるところが画面に表示されます。",
    "空欄のセルは「変えない」という意味です。値を消したいときは、Kiunの画面で消してください。",
    "行を足すと、新しい取組（提案）や作業になります。行を消しても、Kiunの中の取組や作業は消えません。",
    "直したセルだけが取り込まれます。書き出した後にほかの人が変えたところは、そのまま残ります。",
    "同じところを二人が別々に変えていたときは、取り込まずに知らせます。",
    "「Kiun番号」は行を見分けるためのものです。変えずにおき、新しい行では空欄にしてください。",
    "採択済みの取組を変えるときと、その作業の期限を延ばすときは、取り込む画面で理由を書きます。",
)


def template_sheets(actor: Actor) -> list[OutputSheet]:
    """Empty sheets with their drop-downs, and an example of how they are filled in."""
    contents = work_contents(actor)
    initiative, *tasks = _example(actor.on)
    return [
        OutputSheet(INITIATIVES, _columns(INITIATIVE_COLUMNS, contents), []),
        OutputSheet(TASKS, _columns(TASK_COLUMNS, contents), []),
        OutputSheet(f"{EXAMPLE}（{INITIATIVES}）", _columns(INITIATIVE_COLUMNS, contents), [initiative]),
        OutputSheet(f"{EXAMPLE}（{TASKS}）", _columns(TASK_COLUMNS, contents), tasks),
        notes_sheet(),
    ]


def _example(today: date) -> Iterator[list[OutputValue]]:
    year = fiscal_year_of(today).next()
    first, name = year.start, "書かない窓口の導入"
    yield _line(
        INITIATIVE_COLUMNS,
        {
            "code": "1-B", "name": name, "goals": "1-2\n1-3", "department": "市民課", "owner": "黒田 恵理",
            "starts_on": first, "ends_on": year.end, "priority": "高", "priority_reason": "待ち時間が縮まっていない",
            "legal_deadline": None, "legal_basis": None, "alternative_to": None,
            "summary": "住所や氏名を何度も書かなくてよい窓口にします。", "is_public": "公開する",
            "public_text": "窓口で同じことを何度も書かずに済みます。", "status": "提案中",
        },
        f"{EXAMPLE_MARK}（空欄にします）",
    )  # fmt: skip
    tasks = (
        ("仕様書の作成", "白井 健太", 20, 0, 90, None),
        ("委託先の選定", "白井 健太", 15, 91, 150, "仕様書の作成"),
        ("職員の研修", "北川 健太", 10, 120, 180, "委託先の選定（開始後 20日）"),
    )
    for task, person, days, begins, ends, before in tasks:
        yield _line(
            TASK_COLUMNS,
            {
                "initiative": name, "phase": None, "name": task, "responsible": person, "department": "市民課",
                "helpers": None, "skill": None, "estimate": days, "starts_on": first + timedelta(days=begins),
                "due_on": first + timedelta(days=ends), "before": before, "status": "未着手", "percent": 0,
                "priority": "中", "note": None,
            },
            f"{EXAMPLE_MARK}（空欄にします）",
        )  # fmt: skip
