"""The pages of the sources: choosing, uploading, confirming, connecting a program."""

from datetime import date
from decimal import Decimal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django_scopes import scope

from kiun.goals.models import Indicator, Measurement, PushedSource, SourceFile
from kiun.kernel.tabular import OutputColumn, OutputSheet, write_workbook
from kiun.municipality.models import ApiToken, Membership, Municipality, Role
from tests.factories import make_goal, make_indicator, make_membership, make_plan

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


@pytest.fixture
def post(hinata: Municipality) -> Membership:
    return make_membership(hinata, Role.ADMIN)


@pytest.fixture
def client(post: Membership) -> Client:
    client = Client(headers={"Accept-Language": "en"})
    client.force_login(post.user, backend=BACKEND)
    return client


@pytest.fixture
def indicator(hinata: Municipality, post: Membership) -> Indicator:
    return make_indicator(make_goal(make_plan(hinata)), "申請件数", owner=post, cadence="monthly", terms={"unit": "件"})


def at(path: str) -> str:
    return f"/t/hinata/{path}"


def table(rows: list[list[object]]) -> SimpleUploadedFile:
    sheet = OutputSheet("受付", [OutputColumn("受付日"), OutputColumn("件数")], rows)
    return SimpleUploadedFile("受付.xlsx", write_workbook([sheet]))


def test_from_file_to_values(client: Client, hinata: Municipality, indicator: Indicator) -> None:
    uploaded = client.post(at("sources/files/new/"), {"file": table([[date(2026, 8, 5), 10], [date(2026, 8, 6), 2]])})
    with scope(municipality=hinata):
        file = SourceFile.objects.get()
    columns = at(f"sources/files/{file.pk}/columns/")
    assert uploaded.headers["Location"] == f"{columns}?indicator="
    page = client.get(columns)
    assert page.context["form"].initial == {"indicator": None, "date": "受付日", "value": "件数"}
    assert page.context["sample"] == {
        "headers": ["受付日", "件数"],
        "rows": [["2026-08-05", "10"], ["2026-08-06", "2"]],
    }
    chosen = client.post(columns, {"indicator": indicator.pk, "date": "受付日", "value": "件数", "how": "sum"})
    assert chosen.headers["Location"] == at(f"sources/files/{file.pk}/")
    preview = client.get(at(f"sources/files/{file.pk}/"))
    assert (preview.context["news"], preview.context["is_sound"]) == (1, True)
    assert client.post(at(f"sources/files/{file.pk}/take/")).headers["Location"] == at("sources/")
    with scope(municipality=hinata):
        assert [(m.on, m.value, m.source) for m in Measurement.objects.all()] == [
            (date(2026, 8, 31), Decimal(12), "file")
        ]
    assert client.get(at(f"sources/files/{file.pk}/")).status_code == 404


def test_the_next_file_goes_straight_to_its_preview(client: Client, hinata: Municipality, indicator: Indicator) -> None:
    test_from_file_to_values(client, hinata, indicator)
    answer = client.post(at("sources/files/new/"), {"file": table([[date(2026, 9, 5), 10]])})
    with scope(municipality=hinata):
        file = SourceFile.objects.get(taken_at__isnull=True)
    assert answer.headers["Location"] == at(f"sources/files/{file.pk}/")
    client.post(at(f"sources/files/{file.pk}/leave-out/{indicator.pk}/"))
    assert client.get(at(f"sources/files/{file.pk}/")).headers["Location"] == at(f"sources/files/{file.pk}/columns/")
    client.post(at(f"sources/files/{file.pk}/discard/"))
    with scope(municipality=hinata):
        assert SourceFile.objects.count() == 1


def test_what_is_missing_is_said_at_the_field(client: Client, hinata: Municipality, indicator: Indicator) -> None:
    client.post(at("sources/files/new/"), {"file": table([[date(2026, 8, 5), 10]])})
    with scope(municipality=hinata):
        file = SourceFile.objects.get()
    body = {"indicator": indicator.pk, "date": "受付日", "how": "sum", "only_where": "件数"}
    refused = client.post(at(f"sources/files/{file.pk}/columns/"), body)
    assert refused.status_code == 422
    assert set(refused.context["form"].errors) == {"value", "equals"}


