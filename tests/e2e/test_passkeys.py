"""A passkey in a real browser: registered, used alone, used as the second step, and never against the page's rules."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from kiun.dashboard.demo import DEMO_PASSWORD
from tests.e2e.conftest import DESK, Served, assert_accessible, assert_quiet

pytestmark = pytest.mark.e2e
AUTHENTICATOR = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}
SIGN_OUT, PASSKEYS, ADD = "/accounts/logout/", "/accounts/2fa/webauthn/", "/accounts/2fa/webauthn/add/"


@pytest.fixture
def page(kiun: Served, page_at: Callable[..., Page]) -> Page:
    page = page_at(DESK)
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    session.send("WebAuthn.addVirtualAuthenticator", {"options": AUTHENTICATOR})
    # The browser gives passkeys to a secure place only; its own machine counts as one by this name.
    page.base = kiun.url.replace("127.0.0.1", "localhost")
    return page


def by_password(page: Page, name: str) -> None:
    page.goto(f"{page.base}/accounts/login/")
    page.get_by_label("メールアドレスまたはサインインに使う名前").fill(name)
    page.get_by_label("パスワード").fill(DEMO_PASSWORD)
    page.get_by_role("button", name="サインイン", exact=True).click()
    page.wait_for_load_state()


def add_passkey(page: Page) -> None:
    page.goto(page.base + ADD)
    page.get_by_label("パスワード").fill(DEMO_PASSWORD)
    page.get_by_role("button", name="進む").click()
    page.get_by_label("機器の名前").fill("仕事用のパソコン")
    expect(page.get_by_label("パスワードなしで、これだけでサインインする")).to_be_checked()
    assert_accessible(page)
    with page.expect_navigation():
        page.get_by_role("button", name="パスキーを加える").click()


def sign_out(page: Page) -> None:
    page.goto(page.base + SIGN_OUT)
    page.get_by_role("button", name="サインアウト").click()
    page.wait_for_load_state()


def test_a_passkey_alone_leads_in(page):
    by_password(page, "shirai")
    add_passkey(page)
    page.goto(page.base + PASSKEYS)
    expect(page.get_by_role("cell", name="仕事用のパソコン")).to_be_visible()
    assert_accessible(page)
    sign_out(page)
    page.goto(f"{page.base}/accounts/login/")
    assert_accessible(page)
    with page.expect_navigation():
        page.get_by_role("button", name="パスキーでサインイン").click()
    page.goto(page.base + PASSKEYS)
    expect(page.get_by_role("cell", name="仕事用のパソコン")).to_be_visible()
    assert_quiet(page)


def test_after_the_password_the_passkey_is_asked_for(page):
    by_password(page, "kuroda")
    add_passkey(page)
    sign_out(page)
    by_password(page, "kuroda")
    expect(page.get_by_role("heading", name="もう一歩です")).to_be_visible()
    assert_accessible(page)
    with page.expect_navigation():
        page.get_by_role("button", name="パスキーを使う").click()
    page.goto(f"{page.base}/accounts/2fa/totp/activate/")
    expect(page.get_by_role("heading", name="ご本人の確認")).to_be_visible()
    assert_quiet(page)


def test_the_picture_of_the_authenticator_app_is_shown(page):
    by_password(page, "aoyama")
    page.goto(f"{page.base}/accounts/2fa/totp/activate/")
    page.get_by_label("パスワード").fill(DEMO_PASSWORD)
    page.get_by_role("button", name="進む").click()
    picture = page.get_by_role("img", name="アプリに登録する鍵の画像")
    expect(picture).to_be_visible()
    assert picture.evaluate("image => image.complete && image.naturalWidth > 0")
    assert_accessible(page)
    assert_quiet(page)


def test_a_passkey_that_is_not_there_is_said(page):
    page.goto(f"{page.base}/accounts/login/")
    page.evaluate("() => { navigator.credentials.get = () => Promise.reject(new Error('none')) }")
    page.get_by_role("button", name="パスキーでサインイン").click()
    expect(page.get_by_role("alert")).to_have_text(
        "パスキーを使えませんでした。もう一度試すか、別の方法でサインインしてください。"
    )
    assert_quiet(page)
