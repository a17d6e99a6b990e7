"""Files and programs that misbehave: the caller gets one error, and nothing is left running."""

import struct
import time
import zlib
from pathlib import Path

import pytest
from PIL import Image

from core.errors import DamagedFile, DanganError, PageTooLarge, RenderFailed, RenderTimeout
from tests.worker.rasterise.files import blank_pdf, nested_forms
from worker.rasterise.document import open_document
from worker.rasterise.limits import Limits


def test_endless_page_is_stopped(tmp_path: Path) -> None:
    path = nested_forms(tmp_path / "a.pdf")
    assert path.stat().st_size < 3000
    document = open_document(path, Limits(wall_s=2))
    started = time.monotonic()
    with pytest.raises(RenderTimeout) as caught:
        document.raster(1)
    assert time.monotonic() - started < 5
    assert caught.value.details == {"file": str(path), "page": 1, "limit_s": "2"}


def test_endless_page_runs_out_of_cpu_time(tmp_path: Path) -> None:
    document = open_document(nested_forms(tmp_path / "a.pdf"), Limits(cpu_s=1))
    with pytest.raises(RenderTimeout) as caught:
        document.raster(1)
    assert caught.value.details["limit_s"] == "1"


def test_memory_is_bounded(tmp_path: Path) -> None:
    path = blank_pdf(tmp_path / "a.pdf", size_pt=(1000, 1000))
    with pytest.raises(RenderFailed) as caught:
        open_document(path, Limits(memory_bytes=180 << 20)).raster(1)
    assert caught.value.details["reason"] in {"out_of_memory", "no_picture"}
    assert open_document(path, Limits(memory_bytes=500 << 20)).raster(1).width == 4167


def one_bit_png(side: int) -> bytes:
    """Return a square white PNG, written row by row: Pillow would need its full size."""

    def chunk(name: bytes, content: bytes) -> bytes:
        checksum = zlib.crc32(name + content)
        return struct.pack(">I", len(content)) + name + content + struct.pack(">I", checksum)

    packer = zlib.compressobj(1)
    rows = (b"\0" + b"\xff" * (side // 8)) * 100
    pixels = b"".join(packer.compress(rows) for _ in range(side // 100)) + packer.flush()
    header = struct.pack(">IIBBBBB", side, side, 1, 0, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", pixels) + chunk(b"IEND", b"")
    )


def test_picture_bomb(tmp_path: Path) -> None:
    (tmp_path / "a.png").write_bytes(one_bit_png(60_000))
    started = time.monotonic()
    with pytest.raises(PageTooLarge) as caught:
        open_document(tmp_path / "a.png")
    assert caught.value.details["width"] == 60_000
    assert time.monotonic() - started < 10


def test_largest_picture_allowed(tmp_path: Path) -> None:
    (tmp_path / "a.png").write_bytes(one_bit_png(10_000))
    raster = open_document(tmp_path / "a.png").raster(1)
    assert raster.pixels.shape == (10_000, 10_000)
    assert raster.pixels.min() == 255


def test_huge_frame_of_a_tiff(tmp_path: Path) -> None:
    small, huge = Image.new("1", (800, 600), 1), Image.new("1", (12_000, 9_000), 1)
    small.save(tmp_path / "a.tif", save_all=True, append_images=[huge, small], compression="group4")
    document = open_document(tmp_path / "a.tif")
    assert document.pages == 3
    assert document.raster(3).width == 800
    with pytest.raises(PageTooLarge) as caught:
        document.raster(2)
    assert caught.value.details["page"] == 2


ENDLESS_TREE = b"""%PDF-1.4
1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj
2 0 obj<</Type/Pages/Count 2000000000/Kids[2 0 R]>>endobj
trailer<</Root 1 0 R/Size 3>>
startxref
0
%%EOF
"""


@pytest.mark.parametrize(
    "content",
    [
        ENDLESS_TREE,
        b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\nstartxref\n9\n%%EOF",
        b"%PDF-1.4\nstartxref\n0\n%%EOF\n",
        b"%PDF-1.4\n" + b"[" * 100_000 + b"\nstartxref\n9\n%%EOF\n",
        b"\x89PNG\r\n\x1a\nnothing like a header",
        b"\xff\xd8\xff\xe0 no picture",
        b"BM",
        b"RIFF\x10\0\0\0WEBPVP8 ",
        b"II*\0\x08\0\0\0\xff\xff",
        b"II+\0\x08\0\0\0" + b"\xff" * 40,
    ],
)
def test_nonsense_with_the_right_first_bytes(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "a").write_bytes(content)
    with pytest.raises(DanganError) as caught:
        open_document(tmp_path / "a")
    assert caught.value.code in {"damaged_file", "no_pages"}


PROGRAM = "#!/bin/sh\nif [ \"$1\" = -v ]; then echo 'pdftoppm version 22.12.0' >&2; exit; fi\n"


@pytest.fixture
def fake_pdftoppm(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Put a `pdftoppm` first in the path; the test writes what it does."""
    program = tmp_path / "bin" / "pdftoppm"
    program.parent.mkdir()
    program.write_text(PROGRAM)
    program.chmod(0o755)
    monkeypatch.setenv("PATH", str(program.parent), prepend=":")
    return program


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        ("exit 0", "no_picture"),
        ("exit 99", "no_picture"),
        ("kill -ABRT $$", "no_picture"),
        ("echo garbage", "no_picture"),
        ("printf 'P6\\n834 1250\\n255\\nshort'", "no_picture"),
        ("printf 'P6\\n1 1\\n255\\nabc'", "wrong_size"),
        ("printf 'P6\\n-1 x\\n255\\nabc'", "no_picture"),
    ],
)
def test_renderer_that_fails(tmp_path: Path, fake_pdftoppm: Path, body: str, reason: str) -> None:
    fake_pdftoppm.write_text(PROGRAM + body)
    document = open_document(blank_pdf(tmp_path / "a.pdf"))
    with pytest.raises(RenderFailed) as caught:
        document.raster(1)
    assert caught.value.details["reason"] == reason


def test_whatever_the_renderer_started_dies_with_it(tmp_path: Path, fake_pdftoppm: Path) -> None:
    notes = tmp_path / "pid"
    fake_pdftoppm.write_text(f"{PROGRAM}sleep 600 & echo $! > {notes}; wait")
    document = open_document(blank_pdf(tmp_path / "a.pdf"), Limits(wall_s=3))
    with pytest.raises(RenderTimeout):
        document.raster(1)
    grandchild = Path("/proc") / notes.read_text().strip()
    assert not is_running(grandchild)


def is_running(process: Path) -> bool:
    """Tell whether a process lives; one that nobody has reaped yet does not."""
    for _ in range(50):
        try:
            if ") Z " in (process / "stat").read_text():
                return False
        except FileNotFoundError:
            return False
        time.sleep(0.1)
    return True


def test_counting_that_takes_too_long_blames_the_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program = tmp_path / "bin" / "pdfinfo"
    program.parent.mkdir()
    program.write_text("#!/bin/sh\nsleep 600")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", str(program.parent), prepend=":")
    with pytest.raises(DamagedFile) as caught:
        open_document(blank_pdf(tmp_path / "a.pdf"), Limits(wall_s=2))
    assert caught.value.details["reason"] == "too_slow"


def test_module_in_the_working_directory_is_not_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = blank_pdf(tmp_path / "a.pdf")
    (tmp_path / "json.py").write_text("raise SystemExit(1)")
    monkeypatch.chdir(tmp_path)
    assert open_document(path).pages == 1
