"""``senders`` and ``inbox``: who may write in channels, and what came in."""

from __future__ import annotations

import argparse
from typing import Any

from kata_desktop.cli.options import Nouns, noun, paging, verb
from kata_desktop.cli.printing import local_time, plain, table
from kata_desktop.cli.session import Session


def add(nouns: Nouns) -> None:
    """Add the nouns to a command line."""
    verbs = noun(nouns, "senders", "decide who may write to Kata in channels")
    listing = _first_workspace(
        verb(verbs, "list", "list who waits, who was decided about, and whom the settings name", _list)
    )
    listing.add_argument("--channel", metavar="C", default="")
    allowing = _add_ident(verb(verbs, "allow", "let somebody write, by id or pairing code", _allow))
    allowing.add_argument("--group", action="store_true", help="also in groups")
    _add_ident(verb(verbs, "block", "never answer somebody", _block))
    _add_ident(verb(verbs, "forget", "as if they had never written", _forget))
    incoming = noun(nouns, "inbox", "list and repeat messages that came in")
    inbox = _workspace(verb(incoming, "list", "list messages, newest first", _inbox))
    inbox.add_argument("--state", default="", choices=("received", "queued", "handled", "ignored", "failed"))
    paging(inbox, limit=50)
    verb(incoming, "retry", "take on a failed message again", _retry).add_argument("id", metavar="ID")


def _workspace(parser: argparse.ArgumentParser) -> argparse.ArgumentParser:
    parser.add_argument("--workspace", metavar="W", default="", help="name or id")
    return parser


def _first_workspace(parser: argparse.ArgumentParser) -> argparse.ArgumentParser:
    parser.add_argument("--workspace", metavar="W", default="", help="name or id; the first one when not given")
    return parser


def _add_ident(parser: argparse.ArgumentParser) -> argparse.ArgumentParser:
    parser.add_argument("channel", metavar="CHANNEL", help="such as slack")
    parser.add_argument("id", metavar="ID", help="the channel's stable id, or the pairing code of somebody who asked")
    return _first_workspace(parser)


def _list(session: Session) -> int:
    options = session.options
    found = session.call("senders.list", workspace=options.workspace, channel=options.channel)
    where = options.workspace or ("" if found else session.call("workspace.list")[0]["name"])
    return session.show(found, lambda found: _as_table(found) if found else _as_nobody(where))


def _as_nobody(workspace: str) -> str:
    return f"Nobody may write in {plain(workspace)}, and nobody has asked; senders allow CHANNEL ID lets somebody."


def _as_table(found: Any) -> str:
    rows = [(each["channel"], each["id"], each["name"], each["state"], _where(each), each["code"]) for each in found]
    return table(("CHANNEL", "ID", "CALLS THEMSELVES", "STATE", "WHERE", "CODE"), rows)


def _where(sender: Any) -> str:
    if sender["state"] != "allowed":
        return ""
    return " and ".join(name for name, on in (("direct", sender["direct"]), ("groups", sender["group"])) if on)


def _allow(session: Session) -> int:
    sender = session.call("senders.allow", **_named(session), group=session.options.group)
    before = "" if sender["created"] is None else "; what they wrote so far is not processed"
    return session.show(sender, lambda sender: f"{_called(sender)} may write{before}.")


def _block(session: Session) -> int:
    return session.show(
        session.call("senders.block", **_named(session)), lambda sender: f"{_called(sender)} is never answered."
    )


def _forget(session: Session) -> int:
    return session.show(
        session.call("senders.forget", **_named(session)), lambda sender: f"{_called(sender)} is forgotten."
    )


def _named(session: Session) -> dict[str, Any]:
    options = session.options
    return {"channel": options.channel, "id": options.id, "workspace": options.workspace}


def _called(sender: Any) -> str:
    return f"{plain(sender['name'])} ({plain(sender['id'])})" if sender["name"] else plain(sender["id"])


def _inbox(session: Session) -> int:
    options = session.options
    call = {"workspace": options.workspace, "state": options.state, "limit": options.limit, "offset": options.offset}
    return session.show(session.call("inbox.list", **call), _as_messages)


def _as_messages(found: Any) -> str:
    if not found:
        return "No messages."
    rows = [
        (
            each["id"],
            local_time(each["received"]),
            each["channel"],
            f"{each['sender_name']} ({each['sender']})" if each["sender_name"] else each["sender"],
            each["text"],
            _fate(each),
            each["reason"],
        )
        for each in found
    ]
    return table(("ID", "RECEIVED", "CHANNEL", "FROM", "TEXT", "STATE", "WHY"), rows)


def _fate(item: Any) -> str:
    """What became of a message: "queued" says only that a run is to answer it, not whether that has."""
    match item["state"], item["run_status"]:
        case "queued", "succeeded":
            return "answered"
        case "queued", str(status):
            return f"run {status}"
        case state, _:
            return str(state)


def _retry(session: Session) -> int:
    item = session.call("inbox.retry", id=session.options.id)
    return session.show(item, lambda item: f"{item['id']} is taken on again.")
