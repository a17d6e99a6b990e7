"""From print to a value of the record and the account of how it was read.

Enters: lines of print, or the cell that holds them. Leaves: `Entry`, the typed value with its `Field`.
What a print of some kind can only mean is the grammar's business (`core.values`).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from core.extraction import Field, FieldStatus
from core.geometry import Box
from core.values import Kind, Settled, settle
from core.vocabulary import Match, Vocabulary, squash
from core.vocabulary.matching import split_bracket
from worker.sheet import PageLine, SheetCell


@dataclass(frozen=True)
class ReviewParams:
    """Confidence (of the least sure character) below which a value goes to a person.

    A wrong digit hurts and nothing around it gives it away; prose is read in context, and a word of a closed list
    is checked against the list.
    """

    figure: float = 0.9
    prose: float = 0.6
    closed_word: float = 0.4


REVIEW = ReviewParams()
# What noise at the edge of a cell is read as; no label begins or ends with it.
_STROKES = "|.,'`·、。 "
_FIGURES = {Kind.MONEY, Kind.RATE, Kind.POINTS, Kind.YEAR}


@dataclass(frozen=True)
class Print:
    """What stands in one place of the form.

    `suspect` says that the grid around it is in doubt: the place is merged with another one, or was
    taken over from a neighbour. `page` and `box` (scan frame) are of the first piece.
    """

    text: str
    confidence: float
    page: int
    box: Box
    reader: str = ""
    alternatives: tuple[str, ...] = ()
    illegible: bool = False
    suspect: bool = False


@dataclass(frozen=True)
class Entry:
    """A value of the record (None: not legible or not found) and how it was read."""

    typed: str | None
    field: Field


MISSING = Entry(
    None,
    Field(
        raw="", confidence=0.0, page=None, box=None, reader="", status="missing", why="not_found"
    ),
)


def print_of(cells: Sequence[SheetCell], *, suspect: bool = False) -> Print | None:
    """Return what stands in the cells, in order; None where there is no cell."""
    if not cells:
        return None
    lines = [line for cell in cells for line in cell.lines]
    first = next((cell for cell in cells if cell.lines), cells[0])
    illegible = any(cell.illegible for cell in cells)
    if lines:
        return replace(print_of_lines(lines), illegible=illegible, suspect=suspect)
    piece = next((piece for piece in first.pieces if piece.cell.illegible), first.pieces[0])
    return Print("", 1.0, piece.page, piece.cell.box, illegible=illegible, suspect=suspect)


def print_of_lines(lines: Sequence[PageLine]) -> Print:
    """Return lines as one print, joined without their wraps; the box is around those of the first page."""
    page = lines[0].page
    readings = [line.line.reading for line in lines]
    return Print(
        text=joined(reading.text for reading in readings),
        confidence=min(reading.confidence for reading in readings),
        page=page,
        box=Box.around(line.line.box for line in lines if line.page == page),
        reader=readings[0].engine,
        alternatives=_alternatives(lines),
    )


def joined(texts: Iterable[str]) -> str:
    """Return texts of consecutive lines without the wraps; spaces inside a line are print and stay."""
    return "".join(text.strip() for text in texts)


def _alternatives(lines: Sequence[PageLine]) -> tuple[str, ...]:
    """Return what the place says where one line is read the other way."""
    texts = [line.text for line in lines]
    found = [
        joined([*texts[:number], other.text, *texts[number + 1 :]])
        for number, line in enumerate(lines)
        for other in line.line.others
        if squash(other.text) != squash(line.text)
    ]
    return tuple(dict.fromkeys(found))


def entry(found: Print | None, kind: Kind, params: ReviewParams) -> Entry:
    """Return the value that a print is by the grammar of `kind`."""
    if found is None:
        return MISSING
    settled = settle(found.text, kind)
    why = _doubt(found, settled, kind, params)
    kept = [found.text] if settled.repaired and squash(settled.raw) != squash(found.text) else []
    unread = found.illegible and not settled.raw
    return Entry(None if unread else settled.typed, _field(found, settled.raw, why, kept))


def _doubt(found: Print, settled: Settled, kind: Kind, params: ReviewParams) -> str | None:
    """Return why a person has to look, or None."""
    figure = kind in _FIGURES or (kind is Kind.MEASURE and settled.nature in {"number", "date"})
    if found.illegible:
        return "illegible"
    if found.suspect:
        return "grid"
    if settled.malformed:
        return "malformed"
    if settled.doubtful or (settled.nature == "text" and not any(map(str.isalnum, settled.raw))):
        return "doubtful"
    if found.confidence < (params.figure if figure else params.prose):
        return "low_confidence"
    return None


def _field(found: Print, raw: str, why: str | None, kept: Sequence[str] = ()) -> Field:
    status: FieldStatus = "review" if why else "ok"
    return Field(
        raw=raw,
        confidence=found.confidence,
        page=found.page,
        box=found.box,
        reader=found.reader,
        status=status,
        why=why,
        alternatives=tuple(dict.fromkeys([*kept, *found.alternatives])),
    )


def closed(found: Print, match: Match | None, params: ReviewParams) -> Entry:
    """Return a label of a closed list, as printed: `match` is the word of the list that it is.

    Characters read amiss become the word's, and the reading stays an alternative; where the reader
    was sure of what is not in the list, or the lengths differ, a person decides.
    """
    found = replace(found, text=found.text.strip(_STROKES))
    printed = squash(found.text)
    if found.illegible or match is None or not match.distance:
        why = _label_doubt(found, match, params)
        return Entry(
            None if found.illegible and not printed else printed, _field(found, found.text, why)
        )
    raw = put_right(printed, match)
    if raw is None:
        return Entry(printed, _field(found, found.text, "not_in_vocabulary", [match.wording]))
    sure = found.confidence >= params.figure and match.wording not in printed
    why = "grid" if found.suspect else ("not_in_vocabulary" if sure else None)
    return Entry(raw, _field(found, raw, why, [found.text]))


def _label_doubt(found: Print, match: Match | None, params: ReviewParams) -> str | None:
    if found.illegible:
        return "illegible"
    if found.suspect:
        return "grid"
    least = params.closed_word if match else params.prose
    return "low_confidence" if found.confidence < least else None


def put_right(printed: str, match: Match) -> str | None:
    """Return a label with misread characters replaced, None where some are lost or too many.

    Marks and digits around the whole word are ink of the next cell or of a rule; they go.
    """
    around = printed.replace(match.wording, "", 1)
    if len(around) < len(printed) and not any(map(str.isalpha, around)):
        return match.wording
    body = split_bracket(printed).body
    if len(body) != len(match.wording):
        return None
    return match.wording + printed[len(match.wording) :]


def doubted(value: Entry, why: str) -> Entry:
    """Put a value to review for a reason that it does not show itself, if nothing else has."""
    if value.field.status != "ok":
        return value
    review = {"status": "review", "why": why}
    return replace(value, field=value.field.model_copy(update=review))


def without_overlay(found: Print, kind: Kind, vocabulary: Vocabulary) -> Print:
    """Take a stray word that a print-out laid over a cell off it, where only then the grammar fits.

    The seed has a target of `>=85%` followed by the label of a sum that belongs to another table. The
    full reading stays an alternative.
    """
    printed = squash(found.text)
    for overlay in map(squash, sorted(vocabulary.words("overlays"), key=len, reverse=True)):
        rest = _rest(found.text, overlay)
        if rest and printed != overlay and settle(rest, kind).nature in {"number", "date"}:
            return replace(found, text=rest, alternatives=(found.text, *found.alternatives))
    return found


def has_overlay(value: Entry, vocabulary: Vocabulary) -> bool:
    """Tell whether a value in words ends with a word that print-outs lay over cells: nobody but a person can tell."""
    return any(
        _rest(value.field.raw, squash(overlay)) not in {"", value.field.raw}
        for overlay in vocabulary.words("overlays")
        if squash(value.field.raw).endswith(squash(overlay))
    )


def _rest(text: str, overlay: str) -> str:
    """Return `text` without `overlay` at its end (or its beginning), however it is spaced."""
    printed = squash(text)
    if printed.endswith(overlay):
        return printed[: -len(overlay)]
    return printed[len(overlay) :] if printed.startswith(overlay) else ""
