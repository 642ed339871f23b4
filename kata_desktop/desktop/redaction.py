"""Takes secrets out of text on its way to a place where it stays: log files, diagnostics, stored errors."""

from __future__ import annotations

import json
import re
from urllib.parse import quote

HIDDEN = "‹hidden›"

SHORTEST_VALUE = 4
"""Shorter values cannot be told from ordinary words, so hiding them would only garble the text."""

_WORDS = r"(?:api[_-]?key|access[_-]?key|apikey|token|secret|passw(?:or)?d|passphrase|authorization|credential|key)"
_PATTERNS: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(r"-----BEGIN [A-Z ]*PRIVATE KEY-----.*?(?:-----END [A-Z ]*PRIVATE KEY-----|\Z)", re.DOTALL), HIDDEN),
    (re.compile(r"\b(?:sk|pk|rk)-[A-Za-z0-9_-]{8,}"), HIDDEN),  # OpenAI, Anthropic and those who copied them
    (re.compile(r"\b(?:xox[a-z]|xapp)-[A-Za-z0-9-]{6,}"), HIDDEN),  # Slack
    (re.compile(r"\bAIza[A-Za-z0-9_-]{20,}"), HIDDEN),  # Google
    (re.compile(r"\b(?:gh[pousr]_|github_pat_|glpat-|hf_)[A-Za-z0-9_-]{16,}"), HIDDEN),
    (re.compile(r"\b(?:AKIA|ASIA)[A-Z0-9]{16}\b"), HIDDEN),  # Amazon
    (re.compile(r"\beyJ[A-Za-z0-9_-]{10,}\.[A-Za-z0-9_-]{5,}(?:\.[A-Za-z0-9_-]*)?"), HIDDEN),  # signed web tokens
    (re.compile(r"\b\d{8,10}:[A-Za-z0-9_-]{30,}"), HIDDEN),  # Telegram
    (re.compile(r"(?i)\b(bearer|basic)\s+[A-Za-z0-9._~+/=-]{6,}"), rf"\1 {HIDDEN}"),
    (re.compile(r"(?i)(://[^\s/:@]+:)[^\s/@]+(@)"), rf"\1{HIDDEN}\2"),
    (
        re.compile(rf"(?i)(\b[\w-]*{_WORDS}[\"']?\s*[=:]\s*)(\"[^\"\n]+\"|'[^'\n]+'|[^\s,;&\"'{{}}\[\]()‹]+)"),
        rf"\1{HIDDEN}",
    ),
)


class Redactor:
    """Knows what secrets look like, and the exact ones that were told to it. May be used from any thread."""

    def __init__(self) -> None:
        self._values: tuple[str, ...] = ()

    def add(self, value: str) -> None:
        """Hide this exact value from now on, also as it looks inside JSON, a Python literal or an address."""
        if len(value.strip()) < SHORTEST_VALUE:
            return
        forms = {value, value.strip(), json.dumps(value)[1:-1], repr(value)[1:-1], quote(value, safe=""), quote(value)}
        # the longest first, so that no rest of a longer one stays; replaced as a whole, so that readers need no lock
        self._values = tuple(sorted({*self._values, *forms}, key=len, reverse=True))

    def clean(self, text: str) -> str:
        """Return the text with every secret hidden."""
        for value in self._values:
            if value in text:
                text = text.replace(value, HIDDEN)
        for pattern, instead in _PATTERNS:
            text = pattern.sub(instead, text)
        return text
