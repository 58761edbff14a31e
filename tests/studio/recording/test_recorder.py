"""The recorder with a session and a sound moved by hand: one step, growing notes, takes, layers, punch, and what ends it."""

from __future__ import annotations

import pytest

from studio.audio.played import Touch
from studio.audio.schedule import BEND, CONTROLLER
from studio.edits import notes, tracks
from studio.jobs.board import InlineRunner
from studio.recording.recorder import Manner, Recorder
from studio.session import Session
from studio.song import Note, Span, Strip
from studio.song.check import check
from tests.fakes import scale_takes
from tests.live_sound import PlayedSound

BAR = 3840


class Studio:
    def __init__(self) -> None:
        self.sound = PlayedSound()
        self.session = Session(InlineRunner(), scale_takes, self.sound)
        self.recorder = Recorder(self.session, self.sound)
        self.said: list[str] = []
        self.session.said.listen(lambda text, _: self.said.append(text))

    def go(self, ticks: float, step: int = 240) -> None:
        """Time passes, looked at now and then as the window does."""
        while ticks > 0:
            self.sound.go(min(step, ticks))
            ticks -= step
            self.recorder.update()

    def play(self, pitch: int, ticks: int, velocity: int = 80) -> None:
        self.sound.press(pitch, velocity)
        self.go(ticks)
        self.sound.lift(pitch)
        self.recorder.update()

    @property
    def notes(self) -> list[tuple[int, int, int]]:
        track = self.session.song.track(1)
        return [(note.start_tick, note.length_ticks, note.pitch) for note in track.notes]


@pytest.fixture
def studio():
    made = Studio()
    yield made
    assert check(made.session.song) == ()


def test_pr_24_after_the_count_in_what_is_played_is_one_step(studio) -> None:
    studio.recorder.use(Manner(count_in_bars=2))
    studio.recorder.toggle()
    assert studio.sound.hands.counted == [2]
    assert studio.sound.hands.endless
    assert studio.recorder.state == "counting"
    studio.go(2 * BAR)
    assert studio.recorder.state == "recording"
    studio.play(60, 960)
    studio.play(64, 480)
    assert studio.notes == [], "nothing is in the song before it ends"
    studio.recorder.toggle()
    assert studio.notes == [(0, 960, 60), (960, 480, 64)]
    assert studio.session.history.undo_label == "Record 2 notes"
    assert studio.session.selection.note_ids == {note.id for note in studio.session.song.track(1).notes}
    assert studio.sound.is_playing, "the music goes on"
    assert not studio.sound.hands.endless
    studio.session.undo()
    assert studio.notes == []


def test_pr_24_notes_grow_while_held(studio) -> None:
    studio.recorder.use(Manner(count_in_bars=0))
    studio.recorder.start()
    studio.go(480)
    studio.sound.press(60)
    lengths = []
    for _ in range(4):
        studio.go(240)
        lengths.append(int(studio.recorder.growing()["length"][0]))
    assert lengths == [240, 480, 720, 960]


def test_in_the_count_in_keys_are_heard_and_not_recorded_but_the_upbeat_is(studio) -> None:
    studio.recorder.start()
    studio.go(1000)
    studio.play(50, 500)
    studio.go(BAR - 1500 - 100)
    studio.play(60, 600)
    studio.recorder.stop()
    assert studio.notes == [(0, 500, 60)]


def test_r_in_the_count_in_gives_up(studio) -> None:
    studio.recorder.start()
    studio.go(500)
    studio.recorder.toggle()
    assert not studio.sound.is_playing
    assert not studio.recorder.is_on
    assert studio.session.history.undo_label is None


def test_pause_ends_the_recording_and_keeps_it(studio) -> None:
    studio.recorder.use(Manner(count_in_bars=0))
    studio.recorder.start()
    studio.go(960)
    studio.sound.press(67)
    studio.go(480)
    studio.sound.pause()
    studio.recorder.update()
    assert not studio.recorder.is_on
    assert studio.notes == [(960, 480, 67)]


def test_recording_begins_where_the_music_is_while_it_plays(studio) -> None:
    studio.sound.play()
    studio.go(2000)
    studio.recorder.toggle()
    assert studio.sound.hands.counted == []
    studio.go(100)
    studio.play(60, 300)
    studio.recorder.toggle()
    assert studio.notes == [(2100, 300, 60)]


