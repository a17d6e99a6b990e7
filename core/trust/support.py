"""Who says the same."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from core.trust.calibration import Support


def support_of(said: str, others: Sequence[str], same: Callable[[str, str], bool]) -> Support:
    """Return how the further readings stand to the first.

    `others` are the witness of the same family and, where it was heard, the one of another family.
    """
    if not others:
        return "none"
    if same(said, others[0]):
        heard = len(others) > 1
        return "unanimous" if heard and all(same(said, other) for other in others) else "agreed"
    if any(same(said, other) for other in others[1:]):
        return "upheld"
    if any(same(others[0], other) for other in others[1:]):
        return "outvoted"
    return "alone"
