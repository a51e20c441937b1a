"""Statements of real plans in files of every shape, and real files that hold no plan at all."""

import csv
import re
from pathlib import Path

import pytest

from kiun.goals.models import Goal, Indicator
from kiun.goals.plan_files import Choices
from kiun.kernel.errors import DomainError
from tests.goals.plan_import.conftest import bring_in, differences, read
from tests.goals.plan_import.workbooks import workbook

DATA = Path(__file__).parents[4] / "shared" / "data"
STATEMENTS = DATA / "goals" / "goals.csv"
OPEN_DATA = sorted(
    path for path in (DATA / "opendata").rglob("*") if path.suffix in {".csv", ".xlsx", ".xls", ".txt", ".json", ".md"}
)
needs_statements = pytest.mark.skipif(not STATEMENTS.exists(), reason="../shared/data/goals is not here")


@pytest.fixture(scope="module")
def statements():
    with STATEMENTS.open(encoding="utf-8-sig", newline="") as file:
        return list({row["text"]: row for row in csv.DictReader(file)}.values())


@needs_statements
@pytest.mark.django_db
@pytest.mark.parametrize("shape", ["words", "titled", "cp932", "sheets"])
def test_real_statements_arrive_word_for_word(actor, statements, shape):
    texts = [row["text"] for row in statements]
    sources = list(dict.fromkeys(row["source_title"] for row in statements))
    if shape == "words":
        content, name = workbook(("目標", [["目標"], *([text] for text in texts)])), "goals.xlsx"
    elif shape == "titled":
        rows = [
            ["自治体DX推進計画"],
            [],
            ["番号", "目標", "備考"],
            *([n, text, "○"] for n, text in enumerate(texts, 1)),
        ]
        content, name = workbook(("一覧", rows)), "goals.xlsx"
    elif shape == "cp932":
        lines = ["番号,達成目標", *(f'{n},"{text}"' for n, text in enumerate(texts, 1))]
        content, name = "\r\n".join(lines).encode("cp932", "replace"), "goals.csv"
        texts = [text.encode("cp932", "replace").decode("cp932") for text in texts]
    else:
        groups = [[row["text"] for row in statements if row["source_title"] == source] for source in sources]
        content = workbook(
            *((f"分野{n}", [["取組", "目標"], *(["取組", t] for t in g)]) for n, g in enumerate(groups, 1))
        )
        name = "goals.xlsx"
        texts = [text for group in groups for text in group]
    plan = bring_in(actor, content, name)
    stored = [goal.text for goal in Goal.objects.filter(plan=plan)]
    assert [" ".join(text.split()) for text in stored] == [" ".join(text.split()) for text in texts]
    assert differences(actor, content, plan, name).is_empty


@needs_statements
@pytest.mark.django_db
def test_real_labels_become_indicators(actor, statements):
    labelled = [row for row in statements if row["target_value"].replace(".", "").isdigit() and row["indicator"]]
    rows = [["指標", "単位", "目標値", "目標年度"]]
    for row in labelled:
        year = row["deadline"].removeprefix("FY") + "年度" if row["deadline"].startswith("FY") else None
        rows.append([row["indicator"], row["unit"], float(row["target_value"]), year])
    bring_in(actor, workbook(("KPI", rows)))
    stored = {i.name: i for i in Indicator.objects.all()}
    assert len(stored) == len({row["indicator"] for row in labelled})
    series = stored["物流DXを実現している物流事業者の割合"].series.get()
    assert (series.target, series.unit, series.deadline.isoformat()) == (70, "%", "2026-03-31")


@needs_statements
@pytest.mark.django_db
def test_goals_in_words_can_be_turned_into_indicators(actor, statements):
    content = workbook(("目標", [["目標"], *([row["text"]] for row in statements)]))
    plan = bring_in(actor, content, choices=Choices(reads_statements=True))
    names = {indicator.name for indicator in Indicator.objects.filter(goal__plan=plan)}
    assert "3D都市モデルの整備" in " ".join(names)
    assert len(names) >= 20


@pytest.mark.skipif(not OPEN_DATA, reason="../shared/data/opendata is not here")
@pytest.mark.parametrize("path", OPEN_DATA, ids=lambda path: path.name)
def test_open_data_gives_a_table_or_a_sentence(path):
    sentences = []
    try:
        reading = read(path.read_bytes(), path.name)
    except DomainError as refusal:
        sentences = [refusal.message]
    else:
        if not any(sheet.is_used for sheet in reading.sheets):
            sentences = [problem.what for problem in reading.document.errors]
        assert sentences or reading.document.goals or reading.document.policies or reading.document.errors
    assert all(re.search("[ぁ-ん]", sentence) for sentence in sentences)
