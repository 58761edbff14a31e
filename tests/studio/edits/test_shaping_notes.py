"""What each edit of time, pitch and division does, by the rows of the reference."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studio.edits import dividing, notes, pitches, timing, tracks
from studio.edits.history import Edit, History
from studio.edits.humanising import Humaniser, Humanising
from studio.edits.timing import Quantising
from studio.errors import UnsupportedRequest
from studio.song import Key, Note, Song, Span, empty_song
from studio.song.clip import Clip
from studio.song.notes import rows_of


def song_of(*listed: Note, key: Key | None = None) -> Song:
    """The notes get the ids 2, 3 ... in the order given."""
    song = notes.add(1, listed).apply(empty_song())
    return tracks.set_key(0, key).apply(song) if key is not None else song


def all_of(song: Song) -> range:
    return range(2, song.next_id)


def starts(song: Song) -> list[int]:
    return [note.start_tick for note in song.track(1).notes]


def lengths(song: Song) -> list[int]:
    return [note.length_ticks for note in song.track(1).notes]


def heights(song: Song) -> list[int]:
    return [note.pitch for note in song.track(1).notes]


def chord(at: int, length: int, *chosen: int) -> list[Note]:
    return [Note(at, length, pitch, 80) for pitch in chosen]


# PR-07


def test_pr07_strength_pulls_part_of_the_way() -> None:
    song = song_of(Note(250, 100, 60), Note(10, 100, 61))
    half = timing.quantise([2, 3], 240, Quantising(strength=0.5)).apply(song)
    assert sorted(starts(half)) == [5, 245]


def test_pr07_swing_places_the_second_step_and_stays_put() -> None:
    song = song_of(Note(250, 100, 60), Note(10, 100, 61))
    for swing, second in ((0.5, 240), (2 / 3, 320), (0.75, 360)):
        swung = timing.quantise([2, 3], 240, Quantising(swing=swing)).apply(song)
        assert sorted(starts(swung)) == [0, second]
        assert timing.quantise([2, 3], 240, Quantising(swing=swing)).apply(swung) == swung


def test_pr07_starts_ends_or_both() -> None:
    song = song_of(Note(10, 220, 60))
    assert starts(timing.quantise([2], 240).apply(song)) == [0]
    assert lengths(timing.quantise([2], 240).apply(song)) == [220]
    ends_only = timing.quantise([2], 240, Quantising(starts=False, ends=True)).apply(song)
    assert (starts(ends_only), lengths(ends_only)) == ([10], [230])
    both = timing.quantise([2], 240, Quantising(ends=True)).apply(song)
    assert (starts(both), lengths(both)) == ([0], [240])


def test_pr07_what_lies_within_the_threshold_is_left_alone() -> None:
    song = song_of(Note(20, 100, 60), Note(300, 100, 62))
    assert starts(timing.quantise([2, 3], 240, Quantising(threshold=0.1)).apply(song)) == [20, 240]


def test_pr07_what_is_moved_may_be_scattered_by_a_seed() -> None:
    song = song_of(*(Note(i * 240 + 50, 100, 60 + i) for i in range(8)))
    loose = Quantising(loose=0.1, seed=4)
    once = timing.quantise(all_of(song), 240, loose).apply(song)
    assert once == timing.quantise(all_of(song), 240, loose).apply(song)
    assert once != timing.quantise(all_of(song), 240, Quantising(loose=0.1, seed=5)).apply(song)
    assert all(abs(start - 240 * i) <= 24 for i, start in enumerate(starts(once)))


def test_pr07_lines_are_counted_from_each_bar_as_in_the_roll() -> None:
    song = tracks.set_meter(0, 7, 8).apply(song_of(Note(3350, 100, 60), Note(3400, 100, 62)))
    assert starts(timing.quantise([2, 3], 960).apply(song)) == [3360, 3360]
    assert starts(timing.quantise([2], 960).apply(tracks.set_meter(0, 7, 8).apply(song_of(Note(4200, 100, 60))))) == [4320]


def test_pr07_no_grid_is_refused_in_a_sentence() -> None:
    with pytest.raises(UnsupportedRequest, match="snap"):
        timing.quantise([2], 0)


# PR-08


def test_pr08_another_jitter_replaces_the_one_before() -> None:
    song = song_of(*(Note(1000 + i * 240, 100, 60 + i, 64) for i in range(12)))
    history, humaniser, ids = History(song), Humaniser(), range(2, 14)

    def apply(seed: int, ms: float = 30.0) -> Song:
        before = history.song
        history.do(humaniser.edit(before, ids, Humanising(ms, 10, seed)))
        humaniser.done(before, history.song, ids)
        return history.song

    first = apply(1)
    for seed in range(2, 40):
        apply(seed)
    assert apply(1) == first
    assert apply(1, 0.0).track(1).notes.rows["start"].tolist() == song.track(1).notes.rows["start"].tolist()


def test_pr08_a_note_moved_by_hand_counts_as_it_is_now() -> None:
    song, humaniser = song_of(Note(1000, 100, 60, 64)), Humaniser()
    jittered = humaniser.edit(song, [2], Humanising(30, 10, 1)).apply(song)
    humaniser.done(song, jittered, [2])
    moved = notes.move([2], 5000).apply(jittered)
    still = humaniser.edit(moved, [2], Humanising(0, 0, 1)).apply(moved)
    assert still == moved


def test_pr08_times_are_milliseconds_at_any_tempo() -> None:
    for bpm in (60, 120, 240):
        song = tracks.set_tempo(0, bpm).apply(song_of(*(Note(9600 + i * 480, 100, 60) for i in range(50))))
        made = Humaniser().edit(song, all_of(song), Humanising(20, 0, 3)).apply(song)
        late = [abs(a - b) * 60 / bpm / 960 for a, b in zip(starts(made), starts(song), strict=True)]
        assert 0.008 < max(late) <= 0.0201


# PR-13


def test_pr13_conform_brings_notes_to_the_nearest_pitch_of_the_key_where_they_begin() -> None:
    song = song_of(*(Note(i * 240, 100, pitch) for i, pitch in enumerate((60, 61, 63, 66, 70, 71))), key=Key(0))
    assert heights(pitches.conform(all_of(song)).apply(song)) == [60, 60, 62, 65, 69, 71]
    minor = tracks.set_key(720, Key(0, "minor")).apply(song)
    assert heights(pitches.conform(all_of(minor)).apply(minor)) == [60, 60, 62, 65, 70, 70]


def test_pr13_without_a_key_it_is_refused() -> None:
    with pytest.raises(UnsupportedRequest, match="no key"):
        pitches.conform([2]).apply(song_of(Note(0, 10, 60)))


# PR-17


@given(st.integers(-130, 130), st.booleans())
def test_pr17_a_chord_is_transposed_whole_or_not_at_all(by: int, is_in_key: bool) -> None:
    song = song_of(*chord(0, 480, 2, 64, 121), key=Key(0))
    try:
        moved = (pitches.transpose_in_key(all_of(song), by) if is_in_key else notes.transpose(all_of(song), by)).apply(song)
    except UnsupportedRequest:
        return
    assert [round((b - a) / 7) for a, b in zip(heights(moved), heights(moved)[1:], strict=False)] == [9, 8]


# PR-18


def test_pr18_legato_reaches_the_next_chord_and_leaves_the_last() -> None:
    song = song_of(*chord(0, 100, 60, 64), *chord(960, 2000, 62), *chord(1920, 50, 65))
    assert lengths(timing.legato(all_of(song)).apply(song)) == [960, 960, 960, 50]
    assert lengths(timing.legato(all_of(song), share=0.5).apply(song)) == [480, 480, 480, 50]


def test_pr18_a_strummed_chord_stays_a_chord() -> None:
    song = song_of(Note(0, 100, 60), Note(20, 100, 64), Note(40, 100, 67), Note(960, 100, 72))
    assert lengths(timing.legato(all_of(song)).apply(song)) == [960, 940, 920, 100]


def test_pr18_legato_per_pitch() -> None:
    song = song_of(Note(0, 100, 60), Note(480, 100, 64), Note(960, 100, 60))
    assert lengths(timing.legato(all_of(song), own_pitch=True).apply(song)) == [960, 100, 100]


def test_pr18_fixed_length_staccato_and_overlaps() -> None:
    song = song_of(Note(0, 1000, 60), Note(480, 300, 64), Note(960, 300, 62))
    assert lengths(notes.set_lengths(all_of(song), 120).apply(song)) == [120, 120, 120]
    assert lengths(timing.detach(all_of(song), 0.5).apply(song)) == [500, 150, 150]
    assert lengths(timing.without_meeting(all_of(song)).apply(song)) == [480, 300, 300]


# PR-19


def test_pr19_stretch_scales_starts_and_lengths_in_proportion() -> None:
    song = song_of(Note(960, 480, 60), Note(1440, 480, 62))
    double = timing.stretch(all_of(song), Span(960, 1920), Span(960, 2880)).apply(song)
    assert (starts(double), lengths(double)) == ([960, 1920], [960, 960])
    early = timing.stretch(all_of(song), Span(960, 1920), Span(0, 1920)).apply(song)
    assert (starts(early), lengths(early)) == ([0, 960], [960, 960])


def test_pr19_to_nothing_is_refused() -> None:
    with pytest.raises(UnsupportedRequest, match="nothing"):
        timing.stretch([2], Span(0, 960), Span(5, 5))


# PR-20


def test_pr20_repeat_lays_copies_one_after_the_other() -> None:
    clip = Clip(((0, rows_of([Note(0, 100, 60), Note(480, 100, 62)])),), 960)
    song = dividing.repeat(clip, 1, 960, 960, 3).apply(empty_song())
    assert starts(song) == [960, 1440, 1920, 2400, 2880, 3360]
    for times in (0, 1000):
        with pytest.raises(UnsupportedRequest, match="repeated"):
            dividing.repeat(clip, 1, 0, 960, times)


# PR-21


@pytest.mark.parametrize("edit", [timing.reverse, pitches.invert])
def test_pr21_reversing_and_inverting_twice_gives_back_the_song(edit: Callable[[range], Edit]) -> None:
    song = song_of(Note(0, 100, 60), Note(480, 300, 67), Note(960, 50, 62))
    once = edit(all_of(song)).apply(song)
    assert once != song
    assert edit(all_of(song)).apply(once) == song


def test_pr21_reverse_and_invert() -> None:
    song = song_of(Note(0, 100, 60), Note(480, 300, 67))
    assert starts(timing.reverse(all_of(song)).apply(song)) == [0, 680]
    assert heights(pitches.invert(all_of(song)).apply(song)) == [67, 60]


def test_pr21_strum_spreads_a_chord_and_keeps_its_ends() -> None:
    song = song_of(*chord(960, 480, 60, 64, 67), Note(1920, 480, 60))
    up = timing.strum(all_of(song), 60).apply(song)
    assert [(n.start_tick, n.end_tick, n.pitch) for n in up.track(1).notes] == [
        (960, 1440, 60), (990, 1440, 64), (1020, 1440, 67), (1920, 2400, 60),
    ]  # fmt: skip
    down = timing.strum(all_of(song), 60, downwards=True).apply(song)
    assert [(n.start_tick, n.pitch) for n in down.track(1).notes][:3] == [(960, 67), (990, 64), (1020, 60)]


@pytest.mark.parametrize(
    ("pattern", "run"),
    [("up", [60, 64, 67, 60]), ("down", [67, 64, 60, 67]), ("up and down", [60, 64, 67, 64])],
)
def test_pr21_arpeggios_walk_through_the_chord_as_long_as_it_lasted(pattern: str, run: list[int]) -> None:
    song = song_of(*chord(0, 900, 60, 64, 67))
    made = dividing.arpeggiate(all_of(song), 240, pattern).apply(song)
    assert (starts(made), heights(made), lengths(made)) == ([0, 240, 480, 720], run, [240, 240, 240, 180])


def test_pr21_tuplets_divide_a_note_evenly() -> None:
    song = song_of(Note(0, 960, 60), Note(960, 2, 62))
    made = dividing.divide(all_of(song), 3).apply(song)
    assert (starts(made), lengths(made)) == ([0, 320, 640, 960], [320, 320, 320, 2])
    assert made.track(1).notes.note(2) == Note(0, 320, 60, 80, 2)
    with pytest.raises(UnsupportedRequest, match="divided"):
        dividing.divide([2], 1)


# PR-05


def test_pr05_a_cut_at_many_lines_keeps_velocity_and_total_length() -> None:
    song = song_of(Note(100, 800, 60, 77))
    made = dividing.cut([2], [0, 100, 240, 480, 900, 5000]).apply(song)
    assert (starts(made), lengths(made)) == ([100, 240, 480], [140, 240, 420])
    assert {n.velocity for n in made.track(1).notes} == {77}


# Locks


def test_notes_give_way_to_a_locked_one_of_their_pitch() -> None:
    song = notes.set_locked([2], True).apply(song_of(Note(1000, 500, 60)))
    for laid, left in (
        (Note(800, 900, 60), (800, 200)),
        (Note(1200, 900, 60), (1500, 600)),
        (Note(1100, 100, 60), None),
        (Note(1000, 900, 60), (1500, 400)),
    ):
        made = notes.add(1, [laid]).apply(song)
        assert made.track(1).notes.note(2) == song.track(1).notes.note(2)
        assert [(n.start_tick, n.length_ticks) for n in made.track(1).notes if n.id != 2] == ([left] if left else [])
