"""``plugin``: what is on in a workspace, how it fares, and its commands."""

from __future__ import annotations

import argparse
import sys
from typing import Any

from kata_desktop.cli.options import Nouns, noun, number, verb
from kata_desktop.cli.printing import facts, local_time, plain, table
from kata_desktop.cli.session import Session
from kata_desktop.control.failures import ExitCode


def add(nouns: Nouns) -> None:
    """Add the noun to a command line."""
    verbs = noun(nouns, "plugin", "list, switch, set up and run plugins of a workspace")
    _workspace(verb(verbs, "list", "list plugins and how they fare", _list))
    _add_ident(verb(verbs, "enable", "switch a plugin on in a workspace", _enable))
    _add_ident(verb(verbs, "disable", "switch a plugin off in a workspace", _disable))
    setting = _add_ident(verb(verbs, "set", "change a setting of a plugin in a workspace", _set))
    setting.add_argument("key", metavar="KEY")
    setting.add_argument("value", metavar="VALUE", nargs="+", help="several for a list; an empty one empties it")
    _add_ident(verb(verbs, "status", "show everything about a plugin in a workspace", _status))
    running = _add_ident(verb(verbs, "run", "run a command of a plugin by hand, or press one of its buttons", _run))
    running.add_argument("command", metavar="COMMAND", help="such as get, process, push, test or pair")
    running.add_argument("--phone", metavar="NUMBER", default="", help="with pair: get a code to type on the phone")
    _add_ident(verb(verbs, "restart", "stop and start a plugin in a workspace", _restart))
    log = verb(verbs, "log", "show the end of a plugin's log", _log)
    log.add_argument("id", metavar="ID")
    log.add_argument("--lines", type=number(0, 10_000), default=200, metavar="N", help="how many (default 200)")


def _workspace(parser: argparse.ArgumentParser) -> argparse.ArgumentParser:
    parser.add_argument("--workspace", metavar="W", default="", help="name or id; the first one when not given")
    return parser


def _add_ident(parser: argparse.ArgumentParser) -> argparse.ArgumentParser:
    parser.add_argument("id", metavar="ID", help="id of the plugin")
    return _workspace(parser)


def _list(session: Session) -> int:
    return session.show(session.call("plugins.list", workspace=session.options.workspace), _as_table)


def _as_table(found: Any) -> str:
    rows = [(each["id"], "on" if each["on"] else "off", each["state"], each["sentence"]) for each in found]
    return table(("ID", "SWITCH", "STATE", "MORE"), rows)


def _enable(session: Session) -> int:
    row = session.call("plugins.enable", id=session.options.id, workspace=session.options.workspace)
    return session.show(row, lambda row: f"{plain(row['name'])} is on in {plain(row['workspace'])}. {_how(row)}")


def _how(row: Any) -> str:
    return plain(row["sentence"]) or f"State: {row['state']}."


def _disable(session: Session) -> int:
    row = session.call("plugins.disable", id=session.options.id, workspace=session.options.workspace)
    return session.show(row, _as_goodbye)


def _as_goodbye(row: Any) -> str:
    sentence = f"{plain(row['name'])} is off in {plain(row['workspace'])}."
    if not row["stopped_tasks"]:
        return sentence
    return f"{sentence} These tasks are skipped meanwhile: {plain(', '.join(row['stopped_tasks']))}."


def _set(session: Session) -> int:
    options = session.options
    call = {"id": options.id, "key": options.key, "value": "\n".join(options.value), "workspace": options.workspace}
    row = session.call("plugins.set", **call)
    value = _shown(row["settings"][options.key]) or "empty"
    return session.show(row, lambda row: "\n".join(plain(line) for line in _as_changed(row, value)))


def _as_changed(row: Any, value: str) -> list[str]:
    """What is set now, and what setting it does not mend by itself."""
    changed = f"{row['name']} in {row['workspace']}: {row['label']} is now {value}."
    return [changed, *(f"Still paused: {_as_given_up(task)}" for task in row["paused_tasks"])]


def _as_given_up(task: Any) -> str:
    return f"“{task['name']}”. {task['reason']} When the cause is gone: kata-desktop task resume {task['id']}"


