"""What a started program learns about its surroundings: enough to work, nothing that it was not given."""

from __future__ import annotations

from collections.abc import Mapping

_KEPT = frozenset(
    {
        "HOME", "LANG", "LANGUAGE", "LOGNAME", "PATH", "SHELL", "TEMP", "TMP", "TMPDIR", "TZ", "USER",
        "HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY", "http_proxy", "https_proxy", "no_proxy",
        "SSL_CERT_DIR", "SSL_CERT_FILE", "XDG_CACHE_HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_RUNTIME_DIR",
    }
)  # fmt: skip


def scrubbed(environ: Mapping[str, str], added: tuple[tuple[str, str], ...] = ()) -> dict[str, str]:
    """Return the few harmless variables of `environ`, and on top of them those that were `added`.

    Tokens that happen to be in the environment of whoever started Kata go to no other program.
    """
    kept = {name: value for name, value in environ.items() if name in _KEPT or name.startswith("LC_")}
    return {"PATH": "/usr/local/bin:/usr/bin:/bin", **kept, **dict(added)}