def test_a_file_that_cannot_be_read_keeps_the_person_on_the_page(client: Client, indicator: Indicator) -> None:
    answer = client.post(at("sources/files/new/"), {"file": SimpleUploadedFile("x.xlsx", b"PK\x03\x04no")})
    assert (answer.status_code, list(answer.context["form"].errors)) == (422, ["file"])


def test_cells_that_cannot_be_read_stop_the_taking(client: Client, hinata: Municipality, indicator: Indicator) -> None:
    client.post(at("sources/files/new/"), {"file": table([[date(2026, 8, 5), "多数"]])})
    with scope(municipality=hinata):
        file = SourceFile.objects.get()
    body = {"indicator": indicator.pk, "date": "受付日", "value": "件数", "how": "sum"}
    client.post(at(f"sources/files/{file.pk}/columns/"), body)
    assert "受付 B2" in client.get(at(f"sources/files/{file.pk}/")).content.decode()
    refused = client.post(at(f"sources/files/{file.pk}/take/"), follow=True)
    assert refused.redirect_chain[-1][0] == at(f"sources/files/{file.pk}/")
    with scope(municipality=hinata):
        assert Measurement.objects.count() == 0


def test_a_program_is_connected_and_its_key_shown_once(client: Client, hinata: Municipality) -> None:
    body = {"label": "窓口受付システム", "slug": "counter", "unit": "件", "cadence": "monthly"}
    shown = client.post(at("sources/programs/new/"), body)
    secret = shown.context["secret"]
    assert secret in shown.content.decode()
    assert secret not in client.get(at("sources/programs/counter/")).content.decode()
    another = client.post(at("sources/programs/counter/key/")).context["secret"]
    with scope(municipality=hinata):
        first, _second = ApiToken.objects.order_by("pk")
    assert another != secret
    client.post(at(f"sources/programs/counter/keys/{first.pk}/revoke/"))
    with scope(municipality=hinata):
        assert [key.revoked_at is None for key in ApiToken.objects.order_by("pk")] == [False, True]
    assert client.post(at("sources/programs/counter/end/")).headers["Location"] == at("sources/")
    with scope(municipality=hinata):
        assert PushedSource.objects.get().ended_on is not None
        assert all(key.revoked_at for key in ApiToken.objects.all())


def test_a_short_name_that_is_taken_is_said_at_its_field(client: Client, hinata: Municipality) -> None:
    body = {"label": "x", "slug": "counter", "cadence": "monthly"}
    client.post(at("sources/programs/new/"), body)
    refused = client.post(at("sources/programs/new/"), body)
    assert (refused.status_code, list(refused.context["form"].errors)) == (422, ["slug"])
    assert list(client.post(at("sources/programs/new/"), {**body, "slug": "窓口"}).context["form"].errors) == ["slug"]


def test_the_source_of_an_indicator_is_chosen(client: Client, hinata: Municipality, indicator: Indicator) -> None:
    client.post(at("sources/programs/new/"), {"label": "x", "slug": "counter", "cadence": "monthly"})
    path = at(f"goals/indicators/{indicator.pk}/source/")
    assert client.get(path).context["form"].initial == {"source": "manual"}
    answer = client.post(path, {"source": "pushed:counter", "reason": "自動化"})
    assert answer.headers["Location"] == at(f"goals/indicators/{indicator.pk}/")
    with scope(municipality=hinata):
        assert Indicator.objects.get().source == "pushed:counter"
    upload = client.post(path, {"source": "file"})
    assert upload.headers["Location"] == f"{at('sources/files/new/')}?indicator={indicator.pk}"


def test_a_file_for_one_indicator_asks_for_its_columns(
    client: Client, hinata: Municipality, indicator: Indicator
) -> None:
    path = f"{at('sources/files/new/')}?indicator={indicator.pk}"
    answer = client.post(path, {"file": table([[date(2026, 8, 5), 10]])})
    assert answer.headers["Location"].endswith(f"columns/?indicator={indicator.pk}")
    assert client.get(answer.headers["Location"]).context["form"].initial["indicator"] == str(indicator.pk)
