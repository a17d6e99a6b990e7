"""Make print dark and paper white, whatever the light and the colour of the stamps.

A page as it was rasterised enters, a grey page of the same size leaves, in the same frame.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from worker.page import Pixels
from worker.seals import find_blue_seals


@dataclass(frozen=True)
class StretchParams:
    """How seals are faded, the paper levelled and the print stretched.

    `red_ratio` is how much of its redness (red less the smaller of green and blue) lightens a pixel:
    the ink of seals has 209 of 242 in the red channel and 96 of redness, black print under it 90 and
    less, with redness up to 65. JPEG stores colour at half the size: `colour_blur_px` reaches over
    the rim that this leaves around a seal, which is a matter of pixels at any resolution.
    `block_ratio` is the side of the squares in which some paper must show, as a part of the page's
    longer side: a third of a character on A4. `ink_percentile` and `paper_percentile` are the grey
    levels that become 0 and 255; the paper of a levelled page is one narrow peak, and print covers
    some 5 % of a form. `least_contrast` (grey levels) keeps the grain of a blank page from being
    stretched into ink; print of half that contrast is still read.
    """

    red_ratio: float = 1.2
    colour_blur_px: int = 5
    block_ratio: float = 1 / 250
    least_block_px: int = 8
    blocks_smoothed: int = 7
    ink_percentile: float = 1.0
    paper_percentile: float = 50.0
    least_contrast: float = 80.0


@dataclass(frozen=True)
class SurroundingsParams:
    """What is told from the sheet: the table that a photograph shows around it, the open lid of a scanner.

    It reaches to the border of the picture, and where it meets the sheet it is darker than `dark` (ratio) of
    what is light `nearby` (blocks, an eighth of a page): no shadow falls as sharply. A sheet covers more than
    `sheet` (share) of the picture; what is smaller than `least` (share) is print. `edge` is how far the dark
    is taken to reach over the blurred edge, in blocks.
    """

    dark: float = 0.65
    nearby: int = 31
    sheet: float = 0.4
    least: float = 0.001
    edge: int = 1


def stretch(pixels: Pixels, params: StretchParams | None = None) -> Pixels:
    """Return the page in grey (H×W uint8), print near 0 and paper near 255.

    Colour (H×W×3 BGR) is taken by its red channel, lightened where it is red: seals vanish. So do those in blue.
    """
    params = params or StretchParams()
    grey = without_seals(pixels, params) if pixels.ndim == 3 else pixels
    level = cv2.divide(grey, paper_level(grey, params), scale=255)
    level[surroundings(grey, params) > 0] = 255
    ink, paper = np.percentile(level[::4, ::4], (params.ink_percentile, params.paper_percentile))
    scale = 255 / max(params.least_contrast, float(paper - ink))
    curve = np.clip(255 - (paper - np.arange(256)) * scale, 0, 255).astype(np.uint8)
    return cv2.LUT(level, curve).astype(np.uint8, copy=False)


def without_seals(colour: Pixels, params: StretchParams) -> Pixels:
    """Return the red channel of BGR pixels without seals; in blue ones, what is darker in the blue channel as well."""
    grey = without_red(colour, params)
    seals = find_blue_seals(colour)
    if seals is None:
        return grey
    # With red and blue swapped, blue seals are red ones.
    bare = cv2.max(grey, without_red(np.ascontiguousarray(colour[..., ::-1]), params))
    return np.where(seals > 0, bare, grey).astype(np.uint8)


def without_red(colour: Pixels, params: StretchParams) -> Pixels:
    """Return the red channel of BGR pixels, lightened by the redness of each pixel."""
    blue, green, red = cv2.split(colour)
    redness = cv2.subtract(red, cv2.min(green, blue))
    side = params.colour_blur_px
    redness = cv2.dilate(redness, np.ones((side, side), np.uint8))
    # In proportion to the red that is there: print under a seal is dark in all channels.
    light = cv2.multiply(red, redness, scale=params.red_ratio / 255)
    return cv2.add(red, light).astype(np.uint8, copy=False)


def paper_level(grey: Pixels, params: StretchParams) -> Pixels:
    """Return the grey level that the paper has at every pixel (H×W uint8): smooth, without print."""
    lightest, block = _lightest(grey, params)
    smooth = cv2.blur(
        cv2.medianBlur(lightest, params.blocks_smoothed),
        (params.blocks_smoothed, params.blocks_smoothed),
    )
    return _enlarged(np.asarray(smooth, np.uint8), block, grey, cv2.INTER_LINEAR)


def surroundings(
    grey: Pixels, params: StretchParams, around: SurroundingsParams = SurroundingsParams()
) -> Pixels:
    """Return a mask (H×W uint8, 255 = not the sheet) of the dark around the sheet; mostly there is none."""
    lightest, block = _lightest(grey, params)
    nearby = cv2.dilate(lightest, np.ones((around.nearby, around.nearby), np.uint8))
    light = (lightest > around.dark * nearby).view(np.uint8)
    _, labels, stats, _ = cv2.connectedComponentsWithStats(light, connectivity=4)
    areas = stats[1:, cv2.CC_STAT_AREA]
    if not areas.size or areas.max() < around.sheet * lightest.size:
        return np.zeros_like(grey)
    beside = (labels != 1 + int(np.argmax(areas))).view(np.uint8)
    _, labels, stats, _ = cv2.connectedComponentsWithStats(beside, connectivity=8)
    rim = np.concatenate([labels[0], labels[-1], labels[:, 0], labels[:, -1]])
    reaching = np.zeros(len(stats), bool)
    reaching[rim] = True
    reaching &= stats[:, cv2.CC_STAT_AREA] >= around.least * lightest.size
    reaching[0] = False
    side = 2 * around.edge + 1
    outside = cv2.dilate(reaching[labels].view(np.uint8) * 255, np.ones((side, side), np.uint8))
    return _enlarged(np.asarray(outside, np.uint8), block, grey, cv2.INTER_NEAREST)


def _lightest(grey: Pixels, params: StretchParams) -> tuple[Pixels, int]:
    """Return the lightest level of each square block, and the side of the blocks in pixels."""
    height, width = grey.shape
    block = max(params.least_block_px, round(max(height, width) * params.block_ratio))
    rows, columns = -(-height // block), -(-width // block)
    whole = cv2.copyMakeBorder(
        cv2.blur(grey, (3, 3)),
        0,
        rows * block - height,
        0,
        columns * block - width,
        cv2.BORDER_REPLICATE,
    )
    lightest = whole.reshape(rows, block, columns, block).max(axis=(1, 3))
    return np.asarray(lightest, np.uint8), block


def _enlarged(blocks: Pixels, block: int, grey: Pixels, interpolation: int) -> Pixels:
    """Return one value a block as one a pixel, in the shape of `grey`."""
    rows, columns = blocks.shape
    size = columns * block, rows * block
    resized = cv2.resize(blocks, size, interpolation=interpolation)
    return np.asarray(resized[: grey.shape[0], : grey.shape[1]], np.uint8)
