"""Linking a phone: the code, its countdown, the other way, and every end."""

from __future__ import annotations

from datetime import timedelta

import pytest
from PySide6.QtWidgets import QLineEdit

from kata_desktop.domain.errors import Refused
from kata_desktop.domain.plugin import PairingStep
from kata_desktop.ui.dialogs.pairing.dialog import PairingDialog
from kata_desktop.ui.dialogs.pairing.qr_view import qr_matrix
from kata_desktop.ui.dialogs.plugin_setup.dialog import PluginSetup
from kata_desktop.ui.dialogs.question import Question
from kata_desktop.ui.widgets.buttons import Button
from kata_desktop.ui.widgets.labels import Label
from tests.support.eventually import eventually
from tests.support.history_rows import NOW
from tests.support.named import named
from tests.ui.plugins.conftest import Scene, gone
from tests.ui.plugins.test_rows import unnamed

CODE = "2@kQ0Zr7b1y8d,Yc3vJw0q1S5,Lm8xT2pV9a4"


async def opened(scene: Scene) -> PairingDialog:
    dialog = await scene.start("whatsapp", "pair", PairingDialog)
    await eventually("the start", lambda: scene.plugins.numbers == [""])
    return dialog


def waiting(seconds: float = 24, **more: object) -> PairingStep:
    facts: dict[str, object] = {"code": CODE, "until": NOW + timedelta(seconds=seconds)}
    return PairingStep(state="waiting", **(facts | more))  # type: ignore[arg-type]


async def test_the_code_is_drawn_and_counts_down(scene: Scene) -> None:
    dialog = await opened(scene)
    assert dialog.line.text == "Getting a code…"
    scene.plugins.pair_to(waiting())
    await eventually("the code", lambda: dialog.qr.text == CODE and dialog.qr.is_shown)
    assert dialog.line.text == "Waiting for the scan · new code in 24 s"
    scene.clock.advance(4)
    dialog._count()
    assert dialog.line.text == "Waiting for the scan · new code in 20 s"
    assert unnamed(dialog) == []


