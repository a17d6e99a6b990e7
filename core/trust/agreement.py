"""When two readings say the same print.

Recognisers differ in widths, dashes and the marks of separation without disagreeing about what is
printed; what they may differ in is folded before they are compared.
"""

from __future__ import annotations

import unicodedata

_FOLDED = str.maketrans(
    {
        **dict.fromkeys("—–―─－‐‑‒−﹣_一ー", "-"),
        **dict.fromkeys(",.。、丶·・•‚'’‘`;:", ","),
        **dict.fromkeys("“”〝〞", '"'),
        "〈": "<",
        "《": "<",
        "〉": ">",
        "》": ">",
        "≥": ">",
        "≤": "<",
    }
)


def same_print(first: str, second: str) -> bool:
    """Tell whether two readings are of the same print, as far as recognisers tell it apart."""
    return folded(first) == folded(second)


def folded(text: str) -> str:
    """Return the text in NFKC without spaces, dashes and separators folded."""
    return "".join(unicodedata.normalize("NFKC", text).split()).translate(_FOLDED)
