"""Pictures of pages, cuts out of them, and the files themselves."""

from __future__ import annotations

import io

import pytest
from PIL import Image
from starlette.testclient import TestClient

from api.downloads import content_disposition
from api.parts import Parts
from tests.api.finished import SCAN, finished, picture


def test_a_page_is_shown_and_need_not_be_sent_twice(client: TestClient, parts: Parts) -> None:
    job_id = finished(parts)
    (page,) = client.get(f"/api/v1/jobs/{job_id}/documents/0/pages").json()
    shown = client.get(page["picture_url"])
    assert (shown.status_code, shown.headers["content-type"]) == (200, "image/jpeg")
    assert shown.content == picture()
    assert shown.headers["cache-control"].startswith("private")
    again = client.get(page["picture_url"], headers={"If-None-Match": shown.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")


def test_a_box_is_cut_in_the_frame_of_the_page(client: TestClient, parts: Parts) -> None:
    address = f"/api/v1/jobs/{finished(parts)}/documents/0/pages/1/picture"

    def cut(box: str) -> Image.Image:
        answer = client.get(address, params={"box": box})
        assert answer.status_code == 200, answer.text
        return Image.open(io.BytesIO(answer.content)).convert("RGB")

    # The frame is 100 × 140, the picture half of it, and its upper left quarter is red.
    red, white = cut("10,10,40,60"), cut("60,80,100,140")
    assert (red.size, white.size) == ((15, 25), (20, 30))
    assert red.getpixel((7, 12))[1] < 60  # type: ignore[index]
    assert min(white.getpixel((10, 15))) > 200  # type: ignore[arg-type]
    assert cut("0,0,999999,999999").size == (50, 70)


@pytest.mark.parametrize(
    ("query", "code"),
    [("box=5,5,5,9", "bad_option"), ("box=500,0,600,9", "bad_option"), ("box=a", "bad_request")],
)
def test_a_box_without_pixels_is_refused(
    client: TestClient, parts: Parts, query: str, code: str
) -> None:
    answer = client.get(f"/api/v1/jobs/{finished(parts)}/documents/0/pages/1/picture?{query}")
    assert (answer.status_code, answer.json()["code"]) == (422, code)


def test_what_is_not_there_is_told(client: TestClient, parts: Parts) -> None:
    address = f"/api/v1/jobs/{finished(parts)}/documents"
    wrong = [
        client.get(f"{address}/0/pages/2/picture"),
        client.get(f"{address}/1/pages/1/picture"),
        client.get(f"{address}/1/pages"),
        client.get(f"{address}/1/file"),
    ]
    codes = [(answer.status_code, answer.json()["code"]) for answer in wrong]
    assert codes == [(404, "picture_missing"), *[(404, "document_not_found")] * 3]


def test_a_file_comes_back_as_it_was_and_is_only_saved(client: TestClient, parts: Parts) -> None:
    answer = client.get(f"/api/v1/jobs/{finished(parts)}/documents/0/file")
    assert answer.content == SCAN
    assert answer.headers["content-type"] == "application/octet-stream"
    assert answer.headers["content-disposition"] == content_disposition("二〇二三.pdf")
