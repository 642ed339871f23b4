"""What can go wrong, in two families: the world failed (`KataError`) or we failed (`Bug`).

Every message is one sentence for a person: what happened, why, and what to do about it.
"""

from __future__ import annotations

from dataclasses import dataclass


class Bug(Exception):
    """A state that our own code should have made impossible."""


class KataError(Exception):
    """The world did not allow what was asked; the message tells a person what to do."""

    @property
    def sentence(self) -> str:
        """The whole message for a person."""
        return str(self)


@dataclass(frozen=True, kw_only=True, slots=True)
class FieldError:
    """One refused field of an input: shown at the field, on the command line and at import alike."""

    field: str
    """The field's name as `TaskInput` spells it, such as ``cron`` or ``name``."""
    label: str
    """What a person calls it, such as "Cron expression"."""
    reason: str
    """One sentence: what is wrong with it and what is allowed."""
    example: str = ""
    """Something that would be accepted; empty when no example can help."""
    part: str = ""
    """Which piece of the field is wrong, such as ``hour`` of a cron expression; empty means all of it."""
    passed: bool = False
    """Whether it was right at some time and only that has gone by."""

    @property
    def sentence(self) -> str:
        """Reason and example as one line, led by the field's label."""
        tail = f", for example “{self.example}”." if self.example else "."
        return f"{self.label}: {self.reason.rstrip('.')}{tail}"


class Refused(KataError):
    """Validation or policy said no (exit code 3)."""


class InvalidInput(Refused):
    """One or more fields were refused; nothing was changed."""

    def __init__(self, *errors: FieldError) -> None:
        super().__init__(" ".join(error.sentence for error in errors))
        self.errors = errors


class StaleRevision(Refused):
    """Somebody else saved the thing first; nothing was changed."""

    def __init__(self, noun: str, name: str) -> None:
        super().__init__(
            f"{noun} “{name}” was changed elsewhere since you opened it, so it was not saved; "
            "open it again and repeat your change."
        )


class Ambiguous(Refused):
    """A name fits several things; nothing was changed."""

    def __init__(self, noun: str, name: str, count: int) -> None:
        super().__init__(f"{count} {noun}s are called “{name}”; list them and give the id of the one that is meant.")


class NotFound(KataError):
    """Nothing with that identifier exists (exit code 4)."""

    def __init__(self, noun: str, ident: str, sentence: str = "") -> None:
        super().__init__(sentence or f"There is no {noun} “{ident}”; list them to see which there are.")
        self.noun = noun
        self.ident = ident


class Unavailable(KataError):
    """The store, the running app or the keyring cannot be reached now (exit code 5)."""
