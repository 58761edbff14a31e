"""MX-01 to MX-10 as a hand meets them: keys for every gesture, groups, returns, hidden and frozen tracks, redrawing."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from studio.edits import freezing, grouping, tracks
from studio.jobs.board import InlineRunner
from studio.session import Session
from studio.song.mixing import CHORUS_ID, REVERB_ID, Group, SoundFontFile, Strip
from studio.song.song import SILENT_DB, Instrument, Song, Track
from tests.fakes import SilentSound, scale_takes
from widgets import key_words, track_icons
from widgets.controls.inline_edit import InlineEdit
from widgets.controls.knob import percent_typed, share_typed
from widgets.mixer_strip import TrackStrip
from widgets.panels.group_row import GroupRow
from widgets.panels.mixer import Mixer
from widgets.panels.track_menu import group_menu, track_menu
from widgets.panels.track_row import TrackRow
from widgets.panels.tracks import Tracks

FONT = SoundFontFile("/music/grand.sf2", 10, "ab" * 32)


@pytest.fixture
def mixer(put_up: Callable[..., Mixer], session: Session) -> Mixer:
    return put_up(Mixer(session), 1100, 560)


@pytest.fixture
def panel(put_up: Callable[..., Tracks], session: Session) -> Tracks:
    return put_up(Tracks(session), 240, 500)


def row(panel: Tracks, track_id: int) -> TrackRow:
    return panel.rows[track_id]


def type_into(qtbot: QtBot, strip: QWidget, text: str) -> None:
    (editor,) = (found for found in strip.findChildren(InlineEdit) if found.isVisible())
    editor.selectAll()
    qtbot.keyClicks(editor, text)
    qtbot.keyClick(editor, Qt.Key.Key_Return)


def test_mx_01_every_gesture_of_the_fader_has_a_key(qtbot: QtBot, mixer: Mixer, session: Session) -> None:
    fader = mixer.strip(1).fader
    for key, modifier, gain_db in (
        (Qt.Key.Key_Down, Qt.KeyboardModifier.NoModifier, -0.5),
        (Qt.Key.Key_Down, Qt.KeyboardModifier.ControlModifier, -0.6),
        (Qt.Key.Key_PageDown, Qt.KeyboardModifier.NoModifier, -3.6),
        (Qt.Key.Key_Delete, Qt.KeyboardModifier.NoModifier, 0.0),
    ):
        qtbot.keyClick(fader, key, modifier)
        assert session.song.track(1).strip.gain_db == pytest.approx(gain_db)


def test_mx_02_every_gesture_of_the_pan_has_a_key(qtbot: QtBot, mixer: Mixer, session: Session) -> None:
    knob = mixer.strip(1).knob
    qtbot.keyClick(knob, Qt.Key.Key_Left)
    qtbot.keyClick(knob, Qt.Key.Key_Left, Qt.KeyboardModifier.ControlModifier)
    assert session.song.track(1).strip.pan == -6
    qtbot.keyClick(knob, Qt.Key.Key_Backspace)
    assert session.song.track(1).strip.pan == 0


def test_mx_03_ctrl_takes_one_alt_none_and_silent_strips_are_dimmed(qtbot: QtBot, mixer: Mixer, session: Session) -> None:
    left = Qt.MouseButton.LeftButton
    qtbot.mouseClick(mixer.strip(1).solo, left)
    qtbot.mouseClick(mixer.strip(2).solo, left, Qt.KeyboardModifier.ControlModifier)
    assert [track.strip.is_solo for track in session.song.tracks] == [False, True, False]
    assert [mixer.strip(number).meter.isEnabled() for number in (1, 2, 3)] == [False, True, False]
    assert mixer.strip(1).stripe is not None
    assert mixer.strip(1).stripe.alphaF() < 0.5
    qtbot.mouseClick(mixer.strip(3).solo, left, Qt.KeyboardModifier.AltModifier)
    assert not any(track.strip.is_solo for track in session.song.tracks)
    assert not mixer.strip(3).solo.isChecked()
    assert len(session.history.labels) == 3


def test_mx_04_all_clip_lamps_go_out_by_a_command(mixer: Mixer) -> None:
    mixer.feed({1: (1.2, 0.0), REVERB_ID: (1.5, 1.5)}, (1.3, 0.1), 1.0)
    assert mixer.strip(1).meter.is_clipped
    assert mixer.reverb.meter.is_clipped
    mixer.clear_clips()
    assert not any(strip.meter.is_clipped for strip in (mixer.strip(1), mixer.reverb, mixer.master))


@pytest.mark.parametrize(("text", "percent"), [("50", 50.0), ("12,5 %", 12.5), ("999", 100.0), ("-4", 0.0), ("much", None)])
def test_mx_06_typed_shares(text: str, percent: float | None) -> None:
    assert percent_typed(text) == percent
    assert share_typed(text) == (None if percent is None else pytest.approx(percent * 1.27))


def test_mx_06_a_send_is_typed(qtbot: QtBot, mixer: Mixer, session: Session, said: list[str]) -> None:
    strip = mixer.strip(2)
    qtbot.keyClick(strip.reverb, Qt.Key.Key_Return)
    type_into(qtbot, strip, "100 %")
    assert session.song.track(2).strip.reverb == 127
    qtbot.keyClick(strip.reverb, Qt.Key.Key_Return)
    type_into(qtbot, strip, "much")
    assert "«much» is no value for Reverb" in said[-1]
    assert session.history.labels == ("Change reverb",)


@pytest.fixture
def said(session: Session) -> list[str]:
    heard: list[str] = []
    session.said.listen(lambda text, _is_error: heard.append(text))
    return heard


def test_mx_06_the_returns_and_the_room_are_turned_and_undone(qtbot: QtBot, mixer: Mixer, session: Session) -> None:
    qtbot.waitUntil(mixer.reverb.room.isVisible)
    assert not mixer.chorus.room.isVisible()
    qtbot.keyClick(mixer.reverb.fader, Qt.Key.Key_PageDown)
    qtbot.mouseClick(mixer.chorus.mute, Qt.MouseButton.LeftButton)
    qtbot.keyClick(mixer.reverb.room, Qt.Key.Key_Up)
    qtbot.keyClick(mixer.reverb.damping, Qt.Key.Key_Return)
    type_into(qtbot, mixer.reverb, "30")
    effects = session.song.effects
    assert (effects.reverb.gain_db, effects.chorus.is_muted) == (-3.0, True)
    assert (effects.room_size, effects.damping) == (0.25, 0.3)
    assert session.history.labels == ("Change return of Reverb", "Mute Chorus", "Change room size", "Change damping")
    while session.history.undo_label is not None:
        session.undo()
    assert mixer.reverb.room.value == 20
    assert not mixer.chorus.mute.isChecked()


def test_mx_06_the_returns_are_shown_where_there_is_height_and_their_meters_move(qtbot: QtBot, mixer: Mixer) -> None:
    mixer.feed({REVERB_ID: (0.5, 0.5), CHORUS_ID: (0.25, 0.0)}, (0.0, 0.0), 1.0)
    assert mixer.reverb.meter.channels[0].shown_db == pytest.approx(-6.02, abs=0.01)
    assert mixer.chorus.meter.channels[0].shown_db == pytest.approx(-12.04, abs=0.01)
    mixer.resize(1100, 200)
    qtbot.waitUntil(lambda: not mixer.reverb.isVisible())


def test_mx_07_limiter_and_mono_stand_on_the_master(qtbot: QtBot, mixer: Mixer, session: Session) -> None:
    turned: list[bool] = []
    mixer.mono_turned.connect(lambda: turned.append(True))
    qtbot.mouseClick(mixer.master.mono, Qt.MouseButton.LeftButton)
    assert turned == [True]
    assert session.history.labels == ()
    qtbot.mouseClick(mixer.master.limiter, Qt.MouseButton.LeftButton)
    assert not session.song.is_limited


def test_mx_08_a_group_has_a_strip_ahead_of_its_tracks(qtbot: QtBot, mixer: Mixer, session: Session) -> None:
    session.do(grouping.group_tracks((1, 3), "Low"))
    group = mixer.group_strip(4)
    qtbot.waitUntil(lambda: group.x() < mixer.strip(1).x() < mixer.strip(3).x() < mixer.strip(2).x())
    qtbot.keyClick(group.fader, Qt.Key.Key_PageDown)
    qtbot.mouseClick(group.mute, Qt.MouseButton.LeftButton)
    assert session.song.groups[0].strip == Strip(-3.0, is_muted=True)
    assert not mixer.strip(1).meter.isEnabled()
    assert mixer.strip(2).meter.isEnabled()
    mixer.feed({1: (0.1, 0.2), 3: (0.5, 0.0), 2: (1.0, 1.0)}, (0.0, 0.0), 1.0)
    assert group.meter.channels[0].shown_db == pytest.approx(-6.02, abs=0.01)
    qtbot.mouseClick(group.fold, Qt.MouseButton.LeftButton)
    with pytest.raises(KeyError):
        mixer.strip(1)
    session.undo()
    assert mixer.strip(1).isVisible()
    assert session.history.labels[-2:] == ("Change volume of group", "Mute group")


def test_mx_08_the_track_list_shows_groups_and_folds_them_by_key(qtbot: QtBot, panel: Tracks, session: Session) -> None:
    session.select(track_id=3)
    panel.group()
    group = panel.findChild(GroupRow)
    assert group is not None
    type_into(qtbot, group, "Rhythm")
    assert session.song.groups[0].name == "Rhythm"
    assert group.accessibleName() == "Rhythm, 1 track, open"
    assert "in Rhythm" in row(panel, 3).accessibleName()
    qtbot.keyClick(group, Qt.Key.Key_Return)
    assert session.song.groups[0].is_folded
    assert 3 not in panel.rows
    panel.step(-1)
    assert session.selection.track_id == 2


def test_mx_08_tracks_dragged_between_members_join(qtbot: QtBot, panel: Tracks, session: Session) -> None:
    session.do(grouping.group_tracks((1, 2), "Pair"))
    lower = row(panel, 2).geometry()
    row(panel, 3).dropped.emit(3, float(lower.top() + 2))
    assert [(track.id, track.group) for track in session.song.tracks] == [(1, 4), (3, 4), (2, 4)]


def test_mx_08_hidden_tracks_leave_both_lists_and_come_back(
    panel: Tracks, mixer: Mixer, session: Session, said: list[str]
) -> None:
    session.select(track_id=2)
    panel.toggle_hidden()
    assert 2 not in panel.rows
    assert session.selection.track_id == 1
    assert "hidden and sounds on" in said[-1]
    with pytest.raises(KeyError):
        mixer.strip(2)
    for part in (panel, mixer):
        part.show_hidden(True)
    assert "hidden" in row(panel, 2).accessibleName()
    assert mixer.strip(2).isVisible()
    session.undo()
    assert not session.song.track(2).is_hidden


def test_mx_08_every_family_has_an_icon_and_a_chosen_one_stays() -> None:
    found = {track_icons.icon_of(Track(1, "", instrument=Instrument(program))) for program in range(128)}
    assert len(found) == 16
    assert track_icons.icon_of(Track(1, "", instrument=Instrument(0, 0, True))) == "drums"
    assert track_icons.icon_of(Track(1, "", is_audio=True)) == "sound"
    assert track_icons.icon_of(Track(1, "", icon="voice")) == "voice"
    assert track_icons.icon_of(Track(1, "", icon="from elsewhere")) == "piano"


def test_mx_08_the_menus_offer_all_that_can_be_done(qtbot: QtBot, panel: Tracks, session: Session) -> None:
    session.do(grouping.group_tracks((1,), "Solo"))
    menu = track_menu(panel, panel, session.song.track(1))
    words = [action.text().split("\t")[0] for action in menu.actions()]
    assert {"Frozen", "Hidden", "Icon", "Group", "Colour", "SoundFont of this track..."} <= set(words)
    icon = next(action.menu() for action in menu.actions() if action.text() == "Icon")
    assert icon is not None
    next(action for action in icon.actions() if action.data() == "bell").trigger()
    assert session.song.track(1).icon == "bell"
    groups = group_menu(panel, panel, session.song.groups[0])
    next(action for action in groups.actions() if action.text().startswith("Ungroup")).trigger()
    assert session.song.groups == ()


def test_mx_09_frozen_tracks_are_marked_and_refuse_a_send(qtbot: QtBot, mixer: Mixer, session: Session, said: list[str]) -> None:
    session.do(freezing.freeze(1))
    strip = mixer.strip(1)
    assert strip.frozen.isVisible()
    qtbot.keyClick(strip.reverb, Qt.Key.Key_Up)
    assert "«Lead» is frozen" in said[-1]
    assert strip.reverb.value == 40
    qtbot.keyClick(strip.fader, Qt.Key.Key_Down)
    assert session.song.track(1).strip.gain_db == -0.5


def test_mx_10_a_missing_soundfont_is_shown_in_strip_and_row(panel: Tracks, mixer: Mixer, session: Session) -> None:
    session.do(tracks.set_instrument(1, Instrument(5, font=FONT)))
    assert "grand.sf2" in row(panel, 1).accessibleName()
    for part in (panel, mixer):
        part.show_missing(frozenset({FONT.sha256}))
    assert "grand.sf2" in mixer.strip(1).instrument.text()
    assert "is not there" in mixer.strip(1).instrument.toolTip()
    assert "is not there" in row(panel, 1).toolTip()
    assert row(panel, 1).is_missing
    assert not row(panel, 2).is_missing
    mixer.show_missing(frozenset())
    assert "grand.sf2" not in mixer.strip(1).instrument.text()


def test_tooltips_name_the_keys_that_are_in_force(mixer: Mixer) -> None:
    key_words.use({"mute": "M"})
    assert mixer.strip(1).mute.toolTip() == "Mute (M)"
    key_words.use({"mute": "Ctrl+Q, Y"})
    assert mixer.strip(1).mute.toolTip() == "Mute (Ctrl+Q, Y)"
    assert key_words.menu_words("Mute", "mute") == "Mute\tCtrl+Q"
    key_words.use({})
    assert mixer.strip(1).mute.toolTip() == "Mute"


class Counting(TrackStrip):
    """Counts how often it is shown anew."""

    shown = 0

    def show_track(self, track: Track, group: Group | None, *, is_silenced: bool, is_missing: bool) -> None:
        Counting.shown += 1
        super().show_track(track, group, is_silenced=is_silenced, is_missing=is_missing)


class CountingMixer(Mixer):
    def _new_strip(self, entry: Group | Track) -> Counting:
        assert isinstance(entry, Track)
        return Counting(self.session, entry.id)


def test_mx_01_a_fader_drag_in_a_mixer_of_64_tracks_shows_one_strip_anew(qtbot: QtBot, put_up: Callable[..., Mixer]) -> None:
    song = Song("Many", tuple(Track(number, f"Track {number}") for number in range(1, 65)), next_id=65)
    session = Session(InlineRunner(), scale_takes, SilentSound(), song)
    mixer = put_up(CountingMixer(session), 1100, 560)
    qtbot.waitUntil(lambda: Counting.shown == 64)  # very many strips come by and by
    before = Counting.shown
    fader = mixer.strip(7).fader
    start = QPoint(fader.width() // 2, fader.height() // 2)
    qtbot.mousePress(fader, Qt.MouseButton.LeftButton, pos=start)
    for move in range(1, 21):
        qtbot.mouseMove(fader, start + QPoint(0, move))
    qtbot.mouseRelease(fader, Qt.MouseButton.LeftButton)
    assert session.song.track(7).strip.gain_db < 0
    assert Counting.shown - before <= 20
    assert len(session.history.labels) == 1


def test_out_of_range_levels_are_kept_within(qtbot: QtBot, mixer: Mixer, session: Session) -> None:
    strip = replace(session.song.track(1).strip, gain_db=99.0, pan=-999.0, reverb=999, chorus=-4)
    session.do(tracks.set_strip(1, strip))
    assert session.song.track(1).strip == Strip(6.0, -100.0, reverb=127, chorus=0)
    session.do(tracks.set_strip(1, replace(strip, gain_db=-9999.0)))
    assert mixer.strip(1).level.text() == "-inf"
    assert session.song.track(1).strip.gain_db == SILENT_DB
