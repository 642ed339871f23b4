"""The form that is made from what a plugin declares: every sort of field, refusals in place, credentials unseen."""

from __future__ import annotations

from PySide6.QtCore import QObject, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QLineEdit, QPlainTextEdit, QWidget

from kata_desktop.credentials.errors import KeyringLocked
from kata_desktop.domain.plugin import PluginState, SettingType
from kata_desktop.ui.dialogs.plugin_setup.dialog import PluginSetup
from kata_desktop.ui.dialogs.plugin_setup.setting_field import FolderField
from kata_desktop.ui.dialogs.question import Question
from kata_desktop.ui.dialogs.senders.dialog import SendersDialog
from kata_desktop.ui.widgets.buttons import Button
from kata_desktop.ui.widgets.fields import Choice
from kata_desktop.ui.widgets.switch import Switch
from tests.support.eventually import eventually
from tests.support.fake_plugins import EVERY_TYPE
from tests.support.named import named
from tests.ui.plugins.conftest import Scene, gone
from tests.ui.plugins.test_rows import unnamed

SECRET = "xoxb-canary-0123456789"


def shown_texts(widget: QWidget) -> list[str]:
    """Everything that any widget below could show or tell."""
    found = []
    for each in widget.findChildren(QObject):
        for name in ("text", "plainText", "accessibleName", "accessibleDescription", "toolTip", "placeholderText"):
            found.append(str(each.property(name) or ""))
    return found


async def test_every_sort_of_setting_has_its_field_and_a_name(scene: Scene) -> None:
    dialog = await scene.start("slack", "configure", PluginSetup)
    kinds = {spec.type: type(dialog.settings[spec.key].field) for spec in EVERY_TYPE}
    assert set(kinds) == set(SettingType)
    assert issubclass(kinds[SettingType.SWITCH], Switch)
    assert issubclass(kinds[SettingType.CHOICE], Choice)
    assert issubclass(kinds[SettingType.LIST], QPlainTextEdit)
    assert issubclass(kinds[SettingType.FOLDER], FolderField)
    assert issubclass(kinds[SettingType.NUMBER], QLineEdit)
    assert unnamed(dialog) == []


async def test_only_what_was_changed_is_sent(scene: Scene) -> None:
    dialog = await scene.start("slack", "configure", PluginSetup)
    named(dialog, QLineEdit, "Place").setText("#releases")
    named(dialog, Switch, "Strangers may ask to be let in").click()
    named(dialog, QPlainTextEdit, "May write directly").setPlainText("U1\nU2")
    named(dialog, Choice, "Write").set_current("json")
    named(dialog, Button, "Save").click()
    await eventually("the end", lambda: gone(dialog))
    changes = [call[3] for call in scene.plugins.calls if call[0] == "change"]
    assert changes == [{"place": "#releases", "pairing": "on", "allow": "U1\nU2", "write": "json"}]
    again = await scene.start("slack", "configure", PluginSetup)
    assert again.settings["place"].text == "#releases"
    assert again.settings["allow"].text == "U1\nU2"
    assert not any(field.changed for field in again.settings.values())


async def test_refusals_stand_at_their_fields_and_nothing_is_kept(scene: Scene) -> None:
    dialog = await scene.start("slack", "configure", PluginSetup)
    dialog.credentials["bot_token"].type_anew()
    dialog.credentials["bot_token"].line.setText(SECRET)
    named(dialog, QLineEdit, "At most").setText("100")
    named(dialog, QLineEdit, "Look every").setText("soon")
    named(dialog, Button, "Save").click()
    await eventually("the refusal", lambda: dialog.error_of("most"))
    assert "Use 1 to 90" in dialog.error_of("most")
    assert "30m" in dialog.error_of("every")
    assert dialog.error_of("place") == ""
    assert dialog.isVisible()
    assert scene.plugins.kept("slack", "bot_token") == ""
    assert [each.text() for each in dialog.findChildren(Button) if each.isVisible() and each.text() == "At most"]
    assert dialog.focusWidget() is named(dialog, QLineEdit, "At most")


async def test_a_credential_with_the_wrong_beginning_never_leaves_the_form(scene: Scene) -> None:
    dialog = await scene.start("slack", "replace", PluginSetup)
    line = named(dialog, QLineEdit, "Bot token")
    assert line.echoMode() is QLineEdit.EchoMode.Password
    line.setText("xapp-1-wrong")
    named(dialog, Button, "Save").click()
    await eventually("the refusal", lambda: dialog.error_of("bot_token"))
    assert "must begin with xoxb-" in dialog.error_of("bot_token")
    assert not [call for call in scene.plugins.calls if call[0] == "set_credential"]
    assert dialog.isVisible()


