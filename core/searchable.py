"""The searchable PDF of a document: made by a worker when somebody first asks for it, and then kept.

It stands beside the other parts of its run, and while there is none, a note of how often its making was
begun: a file that ends every process which tries is not tried for ever.
"""

from __future__ import annotations

from core.blobs import Blobs
from core.readings import Frozen

MOST_BEGUN = 3


class Making(Frozen):
    """What came of it so far: how often it was begun, and whether it is known to be in vain."""

    begun: int = 0
    in_vain: bool = False

    @property
    def is_over(self) -> bool:
        """Return whether nobody will try again."""
        return self.in_vain or self.begun >= MOST_BEGUN


def searchable_part(run_id: str) -> str:
    """Return the name of the PDF with the text that a run read."""
    return f"{run_id}/searchable.pdf"


def find_making(blobs: Blobs, sha256: str, run_id: str) -> Making:
    """Return how far the making has come."""
    try:
        with blobs.open(sha256, _note_part(run_id)) as note:
            return Making.model_validate_json(note.read())
    except FileNotFoundError:
        return Making()


def note_making(blobs: Blobs, sha256: str, run_id: str, making: Making) -> None:
    """Keep how far the making has come."""
    blobs.put(sha256, _note_part(run_id), making.model_dump_json().encode())


def _note_part(run_id: str) -> str:
    return f"{run_id}/searchable.json"
