"""Nothing that is locked is touched by any edit there is, whatever it is given; whoever tries is told so in a sentence."""

from __future__ import annotations

import importlib
import inspect
import pkgutil
from collections.abc import Callable, Iterable
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import studio.edits
from studio.edits import dividing, humanising, lanes, timing
from studio.edits.history import Edit, History
from studio.errors import RicercarError
from studio.song.check import check
from studio.song.clip import Clip
from studio.song.constraint import Constraint
from studio.song.controls import BEND, CONTROLLER, DRAWN
from studio.song.harmony import Key
from studio.song.mixing import Effects, Strip
from studio.song.notes import Note, Notes, rows_of, without_overlaps
from studio.song.origin import Origin
from studio.song.region import Mask, Patch, Region
from studio.song.song import Instrument, Song, Track
from studio.song.ticks import Span
from studio.song.timeline import Marker, Section
from tests.locked_songs import FIRST_ID, TICKS, TRACK_IDS, held, locked_shapes, locked_songs

OVER_LOCKS = {
    "bars.delete_time", "bars.insert_time", "bars.move_time", "bars.repeat_time", "sections.move_section",
    "locks.set_bars_locked", "locks.set_track_locked", "notes.set_locked", "tracks.remove_track",
}  # fmt: skip
"""The edits that may unlock, or take what is locked along: no other may."""


def _public_edits() -> dict[str, Callable[..., Edit]]:
    found = {}
    for info in pkgutil.iter_modules(studio.edits.__path__):
        module = importlib.import_module(f"studio.edits.{info.name}")
        for name, made in inspect.getmembers(module, inspect.isfunction):
            is_own = made.__module__ == module.__name__ and not name.startswith("_")
            if is_own and made.__annotations__.get("return") == "Edit":
                found[f"{info.name}.{name}"] = made
    del found["changing.of_notes"]  # it makes what it is given into an edit
    return found


