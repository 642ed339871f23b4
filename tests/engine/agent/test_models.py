"""Setting up, choosing and testing models."""

from __future__ import annotations

import asyncio
import socket
import subprocess
import sys
from dataclasses import replace

import pytest

from kata_desktop.agent.errors import NoSuchModel
from kata_desktop.agent.models import Models
from kata_desktop.credentials.errors import KeyringLocked
from kata_desktop.domain.errors import InvalidInput, Refused
from kata_desktop.domain.events import ModelsChanged
from kata_desktop.domain.model import ModelConfig, Provider
from kata_desktop.store import workspaces
from tests.engine.agent.conftest import PROVIDERS, Desk, context
from tests.support.model_server.model_server import ModelServer

GPT = ModelConfig(name="GPT", provider=Provider.OPENAI, model_id="gpt-4o-mini")
LOCAL = ModelConfig(
    name="Local", provider=Provider.OPENAI_COMPATIBLE, model_id="qwen3", base_url="http://127.0.0.1:11434/v1"
)


async def test_the_reminder_is_always_there_and_the_first_model_becomes_the_default(desk: Desk) -> None:
    told: list[ModelsChanged] = []
    desk.bus.subscribe(ModelsChanged, told.append)
    assert [(model.name, model.is_default) for model in await desk.models.all()] == [("Reminder", True)]
    await desk.models.add(GPT, key="k")
    await desk.models.add(LOCAL)
    listed = [(model.name, model.is_default) for model in await desk.models.all()]
    assert listed == [("GPT", True), ("Local", False), ("Reminder", False)]
    await desk.models.set_default("reminder")
    assert [model.name for model in await desk.models.all() if model.is_default] == ["Reminder"]
    assert len(told) == 3


async def test_a_task_names_its_model_else_its_workspace_does_else_the_default(desk: Desk) -> None:
    spec = context("hello").spec
    assert (await desk.models.resolve(spec)).name == "Reminder"
    await desk.models.add(GPT, key="k")
    await desk.models.add(LOCAL)
    assert (await desk.models.resolve(spec)).name == "GPT"
    await desk.models.set_default("Local", "ws_1")
    assert (await desk.models.resolve(spec)).name == "Local"
    assert (await desk.models.resolve(replace(spec, model="gpt"))).name == "GPT"
    assert (await desk.models.resolve(replace(spec, model="Reminder"))).name == "Reminder"
    with pytest.raises(NoSuchModel):
        await desk.models.resolve(replace(spec, model="Gone"))
    stored = await desk.database.read(lambda db: workspaces.get(db, "ws_1"))
    assert stored.model == "Local"


async def test_removing_a_model_takes_its_key_along(desk: Desk) -> None:
    await desk.models.add(GPT, key="secret")
    assert await desk.models.key(GPT) == "secret"
    await desk.models.remove("gpt")
    assert await desk.vault.get("model:GPT", "api_key") is None
    with pytest.raises(NoSuchModel):
        await desk.models.find("GPT")
    with pytest.raises(Refused, match="built in"):
        await desk.models.remove("Reminder")


async def test_an_endpoint_without_a_key_asks_no_keyring(desk: Desk) -> None:
    await desk.models.add(LOCAL)
    await desk.models.add(GPT, key="k")
    desk.vault.use_memory_only(on=False)
    desk.keyring.asked.clear()
    assert await desk.models.key(LOCAL) == ""
    assert desk.keyring.asked == []
    with pytest.raises(KeyringLocked):
        await desk.models.key(GPT)
    assert desk.keyring.asked == ["model:GPT api_key"]


@pytest.mark.parametrize(
    "field,model",
    [
        ("name", replace(GPT, name=" ")),
        ("name", replace(GPT, name="reminder")),
        ("name", replace(GPT, name="a\u202eb")),
        ("name", replace(GPT, name="x" * 61)),
        ("model_id", replace(GPT, model_id="")),
        ("base_url", replace(LOCAL, base_url="")),
        ("base_url", replace(LOCAL, base_url="file:///etc/passwd")),
        ("base_url", replace(LOCAL, base_url="http://")),
        ("base_url", replace(LOCAL, base_url="http://me:secret@host/v1")),
        ("base_url", replace(LOCAL, base_url="http://host/v1?key=secret")),
        ("base_url", replace(LOCAL, base_url="http://[::1")),
        ("base_url", replace(LOCAL, base_url="http://host:99999")),
        ("thinking", replace(GPT, thinking="deeply")),
    ],
)
async def test_what_cannot_work_is_refused_at_its_field(desk: Desk, field: str, model: ModelConfig) -> None:
    with pytest.raises(InvalidInput) as refused:
        await desk.models.add(model, key="k")
    assert [error.field for error in refused.value.errors] == [field]
    assert "secret" not in str(refused.value)
    assert len(await desk.models.all()) == 1


