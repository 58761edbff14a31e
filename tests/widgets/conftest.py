"""What panels are tested on: no screen, a song of three tracks, and ways to put a panel up."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from typing import TypeVar

import pytest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from studio.app.job_thread import QtRunner
from studio.jobs.board import InlineRunner
from studio.session import Session
from studio.song.song import Instrument, Song, Track
from tests.fakes import SilentSound, scale_takes
from tests.patience import PATIENCE_MS
from widgets.panels.roll import Roll

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

Shown = TypeVar("Shown", bound=QWidget)


@pytest.fixture
def session() -> Session:
    """Lead, Bass and Kit without notes."""
    made = (Track(1, "Lead", 0, Instrument(80)), Track(2, "Bass", 1, Instrument(33)), Track(3, "Kit", 2, Instrument(0, 0, True)))
    return Session(InlineRunner(), scale_takes, SilentSound(), Song("Trio", made, next_id=4))


@pytest.fixture
def put_up(qtbot: QtBot) -> Callable[[Shown], Shown]:
    """Shows a widget, in the size asked for, and has it closed afterwards."""

    def show(made: Shown, width: int = 0, height: int = 0) -> Shown:
        qtbot.addWidget(made)
        if width:
            made.resize(width, height)
        made.show()
        qtbot.waitExposed(made)
        return made

    return show


@pytest.fixture
def said(roll: Roll) -> list[str]:
    """The sentences that the session of a module's `roll` says."""
    heard: list[str] = []
    roll.session.said.listen(lambda text, _is_error: heard.append(text))
    return heard


@pytest.fixture
def runner(qapp: QApplication) -> Iterator[QtRunner]:
    """Real threads; none may be left at the end."""
    made = QtRunner()
    yield made
    assert made.shutdown(PATIENCE_MS)
