"""The one checker of what people type about a task: dialog, command line and import get the same answers from it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import TypeVar

from kata_desktop.domain.errors import FieldError, InvalidInput
from kata_desktop.domain.model import REMINDER_MODEL
from kata_desktop.domain.settings import Settings
from kata_desktop.domain.task import (
    PROMPT_HANDLER,
    ActiveHours,
    CatchUp,
    Mode,
    OutsideHours,
    Overlap,
    RetryPolicy,
    SessionUse,
    TaskSpec,
)
from kata_desktop.domain.task_input import TaskInput
from kata_desktop.domain.trigger import Cron, Event, Once, Trigger
from kata_desktop.scheduler.inputs import numbers
from kata_desktop.scheduler.inputs.choices import ChoiceField, Word, find_name, parse_choice, parse_word
from kata_desktop.scheduler.inputs.durations import (
    APPROVAL_TIMEOUT,
    JITTER,
    RETRY_DELAY,
    TIMEOUT,
    WINDOW,
    parse_duration,
)
from kata_desktop.scheduler.inputs.hours import parse_hours
from kata_desktop.scheduler.inputs.known import Known
from kata_desktop.scheduler.inputs.moments import parse_at, past
from kata_desktop.scheduler.inputs.targets import parse_targets
from kata_desktop.scheduler.inputs.texts import check_name, check_prompt, check_tags, name_from_prompt
from kata_desktop.scheduler.inputs.trigger_inputs import Surroundings, parse_trigger
from kata_desktop.scheduler.occurrences.slots import next_after

T = TypeVar("T")


def check(
    raw: TaskInput, *, now: datetime, system_zone: str, defaults: Settings, current: TaskSpec | None, known: Known
) -> TaskSpec | tuple[FieldError, ...]:
    """Turn an input into a spec, or say field by field what is wrong.

    Fields that are not given keep the present value of `current`; for a new task they take the settings' defaults.
    Whether the name is free is the store's to say.
    """
    form = _Form(raw=raw, now=now, system_zone=system_zone, known=known, current=current)
    spec = form.spec(current or _blank(defaults))
    return tuple(form.errors) or spec


def _blank(defaults: Settings) -> TaskSpec:
    return TaskSpec(
        name="",
        prompt="",
        trigger=Event(type=""),
        workspace_id="",
        timeout=timedelta(minutes=defaults.default_timeout_minutes),
        retry=RetryPolicy(retries=defaults.default_retries),
        catch_up=CatchUp(defaults.default_catch_up),
        overlap=Overlap(defaults.default_overlap),
    )


@dataclass(kw_only=True)
class _Form:
    """One pass over an input; collects what is refused."""

    raw: TaskInput
    now: datetime
    system_zone: str
    known: Known
    current: TaskSpec | None
    errors: list[FieldError] = field(default_factory=list)

    def spec(self, base: TaskSpec) -> TaskSpec:
        """Return the base with everything that was given and is right."""
        raw = self.raw
        prompt = self._prompt(base)
        trigger = self._answer(self._trigger, base.trigger)
        spec = replace(
            base,
            prompt=prompt,
            name=self._name(base, prompt),
            trigger=trigger,
            workspace_id=self._answer(self._workspace, base.workspace_id),
            model=self._given(raw.model, self._model, base.model),
            targets=self._given(raw.targets, lambda given: parse_targets(given, self.known.target_kinds), base.targets),
            tags=self._given(raw.tags, check_tags, base.tags),
            only_when_changed=base.only_when_changed if raw.only_when_changed is None else raw.only_when_changed,
        )
        spec = self._limits(self._rules(spec))
        if not self.errors:
            self._check_future(spec)
        return spec

    def _rules(self, base: TaskSpec) -> TaskSpec:
        raw = self.raw
        return replace(
            base,
            thinking=self._word(raw.thinking, ("", "low", "medium", "high"), "thinking", "Thinking", base.thinking),
            mode=self._choice(raw.mode, Mode, "mode", "Permission", base.mode),
            approval_timeout=self._given(
                raw.approval_timeout, lambda text: parse_duration(text, APPROVAL_TIMEOUT), base.approval_timeout
            ),
            approval_fallback=self._word(
                raw.approval_fallback,
                ("skip", "fail"),
                "approval_fallback",
                "If nobody answers",
                base.approval_fallback,
            ),
            session=self._choice(raw.session, SessionUse, "session", "Session", base.session),
            catch_up=self._choice(raw.catch_up, CatchUp, "catch_up", "If the computer was off", base.catch_up),
            overlap=self._choice(raw.overlap, Overlap, "overlap", "If the last run is still going", base.overlap),
            active_hours=self._answer(lambda: self._active_hours(base.active_hours), base.active_hours),
        )

    def _limits(self, base: TaskSpec) -> TaskSpec:
        raw = self.raw
        return replace(
            base,
            retry=RetryPolicy(
                retries=self._given(
                    raw.retries, lambda text: numbers.parse_count(text, numbers.RETRIES), base.retry.retries
                ),
                base_delay=self._given(
                    raw.retry_delay, lambda text: parse_duration(text, RETRY_DELAY), base.retry.base_delay
                ),
            ),
            timeout=self._given(raw.timeout, lambda text: parse_duration(text, TIMEOUT), base.timeout),
            window=self._given(raw.window, lambda text: parse_duration(text, WINDOW), base.window),
            jitter=self._given(raw.jitter, lambda text: parse_duration(text, JITTER), base.jitter),
            until=self._optional(raw.until, lambda text: self._until(text, base.trigger), base.until),
            max_runs=self._count(raw.max_runs, numbers.MAX_RUNS, base.max_runs),
            max_tokens_per_day=self._count(raw.max_tokens_per_day, numbers.MAX_TOKENS, base.max_tokens_per_day),
            max_cost_per_day_microdollars=self._optional(
                raw.max_cost_per_day, numbers.parse_dollars, base.max_cost_per_day_microdollars
            ),
        )

    def _prompt(self, base: TaskSpec) -> str:
        if base.handler != PROMPT_HANDLER and not (self.raw.prompt or "").strip():
            return base.prompt if self.raw.prompt is None else ""
        if self.raw.prompt is None and self.current is not None:
            return base.prompt
        return self._answer(lambda: check_prompt(self.raw.prompt or ""), "")

    def _name(self, base: TaskSpec, prompt: str) -> str:
        if self.raw.name is not None and (self.raw.name or self.current is not None):
            return self._answer(lambda: check_name(self.raw.name or ""), base.name)
        if self.current is not None or not prompt:
            return base.name
        return name_from_prompt(prompt, frozenset(name.casefold() for _, name in self.known.tasks))

    def _trigger(self) -> Trigger:
        around = Surroundings(
            now=self.now,
            system_zone=self.system_zone,
            known=self.known,
            current=self.current.trigger if self.current else None,
        )
        return parse_trigger(self.raw, around)

    def _workspace(self) -> str:
        existing = self.known.workspaces
        if self.raw.workspace is None:
            if self.current is not None:
                return self.current.workspace_id
            if existing:
                return existing[0][0]
        wanted = (self.raw.workspace or "").strip()
        for ident, _ in existing:
            if ident == wanted:
                return ident
        label = ChoiceField(field="workspace", label="Workspace")
        name = find_name(wanted, [name for _, name in existing], label, str.casefold)
        return next(ident for ident, each in existing if each == name)

    def _model(self, text: str) -> str:
        if not text.strip():
            return ""
        names = dict.fromkeys((*self.known.models, REMINDER_MODEL))
        return find_name(text, names, ChoiceField(field="model", label="Model"), str.casefold)

    def _active_hours(self, present: ActiveHours | None) -> ActiveHours | None:
        hours = self._optional(self.raw.active_hours, parse_hours, present)
        if self.raw.outside_hours is None:
            return hours
        outside = self._choice(
            self.raw.outside_hours, OutsideHours, "outside_hours", "Outside active hours", OutsideHours.DEFER
        )
        return replace(hours, outside=outside) if hours else None

    def _until(self, text: str, trigger: Trigger) -> datetime:
        zone = trigger.zone if isinstance(trigger, Once | Cron) else "system"
        moment = parse_at(text, zone=zone, system_zone=self.system_zone, now=self.now, field="until", label="Ends")
        if moment.instant <= self.now and (self.current is None or moment.instant != self.current.until):
            raise past("until", "Ends", moment.local, self.now)
        return moment.instant

    def _check_future(self, spec: TaskSpec) -> None:
        """Refuse what would never run; an edit that leaves the times alone may keep a finished task."""
        same = self.current and (spec.trigger, spec.until) == (self.current.trigger, self.current.until)
        if same or isinstance(spec.trigger, Event):
            return
        first = self._answer(lambda: next_after(spec.trigger, self._since(spec), system_zone=self.system_zone), None)
        if first is None or (spec.until and first > spec.until):
            reason = "Nothing is left to run: the end comes before the first time. Choose a later end"
            self.errors.append(FieldError(field="until", label="Ends", reason=reason, passed=True))

    def _since(self, spec: TaskSpec) -> datetime:
        return self.now - timedelta(minutes=2) if isinstance(spec.trigger, Once) else self.now

    def _answer(self, parse: Callable[[], T], otherwise: T) -> T:
        try:
            return parse()
        except InvalidInput as refusal:
            self.errors.extend(refusal.errors)
            return otherwise

    def _given(self, value: str | tuple[str, ...] | None, parse: Callable[..., T], otherwise: T) -> T:
        return otherwise if value is None else self._answer(lambda: parse(value), otherwise)

    def _optional(self, text: str | None, parse: Callable[[str], T], otherwise: T | None) -> T | None:
        """Read a field that can be switched off by leaving it empty."""
        if text is not None and not text.strip():
            return None
        return self._given(text, parse, otherwise)

    def _count(self, text: str | None, count: numbers.CountField, otherwise: int | None) -> int | None:
        return self._optional(text, lambda given: numbers.parse_count(given, count), otherwise)

    def _word(self, text: str | None, allowed: tuple[str, ...], name: str, label: str, otherwise: str) -> str:
        return self._given(
            text, lambda given: parse_word(given, allowed, ChoiceField(field=name, label=label)), otherwise
        )

    def _choice(self, text: str | None, kind: type[Word], name: str, label: str, otherwise: Word) -> Word:
        return self._given(
            text, lambda given: parse_choice(given, kind, ChoiceField(field=name, label=label)), otherwise
        )
