"""Any song at all: hypothesis strategies for whole documents."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import replace

import numpy as np
from hypothesis import strategies as st

from studio.files.project import Document
from studio.song.constraint import Constraint
from studio.song.controls import DRAWN, Controls, ForeignEvent, Points
from studio.song.harmony import SCALES, Key
from studio.song.locks import joined
from studio.song.mixing import Effects, Group, Return, SoundFontFile
from studio.song.notes import Notes, rows_from_columns, without_overlaps
from studio.song.origin import Origin
from studio.song.song import Instrument, Song, Strip, Track
from studio.song.sound_clip import AudioClip
from studio.song.ticks import Span
from studio.song.timeline import KeyChange, Marker, MeterChange, TempoChange, Timeline

TICKS = st.integers(0, 500_000)
NAMES = st.text(max_size=12)
GAINS = st.floats(-120, 12, allow_nan=False)
LEVELS = st.integers(0, 127)
STRIPS = st.builds(
    Strip, GAINS, st.floats(-100, 100, allow_nan=False), st.booleans(), st.booleans(), LEVELS, LEVELS, st.booleans()
)
SHARES = st.floats(0, 1)
FONTS = st.builds(SoundFontFile, NAMES, st.integers(0, 2**40), st.just("0123456789abcdef" * 4))
RETURNS = st.builds(Return, GAINS, st.booleans())
EFFECTS = st.builds(Effects, RETURNS, RETURNS, SHARES, SHARES, SHARES)
FOREIGN = st.builds(ForeignEvent, TICKS, st.binary(max_size=12))
POINTS = st.one_of(
    st.tuples(TICKS, st.just(0), st.integers(0, 127), st.integers(0, 127)),
    st.tuples(TICKS, st.just(1), st.just(0), st.integers(-8192, 8191)),
    st.tuples(TICKS, st.just(4), st.integers(0, 16383), st.integers(0, 127)),
)
SOUNDS = st.binary(min_size=1, max_size=40)


def constraints(track_id: int) -> st.SearchStrategy[Constraint]:
    """Any demands, those that contradict each other too; one at least."""
    pitches, ticks = st.none() | st.integers(0, 127), st.none() | st.integers(1, 9000)
    rates, ids = st.none() | st.floats(0, 64), st.none() | st.integers(1, 9)
    voices, flags = st.none() | st.integers(1, 16), st.booleans()
    found = st.builds(Constraint, st.just(track_id), pitches, pitches, rates, rates, voices, ticks, ticks, flags, flags, ids)
    return found.filter(lambda each: not each.is_free)


@st.composite
def timelines(draw: st.DrawFn) -> Timeline:
    def ticks(first: bool) -> list[int]:
        return ([0] if first else []) + sorted(draw(st.sets(st.integers(1, 400_000), max_size=3)))

    return Timeline(
        tuple(TempoChange(tick, draw(st.integers(60_000, 6_000_000)), draw(st.booleans())) for tick in ticks(True)),
        tuple(MeterChange(tick, draw(st.integers(1, 64)), draw(st.sampled_from((1, 2, 4, 8, 16)))) for tick in ticks(True)),
        tuple(KeyChange(tick, Key(draw(st.integers(0, 11)), draw(st.sampled_from(sorted(SCALES))))) for tick in ticks(False)),
        tuple(
            Marker(tick, draw(NAMES), draw(st.booleans()), draw(st.integers(0, 7)))
            for tick in sorted(draw(st.lists(TICKS, max_size=3)))
        ),
    )


@st.composite
def documents(draw: st.DrawFn) -> Document:
    """Note and audio tracks, controls, foreign events, origins, mixer, timeline, sounds and takes."""
    sounds = {hashlib.sha256(data).hexdigest(): data for data in draw(st.lists(SOUNDS, max_size=2))}
    counter = iter(range(1, 10_000))
    origins = tuple(_origin(draw, next(counter)) for _ in range(draw(st.integers(0, 2))))
    tracks = tuple(_track(draw, lambda: next(counter), origins, list(sounds)) for _ in range(draw(st.integers(0, 3))))
    tracks = (*tracks[:1], *(replace(track, group=next(counter)) for track in tracks[1:]))
    demanding = sorted(draw(st.sets(st.sampled_from([track.id for track in tracks]), max_size=2))) if tracks else []
    song = Song(
        title=draw(NAMES),
        tracks=tracks,
        timeline=draw(timelines()),
        origins=origins,
        master=draw(STRIPS),
        next_id=next(counter),
        foreign=tuple(draw(st.lists(FOREIGN, max_size=2))),
        is_limited=draw(st.booleans()),
        groups=tuple(Group(each.group, draw(NAMES), draw(LEVELS), draw(st.booleans()), draw(STRIPS)) for each in tracks[1:]),
        effects=draw(EFFECTS),
        constraints=tuple(draw(constraints(track_id)) for track_id in demanding),
    )
    takes = draw(st.lists(st.dictionaries(NAMES, st.one_of(st.integers(-99, 99), NAMES, st.booleans()), max_size=3), max_size=2))
    revision = draw(st.integers(0, 99))
    return Document(song, "0b1d9a6e-8d51-4c5e-9d8b-2f1c6f0f7a11", revision, sounds, tuple(takes), {"preview.png": b"picture"})


def _origin(draw: st.DrawFn, identity: int) -> Origin:
    seed = draw(st.integers(-(2**40), 2**40))
    return Origin(identity, "model", "ab" * 32, "continue", seed, 1, '{"seed":1}', "0.1.0", draw(st.booleans()), 0)


def _track(draw: st.DrawFn, fresh: Callable[[], int], origins: tuple[Origin, ...], sounds: list[str]) -> Track:
    identity, is_audio = fresh(), bool(sounds) and draw(st.booleans())
    clips = tuple(
        AudioClip(fresh(), draw(st.sampled_from(sounds)), draw(TICKS), draw(st.floats(0, 60)), draw(st.floats(0, 5)))
        for _ in range(draw(st.integers(0, 2)) if is_audio else 0)
    )
    return Track(
        identity,
        draw(NAMES),
        draw(st.integers(0, 7)),
        Instrument(draw(st.integers(0, 127)), draw(st.integers(0, 16383)), draw(st.booleans()), draw(st.none() | FONTS)),
        draw(STRIPS),
        Notes.EMPTY if is_audio else _notes(draw, fresh, origins),
        Controls(_points(draw), draw(st.lists(FOREIGN, max_size=2))),
        is_audio,
        clips,
        draw(NAMES),
        draw(st.booleans()),
        is_frozen=draw(st.booleans()),
        is_locked=draw(st.booleans()),
        locks=joined(draw(st.lists(st.builds(lambda start, length: Span(start, start + length), TICKS, TICKS), max_size=2))),
    )


def _points(draw: st.DrawFn) -> Points:
    return np.array([(*point, draw(st.booleans())) for point in draw(st.lists(POINTS, max_size=4))], DRAWN)


def _notes(draw: st.DrawFn, fresh: Callable[[], int], origins: tuple[Origin, ...]) -> Notes:
    places = draw(st.lists(st.tuples(TICKS, st.integers(1, 9999), st.integers(0, 127), st.integers(1, 127)), max_size=12))
    if not places:
        return Notes.EMPTY
    rows, _, _ = without_overlaps(rows_from_columns(*(list(column) for column in zip(*places, strict=True))))
    rows["id"] = [fresh() for _ in rows]
    rows["flags"] = draw(st.integers(0, 3))
    rows["origin"] = draw(st.sampled_from([0, *(origin.id for origin in origins)]))
    return Notes(np.sort(rows, order=("start", "pitch", "id")))
