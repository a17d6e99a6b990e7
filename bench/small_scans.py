"""A folder of small scans, and what a campaign has to make of each of its paths.

Pages are as small as the pipeline takes them for what they are: a form is a title over a table of four
cells and takes 0.3 s of a core (measured; an A4 form takes 2 to 4 s), a blank page 0.03 s. What is
tried with them is machinery, not reading. Such a form lacks nearly all that a form should have, so it goes to
review whatever is read in its cells: the list of what is to come needs no reader.
"""

from __future__ import annotations

import io
import zipfile
from collections import Counter, defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from random import Random

import pikepdf
from PIL import Image, ImageDraw, ImageFont
from PIL.PngImagePlugin import PngInfo

from core.store.items import ItemState
from samples.generator.fonts import load_face

YEARS = tuple(range(2018, 2024))
OFFICES = ("教育局", "财政局", "民政局", "水务局", "文旅局")
WORKS = ("道路养护", "校舍维修", "水库清淤", "公园绿化", "管网改造", "食堂采购")
BOX = 8  # files in an archive
DPI = 150
EM = 30  # px
PAPER = (700, 280)
"""Width and height in pixels."""


@dataclass(frozen=True)
class Fate:
    """How a path ends: its state, and the code where nothing came of it."""

    state: ItemState
    code: str | None = None


@dataclass(frozen=True)
class Kind:
    """A kind of file: its part of all, its suffix, how its bytes are made, and how it ends.

    `records` come of its bytes. What `travels` is sent to the server, so that copies of it are found.
    """

    weight: int
    suffix: str
    made: Callable[[int, Random], bytes]
    fate: Fate
    records: int = 0
    travels: bool = True


@dataclass(frozen=True)
class Written:
    """The list of what was made: the fate of each path, and the records that come of it all."""

    fates: Mapping[str, Fate]
    records: int
    pages: int


def form(number: int, rng: Random) -> bytes:
    """Return the smallest page that is taken for a form, no two alike."""
    project = f"{rng.choice(WORKS)}{number}"
    cells = (("项目名称", project), ("主管部门", rng.choice(OFFICES)))
    return _png(_table("项目支出绩效自评表", cells), number)


def form_in_pdf(number: int, rng: Random) -> bytes:
    """Return such a form as a PDF."""
    return _pdf(form(number, rng), number)


def letter(number: int, _: Random) -> bytes:
    """Return a page that is no form."""
    image = _blank()
    draw = ImageDraw.Draw(image)
    draw.text((30, 80), f"关于召开第{number}次会议的通知", 0, font=_font())
    return _png(image, number)


def blank(number: int, _: Random) -> bytes:
    """Return a page with nothing on it."""
    return _png(_blank(), number)


def junk(number: int, _: Random) -> bytes:
    """Return what only begins like a PDF."""
    return b"%%PDF-1.7 nothing of the kind, %d" % number


def cut_off(number: int, rng: Random) -> bytes:
    """Return the first half of a picture."""
    whole = form(number, rng)
    return whole[: len(whole) // 2]


def locked(number: int, rng: Random) -> bytes:
    """Return a PDF that needs a password."""
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(form_in_pdf(number, rng))) as opened:
        opened.save(out, encryption=pikepdf.Encryption(owner="a", user=f"{number}", R=6))
    return out.getvalue()


def empty(*_: object) -> bytes:
    """Return no byte at all."""
    return b""


def text(number: int, _: Random) -> bytes:
    """Return what has only the name of a scan."""
    return b"a note, %d" % number


REVIEW, DONE = Fate("review"), Fate("done")
DAMAGED = Fate("failed", "damaged_file")
KINDS = (
    Kind(44, ".png", form, REVIEW, records=1),
    Kind(8, ".pdf", form_in_pdf, REVIEW, records=1),
    Kind(3, ".png", letter, DONE),
    Kind(18, ".png", blank, DONE),
    Kind(3, ".pdf", junk, DAMAGED),
    Kind(2, ".png", cut_off, DAMAGED),
    Kind(1, ".pdf", locked, Fate("failed", "encrypted_file")),
    Kind(1, ".pdf", empty, Fate("refused", "empty_file"), travels=False),
    Kind(2, ".pdf", text, Fate("refused", "unsupported_type"), travels=False),
)
COPIES = 0.18
"""The part of the files that are the bytes of an earlier one under another path."""

# Of ten places in a folder one is an archive; of ten archives one is none.
ARCHIVES, BROKEN = 0.1, 0.1
DUPLICATE = Fate("duplicate")


@dataclass(frozen=True)
class _File:
    kind: Kind
    content: bytes


