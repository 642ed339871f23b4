"""Methods about models."""

from __future__ import annotations

from kata_desktop.control.call import Call, Method
from kata_desktop.control.shapes import Shape, model_shape
from kata_desktop.domain.errors import FieldError, InvalidInput
from kata_desktop.domain.model import ModelConfig, Provider


async def _list(call: Call) -> list[Shape]:
    with call.params:
        pass
    return [model_shape(model) for model in await call.services.models.all()]


async def _add(call: Call) -> Shape:
    with call.params as given:
        model = ModelConfig(
            name=given.text("name"),
            provider=_provider(given.text("provider")),
            model_id=given.text("model", ""),
            base_url=given.text("base_url", ""),
            thinking=given.text("thinking", ""),
        )
    await call.services.models.add(model)
    return await _shown(call, model.name)


async def _default(call: Call) -> Shape:
    with call.params as given:
        name, workspace = given.text("name"), given.text("workspace", "")
    ident = (await call.services.workspaces.get(workspace)).id if workspace else ""
    await call.services.models.set_default(name, ident)
    return await _shown(call, name)


async def _test(call: Call) -> Shape:
    with call.params as given:
        name = given.text("name")
    check = await call.services.models.test(name)
    return {"ok": check.ok, "sentence": check.sentence, "seconds": check.seconds, "models": list(check.models)}


async def _remove(call: Call) -> Shape:
    with call.params as given:
        name = given.text("name")
    await call.services.models.remove(name)
    return {"name": name}


async def _shown(call: Call, name: str) -> Shape:
    for model in await call.services.models.all():
        if model.name.casefold() == name.strip().casefold():
            return model_shape(model)
    return {"name": name}


def _provider(text: str) -> Provider:
    try:
        return Provider(text)
    except ValueError:
        reason = f"it is one of {', '.join(Provider)}"
        raise InvalidInput(
            FieldError(field="provider", label="Provider", reason=reason, example="openai-compatible")
        ) from None


METHODS = {
    "model.list": Method(run=_list),
    "model.add": Method(run=_add),
    "model.default": Method(run=_default),
    "model.test": Method(run=_test),
    "model.remove": Method(run=_remove),
}
