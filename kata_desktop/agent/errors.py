"""What can be wrong with a model, each with one sentence and one way to mend it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType

from kata_desktop.domain.errors import NotFound
from kata_desktop.domain.handler import HandlerError
from kata_desktop.domain.run import Usage


class ProblemKind(StrEnum):
    """Kinds of trouble with models; a run's ``error_kind``."""

    NO_KEY = "no-key"
    """The service needs a key and none is stored."""
    BAD_KEY = "bad-key"
    """The service refused the key."""
    NO_QUOTA = "no-quota"
    """The account's credit or quota is used up."""
    RATE_LIMITED = "rate-limited"
    """Too many requests; the service may say until when."""
    OFFLINE = "offline"
    """The service cannot be reached: the run waits for the network."""
    UNKNOWN_HOST = "unknown-host"
    """The network knows no host of the model's address, though it knows others: the address is wrong."""
    NOT_RUNNING = "not-running"
    """The program that serves the model does not run; no network would help."""
    MODEL_UNKNOWN = "model-unknown"
    """The service does not know the model's id."""
    NO_MODEL = "no-model"
    """No model of that name is set up here."""
    CONTEXT_TOO_LONG = "context-too-long"
    """Prompt and conversation exceed what the model can read."""
    REFUSED = "content-refused"
    """The service refused the content."""
    BAD_REQUEST = "bad-request"
    """The service refused the request for another reason."""
    SERVER = "server-error"
    """The service failed or is overloaded."""
    DROPPED = "dropped"
    """The connection broke in the middle of the answer."""
    TIMEOUT = "timeout"
    """The service went silent."""
    OVER_BUDGET = "over-budget"
    """A cap on tokens or money was reached while the answer came."""
    BAD_ANSWER = "bad-answer"
    """The service answered with something that is no answer."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Repair:
    """One thing a person can do about it."""

    action: str
    """Machine-readable: what the button does."""
    label: str
    """What the button says."""


_SET_KEY = Repair(action="set-key", label="Enter the key")
_CHOOSE = Repair(action="choose-model", label="Choose a model")
_AGAIN = Repair(action="run-again", label="Run again")
_LIMITS = Repair(action="edit-limits", label="Change the limit")
_EDIT = Repair(action="edit-task", label="Edit the prompt")
_TEST = Repair(action="test-model", label="Test the model")

REPAIRS: Mapping[str, Repair] = MappingProxyType(
    {
        ProblemKind.NO_KEY: _SET_KEY,
        ProblemKind.BAD_KEY: _SET_KEY,
        ProblemKind.NO_QUOTA: _CHOOSE,
        ProblemKind.RATE_LIMITED: _AGAIN,
        ProblemKind.OFFLINE: _TEST,
        ProblemKind.UNKNOWN_HOST: _TEST,
        ProblemKind.NOT_RUNNING: _TEST,
        ProblemKind.MODEL_UNKNOWN: _CHOOSE,
        ProblemKind.NO_MODEL: _CHOOSE,
        ProblemKind.CONTEXT_TOO_LONG: Repair(action="fresh-session", label="Start a fresh conversation"),
        ProblemKind.REFUSED: _EDIT,
        ProblemKind.BAD_REQUEST: _TEST,
        ProblemKind.SERVER: _AGAIN,
        ProblemKind.DROPPED: _AGAIN,
        ProblemKind.TIMEOUT: _AGAIN,
        ProblemKind.OVER_BUDGET: _LIMITS,
        ProblemKind.BAD_ANSWER: _TEST,
    }
)
"""The one repair offered for each kind, by a run's ``error_kind``."""

_RETRYABLE = frozenset(
    {
        ProblemKind.RATE_LIMITED,
        ProblemKind.OFFLINE,
        ProblemKind.UNKNOWN_HOST,  # a private network may come back that knows it
        ProblemKind.NOT_RUNNING,
        ProblemKind.SERVER,
        ProblemKind.DROPPED,
        ProblemKind.TIMEOUT,
    }
)


class ModelProblem(HandlerError):
    """A model did not answer as it should."""

    def __init__(
        self,
        kind: ProblemKind,
        sentence: str,
        *,
        retry_at: datetime | None = None,
        wait_for_network: bool = False,
        usage: Usage | None = None,
    ) -> None:
        super().__init__(
            sentence,
            kind=kind.value,
            retryable=kind in _RETRYABLE,
            retry_at=retry_at,
            wait_for_network=wait_for_network,
            usage=usage,
        )
        self.problem = kind

    @property
    def repair(self) -> Repair:
        """What a person can do about it."""
        return REPAIRS[self.problem]


class NoSuchModel(NotFound):
    """No model of that name is set up."""

    def __init__(self, name: str) -> None:
        super().__init__("model", name)
