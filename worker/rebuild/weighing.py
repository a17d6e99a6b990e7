"""How likely a value is what is printed: its readings weighed by what stands there.

Enters: a print with all its readings, and what the grammar of its kind makes of it. Leaves: a
probability, and how the readers stand to one another. A value is another reader's only where two of
them agree against the first and experience is with them.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from core.readings import TextLine
from core.trust import Matter, Support, calibration, same_print, support_of
from core.values import Kind, Settled, settle
from core.vocabulary import squash
from worker.rebuild.print import Print, joined

FAINT, UNSURE = 0.5, 0.98
"""Below FAINT a witness that says the same supports no first reading that is itself below UNSURE: of 19
such lines of 10,500 half were wrong, in scans of all kinds; of the others that agree, one in 180."""
WORST: tuple[Support, ...] = ("unanimous", "agreed", "none", "upheld", "alone", "outvoted")
WORD_CHARACTERS = 8
_WHOLE: frozenset[Matter] = frozenset({"digits", "date", "mark"})
FIGURES = frozenset({Kind.MONEY, Kind.RATE, Kind.POINTS, Kind.YEAR})


@dataclass(frozen=True)
class Weight:
    """The probability that a value is right, and the weakest support that one of its lines has."""

    probability: float
    support: Support

    @property
    def disputed(self) -> bool:
        return self.support in {"upheld", "alone", "outvoted"}

    @property
    def contested(self) -> bool:
        """Tell whether nobody says what the first reader says."""
        return self.support in {"alone", "outvoted"}


def matter_of(settled: Settled, kind: Kind, text: str) -> Matter:
    """Return what kind of print this is, for the table of probabilities."""
    if kind is Kind.LABEL:
        return "listed"
    if settled.nature in {"dash", "slash"}:
        return "mark"
    if kind is Kind.YEAR or settled.nature == "date":
        return "date"
    if kind in FIGURES or settled.nature == "number":
        return "digits"
    return "word" if len(squash(text)) <= WORD_CHARACTERS else "prose"


def weigh(found: Print, settled: Settled, kind: Kind, *, matter: Matter | None = None) -> Weight:
    """Weigh a value; a blank one has nothing to be wrong."""
    about = matter or matter_of(settled, kind, found.text)
    if not found.lines:
        return Weight(1.0 if not found.text else found.confidence, "none")
    support, sure = grounds(found, kind, about)
    return Weight(round(calibration().probability(about, support, sure), 4), support)


def grounds(found: Print, kind: Kind, about: Matter) -> tuple[Support, float]:
    """Return how the readers stand to one another, and the confidence of the least sure character.

    A figure is weighed as a whole, words line by line; lines on which all readers agree do not
    count against the others.
    """
    whole = _voices(found)
    if about in _WHOLE and joined(line.text for line in found.lines) == found.text:
        support = _support(found.text, whole, same_value(kind), found.lines)
        return support, min(line.reading.confidence for line in found.lines)
    supports = [_support_of_line(line) for line in found.lines]
    worst = max(supports, key=WORST.index)
    return worst, min(
        line.reading.confidence
        for line, support in zip(found.lines, supports, strict=True)
        if support != "unanimous" or worst == "unanimous"
    )


def _support_of_line(line: TextLine) -> Support:
    return _support(line.text, [other.text for other in line.others], same_print, [line])


def _support(
    said: str,
    others: Sequence[str],
    same: Callable[[str, str], bool],
    lines: Sequence[TextLine],
) -> Support:
    """Return how the readers of the lines stand to one another; who guesses supports nobody."""
    support = support_of(said, others, same)
    if support not in {"unanimous", "agreed"}:
        return support
    if any(_is_guess(line, 0) for line in lines):
        return "upheld" if any(same(said, other) for other in others[1:]) else "alone"
    return "agreed" if any(_is_guess(line, 1) for line in lines) else support


def _is_guess(line: TextLine, voice: int) -> bool:
    """Tell whether the first reading and that of a witness are both unsure."""
    heard = line.others[voice : voice + 1]
    return line.reading.confidence < UNSURE and any(one.confidence < FAINT for one in heard)


def same_value(kind: Kind) -> Callable[[str, str], bool]:
    """Return the test whether two readings are the same value of that kind."""

    def same(first: str, second: str) -> bool:
        a, b = settle(first, kind), settle(second, kind)
        if a.nature in {"text", "malformed"} or b.nature in {"text", "malformed"}:
            return same_print(first, second)
        return a.typed == b.typed

    return same


def _voices(found: Print) -> list[str]:
    """Return the whole print as each further reader has it; a line that it did not read is the witness's."""
    count = max((len(line.others) for line in found.lines), default=0)
    return [
        joined(
            (line.others[min(voice, len(line.others) - 1)].text if line.others else line.text)
            for line in found.lines
        )
        for voice in range(count)
    ]


def settled_print(found: Print, kind: Kind) -> Print:
    """Return the print as two witnesses have it, where the first reading cannot stand against them.

    That is where the grammar refuses it and takes theirs, or where a reading so unsure is more often
    wrong than right when both contradict it. Where the witnesses contradict each other, too, and the first reading
    is no figure in a place of figures, it is the surer figure of theirs. The first reading stays an alternative, and
    a person has to look.
    """
    voices = _voices(found)
    if len(voices) < 2 or joined(line.text for line in found.lines) != found.text:
        return found
    support = support_of(found.text, voices, same_value(kind))
    if support == "alone" and len(found.lines) == 1:
        return _as_figure(found, kind)
    if support != "outvoted":
        return found
    own, theirs = settle(found.text, kind), settle(voices[0], kind)
    odds = calibration().probability(matter_of(own, kind, found.text), "outvoted", found.confidence)
    if theirs.malformed or not (own.malformed or odds < 0.5):
        return found
    return _overruled(found, voices[0])


def _as_figure(found: Print, kind: Kind) -> Print:
    """Return a print of one line as its surest witness of a figure has it, where it is none itself."""
    if kind not in FIGURES or settle(found.text, kind).nature not in {"text", "malformed"}:
        return found
    figures = [it for it in found.lines[0].others if settle(it.text, kind).nature == "number"]
    if not figures:
        return found
    return _overruled(found, max(figures, key=lambda it: it.confidence).text)


def _overruled(found: Print, text: str) -> Print:
    others = tuple(other for other in found.alternatives if other != text)
    return replace(found, text=text, alternatives=(found.text, *others), overruled=True)
