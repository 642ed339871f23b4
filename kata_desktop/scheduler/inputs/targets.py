"""Where a result goes, as people type it: ``desktop``, ``desktop:title`` or ``CHANNEL:ADDRESS``."""

from __future__ import annotations

import re

from kata_desktop.domain.errors import FieldError, InvalidInput
from kata_desktop.domain.task import DESKTOP, Target
from kata_desktop.scheduler.inputs.texts import check_line, quoted
from kata_desktop.scheduler.words.calendar_words import joined

_KIND = re.compile(r"[a-z][a-z0-9-]{0,39}")
_EXAMPLE = "slack:#eng-standup"
MOST_TARGETS = 20


def parse_targets(texts: tuple[str, ...], known_kinds: tuple[str, ...] | None) -> tuple[Target, ...]:
    """Return the targets without twins; an empty tuple means that results are only kept.

    With `known_kinds` None every kind that could exist is taken: an import may name a plugin that is not there yet.

    Raises:
        InvalidInput: not a target, or of a kind that does not exist.
    """
    targets = tuple(dict.fromkeys(_parse(text, known_kinds) for text in texts))
    if len(targets) > MOST_TARGETS:
        raise _refused(f"{len(targets)} targets. Use at most {MOST_TARGETS}")
    return targets


def target_text(target: Target) -> str:
    """Write a target the way `parse_targets` reads it."""
    if target.kind == DESKTOP.kind:
        return "desktop:title" if target.title_only else "desktop"
    return f"{target.kind}:{target.address}"


def _parse(text: str, known_kinds: tuple[str, ...] | None) -> Target:
    line = check_line(text, field="targets", label="Deliver to", example=_EXAMPLE, longest=300)
    kind, _, address = line.partition(":")
    if not _KIND.fullmatch(kind):
        raise _refused("Not a target. Use desktop, desktop:title or CHANNEL:ADDRESS")
    if kind == DESKTOP.kind:
        if address not in {"", "title"}:
            raise _refused(f"{quoted(line)} is not known. Use desktop or desktop:title", "desktop:title")
        return Target(kind=kind, title_only=address == "title")
    if known_kinds is not None and kind not in known_kinds:
        offered = joined(sorted({DESKTOP.kind, *known_kinds}), "or")
        raise _refused(f"There is no channel {quoted(kind, 'of that name')}. Use {offered}", "")
    if not address:
        raise _refused(f"{quoted(line)} has no address. Give one after the colon")
    return Target(kind=kind, address=address)


def _refused(reason: str, example: str = _EXAMPLE) -> InvalidInput:
    return InvalidInput(FieldError(field="targets", label="Deliver to", reason=reason, example=example))
