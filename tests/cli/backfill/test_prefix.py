"""A prefix of an object store goes in as a folder does."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import fsspec
import pytest
from moto.server import ThreadedMotoServer

from cli.backfill.ledger import opened_ledger
from cli.backfill.manifest import Look
from cli.backfill.parcels import parcels_of
from cli.backfill.shelf import Shelf, Stamp, open_shelf
from cli.backfill.walk import walked
from core.errors import UnreadableFile
from core.vocabulary import standard
from tests.api.uploads.archives import packed

PDF = b"%PDF-"


@pytest.fixture(scope="module")
def endpoint() -> Iterator[str]:
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()


@pytest.fixture
def bucket(endpoint: str, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setenv("AWS_ENDPOINT_URL", endpoint)
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "test")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "test")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    fsspec.get_filesystem_class("s3").clear_instance_cache()
    name = f"archive-{os.urandom(4).hex()}"
    fsspec.filesystem("s3").mkdir(name)
    return f"s3://{name}"


def put(url: str, content: bytes) -> None:
    with fsspec.open(url, "wb") as target:
        target.write(content)


def names(shelf: Shelf) -> dict[str, str | None]:
    with opened_ledger(None, "") as ledger:
        look = Look(standard(), passed_over=Counter())
        found = [seen.row for some in walked(shelf, look, ledger) for seen in some]
    return {row.path: row.code or row.standing for row in found}


@pytest.mark.filterwarnings("ignore")
def test_objects_and_archives_are_seen_and_made_ready(bucket: str, tmp_path: Path) -> None:
    put(f"{bucket}/scans/2019/市教育局/a.pdf", PDF + b"a")
    put(f"{bucket}/scans/2020.zip", packed({"b.pdf": PDF + b"b"}))
    put(f"{bucket}/scans/.hidden/c.pdf", PDF)
    put(f"{bucket}/scans/d.pdf", b"no scan")
    put(f"{bucket}/other/e.pdf", PDF)
    shelf = open_shelf(f"{bucket}/scans/")

    with opened_ledger(tmp_path, shelf.url) as ledger, parcels_of(shelf) as parcels:
        look = Look(standard(), recall=ledger.recall, passed_over=Counter())
        rows = [seen.row for some in walked(shelf, look, ledger) for seen in some]
        found = {row.path: row for row in rows}
        assert {path: row.standing for path, row in found.items()} == {
            "scans/2019/市教育局/a.pdf": "planned",
            "scans/2020.zip!/b.pdf": "planned",
            "scans/d.pdf": "refused",
        }
        assert found["scans/2019/市教育局/a.pdf"].fiscal_year == 2019
        contents = {}
        for path, row in found.items():
            seen = ledger.find(path)
            if row.standing == "planned" and seen is not None:
                parcel = parcels.ready(seen)
                contents[path] = parcel.path.read_bytes()
                assert parcel.passing
        assert set(contents.values()) == {PDF + b"a", PDF + b"b"}
        changed = ledger.find("scans/2019/市教育局/a.pdf")
        assert changed is not None
        put(f"{bucket}/scans/2019/市教育局/a.pdf", PDF + b"anew")
        with pytest.raises(UnreadableFile) as caught:
            parcels.ready(changed)
        assert caught.value.details["reason"] == "changed"
        fsspec.filesystem("s3").rm(f"{bucket}/scans/2019/市教育局/a.pdf")
        with pytest.raises(FileNotFoundError):
            parcels.ready(changed)


@pytest.mark.filterwarnings("ignore")
def test_a_bucket_that_is_not_there_is_a_row_that_says_so(bucket: str) -> None:
    assert names(open_shelf(f"{bucket}-not/scans")) == {"scans": "unreadable_file"}


def test_a_stamp_differs_with_the_size(bucket: str) -> None:
    put(f"{bucket}/a.pdf", PDF)
    shelf = open_shelf(bucket, "shelf")
    first = shelf.stamp(f"{bucket}/a.pdf")
    assert first == Stamp(5, first.version)
    assert (shelf.name, shelf.under) == ("shelf", "shelf/")
