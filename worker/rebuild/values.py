"""From print to a value of the record and the account of how it was read.

Enters: lines of print, or the cell that holds them. Leaves: `Entry`, the typed value with its `Field`.
What a print of some kind can only mean is the grammar's business (`core.values`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from core.extraction import Field, FieldStatus
from core.values import Kind, Settled, settle
from core.vocabulary import Match, Vocabulary, squash
from core.vocabulary.matching import split_bracket
from worker.rebuild.print import Print
from worker.rebuild.weighing import FIGURES, WORD_CHARACTERS, Weight, settled_print, weigh


@dataclass(frozen=True)
class ReviewParams:
    """When a value goes to a person, and when a reading counts as sure of itself.

    `figure`, `word` and `prose` are the least probability of being right (docs/accuracy.md shows what comes
    of them); a wrong digit hurts more, and nothing around it gives it away, while in prose it is a comma
    for the most part. `name` takes the place of both for the names of the head, in which rare characters are. `sure` is a reader's own confidence: it decides whether what is not in a closed list
    may be a misreading of what is. `one` is that of a lone 1 from which it is no slash
    (`worker.readers.lone`).
    """

    figure: float = 0.98
    word: float = 0.95
    prose: float = 0.91
    name: float = 0.97
    sure: float = 0.9
    one: float = 0.99


REVIEW = ReviewParams()
# What a speck of dirt at the edge of a text is read as; Chinese prose ends with other marks.
SPECKS = frozenset(".,·•'`")
# With these no text begins.
_CLOSING = frozenset("：；，、。:;,)）】》”")
_SPECK_INSIDE = re.compile(r"[一-龥][.'`•][一-龥]|\.\.")
# Marks that stand in quantities and dates; any other is a pen's, or dirt.
_QUANTITY_MARKS = frozenset(">=<≥≤±+%‰()（）,.:：/-—~～℃°㎡²³、，；;")
_MAY_BE_HAND = frozenset({None, "malformed", "doubtful", "readers_disagree", "low_confidence"})
# What a form prints to be ticked: readers drop the tick, or the box with it.
_BOXES = frozenset("□☐☑☒√✓")
# What noise at the edge of a cell is read as; no label begins or ends with it.
STROKES = "|.,'`·、。 "
_DASHES = "-—–"


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


def entry(found: Print | None, kind: Kind, params: ReviewParams) -> Entry:
    """Return the value that a print is by the grammar of `kind`."""
    if found is None:
        return MISSING
    found = settled_print(found, kind)
    settled = settle(found.text, kind)
    weight = weigh(found, settled, kind)
    why = _doubt(found, settled, kind, weight, params)
    kept = [found.text] if settled.repaired and squash(settled.raw) != squash(found.text) else []
    unread = found.illegible and not settled.raw
    return Entry(
        None if unread else settled.typed,
        _field(found, settled.raw, why, kept, weight.probability),
    )


def _doubt(
    found: Print, settled: Settled, kind: Kind, weight: Weight, params: ReviewParams
) -> str | None:
    """Return why a person has to look, or None.

    What a pen wrote is for a person always: neat writing is read as surely as print.
    """
    why = _print_doubt(found, settled, kind, weight, params)
    return "handwritten" if why in _MAY_BE_HAND and found.hand else why


def _print_doubt(
    found: Print, settled: Settled, kind: Kind, weight: Weight, params: ReviewParams
) -> str | None:
    figure = kind in FIGURES or (kind is Kind.MEASURE and settled.nature in {"number", "date"})
    if found.illegible:
        return "illegible"
    if found.suspect:
        return "grid"
    if settled.malformed:
        return "malformed"
    if _is_doubtful(found, settled, weight, params):
        return "doubtful"
    outvoted = weight.support == "outvoted"
    if found.overruled or outvoted or ((figure or found.of_file) and weight.contested):
        return "readers_disagree"
    prose = not figure and len(squash(found.text)) > WORD_CHARACTERS
    return _low(weight, params.figure if figure else params.prose if prose else params.word)


def _low(weight: Weight, least: float) -> str | None:
    if weight.probability >= least:
        return None
    return "readers_disagree" if weight.disputed else "low_confidence"


def _is_doubtful(found: Print, settled: Settled, weight: Weight, params: ReviewParams) -> bool:
    """Tell whether another print would have been read the same: a mark, or a text beside a speck.

    A lone 1 is no slash where the readers agree, and the first is surer of it than of any slash. Where the
    file says the same as the picture, there is no other print.
    """
    if found.of_file and weight.support in {"unanimous", "agreed", "none"}:
        return False
    agreed = weight.support in {"unanimous", "agreed"}
    plain_one = found.text == "1" and agreed and found.confidence >= params.one
    words = settled.nature == "text"
    mark = words and (not any(map(str.isalnum, settled.raw)) or not _BOXES.isdisjoint(settled.raw))
    edges = {settled.raw[:1], settled.raw[-1:]}
    specked = (
        bool(edges & SPECKS)
        or settled.raw[:1] in _CLOSING
        or (words and _SPECK_INSIDE.search(settled.raw) is not None)
    )
    odd = settled.nature in {"number", "date"} and any(
        not char.isalnum() and char not in _QUANTITY_MARKS for char in settled.raw
    )
    return mark or specked or odd or (settled.doubtful and not plain_one)


def _field(
    found: Print, raw: str, why: str | None, kept: Sequence[str], probability: float
) -> Field:
    status: FieldStatus = "review" if why else "ok"
    return Field(
        raw=raw,
        confidence=probability,
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
    found = replace(found, text=found.text.strip(STROKES))
    printed = squash(found.text)
    settled = settle(found.text, Kind.LABEL)
    weight = weigh(found, settled, Kind.LABEL, matter="listed" if match else "word")
    if found.illegible or match is None or not match.distance:
        why = _label_doubt(found, weight, params)
        unread = found.illegible and not printed
        return Entry(
            None if unread else printed, _field(found, found.text, why, (), weight.probability)
        )
    raw = put_right(printed, match)
    if raw is None:
        why = "not_in_vocabulary"
        return Entry(printed, _field(found, found.text, why, [match.wording], weight.probability))
    only_marks = match.wording in printed or _letters(printed) == _letters(match.wording)
    sure = found.confidence >= params.sure and not only_marks
    why = "grid" if found.suspect else ("not_in_vocabulary" if sure else None)
    return Entry(raw, _field(found, raw, why, [found.text], weight.probability))


def _label_doubt(found: Print, weight: Weight, params: ReviewParams) -> str | None:
    if found.illegible:
        return "illegible"
    return "grid" if found.suspect else _low(weight, params.word)


def put_right(printed: str, match: Match) -> str | None:
    """Return a label with misread characters replaced, None where some are lost or too many.

    Marks and digits around the whole word are ink of the next cell or of a rule, marks inside of it are
    dust; they go.
    """
    around = printed.replace(match.wording, "", 1)
    if len(around) < len(printed) and not any(map(str.isalpha, around)):
        return match.wording
    if _letters(printed) == _letters(match.wording):
        return match.wording
    body = split_bracket(printed).body
    rest = printed[len(match.wording) :]
    if len(body) != len(match.wording) or rest.count("(") != rest.count(")"):
        return None
    return match.wording + rest


def _letters(text: str) -> str:
    return "".join(filter(str.isalnum, text))


def doubted(value: Entry, why: str) -> Entry:
    """Put a value to review for a reason that it does not show itself, if nothing else has."""
    if value.field.status != "ok":
        return value
    review = {"status": "review", "why": why}
    return replace(value, field=value.field.model_copy(update=review))


def nameless(entries: Mapping[str, Entry]) -> dict[str, Entry]:
    """Doubt all values of a row whose name was not found: they may be those of other rows."""
    return {role: doubted(value, "grid") for role, value in entries.items()}


def without_overlay(found: Print, kind: Kind, vocabulary: Vocabulary) -> Print:
    """Take a stray that a print-out laid over a cell off it, where only then the grammar fits.

    The seed has a target of `>=85%` followed by the label of a sum that belongs to another table. The
    full reading stays an alternative. A dash beside a digit may be the value's own: `28-5-` stays.
    """
    for stray, rest in _strays(found.text, vocabulary):
        beside = rest[-1:] if squash(found.text).endswith(stray) else rest[:1]
        own = stray[0] in _DASHES and beside.isdigit()
        if rest and not own and settle(rest, kind).nature in {"number", "date"}:
            return replace(found, text=rest, alternatives=(found.text, *found.alternatives))
    return found


def has_overlay(value: Entry, vocabulary: Vocabulary) -> bool:
    """Tell whether a value ends with a word that print-outs lay over cells, or has a page's number at an end.

    Nobody but a person can tell; a page's number may be all that stands there. Of a word that lies over a border the
    first character is left.
    """
    printed = squash(value.field.raw)
    begun = {word[0] for word in map(squash, vocabulary.words("overlays")) if len(word) > 1}
    measure = printed[:-1] and any(map(str.isdigit, printed)) and printed[-1] in begun
    return bool(measure) or any(
        (rest and printed.endswith(stray)) or vocabulary.search("page_over_value", stray)
        for stray, rest in _strays(printed, vocabulary)
    )


def _strays(text: str, vocabulary: Vocabulary) -> Iterator[tuple[str, str]]:
    """Yield the strays at the end or the beginning of a print, each with what is left, however it is spaced."""
    printed = squash(text)
    words = sorted(map(squash, vocabulary.words("overlays")), key=len, reverse=True)
    for stray in (*words, *(found[0] for found in vocabulary.every("page_over_value", printed))):
        if printed.endswith(stray):
            yield stray, printed[: -len(stray)]
        elif printed.startswith(stray):
            yield stray, printed[len(stray) :]
