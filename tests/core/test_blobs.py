"""Blobs: the same tests on a folder and on an S3 server."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from pathlib import Path

import fsspec
import pytest
from moto.server import ThreadedMotoServer

from core.blobs import ORIGINAL, Blobs, FolderBlobs, open_blobs, picture_part

SHA = hashlib.sha256(b"content").hexdigest()


@pytest.fixture(scope="module")
def s3_endpoint() -> Iterator[str]:
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()


@pytest.fixture(params=["folder", "s3"])
def blobs(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Blobs:
    if request.param == "folder":
        return open_blobs(str(tmp_path / "blobs"))
    monkeypatch.setenv("AWS_ENDPOINT_URL", request.getfixturevalue("s3_endpoint"))
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "test")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "test")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    # File systems are kept by their arguments, and the address of the server is none of them.
    fsspec.get_filesystem_class("s3").clear_instance_cache()
    made = open_blobs(f"s3://archive-{os.urandom(4).hex()}/scans")
    made.filesystem.mkdir(made.root.split("/")[0])  # type: ignore[attr-defined]
    return made


@pytest.mark.filterwarnings("ignore")
def test_what_is_put_is_there_until_it_is_removed(blobs: Blobs, tmp_path: Path) -> None:
    source = tmp_path / "source"
    source.write_bytes(b"content")
    assert not blobs.has(SHA)
    blobs.put_file(SHA, ORIGINAL, source)
    blobs.put(SHA, picture_part("run", 3), b"first")
    blobs.put(SHA, picture_part("run", 3), b"picture")
    assert blobs.has(SHA)
    with blobs.open(SHA) as opened:
        assert opened.read() == b"content"
    with blobs.open(SHA, picture_part("run", 3)) as opened:
        assert opened.read() == b"picture"
    blobs.remove(SHA)
    assert not blobs.has(SHA)
    assert not blobs.has(SHA, picture_part("run", 3))
    blobs.remove(SHA)
    with pytest.raises(FileNotFoundError):
        blobs.open(SHA)


def test_a_write_that_fails_leaves_nothing(tmp_path: Path) -> None:
    blobs = FolderBlobs(tmp_path)
    with pytest.raises(FileNotFoundError):
        blobs.put_file(SHA, ORIGINAL, tmp_path / "missing")
    (tmp_path / SHA[:2] / SHA / ORIGINAL).mkdir(parents=True)
    with pytest.raises(IsADirectoryError):
        blobs.put(SHA, ORIGINAL, b"content")
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []
