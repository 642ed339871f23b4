"""How runs go on and end, behind the fence: whatever is written names the boot and the attempt that claimed the run."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from kata_desktop.domain.run import Delivery, Reason, Usage, ended_status
from kata_desktop.store.connection import Connection
from kata_desktop.store.times import span_us, to_us


@dataclass(frozen=True, kw_only=True, slots=True)
class Ending:
    """How a run, or one attempt of it, ended."""

    reason: Reason
    detail: str = ""
    error_kind: str = ""
    output: str | None = None
    usage: Usage = field(default_factory=Usage)
    delivery: Delivery = Delivery.NONE
    session_id: str = ""
    model: str = ""
    working: timedelta = timedelta(0)


def finish(db: Connection, run_id: str, boot_id: str, attempt: int, end: Ending, now: datetime) -> bool:
    """End a claimed run; False when the fence says that it is not ours any more, and nothing is changed then."""
    cursor = db.execute(
        "UPDATE runs SET state = 'done', reason = ?, status = ?, detail = ?, error_kind = ?, "
        "output = coalesce(?, output), input_tokens = input_tokens + ?, output_tokens = output_tokens + ?, "
        "cost = CASE WHEN ? IS NULL THEN cost ELSE coalesce(cost, 0) + ? END, delivery = ?, "
        "session_id = CASE WHEN ? = '' THEN session_id ELSE ? END, model = CASE WHEN ? = '' THEN model ELSE ? END, "
        "working_us = working_us + ?, finished_at = ?, boot_id = NULL, lease_until = NULL "
        "WHERE id = ? AND state = 'running' AND boot_id = ? AND attempt = ?",
        (
            end.reason.value,
            ended_status(end.reason, end.error_kind),
            end.detail,
            end.error_kind,
            end.output,
            end.usage.input_tokens,
            end.usage.output_tokens,
            end.usage.cost_microdollars,
            end.usage.cost_microdollars,
            end.delivery.value,
            end.session_id,
            end.session_id,
            end.model,
            end.model,
            span_us(end.working),
            to_us(now),
            run_id,
            boot_id,
            attempt,
        ),
    )
    return bool(cursor.rowcount)


def end_waiting(db: Connection, run_id: str, reason: Reason, detail: str, now: datetime) -> bool:
    """End a run that nobody has claimed (cancelled, skipped, superseded)."""
    cursor = db.execute(
        "UPDATE runs SET state = 'done', reason = ?, status = iif(error_kind = '', ?, ?), detail = ?, finished_at = ? "
        "WHERE id = ? AND state IN ('queued', 'parked')",
        (reason.value, ended_status(reason), ended_status(reason, "any"), detail, to_us(now), run_id),
    )
    return bool(cursor.rowcount)


def requeue(
    db: Connection,
    run_id: str,
    boot_id: str,
    attempt: int,
    *,
    at: datetime,
    detail: str,
    error_kind: str,
    uses_retry: bool,
    usage: Usage,
    working: timedelta,
) -> bool:
    """Give a claimed run back to wait for its next attempt; False when the fence says no."""
    cursor = db.execute(
        "UPDATE runs SET state = 'queued', status = 'queued', available_at = ?, detail = ?, error_kind = ?, "
        "retries_used = retries_used + ?, input_tokens = input_tokens + ?, output_tokens = output_tokens + ?, "
        "cost = CASE WHEN ? IS NULL THEN cost ELSE coalesce(cost, 0) + ? END, working_us = working_us + ?, "
        "boot_id = NULL, lease_until = NULL WHERE id = ? AND state = 'running' AND boot_id = ? AND attempt = ?",
        (
            to_us(at),
            detail,
            error_kind,
            uses_retry,
            usage.input_tokens,
            usage.output_tokens,
            usage.cost_microdollars,
            usage.cost_microdollars,
            span_us(working),
            run_id,
            boot_id,
            attempt,
        ),
    )
    return bool(cursor.rowcount)


def end_attempt(
    db: Connection, run_id: str, attempt: int, *, outcome: str, now: datetime, error: str = "", error_kind: str = ""
) -> None:
    """Record how an attempt ended, once."""
    db.execute(
        "UPDATE attempts SET finished_at = ?, outcome = ?, error = ?, error_kind = ? "
        "WHERE run_id = ? AND number = ? AND finished_at IS NULL",
        (to_us(now), outcome, error, error_kind, run_id, attempt),
    )


def set_progress(db: Connection, run_id: str, attempt: int, percent: int | None, text: str) -> None:
    """Store how far an attempt is."""
    db.execute(
        "UPDATE runs SET progress = coalesce(?, progress), progress_text = ? "
        "WHERE id = ? AND attempt = ? AND state = 'running'",
        (percent, text, run_id, attempt),
    )


def set_partial_output(db: Connection, run_id: str, boot_id: str, attempt: int, output: str) -> None:
    """Store the partial output of sliced work."""
    db.execute(
        "UPDATE runs SET output = ? WHERE id = ? AND state = 'running' AND boot_id = ? AND attempt = ?",
        (output, run_id, boot_id, attempt),
    )
