"""Folding of widths, and the cells that hold a mark instead of a value."""

from __future__ import annotations

import re

from core.values.settled import DASH, EMPTY, SLASH, Settled
from core.values.wording import wording

# Full-width forms stand for their ASCII twins one to one; NFKC would also turn ² into 2 and ① into 1.
_HALF_WIDTH = {full: full - 0xFEE0 for full in range(0xFF01, 0xFF5F)} | {0x3000: 0x20, 0xA0: 0x20}
_WRAPS = re.compile(r"[\r\n\v\f\u2028\u2029]+")
_SPACE = re.compile(r"\s+")


def half_width(text: str) -> str:
    """Return `text`, of the same length, with full-width ASCII folded to half width."""
    return text.translate(_HALF_WIDTH)


def unwrapped(text: str) -> str:
    """Return `text` without line wraps and outer spaces."""
    return _WRAPS.sub("", text).strip()


def squeezed(text: str) -> str:
    """Return `text` without any white space."""
    return _SPACE.sub("", text)


def mark(text: str) -> Settled | None:
    """Return the empty cell, dash or slash that `text` is, or None where it holds a value.

    A dash is always given as `—`: which of the many dashes is printed no recogniser tells. `text`
    has no white space.
    """
    if not text:
        return EMPTY
    marks, lookalikes = wording().marks, wording().lookalikes
    if set(text) <= marks.dashes | lookalikes.dashes:
        repaired = not set(text) <= marks.dashes
        return Settled(raw=DASH * len(text), typed=DASH, nature="dash", repaired=repaired)
    if text in marks.slashes | lookalikes.slashes:
        repaired = text not in marks.slashes
        return Settled(raw=SLASH, typed=SLASH, nature="slash", repaired=repaired)
    return None
