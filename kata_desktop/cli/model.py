"""``model``: how prompts are answered."""

from __future__ import annotations

from typing import Any

from kata_desktop.cli.options import Nouns, noun, verb
from kata_desktop.cli.printing import plain, table
from kata_desktop.cli.session import Session


def add(nouns: Nouns) -> None:
    """Add the noun to a command line."""
    verbs = noun(nouns, "model", "add, list, test and remove models")
    adding = verb(verbs, "add", "set a model up; its key is: credential set model:NAME api_key", _add)
    adding.add_argument("name", metavar="NAME")
    adding.add_argument(
        "--provider", metavar="P", required=True, help="openai, anthropic, google, openai-compatible or reminder"
    )
    adding.add_argument("--base-url", metavar="URL", default="", help="address of an OpenAI-compatible endpoint")
    adding.add_argument("--model", metavar="ID", default="", help="the provider's own name for it")
    adding.add_argument("--thinking", metavar="LEVEL", default="", help="low, medium or high")
    verb(verbs, "list", "list models", _list)
    testing = verb(verbs, "test", "ask a model something short", _test)
    testing.add_argument("name", metavar="NAME")
    default = verb(verbs, "default", "make a model the default", _default)
    default.add_argument("name", metavar="NAME")
    default.add_argument("--workspace", metavar="W", default="", help="only in this workspace")
    removing = verb(verbs, "remove", "remove a model and its key", _remove)
    removing.add_argument("name", metavar="NAME")


def _add(session: Session) -> int:
    options = session.options
    model = session.call(
        "model.add",
        name=options.name,
        provider=options.provider,
        base_url=options.base_url,
        model=options.model,
        thinking=options.thinking,
    )
    return session.show(model, _set_up)


def _set_up(model: Any) -> str:
    also = " and is the default model" if model["default"] else ""
    return f"{plain(model['name'])} is set up{also}."


def _list(session: Session) -> int:
    return session.show(session.call("model.list"), _as_table)


def _as_table(found: Any) -> str:
    rows = [
        (each["name"], each["provider"], each["model"], each["base_url"], "default" if each["default"] else "")
        for each in found
    ]
    return table(("NAME", "PROVIDER", "MODEL", "ADDRESS", ""), rows)


def _test(session: Session) -> int:
    check = session.call("model.test", name=session.options.name)
    session.show(check, lambda check: plain(check["sentence"]))
    return 0


def _default(session: Session) -> int:
    options = session.options
    model = session.call("model.default", name=options.name, workspace=options.workspace)
    where = f" of {plain(options.workspace)}" if options.workspace else ""
    return session.show(model, lambda model: f"{plain(model['name'])} is the default model{where}.")


def _remove(session: Session) -> int:
    gone = session.call("model.remove", name=session.options.name)
    return session.show(gone, lambda gone: f"{plain(gone['name'])} is removed.")
