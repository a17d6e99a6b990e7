"""Pictures of every kind come upright, square, on white, in eight bits."""

import struct
from pathlib import Path

import numpy as np
import pytest
from PIL import ExifTags, Image
from PIL.TiffImagePlugin import TiffImageFile

from core.errors import DamagedFile, DamagedPage
from core.kind import Kind
from tests.worker.rasterise.files import encoded, noise, request_for
from worker.page import Pixels
from worker.rasterise import picture as under_test


def decoded(path: Path, kind: Kind, page: int = 1) -> tuple[Pixels, float]:
    """Return grey or RGB pixels and the dpi."""
    page_ = under_test.render(request_for(path, kind, page=page))
    flat = np.frombuffer(page_.pixels, dtype=np.uint8)
    shape = (page_.height, page_.width) + (() if page_.mode == "L" else (3,))
    return flat.reshape(shape), page_.dpi


def saved(folder: Path, picture: Image.Image, kind: Kind, **options: object) -> Path:
    path = folder / "picture"
    path.write_bytes(encoded(picture, kind, **options))
    return path


@pytest.mark.parametrize("kind", [Kind.PNG, Kind.BMP, Kind.TIFF])
@pytest.mark.parametrize("channels", [1, 3])
def test_lossless_kinds_keep_every_pixel(tmp_path: Path, kind: Kind, channels: int) -> None:
    pixels = noise(30, 20, channels)
    path = saved(tmp_path, Image.fromarray(pixels), kind)
    assert np.array_equal(decoded(path, kind)[0], pixels)


@pytest.mark.parametrize("kind", [Kind.PNG, Kind.TIFF, Kind.BMP])
def test_one_bit_becomes_grey(tmp_path: Path, kind: Kind) -> None:
    bits = noise(30, 20) > 127
    path = saved(tmp_path, Image.fromarray(bits), kind)
    assert np.array_equal(decoded(path, kind)[0], bits * np.uint8(255))


@pytest.mark.parametrize("mode", ["RGBA", "LA"])
def test_transparent_paper_is_white(tmp_path: Path, mode: str) -> None:
    picture = Image.new(mode, (4, 3))
    pixels, _ = decoded(saved(tmp_path, picture, Kind.PNG), Kind.PNG)
    assert pixels.min() == 255


def test_transparent_palette_and_key_colour_are_white(tmp_path: Path) -> None:
    palette = Image.new("P", (4, 3))
    palette.putpalette([0, 0, 0, 200, 0, 0])
    palette.putpixel((1, 1), 1)
    pixels, _ = decoded(saved(tmp_path, palette, Kind.PNG, transparency=0), Kind.PNG)
    assert pixels[0, 0].tolist() == [255, 255, 255]
    assert pixels[1, 1].tolist() == [200, 0, 0]


def test_half_transparent_print_is_mixed_with_white(tmp_path: Path) -> None:
    path = saved(tmp_path, Image.new("RGBA", (2, 2), (0, 0, 0, 51)), Kind.PNG)
    assert decoded(path, Kind.PNG)[0][0, 0].tolist() == [204, 204, 204]


@pytest.mark.parametrize("kind", [Kind.PNG, Kind.TIFF])
def test_sixteen_bits_are_scaled_not_clipped(tmp_path: Path, kind: Kind) -> None:
    deep = np.array([[0, 255, 256, 32768, 65535]], dtype=np.uint16)
    path = saved(tmp_path, Image.fromarray(deep), kind)
    assert decoded(path, kind)[0].tolist() == [[0, 0, 1, 128, 255]]


def test_big_endian_sixteen_bit_tiff(tmp_path: Path) -> None:
    entries = [(256, 2), (257, 1), (258, 16), (259, 1), (262, 1), (273, 110), (277, 1), (279, 4)]
    directory = struct.pack(">H", len(entries))
    for tag, value in entries:
        directory += struct.pack(">HHIHH", tag, 3, 1, value, 0)
    raw = b"MM\0*\0\0\0\x08" + directory + b"\0\0\0\0"
    assert len(raw) == 110
    path = tmp_path / "picture"
    path.write_bytes(raw + struct.pack(">HH", 0x1234, 0xFEDC))
    assert decoded(path, Kind.TIFF)[0].tolist() == [[0x12, 0xFE]]


def test_cmyk_jpeg(tmp_path: Path) -> None:
    path = saved(tmp_path, Image.new("CMYK", (16, 16), (0, 255, 255, 0)), Kind.JPEG, quality=100)
    red, green, blue = decoded(path, Kind.JPEG)[0][8, 8].astype(int)
    assert red > 200
    assert green < 60
    assert blue < 60


def test_float_pixels_are_refused(tmp_path: Path) -> None:
    path = saved(tmp_path, Image.new("F", (4, 4), 0.5), Kind.TIFF)
    with pytest.raises(DamagedPage) as caught:
        decoded(path, Kind.TIFF)
    assert caught.value.details["reason"] == "pixel_format"