async def test_a_name_is_taken_once_in_any_letter_case(desk: Desk) -> None:
    await desk.models.add(GPT, key="k")
    with pytest.raises(InvalidInput, match="already a model"):
        await desk.models.add(replace(GPT, name="gpt"), key="k")
    changed = await desk.models.add(replace(GPT, model_id="gpt-4.1"), replace_existing=True)
    assert changed.is_default, "an edit leaves the default where it was"


@pytest.mark.parametrize("provider", PROVIDERS)
async def test_a_test_says_how_fast_it_answered_and_what_there_is(
    desk: Desk, server: ModelServer, provider: Provider
) -> None:
    model = await desk.add_model(server.url, provider)
    check = await desk.models.test(model.name)
    assert check.ok, check.sentence
    assert check.sentence.startswith("Answered in")
    if provider in {Provider.OPENAI, Provider.OPENAI_COMPATIBLE}:
        assert check.models, "the endpoint tells its models"


async def test_a_test_that_fails_says_what_to_do(desk: Desk, server: ModelServer) -> None:
    model = await desk.add_model(server.url)
    server.fail_next(401)
    wrong = await desk.models.check(model, "wrong")
    assert "refused the key" in wrong.sentence
    server.fail_next(500)
    busy = await desk.models.check(model, "k")
    assert busy.sentence.endswith("test it again later.")
    assert not wrong.ok
    assert not busy.ok
    assert not (await desk.models.check(replace(model, base_url=""), "")).ok
    nobody = await desk.models.check(replace(model, base_url="http://127.0.0.1:9/v1"), "k")
    assert "start the program" in nobody.sentence
    assert (await desk.models.test("Reminder")).ok


async def test_local_programs_are_found(desk: Desk, server: ModelServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kata_desktop.agent.local.ANSWER_LIMIT", 30.0)  # this computer is a busy one
    ports = {"Ollama": server.port, "Nobody": 9}
    models = Models(database=desk.database, bus=desk.bus, clock=desk.clock, vault=desk.vault, local_ports=ports)
    found = await models.detect_local()
    assert found
    assert all(model.name.startswith("Ollama ") for model in found)
    assert found[0].base_url == f"http://127.0.0.1:{server.port}/v1"


async def test_a_local_program_that_says_nothing_is_not_waited_for(desk: Desk) -> None:
    with socket.socket() as mute:
        mute.bind(("127.0.0.1", 0))
        mute.listen(1)  # it accepts and says nothing
        ports = {"LM Studio": mute.getsockname()[1]}
        models = Models(database=desk.database, bus=desk.bus, clock=desk.clock, vault=desk.vault, local_ports=ports)
        async with asyncio.timeout(20):
            assert await models.detect_local() == []


def test_the_model_libraries_stay_out_until_a_prompt_runs() -> None:
    program = (
        "import sys, kata_desktop.agent.prompts, kata_desktop.agent.sessions\n"
        "heavy = ('pydantic', 'pydantic_ai', 'openai', 'anthropic', 'google.genai', 'httpx2', 'keyring')\n"
        "print([name for name in heavy if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_the_first_use_leaves_the_loop_free() -> None:
    program = """
import asyncio, gc
from kata_desktop.agent import loading
async def main():
    gaps = []
    async def beat():
        loop = asyncio.get_running_loop()
        last = loop.time()
        while True:
            await asyncio.sleep(0.004)
            gaps.append(loop.time() - last)
            last = loop.time()
    began = asyncio.get_running_loop().time()
    beating = asyncio.ensure_future(beat())
    await loading.runner()
    beating.cancel()
    print(len(gaps), max(gaps), asyncio.get_running_loop().time() - began, gc.isenabled(), gc.get_freeze_count())
asyncio.run(main())
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    beats, longest, whole, collecting, frozen = done.stdout.split()
    assert int(beats) > 20, "on the loop there would be none before it is done"
    assert float(longest) < float(whole) * 0.8, "on the loop it would be as long as the whole import"
    assert collecting == "True"
    assert int(frozen) > 50_000, "the next collection does not walk what was imported"
