"""What holds for all pages: nothing inline, nothing from elsewhere, every word in both languages."""

from __future__ import annotations

import hashlib
import re
from pathlib import Path
from typing import get_args

import pytest
from starlette.testclient import TestClient

import api
from api.pages.campaign_view import CampaignStanding
from core.acceptance.verdict import Verdict as Accepted
from core.extraction import FieldStatus, PageKind, Verdict
from core.messages import LANGUAGES, Language, catalogue
from core.store.tables import (
    DeliveryState,
    DuplicateKind,
    JobState,
    Judgement,
    RecordStatus,
    Stage,
)

ROOT = Path(api.__file__).parent
TEMPLATES = sorted((ROOT / "templates").glob("*.html"))
OWN = [ROOT / "static" / "dangan.js", ROOT / "static" / "dangan.css"]

HTMX_SHA256 = "a0abb04f2f45a1f89d1d4844023245537e5e6014c87b144553e0607b4cc32130"
"""docs/decisions/0007 says where it is from."""

FAMILIES: dict[str, tuple[str, ...]] = {
    "state_": get_args(JobState),
    "told_": get_args(JobState),
    "stage_": get_args(Stage),
    "kind_": get_args(PageKind),
    "mark_": ("waiting", "running", "done", "failed"),
    "record_": get_args(RecordStatus),
    "status_": get_args(FieldStatus),
    "flag_": ("review", "missing", "corrected"),
    "delivery_": get_args(DeliveryState),
    "duplicate_": get_args(DuplicateKind),
    "judgement_": (*get_args(Judgement), "all"),
    "judge_": get_args(Judgement),
    "coverage_": ("review", "open", "failed", "missing", "duplicate"),
    "campaign_state_": get_args(CampaignStanding),
    "campaign_told_": get_args(CampaignStanding),
    "rerun_": ("failed", "outdated"),
    "rerun_what_": ("failed", "outdated"),
    "with_": ("box", "item_number", "archive_number"),
    "accepted_": get_args(Accepted),
    "verdict_": ("reading_error", "form_error", "undecided"),
}


def codes() -> set[str]:
    """Return the codes of all words that templates and code ask for."""
    templates = "".join(path.read_text() for path in TEMPLATES)
    plain = set(re.findall(r"\bt\('(\w+)'[,)]", templates))
    python = "".join(path.read_text() for path in (ROOT / "pages").glob("*.py"))
    said = set(re.findall(r'say\(\s*"pages", "(\w+)"', python))
    families = {prefix + code for prefix, members in FAMILIES.items() for code in members}
    return plain | said | families


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_catalogue_has_every_word_and_no_other(language: Language) -> None:
    assert set(catalogue(language)["pages"]) == codes()


def test_every_family_of_words_is_asked_for() -> None:
    asked = "".join(path.read_text() for path in (*TEMPLATES, *(ROOT / "pages").glob("*.py")))

    for prefix in FAMILIES:
        assert f"t('{prefix}' ~" in asked or f'f"{prefix}{{' in asked
    assert set(FAMILIES["verdict_"]) == set(get_args(Verdict)) - {"pass"}


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.name)
def test_a_template_holds_nothing_that_the_policy_forbids(path: Path) -> None:
    text = path.read_text()

    assert not re.search(r"<style|\sstyle=|\son\w+=|javascript:|hx-on|\|\s*safe", text)
    assert all("src=" in script for script in re.findall(r"<script[^>]*>", text))
    assert not re.search(r"https?:|//\w", text)


def test_our_own_script_writes_no_html_and_asks_nobody_else() -> None:
    for path in OWN:
        text = path.read_text()
        assert not re.search(r"innerHTML|outerHTML|insertAdjacent|document\.write|eval\(", text)
        assert not re.search(r"https?:|url\(", text)


def test_htmx_is_the_release_that_was_looked_at() -> None:
    shipped = (ROOT / "static" / "htmx.min.js").read_bytes()

    assert hashlib.sha256(shipped).hexdigest() == HTMX_SHA256
    assert "Zero-Clause BSD" in (ROOT / "static" / "htmx.LICENSE.txt").read_text()


@pytest.mark.parametrize("path", ["/", "/records", "/login", "/jobs/none"])
def test_pages_let_browsers_load_from_here_alone(client: TestClient, path: str) -> None:
    headers = client.get(path).headers

    assert headers["content-security-policy"].startswith("default-src 'self';")
    assert "unsafe" not in headers["content-security-policy"]
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["cache-control"] == "no-store"


@pytest.mark.parametrize("name", ["dangan.css", "dangan.js", "htmx.min.js", "icon.svg"])
def test_what_pages_need_is_served(client: TestClient, name: str) -> None:
    answer = client.get(f"/static/{name}")
    known = {"If-None-Match": answer.headers["etag"]}
    assert answer.status_code == 200
    assert answer.headers["cache-control"] == "no-cache"
    assert client.get(f"/static/{name}", headers=known).status_code == 304
    assert f"/static/{name}" in client.get("/").text


def test_the_description_of_the_api_does_not_list_pages(client: TestClient) -> None:
    paths = client.get("/openapi.json").json()["paths"]

    assert paths
    assert all(path.startswith(("/api/", "/healthz", "/readyz", "/metrics")) for path in paths)
