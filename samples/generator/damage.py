"""Kinds of damage that scanning, copying, stamping and age do to a page.

Each is a frozen value of parameters with one pure method `on(scan, rng)`. A scan carries where the page's points went and how much
of its contrast was left, so that truth stays exact. Lengths are millimetres on paper where a scanner would know them, so that
a kind of damage looks the same at every resolution.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Protocol

import cv2
import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from samples.generator.fonts import load_face
from samples.generator.warp import Curl, Pixels, Points, Projective, Warp, quarter_turns, rotation

Field = NDArray[np.float32]
"""H×W, a number for every pixel."""


@dataclass(frozen=True)
class Scan:
    """A picture of a page.

    `warps` took the page's own pixels here, in order; `legible` is in the frame of the page before
    them: H×W float, the share of contrast that damage left, None where all is left.
    """

    pixels: Pixels
    dpi: int
    warps: tuple[Warp, ...] = ()
    legible: Field | None = None

    @property
    def size(self) -> tuple[int, int]:
        """Height and width."""
        height, width = self.pixels.shape[:2]
        return height, width

    def px(self, mm: float) -> float:
        """Turn millimetres on paper into pixels."""
        return mm * self.dpi / 25.4

    def place(self, points: Points) -> Points:
        """Give where points of the page (pixels at this dpi) lie on the scan."""
        for warp in self.warps:
            points = warp.forward(points)
        return points


class Damage(Protocol):
    """A kind of damage with its parameters."""

    def on(self, scan: Scan, rng: Generator) -> Scan:
        """Give the damaged scan."""
        ...


def inflict(scan: Scan, damages: Iterable[Damage], rng: Generator) -> Scan:
    """Do one damage after another."""
    for damage in damages:
        scan = damage.on(scan, rng)
    return scan


# -- tools ---------------------------------------------------------------------------------------------------------------------


def _whole(values: NDArray[np.floating]) -> Pixels:
    return np.asarray(np.clip(np.rint(values), 0, 255), np.uint8)


def _spread(field: NDArray[np.floating], pixels: Pixels) -> NDArray[np.floating]:
    """Give a field the channels of a picture."""
    return field[..., None] if pixels.ndim == 3 else field


def _clouds(size: tuple[int, int], grain_px: float, rng: Generator) -> Field:
    """Give smooth random noise around 0 with deviation about 1; bumps are `grain_px` wide."""
    height, width = size
    small = rng.standard_normal(
        (max(int(height / grain_px), 2) + 2, max(int(width / grain_px), 2) + 2)
    ).astype(np.float32)
    return np.asarray(cv2.resize(small, (width, height), interpolation=cv2.INTER_CUBIC), np.float32)


def _coloured(pixels: Pixels) -> Pixels:
    if pixels.ndim == 3:
        return pixels
    return np.asarray(np.repeat(pixels[..., None], 3, axis=2), np.uint8)


def _grey(pixels: Pixels) -> Pixels:
    return (
        pixels
        if pixels.ndim == 2
        else np.asarray(cv2.cvtColor(pixels, cv2.COLOR_RGB2GRAY), np.uint8)
    )


# -- paper and light -----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Paper:
    """Paper that is not white, with clouds and grain, under light that falls off to one side (`shade`, share of 255)."""

    white: int = 246
    tint: tuple[int, int, int] | None = None
    clouds: float = 1.2
    grain: float = 1.5
    shade: float = 0.0

    def on(self, scan: Scan, rng: Generator) -> Scan:
        """Give the page on such paper."""
        pixels = scan.pixels if self.tint is None else _coloured(scan.pixels)
        height, width = scan.size
        base = self.white + self.clouds * _clouds(scan.size, scan.px(12), rng)
        base += self.grain * _clouds(scan.size, max(scan.px(0.2), 1.5), rng)
        if self.shade:
            angle = rng.uniform(0, 2 * np.pi)
            x = np.linspace(-0.5, 0.5, width, dtype=np.float32)[None, :]
            y = np.linspace(-0.5, 0.5, height, dtype=np.float32)[:, None]
            base *= 1 - self.shade * (0.5 + np.cos(angle) * x + np.sin(angle) * y)
        tint = np.array(self.tint, np.float32) / 255 if self.tint else np.float32(1)
        return replace(scan, pixels=_whole(pixels * (_spread(base, pixels) / 255) * tint))


@dataclass(frozen=True)
class Ink:
    """Print that is not black: `black` is the darkest grey of thin toner, uneven by `uneven` (0…1)."""

    black: int = 30
    uneven: float = 0.1

    def on(self, scan: Scan, rng: Generator) -> Scan:
        """Give the page in such print."""
        lift = self.black * (1 + self.uneven * _clouds(scan.size, scan.px(15), rng))
        lift = _spread(np.clip(lift, 0, 255).astype(np.float32), scan.pixels)
        return replace(scan, pixels=_whole(lift + scan.pixels * (1 - lift / 255)))


@dataclass(frozen=True)
class Fade:
    """Print that light or age took: `keep` of the contrast everywhere, less in patches of `patch_mm`, nothing in the worst."""

    keep: float = 0.35
    patch_mm: float = 18.0
    depth: float = 0.22

    def on(self, scan: Scan, rng: Generator) -> Scan:
        """Give the faded page and what of it can still be seen."""
        left = np.clip(
            self.keep
            - self.depth * np.maximum(_clouds(scan.size, scan.px(self.patch_mm), rng) - 0.6, 0),
            0,
            1,
        )
        left = left.astype(np.float32)
        pixels = 255 - (255 - scan.pixels.astype(np.float32)) * _spread(left, scan.pixels)
        legible = left if scan.legible is None else scan.legible * left
        return replace(scan, pixels=_whole(pixels), legible=legible)


@dataclass(frozen=True)
class BleedThrough:
    """The print of the sheet's back, mirrored, blurred and shifted, shines through by `strength`."""

    strength: float = 0.14
    blur_mm: float = 0.25

    def on(self, scan: Scan, rng: Generator) -> Scan:
        """Give the page with its own mirror image behind it."""
        shift = rng.uniform(-6, 6, 2)
        back = np.roll(
            _grey(scan.pixels)[:, ::-1], (int(scan.px(shift[0])), int(scan.px(shift[1]))), (0, 1)
        )
        back = np.asarray(cv2.GaussianBlur(back, (0, 0), scan.px(self.blur_mm)), np.uint8)
        shine = (1 - self.strength * (255 - back.astype(np.float32)) / 255).astype(np.float32)
        return replace(scan, pixels=_whole(scan.pixels * _spread(shine, scan.pixels)))


