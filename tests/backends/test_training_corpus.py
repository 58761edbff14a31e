"""The corpus: the right track, parts that share no tune, and every loss counted."""

from __future__ import annotations

import numpy as np
import pytest

from backends.training.corpus import build, melody_track, part_of
from backends.training.melody import codec_for
from studio.song import Instrument, MeterChange, Note, Notes, Song, Timeline, Track


def tune(seed: int, bars: int = 8, transposed: int = 0) -> list[Note]:
    """A random walk on C major, two notes a quarter now and then."""
    rng = np.random.default_rng(seed)
    scale, place, notes, tick = (60, 62, 64, 65, 67, 69, 71, 72), 3, [], 0
    while tick < bars * 3840:
        length = int(rng.choice((480, 960)))
        place = int(np.clip(place + rng.integers(-4, 5), 0, 7))
        notes.append(Note(tick, length, scale[place] + transposed))
        tick += length
    return notes


def song_of(*named: tuple[str, list[Note]], timeline: Timeline | None = None, drum: bool = False) -> Song:
    tracks = tuple(
        Track(at + 1, name, notes=Notes.of(notes), instrument=Instrument(is_drum=drum and at == 0))
        for at, (name, notes) in enumerate(named)
    )
    return Song(tracks=tracks, timeline=timeline or Timeline())


@pytest.mark.parametrize(
    ("song", "name", "how"),
    [
        (song_of(("PIANO", tune(1)), ("MELODY", tune(2))), "MELODY", "track named melody"),
        (song_of(("Kit", tune(1)), ("Flute", tune(2)), drum=True), "Flute", "only track"),
        (song_of(("Bass", tune(1, transposed=-24)), ("Flute", tune(2))), "Flute", "highest track"),
    ],
)
def test_the_melody_is_found_and_the_reason_kept(song: Song, name: str, how: str) -> None:
    found = melody_track(song)
    assert found is not None
    assert (found[0].name, found[1]) == (name, how)


def test_a_song_without_pitch_has_no_melody() -> None:
    assert melody_track(song_of(("Kit", tune(1)), drum=True)) is None


def test_doubles_are_dropped_even_when_transposed_and_short_ones_counted() -> None:
    songs = [("a", song_of(("m", tune(1)))), ("b", song_of(("m", tune(1, transposed=5)))), ("c", song_of(("m", tune(2, bars=3))))]
    corpus = build(songs, codec_for("basic"))
    assert sum(len(part) for part in corpus.parts.values()) == 1
    assert corpus.counts["exact doubles dropped"] == 1
    assert corpus.counts["stretches left out, shorter than 7 bars"] == 1
    assert "songs read: 3" in corpus.described()


def test_variants_of_a_tune_stay_in_one_part() -> None:
    songs = []
    for seed in range(60):
        plain, varied = tune(seed), tune(seed)
        varied[-1] = Note(varied[-1].start_tick, varied[-1].length_ticks, 79)
        songs += [(f"one/{seed}", song_of(("m", plain))), (f"two/{seed}", song_of(("m", varied)))]
    parts = build(songs, codec_for("basic")).parts
    places: dict[str, set[str]] = {}
    for part, melodies in parts.items():
        for melody in melodies:
            places.setdefault(melody.source.split("/")[1], set()).add(part)
    assert len(places) == 60
    assert all(len(held) == 1 for held in places.values())


def test_a_tune_keeps_its_part_beside_other_data() -> None:
    few = [(f"{seed}", song_of(("m", tune(seed)))) for seed in range(120)]
    more = [(f"x{seed}", song_of(("m", tune(seed)))) for seed in range(200, 240)]
    alone, together = build(few, codec_for("basic")), build(more + few, codec_for("basic"))
    for part, melodies in alone.parts.items():
        kept = {melody.events.tobytes() for melody in together.parts[part]}
        assert all(melody.events.tobytes() in kept for melody in melodies)


def test_a_small_collection_still_has_something_to_check_with() -> None:
    for first in range(0, 200, 20):
        corpus = build([(f"{seed}", song_of(("m", tune(seed)))) for seed in range(first, first + 20)], codec_for("basic"))
        assert all(corpus.parts.values())


def test_parts_have_about_their_shares() -> None:
    found = [part_of(str(number).encode()) for number in range(4000)]
    assert found.count("train") / 4000 == pytest.approx(0.9, abs=0.02)
    assert found.count("valid") / 4000 == pytest.approx(0.05, abs=0.02)


def test_a_change_of_metre_splits_and_each_stretch_has_its_bar() -> None:
    waltz = [Note(note.start_tick + 8 * 3840, note.length_ticks, note.pitch) for note in tune(5, bars=8)]
    timeline = Timeline(meters=(MeterChange(0, 4, 4), MeterChange(8 * 3840, 3, 4)))
    corpus = build([("a", song_of(("m", tune(4) + waltz), timeline=timeline))], codec_for("basic"))
    assert sorted(melody.bar for part in corpus.parts.values() for melody in part) == [12, 16]
