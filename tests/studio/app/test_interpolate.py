"""From A to B in steps: the ends are A's and B's own notes, the file is their row, and what was cut is said."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from backends.catalogue import Catalogue
from backends.local import LocalBackend
from studio.app.interpolate import Steps, Way, as_line, described, first_phrase, late_words, song_of, stepped
from studio.errors import UnsupportedRequest
from studio.explore import phrases
from studio.generation.latent import Phrase
from studio.generation.library import Library
from studio.jobs.progress import Progress
from studio.song import Note, Notes, Track, empty_song
from studio.song.song import Instrument, Song
from tests.plain_space import WINDOW, saved_plain, with_plain_space

BAR = 3840


def song_with(pitches: list[int], step: int = 480, bars: int = 2, title: str = "A") -> Song:
    notes = Notes.of(
        [Note(at * step + 7, step - 20, pitches[at % len(pitches)], 61 + at, id=9 + at) for at in range(bars * BAR // step)]
    )
    return replace(empty_song(title), tracks=(Track(1, "Flute", instrument=Instrument(73)).with_notes(notes),), next_id=1000)


def phrase_of(song: Song) -> Phrase:
    return phrases.of_file(song, song.title, print)


A, B = song_with([60, 64, 67]), song_with([72, 71], step=960, title="B")


@pytest.fixture
def backend(tmp_path: Path) -> LocalBackend:
    catalogue = with_plain_space(Catalogue.standard())
    saved_plain(tmp_path)
    return LocalBackend(Library((tmp_path,), catalogue.families), catalogue, "cpu")


def go(backend: LocalBackend, a: Song = A, b: Song = B, **changes: object) -> tuple[Steps, Way]:
    way = replace(Way("plain", ("melody",)), **changes)  # type: ignore[arg-type]
    return stepped(phrase_of(a), phrase_of(b), way, backend.ask, Progress()), way


def plain(song: Song, first_bar: int = 1, bars: int = 2) -> list[tuple[int, int, int, int]]:
    start = (first_bar - 1) * BAR
    (track,) = song.tracks
    return [
        (n.start_tick - start, n.length_ticks, n.pitch, n.velocity)
        for n in track.notes
        if start <= n.start_tick < start + bars * BAR
    ]


def test_the_ends_are_the_songs_own_notes_and_the_steps_follow_each_other(backend: LocalBackend) -> None:
    made, _ = go(backend)
    song = song_of(made, A, ("melody",), "A to B")
    assert plain(song, 1) == plain(A)
    assert plain(song, 13) == plain(B)
    assert song.bar_count == 14
    assert song.tracks[0].instrument.program == 73
    assert all(plain(song, bar) for bar in range(1, 14, 2))


def test_steps_are_described_by_place_and_distance_to_both_ends(backend: LocalBackend) -> None:
    steps = described(*go(backend))
    assert [step["index"] for step in steps] == list(range(7))
    assert [step["bar"] for step in steps] == [1, 3, 5, 7, 9, 11, 13]
    assert (steps[0]["distance_to_a"], steps[-1]["distance_to_b"]) == (0, 0)
    # Eighths and quarters of other pitches: they agree where both go on, in every second sixteenth.
    assert steps[0]["distance_to_b"] == steps[-1]["distance_to_a"] == 0.5
    assert (steps[0]["notes"], steps[-1]["notes"]) == (16, 8)


@pytest.mark.parametrize("steps", [2, 3, 64])
def test_any_number_of_steps_holds_both_ends(backend: LocalBackend, steps: int) -> None:
    made, _ = go(backend, steps=steps)
    assert len(made.voices) == steps
    assert plain(song_of(made, A, ("melody",), "t"), 2 * steps - 1) == plain(B)


def test_longer_songs_give_their_first_window_and_shorter_ones_are_repeated(backend: LocalBackend) -> None:
    made, _ = go(backend, song_with([60, 62], bars=5), song_with([65, 67, 69, 70], step=960, bars=1), steps=2)
    assert made.length_ticks == WINDOW
    song = song_of(made, A, ("melody",), "t")
    assert len(plain(song, 1)) == 16
    second = plain(song, 3)
    assert [(start - BAR, length, pitch) for start, length, pitch, _ in second[4:]] == [note[:3] for note in second[:4]]
    assert "first two bars" in made.remarks[0]


def test_of_several_tracks_the_first_can_be_the_line_and_empty_bars_are_passed_over() -> None:
    other = Track(2, "Chords").with_notes(Notes.of([Note(at * 960, 900, 48, id=500 + at) for at in range(40)]))
    late = Notes.of([replace(note, start_tick=note.start_tick + 2 * BAR) for note in A.tracks[0].notes])
    both = replace(A, tracks=(A.tracks[0].with_notes(late), other))
    assert as_line(both, "skyline") is both
    assert first_phrase(both, "both.mid").clip.note_count == 56
    assert late_words(both, "both.mid") == ""
    alone = as_line(both, "track")
    phrase = first_phrase(alone, "both.mid")
    assert (phrase.clip.note_count, int(phrase.clip.rows["start"][0])) == (16, 7)
    assert late_words(alone, "a.mid") == "«a.mid» has its first note in bar 3: it was read from there."


def test_a_phrase_without_notes_is_a_sentence(backend: LocalBackend) -> None:
    with pytest.raises(UnsupportedRequest, match="«Void» has no notes"):
        go(backend, empty_song("Void"))
