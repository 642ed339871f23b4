"""A plugin's settings in one workspace, as its code reads them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from kata_desktop.domain.channel import ChannelRules
from kata_desktop.domain.errors import Bug, InvalidInput
from kata_desktop.domain.plugin import SettingSpec, SettingValue
from kata_desktop.plugins.setting_values import checked_value, empty_value, seconds_in

T = TypeVar("T")


@dataclass(frozen=True, kw_only=True, slots=True)
class SettingsValues:
    """Typed by the manifest; a value that does not fit it any more counts as not set. See `SettingsView`."""

    specs: tuple[SettingSpec, ...]
    values: Mapping[str, SettingValue]

    @classmethod
    def of(cls, specs: Sequence[SettingSpec], stored: Mapping[str, object]) -> SettingsValues:
        """Take what was stored, the defaults for the rest."""
        return cls(specs=tuple(specs), values={spec.key: _value(spec, stored) for spec in specs})

    def value(self, key: str) -> SettingValue:
        """Any setting. Raises `Bug` for one that is not declared."""
        if key not in self.values:
            raise Bug(f"the manifest declares no setting {key!r}")
        return self.values[key]

    def text(self, key: str) -> str:
        """A setting that is text."""
        return self._typed(key, str)

    def number(self, key: str) -> int:
        """A NUMBER."""
        return self._typed(key, int)

    def switch(self, key: str) -> bool:
        """A SWITCH."""
        return self._typed(key, bool)

    def texts(self, key: str) -> tuple[str, ...]:
        """A LIST."""
        value = self.value(key)
        if not isinstance(value, tuple):
            raise Bug(f"the setting {key!r} is no list")
        return value

    def seconds(self, key: str) -> float:
        """A DURATION in seconds."""
        text = self.text(key)
        return seconds_in(next(spec for spec in self.specs if spec.key == key), text)

    def missing(self) -> tuple[SettingSpec, ...]:
        """Required settings that are empty."""
        return tuple(spec for spec in self.specs if spec.required and self.values[spec.key] in ("", ()))

    def as_text(self, key: str) -> str:
        """A setting as it goes into a command's arguments."""
        value = self.value(key)
        if isinstance(value, bool):
            return "true" if value else "false"
        return "\n".join(value) if isinstance(value, tuple) else str(value)

    def rules(self) -> ChannelRules:
        """Who may write and when a channel listens; what the manifest does not declare keeps its default."""
        plain = ChannelRules()
        return ChannelRules(
            allow=self._or("allow", plain.allow),
            allow_in_groups=self._or("allow_in_groups", plain.allow_in_groups),
            pairing=self._or("pairing", plain.pairing),
            patterns=self._or("patterns", plain.patterns),
            mention_needed=self._or("mention_needed", plain.mention_needed),
        )

    def _typed(self, key: str, kind: type[T]) -> T:
        value = self.value(key)
        if type(value) is not kind:
            raise Bug(f"the setting {key!r} is {type(value).__name__}, not {kind.__name__}")
        return value

    def _or(self, key: str, default: T) -> T:
        value = self.values.get(key, default)
        return value if isinstance(value, type(default)) else default


def _value(spec: SettingSpec, stored: Mapping[str, object]) -> SettingValue:
    default = spec.default if spec.default != "" else empty_value(spec)
    if spec.key not in stored:
        return default
    try:
        return checked_value(spec, stored[spec.key])
    except InvalidInput:  # stored by another version
        return default
