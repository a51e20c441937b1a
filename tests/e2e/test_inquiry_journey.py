"""照会 from the first question to the collation: one department answers on the page, one by workbook, heads approve."""

from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import pytest
from openpyxl import load_workbook
from playwright.sync_api import Browser, Page, expect

from tests.e2e.conftest import DESK, PHONE, Served, look, press, sign_in

pytestmark = pytest.mark.e2e

TITLE = "公用車の台数の調査"


def write_question(page: Page, kind: str, fields: dict[str, str]) -> None:
    page.get_by_role("link", name=kind).click()
    for name, text in fields.items():
        page.fill(f"[name={name}]", text)


def draft(page: Page, base: str) -> str:
    """A round for 市民課 and 税務課 with three questions; gives its address."""
    page.goto(f"{base}/t/hinata/inquiries/new/")
    look(page)
    page.fill("[name=title]", TITLE)
    page.fill("[name=purpose]", "来年度の更新の順番を決めるために使います。")
    page.fill("[name=due_on]", "2099-03-31")
    press(page, "問いへ進む")
    expect(page.locator("h1")).to_contain_text("知りたいことを問いにしてください")
    look(page)
    url = page.url
    page.get_by_role("link", name="最初の問いをつくる").click()
    look(page)
    write_question(page, "数値", {"text": "公用車の台数", "unit": "台", "least": "0"})
    look(page)
    press(page, "保存して、次の問いへ")
    write_question(page, "選択肢から1つ", {"text": "予約の方法", "choices": "紙\n表計算\nシステム"})
    press(page, "保存して、次の問いへ")
    write_question(page, "長い文", {"text": "困っていること"})
    page.check("[name=is_optional]")
    press(page, "問いを保存する")
    page.goto(f"{url}departments/")
    page.check("[name=audience][value=picked]")
    expect(page.get_by_role("checkbox", name="市民課")).to_be_visible()
    look(page)
    for name in ("市民課", "税務課"):
        page.get_by_role("checkbox", name=name).check()
    press(page, "この課に照会する")
    expect(page.locator("h1")).to_contain_text("3問を2課に照会します")
    look(page)
    return url


def send(page: Page) -> None:
    press(page, "照会を送る")
    page.get_by_role("dialog").get_by_role("button", name="照会を送る").click()
    expect(page.locator("h1")).to_contain_text("2課のうち0課が回答、2課が未回答です", timeout=60_000)


def request_url(page: Page, round_url: str, department: str) -> str:
    page.goto(round_url)
    page.get_by_role("link", name=department, exact=True).click()
    expect(page.locator("h1")).to_contain_text(f"{department}の回答")
    return page.url


def test_two_departments_answer_one_by_web_one_by_workbook(
    kiun: Served, page_at: Callable[..., Page], browser: Browser, tmp_path: Path
):
    asker = page_at(DESK)
    sign_in(asker, kiun.url, "midorikawa")
    round_url = draft(asker, kiun.url)
    send(asker)
    look(asker)
    citizens, taxes = (request_url(asker, round_url, name) for name in ("市民課", "税務課"))

    answer_on_the_page(page_at(PHONE), kiun.url, citizens)
    answer_by_workbook(asker, taxes, tmp_path)
    approve(page_at(DESK), kiun.url, citizens)

    # The DX office has filled in the workbook that came by mail; the head of that department is asked.
    asker.goto(round_url)
    expect(asker.locator("h1")).to_contain_text("2課のうち1課が回答、1課が未回答です")
    table = asker.locator("table.k-collation")
    expect(table.get_by_role("row").filter(has_text="市民課")).to_contain_text("7台")
    expect(table.get_by_role("row").filter(has_text="税務課")).to_contain_text("承認待ち")
    for part in (f"{round_url}totals/", round_url, f"{taxes}contact/", f"{citizens}return/"):
        asker.goto(part)
        look(asker)
    export(asker, round_url)
    close_and_open_again(asker, round_url)


def answer_on_the_page(page: Page, base: str, url: str) -> None:
    """As the member in charge, on a phone: first half of it, then the rest."""
    sign_in(page, base, "shirai")
    page.goto(f"{url}more-time/")
    look(page)
    page.goto(url)
    page.get_by_role("link", name="画面で答える").click()
    page.get_by_label("公用車の台数").fill("たくさん")
    press(page, "保存して後で続ける")
    expect(page.locator("main")).to_contain_text("「たくさん」は一つの数値として読み取れません")
    look(page)
    page.get_by_label("公用車の台数").fill("７台")
    press(page, "所属長に提出する")
    expect(page.locator("main")).to_contain_text("答えるか、「該当なし」を選んでください。")
    page.get_by_label("システム").check()
    press(page, "保存して後で続ける")
    expect(page.locator("main")).to_contain_text("保存しました")
    look(page)
    press(page, "所属長に提出する")
    expect(page.locator("main")).to_contain_text("所属長に承認をお願いしました")


