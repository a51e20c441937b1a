from unittest import mock

import pytest
from django.core.management.base import BaseCommand, CommandError

from kiun.config import command_line
from kiun.config.command_line import module_name, own_commands, run, terminal_language
from kiun.kernel.commands import KiunCommand
from kiun.kernel.errors import DomainError


@pytest.fixture(autouse=True)
def _english(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("LC_ALL", raising=False)
    monkeypatch.setenv("LANG", "en_US.UTF-8")


OWN = ("backup", "check", "demo", "new-town", "prepare", "restore", "tick", "up")


def test_commands_of_all_rooms_are_found_under_the_names_people_type() -> None:
    assert set(OWN) - set(own_commands()) == set()


@pytest.mark.parametrize(
    ("typed", "module"), [("lint-goals", "lint_goals"), ("check", "check_installation"), ("migrate", "migrate")]
)
def test_a_typed_name_leads_to_its_module(typed: str, module: str) -> None:
    assert module_name(typed) == module


@pytest.mark.parametrize("arguments", [[], ["--help"], ["help"]])
def test_the_overview_has_one_line_for_each_command(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert run(arguments) == 0
    lines = capsys.readouterr().out.splitlines()
    listed = [line.split()[0] for line in lines if line.startswith("  ")]
    assert listed == sorted(own_commands())
    assert "  tick" in "\n".join(lines)
    assert "Run the periodic work that is due" in "\n".join(lines)


def test_a_japanese_terminal_is_spoken_to_in_japanese(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LANG", "ja_JP.UTF-8")
    assert run([]) == 0
    assert "期限の来た定期作業" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("variables", "language"),
    [
        ({}, "ja"),
        ({"LANG": "C.UTF-8"}, "ja"),
        ({"LANG": "en_GB.UTF-8"}, "en"),
        ({"LANG": "en_GB.UTF-8", "LC_ALL": "ja_JP.UTF-8"}, "ja"),
        ({"LANG": "ja_JP.UTF-8", "LC_MESSAGES": "en_US.UTF-8"}, "en"),
    ],
)
def test_the_terminal_says_its_language(variables: dict[str, str], language: str) -> None:
    with mock.patch.dict("os.environ", variables, clear=True):
        assert terminal_language() == language


def test_an_unknown_command_is_not_understood_and_the_nearest_one_is_offered(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert run(["bakcup"]) == 2
    assert capsys.readouterr().err == "✗ There is no command “bakcup”. Did you mean “kiun backup”?\n"


def test_a_command_unlike_any_other_leads_to_the_overview(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["夕焼け"]) == 2
    assert capsys.readouterr().err == "✗ There is no command “夕焼け”. “kiun --help” lists all commands.\n"


class _Failing(BaseCommand):
    error: Exception

    def handle(self, **options: object) -> None:
        raise self.error


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (DomainError("The file has no column “text”."), "✗ The file has no column “text”.\n"),
        (CommandError("No such town."), "CommandError: No such town.\n"),
    ],
)
def test_what_goes_wrong_is_one_line_and_exit_code_one(
    error: Exception, words: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    command = _Failing()
    command.error = error
    monkeypatch.setattr(command_line, "load_command_class", lambda *_: command)
    try:
        code = run(["tick"])
    except SystemExit as ended:  # Django ends the process for its own errors
        code = int(str(ended.code))
    assert (code, capsys.readouterr().err) == (1, words)


@pytest.mark.parametrize("name", OWN)
def test_every_command_explains_itself(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        run([name, "--help"])
    assert ended.value.code == 0
    assert f"kiun {name}" in capsys.readouterr().out


def test_an_argument_that_is_not_understood_ends_with_two(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        run(["tick", "--every", "soon"])
    assert ended.value.code == 2
    assert "--every" in capsys.readouterr().err


def test_kiuns_own_commands_show_an_example_and_exit_codes() -> None:
    class Example(KiunCommand):
        help = "Does something."
        example = "kiun example ひなた市\nkiun example --all"

    text = Example().create_parser("kiun", "example").format_help()
    assert "Does something." in text
    assert "  kiun example ひなた市\n  kiun example --all\n" in text
    assert "--traceback" not in text
