"""The first sight of a service: by its name this file comes before those that hand something in."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

# One service and one browser for all of them.
pytestmark = pytest.mark.xdist_group("browser")


def test_an_empty_archive_says_how_to_begin(page: Page) -> None:
    page.goto("/")
    expect(page.locator(".empty h2")).to_have_text("还没有任务")
    expect(page.get_by_role("button", name="用十张样表试一试")).to_be_visible()