class Writer:
    """Writes a folder, file by file, and remembers what it wrote."""

    def __init__(self, folder: Path, rng: Random) -> None:
        self.folder, self.rng = folder, rng
        self.made: list[_File] = []
        self.placed: dict[tuple[str, str, str, int], tuple[str, _File]] = {}
        self.lost: dict[str, Fate] = {}

    def place(self, number: int, files: int) -> int:
        """Fill one place with a file or with an archive of up to `files`; return how many it took."""
        year, office = str(self.rng.choice(YEARS)), self.rng.choice(OFFICES)
        folder = self.folder / year / office
        folder.mkdir(parents=True, exist_ok=True)
        if self.rng.random() >= ARCHIVES:
            file = self._file(number)
            name = f"{number:05}{file.kind.suffix}"
            (folder / name).write_bytes(file.content)
            self.placed[year, office, name, 0] = self._path(folder / name), file
            return 1
        path = folder / f"{number:05}盒.zip"
        if self.rng.random() < BROKEN:
            path.write_bytes(b"PK\x03\x04 and no more")
            self.lost[self._path(path)] = Fate("refused", "damaged_archive")
            return 1
        members = {}
        for place in range(min(BOX, files)):
            file = self._file(number + place)
            name = f"扫描/第{place + 1}件{file.kind.suffix}"
            members[name] = file.content
            here = f"{self._path(path)}!/{name}"
            self.placed[year, office, path.name, place] = here, file
        path.write_bytes(packed(members, "gbk" if self.rng.random() < 0.5 else "utf-8"))
        return len(members)

    def written(self) -> Written:
        """Return the list: of the same bytes, the first on the way through the folders is read."""
        fates = dict(self.lost)
        groups: defaultdict[bytes, list[tuple[str, _File]]] = defaultdict(list)
        for _, (path, file) in sorted(self.placed.items()):
            groups[file.content].append((path, file))
            first = len(groups[file.content]) == 1 or not file.kind.travels
            fates[path] = file.kind.fate if first else DUPLICATE
        kinds = Counter(group[0][1].kind for group in groups.values())
        return Written(
            fates,
            records=sum(kind.records * count for kind, count in kinds.items()),
            pages=sum(
                count for kind, count in kinds.items() if kind.fate.state in {"done", "review"}
            ),
        )

    def _file(self, number: int) -> _File:
        if self.made and self.rng.random() < COPIES:
            return self.rng.choice(self.made)
        (kind,) = self.rng.choices(KINDS, [kind.weight for kind in KINDS])
        self.made.append(_File(kind, kind.made(number, self.rng)))
        return self.made[-1]

    def _path(self, path: Path) -> str:
        return path.relative_to(self.folder.parent).as_posix()


def write_scans(folder: Path, files: int, seed: int) -> Written:
    """Write so many files into `folder`, those in archives counted, and return what is to come of them."""
    writer = Writer(folder, Random(seed))
    number = 0
    while number < files:
        number += writer.place(number, files - number)
    # Beside the scans lies what is none, which leaves no trace.
    (folder / "说明.txt").write_text("扫描说明")
    return writer.written()


def packed(members: Mapping[str, bytes], encoding: str) -> bytes:
    """Pack files whose names are in an encoding, without a word about which, as old programs do."""
    out = io.BytesIO()
    standing: dict[bytes, bytes] = {}
    with zipfile.ZipFile(out, "w") as archive:
        for number, (name, content) in enumerate(members.items()):
            raw = name.encode(encoding)
            stands = f"<{number}>".ljust(len(raw), "x")
            standing[stands.encode()] = raw
            archive.writestr(stands, content)
    whole = out.getvalue()
    for stands_raw, raw in standing.items():
        whole = whole.replace(stands_raw, raw)
    return whole


def _table(title: str, cells: tuple[tuple[str, str], ...]) -> Image.Image:
    image = _blank()
    draw = ImageDraw.Draw(image)
    width, row = PAPER[0], 60
    draw.text((width // 2, 40), title, 0, font=_font(), anchor="mm")
    across = (30, width // 3, width - 30)
    down = [80 + row * number for number in range(len(cells) + 1)]
    for y in down:
        draw.line((across[0], y, across[-1], y), 0, 3)
    for x in across:
        draw.line((x, down[0], x, down[-1]), 0, 3)
    for y, line in zip(down, cells, strict=False):
        for (left, right), said in zip(pairwise(across), line, strict=True):
            draw.text(((left + right) // 2, y + row // 2), said, 0, font=_font(), anchor="mm")
    return image


def _blank() -> Image.Image:
    return Image.new("L", PAPER, 255)


def _png(image: Image.Image, number: int) -> bytes:
    told = PngInfo()
    told.add_text("Comment", f"{number}")
    out = io.BytesIO()
    image.save(out, "PNG", dpi=(DPI, DPI), pnginfo=told)
    return out.getvalue()


def _pdf(picture: bytes, number: int) -> bytes:
    out = io.BytesIO()
    with Image.open(io.BytesIO(picture)) as image:
        image.save(out, "PDF", resolution=DPI, title=f"{number}")
    return out.getvalue()


def _font() -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(load_face("hei").face.filename, EM)
