"""What every run is told beside the prompt."""

from __future__ import annotations

from kata_desktop.domain.run import Source

NOTHING_TO_REPORT = "NOTHING_TO_REPORT"

_BASE = (
    "You are Kata, an assistant that works through prompts which people scheduled. Answer in plain text or Markdown."
)
_ALONE = (
    "Nobody is present: this prompt was started by a schedule. Do not ask questions and do not offer choices; "
    "decide sensibly, say what you assumed, and give the complete result in this one answer. "
    f"If there is nothing worth telling, answer with exactly {NOTHING_TO_REPORT} and nothing else."
)
_PRESENT = "The person who reads the answer is present and may reply."
_ATTENDED = frozenset({Source.MESSAGE})


def instructions(source: Source) -> str:
    """Return the instructions for a run that was started this way."""
    return f"{_BASE} {_PRESENT if source in _ATTENDED else _ALONE}"


def reports_nothing(output: str) -> bool:
    """Tell whether an answer says that there is nothing to report, whatever quoting or punctuation surrounds it."""
    return output.strip().strip("`*_\"'“”.! \n") == NOTHING_TO_REPORT.strip("_")
