"""The step ``push``: writes a file a day into the workspace's folder; files that are right already are left alone."""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path
from typing import Any

from kata_desktop.builtin.history.surroundings import Surroundings, put, surroundings

_SPECIAL = re.compile(r"([\\`*_\[\]<>#|])")


def main() -> int:
    """Do the step; returns the exit code."""
    here = surroundings()
    try:
        days = json.loads(here.pages.read_text(encoding="utf-8"))
    except FileNotFoundError:
        sys.stderr.write("There is nothing to write yet; run process first.\n")
        return 1
    folder = (here.folder / here.subfolder).resolve()
    if not folder.is_relative_to(here.folder.resolve()):
        sys.stderr.write(f"{here.subfolder} leads out of the workspace's folder; choose a folder beneath it.\n")
        return 1
    folder.mkdir(parents=True, exist_ok=True)
    written = sum(_write(folder, day, pages, here) for day, pages in days.items())
    sys.stdout.write(f"{written} files written in {here.subfolder}\n")
    return 0


def _write(folder: Path, day: str, pages: list[dict[str, Any]], here: Surroundings) -> int:
    wanted = {}
    if here.format in {"markdown", "both"}:
        wanted[folder / f"{day}.md"] = as_markdown(day, pages)
    if here.format in {"json", "both"}:
        wanted[folder / f"{day}.json"] = json.dumps(pages, ensure_ascii=False, indent=2) + "\n"
    return sum(_replaced(file, text) for file, text in wanted.items())


def _replaced(file: Path, text: str) -> bool:
    if file.is_symlink():
        raise SystemExit(f"{file.name} is a link, so nothing is written through it; remove it first.")
    if file.exists() and file.read_text(encoding="utf-8") == text:
        return False
    put(file, text)
    return True


def as_markdown(day: str, pages: list[dict[str, Any]]) -> str:
    """A day as notes."""
    lines = [f"# {day}", ""]
    for page in pages:
        title = _SPECIAL.sub(r"\\\1", " ".join(page["title"].split()) or page["url"])
        address = page["url"].replace("(", "%28").replace(")", "%29").replace(" ", "%20")
        times = f" · {page['times']} times" if page["times"] > 1 else ""
        lines.append(f"- {page['time']} [{title}]({address}){times}")
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    raise SystemExit(main())
