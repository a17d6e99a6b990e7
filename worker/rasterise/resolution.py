"""Decide at how many dots an inch a PDF page is rendered."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from core.paper import oversize
from core.pdf.layout import Layout, Picture


@dataclass(frozen=True)
class OwnResolution:
    """When a page is its pictures, and what resolution of theirs is taken.

    - `most_marks`: a stamp, a page number or an archive line over a scan has less than this many
      bytes of text and strokes; the shortest page of a form printed over a background has more.
    - `least_cover`: pictures cover at least this share of a page that is a picture. A photo of
      4:3 across upright A4 covers .53; a seal or a logo .05.
    - `covering`: from this share on a picture hides what is drawn before it.
    - `least_share`: smaller pictures (a logo, a signature) have no say.
    - `least_dpi`: writers that know no resolution assume 72; coarser is a decoration.
    - `most_dpi`: of the paper. Above it only time and memory grow.
    - `layered_dpi`: at least this where several pictures make up the page (mixed raster content
      keeps its colours coarse and its print in masks that may be counted as small).
    - `even_within`: two sides' resolutions that differ by less are one, but for rounding.
    """

    most_marks: int = 100
    least_cover: float = 0.45
    covering: float = 0.9
    least_share: float = 0.02
    least_dpi: float = 60.0
    most_dpi: float = 600.0
    layered_dpi: float = 150.0
    even_within: float = 0.01


def choose_dpi(
    layout: Layout, long_in: float, default: float, rules: OwnResolution = OwnResolution()
) -> float:
    """Return the dots an inch for a page of that layout whose longer side measures `long_in` inches.

    That is `default` for a page without pictures worth the name, the pictures' own resolution for a
    page that consists of them, and the finer of the two for a page that mixes both.
    """
    pictures = [picture for picture in layout.pictures if picture.share >= rules.least_share]
    own = max((_own_dpi(picture, rules) for picture in pictures), default=0.0)
    claim = oversize(long_in)
    if own < rules.least_dpi:
        return default
    if _is_mixed(layout, pictures, rules):
        return max(default, min(own, rules.most_dpi / claim))
    if len(pictures) > 1:
        own = max(own, rules.layered_dpi / max(1.0, claim))
    return min(own, rules.most_dpi / claim)


def _is_mixed(layout: Layout, pictures: Sequence[Picture], rules: OwnResolution) -> bool:
    cover = sum(picture.share for picture in pictures)
    return layout.marks > rules.most_marks or cover < rules.least_cover


def _own_dpi(picture: Picture, rules: OwnResolution) -> float:
    """Return the resolution at which no pixel of the picture is lost, or but one on a side.

    Where both sides agree it is the lower, by rounding: Poppler shrinks a picture by one column
    without a trace, and blurs all of it to stretch it by one.
    """
    low, high = sorted(picture.dpi)
    return low if high <= low * (1 + rules.even_within) else high