@dataclass(frozen=True)
class Seal:
    """A round red seal (or one in another colour) with a star, text on its ring and a line below, pressed unevenly.

    `middle` is a share of the page's width and height.
    """

    ring: str
    line: str = ""
    middle: tuple[float, float] = (0.6, 0.3)
    diameter_mm: float = 40.0
    colour: tuple[int, int, int] = (205, 32, 40)
    opacity: float = 0.75
    turn_deg: float = 0.0

    def on(self, scan: Scan, rng: Generator) -> Scan:
        """Give the stamped page, in colour."""
        size = int(scan.px(self.diameter_mm))
        mask = np.asarray(self._mask(size), np.float32) / 255
        worn = np.clip(0.85 + 0.3 * _clouds((size, size), max(size / 12, 2), rng), 0, 1)
        dry = (rng.random((size, size)) > 0.06).astype(np.float32)
        press = (
            cv2.GaussianBlur(mask * worn.astype(np.float32) * dry, (0, 0), max(scan.px(0.06), 0.4))
            * self.opacity
        )
        height, width = scan.size
        left, top = int(self.middle[0] * width - size / 2), int(self.middle[1] * height - size / 2)
        y, x = slice(max(top, 0), max(top + size, 0)), slice(max(left, 0), max(left + size, 0))
        pixels = _coloured(scan.pixels).astype(np.float32)
        under = pixels[y, x]
        part = np.asarray(press, np.float32)[max(-top, 0) :, max(-left, 0) :][
            : under.shape[0], : under.shape[1], None
        ]
        # Ink on ink gets darker, as a filter does, not as paint.
        pixels[y, x] = under * (1 - part + part * np.array(self.colour, np.float32) / 255)
        return replace(scan, pixels=_whole(pixels))

    def _mask(self, size: int) -> Image.Image:
        """Draw the seal in white on black, size × size."""
        image = Image.new("L", (size, size))
        draw = ImageDraw.Draw(image)
        draw.ellipse((2, 2, size - 3, size - 3), outline=255, width=max(size // 40, 2))
        _draw_star(draw, size / 2, size * 0.13)
        _write_ring(image, self.ring, size)
        if self.line:
            font = _font(size * 0.085)
            draw.text((size / 2, size * 0.76), self.line, fill=255, font=font, anchor="mm")
        return image.rotate(self.turn_deg, Image.Resampling.BICUBIC)


def _font(size: float) -> ImageFont.FreeTypeFont:
    path = load_face("song").face.filename
    return ImageFont.truetype(path, max(int(size), 4), index=0)


def _draw_star(draw: ImageDraw.ImageDraw, middle: float, radius: float) -> None:
    corners = [
        (
            middle + radius * (0.382 if k % 2 else 1) * np.sin(k * np.pi / 5),
            middle - radius * (0.382 if k % 2 else 1) * np.cos(k * np.pi / 5),
        )
        for k in range(10)
    ]
    draw.polygon(corners, fill=255)


def _write_ring(image: Image.Image, text: str, size: int) -> None:
    """Write text along the upper part of the ring."""
    em = min(size * 0.13, size * 1.75 / max(len(text), 1))
    font = _font(em)
    reach = min(250.0, 26.0 * len(text))
    for number, character in enumerate(text):
        angle = (number / max(len(text) - 1, 1) - 0.5) * reach
        letter = Image.new("L", (size, size))
        ImageDraw.Draw(letter).text(
            (size / 2, size * 0.135),
            character,
            fill=255,
            font=font,
            anchor="mm",
            stroke_width=max(size // 300, 0),
        )
        image.paste(255, (0, 0), letter.rotate(-angle, Image.Resampling.BICUBIC))


@dataclass(frozen=True)
class PunchHoles:
    """Two or more holes in the left margin, showing the dark behind."""

    count: int = 2
    diameter_mm: float = 5.5
    from_edge_mm: float = 11.0
    dark: int = 35

    def on(self, scan: Scan, rng: Generator) -> Scan:
        """Give the punched page."""
        pixels = scan.pixels.copy()
        height, _ = scan.size
        for number in range(self.count):
            y = height / 2 + scan.px(80) * (number - (self.count - 1) / 2)
            centre = int(scan.px(self.from_edge_mm + rng.uniform(-1, 1))), int(y)
            cv2.circle(
                pixels,
                centre,
                int(scan.px(self.diameter_mm / 2)),
                (self.dark,) * 3,
                -1,
                cv2.LINE_AA,
            )
        return replace(scan, pixels=pixels)


# -- optics and electronics ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Blur:
    """An image out of focus."""

    sigma_mm: float = 0.04

    def on(self, scan: Scan, rng: Generator) -> Scan:  # noqa: ARG002 - every damage takes one
        """Give the blurred page."""
        blurred = cv2.GaussianBlur(scan.pixels, (0, 0), max(scan.px(self.sigma_mm), 0.05))
        return replace(scan, pixels=np.asarray(blurred, np.uint8))


@dataclass(frozen=True)
class Noise:
    """Gaussian noise of `sigma` grey levels."""

    sigma: float = 4.0

    def on(self, scan: Scan, rng: Generator) -> Scan:
        """Give the noisy page."""
        noise = rng.standard_normal(scan.pixels.shape, np.float32) * np.float32(self.sigma)
        return replace(scan, pixels=_whole(scan.pixels + noise))


@dataclass(frozen=True)
class Speckle:
    """Dust: dark specks on the paper and white ones in the print, so many on a square centimetre."""

    dark_per_cm2: float = 1.0
    white_per_cm2: float = 1.0
    radius_mm: float = 0.12

    def on(self, scan: Scan, rng: Generator) -> Scan:
        """Give the dusty page."""
        pixels = scan.pixels.copy()
        height, width = scan.size
        area_cm2 = height * width / scan.px(10) ** 2
        for per_cm2, low, high in ((self.dark_per_cm2, 0, 90), (self.white_per_cm2, 235, 255)):
            for _ in range(rng.poisson(per_cm2 * area_cm2)):
                centre = int(rng.integers(width)), int(rng.integers(height))
                radius = max(round(scan.px(self.radius_mm) * rng.exponential(0.6)), 0)
                cv2.circle(pixels, centre, min(radius, 8), (int(rng.integers(low, high)),) * 3, -1)
        return replace(scan, pixels=pixels)


@dataclass(frozen=True)
class Streaks:
    """Lines down the page from dirt on the scanner's glass."""

    count: int = 2
    strength: float = 0.25

    def on(self, scan: Scan, rng: Generator) -> Scan:
        """Give the page with streaks."""
        light = np.ones(scan.size, np.float32)
        for _ in range(self.count):
            x, wide = int(rng.integers(scan.size[1])), max(int(scan.px(rng.uniform(0.08, 0.3))), 1)
            light[:, x : x + wide] *= 1 - self.strength * rng.uniform(0.4, 1)
        return replace(scan, pixels=_whole(scan.pixels * _spread(light, scan.pixels)))


@dataclass(frozen=True)
class Toner:
    """A copier's curve: contrast about `middle`, so that pale things vanish and dark things fill in."""

    contrast: float = 2.2
    middle: int = 165

    def on(self, scan: Scan, rng: Generator) -> Scan:  # noqa: ARG002
        """Give the copied page."""
        return replace(
            scan,
            pixels=_whole(
                (_grey(scan.pixels).astype(np.float32) - self.middle) * self.contrast + self.middle
            ),
        )


@dataclass(frozen=True)
class Jpeg:
    """One more generation of JPEG, before the one the file is kept in."""

    quality: int = 70

    def on(self, scan: Scan, rng: Generator) -> Scan:  # noqa: ARG002
        """Give the page after compression."""
        colour = scan.pixels.ndim == 3
        pixels = cv2.cvtColor(scan.pixels, cv2.COLOR_RGB2BGR) if colour else scan.pixels
        _, data = cv2.imencode(".jpg", pixels, [cv2.IMWRITE_JPEG_QUALITY, self.quality])
        back = cv2.imdecode(data, cv2.IMREAD_COLOR_RGB if colour else cv2.IMREAD_GRAYSCALE)
        assert back is not None
        return replace(scan, pixels=np.asarray(back, np.uint8))


@dataclass(frozen=True)
class Bilevel:
    """Black or white, as a fax has it: a threshold with noise around it, and strokes broken where the toner was thin."""

    threshold: int = 150
    ragged: float = 22.0
    broken: float = 0.0

    def on(self, scan: Scan, rng: Generator) -> Scan:
        """Give the page in 0 and 255, grey."""
        level = self.threshold + self.ragged * _clouds(scan.size, max(scan.px(0.16), 1.5), rng)
        if self.broken:
            level -= (
                255
                * self.broken
                * np.maximum(_clouds(scan.size, max(scan.px(0.9), 2), rng) - 0.9, 0)
            )
        return replace(scan, pixels=np.where(_grey(scan.pixels) > level, 255, 0).astype(np.uint8))


# -- geometry ------------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Skew:
    """A page laid on the glass at an angle, degrees counter-clockwise; what shows beside it has the grey `fill`."""

    degrees: float
    fill: int = 245

    def on(self, scan: Scan, rng: Generator) -> Scan:  # noqa: ARG002
        """Give the turned page; its size stays."""
        warp = rotation(scan.size, self.degrees)
        pixels = warp.picture(scan.pixels, scan.size, (self.fill,) * 3)
        return replace(scan, pixels=pixels, warps=(*scan.warps, warp))


@dataclass(frozen=True)
class Turn:
    """A page fed sideways or upside down: quarter turns counter-clockwise."""

    quarters: int

    def on(self, scan: Scan, rng: Generator) -> Scan:  # noqa: ARG002
        """Give the turned page."""
        pixels = np.ascontiguousarray(np.rot90(scan.pixels, self.quarters))
        return replace(
            scan, pixels=pixels, warps=(*scan.warps, quarter_turns(scan.size, self.quarters))
        )


@dataclass(frozen=True)
class BlackBorder:
    """The dark of an open scanner lid along the edges, up to `width_mm`, slanted a little."""

    width_mm: float = 6.0
    dark: int = 25

    def on(self, scan: Scan, rng: Generator) -> Scan:
        """Give the bordered page."""
        pixels = scan.pixels.copy()
        height, width = scan.size
        for x0, y0, x1, y1 in (
            (0, 0, width, 0),
            (0, height, width, height),
            (0, 0, 0, height),
            (width, 0, width, height),
        ):
            a, b = scan.px(self.width_mm) * rng.random(2) * (rng.random() < 0.7)
            across = y0 == y1
            inner = [(x1, y1 + (b if y1 == 0 else -b)), (x0, y0 + (a if y0 == 0 else -a))]
            if not across:
                inner = [(x1 + (b if x1 == 0 else -b), y1), (x0 + (a if x0 == 0 else -a), y0)]
            corners = np.array([(x0, y0), (x1, y1), *inner], np.int32)
            cv2.fillPoly(pixels, [corners], (self.dark,) * 3)
        return replace(scan, pixels=pixels)


@dataclass(frozen=True)
class Photo:
    """A page on a dark table, photographed by hand: curled, seen aslant, in shadow.

    `slant` is how far corners move, as a share of the page's height; `margin` is the table shown around, likewise.
    """

    slant: float = 0.025
    curl: float = 0.006
    margin: float = 0.05
    table: tuple[int, int, int] = (96, 78, 62)
    shadow: float = 0.3
    turn_deg: float = 1.5

    def on(self, scan: Scan, rng: Generator) -> Scan:
        """Give the photograph, in colour."""
        height, width = scan.size
        curl = Curl(
            width, self.curl * height, float(rng.uniform(0.8, 1.4)), float(rng.uniform(0, 0.6))
        )
        page = curl.picture(_coloured(scan.pixels), (0, 0, 0))
        sheet = curl.picture(np.full(scan.size, 255, np.uint8), (0, 0, 0))
        size = int(height * (1 + 2 * self.margin)), int(width + 2 * height * self.margin)
        warp = self._view(scan.size, size, rng)
        page = warp.picture(page, size, (0, 0, 0))
        cover = _spread(warp.picture(sheet, size, (0, 0, 0)).astype(np.float32) / 255, page)
        table = (
            np.array(self.table, np.float32)
            * (1 + 0.05 * _clouds(size, height / 40, rng))[..., None]
        )
        light = np.clip(0.5 + 0.45 * _clouds(size, height / 2.5, rng), 0, 1).astype(np.float32)
        light = 1 - np.float32(self.shadow) * light
        pixels = (page * cover + table * (1 - cover)) * light[..., None]
        return replace(scan, pixels=_whole(pixels), warps=(*scan.warps, curl, warp))

    def _view(self, size: tuple[int, int], new_size: tuple[int, int], rng: Generator) -> Projective:
        """Give the camera's view of the sheet: its corners, moved at random and turned, in the middle of the picture."""
        height, width = size
        corners = np.array([(0, 0), (width, 0), (width, height), (0, height)], np.float64)
        turned = rotation(size, float(rng.uniform(-1, 1)) * self.turn_deg).forward(corners)
        seen = turned + rng.uniform(-1, 1, (4, 2)) * self.slant * height
        seen += np.array([new_size[1] - width, new_size[0] - height]) / 2
        matrix = cv2.getPerspectiveTransform(corners.astype(np.float32), seen.astype(np.float32))
        return Projective(tuple(map(float, matrix.ravel())))
