"""Pages are counted where that is quickly done; what is broken has none that anybody could tell."""

from __future__ import annotations

from pathlib import Path

from PIL import Image

from cli.backfill.pages import count_pages
from core.kind import Kind
from tests.skeleton.checkout import ROOT


def test_pages_of_each_kind(tmp_path: Path) -> None:
    frames = [Image.new("1", (8, 8)) for _ in range(3)]
    frames[0].save(tmp_path / "a.tif", save_all=True, append_images=frames[1:])
    assert count_pages(tmp_path / "a.tif", Kind.TIFF) == 3
    assert count_pages(ROOT / "samples" / "songjiang-2023.pdf", Kind.PDF) == 17
    assert count_pages(None, Kind.JPEG) == 1


def test_what_is_broken_or_not_here_has_no_number(tmp_path: Path) -> None:
    broken = tmp_path / "a"
    broken.write_bytes(b"%PDF-1.7 nothing")
    assert count_pages(broken, Kind.PDF) is None
    assert count_pages(broken, Kind.TIFF) is None
    assert count_pages(None, Kind.PDF) is None
