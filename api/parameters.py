"""The parameters that many calls share, with their bounds.

What no database can hold (NUL, numbers without end) is refused here, as a bad request.
"""

from __future__ import annotations

from typing import Annotated

from fastapi import Path, Query

_IDENTIFIER = r"^[0-9A-Za-z_-]{1,64}$"
_NO_NUL = r"^[^\x00]*$"

Id = Annotated[str, Path(pattern=_IDENTIFIER, examples=["18b5a0c3f1d2e4a60123456789abcdef"])]
Position = Annotated[
    int, Path(ge=0, le=1_000_000, description="place in the upload, from 0", examples=[0])
]
PageNumber = Annotated[int, Path(ge=1, le=1_000_000, description="counted from 1", examples=[1])]
Cursor = Annotated[str | None, Query(pattern=_IDENTIFIER, description="`next` of the page before")]
Limit = Annotated[int, Query(ge=1, le=200)]
Text = Annotated[str | None, Query(pattern=_NO_NUL, max_length=200)]
Year = Annotated[int | None, Query(ge=1949, le=2199)]
