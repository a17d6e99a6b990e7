"""What an upload says besides its files."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated

from pydantic import BeforeValidator, Field, StringConstraints, ValidationError

from core.bells import Priority
from core.callback_address import check_callback
from core.errors import BadOption
from core.readings import Frozen
from core.settings import Networks


def _none_if_blank(text: object) -> object:
    """Forms on pages send every field, the empty ones too."""
    return None if isinstance(text, str) and not text.strip() else text


Text = Annotated[str, StringConstraints(strip_whitespace=True, max_length=200)]


class UploadOptions(Frozen):
    """The options of a job.

    `fiscal_year` and `campaign` are the caller's own notes: they are stored with the job and can be
    searched for. `force` reads anew what has been read before.
    """

    fiscal_year: Annotated[
        Annotated[int, Field(ge=1949, le=2199)] | None, BeforeValidator(_none_if_blank)
    ] = None
    campaign: Annotated[Text | None, BeforeValidator(_none_if_blank)] = None
    priority: Priority = "interactive"
    callback_url: Annotated[
        Annotated[str, StringConstraints(strip_whitespace=True, max_length=2000)] | None,
        BeforeValidator(_none_if_blank),
    ] = None
    force: bool = False


def options_of(fields: Mapping[str, str], callback_networks: Networks = ()) -> UploadOptions:
    """Return the options that the fields of a form say; raises `BadOption`, `BadCallback`.

    `callback_networks` are those that a callback address may be in though they are not public.
    """
    for name in fields:
        if name not in UploadOptions.model_fields:
            raise BadOption(option=name, value=fields[name], reason="unknown_option")
    try:
        options = UploadOptions.model_validate(fields)
    except ValidationError as error:
        wrong = error.errors()[0]
        name = str(wrong["loc"][0])
        raise BadOption(option=name, value=fields[name], reason=wrong["msg"]) from error
    if options.callback_url is not None:
        check_callback(options.callback_url, callback_networks)
    return options
