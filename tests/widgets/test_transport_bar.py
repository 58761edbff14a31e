"""The top bar: position, tempo, meter, key and snap, shown and changed; title and workspaces."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLineEdit, QMenu, QPushButton
from pytestqt.qtbot import QtBot

from studio.edits import tracks
from studio.jobs.board import InlineRunner
from studio.session import Session
from studio.song.harmony import Key
from studio.song.timeline import Timeline
from tests.fakes import SilentSound, scale_takes
from widgets.controls.field import Field
from widgets.controls.position_display import position_words
from widgets.controls.transport_bar import TopBar
from widgets.snap import Snap


class Grid:
    """Keeps the snap where the roll would."""

    def __init__(self) -> None:
        self.snap = Snap()

    def set_snap(self, snap: Snap) -> None:
        self.snap = snap


@pytest.fixture
def session() -> Session:
    return Session(InlineRunner(), scale_takes, SilentSound())


@pytest.fixture
def bar(qtbot: QtBot, session: Session) -> TopBar:
    made = TopBar(session)
    qtbot.addWidget(made)
    made.set_snap_holder(Grid())
    made.resize(1400, 56)
    made.show()
    qtbot.waitExposed(made)
    return made


def typed(qtbot: QtBot, field: Field, text: str) -> None:
    field.edit()
    editor = field.findChild(QLineEdit)
    assert editor is not None
    qtbot.keyClicks(editor, text)
    qtbot.keyClick(editor, Qt.Key.Key_Return)


def test_positions_in_words() -> None:
    timeline = Timeline()
    assert position_words(timeline, 0) == "1 . 1 . 000"
    assert position_words(timeline, 3840 * 6 + 960 + 240) == "7 . 2 . 240"
    assert position_words(timeline, 960 * 130, as_seconds=True) == "1:05.00"


def test_a_tempo_is_typed(qtbot: QtBot, bar: TopBar, session: Session) -> None:
    typed(qtbot, bar.tempo, "92,5")
    assert session.song.timeline.tempo_at(0).bpm == pytest.approx(92.5, abs=0.001)
    assert bar.tempo.value == "92.5"
    session.undo()
    assert bar.tempo.value == "120.0"


def test_the_keyboard_goes_back_where_it_was_after_a_typed_value(qtbot: QtBot, bar: TopBar) -> None:
    bar.meter.setFocus()
    qtbot.waitUntil(bar.meter.hasFocus)
    typed(qtbot, bar.tempo, "92")
    assert bar.meter.hasFocus()


def test_a_double_click_on_a_value_types_over_all_of_it(qtbot: QtBot, bar: TopBar, session: Session) -> None:
    qtbot.mouseClick(bar.tempo, Qt.MouseButton.LeftButton)
    editor = bar.tempo.findChild(QLineEdit)
    assert editor is not None
    editor.deselect()  # what the second press does before it becomes a double click
    qtbot.mouseDClick(editor, Qt.MouseButton.LeftButton)
    assert editor.selectedText() == "120.0"
    qtbot.keyClicks(editor, "97.5")
    qtbot.keyClick(editor, Qt.Key.Key_Return)
    assert bar.tempo.value == "97.5"


@pytest.mark.parametrize(
    ("field", "text"), [("tempo", "fast"), ("tempo", "5000"), ("meter", "4"), ("meter", "3/5"), ("key", "H flat")]
)
def test_nonsense_is_said_and_changes_nothing(qtbot: QtBot, bar: TopBar, session: Session, field: str, text: str) -> None:
    said: list[bool] = []
    session.said.listen(lambda words, is_error: said.append(is_error))
    typed(qtbot, getattr(bar, field), text)
    assert said == [True]
    assert session.history.labels == ()


def test_meter_and_key_are_typed(qtbot: QtBot, bar: TopBar, session: Session) -> None:
    typed(qtbot, bar.meter, "7/8")
    typed(qtbot, bar.key, "Bb dorian")
    assert session.song.timeline.meter_at(0)[1:] == (7, 8)
    assert session.song.timeline.key_at(0) == Key(10, "dorian")
    assert (bar.meter.value, bar.key.value) == ("7/8", "Bb dorian")


def test_escape_leaves_the_value(qtbot: QtBot, bar: TopBar, session: Session) -> None:
    bar.tempo.edit()
    editor = bar.tempo.findChild(QLineEdit)
    assert editor is not None
    qtbot.keyClicks(editor, "60")
    qtbot.keyClick(editor, Qt.Key.Key_Escape)
    assert session.history.labels == ()


def test_arrows_step_the_tempo_in_one_undo_step(qtbot: QtBot, bar: TopBar, session: Session) -> None:
    qtbot.keyClick(bar.tempo, Qt.Key.Key_Up)
    qtbot.keyClick(bar.tempo, Qt.Key.Key_Up)
    assert bar.tempo.value == "122.0"
    assert len(session.history.labels) == 1


def test_the_tempo_in_force_at_the_playhead_is_shown_and_changed(qtbot: QtBot, bar: TopBar, session: Session) -> None:
    session.do(tracks.set_tempo(3840, 60))
    bar.show_playing(4000, True)
    assert bar.tempo.value == "60.0"
    typed(qtbot, bar.tempo, "70")
    assert [round(change.bpm) for change in session.song.timeline.tempos] == [120, 70]


def test_menus_offer_meters_keys_and_grids(bar: TopBar, session: Session) -> None:
    for fill, words in ((bar._fill_meters, "6/8"), (bar._fill_snaps, "1/8")):
        menu = QMenu()
        fill(menu)
        next(action for action in menu.actions() if action.text() == words).trigger()
    assert session.song.timeline.meter_at(0)[1:] == (6, 8)
    assert bar.snap.value == "1/8"
    menu = QMenu()
    bar._fill_keys(menu)
    minor = next(action.menu() for action in menu.actions() if action.text() == "Minor")
    next(action for action in minor.actions() if action.text() == "C minor").trigger()
    assert bar.key.value == "C minor"


def test_the_wheel_steps_the_grid(qtbot: QtBot, bar: TopBar) -> None:
    qtbot.keyClick(bar.snap, Qt.Key.Key_Up)
    assert bar.snap.value == "1/32"


def test_the_button_shows_what_it_would_do(bar: TopBar) -> None:
    bar.show_playing(0, True)
    assert bar.play.icon_name == "pause"
    bar.show_playing(960, False)
    assert bar.play.icon_name == "play"
    assert bar.position.text == "1 . 2 . 000"


def test_the_title_has_a_mark_while_unsaved(bar: TopBar, session: Session) -> None:
    session.do(tracks.set_title("<Air> & more"))
    assert bar._title.accessibleName() == "<Air> & more, not saved"
    assert "&lt;Air" in bar._title.text()
    session.undo()
    assert bar._title.accessibleName() == "Untitled"


def test_workspaces_are_chosen_by_their_id(qtbot: QtBot, bar: TopBar) -> None:
    bar.set_workspaces((("compose", "Compose", "Ctrl+1"), ("mix", "Mix", "Ctrl+3")), "compose")
    button = bar.findChild(QPushButton, "workspace mix")
    assert button is not None
    with qtbot.waitSignal(bar.workspace_chosen) as told:
        qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    assert told.args == ["mix"]
    assert button.isChecked()


def test_the_lines_say_how_the_sound_is(bar: TopBar) -> None:
    bar.show_lines("CPU, 2 cores", "no sound card", False, "Plug one in.")
    assert bar.audio_line.property("role") == "warn"
    bar.show_lines("CPU, 2 cores", "audio 5.8 ms", True)
    assert bar.audio_line.property("role") == "ok"


def test_in_a_narrow_window_its_words_give_way_and_its_buttons_do_not(qtbot: QtBot, session: Session) -> None:
    bar = TopBar(session)
    qtbot.addWidget(bar)
    bar.set_workspaces([(name, name.capitalize(), "") for name in ("compose", "explore", "mix")], "compose")
    bar.resize(1700, 56)
    bar.show()
    assert bar.key.isVisible()
    buttons = [button for button in bar.findChildren(QPushButton) if button.objectName().startswith("workspace")]
    bar.resize(bar.minimumSizeHint().width(), 56)
    qtbot.waitUntil(lambda: not bar.key.isVisible())
    assert all(part.isVisible() for part in (bar.play, bar.position, bar.tempo, *buttons))
    qtbot.waitUntil(lambda: all(button.width() >= button.minimumSizeHint().width() for button in buttons))
    bar.resize(1700, 56)
    qtbot.waitUntil(bar.key.isVisible)
