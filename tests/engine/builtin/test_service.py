from __future__ import annotations

import shlex
import sys

import pytest

from kata_desktop.builtin.service.plugin import ServicePlugin, server_of, words_of
from kata_desktop.domain.errors import InvalidInput
from kata_desktop.plugins.errors import SetupMissing
from kata_desktop.plugins.harness import harness


async def test_the_program_of_the_settings_is_what_is_supervised() -> None:
    command = f"{shlex.quote(sys.executable)} -m http.server '80 80' $HOME"
    async with harness(ServicePlugin, settings={"command": command, "port": 8080, "pid_file": "x.pid"}) as plugin:
        spec = await server_of(plugin.context)

    assert spec is not None
    assert spec.command.argv == (sys.executable, "-m", "http.server", "80 80", "$HOME")
    assert (spec.port, spec.pid_file, spec.restart_on_crash) == (8080, "x.pid", True)
    assert spec.command.folder == str(plugin.context.folder)


async def test_without_a_program_it_asks_for_one() -> None:
    async with harness(ServicePlugin, settings={"command": "true"}) as plugin:
        pass
    with pytest.raises(SetupMissing, match="Name the program"):
        async with harness(ServicePlugin) as plugin:
            await server_of(plugin.context)


def test_a_stray_quote_is_refused_at_its_field() -> None:
    with pytest.raises(InvalidInput, match="quote is opened and not closed"):
        words_of("serve --name 'x")