def test_replace_takes_away_what_was_there_but_for_locked_notes(studio) -> None:
    studio.session.do(notes.add(1, [Note(0, 480, 40), Note(960, 480, 41), Note(1920, 480, 42, flags=2), Note(9600, 480, 43)]))
    studio.recorder.use(Manner(count_in_bars=0, replaces=True))
    studio.recorder.start()
    studio.go(BAR - 480)
    studio.play(60, 240)
    studio.recorder.stop()
    assert studio.notes == [(1920, 480, 42), (3360, 240, 60), (9600, 480, 43)]
    studio.session.undo()
    assert len(studio.notes) == 4


def test_pr_24_punch_records_its_range_alone_and_ends_behind_it(studio) -> None:
    studio.recorder.set_punch(Span(BAR, BAR + 960))
    studio.recorder.use(Manner(count_in_bars=0))
    studio.recorder.start()
    studio.play(50, 480)
    studio.go(BAR - 480)
    studio.play(60, 480)
    studio.play(62, 960)
    studio.go(600)
    assert not studio.recorder.is_on
    assert studio.sound.is_playing
    assert studio.notes == [(BAR, 480, 60), (BAR + 480, 480, 62)]


def test_with_the_cursor_behind_the_punch_range_it_begins_a_bar_before_it(studio) -> None:
    studio.recorder.set_punch(Span(2 * BAR, 3 * BAR))
    studio.session.select(cursor_tick=8 * BAR)
    studio.recorder.start()
    assert studio.recorder.start_tick == BAR


def test_pr_24_passes_over_a_loop_become_takes_by_hand(studio) -> None:
    studio.session.do(notes.add(1, [Note(0, 480, 40)]))
    studio.session.set_loop(Span(0, BAR))
    studio.recorder.use(Manner(count_in_bars=0, replaces=True))
    studio.recorder.start()
    for pitch in (60, 62, 64):
        studio.go(480)
        studio.sound.pedal(127)
        studio.play(pitch, 480)
        studio.sound.pedal(0)
        studio.go(BAR - 960)
    assert studio.session.tray.current is not None
    assert studio.session.tray.current.active is None, "what was there is heard while it goes on"
    studio.recorder.stop()
    takes = studio.session.tray.current.takes
    assert [take.rows["pitch"].tolist() for take in takes] == [[60], [62], [64]]
    assert studio.session.tray.current.active == 2
    assert studio.session.keep()
    assert studio.notes == [(480, 480, 64)]
    assert [note.origin for note in studio.session.song.track(1).notes] == [0], "by hand"
    assert studio.session.song.track(1).controls.points.tolist() == [(480, 0, 64, 127), (960, 0, 64, 0)]
    studio.session.undo()
    assert studio.notes == [(0, 480, 40)]
    assert not studio.session.song.track(1).controls


def test_pr_24_overdubbed_passes_are_layers_heard_in_the_next_and_one_step(studio) -> None:
    studio.session.set_loop(Span(0, BAR))
    studio.recorder.use(Manner(count_in_bars=0))
    studio.recorder.start()
    studio.play(60, 480)
    studio.go(BAR - 480)
    studio.go(480)
    assert studio.notes == [(0, 480, 60)], "the first layer is heard while the second is played"
    studio.play(64, 480)
    studio.recorder.stop()
    assert studio.notes == [(0, 480, 60), (480, 480, 64)]
    assert studio.session.history.undo_label == "Record 2 notes"
    studio.session.undo()
    assert studio.notes == []


def test_pedal_wheel_and_bend_go_into_the_controllers(studio) -> None:
    studio.recorder.use(Manner(count_in_bars=0))
    studio.recorder.start()
    studio.go(240)
    studio.sound.pedal(127)
    studio.sound.touch(Touch(CONTROLLER, 1, 70))
    studio.go(240)
    studio.sound.touch(Touch(BEND, 0, 4000))
    studio.go(240)
    studio.sound.pedal(0)
    studio.go(240)
    studio.recorder.stop()
    points = studio.session.song.track(1).controls.points.tolist()
    assert sorted(points) == [(240, 0, 1, 70), (240, 0, 64, 127), (480, 1, 0, 4000), (720, 0, 64, 0), (960, 1, 0, 0)]
    assert studio.session.history.undo_label == "Record controllers"


