"""Phrases and passes: whatever is played becomes sound notes inside its range, and none is lost."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from studio.audio.played import ALL_NOTES_OFF, Place, Played, Touch
from studio.audio.schedule import BEND, CONTROLLER, KEY_PRESSURE, OFF, ON, PRESSURE
from studio.recording.passes import Passes
from studio.recording.phrase import EARLY_TICKS, Phrase
from studio.recording.writing import on_grid, write
from studio.song import Note, Notes, Song, Span, Track
from studio.song.check import check
from studio.song.controls import CONTROLLER as CONTROLLERS

BEAT = 960


def phrase_of(*touches: tuple[float, Touch], start: int = 0, end: int | None = None) -> Phrase:
    phrase = Phrase(start, end)
    for tick, touch in touches:
        phrase.add(touch, tick)
    return phrase


def on(pitch: int, velocity: int = 80) -> Touch:
    return Touch(ON, pitch, velocity)


def off(pitch: int) -> Touch:
    return Touch(OFF, pitch, 0)


def pedal(value: int) -> Touch:
    return Touch(CONTROLLER, 64, value)


def notes_of(rows) -> list[tuple[int, int, int]]:
    return sorted((int(row["start"]), int(row["length"]), int(row["pitch"])) for row in rows)


def test_pr_24_a_held_note_grows() -> None:
    phrase = phrase_of((10, on(60)), (500, on(64)), (900, off(60)))
    assert notes_of(phrase.rows(1000)) == [(10, 890, 60), (500, 500, 64)]
    assert notes_of(phrase.rows(1400)) == [(10, 890, 60), (500, 900, 64)]


def test_a_note_a_little_before_the_line_belongs_to_it_and_one_long_before_does_not() -> None:
    early = phrase_of((BEAT - 60, on(60)), (BEAT + 300, off(60)), start=BEAT).end(2 * BEAT)
    assert notes_of(early.rows) == [(BEAT, 300, 60)]
    short = phrase_of((BEAT - 60, on(60)), (BEAT - 10, off(60)), start=BEAT).end(2 * BEAT)
    assert notes_of(short.rows) == [(BEAT, 50, 60)]
    before = phrase_of((BEAT - EARLY_TICKS - 1, on(60)), (2 * BEAT, off(60)), start=BEAT).end(2 * BEAT)
    assert not len(before.rows)


def test_a_key_that_is_never_let_go_ends_with_the_recording_and_twice_pressed_is_two_notes() -> None:
    recorded = phrase_of((0, on(60)), (480, on(60, 90)), (900, on(62))).end(1200)
    assert notes_of(recorded.rows) == [(0, 480, 60), (480, 720, 60), (900, 300, 62)]


def test_the_pedal_is_recorded_and_not_left_down() -> None:
    points = phrase_of((100, pedal(127)), (700, pedal(0)), (800, pedal(100))).end(BEAT).points
    assert [tuple(point) for point in points.tolist()] == [
        (100, CONTROLLERS, 64, 127), (700, CONTROLLERS, 64, 0), (800, CONTROLLERS, 64, 100), (BEAT, CONTROLLERS, 64, 0),
    ]  # fmt: skip


def test_a_fast_wheel_is_thinned_and_keeps_where_it_ended() -> None:
    phrase = Phrase(0)
    for at in range(2000):
        phrase.add(Touch(CONTROLLER, 1, at * 127 // 1999), at / 4)
    points = phrase.end(BEAT).points
    assert 20 < len(points) < 80
    assert points["value"][-1] == 127
    assert np.all(np.diff(points["tick"]) > 0)


touches = st.one_of(
    st.builds(on, st.integers(55, 62), st.integers(1, 127)),
    st.builds(off, st.integers(55, 62)),
    st.builds(pedal, st.integers(0, 127)),
    st.builds(Touch, st.just(BEND), st.just(0), st.integers(-8192, 8191)),
    st.builds(Touch, st.just(PRESSURE), st.just(0), st.integers(0, 127)),
    st.builds(Touch, st.just(KEY_PRESSURE), st.integers(0, 127), st.integers(0, 127)),
    st.builds(Touch, st.just(CONTROLLER), st.integers(0, 119), st.integers(0, 127)),
    st.just(Touch(CONTROLLER, ALL_NOTES_OFF, 0)),
)
streams = st.lists(st.tuples(st.integers(0, 700), touches), max_size=60)
EXISTING = Notes.of([Note(at * 300, 280, 55 + at % 8, id=10 + at, flags=2 * (at % 3 == 0)) for at in range(40)])


def song_with_notes() -> Song:
    return Song(tracks=(Track(1, "Piano", notes=EXISTING),), next_id=100)


@settings(max_examples=150, deadline=None)
@given(streams, st.integers(0, 3000), st.one_of(st.none(), st.integers(1, 6000)), st.booleans(), st.booleans())
def test_pr_24_any_playing_becomes_a_sound_song_and_no_note_is_lost(stream, start, length, replaces, quantises) -> None:
    end = None if length is None else start + length
    phrase, tick, pressed = Phrase(start, end), max(0, start - 500), 0
    for wait, touch in stream:
        tick += wait
        phrase.add(touch, tick)
        inside = start - phrase.early_ticks <= tick and (end is None or tick < end)
        pressed += touch.kind == ON and inside
    recorded = phrase.end(tick + 100)
    rows, stop = recorded.rows, recorded.span.end_tick
    assert len(rows) == pressed
    assert np.all(rows["length"] >= 1)
    assert np.all(rows["start"] >= start)
    assert np.all(rows["start"] + rows["length"] <= stop)
    assert end is None or stop <= end
    if quantises:
        recorded = on_grid(recorded, lambda at: round(at / 240) * 240, is_loop=False)
        assert len(recorded.rows) == pressed
        assert np.all(recorded.rows["length"] >= 1)
    before = song_with_notes()
    after = write(1, recorded, replaces=replaces).apply(before)
    assert check(after) == ()
    locked = EXISTING.rows[EXISTING.rows["flags"] == 2]
    assert np.array_equal(after.track(1).notes.with_ids(locked["id"]), locked), "locked notes stay"
    outside = [note for note in before.track(1).notes if not recorded.span.start_tick - 280 <= note.start_tick < stop]
    assert all(after.track(1).notes.note(note.id) == note for note in outside)


@settings(max_examples=150, deadline=None)
@given(
    streams,
    st.integers(0, 1000),
    st.integers(240, 4000),
    st.one_of(st.none(), st.tuples(st.integers(0, 3000), st.integers(1, 3000))),
)
def test_pr_24_round_a_loop_every_note_is_in_one_pass_and_inside_the_punch_range(stream, start, length, punch) -> None:
    loop = Span(start, start + length)
    span = None if punch is None else Span(punch[0], punch[0] + punch[1])
    if span is not None and (span.end_tick <= loop.start_tick or span.start_tick >= loop.end_tick):
        span = None
    passes, at, found, pressed = Passes(start, loop, span), 0, [], 0
    low, high = (start, loop.end_tick) if span is None else (max(start, span.start_tick), min(loop.end_tick, span.end_tick))
    early = min(EARLY_TICKS, (high - low) // 8)
    for wait, touch in stream:
        at += wait
        place = Place(start + at % length, at // length, 0, True)
        passes.add(Played(touch, at / 1920, place))
        tick = place.tick
        pressed += touch.kind == ON and low - early <= tick < high
        found += passes.turned(place)
    last = passes.end(Place(start + (at + 50) % length, (at + 50) // length, 0, True))
    if last is not None:
        found.append(last)
    rows = np.concatenate([recorded.rows for recorded in found]) if found else np.zeros(0)
    if found:
        assert np.all(rows["length"] >= 1)
        assert np.all(rows["start"] >= low)
        assert np.all(rows["start"] + rows["length"] <= high)
        song = song_with_notes()
        for recorded in found:
            song = write(1, recorded, replaces=False).apply(song)
        assert check(song) == ()
    assert len(rows) == pressed


def test_a_key_held_over_the_turn_ends_there_and_one_pressed_just_before_begins_the_next_pass() -> None:
    loop = Span(0, 4 * BEAT)
    passes = Passes(0, loop, None)

    def play(at: int, touch: Touch) -> None:
        passes.add(Played(touch, at / 1920, Place(at % loop.end_tick, at // loop.end_tick, 0, True)))

    play(3000, on(60))
    play(4 * BEAT - 50, on(64))
    play(4 * BEAT + 400, off(60))
    play(4 * BEAT + 500, off(64))
    first = passes.turned(Place(600, 1, 0, True))
    assert [notes_of(recorded.rows) for recorded in first] == [[(3000, 4 * BEAT - 3000, 60)]]
    last = passes.end(Place(700, 1, 0, True))
    assert last is not None
    assert notes_of(last.rows) == [(0, 500, 64)]


def test_what_comes_late_over_the_turn_still_belongs_to_the_pass_in_which_it_was_played() -> None:
    loop = Span(0, 4 * BEAT)
    passes = Passes(0, loop, None)
    passes.turned(Place(2000, 0, 0, True))
    assert passes.turned(Place(20, 1, 0, True)) == []
    passes.add(Played(on(60), 1.0, Place(2500, 0, 0, True)))
    passes.add(Played(off(60), 1.0, Place(2900, 0, 0, True)))
    assert [notes_of(recorded.rows) for recorded in passes.turned(Place(300, 1, 0, True))] == [[(2500, 400, 60)]]
