"""The pictures that workers leave for people."""

from __future__ import annotations

import io

import numpy as np
import pytest
from PIL import Image

from worker.page import Raster
from worker.pixels import picture_of, thumbnail_of


@pytest.mark.parametrize(
    ("size", "small"),
    [
        ((1240, 1754), (300, 424)),
        ((1754, 1240), (300, 212)),
        ((40, 4000), (6, 600)),
        ((9, 9), (9, 9)),
    ],
)
@pytest.mark.parametrize("channels", [(), (3,)], ids=["grey", "colour"])
def test_a_picture_keeps_its_frame_and_a_thumbnail_is_small(
    size: tuple[int, int], small: tuple[int, int], channels: tuple[int, ...]
) -> None:
    width, height = size
    raster = Raster(number=1, pixels=np.full((height, width, *channels), 200, np.uint8), dpi=150.0)

    with Image.open(io.BytesIO(picture_of(raster))) as picture:
        assert (picture.format, picture.size) == ("JPEG", size)
    with Image.open(io.BytesIO(thumbnail_of(raster))) as thumbnail:
        assert (thumbnail.format, thumbnail.size) == ("JPEG", small)
