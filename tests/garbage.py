"""A model that returns garbage: notes anywhere, of any length, pitch and velocity, on any track, as numbers of any kind."""

from __future__ import annotations

import numpy as np
from hypothesis import strategies as st

from studio.generation.contract import Request, Take
from studio.generation.request_text import take_origin
from studio.song.constraint import Constraint
from studio.song.notes import ROW, Rows, ends
from studio.song.region import Mask, Patch, Region
from studio.song.song import Song, Track
from studio.song.ticks import Span
from tests.locked_songs import BAR, END, locked_songs

NAMES = tuple(ROW.names or ())
WIDE = np.dtype([(name, np.int64) for name in NAMES])
FLOAT = np.dtype([(name, np.float64) for name in NAMES])
NOTE_TRACKS = (1, 2, 3)

_WRONG = (float("nan"), float("inf"), float("-inf"))


@st.composite
def garbage_rows(draw: st.DrawFn, kinds: tuple[np.dtype[np.void], ...] = (ROW, WIDE, FLOAT)) -> Rows:
    """A few dozen notes by chance: most of them where notes may be, some nowhere, some that are no numbers at all."""
    dice = np.random.default_rng(draw(st.integers(0, 2**32)))
    count, kind = int(dice.choice((0, 2, 20, 60))), kinds[dice.integers(0, len(kinds))]
    rows = np.zeros(count, WIDE)
    rows["start"] = np.where(dice.random(count) < 0.5, dice.integers(0, 25, count) * 960, dice.integers(-BAR, END + BAR, count))
    rows["length"] = dice.integers(-20, 3 * BAR, count)
    rows["pitch"] = np.where(dice.random(count) < 0.9, dice.integers(56, 67, count), dice.integers(-5, 301, count))
    for name, low, high in (("id", 0, 50), ("origin", 0, 9), ("velocity", -9, 999), ("flags", 0, 255)):
        rows[name] = dice.integers(low, high, count)
    if kind is ROW:
        rows["pitch"], rows["velocity"] = rows["pitch"] % 128, rows["velocity"] % 256
        return rows.astype(ROW)
    for name in ("start", "length"):
        rows[name][dice.random(count) < 0.05] = dice.choice((-(2**62), 2**60, 2**62))
    made = rows.astype(kind)
    if kind is FLOAT:
        for name in NAMES:
            made[name][dice.random(count) < 0.05] = dice.choice(_WRONG)
    return made


Parts = tuple[tuple[int, Rows], ...]


def parts_of(rows: st.SearchStrategy[Rows]) -> st.SearchStrategy[Parts]:
    """One for each note track, and some for tracks that are none of the request's, or none at all."""
    wrong = st.lists(st.tuples(st.sampled_from((1, 4, 77)), rows), max_size=2)
    return st.tuples(st.tuples(*(st.tuples(st.just(id_), rows) for id_ in NOTE_TRACKS)), wrong).map(
        lambda both: (*both[0], *both[1])
    )


PARTS = parts_of(garbage_rows())
STORED = parts_of(garbage_rows((ROW,)))
"""As a project file may hold them: numbers of the right kind."""


@st.composite
def masks(draw: st.DrawFn) -> Mask:
    """Over whole bars or not, with a band or not, painted or not."""
    dice = np.random.default_rng(draw(st.integers(0, 2**32)))
    ids = tuple(sorted(dice.choice(NOTE_TRACKS, dice.integers(1, 4), replace=False).tolist()))
    first = int(dice.integers(0, 4))
    span = Span(first * BAR, (first + int(dice.integers(1, 4))) * BAR - int(dice.choice((0, 0, 700))))
    low, high = (0, 127) if dice.random() < 0.7 else (59, 63)
    return Mask(Region(ids, span), low, high, tuple(_patch(dice, ids, span) for _ in range(dice.choice((0, 1, 3)))))


def _patch(dice: np.random.Generator, ids: tuple[int, ...], span: Span) -> Patch:
    """Mostly somewhere in the region."""
    start = int(dice.integers(max(0, span.start_tick - BAR), span.end_tick))
    start -= start % 960 if dice.random() < 0.7 else 0
    bands = ((0, 127), (60, 127), (0, 62), (58, 64))
    track_id = int(dice.choice(ids if dice.random() < 0.9 else NOTE_TRACKS))
    return Patch(track_id, Span(start, start + int(dice.integers(1, 2 * BAR))), *bands[dice.integers(0, 4)])


@st.composite
def requests(draw: st.DrawFn, *, constrained: bool = False) -> Request:
    song, mask = draw(locked_songs()), draw(masks())
    made: tuple[Constraint, ...] = ()
    if constrained:
        track_id = draw(st.sampled_from(mask.region.track_ids))
        ranges, counts = (st.sampled_from((None, 58)), st.sampled_from((None, 63))), st.sampled_from((None, 3.0))
        voices, lengths = st.sampled_from((None, 1)), st.sampled_from((None, 960))
        more = {"most_per_bar": counts, "polyphony": voices, "longest_ticks": lengths, "keeps_pitches": st.booleans()}
        wanted = st.builds(Constraint, st.just(track_id), *ranges, **more)
        made = (draw(wanted),)
    return Request("fill", "garbage", song, mask, seed=draw(st.integers(1, 99)), count=draw(st.integers(1, 3)), constraints=made)


def take_of(parts: Parts, request: Request, number: int = 1) -> Take:
    return Take(number, request.span, parts, take_origin(request, number, "", ""))


def assert_invariants(request: Request, after: Song) -> None:
    """Those of workstation.md 6.1 that can be told from the song before and after a take was kept."""
    before, mask = request.song, request.mask
    assert [track.id for track in after.tracks] == [track.id for track in before.tracks]
    for track in before.tracks:
        now = after.track(track.id)
        if track.id not in mask.region.track_ids:
            assert now is track
            continue
        _assert_rest_stays(track, now, mask)
        _assert_fresh_fit(track, now, mask)
        assert (now.locks, now.is_locked, now.controls) == (track.locks, track.is_locked, track.controls)


def _assert_rest_stays(track: Track, now: Track, mask: Mask) -> None:
    """Notes outside the mask and locked ones are there with the same bytes, notes across the edge uncut."""
    rows = track.notes.rows
    painted = np.array([mask.allows(track.id, int(row["start"]), int(row["pitch"])) for row in rows], bool)
    stays = rows[~painted | track.locked(rows)]
    assert now.notes.with_ids(stays["id"]).tobytes() == stays.tobytes()


def _assert_fresh_fit(track: Track, now: Track, mask: Mask) -> None:
    rows = now.notes.rows
    fresh = rows[~np.isin(rows["id"], track.notes.rows["id"])]
    for start, length, pitch, velocity in fresh[["start", "length", "pitch", "velocity"]].tolist():
        assert mask.allows(track.id, start, pitch), "it starts inside the mask"
        assert not track.is_shut(start), "and not where it is locked"
        assert length >= 1
        assert 0 <= pitch <= 127
        assert 1 <= velocity <= 127
        for tick in (start + length - 1, start + length // 2):
            assert mask.allows(track.id, tick, pitch), "it ends at the edge of the mask"
            assert not track.is_shut(tick)
    for pitch in np.unique(rows["pitch"]):
        voice = rows[rows["pitch"] == pitch]
        assert (ends(voice)[:-1] <= voice["start"][1:]).all(), "no equal pitches overlap"
