"""A person at a real browser, a real service behind it: upload, watch, check, in that order."""

from __future__ import annotations

import base64
import json
import re
from pathlib import Path
from typing import NamedTuple

import pytest
from playwright.sync_api import Locator, Page, expect

from core.blobs import FolderBlobs
from core.store.keys import create_key, revoke_key
from tests.api.pages.desk import draw
from tests.browser.conftest import FORM_3, FORM_5, ROOT, STRUCK, Service, Witness
from tests.core.store.orders import form, read_through
from tests.parts import eventually

# One service and one browser for all of them.
pytestmark = pytest.mark.xdist_group("browser")

HOSTILE = "<script>alert(1)</script><img src=x onerror=alert(2)>"
READ_MS = 120_000


class Rectangle(NamedTuple):
    """Left, top, right, bottom."""

    left: float
    top: float
    right: float
    bottom: float

    def holds(self, other: Rectangle, slack: float = 0) -> bool:
        return (
            self.left - slack <= other.left
            and self.top - slack <= other.top
            and other.right <= self.right + slack
            and other.bottom <= self.bottom + slack
        )


def on_screen(element: Locator) -> Rectangle:
    box = element.bounding_box()
    assert box is not None
    return Rectangle(box["x"], box["y"], box["x"] + box["width"], box["y"] + box["height"])


def true_cell(page_number: int, pointer: str) -> tuple[Rectangle, float]:
    """Return where a value's cell is on the sample's scan, and how wide the scan is, in pixels."""
    places = json.loads((ROOT / "samples" / "songjiang-2023.cells.json").read_text())
    page = places["pages"][page_number - 1]
    cells = (cell for table in page["tables"] for cell in table["cells"])
    (quad,) = (cell["quad"] for cell in cells if cell["field"] == pointer)
    xs, ys = zip(*quad, strict=True)
    return Rectangle(min(xs), min(ys), max(xs), max(ys)), page["scan"]["width"]


def true_place(page: Page, page_number: int, pointer: str) -> Rectangle:
    """Return where the cell of a value is on the screen, by the truth of the sample."""
    cell, width = true_cell(page_number, pointer)
    picture = on_screen(page.locator(".sheet-picture img:visible"))
    scale = (picture.right - picture.left) / width
    across, down = (picture.left, picture.top)
    return Rectangle(
        across + cell.left * scale,
        down + cell.top * scale,
        across + cell.right * scale,
        down + cell.bottom * scale,
    )


def value(page: Page, pointer: str) -> Locator:
    return page.locator(f'button.value[id="{pointer}"]')


def check_shown(page: Page, page_number: int, pointer: str) -> None:
    """Check that a value is chosen, and that the box on the scan is over its cell and in sight."""
    expect(value(page, pointer)).to_have_attribute("aria-current", "true")
    expect(page.locator("button.value[aria-current]")).to_have_count(1)
    chosen = page.locator("rect.chosen:visible")
    expect(chosen).to_have_count(1)

    def settled() -> bool:
        box, view = on_screen(chosen), on_screen(page.locator("#view"))
        scale = on_screen(page.locator(".sheet-picture img:visible"))
        ems = 0.01 * (scale.right - scale.left)
        place = true_place(page, page_number, pointer)
        return view.holds(box, 1) and place.holds(box, ems)

    eventually(settled, 10, f"{pointer} is shown on page {page_number}")


def opened(page: Page, scan: Path) -> Page:
    """Open the first record of a scan; bytes that were read before are not read again."""
    files = {"name": scan.name, "mimeType": "application/pdf", "buffer": scan.read_bytes()}
    job = page.context.request.post("/api/v1/jobs", multipart={"files": files}).json()  # type: ignore[dict-item]
    page.goto(f"/jobs/{job['id']}")
    page.locator(".forms a").first.click(timeout=READ_MS)
    # Once it is loaded, the script listens.
    page.wait_for_url("**/records/*")
    expect(page.locator("#view img").first).to_have_js_property("complete", value=True)
    return page


@pytest.fixture
def record(page: Page, form_5: Path) -> Page:
    """Open the record of form 5."""
    return opened(page, form_5)


def test_upload_and_watch_it_finish(page: Page, form_3: Path) -> None:
    page.goto("/")
    page.locator("#files").set_input_files(form_3)
    page.wait_for_url("**/jobs/*")
    expect(page.locator("h1")).to_have_text("产业要素对接.pdf")
    expect(page.locator(".pages li")).to_have_count(len(FORM_3), timeout=READ_MS)
    expect(page.locator(".standing .chip")).to_have_text("待核对", timeout=READ_MS)

    cards = page.locator(".pages li")
    expect(cards.nth(0)).to_contain_text("产业要素对接")
    expect(cards.nth(1)).to_contain_text("续页")
    expect(cards.nth(1)).to_contain_text("存疑 1 处")
    expect(cards.nth(0).locator("img")).to_have_js_property("naturalWidth", 300)
    with page.expect_download() as sheet:
        page.get_by_role("link", name="Excel").click()
    assert sheet.value.suggested_filename == "产业要素对接.xlsx"
    with page.expect_download() as original:
        page.get_by_role("link", name="原文件").click()
    assert Path(original.value.path()).read_bytes() == form_3.read_bytes()


