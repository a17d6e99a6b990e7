"""Make the searchable PDF of a document that was read.

There is no claim: two that make it at once make the same, and a part of the blobs appears whole. Whoever
wants the PDF asks again until it is there, so a bell that is lost is rung again.
"""

from __future__ import annotations

import logging
from pathlib import Path
from tempfile import TemporaryDirectory

from core.bells import Bell
from core.errors import FileCrashed
from core.extraction import Extraction
from core.logs import name_subjects
from core.searchable import Making, find_making, note_making, searchable_part
from core.store.runs import FinishedRun, find_finished, page_readings
from worker.attempt import Crashed, Refused, attempt
from worker.bench import Bench

logger = logging.getLogger(__name__)


def layer_document(bench: Bench, run_id: str) -> tuple[Bell, ...]:
    """Make the PDF of a run that is through, unless it is there or in vain."""
    run = find_finished(bench.store, run_id)
    if run is None or bench.blobs.has(run.sha256, searchable_part(run_id)):
        return ()
    making = find_making(bench.blobs, run.sha256, run_id)
    if making.is_over:
        return ()
    name_subjects(document=run.sha256, run=run_id)
    begun = Making(begun=making.begun + 1)
    note_making(bench.blobs, run.sha256, run_id, begun)
    made = attempt(lambda: _make(bench, run), lambda reason: FileCrashed(reason=reason))
    if isinstance(made, Refused | Crashed):
        logger.warning("no searchable PDF: %s", made.trouble.code)
        if isinstance(made, Refused):
            in_vain = begun.model_copy(update={"in_vain": True})
            note_making(bench.blobs, run.sha256, run_id, in_vain)
    return ()


def _make(bench: Bench, run: FinishedRun) -> None:
    # Only there: the parent process of a pool stays light without the libraries for PDF.
    from core.layered.layer import write_layered_pdf  # noqa: PLC0415

    extraction = Extraction.model_validate_json(run.extraction)
    readings = page_readings(bench.store, run.id)
    with TemporaryDirectory(prefix="dangan-") as folder:
        whole = Path(folder) / "searchable.pdf"
        with whole.open("wb") as out:
            write_layered_pdf(bench.originals.path(run.sha256), extraction, out, readings)
        bench.blobs.put_file(run.sha256, searchable_part(run.id), whole)
