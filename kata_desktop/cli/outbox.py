"""``outbox``: messages on their way."""

from __future__ import annotations

import argparse
from typing import Any

from kata_desktop.cli.options import Nouns, noun, paging, verb
from kata_desktop.cli.printing import local_time, table
from kata_desktop.cli.session import Session


def add(nouns: Nouns) -> None:
    """Add the noun to a command line."""
    verbs = noun(nouns, "outbox", "list, send again and withdraw messages")
    listing = verb(verbs, "list", "list messages, newest first", _list)
    listing.add_argument(
        "--state", default="", choices=("pending", "sending", "delivered", "failed", "unknown", "dropped")
    )
    paging(listing, limit=50)
    _add_ident(verb(verbs, "resend", "send a failed, uncertain or withdrawn message again", _resend))
    _add_ident(verb(verbs, "drop", "withdraw a message that was not sent", _drop))


def _add_ident(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("id", metavar="ID", help="id of the message")


def _list(session: Session) -> int:
    options = session.options
    found = session.call("outbox.list", state=options.state, limit=options.limit, offset=options.offset)
    return session.show(found, _as_table)


def _as_table(found: Any) -> str:
    if not found:
        return "No messages."
    rows = [
        (each["id"], local_time(each["created"]), each["target"], each["title"], each["state"], each["error"])
        for each in found
    ]
    return table(("ID", "CREATED", "TO", "TITLE", "STATE", "ERROR"), rows)


def _resend(session: Session) -> int:
    item = session.call("outbox.resend", id=session.options.id)
    return session.show(item, lambda item: f"{item['id']} is sent again.")


def _drop(session: Session) -> int:
    item = session.call("outbox.drop", id=session.options.id)
    return session.show(item, lambda item: f"{item['id']} is withdrawn.")
