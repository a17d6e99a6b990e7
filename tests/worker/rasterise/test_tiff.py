"""No byte of a TIFF can be missing at its end without being missed."""

import io
import struct
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image
from PIL.TiffImagePlugin import TiffImageFile

from core.errors import DamagedFile, TooManyPages
from tests.worker.rasterise.files import noise
from worker.rasterise import tiff as under_test


def many_frames(frames: int, *, big: bool = False, order: str = "<") -> bytes:
    """Return a TIFF of one-pixel frames that all share one strip."""
    word, number = ("Q", "Q") if big else ("I", "H")
    start = 16 if big else 8
    header = (b"II" if order == "<" else b"MM") + struct.pack(
        order + ("HHHQ" if big else "HI"), *((43, 8, 0, start + 8) if big else (42, start + 8))
    )
    raw = header + b"\xff" * 8
    tags = [(256, 1), (257, 1), (258, 8), (259, 1), (262, 1), (273, start), (279, 1)]
    for index in range(frames):
        directory = struct.pack(order + number, len(tags))
        for tag, value in tags:
            directory += struct.pack(f"{order}HH{word}{word}", tag, 16 if big else 4, 1, value)
        end = len(raw) + len(directory) + struct.calcsize("=" + word)
        raw += directory + struct.pack(order + word, 0 if index == frames - 1 else end)
    return raw


def count(folder: Path, raw: bytes, most: int = 100) -> int:
    (folder / "a.tif").write_bytes(raw)
    return under_test.count(str(folder / "a.tif"), "a.tif", most)


@pytest.mark.parametrize(("big", "order"), [(False, "<"), (False, ">"), (True, "<")])
def test_every_layout_is_counted(tmp_path: Path, *, big: bool, order: str) -> None:
    raw = many_frames(7, big=big, order=order)
    assert count(tmp_path, raw) == 7
    (tmp_path / "a.tif").write_bytes(raw)
    with TiffImageFile(tmp_path / "a.tif") as image:
        assert image.n_frames == 7


def test_ten_thousand_frames(tmp_path: Path) -> None:
    with pytest.raises(TooManyPages) as caught:
        count(tmp_path, many_frames(10_000), most=5000)
    assert caught.value.details == {"file": "a.tif", "pages": ">5000", "limit": 5000}


def test_as_many_as_allowed(tmp_path: Path) -> None:
    assert count(tmp_path, many_frames(5), most=5) == 5


def test_circle_of_directories(tmp_path: Path) -> None:
    raw = many_frames(3)
    with pytest.raises(DamagedFile):
        count(tmp_path, raw[:-4] + struct.pack("<I", 16))


def written_by_pillow() -> bytes:
    stream = io.BytesIO()
    frames = [Image.fromarray(noise(40, 30) > 127) for _ in range(3)]
    frames[0].save(stream, "TIFF", save_all=True, append_images=frames[1:], compression="group4")
    return stream.getvalue()


WHOLE = written_by_pillow()
PADDING = 16  # Pillow pads frames to a round length; nothing points there


@pytest.mark.parametrize("big", [False, True])
def test_last_byte_is_missed(tmp_path: Path, *, big: bool) -> None:
    with pytest.raises(DamagedFile):
        count(tmp_path, many_frames(3, big=big)[:-1])


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(kept=st.integers(8, len(WHOLE) - PADDING))
def test_any_cut_is_noticed(tmp_path: Path, kept: int) -> None:
    assert count(tmp_path, WHOLE) == 3
    with pytest.raises(DamagedFile):
        count(tmp_path, WHOLE[:kept])


@settings(
    max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(at=st.integers(2, len(WHOLE) - 1), value=st.integers(0, 255))
def test_any_change_ends_in_a_count_or_an_error(tmp_path: Path, at: int, value: int) -> None:
    raw = bytearray(WHOLE)
    raw[at] = value
    with suppress(DamagedFile):
        assert 0 <= count(tmp_path, bytes(raw)) <= 100
