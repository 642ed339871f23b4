"""``python -m kata_desktop`` and the ``kata-desktop`` command."""

from __future__ import annotations

import sys

INTERRUPTED = 130
"""What shells expect of a program that Ctrl-C ended."""


def main() -> int:
    """Run the command line of this process; returns its exit code."""
    try:
        from kata_desktop.runtime.garbage import put_off_collecting

        put_off_collecting()
        from kata_desktop.cli.entry import run

        return run(sys.argv[1:])
    except KeyboardInterrupt:  # at any moment, while it is loading as well
        return INTERRUPTED


if __name__ == "__main__":
    sys.exit(main())
