"""What went wrong in plain words, and the one thing to do about it."""

from __future__ import annotations

import enum
from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication

from kata_desktop.domain.run import SKIPS, Delivery, Reason, Run, RunState
from kata_desktop.ui.pages.activity.run_words import headline, start_words
from kata_desktop.ui.theme.tokens import Tone

if TYPE_CHECKING:
    from kata_desktop.ui.pages.activity.local_time import LocalTime


class RepairAction(enum.Enum):
    """What the button of a cause does."""

    NONE = "none"
    """Nothing: there is no button."""
    MODELS = "models"
    """Show the models in the settings."""
    RUN_AGAIN = "run again"
    """Run the task again at once."""
    RUN_LATER = "run later"
    """Run the task again in a quarter of an hour."""
    EDIT_TASK = "edit task"
    """Open the task's dialog, to change what stands in the way."""
    RESEND = "resend"
    """Send what was not delivered again."""
    PLUGINS = "plugins"
    """Show the plugin that does the task's work, or all plugins."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Cause:
    """A banner's contents."""

    tone: Tone
    icon: str
    title: str
    text: str
    action: RepairAction
    label: str
    """What the button says; empty for none."""


@dataclass(frozen=True, kw_only=True, slots=True)
class _Kind:
    icon: str
    title: str
    action: RepairAction


def cause(run: Run, when: LocalTime) -> Cause | None:
    """Return why a run needs attention, None when it does not."""
    if run.state is RunState.QUEUED and run.error_kind:
        return _retrying(run, when)
    if run.state is RunState.PARKED:
        return Cause(
            tone=Tone.WARN, icon="shield-alert", title=QCoreApplication.translate("Cause", "It waits for you"),
            text=run.detail, action=RepairAction.NONE, label="",
        )  # fmt: skip
    if run.reason is Reason.COMPLETED and run.delivery in (Delivery.FAILED, Delivery.UNKNOWN):
        return _not_delivered(run)
    kind = _by_reason(run) or (_by_kind(run) if run.status == "failed" else None)
    if kind is None:
        return _did_not_run(run) if run.reason in SKIPS else None
    tone = Tone.BAD if run.status in ("failed", "timed-out") else Tone.WARN
    return Cause(tone=tone, icon=kind.icon, title=kind.title, text=run.detail, action=kind.action,
                 label=_label(kind.action))  # fmt: skip


def _retrying(run: Run, when: LocalTime) -> Cause:
    offline = run.error_kind == "offline"
    waits = QCoreApplication.translate("Cause", "It waits for the network")
    again = start_words(run, when)
    # the next try may fail in the same way: where the settings can mend it, nobody has to wait for that
    action = RepairAction.MODELS if _by_kind(run).action is RepairAction.MODELS else RepairAction.NONE
    return Cause(tone=Tone.WARN, icon="wifi-off" if offline else "rotate-ccw", title=waits if offline else again,
                 text=run.detail, action=action, label=_label(action))  # fmt: skip


def _did_not_run(run: Run) -> Cause:
    return Cause(tone=Tone.MUTED, icon="info", title=headline(run), text=run.detail, action=RepairAction.RUN_AGAIN,
                 label=QCoreApplication.translate("Cause", "Run now"))  # fmt: skip


def _not_delivered(run: Run) -> Cause:
    if run.delivery is Delivery.FAILED:
        title = QCoreApplication.translate("Cause", "The result was not delivered")
        text = QCoreApplication.translate("Cause", "The run itself succeeded; its result is below.")
    else:
        title = QCoreApplication.translate("Cause", "The result was perhaps delivered")
        text = QCoreApplication.translate(
            "Cause", "Kata was interrupted while sending it. Send it again only if it did not arrive."
        )
    return Cause(tone=Tone.WARN, icon="send", title=title, text=text, action=RepairAction.RESEND,
                 label=_label(RepairAction.RESEND))  # fmt: skip


