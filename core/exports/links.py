"""Links from a row of an export to the page of the scan that it was read from."""

from __future__ import annotations

from core.extraction import Source

# What would end a link, or a text in a formula; Chinese stays readable, as browsers show it.
UNSAFE = frozenset(" \"%#?&<>[]\\^`{|}'\x7f") | {chr(code) for code in range(32)}

LONGEST_LINK = 255
"""Characters in a text of a formula, a limit of spreadsheets; a longer link is left out."""


def page_link(pattern: str, source: Source, form: str, page: int) -> str | None:
    """Return the link to a page, None where it would be too long.

    `{file}`, `{sha256}`, `{form}` and `{page}` stand for what they say in a pattern; one without
    any names a folder of the scans.
    """
    if "{" not in pattern:
        pattern = pattern.rstrip("/") + "/{file}#page={page}"
    link = pattern
    values = {"sha256": source.sha256, "form": form, "page": str(page), "file": source.file}
    for name, value in values.items():
        link = link.replace(f"{{{name}}}", _escaped(value))
    return link if len(link) <= LONGEST_LINK else None


def _escaped(text: str) -> str:
    return "".join(f"%{ord(char):02X}" if char in UNSAFE else char for char in text)