def answer_by_workbook(page: Page, url: str, folder: Path) -> None:
    """Download, fill in one cell wrongly, mend it, see the difference, take it over."""
    page.goto(url)
    with page.expect_download() as waiting:
        page.get_by_role("link", name="調査票をダウンロード").click()
    assert waiting.value.suggested_filename == f"税務課_{TITLE}.xlsx"
    content = Path(waiting.value.path()).read_bytes()
    upload(page, url, filled(content, {"E8": "多数", "E9": "システム"}, folder / "誤り.xlsx"))
    expect(page.locator("main")).to_contain_text("回答 E8")
    expect(page.locator("main")).to_contain_text("このファイルからは何も取り込んでいません")
    look(page)
    upload(page, url, filled(content, {"E8": 4, "E9": "紙", "G8": "軽を含む"}, folder / "税務課.xlsx"))
    expect(page.locator("h1")).to_contain_text("2問の回答が変わります")
    look(page)
    press(page, "取り込んで、提出する")
    expect(page.locator("main")).to_contain_text("取り込み、提出しました")
    look(page)


def upload(page: Page, url: str, file: Path) -> None:
    page.goto(f"{url}upload/")
    page.set_input_files("input[type=file]", file)
    press(page, "ファイルを読み取る")


def filled(content: bytes, cells: dict[str, object], path: Path) -> Path:
    book = load_workbook(BytesIO(content))
    for ref, value in cells.items():
        book["回答"][ref] = value
    book.save(path)
    return path


def approve(page: Page, base: str, url: str) -> None:
    sign_in(page, base, "kuroda")
    expect(page.locator("main")).to_contain_text(TITLE)
    page.goto(url)
    look(page)
    press(page, "承認する")
    expect(page.locator("h1")).to_contain_text("回答しました")


def export(page: Page, round_url: str) -> None:
    page.goto(round_url)
    with page.expect_download() as waiting:
        page.get_by_role("link", name="集計表を持ち出す（Excel）").click()
    book = load_workbook(BytesIO(Path(waiting.value.path()).read_bytes()))
    assert book.sheetnames == ["課ごと", "問いごと", "部ごと"]
    rows = [[cell.value for cell in row] for row in book["課ごと"].iter_rows(min_row=3)]
    assert rows[0][:3] + rows[0][5:] == [
        "部",
        "課",
        "状態",
        "問1 公用車の台数（台）",
        "問2 予約の方法",
        "問3 困っていること",
    ]
    assert [row[1:3] + row[5:] for row in rows[1:]] == [
        ["市民課", "回答済み", 7, "システム", None],
        ["税務課", "承認待ち", "承認待ち", "承認待ち", "承認待ち"],
    ]


def close_and_open_again(page: Page, round_url: str) -> None:
    page.goto(round_url)
    press(page, "締め切る")
    page.get_by_role("dialog").get_by_role("button", name="締め切る").click()
    expect(page.locator("main")).to_contain_text("締め切りました")
    page.goto(f"{round_url}reopen/")
    look(page)
    page.fill("[name=until]", "2099-03-31")
    press(page, "開け直す")
    expect(page.locator("main")).to_contain_text("回答の受付を再開しました")


def test_an_unusual_value_is_asked_about_and_goes_to_the_head_with_its_reason(
    kiun: Served, page_at: Callable[..., Page]
):
    """In the open round of the demonstration town."""
    member, head = page_at(PHONE), page_at(DESK)
    sign_in(member, kiun.url, "shirai")
    member.goto(f"{kiun.url}/t/hinata/inquiries/")
    member.get_by_role("link", name="窓口と手続の業務量の調査（第2回） 市民課").first.click()
    url = member.url
    member.get_by_role("link", name="画面で答える").click()
    answer_nothing_but(member, "問1", "999,000")
    press(member, "所属長に提出する")
    question = member.locator("#answer-1 .k-banner")
    expect(question).to_contain_text("このままでよろしいですか。")
    expect(question).to_contain_text("から999,000人に変わります。")
    look(member)
    member.get_by_label("問1の値でよい理由").fill("本庁の総合窓口の分も数えたため。")
    press(member, "所属長に提出する")
    expect(member.locator("main")).to_contain_text("所属長に承認をお願いしました")
    sign_in(head, kiun.url, "kuroda")
    head.goto(url)
    expect(head.locator("main")).to_contain_text("問1：下の理由を確かめてから承認してください。")
    expect(head.locator("main")).to_contain_text("理由：本庁の総合窓口の分も数えたため。")
    look(head)


def answer_nothing_but(page: Page, number: str, value: str) -> None:
    """Everything else is 該当なし."""
    for answer in page.locator(".k-answer").all():
        field = answer.locator("input[inputmode=decimal], textarea").first
        if number in answer.locator(".k-answer__number").inner_text():
            field.fill(value)
            continue
        if field.count():
            field.fill("")
        answer.get_by_label("該当なし", exact=True).check()