EDITS = _public_edits()
MODULES = sorted({name.partition(".")[0] for name in set(EDITS) - OVER_LOCKS})
IDS = st.frozensets(st.integers(FIRST_ID, FIRST_ID + 40), max_size=12)
SPANS = st.builds(lambda start, length: Span(start, start + length), TICKS, TICKS)
TRACKS = st.sampled_from(TRACK_IDS)
REGIONS = st.builds(Region, st.lists(TRACKS, min_size=1, max_size=3, unique=True).map(lambda ids: tuple(sorted(ids))), SPANS)
NOTES = st.lists(st.builds(Note, TICKS, st.integers(1, 4000), st.integers(56, 66), st.integers(1, 127)), max_size=5)
ROWS = NOTES.map(rows_of)
REWRITTEN = st.lists(
    st.builds(Note, TICKS, st.integers(1, 4000), st.integers(56, 66), st.integers(1, 127), st.integers(FIRST_ID, FIRST_ID + 40)),
    max_size=6,
    unique_by=lambda note: note.id,
).map(rows_of)
MARKERS = st.sampled_from((Marker(0, "A", True), Marker(7680, "B", True), Marker(3840, "here")))
BEFORE = st.dictionaries(st.integers(FIRST_ID, FIRST_ID + 40), st.tuples(TICKS, st.integers(1, 127)), max_size=5).map(
    lambda named: np.array(sorted((note_id, *place) for note_id, place in named.items()), dtype=humanising.PLACE)
)
PATCHES = st.lists(st.builds(Patch, TRACKS, SPANS, st.integers(0, 62), st.integers(60, 127)), max_size=3).map(tuple)
NOTE_TRACKS = st.lists(TRACKS.filter(lambda id_: id_ != 4), min_size=1, max_size=3, unique=True).map(tuple)
PARTS = st.lists(st.tuples(TRACKS.filter(lambda id_: id_ != 4), ROWS), max_size=3)
MASKS = st.builds(Mask, st.builds(Region, NOTE_TRACKS, SPANS), st.integers(0, 61), st.integers(60, 127), PATCHES)
DRAWN_POINTS = st.lists(st.tuples(TICKS, st.just(CONTROLLER), st.just(11), st.integers(0, 127), st.booleans()), max_size=4).map(
    lambda listed: np.array(sorted(listed), DRAWN)
)
OTHERS = st.lists(NOTES, min_size=1, max_size=2).map(
    lambda tracks: Song(
        "Other",
        tuple(
            Track(1 + at, f"Other {at}", notes=Notes(without_overlaps(rows_of(listed))[0])) for at, listed in enumerate(tracks)
        ),
        next_id=500,
    )
)
BY_NAME: dict[str, st.SearchStrategy[Any]] = {
    "ids": IDS,
    "track_id": TRACKS,
    "group_id": st.integers(1, 60),
    "at_tick": TICKS,
    "tick": TICKS,
    "to_tick": TICKS,
    "span": SPANS,
    "to": SPANS,
    "region": REGIONS,
    "rows": ROWS,
    "notes": NOTES,
    "marker": MARKERS,
    "at_ticks": st.lists(TICKS, max_size=5),
    "ticks": st.sets(TICKS, max_size=4),
    "by_ticks": st.integers(-9000, 9000),
    "by_pitches": st.integers(-8, 8),
    "clip": NOTES.filter(len).map(lambda listed: Clip(((0, rows_of(listed)), (1, rows_of(listed))), 960)),
    "times": st.integers(1, 3),
    "period_ticks": st.integers(1, 4000),
    "step_ticks": st.integers(1, 900),
    "parts": st.integers(2, 16),
    "pattern": st.sampled_from(dividing.PATTERNS),
    "before": BEFORE,
    "grid_ticks": st.integers(1, 2000),
    "lane": st.sampled_from((lanes.Lane(CONTROLLER, 11), lanes.Lane(BEND))),
    "share": st.floats(0, 2),
    "factor": st.floats(0, 2),
    "points": st.lists(st.builds(lanes.Point, TICKS, st.integers(0, 127), st.booleans()), max_size=4),
    "by_value": st.integers(-50, 50),
    "velocities": st.dictionaries(st.integers(FIRST_ID, FIRST_ID + 40), st.integers(-5, 200), max_size=6),
    "bpm": st.floats(10, 1000),
    "wanted": st.builds(Constraint, TRACKS, st.integers(0, 60)),
    "numerator": st.integers(1, 9),
    "denominator": st.sampled_from((2, 4, 8)),
    "key": st.builds(Key, st.integers(0, 11), st.just("major")),
    "markers": st.lists(MARKERS, max_size=2).map(tuple),
    "name": st.text(max_size=4),
    "title": st.text(max_size=4),
    "icon": st.just("harp"),
    "colour": st.integers(0, 7),
    "strip": st.just(Strip(-3.0)),
    "effects": st.just(Effects()),
    "instrument": st.just(Instrument(5)),
    "origin": st.just(Origin(0, "m", "0" * 64, "fill", 1, 1, "{}", "t")),
    "semitones": st.integers(-8, 8),
    "steps": st.integers(-5, 5),
    "length_ticks": st.integers(1, 5000),
    "least_ticks": st.integers(1, 900),
    "spread_ticks": st.integers(0, 2000),
    "first": st.integers(1, 127),
    "last": st.integers(1, 127),
    "bend": st.floats(-1, 1),
    "most": st.integers(0, 60),
    "seed": st.integers(0, 99),
    "velocity": st.integers(1, 127),
    "to_index": st.integers(0, 5),
    "by": st.integers(-3, 3),
    "by_tracks": st.integers(-2, 2),
    "track_ids": st.one_of(st.none(), st.lists(TRACKS, min_size=1, max_size=2, unique=True).map(tuple)),
    "label": st.just("Something"),
    "first_id": st.just(0),
    "section": st.builds(lambda marker: Section(marker, Span(marker.tick, marker.tick + 3840)), MARKERS),
}
BY_FUNCTION: dict[str, dict[str, st.SearchStrategy[Any]]] = {
    "takes.keep": {"parts": PARTS, "mask": MASKS},
    "takes.lay": {"parts": PARTS, "mask": MASKS},
    "takes.promote": {"parts": PARTS, "number": st.integers(1, 9)},
    "timing.quantise": {"how": st.builds(timing.Quantising, st.floats(0, 1), st.floats(0.5, 0.75), st.booleans(), st.booleans())},
    "humanising.humanise": {"how": st.builds(humanising.Humanising, st.floats(0, 500), st.integers(0, 127), st.integers(0, 9))},
    "grouping.group_tracks": {"track_ids": st.lists(TRACKS, max_size=3)},
    "notes.rewrite": {"rows": REWRITTEN},
    "merging.merge": {"other": OTHERS, "onto": st.one_of(st.none(), TRACKS), "sounds": st.just(())},
    "points.lay": {"points": DRAWN_POINTS},
}


