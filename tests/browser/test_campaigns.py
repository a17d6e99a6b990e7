"""A person at a campaign: watch it, pause it, draw a sample, look at the scans, take the sheet away."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from core.blobs import FolderBlobs
from core.store.items import add_manifest
from tests.api.pages.backfill import NAME, READ, backfill, file_row
from tests.api.pages.desk import HOSTILE
from tests.browser.conftest import Service

# One service and one browser for all of them.
pytestmark = pytest.mark.xdist_group("browser")


def test_a_campaign_is_watched_paused_and_accepted(page: Page, service: Service) -> None:
    store = service.store()
    campaign = backfill(store, FolderBlobs(service.data / "blobs"))

    page.goto("/")
    page.get_by_role("link", name="批次").click()
    page.get_by_role("link", name=NAME).click()
    expect(page.locator("h1")).to_have_text(NAME)
    expect(page.locator(".states li").first).to_contain_text("待上传 1")
    expect(page.locator(".failures tbody tr").first).to_contain_text("文件损坏")

    page.get_by_role("button", name="暂停").click()
    expect(page.locator(".standing .chip")).to_have_text("已暂停")
    page.get_by_role("button", name="继续").click()
    expect(page.locator(".standing .chip")).to_have_text("进行中")
    # What goes on behind the page's back shows on it by itself.
    add_manifest(store, campaign.id, [file_row("2023/民政局/未传.pdf", standing="vanished")])
    expect(page.locator(".standing .chip")).to_have_text("已读完")

    page.get_by_role("link", name="抽检验收").click()
    page.get_by_label("抽检比例 %").fill("100")
    page.get_by_label("机器检查 %").fill("50")
    page.get_by_role("button", name="抽样").click()
    files = page.locator(".samples > li")
    expect(files).to_have_count(READ)
    expect(files.locator("img").first).to_have_js_property("naturalWidth", 50)
    expect(page.locator(".samples h3", has_text=HOSTILE)).to_have_count(1)
    for number in range(READ):
        files.nth(number).get_by_role("button", name="三项均合格").click()
        expect(files.nth(number).locator(".chip")).to_have_text("合格")
    expect(page.locator(".standing .chip")).to_have_text("合格")
    files.first.get_by_label("图像与目录不符").check()
    files.first.get_by_label("备注").fill(HOSTILE)
    files.first.get_by_role("button", name="登记有误").click()
    expect(page.locator(".standing .chip")).to_have_text("不合格")
    expect(files.first).to_contain_text(HOSTILE)
    with page.expect_download() as sheet:
        page.get_by_role("link", name="验收单（PDF）").click()
    assert Path(sheet.value.path()).read_bytes().startswith(b"%PDF-")

    page.goto("/campaigns")
    page.get_by_role("link", name=NAME).click()
    page.get_by_role("button", name="English").click()
    expect(page.locator(".standing .chip")).to_have_text("read")
    store.close()


@pytest.mark.parametrize("width", [390, 1280])
@pytest.mark.parametrize("path", ["", "/files", "/coverage", "/acceptance", "/differences"])
def test_no_page_is_wider_than_the_screen(
    page: Page, service: Service, path: str, width: int
) -> None:
    store = service.store()
    backfill(store, FolderBlobs(service.data / "blobs"))
    store.close()
    page.set_viewport_size({"width": width, "height": 800})
    page.goto(f"/campaigns/{NAME}{path}")
    expect(page.locator("main")).to_contain_text(NAME)
    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
