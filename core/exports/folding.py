"""Line breaks for Chinese text in a terminal.

Rich breaks lines at spaces, of which Chinese has few: a line would end at the first `G60` and leave
half of its width blank. Here a line may end after any character, but not inside a Latin word or a
number, nor before a closing mark.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from rich.cells import cell_len, chop_cells
from rich.console import Console, ConsoleOptions, RenderResult
from rich.measure import Measurement
from rich.text import Text

# What stays together: a Latin word or number or one other character, with the marks that close it.
_UNIT = re.compile(r"(?:[!-~]+|.)[，。；：、！？）》」』】〉”’…%‰?*]*", re.DOTALL)


@dataclass(frozen=True)
class Folded:
    """A text that fills the width that it is given."""

    text: Text

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        """Yield the lines."""
        breaks = list(_breaks(self.text.plain, max(2, options.max_width)))
        for line in self.text.divide(breaks):
            line.rstrip()
            line.no_wrap = True
            yield line

    def __rich_measure__(self, console: Console, options: ConsoleOptions) -> Measurement:
        """Ask for room for the widest unit, and at most for the whole text on one line."""
        units = _UNIT.findall(self.text.plain)
        widest = max(map(cell_len, units), default=0)
        whole = cell_len(self.text.plain)
        return Measurement(min(widest, options.max_width), min(whole, options.max_width))


def _breaks(text: str, width: int) -> Iterator[int]:
    """Yield the positions in `text` before which a line of `width` cells ends."""
    used = 0
    for unit in _UNIT.finditer(text):
        position = unit.start()
        for piece in chop_cells(unit[0], width):
            cells = cell_len(piece)
            if used + cells > width and used:
                yield position
                used = 0
            used += cells
            position += len(piece)
