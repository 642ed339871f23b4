"""A disk whose every sync takes longer: a library of thirty lines that is loaded before the C library."""

from __future__ import annotations

import shutil
import subprocess
import sys
from functools import cache
from pathlib import Path

BUILD = Path(__file__).resolve().parents[1] / "build" / "slow-disk"

SOURCE = """
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdlib.h>
#include <unistd.h>

static void rest(void) {
    const char *microseconds = getenv("SLOW_SYNC_US");
    if (microseconds) usleep((useconds_t)atoi(microseconds));
}

int fsync(int file) {
    int (*real)(int) = (int (*)(int))dlsym(RTLD_NEXT, "fsync");
    rest();
    return real(file);
}

int fdatasync(int file) {
    int (*real)(int) = (int (*)(int))dlsym(RTLD_NEXT, "fdatasync");
    rest();
    return real(file);
}
"""


def slow_sync(milliseconds: int) -> dict[str, str]:
    """The environment for a program on such a disk; empty where it cannot be made."""
    library = _library()
    if library is None:
        return {}
    return {"LD_PRELOAD": str(library), "SLOW_SYNC_US": str(milliseconds * 1000)}


@cache
def _library() -> Path | None:
    compiler = shutil.which("gcc") or shutil.which("cc")
    if compiler is None or not sys.platform.startswith("linux"):
        return None
    BUILD.mkdir(parents=True, exist_ok=True)
    source, library = BUILD / "slow_sync.c", BUILD / "slow_sync.so"
    source.write_text(SOURCE, encoding="ascii")
    subprocess.run([compiler, "-shared", "-fPIC", "-O1", "-o", library, source, "-ldl"], check=True)
    return library
