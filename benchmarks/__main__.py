"""Run every program and print one table.

``python -m benchmarks [--markdown] [--only NAME ...] [--quick]``
"""

from __future__ import annotations

import argparse
import subprocess
import sys
from collections.abc import Iterator
from importlib.util import find_spec

from benchmarks.figures import Figure, read, table

NAMES = (
    "start_to_tray",
    "idle",
    "punctuality",
    "next_occurrence",
    "store_throughput",
    "first_deadline",
    "history_page",
    "heartbeat",
    "agent_import",
    "sigterm",
    "command_line",
)
"""In the order of the table of goals."""


def measured(name: str, *more: str) -> Iterator[Figure]:
    """The figures of one program; what else it prints is passed on."""
    command = [sys.executable, "-m", f"benchmarks.{name}", "--json", *more]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, encoding="utf-8") as program:
        assert program.stdout is not None
        for line in program.stdout:
            figure = read(line)
            if figure is None:
                print(line, end="", file=sys.stderr)
            else:
                yield figure
    if program.returncode:
        yield Figure(what=name, ours="", measured=f"ended with {program.returncode}", met=False)


def main() -> int:
    """Print the table; exit code 1 when a goal was missed."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--markdown", action="store_true", help="for a README")
    parser.add_argument("--quick", action="store_true", help="one round of each")
    parser.add_argument("--only", nargs="+", choices=NAMES, default=NAMES, metavar="NAME", help=", ".join(NAMES))
    options = parser.parse_args()
    figures: list[Figure] = []
    for name in options.only:
        if find_spec(f"benchmarks.{name}") is None:
            continue
        print(f"{name} …", file=sys.stderr, flush=True)
        figures += measured(name, *(("--rounds", "1") if options.quick else ()))
    print(table(figures, markdown=options.markdown))
    return int(any(figure.met is False for figure in figures))


if __name__ == "__main__":
    sys.exit(main())
