"""The mixer in the whole window: freezing as a job, mono, SoundFonts at once, stems, keys; and the way back."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from studio.app.bounce import Bounce
from studio.app.desk import Desk
from studio.audio import frozen
from studio.edits import notes, tracks
from studio.errors import UnwritableFile
from studio.jobs.job import FREEZE
from studio.jobs.progress import Cancelled, Progress
from studio.song.mixing import SoundFontFile
from studio.song.notes import Note
from studio.song.song import Instrument
from tests.desk_parts import Answers, StillSound
from tests.sf2_bytes import soundfont


@pytest.fixture
def played(desk: Desk) -> Desk:
    """With two tracks and a note."""
    desk.session.do(notes.add(1, [Note(0, 960, 60, 90)]))
    desk.session.do(tracks.add_track("Bass"))
    return desk


def sound(desk: Desk) -> StillSound:
    made = desk.engines.sound
    assert isinstance(made, StillSound)
    return made


def run(desk: Desk, command: str) -> None:
    desk.actions.by_id[command].trigger()


def keeps(bounce: Bounce, progress: Progress) -> str:
    """A render that leaves the files that a real one would."""
    for ending in ("dry", "reverb", "chorus"):
        bounce.path.with_name(f"{bounce.path.name}.{ending}").write_bytes(bytes(800))
    return ""


def test_mx_09_freezing_renders_once_and_refuses_edits_until_it_is_undone(qtbot: QtBot, played: Desk) -> None:
    freezer, session = played.mixing.freezer, played.session
    freezer._render = keeps
    run(played, "freeze track")
    assert session.song.track(1).is_frozen
    qtbot.waitUntil(lambda: ("frozen", None) in sound(played).calls)
    assert not session.do(notes.add(1, [Note(960, 960, 64, 90)]))
    calls = len(sound(played).calls)
    freezer.look()
    assert not session.jobs.active(FREEZE)
    run(played, "freeze track")
    run(played, "freeze track")
    assert not session.jobs.active(FREEZE), "what is kept is not rendered again"
    assert len(sound(played).calls) == calls
    for _ in range(3):
        session.undo()
    assert not session.song.track(1).is_frozen


def test_mx_09_a_cancelled_or_failed_freeze_leaves_the_track_as_it_was(qtbot: QtBot, played: Desk) -> None:
    said: list[str] = []
    played.session.said.listen(lambda text, _is_error: said.append(text))

    def cancelled(bounce: Bounce, progress: Progress) -> str:
        raise Cancelled

    def failing(bounce: Bounce, progress: Progress) -> str:
        raise UnwritableFile("The disk is full.", "Free some space.")

    for render, words in ((cancelled, "was not frozen"), (failing, "The disk is full")):
        played.mixing.freezer._render = render
        run(played, "freeze track")
        qtbot.waitUntil(lambda words=words: any(words in text for text in said))
        assert not played.session.song.track(1).is_frozen


def test_mx_09_a_song_that_comes_frozen_is_rendered_anew_and_stays_frozen_when_that_is_cancelled(
    qtbot: QtBot, played: Desk
) -> None:
    made: list[str] = []

    def render(bounce: Bounce, progress: Progress) -> str:
        made.append(bounce.path.name)
        raise Cancelled

    played.mixing.freezer._render = render
    song = played.session.song
    played.session.open(song.with_track(replace(song.track(1), is_frozen=True)))
    qtbot.waitUntil(lambda: len(made) == 1 and not played.session.jobs.active(FREEZE))
    played.mixing.freezer.look()
    assert played.session.song.track(1).is_frozen
    assert len(made) == 1
    assert not frozen.is_kept(played.mixing.freezer._folder, made[0])


def test_mx_07_the_mono_check_is_heard_and_is_no_edit(played: Desk) -> None:
    labels = played.session.history.labels
    run(played, "mono check")
    assert sound(played).calls[-1] == ("mono", True)
    assert played.window.mixer.master.mono.isChecked()
    assert played.actions.by_id["mono check"].isChecked()
    run(played, "mono check")
    assert sound(played).calls[-1] == ("mono", False)
    assert played.session.history.labels == labels


def test_mx_10_another_soundfont_is_heard_at_once(played: Desk, answers: Answers, tmp_path: Path) -> None:
    answers.opens = soundfont(tmp_path / "grand.sf2")
    run(played, "soundfont")
    assert sound(played).calls[-1] == ("soundfont", answers.opens)


def test_mx_10_a_track_gets_its_own_soundfont_and_gives_it_back(
    qtbot: QtBot, played: Desk, answers: Answers, tmp_path: Path
) -> None:
    answers.opens = soundfont(tmp_path / "grand.sf2")
    run(played, "track soundfont")
    qtbot.waitUntil(lambda: played.session.song.track(1).instrument.font is not None)
    font = played.session.song.track(1).instrument.font
    assert font is not None
    assert (font.name, font.size) == ("grand.sf2", answers.opens.stat().st_size)
    run(played, "usual soundfont")
    assert played.session.song.track(1).instrument == Instrument()
    played.session.undo()
    played.session.undo()
    assert played.session.song.track(1).instrument.font is None


def test_mx_10_what_is_no_soundfont_is_refused(qtbot: QtBot, played: Desk, answers: Answers, tmp_path: Path) -> None:
    said: list[str] = []
    played.session.said.listen(lambda text, _is_error: said.append(text))
    answers.opens = tmp_path / "song.sf2"
    answers.opens.write_bytes(b"no font at all")
    run(played, "track soundfont")
    qtbot.waitUntil(lambda: any("is not a SoundFont" in text for text in said))
    assert played.session.song.track(1).instrument.font is None


def test_mx_10_a_missing_soundfont_is_said_and_shown(played: Desk) -> None:
    font = SoundFontFile("/music/grand.sf2", 10, "ab" * 32)
    played.session.do(tracks.set_instrument(1, Instrument(font=font)))
    said = played.window.status
    played.mixing.follow(replace(sound(played).state, missing_fonts=(font.sha256,), warning="«grand.sf2» is not there."))
    assert "grand.sf2" in played.window.mixer.strip(1).instrument.text()
    assert "«grand.sf2» is not there." in said.words.text()


def test_mx_03_keys_of_the_mixer_reach_the_track_in_front(qtbot: QtBot, played: Desk) -> None:
    run(played, "workspace mix")
    mixer = played.window.mixer
    mixer.setFocus()
    played.session.select(track_id=1)
    for key, modifier in ((Qt.Key.Key_M, Qt.KeyboardModifier.NoModifier), (Qt.Key.Key_S, Qt.KeyboardModifier.ShiftModifier)):
        qtbot.keyClick(mixer, key, modifier)
    strip = played.session.song.track(1).strip
    assert (strip.is_muted, strip.is_solo) == (True, True)
    qtbot.keyClick(mixer, Qt.Key.Key_BracketRight)
    bass = played.session.song.tracks[1].id
    assert played.session.selection.track_id == bass
    qtbot.keyClick(mixer, Qt.Key.Key_Down)
    assert mixer.strip(bass).fader.hasFocus()
    qtbot.keyClick(mixer.strip(bass).fader, Qt.Key.Key_PageDown)
    assert played.session.song.track(bass).strip.gain_db == -3.0


def test_mx_08_hidden_tracks_are_listed_on_demand(played: Desk) -> None:
    run(played, "hide track")
    assert 1 not in played.window.tracks.rows
    run(played, "show hidden")
    assert 1 in played.window.tracks.rows
    assert played.actions.by_id["show hidden"].isChecked()
    run(played, "show all tracks")
    assert not any(track.is_hidden for track in played.session.song.tracks)


def test_tooltips_follow_changed_keys(played: Desk) -> None:
    mute = played.window.mixer.strip(1).mute
    assert mute.toolTip() == "Mute (M)"
    played.actions.rebind({"mute": ("Ctrl+Alt+Q",)})
    assert mute.toolTip() == "Mute (Ctrl+Alt+Q)"
    played.actions.rebind({})
