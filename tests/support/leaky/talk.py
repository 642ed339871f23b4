"""A program of the plugin: prints what it was given, then fails, or serves for a while and crashes."""

from __future__ import annotations

import os
import sys
import time


def main() -> int:
    """Tell everything on both outputs."""
    for name, value in os.environ.items():
        if name.startswith("KATA_CREDENTIAL_"):
            sys.stdout.write(f"the credential is {value}\n")
            sys.stderr.write(f"login failed for {value}\n")
    sys.stdout.flush()
    if "serve" in sys.argv:
        time.sleep(300)
    return 3


if __name__ == "__main__":
    raise SystemExit(main())
