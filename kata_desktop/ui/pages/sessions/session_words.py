"""A conversation in words and signs: what the list and the head of a talk both say."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication

from kata_desktop.domain.run import RunState
from kata_desktop.domain.session import Speaker, Turn
from kata_desktop.ui.models.paged_rows import Face

if TYPE_CHECKING:
    from collections.abc import Sequence

    from kata_desktop.domain.session import Session, SessionRow
    from kata_desktop.ui.models.channel_faces import ChannelFaces
    from kata_desktop.ui.pages.activity.local_time import LocalTime
    from kata_desktop.ui.theme.tokens import ColorRole

_LONGEST = 160
_STRONG = re.compile(r"(\*{1,2})(?=\S)([^*]+)(?<=\S)\1")
translate = QCoreApplication.translate


def face_of(row: SessionRow, when: LocalTime, channels: ChannelFaces) -> Face:
    """Return what the list shows of a conversation."""
    title, line, note = title_of(row.session, row.task_name), _line(row), _note(row)
    sign, ink = _sign(row)
    moment = when.moment(row.session.updated_at)
    return Face(
        ident=row.session.id,
        tile=icon_of(row.session, channels),
        active=not row.session.closed,
        title=title,
        line=line,
        sign=sign,
        ink=ink,
        time=short_moment(row, when),
        note=note,
        spoken=", ".join(part for part in (title, place_of(row.session, channels), line, note, moment) if part),
    )


def title_of(session: Session, task_name: str = "") -> str:
    """Return its name: the room or person of a channel, else what it began with."""
    return session.conversation or session.title or task_name or translate("Sessions", "Conversation")


def icon_of(session: Session, channels: ChannelFaces) -> str:
    """Return the icon of where it is held."""
    return channels.icon(session.channel) if session.channel else "message-square"


def place_of(session: Session, channels: ChannelFaces) -> str:
    """Return where it is held; empty for conversations in the app."""
    return channels.name(session.channel) if session.channel else ""


def about(session: Session, task_name: str, channels: ChannelFaces, when: LocalTime) -> str:
    """Return the line below its name."""
    begun = when.moment(session.created_at)
    anew = translate("Sessions", "begins anew with the next message") if session.closed else ""
    where = place_of(session, channels) or task_name
    return " · ".join(part for part in (where, begun, anew) if part)


def short_moment(row: SessionRow, when: LocalTime) -> str:
    """Return the time today, else the day."""
    at = row.session.updated_at
    return when.clock(at) if when.day(at) == when.now.date() else when.short_day(when.day(at))


def speaker_name(turn: Turn) -> str:
    """Return who said something."""
    match turn.speaker:
        case Speaker.KATA:
            return translate("Sessions", "Kata")
        case Speaker.OWNER:
            return translate("Sessions", "You")
        case Speaker.TASK:
            return translate("Sessions", "The task’s prompt")
        case Speaker.PERSON:
            return turn.name or translate("Sessions", "Somebody")


def as_text(title: str, turns: Sequence[Turn], when: LocalTime) -> str:
    """Return a whole conversation as Markdown, for copying."""
    parts = [f"# {title}"]
    for turn in turns:
        at = f" · {when.moment(turn.at)}" if turn.at else ""
        parts.append(f"**{speaker_name(turn)}**{at}\n\n{turn.text}".rstrip())
    return "\n\n".join(parts) + "\n"


def _line(row: SessionRow) -> str:
    match row.run_state:
        case RunState.RUNNING:
            return translate("Sessions", "Is being answered")
        case RunState.QUEUED:
            return row.waits_for or translate("Sessions", "Waits for its answer")
        case RunState.PARKED:
            return translate("Sessions", "Waits for you")
        case _:
            return _last_words(row)


def _last_words(row: SessionRow) -> str:
    words = plain_line(row.last_words)
    if words:
        return words
    return row.task_name if row.session.title == title_of(row.session) else row.session.title


def plain_line(text: str) -> str:
    """Return the first line with something in it, without the signs of Markdown."""
    for line in text.splitlines():
        if plain := _STRONG.sub(r"\2", line.strip().lstrip("#>-• ")).lstrip("* ").replace("`", ""):
            return plain[:_LONGEST]
    return ""


def _note(row: SessionRow) -> str:
    return translate("Sessions", "reset") if row.session.closed else ""


def _sign(row: SessionRow) -> tuple[str, ColorRole]:
    match row.run_state:
        case RunState.RUNNING:
            return "loader-circle", "run"
        case RunState.QUEUED:
            return "clock", "text_2"
        case RunState.PARKED:
            return "shield-alert", "warn"
        case _:
            return ("circle-x", "bad") if row.failed else ("", "text_3")
