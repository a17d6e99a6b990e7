"""How many pixels an inch of the paper has, where the file does not say or says nonsense."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Paper:
    """What paper the forms come on.

    Longer sides, in inches: A6 has 5.8 and A2 has 23.4, and outside of that a claimed resolution is
    a default that nobody set (72 dpi for a photo, 1 dpi for a TIFF). Then the page is taken for A4,
    11.69 inches long, as nearly all forms are. `least_dpi` and `most_dpi` keep the result sane.
    """

    least_long_in: float = 5.0
    most_long_in: float = 24.0
    assumed_long_in: float = 11.69
    least_dpi: float = 72.0
    most_dpi: float = 1200.0

    def has(self, long_in: float) -> bool:
        """Tell whether paper of that longer side, in inches, is believable."""
        return self.least_long_in <= long_in <= self.most_long_in


def believable_dpi(long_px: int, claimed: float | None, paper: Paper = Paper()) -> float:
    """Return `claimed` where it makes a page `long_px` pixels long a believable sheet.

    Otherwise return what the assumed paper would make of it.
    """
    if claimed and paper.least_dpi <= claimed <= paper.most_dpi and paper.has(long_px / claimed):
        return claimed
    return min(max(long_px / paper.assumed_long_in, paper.least_dpi), paper.most_dpi)


def oversize(long_in: float, paper: Paper = Paper()) -> float:
    """Return how much larger than its true sheet a page says it is: 1.0 for believable paper.

    A writer that was not told the resolution makes an A4 scan a page of 34 × 49 inches: 4.2. A
    page that claims to be smaller than any paper gives less than 1.
    """
    return 1.0 if paper.has(long_in) else long_in / paper.assumed_long_in
