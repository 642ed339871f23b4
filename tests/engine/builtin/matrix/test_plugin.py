"""The plugin as a whole, in a workspace of its own."""

from __future__ import annotations

import re
from pathlib import Path

from kata_desktop.builtin.matrix import plugin
from kata_desktop.builtin.matrix.plugin import MatrixPlugin
from kata_desktop.plugins.harness import harness
from tests.support.matrix_person import MatrixPerson
from tests.support.matrix_server import MatrixServer


async def test_it_brings_a_channel_and_buttons(matrix: MatrixServer, alice: MatrixPerson, kata: MatrixPerson) -> None:
    settings = {"homeserver": matrix.address, "user_id": kata.id, "test_room": alice.id}
    async with harness(MatrixPlugin, settings=settings, credentials={"password": kata.password}) as house:
        assert kata.id in await house.plugin.test_connection()
        assert alice.id in await house.plugin.send_test_message()
        adapter = house.adapter()
        assert (await adapter.connect()).account == kata.id
        await adapter.close()
    devices = (await kata.call("GET", "devices"))["devices"]
    assert [each["display_name"] for each in devices if each["display_name"]] == ["Kata Desktop"]


def test_nothing_of_the_library_is_imported_before_it_is_needed() -> None:
    heavy = re.compile(r"^(?:import|from) (?:nio|aiohttp)", re.MULTILINE)
    folder = Path(plugin.__file__).parent
    assert [file.name for file in folder.glob("*.py") if heavy.search(file.read_text())] == ["client.py"]