def _by_reason(run: Run) -> _Kind | None:
    words = QCoreApplication.translate
    match run.reason:
        case Reason.TIMED_OUT:
            title = words("Cause", "It took longer than its time limit")
            return _Kind(icon="timer-off", title=title, action=RepairAction.EDIT_TASK)
        case Reason.INTERRUPTED:
            title = words("Cause", "Kata ended in the middle of it")
            return _Kind(icon="zap", title=title, action=RepairAction.RUN_AGAIN)
        case Reason.NEEDS_REVIEW:
            title = words("Cause", "It was interrupted after something that cannot be repeated")
            return _Kind(icon="triangle-alert", title=title, action=RepairAction.RUN_AGAIN)
        case Reason.ABANDONED:
            title = words("Cause", "It did not stop when it was told to")
            return _Kind(icon="shield-x", title=title, action=RepairAction.RUN_AGAIN)
        case Reason.SKIPPED_BUDGET:
            title = words("Cause", "A limit was used up")
            return _Kind(icon="coins", title=title, action=RepairAction.EDIT_TASK)
        case Reason.SKIPPED_PLUGIN_OFF:
            title = words("Cause", "The plugin that does this work is off")
            return _Kind(icon="unplug", title=title, action=RepairAction.PLUGINS)
        case _:
            return None


def _by_kind(run: Run) -> _Kind:
    words = QCoreApplication.translate
    models, again, task = RepairAction.MODELS, RepairAction.RUN_AGAIN, RepairAction.EDIT_TASK
    known: dict[str, tuple[str, str, RepairAction]] = {
        "bad-key": ("key-round", words("Cause", "The saved key is no longer accepted"), models),
        "no-key": ("key-round", words("Cause", "The model has no key"), models),
        "no-quota": ("coins", words("Cause", "The account has no credit left"), models),
        "rate-limited": ("timer", words("Cause", "Too many requests for now"), RepairAction.RUN_LATER),
        "offline": ("wifi-off", words("Cause", "The service could not be reached"), again),
        "unknown-host": ("globe", words("Cause", "The model's address is not known"), models),
        "not-running": ("unplug", words("Cause", "The model's program does not run"), again),
        "model-unknown": ("bot", words("Cause", "The service does not know this model"), models),
        "no-model": ("bot", words("Cause", "The task's model is not set up"), models),
        "context-too-long": ("file-text", words("Cause", "Prompt and conversation are too long"), task),
        "content-refused": ("shield-x", words("Cause", "The service refused the content"), task),
        "bad-request": ("circle-x", words("Cause", "The service refused the request"), models),
        "server-error": ("server", words("Cause", "The service failed"), RepairAction.RUN_LATER),
        "dropped": ("unplug", words("Cause", "The connection broke"), again),
        "timeout": ("timer-off", words("Cause", "The service went silent"), again),
        "over-budget": ("coins", words("Cause", "A limit was reached"), task),
        "bad-answer": ("circle-x", words("Cause", "The answer made no sense"), models),
        "keyring": ("lock", words("Cause", "The key could not be read"), again),
        "bad-result": ("bug", words("Cause", "The plugin gave no proper result"), RepairAction.PLUGINS),
        "crashed": ("bug", words("Cause", "It stopped with an error of its own"), again),
    }
    known |= {kind: (*said, RepairAction.PLUGINS) for kind, said in _mended_in_plugin().items()}
    icon, title, action = known.get(run.error_kind, ("circle-x", words("Cause", "It failed"), again))
    return _Kind(icon=icon, title=title, action=action)


def _mended_in_plugin() -> dict[str, tuple[str, str]]:
    """Icon and title of what the settings of the task's plugin mend."""
    words = QCoreApplication.translate
    return {
        "bad-page": ("globe", words("Cause", "A page could not be read")),
        "plugin-not-ready": ("unplug", words("Cause", "The plugin was not ready")),
        "private-address": ("shield-x", words("Cause", "An address is not on the public internet")),
        "too-large": ("file-text", words("Cause", "A page is too large")),
    }


def _label(action: RepairAction) -> str:
    return {
        RepairAction.NONE: "",
        RepairAction.MODELS: QCoreApplication.translate("Cause", "Open models…"),
        RepairAction.RUN_AGAIN: QCoreApplication.translate("Cause", "Run again"),
        RepairAction.RUN_LATER: QCoreApplication.translate("Cause", "Run in 15 minutes"),
        RepairAction.EDIT_TASK: QCoreApplication.translate("Cause", "Edit task…"),
        RepairAction.RESEND: QCoreApplication.translate("Cause", "Send again"),
        RepairAction.PLUGINS: QCoreApplication.translate("Cause", "Open plugins…"),
    }[action]
