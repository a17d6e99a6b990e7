"""The faces that forms are set in: where their files are, how wide their characters run.

The Debian packages that hold them stand in `samples/fonts.txt`. Only TrueType outlines can be embedded.
"""

from collections.abc import Mapping
from functools import cache
from itertools import groupby
from pathlib import Path

from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont

PACKAGES = Path(__file__).parents[1] / "fonts.txt"
FOLDERS = (
    Path("/usr/share/fonts"),
    Path("/usr/local/share/fonts"),
    Path.home() / ".local/share/fonts",
)

FACES: Mapping[str, tuple[str, int]] = {
    "song": ("uming.ttc", 0),
    "song-gb": ("gbsn00lp.ttf", 0),
    "kai": ("ukai.ttc", 0),
    "kai-gb": ("gkai00mp.ttf", 0),
    "hei": ("wqy-zenhei.ttc", 0),
    "hei-micro": ("wqy-microhei.ttc", 0),
    "serif": ("LiberationSerif-Regular.ttf", 0),
    "serif-bold": ("LiberationSerif-Bold.ttf", 0),
    "sans": ("LiberationSans-Regular.ttf", 0),
    "mono": ("LiberationMono-Regular.ttf", 0),
}
"""Face name → font file and its number in a collection."""

FALLBACK = "hei"
"""Takes the characters that a face lacks: the one here with the most."""


class MissingFont(FileNotFoundError):
    """A font file of `FACES` is not on this machine; the message names the packages to install."""


@cache
def load_face(face: str) -> TTFont:
    """Register a face under its own name for embedding, once a process."""
    file, number = FACES[face]
    for folder in FOLDERS:
        for path in sorted(folder.rglob(file)) if folder.is_dir() else ():
            font = TTFont(face, str(path), subfontIndex=number)
            pdfmetrics.registerFont(font)
            return font
    packages = " ".join(PACKAGES.read_text("ascii").split())
    raise MissingFont(f"{file} is not installed; the samples need the packages {packages}")


def set_runs(text: str, face: str, latin: str | None) -> tuple[tuple[str, str], ...]:
    """Split text into (face, run) pieces: ASCII in the Latin face if there is one, and what a face lacks in the fallback."""

    def face_of(character: str) -> str:
        if latin and character.isascii():
            return latin
        return face if ord(character) in load_face(face).face.charToGlyph else FALLBACK

    return tuple((name, "".join(run)) for name, run in groupby(text, face_of))


@cache
def _advance(character: str, face: str, latin: str | None) -> float:
    ((name, run),) = set_runs(character, face, latin)
    return float(load_face(name).stringWidth(run, 1))


def measure(text: str, face: str, latin: str | None) -> float:
    """Give the width of a line of text in units of its size."""
    return sum(_advance(character, face, latin) for character in text)
