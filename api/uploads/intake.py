"""From what came in whole to a job: types by content, archives opened, bytes stored, order made."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from api.callers import Caller
from api.parts import Parts
from api.uploads.archive import EMPTY_MAGIC, MAGIC, expand
from api.uploads.body import ReceivedFile
from api.uploads.limits import UploadLimits
from api.uploads.multipart import Form
from api.uploads.names import steps_of, told_apart
from api.uploads.options import UploadOptions, options_of
from core.errors import (
    DanganError,
    EmptyFile,
    InputError,
    ItemChanged,
    NoFiles,
    OldOfficeFile,
    UnsupportedType,
)
from core.intake import store_file
from core.kind import Kind, kind_of, office_kind
from core.store.items import ItemView
from core.store.leases import Trouble
from core.store.submission import Order, RefusedFile, Submission, Upload, submit
from core.store.taking import TakenItem, refuse_bytes, take_item

MEDIA_TYPES: dict[Kind, str] = {
    Kind.PDF: "application/pdf",
    Kind.TIFF: "image/tiff",
    Kind.PNG: "image/png",
    Kind.JPEG: "image/jpeg",
    Kind.BMP: "image/bmp",
    Kind.WEBP: "image/webp",
    Kind.DOCX: "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    Kind.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    Kind.OFD: "application/ofd",
}


@dataclass(frozen=True)
class _Taken:
    """A file that can be read, with the steps of its name."""

    steps: tuple[str, ...]
    file: ReceivedFile
    kind: Kind


@dataclass(frozen=True)
class _Refused:
    """A member of an archive that cannot be read, and why."""

    steps: tuple[str, ...]
    error: DanganError


def accept(
    parts: Parts, caller: Caller, form: Form, folder: Path, idempotency_key: str | None
) -> Submission:
    """Store what came in and make a job of it; on return both survive a power cut.

    `folder` is for the members of archives. Blocks. Raises `NoFiles`, `BadOption`,
    `BadCallback`, `IdempotencyConflict`, what `expand` raises, and what is wrong with a file that came by itself. A
    member of an archive that cannot be read is noted with the job, unless there is nothing else.
    """
    options = options_of(form.fields, parts.settings.webhook_private)
    limits = UploadLimits.of(parts.settings)
    found = list(_opened(form.files, folder, limits))
    taken = [it for it in found if isinstance(it, _Taken)]
    refused = [it for it in found if isinstance(it, _Refused)]
    if not taken:
        raise refused[0].error if refused else NoFiles()
    names = told_apart([it.steps for it in taken])
    uploads = []
    for it, name in zip(taken, names, strict=True):
        uploads.append(_stored(parts, it.file, name, it.kind))
    submission = submit(parts.store, _order(uploads, refused, options, caller, idempotency_key))
    parts.doorbell.ring(submission.bells)
    return submission


def accept_item(parts: Parts, campaign_id: str, item: ItemView, file: ReceivedFile) -> TakenItem:
    """Store the bytes of a campaign's file and make a job of it; on return both survive a power cut.

    Blocks. Raises `ItemChanged`, `ItemNotFound`, and what is wrong with a file that is no scan: that is
    noted in the manifest, and nothing else is left of it.
    """
    if file.sha256 != item.sha256:
        raise ItemChanged(path=item.path)
    try:
        kind = _kind(file)
    except InputError as error:
        refuse_bytes(parts.store, campaign_id, file.sha256, Trouble.of(error))
        raise
    (name,) = told_apart([steps_of(item.path)[-1:] or ("-",)])
    taken = take_item(parts.store, campaign_id, item.id, _stored(parts, file, name, kind))
    parts.doorbell.ring(taken.bells)
    return taken


def _stored(parts: Parts, file: ReceivedFile, name: str, kind: Kind) -> Upload:
    store_file(parts.store, parts.blobs, file.path, file.sha256, file.size)
    return Upload(name=name, sha256=file.sha256, size=file.size, media_type=MEDIA_TYPES[kind])


def _opened(
    files: Sequence[ReceivedFile], folder: Path, limits: UploadLimits
) -> Iterator[_Taken | _Refused]:
    spent = 0
    count = len(files)
    for file in files:
        if not _is_archive(file):
            steps = steps_of(file.name)[-1:] or ("-",)
            yield _Taken(steps, file, _kind(file))
            continue
        members = 0
        for member in expand(file, folder, limits, spent, count - 1):
            members += 1
            if isinstance(member.content, DanganError):
                yield _Refused(member.steps, member.content)
                continue
            spent += member.content.size
            try:
                yield _Taken(member.steps, member.content, _kind(member.content))
            except (EmptyFile, OldOfficeFile, UnsupportedType) as error:
                yield _Refused(member.steps, error)
        count += members - 1


def _is_archive(file: ReceivedFile) -> bool:
    """Tell whether a file is a ZIP of files, and none that is a document itself."""
    with file.path.open("rb") as opened:
        head = opened.read(len(MAGIC))
    return head in {MAGIC, EMPTY_MAGIC} and office_kind(file.path) is None


def _kind(file: ReceivedFile) -> Kind:
    name = "/".join(steps_of(file.name)) or "-"
    if file.size == 0:
        raise EmptyFile(file=name)
    return kind_of(file.path, name)


def _order(
    uploads: Sequence[Upload],
    refused: Sequence[_Refused],
    options: UploadOptions,
    caller: Caller,
    idempotency_key: str | None,
) -> Order:
    asked = [[upload.name, upload.sha256] for upload in uploads]
    text = json.dumps([asked, options.model_dump()], ensure_ascii=True, sort_keys=True)
    return Order(
        uploads=tuple(uploads),
        refused=tuple(
            RefusedFile(
                name="/".join(it.steps),
                code=it.error.code,
                details={key: value for key, value in it.error.details.items() if key != "file"},
            )
            for it in refused
        ),
        fingerprint=hashlib.sha256(text.encode()).hexdigest(),
        priority=options.priority,
        options={"fiscal_year": options.fiscal_year, "campaign": options.campaign},
        callback_url=options.callback_url,
        idempotency_key=idempotency_key,
        owner=caller.id,
        force=options.force,
    )
