"""Give out the searchable PDF of a document, or have it made.

Uploads are never taken apart here (docs/decisions/0010): a worker does it.
"""

from __future__ import annotations

from fastapi.responses import StreamingResponse

from api.downloads import sent
from api.parts import Parts
from core.bells import Bell
from core.errors import NoLayer
from core.searchable import find_making, searchable_part
from core.store.jobs import JobDocumentView

# When to ask again for what is not there yet.
RETRY_AFTER_S = 2


def searchable(parts: Parts, document: JobDocumentView, name: str) -> StreamingResponse | None:
    """Return the PDF as a download called `name`; None while it is made, which this asks for.

    Raises `NoLayer` where it cannot be made.
    """
    sha256, run_id = document.sha256, document.run_id
    try:
        found = parts.blobs.open(sha256, searchable_part(run_id))
    except FileNotFoundError:
        if find_making(parts.blobs, sha256, run_id).is_over:
            raise NoLayer(file=document.name) from None
        parts.doorbell.ring([Bell("layer_document", run_id, "interactive")])
        return None
    return sent(found, None, name, "application/pdf", "attachment")
