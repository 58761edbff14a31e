"""A whole window without sound and models."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from studio.app import assembly
from studio.app.application import application
from studio.app.desk import Desk
from studio.app.engines import Engines
from studio.app.window import MainWindow
from studio.edits import notes
from studio.settings import Settings
from studio.song.notes import Note
from tests.desk_parts import Answers, silent_engines
from tests.generate_parts import Shelf
from tests.pad_parts import melody_space, roomy
from tests.patience import PATIENCE_MS
from tests.plain_desk import PlainDesk

MakeDesk = Callable[..., Desk]


@pytest.fixture
def answers() -> Answers:
    return Answers()


@pytest.fixture
def desk(qtbot: QtBot, answers: Answers, tmp_path: Path) -> Iterator[Desk]:
    """Shown, active, with the keyboard in the roll; closed in order at the end."""
    yield from _shown(qtbot, silent_engines(), answers, tmp_path)


@pytest.fixture
def pad_desk(qtbot: QtBot, answers: Answers, tmp_path: Path) -> Iterator[Desk]:
    """With a small space for the pad, and a note in the song."""
    for made in _shown(qtbot, silent_engines(ask=melody_space), answers, tmp_path):
        made.session.do(notes.add(1, [Note(0, 960, 60, 90)]))
        made.explorer.offer_models(Shelf(roomy()))
        yield made


def _shown(qtbot: QtBot, engines: Engines, answers: Answers, tmp_path: Path) -> Iterator[Desk]:
    application("dark")
    preferences = Settings(export_folder=str(tmp_path))  # what is exported stays with the test
    made = assembly.assemble(MainWindow(), preferences, engines, lambda _: answers, tmp_path / "settings.toml")
    made.window.resize(1400, 900)
    made.window.show()
    qtbot.waitExposed(made.window)
    made.window.activateWindow()
    qtbot.waitUntil(made.window.isActiveWindow)
    made.window.roll.setFocus()
    yield made
    made.window.may_close = lambda: True
    made.window.close()
    assert made.end(PATIENCE_MS)
    made.window.deleteLater()


@pytest.fixture
def made(tmp_path: Path) -> Iterator[Callable[..., PlainDesk]]:
    """Makes desks, and ends those that a test left open."""
    found: list[PlainDesk] = []

    def make(home: str = "home", **options: object) -> PlainDesk:
        found.append(PlainDesk(tmp_path / home, **options))  # type: ignore[arg-type]
        return found[-1]

    yield make
    for desk in found:
        desk.crash()
