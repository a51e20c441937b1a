import json
import subprocess
import sys

import pytest

from kiun.goals.management.commands.lint_goals import statements

VAGUE = "市民サービスの向上を図る"
CLEAR = "オンライン申請の割合を、令和7年度の28%から令和10年度末までに60%へ高める"


def kiun(*arguments, **options):
    command = [sys.executable, "-m", "kiun.config.command_line", "lint-goals", *arguments]
    return subprocess.run(command, capture_output=True, check=False, **options)


def test_a_table_is_read_by_its_column_and_printed_as_json(tmp_path):
    file = tmp_path / "goals.csv"
    file.write_bytes(f'no,text\n1,{VAGUE}\n2,"{CLEAR}"\n'.encode("utf-8-sig"))
    outcome = kiun(str(file), "--json", "--today", "2026-11-23")
    vague, clear = json.loads(outcome.stdout)
    assert outcome.returncode == 0
    assert (vague["text"], vague["has_target"], vague["deadline"]) == (VAGUE, False, None)
    assert clear == {
        "text": CLEAR,
        "has_indicator": True,
        "has_baseline": True,
        "has_target": True,
        "has_deadline": True,
        "indicator": "オンライン申請の割合",
        "baseline": 28,
        "target": 60,
        "unit": "%",
        "direction": "increase",
        "deadline": "2029-03-31",
        "missing": [],
        "questions": [],
        "rewrite": clear["rewrite"],
    }


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp932"])
def test_plain_lines_in_the_encodings_of_town_halls(encoding):
    assert statements(f"{VAGUE}\r\n\r\n{CLEAR}\r\n".encode(encoding)) == [VAGUE, CLEAR]


def test_quoted_cells_may_hold_commas_and_line_breaks():
    assert statements('text,source\n"1,000人を\n育てる",計画\n'.encode()) == ["1,000人を\n育てる"]


def test_a_missing_file_and_a_wrong_encoding_are_told_in_one_sentence(tmp_path):
    missing = kiun(str(tmp_path / "none.csv"))
    assert missing.returncode == 1
    assert missing.stderr.decode().startswith("✗ ")
    (tmp_path / "broken.csv").write_bytes(b"\x81\xff\xfd")
    broken = kiun(str(tmp_path / "broken.csv"))
    assert broken.returncode == 1
    assert broken.stderr.decode().startswith("✗ ")


def test_the_help_shows_an_example():
    shown = kiun("--help")
    assert shown.returncode == 0
    assert "kiun lint-goals goals.csv --json" in shown.stdout.decode()
