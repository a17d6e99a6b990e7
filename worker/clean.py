"""Make print dark and paper white, whatever the light and the colour of the stamps.

A page as it was rasterised enters, a grey page of the same size leaves, in the same frame.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from worker.page import Pixels


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


def stretch(pixels: Pixels, params: StretchParams | None = None) -> Pixels:
    """Return the page in grey (H×W uint8), print near 0 and paper near 255.

    Colour (H×W×3 BGR) is taken by its red channel, lightened where it is red: seals vanish.
    """
    params = params or StretchParams()
    grey = without_red(pixels, params) if pixels.ndim == 3 else pixels
    level = cv2.divide(grey, paper_level(grey, params), scale=255)
    ink, paper = np.percentile(level[::4, ::4], (params.ink_percentile, params.paper_percentile))
    scale = 255 / max(params.least_contrast, float(paper - ink))
    curve = np.clip(255 - (paper - np.arange(256)) * scale, 0, 255).astype(np.uint8)
    return cv2.LUT(level, curve).astype(np.uint8, copy=False)


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
    smooth = cv2.blur(
        cv2.medianBlur(lightest.astype(np.uint8), params.blocks_smoothed),
        (params.blocks_smoothed, params.blocks_smoothed),
    )
    resized = cv2.resize(smooth, (columns * block, rows * block), interpolation=cv2.INTER_LINEAR)
    levels: Pixels = resized[:height, :width].astype(np.uint8)
    return levels
