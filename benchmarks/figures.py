"""What every program here prints: ours, what stands beside it, the ratio, the goal, and whether it was met."""

from __future__ import annotations

import argparse
import json
import statistics
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass, fields

Measure = Callable[[argparse.Namespace], Iterable["Figure"]]

HEADS = ("what", "ours", "beside it", "measured", "goal", "")
MARK = {True: "met", False: "MISSED", None: "–"}


@dataclass(frozen=True, kw_only=True, slots=True)
class Figure:
    """One row of the table."""

    what: str
    ours: str
    beside: str = ""
    """The floor or the peer, measured in the same run."""
    measured: str
    """What the goal speaks of: a ratio, or an absolute figure."""
    goal: str = ""
    met: bool | None = None
    """None for a figure that no goal speaks of."""

    def cells(self) -> tuple[str, ...]:
        """The row as texts."""
        return self.what, self.ours, self.beside, self.measured, self.goal, MARK[self.met]


@dataclass(frozen=True, kw_only=True, slots=True)
class Limit:
    """A goal: a number and on which side of it the good figures are."""

    value: float
    more_is_better: bool = False

    def met_by(self, value: float) -> bool:
        """Whether a figure is good enough."""
        return value >= self.value if self.more_is_better else value <= self.value

    def text(self, unit: str) -> str:
        """As in the table of goals."""
        return f"{'≥' if self.more_is_better else '≤'} {self.value:g} {unit}"


def at_most(value: float) -> Limit:
    """A figure that should be small."""
    return Limit(value=value)


def at_least(value: float) -> Limit:
    """A figure that should be large."""
    return Limit(value=value, more_is_better=True)


def ratio(
    what: str,
    ours: Sequence[float],
    beside: Sequence[float],
    *,
    peer: str,
    unit: str,
    goal: Limit | None = None,
    form: str = ".1f",
) -> Figure:
    """Compare round by round, so that a machine that is busy for a while favours nobody; the median counts."""
    found = statistics.median(mine / other for mine, other in zip(ours, beside, strict=True))
    return Figure(
        what=what,
        ours=f"{statistics.median(ours):{form}} {unit}",
        beside=f"{peer}: {statistics.median(beside):{form}} {unit}",
        measured=f"{found:.2f} ×",
        goal=goal.text("×") if goal else "",
        met=goal.met_by(found) if goal else None,
    )


def absolute(
    what: str,
    values: Sequence[float],
    *,
    unit: str,
    goal: Limit | None = None,
    beside: str = "",
    form: str = ".1f",
) -> Figure:
    """A figure that stands alone; the median of the rounds counts, the spread is shown."""
    found = statistics.median(values)
    spread = f" ({min(values):{form}} to {max(values):{form}})" if len(values) > 1 else ""
    return Figure(
        what=what,
        ours=f"{found:{form}} {unit}{spread}",
        beside=beside,
        measured=f"{found:{form}} {unit}",
        goal=goal.text(unit) if goal else "",
        met=goal.met_by(found) if goal else None,
    )


def none_of(what: str, wrong: Sequence[str]) -> Figure:
    """A figure that should find nothing."""
    return Figure(what=what, ours=", ".join(wrong) or "none", measured=str(len(wrong)), goal="none", met=not wrong)


def options(text: str | None, *, rounds: int) -> argparse.ArgumentParser:
    """What every program understands."""
    parser = argparse.ArgumentParser(description=text, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=rounds, metavar="N", help=f"default {rounds}")
    parser.add_argument("--json", action="store_true", help="one JSON object per figure")
    return parser


def run(parser: argparse.ArgumentParser, measure: Measure, arguments: Sequence[str] | None = None) -> None:
    """Measure and print."""
    chosen = parser.parse_args(arguments)
    figures = []
    for figure in measure(chosen):
        figures.append(figure)
        if chosen.json:
            print(json.dumps(asdict(figure), ensure_ascii=False), flush=True)
    if not chosen.json:
        print(table(figures))


def read(line: str) -> Figure | None:
    """A figure from a line of JSON; None when the line is something else."""
    try:
        facts = json.loads(line)
    except ValueError:
        return None
    names = {field.name for field in fields(Figure)}
    return Figure(**facts) if isinstance(facts, dict) and set(facts) == names else None


def table(figures: Sequence[Figure], *, markdown: bool = False) -> str:
    """All rows, for a terminal or for a README."""
    rows = [HEADS, *(figure.cells() for figure in figures)]
    if markdown:
        rows.insert(1, ("---",) * len(HEADS))
        return "\n".join(f"| {' | '.join(cells)} |" for cells in rows)
    widths = [max(len(row[column]) for row in rows) for column in range(len(HEADS))]
    return "\n".join("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) for row in rows)