async def test_a_kept_credential_can_be_replaced_and_removed_but_never_read(scene: Scene) -> None:
    dialog = await scene.start("slack", "replace", PluginSetup)
    named(dialog, QLineEdit, "Bot token").setText(SECRET)
    named(dialog, Button, "Save").click()
    await eventually("the end", lambda: gone(dialog))
    assert scene.plugins.kept("slack", "bot_token") == SECRET
    again = await scene.start("slack", "configure", PluginSetup)
    for holder in (again, scene.page):
        assert not [text for text in shown_texts(holder) if "canary" in text]
    assert all(not field.line.isVisible() and not field.line.text() for field in again.credentials.values())
    assert "canary" not in QApplication.clipboard().text()
    named(again, Button, "Remove Bot token").click()
    question = await eventually("the question", lambda: again.findChild(Question))
    assert question.windowTitle() == "Remove Bot token?"
    named(question, Button, "Cancel").click()
    await eventually("the answer", lambda: gone(question))
    assert scene.plugins.kept("slack", "bot_token") == SECRET
    named(again, Button, "Remove Bot token").click()
    named(await scene.dialog(Question), Button, "Remove").click()
    await eventually("the empty line", again.credentials["bot_token"].line.isVisible)
    assert scene.plugins.kept("slack", "bot_token") == ""
    assert not again.credentials["bot_token"].line.text()


async def test_a_credential_from_the_environment_is_only_told(scene: Scene) -> None:
    row = await scene.plugins.row("ws_acme", "calendar")
    (status,) = row.credentials
    scene.plugins.put("calendar", credentials=(type(status)(spec=status.spec, present=True, source="environment"),))
    await scene.settled()
    dialog = await scene.start("calendar", "configure", PluginSetup)
    said = [each.text() for each in dialog.findChildren(QLabel) if each.isVisible()]
    assert "From the environment; change it there" in said
    assert not [each for each in dialog.findChildren(Button) if each.isVisible() and "Re" in each.text()]


async def test_a_locked_keyring_offers_its_ways_out(scene: Scene) -> None:
    class LockedPlugins(type(scene.plugins)):  # type: ignore[misc]
        async def set_credential(self, workspace_id: str, plugin_id: str, name: str, value: str) -> None:
            await scene.kata.vault.set(f"{workspace_id}/{plugin_id}", name, value)

    scene.plugins.__class__ = LockedPlugins
    scene.keyring.open = False
    await scene.kata.vault.source()
    dialog = await scene.start("matrix", "configure", PluginSetup)
    named(dialog, QLineEdit, "Password").setText("canary")
    named(dialog, Button, "Save").click()
    question = await eventually("the question", lambda: dialog.findChild(Question))
    assert not scene.keyring.asked
    named(question, Button, "Cancel").click()
    await eventually("the reason", lambda: KeyringLocked().sentence in dialog.error_of("password"))
    assert dialog.isVisible()
    named(dialog, Button, "Save").click()
    question = await eventually("the question", lambda: dialog.findChild(Question))
    scene.keyring.answered = True
    named(question, Button, "Unlock…").click()
    await eventually("the end", lambda: gone(dialog))
    assert scene.keyring.kept == {("ws_acme/matrix", "password"): "canary"}


async def test_the_form_leads_to_people(scene: Scene) -> None:
    scene.plugins.put("slack", state=PluginState.READY)
    dialog = await scene.start("slack", "configure", PluginSetup)
    named(dialog, Button, "People who wrote…").click()
    assert (await scene.dialog(SendersDialog)).windowTitle() == "People in Slack"
    assert gone(dialog)


async def test_what_was_typed_is_not_lost_by_closing(scene: Scene) -> None:
    dialog = await scene.start("slack", "configure", PluginSetup)
    dialog.close()
    assert gone(dialog), "nothing was typed, so nothing is asked"
    dialog = await scene.start("slack", "configure", PluginSetup)
    named(dialog, QLineEdit, "Place").setText("#releases")
    QTest.keyClick(dialog, Qt.Key.Key_Escape)
    box = await eventually("the question", lambda: dialog.findChild(Question))
    assert box.windowTitle() == "Discard what you changed?"
    named(box, Button, "Keep editing").click()
    await eventually("the answer", lambda: dialog.findChild(Question) is None)
    assert dialog.isVisible()
    named(dialog, Button, "People who wrote…").click()
    await scene.dialog(SendersDialog)
    assert dialog.isVisible(), "the form stays behind what it leads to"
    named(dialog, Button, "Cancel").click()
    named(await eventually("the question", lambda: dialog.findChild(Question)), Button, "Discard").click()
    await eventually("the end", lambda: gone(dialog))
    assert not [call for call in scene.plugins.calls if call[0] == "change"]


async def test_the_keyboard_begins_where_something_is_missing(scene: Scene) -> None:
    dialog = await scene.start("matrix", "configure", PluginSetup)
    assert dialog.focusWidget() is named(dialog, QLineEdit, "Password")
    dialog.close()
    await eventually("its end", lambda: gone(dialog))
    dialog = await scene.start("slack", "configure", PluginSetup)
    assert dialog.focusWidget() is named(dialog, QLineEdit, "Place")


async def test_a_short_form_needs_no_scrolling(scene: Scene) -> None:
    dialog = await scene.start("matrix", "configure", PluginSetup)
    await eventually("a place", lambda: dialog._area.viewport().height() > 50)
    assert dialog._area.verticalScrollBar().maximum() == 0
