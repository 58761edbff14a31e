"""Recording in the whole window: buttons, keys, the computer's keyboard as a piano, growing notes, punch, and its end."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtCore import QEvent, QPoint, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit
from pytestqt.qtbot import QtBot

from studio.app.desk import Desk
from studio.app.record_actions import RECORD_ACTIONS
from studio.audio.played import Touch
from studio.audio.schedule import OFF, ON
from studio.edits import notes
from studio.song import Note, Span
from widgets.piano_roll.keyboard_piano import KeyClock

BAR = 3840


def go(desk: Desk, ticks: int) -> None:
    """Time passes, and the window looks."""
    desk.engines.sound.go(ticks)
    desk.recorder.update()


def without_count_in(desk: Desk) -> None:
    desk.actions.by_id["count in 0"].trigger()


def played(desk: Desk) -> list[tuple[int, int]]:
    return [(touch.touch.kind, touch.touch.a) for touch in desk.recorder.memory._events]


def test_pr_24_r_records_what_is_played_and_r_again_keeps_it(desk: Desk, qtbot: QtBot) -> None:
    canvas, sound, top = desk.window.roll.view.canvas, desk.engines.sound, desk.window.top
    without_count_in(desk)
    qtbot.keyClick(canvas, Qt.Key.Key_R)
    assert desk.recorder.is_on
    assert top.recording.record.isChecked()
    assert desk.actions.by_id["record"].isChecked()
    assert desk.window.tracks.rows[1].is_armed
    go(desk, 960)
    sound.press(60)
    go(desk, 480)
    sound.lift(60)
    desk.recorder.update()
    qtbot.keyClick(canvas, Qt.Key.Key_R)
    assert [(note.start_tick, note.length_ticks, note.pitch) for note in desk.session.song.track(1).notes] == [(960, 480, 60)]
    assert desk.actions.by_id["undo"].text() == "Undo Record 1 note"
    assert not top.recording.record.isChecked()
    assert not desk.window.tracks.rows[1].is_armed


def test_pr_24_the_notes_grow_on_the_canvas_while_they_are_held(desk: Desk, qtbot: QtBot) -> None:
    overlay, sound = desk.window.roll.recorded, desk.engines.sound
    assert overlay.isHidden()
    without_count_in(desk)
    desk.window.top.recording.record.click()
    assert overlay.isVisible()
    sound.press(72)
    go(desk, 240)
    view = desk.window.roll.state.viewport
    before = overlay.grab().toImage()
    go(desk, 1200)
    after = overlay.grab().toImage()
    assert int(overlay.rows["length"][0]) == 1440
    ratio = after.devicePixelRatio()
    x, y = view.x_of(1000) * ratio, (view.y_of(72) + view.row_px / 2) * ratio
    assert before.pixelColor(int(x), int(y)) != after.pixelColor(int(x), int(y))
    assert desk.window.roll.recorded.words.accessibleName() == "Recording into «Piano»"
    desk.recorder.stop()
    assert overlay.isHidden()


def test_what_is_played_out_of_sight_is_brought_into_view(desk: Desk) -> None:
    without_count_in(desk)
    desk.actions.by_id["record"].trigger()
    desk.engines.sound.press(20)
    go(desk, 240)
    view = desk.window.roll.state.viewport
    assert view.low_pitch < 20 < view.high_pitch


def test_the_count_in_is_counted_on_the_canvas(desk: Desk) -> None:
    desk.actions.by_id["count in 2"].trigger()
    desk.actions.by_id["record"].trigger()
    assert desk.engines.sound.hands.counted == [2]
    words = desk.window.roll.recorded.words
    assert words.accessibleName() == "Count-in 8 · «Piano»"
    go(desk, 2 * 960)
    assert words.accessibleName() == "Count-in 6 · «Piano»"
    desk.actions.by_id["record"].trigger()
    assert not desk.recorder.is_on


def test_settings_are_remembered_and_the_metronome_is_told(desk: Desk, qtbot: QtBot) -> None:
    qtbot.keyClick(desk.window.roll.view.canvas, Qt.Key.Key_C)
    assert desk.engines.sound.hands.clicks
    assert desk.window.top.recording.metronome.isChecked()
    desk.actions.by_id["record replacing"].trigger()
    desk.actions.by_id["record on grid"].trigger()
    desk.actions.by_id["midi none"].trigger()
    said = desk.store.settings
    assert (said.metronome, said.record_replaces, said.record_quantises, said.midi_input) == (True, True, True, "none")
    assert (desk.recorder.manner.replaces, desk.recorder.manner.quantises) == (True, True)
    assert desk.engines.sound.hands.midi == "none"


def test_of_several_midi_keyboards_one_alone_can_be_listened_to(desk: Desk) -> None:
    sound = desk.engines.sound
    desk.actions.by_id["midi next"].trigger()
    assert desk.store.settings.midi_input == "all", "there is none to choose"
    sound.state = replace(sound.state, midi_line="MIDI input: Keys, Pads.", midi_there=("Keys", "Pads"))
    for wanted in ("Keys", "Pads", "Keys"):
        desk.actions.by_id["midi next"].trigger()
        assert (desk.store.settings.midi_input, sound.hands.midi) == (wanted, wanted)
    assert desk.actions.by_id["midi next"].isChecked()
    desk.actions.by_id["midi all"].trigger()
    assert sound.hands.midi == "all"


def test_pr_13_what_is_recorded_on_the_grid_stands_on_the_grid_of_the_roll(desk: Desk) -> None:
    without_count_in(desk)
    desk.actions.by_id["record on grid"].trigger()
    desk.actions.by_id["record"].trigger()
    go(desk, 500)
    desk.engines.sound.press(60)
    go(desk, 400)
    desk.engines.sound.lift(60)
    desk.recorder.stop()
    (note,) = desk.session.song.track(1).notes
    assert note.start_tick == desk.window.roll.state.snapped(500)


# The computer's keyboard


def test_the_computers_keyboard_plays_and_leaves_space_to_the_transport(desk: Desk, qtbot: QtBot) -> None:
    roll, sound = desk.window.roll, desk.engines.sound
    canvas = roll.view.canvas
    qtbot.keyClick(canvas, Qt.Key.Key_K, Qt.KeyboardModifier.ControlModifier)
    assert roll.piano.is_on
    assert roll.piano.words.isVisible()
    qtbot.keyPress(canvas, Qt.Key.Key_A)
    qtbot.keyPress(canvas, Qt.Key.Key_D)
    qtbot.keyRelease(canvas, Qt.Key.Key_A)
    qtbot.keyRelease(canvas, Qt.Key.Key_D)
    assert played(desk) == [(ON, 60), (ON, 64), (OFF, 60), (OFF, 64)]
    qtbot.keyClick(canvas, Qt.Key.Key_X)
    qtbot.keyClick(canvas, Qt.Key.Key_V)
    qtbot.keyClick(canvas, Qt.Key.Key_A)
    assert played(desk)[-1] == (OFF, 72)
    assert roll.piano.velocity == 112
    qtbot.keyClick(canvas, Qt.Key.Key_Space)
    assert sound.is_playing
    qtbot.keyClick(canvas, Qt.Key.Key_R)
    assert desk.recorder.is_on, "R is still the red button"
    qtbot.keyClick(canvas, Qt.Key.Key_K, Qt.KeyboardModifier.ControlModifier)
    assert not roll.piano.is_on
    qtbot.keyClick(canvas, Qt.Key.Key_A)
    assert len(played(desk)) == 6


def test_it_plays_wherever_the_keyboard_is_but_where_text_is_typed(desk: Desk, qtbot: QtBot) -> None:
    desk.actions.by_id["keyboard piano"].trigger()
    desk.window.mixer.setFocus()
    qtbot.keyClick(QApplication.focusWidget() or desk.window.mixer, Qt.Key.Key_A)
    assert played(desk) == [(ON, 60), (OFF, 60)]
    desk.window.tracks.rename()
    editor = desk.window.tracks.findChild(QLineEdit)
    assert editor is not None
    qtbot.keyClicks(editor, "sad")
    assert len(played(desk)) == 2
    qtbot.keyClick(editor, Qt.Key.Key_Escape)


def test_a_key_held_while_the_window_is_left_is_let_go(desk: Desk, qtbot: QtBot) -> None:
    desk.actions.by_id["keyboard piano"].trigger()
    qtbot.keyPress(desk.window.roll.view.canvas, Qt.Key.Key_A)
    QApplication.sendEvent(desk.window, QEvent(QEvent.Type.WindowDeactivate))
    assert played(desk) == [(ON, 60), (OFF, 60)]


def test_a_key_that_repeats_itself_is_one_note(desk: Desk, qtbot: QtBot) -> None:
    desk.actions.by_id["keyboard piano"].trigger()
    canvas = desk.window.roll.view.canvas
    qtbot.keyPress(canvas, Qt.Key.Key_A)
    none = Qt.KeyboardModifier.NoModifier
    for kind in (QEvent.Type.KeyRelease, QEvent.Type.KeyPress) * 3:
        QApplication.sendEvent(canvas, QKeyEvent(kind, Qt.Key.Key_A, none, "a", True))
    qtbot.keyRelease(canvas, Qt.Key.Key_A)
    assert played(desk) == [(ON, 60), (OFF, 60)]


def test_a_held_key_that_x11_tells_of_as_let_go_and_pressed_again_is_one_note(desk: Desk, qtbot: QtBot) -> None:
    desk.actions.by_id["keyboard piano"].trigger()
    canvas, piano = desk.window.roll.view.canvas, desk.window.roll.piano
    piano.repeats.wait_ms = 15

    def send(kind: QEvent.Type, stamp_ms: int) -> None:
        event = QKeyEvent(kind, Qt.Key.Key_A, Qt.KeyboardModifier.NoModifier, "a")
        event.setTimestamp(stamp_ms)
        QApplication.sendEvent(canvas, event)

    send(QEvent.Type.KeyPress, 1000)
    for stamp_ms in range(1660, 1900, 40):
        send(QEvent.Type.KeyRelease, stamp_ms)
        send(QEvent.Type.KeyPress, stamp_ms)
    assert played(desk) == [(ON, 60)]
    send(QEvent.Type.KeyRelease, 1900)
    send(QEvent.Type.KeyPress, 1950)
    assert played(desk) == [(ON, 60), (OFF, 60), (ON, 60)], "pressed anew, quickly"
    send(QEvent.Type.KeyRelease, 2000)
    qtbot.waitUntil(lambda: played(desk)[-1] == (OFF, 60))
    assert len(played(desk)) == 4


def test_keys_are_timed_by_when_they_were_pressed_not_by_when_the_window_had_time() -> None:
    clock = KeyClock()
    assert clock.time_s(1000, 50.010) == pytest.approx(50.010)
    assert clock.time_s(2000, 51.000) == pytest.approx(51.000), "this one came quicker: the first was late"
    assert clock.time_s(3000, 52.080) == pytest.approx(52.000), "the window was busy"
    assert clock.time_s(0, 60.0) == 60.0


# Step by step


def test_pr_23_a_midi_keyboard_writes_step_by_step(desk: Desk, qtbot: QtBot) -> None:
    roll, sound, canvas = desk.window.roll, desk.engines.sound, desk.window.roll.view.canvas
    qtbot.keyClick(canvas, Qt.Key.Key_N)
    for touch in (Touch(ON, 60, 70), Touch(ON, 64, 90), Touch(OFF, 60, 0)):
        sound.touch(touch)
    desk.recorder.update()
    assert not len(desk.session.song.track(1).notes), "a chord is written when its last key is let go"
    sound.touch(Touch(OFF, 64, 0))
    desk.recorder.update()
    step = desk.session.selection.cursor_tick
    written = [(note.start_tick, note.pitch, note.velocity) for note in desk.session.song.track(1).notes]
    assert written == [(0, 60, 90), (0, 64, 90)]
    assert step == roll.state.grid_at(0)
    qtbot.keyClick(canvas, Qt.Key.Key_Right, Qt.KeyboardModifier.ShiftModifier)
    assert {note.length_ticks for note in desk.session.song.track(1).notes} == {2 * step}
    qtbot.keyClick(canvas, Qt.Key.Key_Right)
    sound.touch(Touch(ON, 67, 90))
    sound.touch(Touch(OFF, 67, 0))
    desk.recorder.update()
    assert [note.start_tick for note in desk.session.song.track(1).notes][-1] == 3 * step
    qtbot.keyClick(canvas, Qt.Key.Key_Backspace)
    assert len(desk.session.song.track(1).notes) == 2


# Punch


def test_pr_24_the_punch_range_by_commands(desk: Desk) -> None:
    recorder, session = desk.recorder, desk.session
    desk.actions.by_id["punch"].trigger()
    assert recorder.punch is None, "there is nothing to be the range"
    session.select(bars=Span(BAR, 3 * BAR))
    desk.actions.by_id["punch"].trigger()
    assert (recorder.punch, recorder.punches) == (Span(BAR, 3 * BAR), True)
    assert desk.window.top.recording.punch.isChecked()
    session.select(cursor_tick=2 * BAR)
    desk.actions.by_id["punch in"].trigger()
    assert recorder.punch == Span(2 * BAR, 3 * BAR)
    session.select(cursor_tick=BAR)
    desk.actions.by_id["punch out"].trigger()
    assert recorder.punch == Span(0, BAR)
    desk.actions.by_id["punch"].trigger()
    assert not recorder.punches
    session.select(cursor_tick=0)
    desk.actions.by_id["punch out"].trigger()
    assert recorder.punch == Span(0, BAR), "a range that ends where the song begins cannot be"


def test_pr_24_the_punch_brace_is_dragged_by_ends_and_middle_and_never_to_nothing(desk: Desk) -> None:
    roll, recorder = desk.window.roll, desk.recorder
    recorder.set_punch(Span(BAR, 2 * BAR))
    brace, view = roll.punch, roll.state.viewport
    assert brace.isVisible()

    def drag(from_tick: int, to_tick: int) -> None:
        origin = brace.x()
        begin, end = (QPoint(round(view.x_of(tick)) - origin, 3) for tick in (from_tick, to_tick))
        QTest.mousePress(brace, Qt.MouseButton.LeftButton, pos=begin)
        for part in (1, 2):
            QTest.mouseMove(brace, begin + (end - begin) * part / 2 - QPoint(brace.x() - origin, 0))
        QTest.mouseRelease(brace, Qt.MouseButton.LeftButton, pos=end - QPoint(brace.x() - origin, 0))

    drag(2 * BAR, 3 * BAR)
    assert recorder.punch == Span(BAR, 3 * BAR)
    drag(BAR, 2 * BAR)
    assert recorder.punch == Span(2 * BAR, 3 * BAR)
    drag(2 * BAR + BAR // 2, BAR + BAR // 2)
    assert recorder.punch == Span(BAR, 2 * BAR)
    drag(2 * BAR, 0)
    assert recorder.punch.length_ticks == roll.state.grid_at(BAR)
    assert desk.session.loop is None


def test_pr_24_takes_by_hand_are_told_from_those_of_a_model(desk: Desk) -> None:
    desk.session.set_loop(Span(0, BAR))
    without_count_in(desk)
    desk.actions.by_id["record replacing"].trigger()
    desk.actions.by_id["record"].trigger()
    for pitch in (60, 62):
        desk.engines.sound.press(pitch)
        go(desk, 480)
        desk.engines.sound.lift(pitch)
        go(desk, BAR - 480)
    desk.actions.by_id["record"].trigger()
    tray = desk.session.tray
    assert [take.note_count for take in tray.current.takes] == [1, 1]
    made = tray.current
    desk.actions.by_id["more"].trigger()
    assert tray.current is made, "no model is asked for more of them"
    assert not desk.session.jobs.active("generate")
    desk.actions.by_id["previous take"].trigger()
    desk.actions.by_id["compare"].trigger()
    desk.actions.by_id["compare"].trigger()
    desk.actions.by_id["keep"].trigger()
    assert desk.session.history.undo_label == "Keep take 1 of Record bar 1"


# The end of it


def test_closing_the_window_keeps_what_was_played_and_asks_for_it(desk: Desk, answers) -> None:
    without_count_in(desk)
    desk.actions.by_id["record"].trigger()
    desk.engines.sound.press(60)
    go(desk, 500)
    assert not desk.may_close()
    assert answers.asked == ["fate of Untitled"]
    assert desk.session.song.note_count == 1


@pytest.mark.parametrize("command", ["new", "open"])
def test_another_song_is_not_opened_over_what_was_played_unasked(desk: Desk, answers, tmp_path, command: str) -> None:
    answers.opens = tmp_path / "other.mid"
    without_count_in(desk)
    desk.actions.by_id["record"].trigger()
    desk.engines.sound.press(60)
    go(desk, 500)
    desk.actions.by_id[command].trigger()
    assert "fate of Untitled" in answers.asked
    assert desk.session.song.note_count == 1


def test_a_request_hears_what_was_just_recorded(desk: Desk) -> None:
    without_count_in(desk)
    desk.actions.by_id["record"].trigger()
    desk.engines.sound.press(60)
    go(desk, 500)
    desk.actions.by_id["generate"].trigger()
    assert not desk.recorder.is_on
    assert desk.session.song.note_count == 1


def test_undo_ends_it_first(desk: Desk) -> None:
    without_count_in(desk)
    desk.session.do(notes.add(1, [Note(0, 480, 40)]))
    desk.actions.by_id["record"].trigger()
    go(desk, 960)
    desk.engines.sound.press(60)
    go(desk, 500)
    desk.actions.by_id["undo"].trigger()
    assert not desk.recorder.is_on
    assert desk.session.song.note_count == 1
    assert desk.session.history.redo_label == "Record 1 note"


def test_capture_by_its_key(desk: Desk, qtbot: QtBot) -> None:
    desk.engines.sound.press(60)
    go(desk, 960)
    desk.engines.sound.lift(60)
    desk.recorder.update()
    qtbot.keyClick(desk.window.roll.view.canvas, Qt.Key.Key_C, Qt.KeyboardModifier.ShiftModifier)
    assert desk.session.history.undo_label == "Capture 1 note"


def test_every_command_of_recording_leaves_a_way_back(desk: Desk) -> None:
    start = desk.session.song
    for entry in RECORD_ACTIONS:
        desk.actions.by_id[entry.id].trigger()
        go(desk, 100)
    desk.recorder.stop()
    while desk.session.history.undo_label is not None:
        desk.session.undo()
    assert desk.session.song is start