def _status(session: Session) -> int:
    row = session.call("plugins.status", id=session.options.id, workspace=session.options.workspace)
    return session.show(row, _as_facts)


def _as_facts(row: Any) -> str:
    server = row["server"]
    credentials = ", ".join(f"{each['name']} ({each['source'] or 'missing'})" for each in row["credentials"])
    return facts(
        [
            ("Plugin", f"{row['name']} {row['version']}"),
            ("Workspace", row["workspace"]),
            ("Switch", "on" if row["on"] else "off"),
            ("State", row["state"] + (f": {row['sentence']}" if row["sentence"] else "")),
            ("Account", row["account"]),
            ("Server", f"{server['state']} {server['sentence']}".strip() if server else ""),
            ("Credentials", credentials),
            ("Settings", ", ".join(f"{key}={_shown(value)}" for key, value in row["settings"].items())),
            ("Commands", ", ".join([*row["commands"], *row["actions"]])),
            ("May", ", ".join(row["capabilities"])),
            ("Tasks", row["tasks"] or ""),
            *(("Paused", _as_given_up(task)) for task in row["paused_tasks"]),
            ("Checked", local_time(row["checked"]) if row["checked"] else ""),
        ]
    )


def _shown(value: Any) -> str:
    if isinstance(value, bool):
        return "on" if value else "off"
    return "; ".join(value) if isinstance(value, list) else str(value)


def _run(session: Session) -> int:
    options = session.options
    row = session.call("plugins.status", id=options.id, workspace=options.workspace)
    if options.command == "pair" and "pair" in row["actions"]:
        return _pair(session)
    if options.command in row["actions"]:
        said = session.call("plugins.act", id=options.id, action=options.command, workspace=options.workspace)
        return session.show(said, lambda said: plain(said["sentence"]))
    call = {"id": options.id, "command": options.command, "workspace": options.workspace}
    result = session.call("plugins.run", told=_teller(session), **call)
    if session.json:
        session.show(result, str)
    if result["exit_code"] == 0 and not result["timed_out"]:
        return 0
    how = "took too long and was stopped" if result["timed_out"] else f"ended with {result['exit_code']}"
    session.tell(f"{options.id} {options.command} {how}; the log of the plugin may say more")
    return ExitCode.REFUSED


def _teller(session: Session) -> Any:
    def told(_: str, lines: Any) -> None:
        if not session.json:
            session.put("\n".join(map(plain, lines)))

    return told


def _pair(session: Session) -> int:
    options = session.options

    def told(_: str, step: Any) -> None:
        if not session.json:
            session.put(_as_step(step))

    call = {"id": options.id, "phone_number": options.phone, "workspace": options.workspace}
    step = session.call("plugins.pair", told=told, **call)
    session.show(step, lambda step: plain(step["sentence"]))
    return 0 if step["state"] == "linked" else ExitCode.REFUSED


def _as_step(step: Any) -> str:
    if not step["code"]:
        return plain(step["sentence"])
    if step["phone_code"]:
        return f"{plain(step['sentence'])}\n{plain(step['code'])}"
    return f"{plain(step['sentence'])}\n{_as_blocks(step['code'])}"


def _as_blocks(code: str) -> str:
    """A QR code made of characters, for terminals; where they cannot show it, the text itself."""
    import io

    import segno  # only for those who pair from a terminal

    if (sys.stdout.encoding or "").lower().replace("-", "") != "utf8":
        return code
    drawn = io.StringIO()
    segno.make(code, error="l").terminal(drawn, compact=True)
    return drawn.getvalue()


def _restart(session: Session) -> int:
    row = session.call("plugins.restart", id=session.options.id, workspace=session.options.workspace)
    return session.show(row, lambda row: f"{plain(row['name'])} begins anew in {plain(row['workspace'])}. {_how(row)}")


def _log(session: Session) -> int:
    found = session.call("plugins.log", id=session.options.id, lines=session.options.lines)
    return session.show(found, lambda found: "\n".join(map(plain, found["lines"])) or "Nothing is logged yet.")
