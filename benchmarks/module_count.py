"""Kata Desktop as usual; for every line on the standard input it writes the names of the loaded modules to a file."""

from __future__ import annotations

import sys
import threading
from pathlib import Path


def _tell(file: Path) -> None:
    for _ in sys.stdin:
        unfinished = file.with_suffix(".part")
        unfinished.write_text("\n".join(sorted(sys.modules)), encoding="utf-8")
        unfinished.rename(file)


def main() -> int:
    """Run the program; the first argument is the file."""
    file = Path(sys.argv.pop(1))
    threading.Thread(target=_tell, args=(file,), daemon=True, name="module count").start()
    from kata_desktop.__main__ import main as program

    return program()


if __name__ == "__main__":
    sys.exit(main())
