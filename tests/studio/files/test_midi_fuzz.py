"""Mutated MIDI files: a song or one of our sentences, never anything else, within two seconds and a gibibyte each."""

from __future__ import annotations

import random

import pytest

from studio.errors import RicercarError, UnreadableFile
from studio.files.midi.reading import song_from_bytes
from studio.files.midi.writing import bytes_of
from studio.files.report import Opened, PartlyReadable
from studio.song.notes import without_overlaps
from studio.song.song import Song
from tests.midi_bytes import everything
from tests.midi_songs import reference_songs
from tests.mutating import fuzz_seed, survive

SEEDS = [everything(), *(bytes_of(song)[0] for song in reference_songs().values())]


def opened(data: bytes) -> Opened:
    """As a whole, or what can be had of it: where notes are promised they come."""
    refused: UnreadableFile
    try:
        return song_from_bytes(data, "mutant.mid")
    except UnreadableFile as problem:
        refused = problem
    assert "mutant.mid" in refused.message
    found = song_from_bytes(data, "mutant.mid", partial=True)
    assert isinstance(refused, PartlyReadable) == (found.song.note_count > 0), refused.hint
    return found


def read_and_judged(data: bytes) -> Opened:
    found = opened(data)
    for track in found.song.tracks:
        rows = track.notes.rows
        settled, cut, merged = without_overlaps(rows)
        assert (len(settled), cut, merged) == (len(rows), 0, 0)
        assert not len(rows) or (rows["start"].min() >= 0 and rows["length"].min() >= 1 and rows["pitch"].max() < 128)
        assert not len(rows) or (rows["velocity"].min() >= 1 and rows["velocity"].max() < 128)
    if len(data) % 8 == 0:
        written_again(found.song)
    return found


def written_again(song: Song) -> None:
    """Whatever was read can be written, or is refused in a sentence."""
    try:
        data, _ = bytes_of(song, {"preset": "as read"})
    except RicercarError:
        return
    assert song_from_bytes(data, "again.mid").song.note_count == song.note_count


def test_four_hundred_mutants_give_songs_or_sentences() -> None:
    taken, refused = survive(read_and_judged, SEEDS, 400, fuzz_seed())
    assert taken > 100
    assert refused > 50


@pytest.mark.slow
@pytest.mark.timeout(3600)
def test_twenty_thousand_mutants_give_songs_or_sentences() -> None:
    taken, refused = survive(read_and_judged, SEEDS, 20_000, fuzz_seed() + 1)
    assert taken + refused == 20_000


def test_noise_is_refused() -> None:
    draw = random.Random(fuzz_seed())
    for size in (1, 3, 14, 100, 5_000):
        with pytest.raises(UnreadableFile):
            song_from_bytes(draw.randbytes(size), "noise.mid")
