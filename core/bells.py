"""Doorbells: what travels over the broker. A name and an id, never content."""

from __future__ import annotations

from typing import Literal, NamedTuple

TaskName = Literal["open_document", "read_page", "assemble_document", "layer_document"]
Priority = Literal["interactive", "bulk"]


class Bell(NamedTuple):
    """Somebody should look at this: a run to open, to assemble or to make a PDF of, or a page to read.

    `id` is that of the run or of the page. `priority` names the queue.
    """

    task: TaskName
    id: str
    priority: Priority
