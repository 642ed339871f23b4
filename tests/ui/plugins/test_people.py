"""People who wrote: noticed on the page, decided about with one click."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from kata_desktop.domain.channel import SenderState
from kata_desktop.ui.dialogs.plugin_setup.dialog import PluginSetup
from kata_desktop.ui.dialogs.senders.dialog import SendersDialog
from kata_desktop.ui.widgets.buttons import Button
from kata_desktop.ui.widgets.labels import Label
from tests.support.eventually import eventually
from tests.support.fake_plugins import asks
from tests.support.history_rows import NOW
from tests.ui.plugins.conftest import Scene
from tests.ui.plugins.test_rows import unnamed

ANN = asks("U07ANN", "Ann <b>Fischer</b>", "K7Q29FMX")
BEN = asks("U05BEN", "Ben", "", state=SenderState.ALLOWED)


async def opened(scene: Scene) -> SendersDialog:
    scene.channels.wrote(ANN)
    await eventually("the banner", scene.page.people.isVisible)
    scene.page.people.button.click()
    dialog = await scene.dialog(SendersDialog)
    await eventually("the row", lambda: dialog.rows)
    return dialog


def states(dialog: SendersDialog) -> dict[str, SenderState]:
    return {row.person.id: row.person.state for row in dialog.rows}


def at_keyboard(dialog: SendersDialog) -> list[str]:
    """The name of the button that has the keyboard."""
    return [each.accessibleName() for each in dialog.findChildren(Button) if each is dialog.focusWidget()]


async def press(dialog: SendersDialog, name: str) -> None:
    """Press the button of this name; Qt shows new rows some steps after they are there."""

    def shown() -> Button | None:
        found = [each for each in dialog.findChildren(Button) if each.isVisible() and each.accessibleName() == name]
        return found[0] if len(found) == 1 else None

    (await eventually(f"the button {name}", shown)).click()


async def test_who_waits_is_told_on_the_page(scene: Scene) -> None:
    assert not scene.page.people.isVisible()
    dialog = await opened(scene)
    assert scene.page.people.accessibleName().startswith("Ann <b>Fischer</b> wants to write to Kata in Slack")
    assert "K7Q29FMX" in [each.text() for each in dialog.findChildren(Label)]
    assert unnamed(dialog) == []
    scene.channels.wrote(asks("U9", "Bob", "AAAABBBB"))
    await eventually("both", lambda: scene.page.people.accessibleName().startswith("2 people want"))
    await eventually("his row", lambda: len(dialog.rows) == 2)


async def test_the_page_forgets_somebody_whose_code_ran_out(scene: Scene) -> None:
    scene.channels.wrote(replace(ANN, expires_at=NOW + timedelta(milliseconds=50)))
    await eventually("the banner", scene.page.people.isVisible)
    scene.channels.people = []  # as the engine leaves out what has run out, without a word
    await eventually("the end of the banner", lambda: not scene.page.people.isVisible())


async def test_one_click_allows_direct_messages(scene: Scene) -> None:
    dialog = await opened(scene)
    await press(dialog, "Allow: Ann <b>Fischer</b>")
    await eventually("the decision", lambda: states(dialog) == {"U07ANN": SenderState.ALLOWED})
    (ann,) = scene.channels.people
    assert (ann.direct, ann.group) == (True, False)
    await eventually("the end of the banner", lambda: not scene.page.people.isVisible())


async def test_one_click_allows_groups_too(scene: Scene) -> None:
    dialog = await opened(scene)
    await press(dialog, "Allow, also in groups: Ann <b>Fischer</b>")
    await eventually("the decision", lambda: states(dialog) == {"U07ANN": SenderState.ALLOWED})
    assert (scene.channels.people[0].direct, scene.channels.people[0].group) == (True, True)


async def test_one_click_blocks_and_another_takes_it_back(scene: Scene) -> None:
    dialog = await opened(scene)
    await press(dialog, "Block: Ann <b>Fischer</b>")
    await eventually("the decision", lambda: states(dialog) == {"U07ANN": SenderState.BLOCKED})
    await press(dialog, "Unblock: Ann <b>Fischer</b>")
    await eventually("nobody", lambda: not dialog.rows and not scene.channels.people)


async def test_an_allowed_person_can_be_removed(scene: Scene) -> None:
    scene.channels.people = [BEN, replace(BEN, id="U2", name="Cy", group=True)]
    dialog = await scene.start("slack", "people", SendersDialog)
    await eventually("the rows", lambda: len(dialog.rows) == 2)
    await press(dialog, "Remove: Ben")
    await eventually("the end", lambda: set(states(dialog)) == {"U2"})
    assert [each.id for each in scene.channels.people] == ["U2"]
    await eventually("the keyboard to go on", lambda: at_keyboard(dialog) == ["Remove: Cy"])


async def test_a_removal_is_taken_back(scene: Scene) -> None:
    both = replace(BEN, id="U2", name="Cy", group=True)
    blocked = replace(BEN, id="U3", name="Di", state=SenderState.BLOCKED)
    scene.channels.people = [both, blocked]
    dialog = await scene.start("slack", "people", SendersDialog)
    await eventually("the rows", lambda: len(dialog.rows) == 2)
    for name in ("Remove: Cy", "Unblock: Di"):
        before = list(scene.channels.people)
        await press(dialog, name)
        await eventually("the end", lambda: len(dialog.rows) == 1)
        await press(dialog, "Undo")
        await eventually("them again", lambda: len(dialog.rows) == 2)
        assert sorted((each.id, each.state, each.group) for each in scene.channels.people) == sorted(
            (each.id, each.state, each.group) for each in before
        )


async def test_a_code_that_ran_out_leaves_the_list(scene: Scene) -> None:
    dialog = await opened(scene)
    scene.channels.people = []  # as the engine leaves out what has run out, without a word
    dialog._look_again.setInterval(10)
    await eventually("nobody", lambda: not dialog.rows)


async def test_nobody_there_says_how_to_let_them_ask(scene: Scene) -> None:
    dialog = await scene.start("slack", "people", SendersDialog)
    words = "Strangers cannot ask now: switch on “Strangers may ask to be let in” in the settings of Slack"
    await eventually("the hint", lambda: [x for x in dialog.findChildren(Label) if x.text().startswith(words)])
    await press(dialog, "Open its settings…")
    assert (await scene.dialog(PluginSetup)).windowTitle() == "Configure Slack"


async def test_a_channel_that_lets_nobody_ask_says_so(scene: Scene) -> None:
    dialog = await scene.start("matrix", "people", SendersDialog)
    words = "Strangers cannot ask in Matrix: name people in its settings."
    await eventually("the hint", lambda: [x for x in dialog.findChildren(Label) if x.text() == words])
