"""The catalogue of an archive: what its lines say of files, laid over the manifest.

Kept on disk while the files are walked over, so that memory does not grow with it.
"""

from __future__ import annotations

import sqlite3
import tomllib
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from itertools import islice
from pathlib import Path, PurePosixPath
from typing import Any

from pydantic import TypeAdapter, ValidationError

from api.uploads.names import steps_of
from cli.backfill.listing import Named
from cli.backfill.manifest import INSIDE
from cli.backfill.sheets import Cells, sheets
from core.errors import BadCatalogue
from core.exports.wording import heading
from core.messages import LANGUAGES, Language, say, visible
from core.store.items import ITEM_VALUES, ItemValue, Line, ManifestRow
from core.vocabulary import Vocabulary
from core.vocabulary.matching import split_bracket, squash

Columns = Mapping[str, int]
"""What stands in which column: `path` and the values of items."""

HEADING_WITHIN = 20
"""Catalogues have titles above their headings, hardly more lines than these."""

TOLD = 50
"""So many lines that cannot be understood are told; the others are counted."""

_TABLES = """
CREATE TABLE lines (
    key TEXT PRIMARY KEY, number INTEGER NOT NULL, path TEXT NOT NULL, given TEXT NOT NULL, file TEXT
) WITHOUT ROWID
"""
_LINE: TypeAdapter[str] = TypeAdapter(Line)
_GIVEN: TypeAdapter[dict[str, str | int]] = TypeAdapter(dict[str, str | int])


@dataclass
class Catalogue:
    """Lines by the files that they are about.

    `bare` are files without a line, of the walk that `begin` began; `unread` are messages about lines
    that cannot be understood, or not fully.
    """

    database: sqlite3.Connection
    root: str
    language: Language
    lines: int = 0
    bare: Named = field(default_factory=Named)
    unread: list[str] = field(default_factory=list)
    untold: int = 0

    def begin(self) -> None:
        """Begin a walk."""
        self.bare = Named()

    def complete(self, row: ManifestRow) -> ManifestRow:
        """Return a row with what the catalogue says of its file."""
        for key in self._keys(row.path):
            found = self.database.execute(
                "SELECT number, given, file FROM lines WHERE key = ?", (key,)
            ).fetchone()
            if found is None:
                continue
            number, given, file = found
            if file not in {None, row.path}:
                self.complain(number, "catalogue_twice", file=file, other=row.path)
                continue
            self.database.execute("UPDATE lines SET file = ? WHERE key = ?", (row.path, key))
            values = _GIVEN.validate_json(given)
            return row.model_copy(update={**values, "declared": tuple(sorted(values))})
        self.bare.add(row.path)
        return row

    def missing(self) -> Iterator[ManifestRow]:
        """Yield the lines that no file was found for, as rows of the manifest."""
        for path, given in self.database.execute(
            "SELECT path, given FROM lines WHERE file IS NULL ORDER BY number"
        ):
            values = _GIVEN.validate_json(given)
            told: dict[str, Any] = {**values, "declared": tuple(sorted(values))}
            yield ManifestRow(path=path, standing="missing", **told)

    def missing_count(self) -> int:
        """Return how many lines have no file."""
        query = "SELECT count(*) FROM lines WHERE file IS NULL"
        return int(self.database.execute(query).fetchone()[0])

    def complain(self, number: int, code: str, **details: object) -> None:
        """Keep a message about a line."""
        if len(self.unread) == TOLD:
            self.untold += 1
            return
        shown = {name: visible(str(it)) for name, it in details.items()}
        self.unread.append(say("backfill", code, self.language, line=number, **shown))

    def add(self, number: int, path: str, given: Mapping[str, str | int]) -> None:
        """Keep a line; `path` is empty where only its archive number tells the file."""
        steps = steps_of(path.replace(INSIDE, "/"))
        if steps:
            key = _key(steps)
        elif "archive_number" in given:
            steps = (str(given["archive_number"]),)
            key = _number_key(steps[0])
        else:
            self.complain(number, "catalogue_no_file")
            return
        full = steps if steps[0] == self.root else (self.root, *steps)
        known = self.database.execute("SELECT number FROM lines WHERE key = ?", (key,)).fetchone()
        if known is not None:
            self.complain(number, "catalogue_repeats", other=known[0])
            return
        self.lines += 1
        self.database.execute(
            "INSERT INTO lines VALUES (?, ?, ?, ?, NULL)",
            (key, number, "/".join(full), _GIVEN.dump_json(dict(given)).decode()),
        )

    def _keys(self, path: str) -> Iterator[str]:
        steps = steps_of(path.replace(INSIDE, "/"))
        yield _key(steps)
        if len(steps) > 1:
            yield _key(steps[1:])
        yield _number_key(PurePosixPath(steps[-1]).stem)


