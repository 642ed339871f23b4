"""``sessions``: conversations with models."""

from __future__ import annotations

from typing import Any

from kata_desktop.cli.options import Nouns, noun, paging, verb
from kata_desktop.cli.printing import local_time, plain, table
from kata_desktop.cli.runs import after_run
from kata_desktop.cli.session import Session


def add(nouns: Nouns) -> None:
    """Add the noun to a command line."""
    verbs = noun(nouns, "sessions", "list, show and go on with conversations")
    listing = verb(verbs, "list", "list conversations, the last used first", _list)
    listing.add_argument("--workspace", metavar="W", default="", help="name or id")
    paging(listing, limit=50)
    showing = verb(verbs, "show", "print a conversation", _show)
    showing.add_argument("id", metavar="ID")
    sending = verb(verbs, "send", "say something in a conversation; the answer is a run", _send)
    sending.add_argument("id", metavar="ID")
    sending.add_argument("text", metavar="TEXT")
    resetting = verb(verbs, "reset", "let a channel's conversation begin anew; what was said stays readable", _reset)
    resetting.add_argument("id", metavar="ID")


def _list(session: Session) -> int:
    options = session.options
    found = session.call("sessions.list", workspace=options.workspace, limit=options.limit, offset=options.offset)
    return session.show(found, _as_table)


def _as_table(found: Any) -> str:
    if not found:
        return "No conversations."
    rows = [(each["id"], each["title"], each["workspace"], local_time(each["updated"])) for each in found]
    return table(("ID", "TITLE", "WORKSPACE", "LAST USED"), rows)


def _show(session: Session) -> int:
    return session.show(session.call("sessions.show", id=session.options.id), _as_talk)


def _as_talk(talk: Any) -> str:
    turns = [f"{turn['role']}:\n{plain(turn['text'])}" for turn in talk["messages"]]
    return "\n\n".join([plain(talk["title"]), *turns])


def _send(session: Session) -> int:
    run = session.call("sessions.send", id=session.options.id, text=session.options.text)
    return after_run(session, run, wait=False)


def _reset(session: Session) -> int:
    talk = session.call("sessions.reset", id=session.options.id)
    return session.show(talk, lambda talk: f"{plain(talk['title'])} begins anew with the next message.")
