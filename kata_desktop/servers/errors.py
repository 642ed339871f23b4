"""What can go wrong with programs that Kata starts."""

from __future__ import annotations

from kata_desktop.domain.errors import Refused, Unavailable


class NoSuchProgram(Refused):
    """The program is not there."""

    def __init__(self, program: str) -> None:
        super().__init__(f"There is no program “{program}”; install it, or give its full path.")


class NoSuchFolder(Refused):
    """The folder to start in is not there."""

    def __init__(self, folder: str) -> None:
        super().__init__(f"The folder {folder} is not there, so nothing can be started in it; create it first.")


class NotHere(Unavailable):
    """This operating system is not served."""

    def __init__(self) -> None:
        super().__init__("Programs of plugins cannot be supervised on Windows yet; switch the plugin off.")
