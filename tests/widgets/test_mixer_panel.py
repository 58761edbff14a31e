"""The mixer: laws of fader and meter, and every gesture one undo step."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from studio.audio.mixer import Mix
from studio.audio.mixer import Mixer as Mixer_
from studio.edits import tracks
from studio.session import Session
from studio.song.song import SILENT_DB, Strip
from tests.patience import until
from widgets import theme
from widgets.controls.fader import BOTTOM, TOP_DB, UNITY, Fader, db_at, db_typed, db_words, part_at
from widgets.controls.gesture import BURST_S, Gestures
from widgets.controls.inline_edit import InlineEdit
from widgets.controls.knob import Knob, pan_typed, pan_words
from widgets.controls.level_meter import HOLD_S, Ballistics, LevelMeter
from widgets.panels.mixer import Mixer


@pytest.fixture
def mixer(put_up: Callable[..., Mixer], session: Session) -> Mixer:
    return put_up(Mixer(session), 900, 220)


def drag(qtbot: QtBot, widget: Fader | Knob, by_px: list[int]) -> None:
    start = QPoint(widget.width() // 2, widget.height() // 2)
    qtbot.mousePress(widget, Qt.MouseButton.LeftButton, pos=start)
    for dy in by_px:
        qtbot.mouseMove(widget, start + QPoint(0, dy))
    qtbot.mouseRelease(widget, Qt.MouseButton.LeftButton, pos=start + QPoint(0, by_px[-1]))


def notch(widget: Fader | Knob, up: bool = True) -> None:
    turn = QPoint(0, 120 if up else -120)
    middle = QPointF(widget.rect().center())
    none, phase = Qt.MouseButton.NoButton, Qt.ScrollPhase.NoScrollPhase
    event = QWheelEvent(middle, widget.mapToGlobal(middle), QPoint(), turn, none, Qt.KeyboardModifier.NoModifier, phase, False)
    QApplication.sendEvent(widget, event)


# The laws


@given(st.floats(BOTTOM, 1.0))
def test_mx01_the_law_of_the_fader_can_be_read_both_ways(part: float) -> None:
    assert part_at(db_at(part)) == pytest.approx(part, abs=1e-9)


@given(st.floats(0.0, 1.0), st.floats(0.0, 1.0))
def test_higher_is_never_softer(one: float, other: float) -> None:
    low, high = sorted((one, other))
    assert db_at(low) <= db_at(high)


def test_mx01_the_marks_of_the_fader() -> None:
    assert db_at(UNITY) == 0.0
    assert db_at(1.0) == TOP_DB
    assert db_at(0.0) == SILENT_DB
    assert [db_words(db) for db in (0.0, -0.0, -3.0, SILENT_DB)] == ["0.0", "0.0", "-3.0", "-inf"]


@pytest.mark.parametrize(
    ("text", "db"),
    [
        ("-3", -3.0),
        ("+2,5 dB", 2.5),
        ("-inf", SILENT_DB),
        ("99", TOP_DB),
        ("-999", SILENT_DB),
        ("loud", None),
        ("nan", None),
        ("", None),
    ],
)
def test_mx01_typed_levels(text: str, db: float | None) -> None:
    assert db_typed(text) == db


def test_pan_in_words() -> None:
    assert [pan_words(value) for value in (0, -30, 100)] == ["C", "L30", "R100"]


def test_mx04_a_meter_falls_slowly_holds_its_peak_and_remembers_a_clip() -> None:
    meter = Ballistics()
    meter.feed(-6.0, 10.0)
    meter.feed(-60.0, 10.5)
    assert meter.shown_db == pytest.approx(-16.0)
    assert meter.held_db == -6.0
    meter.feed(-60.0, 10.0 + HOLD_S + 0.1)
    assert meter.held_db < -6.0
    assert not meter.is_clipped
    meter.feed(0.5, 20.0)
    meter.feed(-60.0, 90.0)
    assert meter.is_clipped


def test_mx04_full_scale_itself_is_no_clip(qtbot: QtBot) -> None:
    meter = LevelMeter("Level")
    qtbot.addWidget(meter)
    meter.feed(1.0, 1.0, 0.0)
    assert not meter.is_clipped
    meter.feed(1.1, 0.2, 0.1)
    assert meter.is_clipped
    qtbot.mouseClick(meter, Qt.MouseButton.LeftButton)
    assert not meter.is_clipped


def test_notches_that_follow_each_other_are_one_gesture() -> None:
    gestures = Gestures()
    first = gestures.notch(0.0)
    assert gestures.notch(BURST_S * 0.9) is first
    assert gestures.notch(BURST_S * 2.0) is not first


# Gestures


def test_mx01_a_fader_drag_is_one_undo_step(qtbot: QtBot, mixer: Mixer, session: Session) -> None:
    drag(qtbot, mixer.strip(1).fader, [4, 9, 15, 22])
    gain = session.song.track(1).strip.gain_db
    assert gain < -1.0
    assert session.history.labels == ("Change volume",)
    session.undo()
    assert session.song.track(1).strip.gain_db == 0.0
    assert mixer.strip(1).level.text() == "0.0"


def test_two_drags_are_two_steps(qtbot: QtBot, mixer: Mixer, session: Session) -> None:
    drag(qtbot, mixer.strip(1).fader, [10])
    drag(qtbot, mixer.strip(1).fader, [10])
    assert len(session.history.labels) == 2


def test_a_double_click_brings_zero_and_centre(qtbot: QtBot, mixer: Mixer, session: Session) -> None:
    session.do(tracks.set_strip(2, Strip(gain_db=-20.0, pan=-40.0)))
    qtbot.mouseDClick(mixer.strip(2).fader, Qt.MouseButton.LeftButton)
    qtbot.mouseDClick(mixer.strip(2).knob, Qt.MouseButton.LeftButton)
    strip = session.song.track(2).strip
    assert (strip.gain_db, strip.pan) == (0.0, 0.0)


def test_the_wheel_turns_half_decibels_in_one_step(mixer: Mixer, session: Session) -> None:
    def two_notches_are_one_step() -> bool:
        """Unless this machine let more time pass between them than belongs to one burst."""
        while session.history.labels:
            session.undo()
        notch(mixer.strip(1).fader, up=False)
        notch(mixer.strip(1).fader, up=False)
        assert session.song.track(1).strip.gain_db == -1.0
        return len(session.history.labels) == 1

    assert until(two_notches_are_one_step)


def test_keys_move_fader_and_knob(qtbot: QtBot, mixer: Mixer, session: Session) -> None:
    qtbot.keyClick(mixer.strip(1).fader, Qt.Key.Key_PageDown)
    qtbot.keyClick(mixer.strip(1).knob, Qt.Key.Key_Right)
    strip = session.song.track(1).strip
    assert (strip.gain_db, strip.pan) == (-3.0, 5.0)


def test_a_fader_can_be_shut_and_opened_by_steps(qtbot: QtBot, mixer: Mixer, session: Session) -> None:
    fader = mixer.strip(1).fader
    for _ in range(40):
        qtbot.keyClick(fader, Qt.Key.Key_PageDown)
    assert session.song.track(1).strip.gain_db == SILENT_DB
    qtbot.keyClick(fader, Qt.Key.Key_PageUp)
    assert math.isfinite(session.song.track(1).strip.gain_db)
    assert session.song.track(1).strip.gain_db > -70.0


def test_mx01_a_level_is_typed(qtbot: QtBot, mixer: Mixer, session: Session) -> None:
    level = mixer.strip(1).level
    qtbot.mouseDClick(level, Qt.MouseButton.LeftButton)
    assert level.selectedText() == level.text()
    qtbot.keyClicks(level, "-7,5")
    qtbot.keyClick(level, Qt.Key.Key_Return)
    assert session.song.track(1).strip.gain_db == -7.5
    assert level.text() == "-7.5"
    assert len(session.history.labels) == 1


def test_nonsense_for_a_level_is_said_and_changes_nothing(qtbot: QtBot, mixer: Mixer, session: Session) -> None:
    said: list[str] = []
    session.said.listen(lambda text, is_error: said.append(text))
    level = mixer.strip(1).level
    level.selectAll()
    qtbot.keyClicks(level, "loud")
    qtbot.keyClick(level, Qt.Key.Key_Return)
    assert "loud" in said[0]
    assert level.text() == "0.0"
    assert session.history.labels == ()


def test_mx03_mute_and_solo_are_edits_and_solo_dims_the_others(qtbot: QtBot, mixer: Mixer, session: Session) -> None:
    qtbot.mouseClick(mixer.strip(1).mute, Qt.MouseButton.LeftButton)
    assert session.song.track(1).strip.is_muted
    qtbot.mouseClick(mixer.strip(2).solo, Qt.MouseButton.LeftButton)
    assert session.song.track(2).strip.is_solo
    assert not mixer.strip(3).name.isEnabled()
    assert mixer.strip(2).name.isEnabled()
    session.undo()
    session.undo()
    assert not session.song.track(1).strip.is_muted
    assert not mixer.strip(1).mute.isChecked()


def test_mx03_solo_edits_take_one_or_all(session: Session) -> None:
    session.do(tracks.set_strip(1, Strip(is_solo=True)))
    session.do(tracks.solo_only(3))
    assert [track.strip.is_solo for track in session.song.tracks] == [False, False, True]
    session.do(tracks.clear_solo())
    assert not any(track.strip.is_solo for track in session.song.tracks)


def test_mx07_the_master_has_a_fader_of_its_own(qtbot: QtBot, mixer: Mixer, session: Session) -> None:
    drag(qtbot, mixer.master.fader, [12])
    assert session.song.master.gain_db < 0
    assert session.history.labels == ("Change master",)


def test_mx08_strips_follow_the_tracks(mixer: Mixer, session: Session) -> None:
    session.do(tracks.add_track("Flute"))
    session.do(tracks.remove_track(2))
    assert mixer.strip(4).accessibleName() == "Flute strip"
    with pytest.raises(KeyError):
        mixer.strip(2)


def test_mx04_levels_reach_the_meters(mixer: Mixer) -> None:
    mixer.feed({1: (0.5, 0.25)}, (1.2, 0.1), 1.0)
    assert mixer.strip(1).meter.channels[0].shown_db == pytest.approx(-6.02, abs=0.01)
    assert mixer.strip(2).meter.channels[0].is_silent
    assert mixer.master.meter.is_clipped


def test_closing_forgets_the_session(mixer: Mixer, session: Session) -> None:
    mixer.close()
    assert len(session.song_changed) == 0
    assert len(session.selection_changed) == 0


def test_a_tall_mixer_offers_the_reverb(qtbot: QtBot, mixer: Mixer, session: Session) -> None:
    assert not mixer.strip(1).reverb.isVisible()
    mixer.resize(900, 600)
    qtbot.waitUntil(mixer.strip(1).reverb.isVisible)
    assert mixer.reverb.room.isVisible()
    qtbot.keyClick(mixer.strip(1).reverb, Qt.Key.Key_Up)
    assert session.song.track(1).strip.reverb == 45
    qtbot.mouseDClick(mixer.strip(1).reverb, Qt.MouseButton.LeftButton)
    assert session.song.track(1).strip.reverb == 40


# Rows of the mixer


@pytest.mark.parametrize(
    ("text", "pan"),
    [("L30", -30.0), ("r 100", 100.0), ("c", 0.0), ("-20", -20.0), ("R999", 100.0), ("left", None), ("nan", None)],
)
def test_mx02_typed_pans(text: str, pan: float | None) -> None:
    assert pan_typed(text) == pan


def test_mx02_a_pan_is_typed_as_one_step(qtbot: QtBot, mixer: Mixer, session: Session) -> None:
    field = mixer.strip(1).pan
    field.setFocus()
    field.selectAll()
    qtbot.keyClicks(field, "L45")
    qtbot.keyClick(field, Qt.Key.Key_Return)
    assert session.song.track(1).strip.pan == -45
    assert field.text() == "L45"
    assert session.history.labels == ("Change pan",)


def test_mx01_a_level_is_typed_without_the_mouse(qtbot: QtBot, mixer: Mixer, session: Session) -> None:
    strip = mixer.strip(1)
    strip.fader.setFocus()
    qtbot.keyClick(strip.fader, Qt.Key.Key_Return)
    assert strip.level.hasFocus()
    qtbot.keyClicks(strip.level, "-9")
    qtbot.keyClick(strip.level, Qt.Key.Key_Escape)
    assert session.history.labels == ()
    assert strip.fader.hasFocus()
    qtbot.keyClick(strip.fader, Qt.Key.Key_Return)
    qtbot.keyClicks(strip.level, "-9")
    qtbot.keyClick(strip.level, Qt.Key.Key_Return)
    assert session.song.track(1).strip.gain_db == -9


def test_mx03_a_strip_safe_from_solo_is_heard_and_undone(qtbot: QtBot, mixer: Mixer, session: Session) -> None:
    mixer.strip(3).solo.asked_aside.emit()
    assert session.song.track(3).strip.is_solo_safe
    assert mixer.strip(3).solo.is_marked
    qtbot.mouseClick(mixer.strip(1).solo, Qt.MouseButton.LeftButton)
    assert [session.song.is_heard(track) for track in session.song.tracks] == [True, False, True]
    assert mixer.strip(3).name.isEnabled()
    assert not mixer.strip(2).name.isEnabled()
    session.undo()
    session.undo()
    assert not mixer.strip(3).solo.is_marked


def test_mx03_the_sound_agrees_with_what_is_shown(session: Session) -> None:
    session.do(tracks.set_strip(1, Strip(is_solo=True)))
    session.do(tracks.set_strip(3, Strip(is_solo_safe=True)))
    mix = Mix.of(session.song, {1: 0, 2: 1, 3: 2}, 3)
    assert [bool(strip.any()) for strip in mix.strips] == [True, False, True]


def test_mx06_both_sends_are_turned_and_undone(qtbot: QtBot, mixer: Mixer, session: Session) -> None:
    mixer.resize(900, 600)
    qtbot.waitUntil(mixer.strip(2).chorus.isVisible)
    qtbot.keyClick(mixer.strip(2).chorus, Qt.Key.Key_Up)
    assert session.song.track(2).strip.chorus == 5
    session.undo()
    assert mixer.strip(2).chorus.value == 0


def test_mx07_the_limiter_is_turned_off_and_shown(qtbot: QtBot, mixer: Mixer, session: Session) -> None:
    assert mixer.master.limiter.isChecked()
    qtbot.mouseClick(mixer.master.limiter, Qt.MouseButton.LeftButton)
    assert not session.song.is_limited
    assert session.history.labels == ("Turn limiter off",)
    loud = np.full((64, 2), 1.5, np.float32)
    assert Mixer_(Mix.of(session.song, {}, 1)).held(loud).max() == 1.5
    session.undo()
    assert Mixer_(Mix.of(session.song, {}, 1)).held(loud).max() <= 1.0
    assert mixer.master.limiter.isChecked()


def test_mx07_the_master_is_muted(qtbot: QtBot, mixer: Mixer, session: Session) -> None:
    qtbot.mouseClick(mixer.master.mute, Qt.MouseButton.LeftButton)
    assert session.song.master.is_muted
    assert not Mix.of(session.song, {1: 0}, 1).master.any()


def test_mx08_strips_keep_order_and_colour_of_tracks(mixer: Mixer, session: Session) -> None:
    session.do(tracks.move_track(3, 0))
    places = [mixer.strip(track.id).x() for track in session.song.tracks]
    QApplication.processEvents()
    places = [mixer.strip(track.id).x() for track in session.song.tracks]
    assert places == sorted(places)
    session.do(tracks.set_colour(3, 5))
    stripe = mixer.strip(3).grab().toImage().pixelColor(60, 1)
    assert stripe.name() == theme.current().track(5).name()


def test_mx08_a_name_is_typed_in_the_strip(qtbot: QtBot, mixer: Mixer, session: Session) -> None:
    strip = mixer.strip(2)
    qtbot.mouseDClick(strip, Qt.MouseButton.LeftButton, pos=strip.name.geometry().center())
    (editor,) = strip.findChildren(InlineEdit)
    qtbot.keyClicks(editor, "Deep")
    qtbot.keyClick(editor, Qt.Key.Key_Return)
    assert session.song.track(2).name == "Deep"


def test_mx05_the_strip_leads_to_the_instrument(qtbot: QtBot, mixer: Mixer) -> None:
    wanted: list[int] = []
    mixer.instrument_wanted.connect(wanted.append)
    mixer.resize(900, 600)
    qtbot.waitUntil(mixer.strip(2).instrument.isVisible)
    assert mixer.strip(2).instrument.text().startswith("Finger")
    qtbot.mouseClick(mixer.strip(2).instrument, Qt.MouseButton.LeftButton)
    assert wanted == [2]
