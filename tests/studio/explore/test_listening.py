"""Hearing the pad: in its place in the song, through its tracks, and going on in time while the phrase changes."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from studio.edits import tracks as edits
from studio.explore.listening import LONGEST_LOOP_TICKS, loop_ticks
from studio.explore.voicing import brought_to, decoded, seats, voiced
from studio.generation.latent import Phrase
from studio.song.clip import Clip
from studio.song.notes import Note, rows_of
from studio.song.song import Instrument, Song, Strip, Track, empty_song
from studio.song.ticks import Span
from tests.plane_space import BAR, TRIO, WINDOW, bench, filled, phrase_at

DRUM = Instrument(is_drum=True)


def lines(*pitches: int) -> Clip:
    return Clip(tuple((at, rows_of([Note(0, 480, pitch)])) for at, pitch in enumerate(pitches)), WINDOW)


def test_a_drag_begins_the_loop_and_further_moves_only_change_the_notes():
    made = filled(bench())
    made.session.select(bars=Span(4 * BAR, 6 * BAR), track_id=2)
    made.sound.calls.clear()
    made.explorer.move_to(0.5, 0.5)
    span = Span(4 * BAR, 4 * BAR + WINDOW)
    assert made.sound.calls == [("stop", None), ("loop", span), ("seek", span.start_tick), ("play", None)]
    made.sound.calls.clear()
    made.explorer.move_to(0.2, 0.3)
    made.explorer.move_to(0, 0)
    made.explorer.release()
    assert made.sound.calls == [], "nothing interrupts the transport"
    shown = made.sound.loaded[-1]
    assert [track.id for track in shown.tracks] == [2]
    assert shown.timeline is made.session.song.timeline, "tempo and meter are the song's"
    assert shown.tracks[0].notes.rows["start"].tolist() == [4 * BAR, 5 * BAR]
    assert made.session.song.track(2).notes != shown.tracks[0].notes


def test_it_sounds_through_the_strip_of_the_track_whatever_is_muted():
    made = filled(bench())
    made.session.do(edits.set_strip(1, Strip(gain_db=-7, pan=30, is_muted=True)))
    made.session.do(edits.set_strip(3, Strip(is_solo=True)))
    made.explorer.move_to(0.5, 0.5)
    (heard,) = made.sound.loaded[-1].tracks
    assert (heard.strip.gain_db, heard.strip.pan) == (-7, 30)
    assert not heard.strip.is_muted
    assert heard.instrument == made.session.song.track(1).instrument


def test_the_mixer_acts_on_what_is_heard_and_the_song_may_change_meanwhile():
    made = filled(bench())
    made.explorer.move_to(0.5, 0.5)
    made.sound.calls.clear()
    made.session.do(edits.set_strip(1, Strip(gain_db=-12)))
    assert made.sound.loaded[-1].tracks[0].strip.gain_db == -12
    made.session.do(edits.set_tempo(0, 90))
    assert made.sound.loaded[-1].timeline is made.session.song.timeline
    made.explorer.hear_phrase(phrase_at(0.3, 0.3))
    made.session.undo()
    assert made.sound.loaded[-1].tracks[0].notes.rows["start"].tolist() == [300, BAR + 300]
    made.explorer.stop()
    made.session.undo()
    assert made.sound.loaded[-1] == made.session.song


def test_stopping_gives_the_song_back_where_the_cursor_stands():
    made = filled(bench())
    made.session.set_loop(Span(0, BAR))
    made.session.select(cursor_tick=BAR)
    made.explorer.play()
    assert made.explorer.is_playing
    made.sound.calls.clear()
    made.explorer.stop()
    assert not made.explorer.is_playing
    assert made.sound.loaded[-1] == made.session.song
    assert made.sound.calls == [("stop", None), ("loop", Span(0, BAR)), ("seek", BAR)]
    made.explorer.set_temperature(0.5)
    assert made.sound.loaded[-1] == made.session.song, "what is decoded now is not heard"


def test_a_pause_lasts_until_the_next_move():
    made = filled(bench())
    made.explorer.move_to(0.5, 0.5)
    made.sound.pause()
    made.explorer.set_temperature(0.5)
    assert not made.explorer.is_playing
    made.explorer.move_to(0.4, 0.4)
    assert made.explorer.is_playing


def test_a_longer_phrase_stretches_the_loop_so_that_both_fit():
    made = bench()
    made.explorer.place_anchor(0, phrase_at(0, 0, "Three bars", length=3 * BAR))
    made.explorer.place_anchor(1, phrase_at(1, 0))
    made.explorer.move_to(0, 0)
    assert ("loop", Span(0, 6 * BAR)) in made.sound.calls
    assert made.sound.loaded[-1].tracks[0].notes.rows["start"].tolist() == [0, BAR, 3 * BAR, 4 * BAR]
    made.sound.calls.clear()
    made.explorer.move_to(1, 0)
    assert made.sound.calls == []
    made.explorer.clear_anchor(0)
    assert made.sound.calls == [("loop", Span(0, 2 * BAR)), ("seek", 0)], "the playhead may stand beyond the shorter loop"


def test_a_phrase_of_the_palette_is_heard_as_it_is_until_the_pad_is():
    made = filled(bench())
    phrase = phrase_at(0.1, 0.1, length=3 * BAR)
    made.explorer.hear_phrase(phrase)
    assert made.explorer.heard_phrase is phrase
    assert ("loop", Span(0, 3 * BAR)) in made.sound.calls
    made.explorer.set_temperature(0.1)
    assert made.explorer.heard_phrase is phrase
    made.explorer.move_to(0, 0)
    assert made.explorer.heard_phrase is None
    made.explorer.hear_phrase(phrase)
    made.explorer.stop()
    assert made.explorer.heard_phrase is None


def test_a_trio_sounds_on_its_tracks_and_on_new_ones_that_are_not_in_the_song():
    song = Song("S", (Track(1, "Lead"), Track(2, "Kit", instrument=DRUM)), next_id=3)
    made = filled(bench(TRIO, song=song))
    made.explorer.move_to(0.5, 0.5)
    assert [(track.id, track.name) for track in made.sound.loaded[-1].tracks] == [(1, "Lead"), (3, "Bass"), (2, "Kit")]
    assert made.session.song is song


def test_another_song_ends_it():
    made = filled(bench())
    made.explorer.play()
    made.session.open(empty_song("Other"))
    assert not made.explorer.is_playing
    assert made.sound.loaded[-1].title == "Other"


@given(st.lists(st.integers(1, 40).map(lambda beats: beats * 960), min_size=1, max_size=5))
def test_a_loop_holds_every_phrase_whole_or_is_no_longer_than_the_longest(lengths):
    common = loop_ticks(lengths)
    assert all(common % length == 0 for length in lengths) or common == max(lengths)
    assert common <= max(LONGEST_LOOP_TICKS, *lengths)


@given(st.lists(st.tuples(st.integers(0, 7679), st.integers(1, 5000)), max_size=6), st.integers(1, 30_000))
def test_a_phrase_brought_to_a_length_repeats_and_never_runs_over(wanted, length):
    rows = rows_of([Note(start, long, 60 + at) for at, (start, long) in enumerate(wanted)])
    made = brought_to(rows, WINDOW, length)
    assert (made["start"] + made["length"] <= length).all()
    assert (made["length"] > 0).all()
    first = made[made["start"] < WINDOW]
    assert first["start"].tolist() == rows["start"][rows["start"] < length].tolist()
    assert sorted(set((made["start"] % WINDOW).tolist())) == sorted({start for start in rows["start"].tolist() if start < length})


# Parts


def test_own_phrases_are_voiced_by_what_they_are():
    both = Phrase(lines(72, 38, 40), drums=(1,))
    trio = voiced(both, ("melody", "bass", "drums"))
    assert {part: rows["pitch"].tolist() for part, rows in trio.items()} == {"melody": [72], "bass": [40], "drums": [38]}
    assert voiced(both, ("melody",))["melody"]["pitch"].tolist() == [40, 72]
    assert voiced(both, ("drums",))["drums"]["pitch"].tolist() == [38]
    only = Phrase(lines(38), drums=(0,))
    assert voiced(only, ("melody",))["melody"]["pitch"].tolist() == [38], "better a strange sound than silence"
    assert voiced(Phrase(lines(60)), ("drums",))["drums"]["pitch"].tolist() == [60]


def test_a_decoded_phrase_numbers_its_parts_as_the_space_does():
    found = decoded(lines(72, 36), ("melody", "bass", "drums"))
    assert [found[part]["pitch"].tolist() for part in found] == [[72], [36], []]


@pytest.mark.parametrize(
    ("instrument", "part", "fits"),
    [
        (Instrument(0), "melody", True),
        (Instrument(33), "bass", True),
        (DRUM, "drums", True),
        (DRUM, "melody", False),
        (Instrument(0), "drums", False),
        (Instrument(0), "bass", False),
    ],
)
def test_a_part_sits_where_it_suits(instrument, part, fits):
    (seat,) = seats(Song(tracks=(Track(1, "One", instrument=instrument),), next_id=2), (part,))
    assert seat.is_new != fits
    assert (seat.track.id == 1) == fits


def test_rows_of_the_song_are_never_written_into():
    made = filled(bench())
    before = made.explorer.pad.anchors[0].phrase.clip.rows.copy()
    made.explorer.move_to(0, 0)
    made.explorer.set_path([(0, 0), (1, 0)])
    made.explorer.commit_path(bar=3)
    assert np.array_equal(made.explorer.pad.anchors[0].phrase.clip.rows, before)
