import json
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.utils.translation import get_language, override
from ninja.openapi.schema import OpenAPISchema

from kiun.config.api import api
from kiun.config.management.commands.openapi import COMMITTED, description_of_the_api

ROOT = Path(__file__).parents[2]


def test_the_committed_description_equals_the_code() -> None:
    assert (ROOT / COMMITTED).read_text(encoding="utf-8") == description_of_the_api(), "run “kiun openapi”"


def test_errors_are_described_as_problems() -> None:
    for operations in api.get_openapi_schema()["paths"].values():
        for operation in operations.values():
            answers = operation["responses"].items()
            kinds = {next(iter(answer["content"])) for status, answer in answers if int(status) >= 400}
            assert kinds == {"application/problem+json"}
            assert operation["security"] == [{"AccessKey": []}]


def test_the_description_is_made_once_for_each_language(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    languages = []
    whole = OpenAPISchema.__init__

    def counted(schema: OpenAPISchema, *arguments: Any) -> None:
        languages.append(get_language())
        whole(schema, *arguments)

    monkeypatch.setattr(OpenAPISchema, "__init__", counted)
    monkeypatch.setattr(api, "_descriptions", {})
    for language in ("ja", "en", "ja", "en"):
        answer = client.get("/api/v1/openapi.json", headers={"Accept-Language": language})
        with override(language):
            assert answer.json() == json.loads(json.dumps(api.get_openapi_schema()))
    assert languages == ["ja", "en"]


def test_check_refuses_another_description(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    from kiun.config.command_line import run

    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("LANG", "en_US.UTF-8")
    assert run(["openapi", "--check"]) == 1
    assert capsys.readouterr().err == (
        "✗ docs/api/openapi.json does not fit the code. Run “kiun openapi” and commit it.\n"
    )
    assert run(["openapi"]) == 0
    assert run(["openapi", "--check"]) == 0
