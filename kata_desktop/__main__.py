"""``python -m kata_desktop`` and the ``kata-desktop`` command."""

from __future__ import annotations

import sys


def main() -> int:
    """Run the command line of this process; returns its exit code."""
    from kata_desktop.runtime.garbage import put_off_collecting

    put_off_collecting()
    from kata_desktop.cli.entry import run

    return run(sys.argv[1:])


if __name__ == "__main__":
    sys.exit(main())
