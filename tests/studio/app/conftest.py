"""A whole window without sound and models."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from studio.app import assembly
from studio.app.application import application
from studio.app.desk import Desk
from studio.app.window import MainWindow
from studio.settings import Settings
from tests.desk_parts import Answers, silent_engines
from tests.patience import PATIENCE_MS

MakeDesk = Callable[..., Desk]


@pytest.fixture
def answers() -> Answers:
    return Answers()


@pytest.fixture
def desk(qtbot: QtBot, answers: Answers, tmp_path: Path) -> Iterator[Desk]:
    """Shown, active, with the keyboard in the roll; closed in order at the end."""
    application("dark")
    made = assembly.assemble(MainWindow(), Settings(), silent_engines(), lambda _: answers, tmp_path / "settings.toml")
    made.window.resize(1400, 900)
    made.window.show()
    qtbot.waitExposed(made.window)
    made.window.activateWindow()
    made.window.roll.setFocus()
    yield made
    made.window.may_close = lambda: True
    made.window.close()
    assert made.end(PATIENCE_MS)
    made.window.deleteLater()
