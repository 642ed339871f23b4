"""The details of a run in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, QLocale

from kata_desktop.agent.arguments import read_arguments
from kata_desktop.domain.run import Delivery, Run
from kata_desktop.domain.task import Mode
from kata_desktop.ui.pages.activity.local_time import money, span
from kata_desktop.ui.pages.activity.run_words import UNSEEN_ENDS

if TYPE_CHECKING:
    from kata_desktop.domain.task import TaskSpec
    from kata_desktop.ui.pages.activity.facts_view import Fact
    from kata_desktop.ui.pages.activity.local_time import LocalTime

_ASKED_MOST = 300
"""Characters of a message that the details show."""
_WAITED = 1.0
"""Seconds between working and whole time that are worth telling."""


def facts(run: Run, spec: TaskSpec | None, when: LocalTime) -> list[Fact]:
    """Return what the details say, only what is known."""
    words = QCoreApplication.translate
    return [
        (name, text)
        for name, text in (
            (words("Facts", "Asked"), _asked(run)),
            (words("Facts", "Asked by"), _asked_by(run)),
            (words("Facts", "Duration"), _duration(run)),
            (words("Facts", "Occurrences"), _occurrences(run, when)),
            (words("Facts", "Permission"), _permissions(run, spec)),
            (words("Facts", "Delivery"), _delivery(run)),
            (words("Facts", "Model"), run.model),
            (words("Facts", "Cost"), _cost(run)),
        )
        if text
    ]


def _asked(run: Run) -> str:
    """What somebody said, shortened: the whole of it stands in the conversation."""
    text = " ".join(read_arguments(run.arguments).reply.split())
    return text if len(text) <= _ASKED_MOST else f"{text[: _ASKED_MOST - 1].rstrip()}…"


def _asked_by(run: Run) -> str:
    writer = read_arguments(run.arguments).writer
    if writer is None:
        return ""
    who = f"{writer.name} ({writer.id})" if writer.name else writer.id
    place = " ".join(part for part in (writer.channel.capitalize(), writer.where) if part)
    template = QCoreApplication.translate("Facts", "{who}, in {place}")
    direct = QCoreApplication.translate("Facts", "{who}, in a direct message in {place}")
    return (template if writer.in_group or writer.where else direct).format(who=who, place=place)


def _duration(run: Run) -> str:
    if run.started_at is None or run.finished_at is None:
        return ""
    if run.reason in UNSEEN_ENDS:
        return span(run.working_seconds) if run.working_seconds else ""
    whole = (run.finished_at - run.started_at).total_seconds()
    if whole - run.working_seconds < _WAITED:
        return span(run.working_seconds)
    template = QCoreApplication.translate("Facts", "{working} working, {whole} with waits and retries")
    return template.format(working=span(run.working_seconds), whole=span(whole))


def _occurrences(run: Run, when: LocalTime) -> str:
    if run.count < 2:
        return ""
    first = when.moment(run.first_slot or run.slot)
    template = QCoreApplication.translate("Facts", "%n, from {first} to {last}", "", run.count)
    return template.format(first=first, last=when.moment(run.slot))


def _permissions(run: Run, spec: TaskSpec | None) -> str:
    if spec is None or run.started_at is None:
        return ""
    mode = {
        Mode.READ_ONLY: QCoreApplication.translate("Facts", "Read only"),
        Mode.ASK: QCoreApplication.translate("Facts", "Ask me first"),
        Mode.AUTO: QCoreApplication.translate("Facts", "Act on its own"),
    }[spec.mode]
    template = QCoreApplication.translate("Facts", "{mode} · snapshot of version {number}")
    return template.format(mode=mode, number=run.revision)


def _delivery(run: Run) -> str:
    match run.delivery:
        case Delivery.SUPPRESSED:
            return run.detail or QCoreApplication.translate("Facts", "Nothing to report")
        case Delivery.NONE if run.status == "succeeded":
            return QCoreApplication.translate("Facts", "Kept here only; the task has no target")
        case _:
            return ""


def _cost(run: Run) -> str:
    total = run.usage.input_tokens + run.usage.output_tokens
    if not total and not run.usage.cost_microdollars:
        return ""
    tokens = QCoreApplication.translate("Facts", "{count} tokens").format(count=QLocale().toString(total))
    if run.usage.cost_microdollars is None:
        return tokens
    return QCoreApplication.translate("Facts", "{tokens} · {cost}").format(
        tokens=tokens, cost=money(run.usage.cost_microdollars)
    )
