"""How this Slack says no."""

from __future__ import annotations

from typing import Any


class Refusal(Exception):
    """An answer with ``"ok": false``, by Slack's own error code."""

    def __init__(self, error: str, *, status: int = 200, headers: dict[str, str] | None = None, **extra: Any) -> None:
        super().__init__(error)
        self.error = error
        self.status = status
        self.headers = headers or {}
        self.extra = extra

    @property
    def body(self) -> dict[str, Any]:
        """What the client reads."""
        return {"ok": False, "error": self.error, **self.extra}


def bad_argument(message: str) -> Refusal:
    """What Slack says of a request whose arguments are missing or of the wrong kind."""
    return Refusal("invalid_arguments", response_metadata={"messages": [f"[ERROR] {message}"]})
