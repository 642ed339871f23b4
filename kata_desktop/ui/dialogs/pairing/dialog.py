"""Linking a phone: a code to scan, renewed until it is, or a code to type on the phone."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import QDialog, QLineEdit, QWidget

from kata_desktop.domain.errors import KataError
from kata_desktop.domain.plugin import PairingStep
from kata_desktop.ui.dialogs.pairing.after_linking import AfterLinking
from kata_desktop.ui.dialogs.pairing.code_stack import CodeStack
from kata_desktop.ui.dialogs.pairing.help import pairing_help
from kata_desktop.ui.dialogs.pairing.phone_number import digits_of
from kata_desktop.ui.dialogs.pairing.state_line import PairingLine
from kata_desktop.ui.slots import Slots, async_slot
from kata_desktop.ui.theme.tokens import Tone
from kata_desktop.ui.widgets.banner import Banner
from kata_desktop.ui.widgets.buttons import Button, ButtonKind
from kata_desktop.ui.widgets.form_row import FormRow
from kata_desktop.ui.widgets.frames import Panel
from kata_desktop.ui.widgets.labels import Label, TextRole
from kata_desktop.ui.widgets.layout import boxed, column, row
from kata_desktop.ui.widgets.tile import Tile

if TYPE_CHECKING:
    from kata_desktop.domain.plugin import PluginRow
    from kata_desktop.ui.bridge import Bridge
    from kata_desktop.ui.services import Services
    from kata_desktop.ui.theme.theme import Theme

_SECOND_MS = 1000
_STARTING = PairingStep(state="starting")
_OVER = frozenset({"expired", "failed"})


class PairingDialog(QDialog):
    """Follows one linking from its first code to its end; closing it before ends the linking.

    Attributes:
        qr: the code.
        line: how it stands.
        number: the phone's number, for those who cannot scan.
        again: asks for a new code.
        after: what comes next, once the phone is linked.

    Signals:
        settings_wanted: the id of the plugin whose settings come next.
    """

    settings_wanted = Signal(str)

    def __init__(
        self, services: Services, theme: Theme, bridge: Bridge, plugin: PluginRow, workspace: str,
        parent: QWidget | None = None,
    ) -> None:  # fmt: skip
        super().__init__(parent)
        self._services, self._theme, self._plugin = services, theme, plugin
        self.slots = Slots(services.spawner, self._fail)
        self._step = _STARTING
        self._begun = self._started = self._by_number = False
        self.setWindowTitle(self.tr("Pair {name}").format(name=plugin.name))
        self.setWindowModality(Qt.WindowModality.WindowModal)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        title = self.tr("Pair {name} with {workspace}").format(name=plugin.name, workspace=workspace)
        self._title = Label(title, TextRole.H1, wrap=True)
        self._make_parts()
        self._arrange()
        self._second = QTimer(self)
        self._second.setInterval(_SECOND_MS)
        self._second.timeout.connect(self._count)
        bridge.pairing_changed.connect(self._heard)
        bridge.plugins_changed.connect(self._look)
        self.finished.connect(self._end)
        self._how.setFocus()
        self._start("")

    @property
    def step(self) -> PairingStep:
        """Where the linking stands."""
        return self._step

    def _make_parts(self) -> None:
        theme, name = self._theme, self._plugin.name
        self.codes = CodeStack(theme)
        self.qr = self.codes.qr
        self.line = PairingLine(theme)
        self._how = Button(theme, self.tr("Use a phone number instead"), ButtonKind.LINK)
        self.number = QLineEdit()
        self.number.setPlaceholderText("+49 170 1234567")
        self._get = Button(theme, self.tr("Get code"), ButtonKind.PRIMARY)
        field = boxed(row((self.number, 1), self._get))
        self._number_form = FormRow(
            theme, self.tr("Number of the phone"), field, target=self.number,
            hint=self.tr("With country code. The code that appears here is typed on that phone."),
        )  # fmt: skip
        self._number_form.hide()
        self.again = Button(theme, self.tr("New code"), ButtonKind.PRIMARY, icon="refresh-cw")
        self.again.hide()
        risk = self.tr(
            "Use a number you can afford to lose: {name} may block unofficial clients. "
            "The device key stays on this computer, readable by you alone."
        )
        self._risk = Banner(theme, Tone.INFO, "", risk.format(name=name))
        self.after = AfterLinking(theme)
        self.after.hide()
        self.after.acted.connect(self._go_to_settings)
        self._how.clicked.connect(self._switch_way)
        self._get.clicked.connect(self._ask_code)
        self.number.returnPressed.connect(self._ask_code)
        self.again.clicked.connect(self._ask_again)

    def _arrange(self) -> None:
        theme = self._theme
        self._steps = [Label("", wrap=True) for _ in range(3)]
        lines = [
            row(Tile(theme, text=str(number + 1), size=24), (label, 1), spacing=10)
            for number, label in enumerate(self._steps)
        ]
        self._how_to = boxed(column(*lines, spacing=11))
        right = column(self._how_to, 6, self.line, row(self.again, None), self._number_form, row(self._how, None),
                       self.after, None, spacing=11)  # fmt: skip
        middle = row(column(self.codes, None), (right, 1), spacing=22)
        body = boxed(column(self._title, 6, (middle, 1), 6, self._risk, margins=(24, 20, 24, 16), spacing=9))
        self._close = Button(theme, self.tr("Cancel"))
        self._close.clicked.connect(self.reject)
        assist = Button(theme, self.tr("Help"), ButtonKind.LINK)
        assist.clicked.connect(self._help)
        foot = Panel(row(assist, None, self._close, margins=(20, 11, 20, 11), spacing=9), "footer")
        boxed(column((body, 1), foot, spacing=0), self)
        self._tell_steps()
        self.setMinimumWidth(min(theme.px(640), self.screen().availableGeometry().width() - 60))

    def _tell_steps(self) -> None:
        name = self._plugin.name
        last = self.tr("Choose “Link with phone number” there and type the code")
        texts = (
            self.tr("Open {name} on your phone").format(name=name),
            self.tr("Settings → Linked devices → Link a device"),
            last if self._by_number else self.tr("Point the phone at this code"),
        )
        for label, text in zip(self._steps, texts, strict=True):
            label.setText(text)

    def _switch_way(self) -> None:
        self._by_number = not self._by_number
        self._number_form.setVisible(self._by_number)
        self._how.set_text(self.tr("Scan a code instead") if self._by_number else self.tr("Use a phone number instead"))
        self._tell_steps()
        QTimer.singleShot(0, self._make_room)
        if self._by_number:
            self.number.setFocus()
        else:
            self._start("")

    def _ask_code(self) -> None:
        number = digits_of(self.number.text())
        if not number:
            why = self.tr("Number of the phone: Give it with its country code, for example “+49 170 1234567”.")
            self._number_form.set_error(why)
            self._number_form.focus_field()
            QTimer.singleShot(0, self._make_room)
            return
        self._number_form.set_error("")
        self._start(number)

    def _ask_again(self) -> None:
        if self._by_number:
            self._ask_code()
        else:
            self._start("")

    def _go_to_settings(self) -> None:
        self.settings_wanted.emit(self._plugin.id)
        self.accept()

    def _help(self) -> None:
        pairing_help(self._theme, self._plugin.name, self).open()

    @async_slot
    async def _start(self, number: str) -> None:
        self._begun, self._started = True, False
        self._show(_STARTING)
        await self._services.plugins.start_pairing(self._plugin.workspace_id, self._plugin.id, number)
        self._started = True
        self._look()

    def _heard(self, workspace_id: str, plugin_id: str) -> None:
        if (workspace_id, plugin_id) == (self._plugin.workspace_id, self._plugin.id):
            self._look()

    def _look(self, _what: object = None) -> None:
        if not self._started:  # until then it is how the linking before ended
            return
        step = self._services.plugins.pairing(self._plugin.workspace_id, self._plugin.id)
        if step is not None and self._step.state != "linked":
            self._show(step)

    def _fail(self, sentence: str) -> None:
        self._show(PairingStep(state="failed", sentence=sentence))

    def _show(self, step: PairingStep) -> None:
        before, self._step = self._step, step
        self.codes.show_step(step)
        over = step.state in _OVER
        linked = step.state == "linked"
        self.again.setVisible(over)
        self._how.setVisible(not linked and step.state != "scanned")
        self._number_form.setVisible(self._by_number and not linked)
        self._risk.setVisible(not linked)
        self._how_to.setVisible(not linked)
        self.after.setVisible(linked)
        self._close.set_text(self.tr("Done") if linked else self.tr("Cancel"))
        if linked:
            self._begun = False
            self._close.setFocus()
        if over and before.state not in _OVER and not self._by_number:
            self.again.setFocus()
        self._count()
        QTimer.singleShot(0, self._make_room)
        if step.state == "waiting" and step.until is not None:
            self._second.start()
        else:
            self._second.stop()

    def _count(self) -> None:
        until, left = self._step.until, None
        if self._step.state == "waiting" and until is not None:
            left = max(math.ceil((until - self._services.clock.now()).total_seconds()), 0)
        self.line.show_step(self._step, left)

    def _make_room(self) -> None:
        """Wrapped lines and fields that appear do not enlarge a window by themselves."""
        if (layout := self.layout()) is not None:
            self.resize(self.width(), max(self.height(), layout.totalHeightForWidth(self.width())))

    def _end(self) -> None:
        self._second.stop()
        if self._begun:
            self._begun = False
            self.slots.start(self._cancel(), name="end the linking")

    async def _cancel(self) -> None:
        plugins, plugin = self._services.plugins, self._plugin
        try:
            await plugins.cancel_pairing(plugin.workspace_id, plugin.id)
        except KataError:  # it was switched off meanwhile, which ended the linking as well
            return
