"""Tesseract (`chi_sim+eng`) through pytesseract: a witness of another family, not the answer.

Starting the program costs ten times as much as reading a line, so all lines of a call go through
one run: pytesseract passes on a text file that lists pictures, and each becomes one page of output.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import ClassVar, NamedTuple

import cv2
import pytesseract

from core.errors import MissingProgram, ReaderFailed
from core.readings import ReaderName, Reading
from worker.page import Pixels
from worker.readers.base import has_print


@dataclass(frozen=True)
class TesseractParams:
    """How Tesseract is run.

    Page mode 6 (one block) and `chi_sim+eng` read best of the modes and languages measured on table
    lines. `pad_ratio` is the paper added around a line, as a part of its height: Tesseract loses
    print at the very border. `rule` is what it makes of a ruling line.
    """

    languages: tuple[str, ...] = ("chi_sim", "eng")
    page_mode: int = 6
    pad_ratio: float = 0.2
    rule: str = "|"
    lines_a_run: int = 150
    start_s: int = 30
    line_s: int = 2


class Word(NamedTuple):
    """One word of Tesseract's output: the line of print it belongs to, and 0.0–1.0."""

    line: int
    text: str
    confidence: float


@dataclass(frozen=True)
class TesseractReader:
    """The second reader; see `CellReader`.

    Each character carries the confidence of its word: Tesseract tells no more.
    """

    params: TesseractParams = field(default_factory=TesseractParams)
    name: ClassVar[ReaderName] = "tesseract"

    def read(self, lines: Sequence[Pixels]) -> list[Reading]:
        """Read the lines in few runs of the program.

        Limits OpenMP to one thread through the environment of this process, as Tesseract wants it.
        Raises `MissingProgram` when Tesseract or one of its languages is not installed,
        `ReaderFailed` when it crashes, hangs or answers with fewer pages than it was given.
        """
        filled = [index for index, line in enumerate(lines) if has_print(line)]
        found: dict[int, Reading] = {}
        if filled:
            _require(self.params.languages)
        for start in range(0, len(filled), self.params.lines_a_run):
            part = filled[start : start + self.params.lines_a_run]
            found |= zip(part, self._run([lines[index] for index in part]), strict=True)
        return [found.get(index, reading_of((), self.params)) for index in range(len(lines))]

    def _run(self, lines: Sequence[Pixels]) -> Iterator[Reading]:
        words = list(words_of(_output(lines, self.params), len(lines)))
        for index in range(len(lines)):
            yield reading_of([word for word in words if word.line == index], self.params)


@cache
def _require(languages: tuple[str, ...]) -> None:
    try:
        installed = pytesseract.get_languages()
    except pytesseract.TesseractNotFoundError as error:
        raise MissingProgram(program="tesseract", package="tesseract-ocr") from error
    for language in languages:
        if language not in installed:
            package = f"tesseract-ocr-{language.replace('_', '-')}"
            raise MissingProgram(program=f"{language}.traineddata", package=package)


def _output(lines: Sequence[Pixels], params: TesseractParams) -> str:
    """Return the table that Tesseract prints for the lines, one page each."""
    os.environ["OMP_THREAD_LIMIT"] = "1"
    with tempfile.TemporaryDirectory(prefix="dangan-lines-") as folder:
        pictures = [Path(folder) / f"{index}.pgm" for index in range(len(lines))]
        for picture, line in zip(pictures, lines, strict=True):
            cv2.imwrite(str(picture), _padded(line, params.pad_ratio))
        listing = Path(folder) / "lines.txt"
        listing.write_text("\n".join(map(str, pictures)), encoding="utf-8")
        try:
            return str(
                pytesseract.image_to_data(
                    str(listing),
                    lang="+".join(params.languages),
                    config=f"--psm {params.page_mode}",
                    timeout=params.start_s + params.line_s * len(lines),
                )
            )
        except pytesseract.TesseractNotFoundError as error:
            raise MissingProgram(program="tesseract", package="tesseract-ocr") from error
        # pytesseract tells a timeout by a bare RuntimeError.
        except (pytesseract.TesseractError, RuntimeError, OSError) as error:
            raise ReaderFailed(reader="tesseract", reason=str(error)) from error


def _padded(line: Pixels, ratio: float) -> Pixels:
    pad = round(ratio * line.shape[0])
    paper = int(line.max())
    return cv2.copyMakeBorder(line, pad, pad, pad, pad, cv2.BORDER_CONSTANT, value=paper).astype(
        "uint8", copy=False
    )


def words_of(table: str, pages: int) -> Iterator[Word]:
    """Read Tesseract's tab-separated table of `pages` pages, in reading order.

    A page without print still has its own row; the pages are counted by these rows. Raises
    `ReaderFailed` when pages are missing, since the words could belong to any line then.
    """
    seen = 0
    for row in table.split("\n")[1:]:
        values = row.split("\t", 11)
        if values[0] == "1":
            seen += 1
        if values[0] == "5" and len(values) == 12 and values[11].strip():
            yield Word(seen - 1, values[11].strip(), _part(values[10]))
    if seen != pages:
        raise ReaderFailed(reader="tesseract", reason=f"{seen} pages for {pages} lines")


def _part(percent: str) -> float:
    return round(min(100.0, max(0.0, float(percent))) / 100, 4)


def reading_of(words: Sequence[Word], params: TesseractParams) -> Reading:
    """Join words to one reading: a space only between words of ASCII, no rules at the ends."""
    text, characters = "", list[float]()
    for word in words:
        if text and text[-1].isascii() and word.text[0].isascii():
            text += " "
            characters.append(min(characters[-1], word.confidence))
        text += word.text
        characters += [word.confidence] * len(word.text)
    edge = params.rule + " "
    first = len(text) - len(text.lstrip(edge))
    kept = characters[first : max(first, len(text.rstrip(edge)))]
    return Reading(
        text=text.strip(edge),
        confidence=min(kept, default=0.0),
        engine="tesseract",
        characters=tuple(kept),
    )