async def test_the_picture_has_every_module_of_the_code(scene: Scene) -> None:
    dialog = await opened(scene)
    scene.plugins.pair_to(waiting())
    await eventually("the code", lambda: dialog.qr.is_shown)
    rows = qr_matrix(CODE)
    image = dialog.qr.grab().toImage()
    count = len(rows)
    edge = image.width() // (count + 8)
    start = int((image.width() - edge * count) / 2)
    for y, line in enumerate(rows):
        for x, dark in enumerate(line):
            color = image.pixelColor(start + x * edge + edge // 2, start + y * edge + edge // 2)
            assert (color.lightness() < 60) == bool(dark), (x, y)


async def test_a_new_code_takes_the_place_of_the_old(scene: Scene) -> None:
    dialog = await opened(scene)
    scene.plugins.pair_to(waiting())
    await eventually("the code", lambda: dialog.qr.text == CODE)
    scene.plugins.pair_to(waiting(60, code="another"))
    await eventually("the next", lambda: dialog.qr.text == "another")
    assert dialog.line.text.endswith("new code in 60 s")


async def test_scanned_then_linked(scene: Scene) -> None:
    dialog = await opened(scene)
    scene.plugins.pair_to(PairingStep(state="scanned"))
    await eventually("the scan", lambda: dialog.line.text.startswith("Scanned"))
    assert not dialog.qr.is_shown
    scene.plugins.pair_to(PairingStep(state="linked", sentence="Linked as +49 170 1."))
    await eventually("the link", lambda: dialog.line.text == "Linked as +49 170 1.")
    assert not dialog.qr.isVisible()
    assert dialog.after.isVisible()
    assert dialog.focusWidget() is named(dialog, Button, "Done")
    named(dialog, Button, "Done").click()
    await eventually("the end", lambda: gone(dialog))
    assert not [call for call in scene.plugins.calls if call[0] == "cancel_pairing"], "a linked phone stays linked"


@pytest.mark.parametrize("state,words", [("expired", "The code ran out"), ("failed", "The phone refused.")])
async def test_an_end_without_a_link_offers_a_new_code(scene: Scene, state: str, words: str) -> None:
    dialog = await opened(scene)
    scene.plugins.pair_to(waiting())
    await eventually("the code", lambda: dialog.qr.is_shown)
    scene.plugins.pair_to(PairingStep(state=state, sentence="The phone refused." if state == "failed" else ""))
    await eventually("the end", dialog.again.isVisible)
    assert dialog.line.text.startswith(words)
    assert not dialog.qr.is_shown
    dialog.again.click()
    await eventually("a new start", lambda: scene.plugins.numbers == ["", ""])


async def test_a_start_that_is_refused_says_why(scene: Scene) -> None:
    scene.plugins.answers["start_pairing"] = Refused("WhatsApp needs its helper program; install it.")
    dialog = await scene.start("whatsapp", "pair", PairingDialog)
    await eventually("the reason", lambda: dialog.line.text == "WhatsApp needs its helper program; install it.")
    assert dialog.again.isVisible()


async def test_a_phone_number_instead(scene: Scene) -> None:
    dialog = await opened(scene)
    named(dialog, Button, "Use a phone number instead").click()
    line = named(dialog, QLineEdit, "Number of the phone")
    line.setText("my phone")
    named(dialog, Button, "Get code").click()
    assert "country code" in line.accessibleDescription()
    assert scene.plugins.numbers == [""]
    line.setText("+49 (170) 123 45 67")
    named(dialog, Button, "Get code").click()
    await eventually("the number", lambda: scene.plugins.numbers == ["", "491701234567"])
    scene.plugins.pair_to(waiting(code="WXYZ-1234", is_phone_code=True))
    shown = await eventually("the code", lambda: [x for x in dialog.findChildren(Label) if x.text() == "WXYZ-1234"])
    assert shown[0].isVisible()
    assert dialog.line.text == "Waiting for the phone · new code in 24 s"


async def test_a_linked_phone_leads_to_who_may_write(scene: Scene) -> None:
    dialog = await opened(scene)
    scene.plugins.pair_to(PairingStep(state="linked"))
    await eventually("the way on", dialog.after.isVisible)
    assert unnamed(dialog) == []
    dialog.after.button.click()
    assert (await scene.dialog(PluginSetup)).windowTitle() == "Configure WhatsApp"
    assert gone(dialog)


async def test_help_is_beside_the_code(scene: Scene) -> None:
    dialog = await opened(scene)
    named(dialog, Button, "Help").click()
    question = await eventually("the help", lambda: dialog.findChild(Question))
    assert "newest WhatsApp" in question.accessibleDescription()
    named(question, Button, "Close").click()
    await eventually("the end", lambda: gone(question))
    assert dialog.isVisible()


async def test_closing_ends_the_linking(scene: Scene) -> None:
    dialog = await opened(scene)
    scene.plugins.pair_to(waiting())
    await eventually("the code", lambda: dialog.qr.is_shown)
    dialog.close()
    await eventually("the end", lambda: ("cancel_pairing", "ws_acme", "whatsapp") in scene.plugins.calls)


async def test_how_an_earlier_linking_ended_is_not_taken_for_this_one(scene: Scene) -> None:
    scene.plugins.pair_to(PairingStep(state="linked"))
    scene.plugins.gate.clear()
    dialog = await scene.start("whatsapp", "pair", PairingDialog)
    scene.plugins.put("whatsapp", sentence="Something else changed.")
    await eventually("the telling", lambda: not scene.bridge.busy)
    assert dialog.line.text == "Getting a code…"
    scene.plugins.pair_to(PairingStep(state="starting"))
    scene.plugins.gate.set()
    scene.plugins.pair_to(waiting())
    await eventually("the code", lambda: dialog.qr.is_shown)
