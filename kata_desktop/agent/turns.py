"""What was said in a conversation, as people read it: the stored form, and who is behind each turn. Pure."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from itertools import chain
from typing import Any

from kata_desktop.agent.arguments import Asked, read_arguments
from kata_desktop.domain.run import Reason, Run, RunState
from kata_desktop.domain.session import Session, SessionMessage, Speaker, Turn, TurnState

_ROLES = {("request", "user-prompt"): "user", ("response", "text"): "assistant"}


def said(state: bytes) -> list[SessionMessage]:
    """The stored turns of a conversation, oldest first; what is not understood is left out."""
    return list(_messages(state))


def turns_of(session: Session, state: bytes, runs: Sequence[Run]) -> list[Turn]:
    """Everything that was said, with its runs (oldest first): also what waits, is being answered or found no answer.

    A conversation of which no form is stored, as without a model, is told by its runs alone.
    """
    if not state:
        return list(chain.from_iterable(_told_by(run, session) for run in runs))
    answered = [run for run in runs if run.reason is Reason.COMPLETED]
    turns: list[Turn] = []
    following, current = 0, None
    for message in said(state):
        if message.role == "user":
            found = _run_of(message.text, answered, following)
            current = None if found is None else answered[found]
            if found is not None:
                turns += _unanswered(runs, answered[following - 1] if following else None, answered[found], session)
                following = found + 1
            turns.append(_asked_turn(session, message, current, first=not turns))
        else:
            turns.append(_turn(Speaker.KATA, message.text, message.at, current))
    return turns + list(_unanswered(runs, answered[following - 1] if following else None, None, session))


def _run_of(text: str, runs: Sequence[Run], start: int) -> int | None:
    """The place of the run that was asked this; a prompt of the task itself may be any text."""
    for place in range(start, len(runs)):
        if text in _spoken(read_arguments(runs[place].arguments)):
            return place
    if start < len(runs) and not read_arguments(runs[start].arguments).reply:
        return start
    return None


def _spoken(asked: Asked) -> tuple[str, ...]:
    """The forms in which a reply may have been given to the model."""
    if not asked.reply:
        return ()
    prefix = _said_by(asked)
    return (asked.reply, f"{prefix}{asked.reply}") if prefix else (asked.reply,)


def _said_by(asked: Asked) -> str:
    return f"{asked.writer.name} wrote:\n" if asked.writer is not None and asked.writer.name else ""


def _asked_turn(session: Session, message: SessionMessage, run: Run | None, *, first: bool) -> Turn:
    if run is not None:
        asked = read_arguments(run.arguments)
        speaker, name = _speaker(asked, session)
        return _turn(speaker, message.text.removeprefix(_said_by(asked)), message.at, run, name=name)
    if session.channel:
        return _turn(Speaker.PERSON, message.text, message.at, None, name=session.conversation)
    return _turn(Speaker.TASK if first else Speaker.OWNER, message.text, message.at, None)


def _speaker(asked: Asked, session: Session) -> tuple[Speaker, str]:
    if not asked.reply:
        return Speaker.TASK, ""
    if asked.writer is None or asked.writer.is_owner:
        return Speaker.OWNER, ""
    return Speaker.PERSON, asked.writer.name or session.conversation


def _turn(speaker: Speaker, text: str, at: datetime | None, run: Run | None, *, name: str = "") -> Turn:
    return Turn(speaker=speaker, text=text, at=at, run_id=run.id if run is not None else "", name=name)


def _unanswered(runs: Sequence[Run], after: Run | None, before: Run | None, session: Session) -> Iterator[Turn]:
    """What was said between two answered runs without becoming a part of the conversation."""
    low = runs.index(after) + 1 if after is not None else 0
    high = runs.index(before) if before is not None else len(runs)
    for run in runs[low:high]:
        if run.reason is not Reason.COMPLETED:
            yield from _told_by(run, session)


def _told_by(run: Run, session: Session) -> Iterator[Turn]:
    """What a run was asked, and how far its answer has got."""
    asked = read_arguments(run.arguments)
    speaker, name = _speaker(asked, session)
    if asked.reply:
        yield _turn(speaker, asked.reply, run.created_at, run, name=name)
    yield _answer(run)


def _answer(run: Run) -> Turn:
    begun = _turn(Speaker.KATA, "", run.started_at or run.created_at, run)
    match run.state:
        case RunState.DONE if run.reason is Reason.COMPLETED:
            return replace(begun, text=run.output, at=run.finished_at)
        case RunState.DONE:
            return replace(begun, state=TurnState.FAILED, text=run.detail, at=run.finished_at)
        case RunState.RUNNING:
            return replace(begun, state=TurnState.GOING)
        case RunState.QUEUED | RunState.PARKED:
            return replace(begun, state=TurnState.WAITING, text=run.detail)


def _messages(state: bytes) -> Iterator[SessionMessage]:
    for message in _parsed(state):
        for part in message.get("parts", ()):
            role = _ROLES.get((message.get("kind", ""), part.get("part_kind", "")))
            text = _text_of(part.get("content"))
            if role and text:
                at = part.get("timestamp") or message.get("timestamp")
                yield SessionMessage(role=role, text=text, at=datetime.fromisoformat(at) if at else None)


def _parsed(state: bytes) -> list[dict[str, Any]]:
    try:
        content = json.loads(state or b"[]")
    except ValueError:
        return []
    return [message for message in content if isinstance(message, dict)] if isinstance(content, list) else []


def _text_of(content: object) -> str:
    match content:
        case str():
            return content
        case list():
            return "\n".join(piece for piece in content if isinstance(piece, str))
        case _:
            return ""
