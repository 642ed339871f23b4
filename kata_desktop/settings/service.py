"""The settings in force: checked before they are stored, told about afterwards."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import fields, replace

from kata_desktop.domain.events import SettingsChanged
from kata_desktop.domain.settings import Settings
from kata_desktop.runtime.bus import EventBus
from kata_desktop.settings.rules import Value, checked

Load = Callable[[], Awaitable[Settings]]
Save = Callable[[Mapping[str, Value]], Awaitable[None]]

_DEFAULTS = Settings()


class SettingsService:
    """Keeps the settings in force at hand; belongs to the loop's thread.

    `initial` is what was stored at start; `save` stores changed values durably, all or none, and `load` reads what is
    stored now.
    """

    def __init__(self, initial: Settings, *, load: Load, save: Save, bus: EventBus) -> None:
        self._current = initial
        self._load = load
        self._save = save
        self._bus = bus

    @property
    def current(self) -> Settings:
        """The settings in force."""
        return self._current

    async def change(self, key: str, value: object) -> None:
        """Set one setting, from its own type or from text such as a person types.

        Raises `InvalidInput` when there is no such setting or the value is not allowed, and what storing raises; then
        nothing is changed. Setting what is set already changes nothing and tells nobody.
        """
        await self._apply({key: checked(key, value)})

    async def reset(self, keys: Iterable[str] = ()) -> None:
        """Give settings their defaults back, all of them when none is named; `InvalidInput` for an unknown one."""
        names = tuple(keys) or tuple(field.name for field in fields(Settings))
        await self._apply({key: checked(key, getattr(_DEFAULTS, key, None)) for key in names})

    async def reload(self) -> None:
        """Take over what another process has stored meanwhile."""
        self._take(await self._load())

    async def _apply(self, values: Mapping[str, Value]) -> None:
        changed = {key: value for key, value in values.items() if getattr(self._current, key) != value}
        if changed:
            await self._save(changed)
            # What was set while we waited stays: only our own keys are replaced.
            self._take(replace(self._current, **changed))  # type: ignore[arg-type]

    def _take(self, settings: Settings) -> None:
        before, self._current = self._current, settings
        for field in fields(Settings):
            if getattr(before, field.name) != getattr(settings, field.name):
                self._bus.publish(SettingsChanged(key=field.name))
