"""In which language an answer speaks."""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends, Request

from api.parts import parts_of
from core.messages import LANGUAGES, Language

COOKIE = "dangan_lang"


def language_of(request: Request) -> Language:
    """Return the language of the request: `?lang=`, the switch of the pages, its header, the setting."""
    header = request.headers.get("accept-language", "")
    wanted = (
        request.query_params.get("lang"),
        request.cookies.get(COOKIE),
        *(part.partition(";")[0].strip().partition("-")[0] for part in header.split(",")),
    )
    known = (language for asked in wanted for language in LANGUAGES if language == asked)
    return next(known, parts_of(request).settings.lang)


LanguageWanted = Annotated[Language, Depends(language_of)]
