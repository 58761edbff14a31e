"""A random user who plays, records, loops, punches, undoes, deletes: the song stays sound, and undo leads back to the start."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from studio.audio.played import ALL_NOTES_OFF, Touch
from studio.audio.schedule import BEND, CONTROLLER, OFF, ON
from studio.edits import notes, tracks
from studio.jobs.board import InlineRunner
from studio.recording.recorder import Recorder
from studio.session import Session
from studio.song import Note, Span
from studio.song.check import check
from studio.song.song import empty_song
from tests.fakes import scale_takes
from tests.live_sound import PlayedSound


class Person(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.sound = PlayedSound()
        filled = notes.add(1, [Note(960 * beat, 700, 60 + beat, flags=2 * (beat % 2)) for beat in range(8)])
        self.session = Session(InlineRunner(), scale_takes, self.sound, filled.apply(empty_song()))
        self.recorder = Recorder(self.session, self.sound)
        self.recorder.nearest = lambda tick: round(tick / 240) * 240
        self.locked = [note for note in self.session.song.track(1).notes if note.is_locked]
        self.start = self.session.song

    @rule(pitch=st.integers(58, 66), velocity=st.integers(1, 127))
    def press(self, pitch, velocity):
        self.sound.touch(Touch(ON, pitch, velocity))

    @rule(pitch=st.integers(58, 66))
    def lift(self, pitch):
        self.sound.touch(Touch(OFF, pitch, 0))

    @rule(kind=st.sampled_from((CONTROLLER, BEND)), number=st.sampled_from((1, 64, ALL_NOTES_OFF)), value=st.integers(0, 127))
    def turn(self, kind, number, value):
        self.sound.touch(Touch(kind, number if kind == CONTROLLER else 0, value))

    @rule(ticks=st.integers(1, 5000), looks=st.booleans())
    def wait(self, ticks, looks):
        self.sound.go(ticks)
        if looks:
            self.recorder.update()

    @rule()
    def look(self):
        self.recorder.update()

    @rule()
    def record(self):
        self.recorder.toggle()

    @rule()
    def play_or_pause(self):
        self.sound.pause() if self.sound.is_playing else self.sound.play()

    @rule(tick=st.integers(0, 20_000))
    def seek(self, tick):
        self.sound.seek(tick)

    @rule(tick=st.integers(0, 20_000))
    def place_cursor(self, tick):
        self.session.select(cursor_tick=tick)

    @rule(start=st.integers(0, 8000), length=st.integers(0, 8000))
    def loop(self, start, length):
        self.session.set_loop(Span(start, start + length) if length else None)

    @rule(start=st.integers(0, 8000), length=st.integers(0, 8000))
    def punch(self, start, length):
        self.recorder.set_punch(Span(start, start + length))

    @rule(bars=st.integers(0, 4), replaces=st.booleans(), quantises=st.booleans())
    def choose(self, bars, replaces, quantises):
        self.recorder.use(replace(self.recorder.manner, count_in_bars=bars, replaces=replaces, quantises=quantises))

    @rule()
    def capture(self):
        self.recorder.capture()

    @rule()
    def undo(self):
        self.session.undo()

    @rule()
    def redo(self):
        self.session.redo()

    @rule()
    def keep(self):
        self.session.keep()

    @rule()
    def discard(self):
        self.session.discard()

    @rule()
    def another_track(self):
        self.session.do(tracks.add_track())
        self.session.select(track_id=self.session.song.tracks[-1].id)

    @rule()
    def delete_another_track(self):
        if len(self.session.song.tracks) > 1:
            self.session.do(tracks.remove_track(self.session.song.tracks[-1].id))

    @invariant()
    def the_song_is_sound(self):
        song = self.session.song
        assert check(song) == ()
        for note in self.locked:
            assert song.track(1).notes.note(note.id) == note
        rows = self.recorder.growing()
        assert not len(rows) or (int(rows["length"].min()) > 0 and int(rows["start"].min()) >= 0)

    def teardown(self):
        self.recorder.stop()
        assert not self.recorder.is_on
        while self.session.history.undo_label is not None:
            self.session.undo()
        assert self.session.song is self.start
        assert not self.sound.hands.endless


Person.TestCase.settings = settings(max_examples=25, stateful_step_count=40, deadline=None)
TestRandomUser = Person.TestCase
