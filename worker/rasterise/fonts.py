"""Whether the print of a PDF page depends on fonts that this machine has to have.

Chinese writers often leave their fonts out of the file. Where the machine lacks them too, Poppler
leaves the text out of the picture and ends with exit code 0.
"""

from __future__ import annotations

from collections.abc import Iterator

import pikepdf
from pikepdf import Name

EMBEDDED = ("/FontFile", "/FontFile2", "/FontFile3")
DEEPEST = 4  # forms within forms; stamps and headers lie one or two deep


def borrows_fonts(page: pikepdf.Page) -> bool:
    """Tell whether a composite font, as Chinese needs, is named but not embedded.

    Raises one of `layout.MALFORMED` where objects are not what they should be.
    """
    return any(
        font.get(Name.Subtype) == Name.Type0 and not _is_embedded(font.DescendantFonts[0])
        for font in _fonts(page.resources, depth=0)
    )


def _fonts(resources: pikepdf.Object, depth: int) -> Iterator[pikepdf.Object]:
    yield from _entries(resources, Name.Font)
    if depth < DEEPEST:
        for drawn in _entries(resources, Name.XObject):
            if Name.Resources in drawn:
                yield from _fonts(drawn.Resources, depth + 1)


def _entries(resources: pikepdf.Object, kind: Name) -> Iterator[pikepdf.Object]:
    if kind in resources:
        yield from (entry for _, entry in resources[kind].items())


def _is_embedded(font: pikepdf.Object) -> bool:
    return Name.FontDescriptor in font and any(key in font.FontDescriptor for key in EMBEDDED)
