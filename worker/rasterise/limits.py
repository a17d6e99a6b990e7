"""How much one file may ask of the machine."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Limits:
    """Bounds on a file, on a page, and on the child process that parses and renders one page.

    `side_px` of 10,000 is A1 at 300 dpi or A3 at 600 dpi and bounds a page to 100 megapixels.
    `memory_bytes` is address space, not resident memory; the largest page allowed needs 1.2 GB of
    it. `characters` of a page are told, a page of a newspaper has 10,000. `cpu_s` holds for each process of the child, `wall_s` for all of it: a page takes 0.1–2 s,
    the slowest harmless file tried (1 GB of blanks in its content) 11 s.
    """

    pages: int = 5_000
    side_px: int = 10_000
    characters: int = 50_000
    wall_s: float = 90.0
    cpu_s: int = 60
    memory_bytes: int = 2 << 30
    open_files: int = 64

    @property
    def file_bytes(self) -> int:
        """Return the most that the child may write: one page of three bytes a pixel, and a header."""
        return 3 * self.side_px**2 + (1 << 20)


DEFAULT_LIMITS = Limits()
