"""Conditions of a query as they add up, and words to search for."""

from __future__ import annotations

from dataclasses import dataclass, field

from kata_desktop.store.names import name_key


@dataclass(slots=True)
class Where:
    """Conditions, all of which must hold, with their parameters."""

    clauses: list[str] = field(default_factory=list)
    params: list[object] = field(default_factory=list)

    def add(self, clause: str, *params: object) -> None:
        """Demand one more thing."""
        self.clauses.append(clause)
        self.params.extend(params)

    def words(self, search: str, *columns: str) -> None:
        """Every word in at least one of the columns, in any letter case."""
        for word in search.split():
            if "\0" in word:  # no text holds one, and LIKE would look no further than to it
                self.add("0")
                continue
            self.add(
                f"({' OR '.join(_contains(column, word) for column in columns)})", *[_pattern(word)] * len(columns)
            )

    @property
    def sql(self) -> str:
        """What stands behind WHERE; true when nothing was demanded."""
        return " AND ".join(self.clauses) or "1"


def _contains(column: str, word: str) -> str:
    # LIKE knows the letter cases of ASCII only, and folding every row in Python is much slower.
    return f"{column if word.isascii() else f'folded({column})'} LIKE ? ESCAPE '\\'"


def _pattern(word: str) -> str:
    folded = word if word.isascii() else name_key(word)
    escaped = folded.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    return f"%{escaped}%"
