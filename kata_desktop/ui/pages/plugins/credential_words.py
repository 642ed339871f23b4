"""What is said about credentials, never their values."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication

if TYPE_CHECKING:
    from collections.abc import Sequence

    from kata_desktop.domain.plugin import CredentialStatus

translate = QCoreApplication.translate


def counted(credentials: Sequence[CredentialStatus]) -> str:
    """Return how many there are, such as “2 tokens”, by what their labels call them."""
    count = len(credentials)
    labels = [each.spec.label.casefold() for each in credentials]
    if all("token" in label for label in labels):
        return translate("Credentials", "1 token") if count == 1 else translate("Credentials", "%n tokens", None, count)
    if all("password" in label for label in labels):
        one = translate("Credentials", "1 password")
        return one if count == 1 else translate("Credentials", "%n passwords", None, count)
    one = translate("Credentials", "1 credential")
    return one if count == 1 else translate("Credentials", "%n credentials", None, count)


def rejected(credentials: Sequence[CredentialStatus]) -> str:
    """Return that the other side refused them, by what their labels call them."""
    labels = [each.spec.label.casefold() for each in credentials]
    if all("token" in label for label in labels):
        return translate("Credentials", "Token rejected")
    if all("password" in label for label in labels):
        return translate("Credentials", "Password rejected")
    return translate("Credentials", "Credentials rejected")


def kept_where(source: str) -> str:
    """Return where a credential is kept, as a person says it."""
    match source:
        case "environment":
            return translate("Credentials", "from the environment")
        case "memory":
            return translate("Credentials", "for this session only")
        case _:
            return translate("Credentials", "in keyring")


def credentials_line(credentials: Sequence[CredentialStatus]) -> str:
    """Return what a row says about all of a plugin's credentials; empty when it needs none."""
    if not credentials:
        return ""
    present = [each for each in credentials if each.present]
    missing = [each for each in credentials if not each.present and each.spec.required]
    if missing:
        return translate("Credentials", "{what} missing").format(what=counted(missing))
    if not present:
        return translate("Credentials", "No credentials kept")
    sources = {each.source for each in present}
    where = kept_where(sources.pop()) if len(sources) == 1 else translate("Credentials", "in several places")
    return translate("Credentials", "{what} {where}").format(what=counted(present), where=where)
