"""Acceptance as a page: a sample is drawn, each file is looked at, the verdict follows."""

from __future__ import annotations

import re
from urllib.parse import quote

from starlette.testclient import TestClient

from api.parts import Parts
from core.store.acceptance import find_acceptance
from core.store.campaigns import find_campaign
from core.store.items import add_manifest
from tests.api.pages.backfill import NAME, backfill, file_row
from tests.api.pages.desk import HOSTILE, text_of

URL = f"/campaigns/{quote(NAME)}/acceptance"
FIGURES = {"sample": "5", "machine": "70", "match": "100", "others": "95"}


def drawn(client: TestClient, parts: Parts) -> list[str]:
    """Draw the whole of the campaign; return the files of the sample as the page names them."""
    backfill(parts.store, parts.blobs)
    answer = client.post(f"{URL}/sample", data={**FIGURES, "sample": "100", "seed": "5"})
    assert answer.status_code == 200, answer.text
    return re.findall(r'<li id="file-(\w+)"', client.get(URL).text)


def test_a_sample_is_drawn_with_figures_but_none_too_small(
    client: TestClient, parts: Parts
) -> None:
    campaign = backfill(parts.store, parts.blobs)
    page = client.get(URL).text
    assert 'min="5"' in page
    small = client.post(f"{URL}/sample", data={**FIGURES, "sample": "4.9"})
    assert small.status_code == 422
    assert "a sample of 4.9% is too small" in text_of(small.text)
    answer = client.post(f"{URL}/sample", data=FIGURES, follow_redirects=False)
    assert (answer.status_code, answer.headers["location"]) == (303, URL)
    view = find_acceptance(parts.store, campaign)
    assert (view.drawn, view.figures.machine) == (3, 0.7)
    assert f"seed {view.seed}" in text_of(client.get(URL).text)


def test_files_stand_beside_their_scans(client: TestClient, parts: Parts) -> None:
    assert len(drawn(client, parts)) == 12
    page = client.get(URL).text
    assert HOSTILE not in page
    assert f"2021/财政局/{HOSTILE}.pdf" in text_of(page)
    thumbnails = re.findall(r'<img src="(/jobs/[^"]+/pages/1/thumbnail)"', page)
    pictures = re.findall(r'href="(/api/v1/jobs/[^"]+/pages/1/picture)"', page)
    assert len(thumbnails) == len(pictures) == 12
    for address in (thumbnails[0], pictures[0]):
        assert client.get(address).headers["content-type"] == "image/jpeg"
    assert "Catalogue : 2021 · 财政局 · box 012" in text_of(page).replace(
        "Catalogue: ", "Catalogue : "
    )


def test_findings_make_the_verdict(client: TestClient, parts: Parts) -> None:
    files = drawn(client, parts)
    # The file that is still to come would keep it open.
    gone = file_row("2023/民政局/未传.pdf", standing="vanished")
    add_manifest(parts.store, find_campaign(parts.store, NAME).id, [gone])
    nothing = client.post(f"{URL}/findings/{files[0]}/wrong", data={"note": "?"})
    assert nothing.status_code == 422
    for file in files:
        answer = client.post(f"{URL}/findings/{file}/right", follow_redirects=False)
        assert answer.headers["location"] == f"{URL}#file-{file}"
    assert "Acceptance Sheet (PDF) Reworks (CSV) passed" in text_of(client.get(URL).text)
    wrong = {"wrong": ["match", "values"], "note": HOSTILE}
    client.post(f"{URL}/findings/{files[0]}/wrong", data=wrong)
    page = client.get(URL).text
    assert "Reworks (CSV) failed" in text_of(page)
    told = "picture is not what the catalogue says, values wrong"
    assert f"{told} {HOSTILE}" in text_of(page)
    assert HOSTILE not in page
    assert "1 earlier findings right" in text_of(page)
    sheet = client.get(f"/api/v1{URL}/sheet?format=pdf")
    assert sheet.content.startswith(b"%PDF-")
