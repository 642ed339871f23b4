"""How errors travel: codes of JSON-RPC 2.0, and a domain error's sentence with its exit code."""

from __future__ import annotations

import re
from dataclasses import asdict
from enum import IntEnum

from kata_desktop.domain.errors import FieldError, InvalidInput, KataError, NotFound, Refused


class RpcCode(IntEnum):
    """Error codes; all but the last are the standard's own."""

    PARSE_ERROR = -32700
    """The line is no JSON."""
    INVALID_REQUEST = -32600
    """The JSON is no request."""
    METHOD_NOT_FOUND = -32601
    """There is no such method."""
    INVALID_PARAMS = -32602
    """The parameters are not those of the method."""
    INTERNAL_ERROR = -32603
    """We failed; the log says how."""
    DOMAIN_ERROR = -32000
    """What was asked cannot be done; the data say why, for a person and for a program."""


class ExitCode(IntEnum):
    """What the process says to the shell."""

    DONE = 0
    """All is well."""
    INTERNAL = 1
    """A bug."""
    USAGE = 2
    """The command line makes no sense."""
    REFUSED = 3
    """Validation or policy said no."""
    NOT_FOUND = 4
    """Nothing with that identifier."""
    UNAVAILABLE = 5
    """The store, the app or the keyring cannot be reached."""


def exit_code_of(error: KataError) -> ExitCode:
    """The exit code that a domain error stands for."""
    match error:
        case Refused():
            return ExitCode.REFUSED
        case NotFound():
            return ExitCode.NOT_FOUND
        case _:
            return ExitCode.UNAVAILABLE


def data_of(error: KataError) -> dict[str, object]:
    """A domain error as a program reads it: kind, sentence, exit code and, for refused input, each field."""
    return {
        "kind": kind_of(error),
        "sentence": error.sentence,
        "exit_code": int(exit_code_of(error)),
        "errors": [_shape(each) for each in error.errors] if isinstance(error, InvalidInput) else [],
    }


def kind_of(error: Exception) -> str:
    """The error's kind in lower case, such as ``not-found``."""
    return kind_of_name(type(error).__name__)


def kind_of_name(name: str) -> str:
    """A class's name as programs read it: ``RunChanged`` becomes ``run-changed``."""
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "-", name).lower()


class RemoteError(KataError):
    """An error that the running app answered with."""

    def __init__(self, code: int, message: str, data: dict[str, object]) -> None:
        super().__init__(str(data.get("sentence") or message))
        self.code = code
        self.data = data

    @property
    def exit_code(self) -> ExitCode:
        """What the process should say to the shell."""
        told = self.data.get("exit_code")
        return ExitCode(told) if isinstance(told, int) and told in set(ExitCode) else ExitCode.INTERNAL


def _shape(error: FieldError) -> dict[str, str]:
    """What a caller needs to show a refused field; whether only its time has gone by is for the import to know."""
    return {name: value for name, value in asdict(error).items() if name != "passed"}
