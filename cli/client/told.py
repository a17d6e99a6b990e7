"""What a server says went wrong, as a line and as an exit code."""

from __future__ import annotations

from http import HTTPStatus

from cli.client.patience import LATER
from cli.extract import BAD_INPUT, BAD_USAGE, SERVICE_AT_FAULT
from core.errors import InputError, UsageError, every_error
from core.messages import visible

_ERRORS = {error.code: error for error in every_error()}


class ServerSaid(Exception):
    """The server refused; `detail` is in the caller's language already."""

    def __init__(self, code: str, detail: str, status: int) -> None:
        super().__init__(code, detail, status)
        self.code = code
        self.detail = detail
        self.status = status

    @property
    def line(self) -> str:
        return trouble_line(self.code, self.detail)

    @property
    def is_later(self) -> bool:
        """Whether the same call may go better another time."""
        return self.status in LATER or self.status >= HTTPStatus.INTERNAL_SERVER_ERROR

    @property
    def exit_code(self) -> int:
        if self.code in _ERRORS:
            return exit_code_of(self.code)
        at_fault = self.status < HTTPStatus.INTERNAL_SERVER_ERROR
        return BAD_INPUT if at_fault else SERVICE_AT_FAULT


def trouble_line(code: str, message: str) -> str:
    """Return the line that tells of a trouble; what came over the network breaks no line."""
    return visible(f"{code}: {message}")


def is_known(code: str) -> bool:
    """Return whether a code is one that this version has."""
    return code in _ERRORS


def exit_code_of(code: str) -> int:
    """Return the exit code for a trouble, as `dangan extract` has it; an unknown one is the server's."""
    kind = _ERRORS.get(code)
    if kind is None:
        return SERVICE_AT_FAULT
    if issubclass(kind, UsageError):
        return BAD_USAGE
    return BAD_INPUT if issubclass(kind, InputError) else SERVICE_AT_FAULT