def test_pr_13_keys_are_kept_to_the_scale_and_starts_to_the_grid(studio) -> None:
    studio.recorder.pitch_at = lambda _tick, pitch: pitch - pitch % 2
    studio.recorder.nearest = lambda tick: round(tick / 480) * 480
    studio.recorder.use(Manner(count_in_bars=0, quantises=True))
    studio.recorder.start()
    studio.go(430)
    studio.play(61, 300)
    studio.recorder.stop()
    assert studio.notes == [(480, 300, 60)]


@pytest.mark.parametrize("disturbance", ["undo", "redo", "generate", "open", "delete the track", "tempo", "seek", "loop"])
def test_whatever_pulls_the_ground_away_ends_the_recording_first(studio, disturbance) -> None:
    session = studio.session
    session.do(tracks.add_track())
    session.select(track_id=1)
    studio.recorder.use(Manner(count_in_bars=0))
    studio.recorder.start()
    studio.go(240)
    studio.play(60, 480)
    studio.sound.press(64)
    studio.go(240)
    labels = []
    session.song_changed.listen(lambda before, after: labels.append(session.history.undo_label))
    if disturbance == "undo":
        session.undo()
        session.redo()
    elif disturbance == "redo":
        session.redo()
    elif disturbance == "generate":
        from studio.generation.contract import Request
        from studio.song.region import Mask, Region

        session.generate(Request("start", "scale", session.song, Mask(Region((1,), Span(9600, 13440))), count=1))
        session.discard()
    elif disturbance == "open":
        session.open(session.song)
    elif disturbance == "delete the track":
        session.do(tracks.remove_track(1))
        assert not session.song.has_track(1)
        session.undo()
    elif disturbance == "tempo":
        session.do(tracks.set_tempo(0, 90.0))
    elif disturbance == "seek":
        studio.sound.seek(9600)
        studio.recorder.update()
    else:
        session.set_loop(Span(0, BAR))
    assert not studio.recorder.is_on
    assert "Record 2 notes" in labels
    if disturbance != "open":
        assert studio.notes == [(240, 480, 60), (720, 240, 64)]


def test_a_fader_moved_meanwhile_does_not_end_it(studio) -> None:
    studio.recorder.use(Manner(count_in_bars=0))
    studio.recorder.start()
    studio.go(240)
    studio.session.do(tracks.set_strip(1, Strip(gain_db=-6.0)))
    assert studio.recorder.is_on


def test_what_was_played_while_nothing_ran_is_captured_at_the_cursor(studio) -> None:
    studio.sound.press(60)
    studio.go(960)
    studio.sound.lift(60)
    studio.play(64, 480)
    studio.recorder.update()
    studio.session.select(cursor_tick=BAR)
    assert studio.recorder.capture()
    assert studio.notes == [(BAR, 960, 60), (BAR + 960, 480, 64)]
    assert studio.session.history.undo_label == "Capture 2 notes"
    assert not studio.recorder.capture(), "it is captured once"


def test_what_was_played_to_the_music_is_captured_where_it_was_heard(studio) -> None:
    studio.sound.play()
    studio.go(5000)
    studio.play(60, 300)
    studio.sound.pause()
    studio.recorder.update()
    assert studio.recorder.capture()
    assert studio.notes == [(5000, 300, 60)]


def test_older_than_a_minute_is_forgotten(studio) -> None:
    studio.play(60, 480)
    studio.go(1920 * 61, 9600)
    studio.play(62, 480)
    assert studio.recorder.capture()
    assert [pitch for _, _, pitch in studio.notes] == [62]


def test_a_locked_track_is_refused_in_a_sentence(studio) -> None:
    from studio.edits import locks

    studio.session.do(locks.set_track_locked(1, True))
    studio.recorder.toggle()
    assert not studio.recorder.is_on
    assert "locked" in studio.said[-1]


def test_keyboards_play_with_the_sound_of_the_track_in_front(studio) -> None:
    studio.session.do(tracks.add_track())
    number = studio.session.song.tracks[-1].id
    studio.session.select(track_id=number)
    assert studio.sound.hands.aimed == number
