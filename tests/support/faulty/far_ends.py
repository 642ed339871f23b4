"""The far ends that the channels of plugins talk to, by workspace; tests put them here."""

from __future__ import annotations

from tests.support.fake_channel import FarEnd

FAR_ENDS: dict[str, FarEnd] = {}
