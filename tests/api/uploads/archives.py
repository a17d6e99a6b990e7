"""ZIP files for the tests, good ones and others."""

from __future__ import annotations

import io
import struct
import warnings
import zipfile
from collections.abc import Iterable, Mapping


def packed(members: Mapping[str, bytes] | Iterable[tuple[str, bytes]], **how: int) -> bytes:
    """Pack members; names may come twice."""
    pairs = members.items() if isinstance(members, Mapping) else members
    out = io.BytesIO()
    method = how.get("method", zipfile.ZIP_DEFLATED)
    with zipfile.ZipFile(out, "w", method) as archive, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for name, content in pairs:
            info = zipfile.ZipInfo(name)
            info.compress_type = method
            info.external_attr = how.get("mode", 0o100644) << 16
            archive.writestr(info, content)
    return out.getvalue()


def named_raw(raw: bytes, content: bytes) -> bytes:
    """Pack one member whose name is these bytes, without a word about their encoding."""
    standing = b"n" * len(raw)
    return packed({standing.decode(): content}).replace(standing, raw)


def changed(archive: bytes, offset: int, form: str, value: int) -> bytes:
    """Change a field of the first entry of the directory."""
    place = archive.index(b"PK\x01\x02") + offset
    size = struct.calcsize(form)
    return archive[:place] + struct.pack(form, value) + archive[place + size :]
