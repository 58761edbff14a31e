"""Spoilt scores, tunes, arrays and projects: a song or one of our sentences, never anything else, within 2 s and 1 GiB each."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from itertools import chain
from pathlib import Path

import pytest

from studio.files import project
from studio.files.formats.abc_tunes import song_from_text
from studio.files.multitrack import from_multitrack, rolls_of
from studio.files.musicxml.container import score_in
from studio.files.musicxml.score import song_of_score
from studio.files.musicxml.writing import score_bytes
from studio.files.report import Opened, PartlyReadable
from studio.files.rolls_archive import read_rolls, write_rolls
from studio.song.check import check
from studio.song.song import Song
from tests.midi_songs import reference_songs
from tests.mutating import fuzz_seed, mutants, survive_these
from tests.mutating_inside import (
    ABC_TOKENS,
    JSON_TOKENS,
    XML_TOKENS,
    packed,
    token_mutants,
    unpacked,
    with_document,
    with_one_member,
)
from tests.written_music import SCORES, TUNES

DATA = Path(__file__).resolve().parents[2] / "data"
Read = Callable[[bytes], object]


def sound(opened: Opened) -> Song:
    """What came out is a song without a fault, and its report counts something."""
    assert check(opened.song) == ()
    assert opened.report.events >= 0
    return opened.song


def read_score(data: bytes) -> object:
    try:
        return sound(song_of_score(score_in(data, "odd.mxl"), "odd.mxl"))
    except PartlyReadable:
        return sound(song_of_score(score_in(data, "odd.mxl"), "odd.mxl", partial=True))


def read_tune(data: bytes) -> object:
    return sound(song_from_text(data.decode("utf-8", "replace")))


def read_arrays(data: bytes) -> object:
    return sound(from_multitrack(read_rolls(data, "odd.npz")))


def read_project(data: bytes) -> object:
    document = project.read_bytes(data, "odd.ricercar")
    assert check(document.song) == ()
    return document


def read_document(data: bytes) -> object:
    return read_project(with_document(project_seeds()[0], data))


def score_seeds() -> list[bytes]:
    songs = reference_songs()
    return [*SCORES, *(score_bytes(song, "1/16 and triplets") for song in songs.values())]


def mxl_seeds() -> list[bytes]:
    container = b'<container><rootfiles><rootfile full-path="score.xml"/></rootfiles></container>'
    return [packed({"META-INF/container.xml": container, "score.xml": score}) for score in score_seeds()[:3]]


def array_seeds() -> list[bytes]:
    made = []
    for song in reference_songs().values():
        held = io.BytesIO()
        write_rolls(rolls_of(song), held)
        made.append(held.getvalue())
    return made


def project_seeds() -> list[bytes]:
    return [path.read_bytes() for path in sorted(DATA.glob("schema-*.ricercar"))[::-1]]


def document_seeds() -> list[bytes]:
    return [unpacked(seed)["document.json"] for seed in project_seeds()[:1]]


def inside(seeds: list[bytes], count: int, seed: int) -> Iterator[bytes]:
    """Archives of right checksums with one spoilt member."""
    held = [unpacked(whole) for whole in seeds]
    for number, spoilt in enumerate(mutants([data for members in held for data in members.values()], count, seed)):
        yield with_one_member(seeds[number % len(seeds)], list(held[number % len(seeds)]), spoilt)


def documents_of(count: int, seed: int) -> Iterator[bytes]:
    yield from token_mutants(document_seeds(), JSON_TOKENS, count - count // 3, seed)
    yield from mutants(document_seeds(), count // 3, seed)


def scores_of(count: int, seed: int) -> Iterator[bytes]:
    yield from token_mutants(score_seeds(), XML_TOKENS, count - count // 3, seed)
    yield from mutants(score_seeds(), count // 3, seed)


def tunes_of(count: int, seed: int) -> Iterator[bytes]:
    yield from token_mutants(TUNES, ABC_TOKENS, count - count // 3, seed)
    yield from mutants(TUNES, count // 3, seed)


def archives_of(seeds: Callable[[], list[bytes]]) -> Callable[[int, int], Iterator[bytes]]:
    return lambda count, seed: chain(inside(seeds(), count - count // 2, seed), mutants(seeds(), count // 2, seed))


FORMATS: dict[str, tuple[Read, Callable[[int, int], Iterator[bytes]]]] = {
    "MusicXML": (read_score, scores_of),
    "packed MusicXML": (read_score, archives_of(mxl_seeds)),
    "ABC": (read_tune, tunes_of),
    "arrays": (read_arrays, archives_of(array_seeds)),
    "project": (read_project, archives_of(project_seeds)),
    "document.json": (read_document, documents_of),
}


@pytest.mark.parametrize("name", FORMATS)
def test_three_hundred_mutants_give_songs_or_sentences(name: str) -> None:
    read, made = FORMATS[name]
    taken, refused = survive_these(read, made(300, fuzz_seed()))
    assert taken + refused == 300
    assert refused


@pytest.mark.slow
@pytest.mark.timeout(3600)
@pytest.mark.parametrize("name", FORMATS)
def test_twenty_thousand_mutants_give_songs_or_sentences(name: str) -> None:
    read, made = FORMATS[name]
    taken, refused = survive_these(read, made(20_000, fuzz_seed() + 1))
    assert taken + refused == 20_000
    assert taken > 200, "mutants that all are refused say little"
    assert refused > 200