@contextmanager
def opened_catalogue(
    path: Path, root: str, vocabulary: Vocabulary, language: Language
) -> Iterator[Catalogue]:
    """Read a catalogue about the files of the shelf `root`, and give it until the block ends.

    Raises `BadCatalogue`, and what `sheets` raises.
    """
    # The empty name is a database of our own in a temporary file.
    with closing(sqlite3.connect("", check_same_thread=False)) as database:
        database.execute(_TABLES)
        catalogue = Catalogue(database, root, language)
        for lines in sheets(path):
            numbered = enumerate(lines, start=1)
            columns = _columns(numbered)
            if columns is None:
                continue
            for number, cells in numbered:
                _take(catalogue, number, columns, cells, vocabulary)
            yield catalogue
            return
        raise BadCatalogue(file=str(path), reason="catalogue_headings")


def unread(catalogue: Catalogue) -> tuple[str, ...]:
    """Return what is to be told about lines that cannot be understood."""
    if not catalogue.untold:
        return tuple(catalogue.unread)
    rest = say("backfill", "catalogue_untold", catalogue.language, count=catalogue.untold)
    return (*catalogue.unread, rest)


def _take(
    catalogue: Catalogue, number: int, columns: Columns, cells: Cells, vocabulary: Vocabulary
) -> None:
    told = {name: cells[place] for name, place in columns.items() if place < len(cells)}
    if not any(told.values()):
        return
    given: dict[str, str | int] = {}
    for name in ITEM_VALUES:
        text = told.get(name, "")
        if not text:
            continue
        try:
            given[name] = _value(name, text, vocabulary)
        except ValueError:
            catalogue.complain(number, "catalogue_value", column=name, value=text)
    catalogue.add(number, told.get("path", ""), given)


def _value(name: ItemValue, text: str, vocabulary: Vocabulary) -> str | int:
    """Return a value as a row of the manifest may have it; raises ValueError."""
    try:
        if name != "fiscal_year":
            return _LINE.validate_python(text)
        year = vocabulary.year_in_name(text)
        return int(ManifestRow(path="-", fiscal_year=year, standing="missing").fiscal_year or "")
    except ValidationError as error:
        raise ValueError(text) from error


def _columns(lines: Iterator[tuple[int, Cells]]) -> Columns | None:
    """Return what the first line with fitting headings says; the lines behind it are left."""
    for _, cells in islice(lines, HEADING_WITHIN):
        found: dict[str, int] = {}
        for place, cell in enumerate(cells):
            name = _headings().get(_bare(cell))
            if name is not None:
                found.setdefault(name, place)
        if len(found) > 1 and ("path" in found or "archive_number" in found):
            return found
    return None


@cache
def _headings() -> Mapping[str, str]:
    source = files("cli.backfill").joinpath("headings.toml").read_text(encoding="utf-8")
    known: dict[str, str] = {
        _bare(wording): name
        for name, wordings in tomllib.loads(source).items()
        for wording in wordings
    }
    ours: dict[str, str] = {"file": "path", **dict(zip(ITEM_VALUES, ITEM_VALUES, strict=True))}
    for code, name in ours.items():
        known |= {_bare(heading(code, language)): name for language in LANGUAGES}
    return known


def _bare(wording: str) -> str:
    return split_bracket(squash(wording)).body.casefold()


def _key(steps: Sequence[str]) -> str:
    """Return what paths have in common that differ in case, or in how an accent is written."""
    return unicodedata.normalize("NFC", "/".join(steps)).casefold()


def _number_key(number: str) -> str:
    return f"#{squash(number).casefold()}"
