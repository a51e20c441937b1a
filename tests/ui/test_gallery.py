import re

import pytest
from django.test import Client, override_settings

PAGES = ["", "overview/", "form/?rejected", "wide-table/", "public/", "print/", "embed/", "sign-in/", "search/?q=x"]


@pytest.mark.parametrize("path", PAGES)
def test_page_writes_each_id_and_each_attribute_once(client: Client, path):
    html = client.get(f"/gallery/{path}").content.decode()
    ids = re.findall(r'\sid="([^"]+)"', html)
    assert sorted({name for name in ids if ids.count(name) > 1}) == []
    tags = re.findall(r"<[a-z][^<>]*>", html)
    assert [tag for tag in tags if len(re.findall(r'\sclass="', tag)) > 1] == []


@pytest.mark.parametrize(
    ("name", "status"), [("400", 400), ("403", 403), ("404", 404), ("403_csrf", 403), ("500", 500)]
)
def test_error_pages_answer_with_their_status_and_a_way_on(client: Client, name, status):
    answer = client.get(f"/gallery/errors/{name}/")
    assert answer.status_code == status
    assert "最初のページへ" in answer.content.decode()


def test_a_domain_error_says_its_sentence(client: Client):
    answer = client.get("/gallery/errors/domain/")
    assert answer.status_code == 400
    assert "期限を令和8年4月1日以降の日に直してください。" in answer.content.decode()


@override_settings(LANGUAGE_COOKIE_NAME="speech")
def test_language_is_kept_in_a_cookie_and_leads_back(client: Client):
    answer = client.get("/language/en/?next=/gallery/public/%3Fa=1")
    assert answer["Location"] == "/gallery/public/?a=1"
    assert answer.cookies["speech"].value == "en"


@pytest.mark.parametrize("back", ["https://example.com/", "//example.com/", "javascript:alert(1)"])
def test_language_never_leads_to_another_site(client: Client, back):
    assert client.get("/language/ja/", {"next": back})["Location"] == "/"


def test_an_unknown_language_is_not_found(client: Client):
    assert client.get("/language/fr/").status_code == 404