def test_choosing_a_value_shows_its_place(record: Page) -> None:
    value(record, "/funding/0/executed").click()

    check_shown(record, FORM_5[0], "/funding/0/executed")
    reading = record.locator("#reading")
    expect(reading).to_contain_text("893,544.77")
    expect(reading).to_contain_text("PP-OCR")


def test_choosing_a_place_chooses_its_value(record: Page) -> None:
    place = true_place(record, FORM_5[0], "/funding/0/annual_budget")
    record.mouse.click((place.left + place.right) / 2, (place.top + place.bottom) / 2)

    check_shown(record, FORM_5[0], "/funding/0/annual_budget")


def test_a_key_leads_to_the_next_doubt_on_whatever_page(page: Page, form_3: Path) -> None:
    record = opened(page, form_3)
    record.keyboard.press("n")

    check_shown(record, FORM_3[1], STRUCK)
    expect(record.locator(".tab").nth(1)).to_have_attribute("aria-pressed", "true")
    expect(record.locator("#reading")).to_contain_text(re.compile("手写|两次识别不一致"))
    assert STRUCK in record.url


def test_all_of_it_works_from_the_keyboard(record: Page) -> None:
    value(record, "/total/score").focus()
    record.keyboard.press("Enter")
    check_shown(record, FORM_5[1], "/total/score")

    record.keyboard.press("Shift+Tab")
    record.keyboard.press("Space")
    check_shown(record, FORM_5[1], "/total/weight")


def test_an_address_leads_to_a_value(record: Page) -> None:
    record.goto(f"{record.url}#/indicators/2/score")
    record.reload()

    check_shown(record, FORM_5[0], "/indicators/2/score")


def test_the_language_is_one_click_away(record: Page) -> None:
    record.get_by_role("button", name="English").click()

    expect(record.locator("html")).to_have_attribute("lang", "en")
    expect(record.locator(".tab").first).to_have_text("Page 1")
    record.get_by_role("link", name="Jobs").click()
    expect(record.locator("#upload-title")).to_have_text("Drop scans here")


@pytest.mark.parametrize("width", [390, 1280, 1920])
def test_no_page_is_wider_than_the_screen(record: Page, width: int) -> None:
    address = record.url
    for path in (address, "/", "/records", "/login"):
        record.set_viewport_size({"width": width, "height": 800})
        record.goto(path)
        assert record.evaluate("document.documentElement.scrollWidth") <= width, path


def test_what_is_refused_is_told_in_plain_words(
    page: Page, witness: Witness, tmp_path: Path
) -> None:
    notes = tmp_path / "notes.txt"
    notes.write_text("not a scan")
    page.goto("/")

    page.locator("#files").set_input_files(notes)

    expect(page.locator("#upload-told")).to_contain_text("notes.txt：不支持的文件类型")
    expect(page.locator("progress").first).to_be_hidden()
    assert page.url.endswith("/")
    # The browser notes the refusal itself; the fixture wants nothing else there.
    assert [re.search(r"\d{3}", told)[0] for told in witness.complaints] == ["415"]  # type: ignore[index]
    witness.complaints.clear()


def test_files_can_be_dropped_anywhere(page: Page, form_3: Path) -> None:
    page.goto("/")
    handle = page.evaluate_handle(
        """encoded => {
            const bytes = Uint8Array.from(atob(encoded), letter => letter.charCodeAt(0));
            const transfer = new DataTransfer();
            transfer.items.add(new File([bytes], "再来一次.pdf"));
            return transfer;
        }""",
        base64.b64encode(form_3.read_bytes()).decode(),
    )

    page.dispatch_event("main", "drop", {"dataTransfer": handle})
    page.wait_for_url("**/jobs/*")

    expect(page.locator(".standing .chip")).to_have_text("待核对", timeout=READ_MS)
    expect(page.locator("h1")).to_have_text("再来一次.pdf")


def test_text_of_a_document_stays_text(page: Page, service: Service) -> None:
    store = service.store()
    job_id = read_through(store, HOSTILE, form(project=HOSTILE, status="review"))
    draw(store, FolderBlobs(service.data / "blobs"), job_id)
    store.close()

    page.goto(f"/jobs/{job_id}")
    expect(page.locator("h1")).to_have_text(f"{HOSTILE}.pdf")
    expect(page.locator(".forms .name")).to_have_text(HOSTILE)
    page.goto("/records")
    page.get_by_role("link", name=HOSTILE).click()
    page.wait_for_url("**/records/*")
    page.locator("#next-doubt").click()
    expect(page.locator("[data-fill=raw]")).to_have_text(HOSTILE)


def test_with_keys_a_person_signs_in(page: Page, service: Service) -> None:
    store = service.store()
    made = create_key(store, "clerk", ["read", "upload", "admin"])
    try:
        page.goto("/records")
        assert page.url.endswith("/login?next=/records")
        page.get_by_label("API 密钥").fill(made.secret)
        page.get_by_role("button", name="登录").click()
        expect(page.locator("h1")).to_have_text("记录")
        assert page.evaluate("document.cookie") == ""
        page.get_by_role("button", name="退出").click()
        expect(page.locator("h1")).to_have_text("登录")
    finally:
        revoke_key(store, made.key.id)
        store.close()
