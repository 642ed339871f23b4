"""A keyring that holds what a test put into it."""

from __future__ import annotations


class Secrets:
    """What the keyring holds for one plugin."""

    def __init__(self, **values: str) -> None:
        self.values = values

    async def get(self, name: str) -> str | None:
        """The value; None when there is none."""
        return self.values.get(name)
