"""What the command palette offers."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication

from kata_desktop.domain.listing import TaskQuery
from kata_desktop.ui.dialogs.command_palette import Command, CommandPalette
from kata_desktop.ui.pages.tasks.say_line import understood
from kata_desktop.ui.pages.tasks.task_icons import task_icon
from kata_desktop.ui.scheduler_words import pause_texts

if TYPE_CHECKING:
    from kata_desktop.domain.listing import TaskRow
    from kata_desktop.domain.plugin import PluginRow
    from kata_desktop.ui.main_window import MainWindow
    from kata_desktop.ui.services import Services
    from kata_desktop.ui.theme.theme import Theme

translate = QCoreApplication.translate


async def open_palette(window: MainWindow, services: Services, theme: Theme) -> None:
    """Open the palette with every task of every workspace in it."""
    rows = await services.scheduling.tasks(TaskQuery())
    commands = [*_general(window), *(each for row in rows if not row.task.unreadable for each in _of_task(window, row))]
    commands += [each for row in window.plugins.rows for each in _of_plugin(window, row)]
    palette = CommandPalette(theme, commands, partial(_say, window), window)
    palette.chosen.connect(_do)
    palette.open()


def _do(command: Command) -> None:
    command.do()


def _general(window: MainWindow) -> list[Command]:
    pages = (
        ("tasks", translate("Palette", "Go to Tasks"), "list-checks", "Ctrl+1"),
        ("activity", translate("Palette", "Go to Activity"), "history", "Ctrl+2"),
        ("sessions", translate("Palette", "Go to Sessions"), "message-square", "Ctrl+3"),
        ("outbox", translate("Palette", "Go to Outbox"), "send", "Ctrl+4"),
        ("plugins", translate("Palette", "Go to Plugins"), "plug", "Ctrl+5"),
        ("settings", translate("Palette", "Go to Settings"), "settings", "Ctrl+,"),
    )
    new = translate("Palette", "New scheduled prompt…")
    made = [Command(text=new, do=window.open_task, icon="plus", hint="Ctrl+N")]
    made += [
        Command(text=text, do=partial(window.open_page, name), icon=icon, hint=hint) for name, text, icon, hint in pages
    ]
    made += [
        Command(
            text=translate("Palette", "Pause everything: {how}").format(how=text),
            do=partial(window.pause, kind),
            icon="pause",
        )
        for kind, text in pause_texts().items()
    ]
    made.append(Command(text=translate("Palette", "Resume everything"), do=window.resume, icon="play"))
    steps = translate("Palette", "Set up Kata step by step…")
    made.append(Command(text=steps, do=window.open_first_steps, icon="wand-sparkles"))
    quit_ = translate("Palette", "Quit Kata Desktop")
    made.append(Command(text=quit_, do=window.quit_wanted.emit, icon="log-out", hint="Ctrl+Q"))
    return made


def _of_task(window: MainWindow, row: TaskRow) -> list[Command]:
    spec, icon = row.task.spec, task_icon(row.task.spec)
    run = translate("Palette", "Run now: {name}").format(name=spec.name)
    edit = translate("Palette", "Edit: {name}").format(name=spec.name)
    tags = " ".join(spec.tags)
    return [
        Command(text=edit, do=partial(window.open_task, row.task), icon=icon, hint=row.sentence, words=tags),
        Command(text=run, do=partial(window.run_task, row.task.id), icon="play", words=tags),
    ]


def _of_plugin(window: MainWindow, row: PluginRow) -> list[Command]:
    """What is done with a plugin without looking for its row."""
    name, words = row.name, translate("Palette", "plugin {id}").format(id=row.id)

    def start(verb: str) -> None:
        window.open_page("plugins")
        window.plugins_page().actions_.start(row.id, verb)

    switch = translate("Palette", "Switch off: {name}") if row.on else translate("Palette", "Switch on: {name}")
    made = [
        Command(text=switch.format(name=name), do=partial(window.plugins.switch, row.id, on=not row.on), icon="power",
                words=words),
        Command(text=translate("Palette", "Log of {name}").format(name=name), do=partial(start, "log"),
                icon="scroll-text", words=words),
    ]  # fmt: skip
    if row.settings or row.credentials:
        text = translate("Palette", "Configure {name}…").format(name=name)
        made.insert(0, Command(text=text, do=partial(start, "configure"), icon="sliders-horizontal", words=words))
    return made


def _say(window: MainWindow, text: str) -> Command:
    return Command(
        text=translate("Palette", "New task: {words}").format(words=text),
        do=partial(window.open_task, None, understood(text)),
        icon="sparkles",
    )
