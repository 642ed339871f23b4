"""Takes secrets out of text on its way to a place where it stays: log files, diagnostics, stored errors."""

from __future__ import annotations

import json
import re
import string
from collections.abc import Iterator
from urllib.parse import quote

HIDDEN = "‹hidden›"

SHORTEST_VALUE = 4
"""Shorter values cannot be told from ordinary words, so hiding them would only garble the text."""
SHORTEST_IN_RESULTS = 8
"""The same for what people read and programs parse later, where one garbled word is worse than in a log."""

_LONGEST_KEY = 8192
_PIECE = 65_536
"""Characters looked through at once: matching holds up every thread of the program until it is done."""

_WORDS = r"(?:api[_-]?key|access[_-]?key|apikey|token|secret|passw(?:or)?d|passphrase|authorization|credential|key)"
SECRET_SHAPES: tuple[re.Pattern[str], ...] = (
    re.compile(r"-----BEGIN [A-Z ]{0,40}PRIVATE KEY-----[^\"]*?(?:-----END [A-Z ]{0,40}PRIVATE KEY-----|(?=\")|\Z)"),
    re.compile(r"\b(?:sk|pk|rk)-[A-Za-z0-9_-]{8,}"),  # OpenAI, Anthropic and those who copied them
    re.compile(r"\b(?:xox[a-z]|xapp)-[A-Za-z0-9-]{6,}"),  # Slack
    re.compile(r"\bAIza[A-Za-z0-9_-]{20,}"),  # Google
    re.compile(r"\b(?:gh[pousr]_|github_pat_|glpat-|hf_)[A-Za-z0-9_-]{16,}"),
    re.compile(r"\b(?:AKIA|ASIA)[A-Z0-9]{16}\b"),  # Amazon
    re.compile(r"(?<![\w-])eyJ[A-Za-z0-9_-]{10,}\.[A-Za-z0-9_-]{5,}(?:\.[A-Za-z0-9_-]*)?"),  # signed web tokens
    re.compile(r"\b\d{8,10}:[A-Za-z0-9_-]{30,}"),  # Telegram
)
"""What is a key wherever it stands. Each looks at a character a few times at most, however the text is made."""

_IN_KEYS = "".join((string.ascii_letters, string.digits, "_.:-"))
_STARTS = (
    *("-----BEGIN", "sk-", "pk-", "rk-", "xapp-", "AIza", "github_pat_", "glpat-", "hf_", "AKIA", "ASIA", "eyJ"),
    *(f"xox{letter}-" for letter in string.ascii_lowercase),
    *(f"gh{letter}_" for letter in "pousr"),
)
"""How the shapes above begin, but for Telegram's digits."""
_EDGE = re.compile(r"(?<![A-Za-z0-9_])(?=[A-Za-z0-9_-])")
_BLOCK = "-----BEGIN "
_BLOCK_END = re.compile(r"-----END [A-Z ]{0,60}-----")

_PLACES: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(r"(?i)\b(bearer|basic)\s+[A-Za-z0-9._~+/=-]{6,}"), rf"\1 {HIDDEN}"),
    (re.compile(r"(?i)(://[^\s/:@\"'<>]+:)[^\s/\"'<>]+(@)"), rf"\1{HIDDEN}\2"),
    (re.compile(r"(?i)(://)[^\s/:@\"'<>]+(@)"), rf"\1{HIDDEN}\2"),  # a key in the place of a user's name
    (
        re.compile(rf"(?i)((?<![\w-])[\w-]*{_WORDS}[\"']?\s*[=:]\s*)(\"[^\"\n]+\"|'[^'\n]+'|[^\s,;&\"'{{}}\[\]()‹]+)"),
        rf"\1{HIDDEN}",
    ),
)
"""Where keys stand. Ordinary sentences have such places too, so this is for texts that nobody needs word by word."""


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
        """Return the text with every secret hidden, and with what stands where secrets usually do: for logs."""
        for value in self._values:
            if value in text:
                text = text.replace(value, HIDDEN)
        text = self.hide(text)
        for pattern, instead in _PLACES:
            text = pattern.sub(instead, text)
        return text

    def hide(self, text: str) -> str:
        """Return the text without the known values and without what is a key by its shape; all else stays: for
        results, histories and exports. Very short values stay too: there they are ordinary words.
        """
        for value in self._values:
            if len(value) >= SHORTEST_IN_RESULTS and value in text:
                text = text.replace(value, HIDDEN)
        return "".join(_without_shapes(piece) for piece in _pieces(text))

    def settled(self, text: str) -> int:
        """Return how much of the beginning of a text that still grows can be hidden as it is: what comes after that
        may be the beginning of a secret.
        """
        end = _last_key(text)
        block = text.rfind(_BLOCK)
        if block >= 0 and len(text) - block < _LONGEST_KEY and not _BLOCK_END.search(text, block, end):
            end = min(end, block)
        while (earlier := min((_begins(value, text, end) for value in self._values), default=end)) < end:
            end = earlier
        return end


def _last_key(text: str) -> int:
    """Where a key may begin that the end of the text breaks off; the text's length when none does."""
    word = max(len(text.rstrip(_IN_KEYS)), len(text) - _LONGEST_KEY)
    for edge in _EDGE.finditer(text, word):
        rest = text[edge.start() : edge.start() + len("github_pat_")]
        if rest[0].isdigit() or any(rest.startswith(start) or start.startswith(rest) for start in _STARTS):
            return edge.start()
    return len(text)


def _begins(value: str, text: str, end: int) -> int:
    """Where a value begins that a cut at `end` would break; `end` when none does. The text may break it off as well."""
    at = text.find(value[0], max(0, end - len(value) + 1), end)
    while at >= 0 and not value.startswith(text[at : at + len(value)]):
        at = text.find(value[0], at + 1, end)
    return end if at < 0 else at


def _without_shapes(text: str) -> str:
    for shape in SECRET_SHAPES:
        text = shape.sub(HIDDEN, text)
    return text


def _pieces(text: str) -> Iterator[str]:
    """Cut a long text where no key goes on: at a line break, else at a space, else wherever it must be."""
    start = 0
    while len(text) - start > _PIECE:
        end = start + _PIECE
        cut = max(text.rfind("\n", start, end), text.rfind(" ", end - _LONGEST_KEY, end)) + 1
        yield text[start : cut or end]
        start = cut or end
    yield text[start:]