@pytest.mark.parametrize("kind", [Kind.JPEG, Kind.PNG, Kind.WEBP, Kind.TIFF])
@pytest.mark.parametrize("orientation", range(1, 9))
def test_orientation_tag_is_honoured(tmp_path: Path, kind: Kind, orientation: int) -> None:
    """The print lies in the file as the tag says; after decoding, ink is at the top left."""
    upright = np.full((48, 32), 255, dtype=np.uint8)
    upright[:16, :8] = 0
    undo = {
        1: upright,
        2: upright[:, ::-1],
        3: upright[::-1, ::-1],
        4: upright[::-1],
        5: upright.T,
        6: np.rot90(upright),
        7: upright[::-1, ::-1].T,
        8: np.rot90(upright, -1),
    }[orientation]
    exif = Image.Exif()
    exif[ExifTags.Base.Orientation] = orientation
    lossless = {"lossless": True} if kind is Kind.WEBP else {}
    path = saved(tmp_path, Image.fromarray(np.ascontiguousarray(undo)), kind, exif=exif, **lossless)
    pixels, _ = decoded(path, kind)
    grey = pixels if pixels.ndim == 2 else pixels[..., 0]
    assert grey.shape == upright.shape
    assert np.abs(grey.astype(int) - upright).max() < 40


@pytest.mark.parametrize("kind", [Kind.PNG, Kind.JPEG, Kind.TIFF, Kind.BMP])
def test_claimed_resolution_is_believed(tmp_path: Path, kind: Kind) -> None:
    path = saved(tmp_path, Image.new("L", (1654, 2339), 255), kind, dpi=(200, 200))
    assert decoded(path, kind)[1] == pytest.approx(200, abs=0.1)


@pytest.mark.parametrize("claimed", [None, (1, 1), (72, 72), (96, 96), (9600, 9600), (0, 0)])
def test_absurd_resolution_is_replaced(tmp_path: Path, claimed: tuple[int, int] | None) -> None:
    options = {} if claimed is None else {"dpi": claimed}
    path = saved(tmp_path, Image.new("L", (2480, 3508), 255), Kind.TIFF, **options)
    assert decoded(path, Kind.TIFF)[1] == pytest.approx(300, abs=1)


@pytest.mark.parametrize("orientation", [1, 6])
def test_standard_fax_gets_square_pixels(tmp_path: Path, orientation: int) -> None:
    exif = Image.Exif()
    exif[ExifTags.Base.Orientation] = orientation
    fax = Image.new("1", (1728, 1146), 1)
    path = saved(tmp_path, fax, Kind.TIFF, compression="group4", dpi=(204, 98), exif=exif)
    pixels, dpi = decoded(path, Kind.TIFF)
    assert pixels.shape == ((2386, 1728) if orientation == 1 else (1728, 2386))
    assert dpi == pytest.approx(204, abs=0.1)
    assert pixels.min() == 255


def test_frames_of_a_tiff_differ_in_everything(tmp_path: Path) -> None:
    frames = [
        Image.fromarray(noise(30, 20) > 127),
        Image.fromarray(noise(50, 40)),
        Image.fromarray(noise(7, 9, 3)),
    ]
    path = tmp_path / "a.tif"
    frames[0].save(path, save_all=True, append_images=frames[1:])
    assert under_test.count(request_for(path, Kind.TIFF)).pages == 3
    for number in (3, 1, 2):
        pixels, _ = decoded(path, Kind.TIFF, page=number)
        frame = np.asarray(frames[number - 1])
        assert np.array_equal(pixels, frame * np.uint8(255) if number == 1 else frame)


def test_jpeg_without_its_end_mark_but_with_all_its_pixels(tmp_path: Path) -> None:
    raw = encoded(Image.fromarray(noise(64, 64)), Kind.JPEG)
    (tmp_path / "a").write_bytes(raw[:-40])
    with pytest.raises(DamagedFile):
        under_test.count(request_for(tmp_path / "a", Kind.JPEG))


def test_broken_checksum_of_a_png(tmp_path: Path) -> None:
    raw = bytearray(encoded(Image.fromarray(noise(64, 64)), Kind.PNG))
    raw[len(raw) // 2] ^= 1
    (tmp_path / "a").write_bytes(raw)
    with pytest.raises(DamagedFile):
        under_test.count(request_for(tmp_path / "a", Kind.PNG))


def test_damaged_frame_costs_itself_only(tmp_path: Path) -> None:
    frames = [Image.fromarray(noise(64, 64)) for _ in range(3)]
    path = tmp_path / "a.tif"
    frames[0].save(path, save_all=True, append_images=frames[1:], compression="tiff_adobe_deflate")
    with TiffImageFile(path) as tiff:
        tiff.seek(1)
        offset = tiff.tag_v2[273][0]
    raw = bytearray(path.read_bytes())
    raw[offset : offset + 40] = b"\xaa" * 40
    path.write_bytes(raw)
    assert under_test.count(request_for(path, Kind.TIFF)).pages == 3
    decoded(path, Kind.TIFF, page=1)
    decoded(path, Kind.TIFF, page=3)
    with pytest.raises(DamagedPage) as caught:
        decoded(path, Kind.TIFF, page=2)
    assert caught.value.details["page"] == 2
