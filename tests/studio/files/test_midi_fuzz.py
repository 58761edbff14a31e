"""Mutated MIDI files: a song or one of our sentences, never anything else, and soon."""

from __future__ import annotations

import os
import random
import time

import pytest

from studio.errors import RicercarError, UnreadableFile
from studio.files.midi.reading import song_from_bytes
from studio.files.midi.writing import bytes_of
from studio.song.notes import without_overlaps
from tests.midi_bytes import everything
from tests.midi_songs import reference_songs

SEED = int(os.environ.get("RICERCAR_FUZZ_SEED", "20261121"))
SEEDS = [everything(), *(bytes_of(song)[0] for song in reference_songs().values())]
HOT = (0x00, 0x7F, 0x80, 0x81, 0x90, 0xB0, 0xC0, 0xE0, 0xF0, 0xF7, 0xFF, 0x2F, 0x51, 0x58)


def mutant(draw: random.Random) -> bytes:
    data = bytearray(draw.choice(SEEDS))
    for _ in range(draw.choice((1, 1, 2, 4, 16))):
        at = draw.randrange(len(data)) if data else 0
        match draw.randrange(7):
            case 0:
                data[at : at + 1] = bytes((draw.randrange(256),))
            case 1:
                data[at : at + 1] = bytes((draw.choice(HOT),))
            case 2:
                del data[at : at + draw.choice((1, 2, 9, 200))]
            case 3:
                data[at:at] = data[at : at + draw.randrange(40)]
            case 4:
                data[at:at] = bytes(draw.choice(HOT) for _ in range(draw.randrange(6)))
            case 5:
                data = data[:at]
            case _:
                other = draw.choice(SEEDS)
                data[at:] = other[draw.randrange(len(other)) :]
    return bytes(data)


def survive(count: int, seed: int) -> None:
    draw = random.Random(seed)
    for turn in range(count):
        data = mutant(draw)
        began = time.process_time()
        try:
            opened = song_from_bytes(data, "mutant.mid", partial=draw.random() < 0.5)
        except UnreadableFile as refused:
            opened, sentence = None, refused.message
        if opened is None:
            assert "mutant.mid" in sentence, (seed, turn)
        else:
            for track in opened.song.tracks:
                rows = track.notes.rows
                settled, cut, merged = without_overlaps(rows)
                assert (len(settled), cut, merged) == (len(rows), 0, 0), (seed, turn)
                assert not len(rows) or (rows["start"].min() >= 0 and rows["length"].min() >= 1 and rows["pitch"].max() < 128)
                assert not len(rows) or (rows["velocity"].min() >= 1 and rows["velocity"].max() < 128), (seed, turn)
            if turn % 8 == 0:
                written_again(opened.song)
        assert time.process_time() - began < 60, (seed, turn)


def written_again(song: object) -> None:
    """Whatever was read can be written, or is refused in a sentence."""
    try:
        data, _ = bytes_of(song, {"preset": "as read"})  # type: ignore[arg-type]
    except RicercarError:
        return
    assert song_from_bytes(data, "again.mid").song.note_count == song.note_count  # type: ignore[attr-defined]


def test_fifteen_hundred_mutants_give_songs_or_sentences() -> None:
    survive(1_500, SEED)


@pytest.mark.slow
def test_twenty_thousand_mutants_give_songs_or_sentences() -> None:
    survive(20_000, SEED + 1)


def test_noise_is_refused() -> None:
    draw = random.Random(SEED)
    for size in (1, 3, 14, 100, 5_000):
        with pytest.raises(UnreadableFile):
            song_from_bytes(draw.randbytes(size), "noise.mid")
