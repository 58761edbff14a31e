"""The palette finds commands by any of their words and runs the one that is chosen (PR-36)."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from widgets.dialogs.command_palette import NO_MATCH, Command, CommandPalette, ranked

COMMANDS = (
    Command("duplicate track", "Duplicate track", "Track"),
    Command("duplicate", "Duplicate", "Edit", "Ctrl+D", "Copy the selected notes right after themselves", is_enabled=False),
    Command("quantise", "Quantise", "Edit", "Q", "Draw the selected notes to the grid"),
    Command("grid finer", "Finer grid", "Edit/Grid", "."),
    Command("wav", "Export WAV", "File", "Ctrl+Alt+E", "Write the mix as sound"),
)


@pytest.fixture
def palette(qtbot: QtBot) -> CommandPalette:
    made = CommandPalette(COMMANDS)
    made.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, False)
    qtbot.addWidget(made)
    made.show()
    return made


def titles(palette: CommandPalette) -> list[str]:
    rows = [palette.found.topLevelItem(at) for at in range(palette.found.topLevelItemCount())]
    return [row.text(0) for row in rows if row is not None]


@pytest.mark.parametrize(
    ("query", "first"),
    [("quan", "quantise"), ("grid", "grid finer"), ("track dup", "duplicate track"), ("DUPL", "duplicate"), ("sound", "wav")],
)
def test_pr36_the_nearest_command_stands_first(query: str, first: str) -> None:
    assert ranked(COMMANDS, query)[0].id == first


def test_pr36_without_letters_all_stand_in_their_order() -> None:
    assert ranked(COMMANDS, "  ") == list(COMMANDS)


@given(st.text(max_size=12))
def test_pr36_what_is_found_holds_every_word(query: str) -> None:
    for command in ranked(COMMANDS, query):
        text = f"{command.title} {command.place} {command.about}".casefold()
        assert all(word in text for word in query.casefold().split())


def test_pr36_letters_arrows_and_return_choose(qtbot: QtBot, palette: CommandPalette) -> None:
    qtbot.keyClicks(palette.search, "grid")
    assert titles(palette) == ["Finer grid", "Quantise"]
    qtbot.keyClick(palette.search, Qt.Key.Key_Down)
    with qtbot.waitSignal(palette.chosen) as chosen:
        qtbot.keyClick(palette.search, Qt.Key.Key_Return)
    assert chosen.args == ["quantise"]
    assert not palette.isVisible()


def test_pr36_a_command_that_cannot_be_used_now_is_grey_and_not_taken(qtbot: QtBot, palette: CommandPalette) -> None:
    qtbot.keyClicks(palette.search, "duplicate")
    assert titles(palette) == ["Duplicate", "Duplicate track"]
    with qtbot.waitSignal(palette.chosen) as chosen:
        qtbot.keyClick(palette.search, Qt.Key.Key_Return)
    assert chosen.args == ["duplicate track"]


def test_pr36_nothing_found_is_said_and_return_does_nothing(qtbot: QtBot, palette: CommandPalette) -> None:
    qtbot.keyClicks(palette.search, "zzz")
    assert titles(palette) == [NO_MATCH]
    qtbot.keyClick(palette.search, Qt.Key.Key_Return)
    assert palette.isVisible()
