"""Names, prompts and tags: which characters they may hold, and names made from prompts.

Refused is what makes one text pass for another or hides in it: control characters, bidirectional overrides, zero-width
characters in names, halves of characters. Markup and quotes are just text.
"""

from __future__ import annotations

import re
import unicodedata

from kata_desktop.domain.errors import FieldError, InvalidInput

LONGEST_NAME = 120
LONGEST_PROMPT = 100_000
LONGEST_TAG = 40
MOST_TAGS = 20
_LONGEST_MADE_NAME = 48

_BIDI = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
_JOINERS = frozenset("\u200c\u200d")
_BLANKS = frozenset("\u115f\u1160\u2800\u3164\uffa0")  # letters and symbols that show nothing
_SENTENCE_END = re.compile(r"[.!?:;](?:\s|$)")


def check_name(text: str, *, field: str = "name", label: str = "Name", example: str = "Pull-request digest") -> str:
    """Return a name in composed form (NFC), without surrounding space.

    Raises:
        InvalidInput: nothing visible, too long, or characters that a name must not hold.
    """
    name = check_line(text, field=field, label=label, example=example, longest=LONGEST_NAME)
    if not name:
        raise _refused(field, label, "Empty. Give it at least one visible character", example)
    return name


def check_line(text: str, *, field: str, label: str, example: str, longest: int) -> str:
    """Return one line of text in composed form, without surrounding space; empty when it shows nothing.

    Raises:
        InvalidInput: too long, or characters that a line must not hold.
    """
    line = unicodedata.normalize("NFC", text).strip()
    if not _is_visible(line) and not any(unicodedata.category(each) in {"Cc", "Cs"} for each in line):
        return ""
    for index, character in enumerate(line):
        if character in "\r\n\u2028\u2029":
            raise _refused(field, label, "Has a line break. Keep it on one line", example)
        if _is_forbidden(character) or _is_hidden(line, index):
            raise _refused(
                field, label, f"Holds {_called(character)}, which could hide something. Leave it out", example
            )
    if len(line) > longest:
        raise _refused(field, label, f"{len(line):,} characters long. Use at most {longest:,}", example)
    return line


def check_prompt(text: str) -> str:
    """Return a prompt in composed form, its line breaks as ``\\n``, without surrounding space.

    Raises:
        InvalidInput: nothing visible, too long, or characters that a prompt must not hold.
    """
    example = "Summarise the open pull requests in acme/api."
    if len(text) > LONGEST_PROMPT:
        reason = f"{len(text):,} characters long. Use at most {LONGEST_PROMPT:,}; put long material into a file"
        raise _refused("prompt", "Prompt", reason, example)
    prompt = unicodedata.normalize("NFC", text).replace("\r\n", "\n").replace("\r", "\n").strip()
    for character in prompt:
        if character not in "\n\t" and _is_forbidden(character):
            reason = f"Holds {_called(character)}, which could hide something. Leave it out"
            raise _refused("prompt", "Prompt", reason, example)
    if not _is_visible(prompt):
        raise _refused("prompt", "Prompt", "Empty. Say what should be done", example)
    return prompt


def check_tags(tags: tuple[str, ...]) -> tuple[str, ...]:
    """Return the tags without empty ones and twins.

    Raises:
        InvalidInput: too many, or one that no line may be.
    """
    kept: dict[str, str] = {}
    for tag in tags:
        line = check_line(tag, field="tags", label="Tags", example="work", longest=LONGEST_TAG)
        if line:
            kept.setdefault(line.casefold(), line)
    if len(kept) > MOST_TAGS:
        raise _refused("tags", "Tags", f"{len(kept)} tags. Use at most {MOST_TAGS}", "work")
    return tuple(kept.values())


def name_from_prompt(prompt: str, taken: frozenset[str] = frozenset()) -> str:
    """Make a name of a checked prompt's first words; a number is added while its case-folded form is in `taken`."""
    line = next(line for line in prompt.splitlines() if _is_visible(line))
    sentence = _SENTENCE_END.split(line.strip(), maxsplit=1)[0]
    letters = "".join(character for character in sentence if unicodedata.category(character) not in {"Cc", "Cf"})
    name = _shortened(" ".join(letters.split()).strip(" .…-–—*#>•,")) or "Task"
    made, number = name, 1
    while made.casefold() in taken:
        number += 1
        made = f"{name} {number}"
    return made


def quoted(text: str, otherwise: str = "What was given") -> str:
    """Return the text in quotes for an answer; `otherwise` when it is long or holds what cannot be shown."""
    text = text.strip()
    return f"“{text}”" if text.isprintable() and len(text) <= 60 else otherwise


def _shortened(text: str) -> str:
    if len(text) > _LONGEST_MADE_NAME:
        words = text[: _LONGEST_MADE_NAME + 1].rsplit(" ", 1)
        text = (words[0] if len(words) > 1 else text[:_LONGEST_MADE_NAME]).rstrip(" ,-–—")
    return text[:1].upper() + text[1:]


def _is_visible(text: str) -> bool:
    return any(unicodedata.category(character)[0] not in "ZCM" and character not in _BLANKS for character in text)


def _is_forbidden(character: str) -> bool:
    """Tell what no text of a task may hold: controls, halves of characters, overrides of direction, invisible tags."""
    if character in _BIDI or 0xE0000 <= ord(character) <= 0xE007F:
        return True
    return unicodedata.category(character) in {"Cc", "Cs"}


def _is_hidden(line: str, index: int) -> bool:
    """Tell what a name must not hold besides: zero-width characters, but for the joiners of scripts and emoji."""
    character = line[index]
    if character in _JOINERS:
        return index == 0 or index == len(line) - 1 or line[index - 1].isascii()
    return unicodedata.category(character) == "Cf" or character in _BLANKS


def _called(character: str) -> str:
    if unicodedata.category(character) == "Cs":
        return f"half a character (U+{ord(character):04X})"
    if character == "\0":
        return "a NUL character (U+0000)"
    name = unicodedata.name(character, "control character").lower()
    return f"an invisible character (U+{ord(character):04X}, {name})"


def _refused(field: str, label: str, reason: str, example: str) -> InvalidInput:
    return InvalidInput(FieldError(field=field, label=label, reason=reason, example=example))