def arguments(name: str) -> st.SearchStrategy[dict[str, Any]]:
    """Arguments for an edit: what each of its parameters is called says what may stand there."""
    chosen = {}
    for parameter in inspect.signature(EDITS[name]).parameters.values():
        if parameter.name == "gesture":
            continue
        own = BY_FUNCTION.get(name, {}).get(parameter.name)
        is_flag = parameter.annotation in ("bool", "bool | None")
        if own is None:
            own = st.booleans() if is_flag else BY_NAME[parameter.name]
        chosen[parameter.name] = own
    return st.fixed_dictionaries(chosen)


def tried(history: History, make: Callable[..., Edit], values: dict[str, Any]) -> bool:
    """Whether it was done; what was refused is told in a sentence and has changed nothing."""
    before = history.song
    try:
        return history.do(make(**values)) is not None
    except RicercarError as problem:
        said = str(problem)
    except (KeyError, ValueError):
        said = "."  # a track or point that is not there: no window asks for it
    assert said.endswith(".")
    assert history.song is before
    return False


def assert_held(song: Song, names: Iterable[str], data: st.DataObject) -> None:
    """Each of these edits, tried on a song by itself, leaves alone what is locked."""
    for name in names:
        history = History(song)
        tried(history, EDITS[name], data.draw(arguments(name)))
        for track in song.tracks:
            now = history.song.track(track.id)
            assert held(track, now) == held(track), name
            assert (now.is_locked, now.locks) == (track.is_locked, track.locks), name
        assert check(history.song) == (), name


@pytest.mark.parametrize("module", MODULES)
@settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))
@given(song=locked_songs(), data=st.data())
def test_gn_6_1_no_edit_touches_what_is_locked(module: str, song: Song, data: st.DataObject) -> None:
    assert_held(song, [name for name in sorted(set(EDITS) - OVER_LOCKS) if name.startswith(f"{module}.")], data)


@pytest.mark.slow
@settings(max_examples=4000, deadline=None, suppress_health_check=list(HealthCheck))
@given(song=locked_songs(), data=st.data())
def test_gn_6_1_no_edit_touches_what_is_locked_however_often_it_is_tried(song: Song, data: st.DataObject) -> None:
    assert_held(song, [data.draw(st.sampled_from(sorted(set(EDITS) - OVER_LOCKS)))], data)


@given(data=st.data())
def test_only_the_named_edits_are_over_locks(data: st.DataObject) -> None:
    name = data.draw(st.sampled_from(sorted(EDITS)))
    try:
        edit = EDITS[name](**data.draw(arguments(name)))
    except (RicercarError, ValueError):
        return
    assert not edit.over_locks or name in OVER_LOCKS


@pytest.mark.parametrize("name", sorted(name for name in OVER_LOCKS if name.startswith(("bars", "sections"))))
@settings(max_examples=25, deadline=None)
@given(data=st.data())
def test_gn_6_1_bars_take_along_what_is_locked(name: str, data: st.DataObject) -> None:
    song = data.draw(locked_songs())
    history = History(song)
    values = data.draw(arguments(name))
    if not tried(history, EDITS[name], values):
        return
    after = history.song
    assert check(after) == ()
    kept = dict.fromkeys(locked_shapes(song))
    notes = [row for track in after.tracks for row in track.notes.rows[["id", "pitch", "length", "velocity"]].tolist()]
    assert kept.keys() <= set(notes), "none is gone, cut or louder"
    for track in song.tracks:
        now = after.track(track.id)
        assert now.is_locked == track.is_locked
        rows = track.notes.rows[track.locked(track.notes.rows)]
        same = now.notes.with_ids(rows["id"])
        assert now.locked(same).all(), "what was locked is so at its new place"
        if values.get("track_ids") is not None and track.id in values["track_ids"]:
            assert held(track, now) == held(track), "on single tracks it stays where it is"


@settings(max_examples=30, deadline=None)
@given(song=locked_songs(), region=REGIONS, ids=IDS, track_id=TRACKS, on=st.booleans())
def test_locking_and_unlocking_change_no_note(song: Song, region: Region, ids: frozenset[int], track_id: int, on: bool) -> None:
    history = History(song)
    history.do(EDITS["locks.set_bars_locked"](region, on))
    history.do(EDITS["locks.set_track_locked"](track_id, on))
    history.do(EDITS["notes.set_locked"](ids, on))
    assert check(history.song) == ()
    for track in song.tracks:
        now = history.song.track(track.id)
        same = ["start", "length", "pitch", "velocity", "id", "origin"]
        assert now.notes.rows[same].tolist() == track.notes.rows[same].tolist()
        if track.id in region.track_ids:
            edges = np.array([region.span.start_tick, region.span.end_tick - 1], np.int64)
            shut = now.shut(edges)
            assert shut.all() if on or now.is_locked else not shut.any() or not region.span.length_ticks
