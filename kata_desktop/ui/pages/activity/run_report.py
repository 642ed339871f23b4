"""The details of a run as text for a bug report: what happened and on what, never what was said or any secret."""

from __future__ import annotations

import platform
from dataclasses import dataclass
from typing import TYPE_CHECKING

from kata_desktop.plugins.ports import plugin_of
from kata_desktop.version import __version__

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from kata_desktop.domain.journal import Attempt, LogLine, Step
    from kata_desktop.domain.notification import OutboxItem
    from kata_desktop.domain.run import Run
    from kata_desktop.domain.task import TaskSpec

_LOG_LINES = 100


@dataclass(frozen=True, kw_only=True, slots=True)
class RunFacts:
    """Everything that is known about a run."""

    run: Run
    spec: TaskSpec | None
    """The snapshot it used; None when the task is gone."""
    attempts: Sequence[Attempt]
    steps: Sequence[Step]
    deliveries: Sequence[OutboxItem]
    places: Mapping[str, str]
    """Where each of them goes, as people call it, by its id."""

    @property
    def plugin_id(self) -> str:
        """The plugin that does the task's work; empty for a prompt, and when the task is gone."""
        return plugin_of(self.spec.handler) if self.spec is not None else ""


def run_report(facts: RunFacts, log: Sequence[LogLine], clean: Callable[[str], str]) -> str:
    """Return the report in English; every line went through `clean`, which hides secrets.

    Prompt and result are left out: they belong to the person, and their lengths say enough.
    """
    run = facts.run
    lines = [
        f"Kata Desktop {__version__}, Python {platform.python_version()}, {platform.platform()}",
        f"Run {run.id} of task {run.task_id}, revision {run.revision}",
        f"Source: {run.source.value}; state: {run.state.value}; reason: {run.reason.value if run.reason else '-'}",
        f"Error kind: {run.error_kind or '-'}; detail: {run.detail or '-'}",
        f"Slot {run.slot.isoformat()}; started {_at(run.started_at)}; finished {_at(run.finished_at)}",
        f"Working {run.working_seconds:.3f} s; attempts {run.attempt}; delivery: {run.delivery.value}",
        f"Model: {run.model or '-'}; tokens {run.usage.input_tokens} in, {run.usage.output_tokens} out",
        f"Result: {len(run.output)} characters",
    ]
    if facts.spec is not None:
        spec = facts.spec
        lines.append(f"Handler: {spec.handler}; mode: {spec.mode.value}; time limit {spec.timeout}; retries "
                     f"{spec.retry.retries}; prompt: {len(spec.prompt)} characters")  # fmt: skip
    lines += ["", "Attempts"]
    lines += [f"  {each.number}. {_at(each.started_at)} {each.outcome or 'going on'} {each.error_kind} {each.error}"
              for each in facts.attempts]  # fmt: skip
    lines += ["", "Steps"]
    lines += [f"  {_at(step.at)} {'ok' if step.ok else 'begun' if step.ok is None else 'failed'}: {step.text}"
              for step in facts.steps]  # fmt: skip
    lines += ["", "Messages"]
    lines += [f"  {item.target_kind} {item.kind.value} {item.state.value}, {item.attempts} attempts {item.last_error}"
              for item in facts.deliveries]  # fmt: skip
    lines += ["", f"Log (last {_LOG_LINES} lines)"]
    lines += [f"  {_at(line.at)} {line.level}: {line.text}" for line in log[-_LOG_LINES:]]
    return "\n".join(clean(line) for line in lines) + "\n"


def _at(instant: object) -> str:
    return instant.isoformat() if hasattr(instant, "isoformat") else "-"
