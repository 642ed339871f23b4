"""The one table of methods: the socket's server and commands without a running app call the same functions."""

from __future__ import annotations

from collections.abc import Mapping

from kata_desktop.control import (
    app_methods,
    credential_methods,
    event_methods,
    message_methods,
    model_methods,
    run_methods,
    session_methods,
    task_methods,
    transfer_methods,
    workspace_methods,
)
from kata_desktop.control.call import Method

METHODS: Mapping[str, Method] = {
    **app_methods.METHODS,
    **task_methods.METHODS,
    **run_methods.METHODS,
    **event_methods.METHODS,
    **workspace_methods.METHODS,
    **model_methods.METHODS,
    **credential_methods.METHODS,
    **message_methods.METHODS,
    **session_methods.METHODS,
    **transfer_methods.METHODS,
}
