"""From the choice of a period to files that an office program opens without a word of complaint."""

import os
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.conftest import DESK, PHONE, Served, assert_accessible, assert_fits, assert_quiet, sign_in

pytestmark = pytest.mark.e2e


def as_text(file: Path) -> str:
    """What LibreOffice makes of it. A damaged file gives no PDF."""
    program = os.environ.get("KIUN_LIBREOFFICE") or shutil.which("soffice")
    assert program, "LibreOffice is needed: python tools/programs.py libreoffice"
    home = f"-env:UserInstallation=file://{file.parent}/office"
    for kind in ("pdf", "txt"):
        # Slides have no text form.
        if kind == "txt" and file.suffix == ".pptx":
            continue
        subprocess.run(
            [program, home, "--headless", "--convert-to", kind, "--outdir", str(file.parent), str(file)],
            check=True,
            capture_output=True,
            timeout=120,
        )
    pdf = file.with_suffix(".pdf")
    assert pdf.read_bytes().startswith(b"%PDF")
    text = file.with_suffix(".txt")
    return text.read_text(encoding="utf-8") if text.exists() else ""


def test_a_report_is_written_opened_and_published(kiun: Served, page_at: Callable[..., Page], tmp_path: Path):
    page = page_at(DESK)
    sign_in(page, kiun.url, "midorikawa")
    page.goto(f"{kiun.url}/t/hinata/reports/")
    page.get_by_role("link", name="報告書を作る").first.click()
    page.get_by_role("list").get_by_role("link", name="令和").nth(1).click()
    page.get_by_role("button", name="この期間で作る").click()
    expect(page.get_by_role("heading", name="計画の現在地")).to_be_visible(timeout=60_000)
    assert_accessible(page)
    for name, suffix in (("Word", "docx"), ("PowerPoint", "pptx")):
        with page.expect_download() as download:
            page.get_by_role("link", name=name).click()
        file = tmp_path / f"report.{suffix}"
        download.value.save_as(file)
        said = as_text(file)
        assert suffix == "pptx" or "計画の現在地" in said
    page.get_by_role("button", name="公開する").click()
    page.get_by_role("dialog").get_by_role("button", name="公開する").click()
    address = page.get_by_role("link", name="公開ページを見る").get_attribute("href")
    visitor = page_at(PHONE)
    visitor.goto(f"{kiun.url}{address}")
    expect(visitor.get_by_role("heading", name="計画の現在地")).to_be_visible()
    assert_fits(visitor)
    assert_accessible(visitor)
    visitor.get_by_role("link", name="表「目標に近づいた指標」に全件を掲載").click()
    expect(visitor.locator("#ahead")).to_be_in_viewport()
    visitor.get_by_role("link", name="書かない窓口の導入").first.click()
    expect(visitor.get_by_role("listitem").filter(has_text="書かない窓口の導入").last).to_be_in_viewport()
    assert_quiet(visitor)
    assert_quiet(page)
