"""A button that says its key where there is room, and its words always."""

from __future__ import annotations

import pytest
from pytestqt.qtbot import QtBot

from widgets.controls.keyed_button import KeyedButton


@pytest.mark.parametrize(("width", "text"), [(400, "Take it over   Ctrl+Return"), (130, "Take it over")])
def test_the_key_goes_when_there_is_no_room_and_the_words_stay(qtbot: QtBot, width: int, text: str) -> None:
    button = KeyedButton("Take it over   Ctrl+Return")
    qtbot.addWidget(button)
    button.show()
    for each in (130, 400, width):
        button.resize(each, 30)
    assert button.text() == text
    assert button.minimumSizeHint().width() < button.sizeHint().width()
    assert button.accessibleName() == "Take it over"
