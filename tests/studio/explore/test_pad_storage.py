"""Pads in the project file: what is written is read again exactly, and what is damaged is said and never half-read."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays

from studio.explore import storage
from studio.explore.pad import Analogy, Anchor, KeptTaste, Pad, Shelf, Snapshot
from studio.explore.storage import PADS, PHRASES
from studio.explore.taste_storage import TASTES
from studio.generation.latent import Phrase, Taste
from studio.song.clip import Clip
from studio.song.notes import Note, rows_of

units = st.floats(0, 1, allow_nan=False)
notes = st.builds(Note, st.integers(0, 7000), st.integers(1, 4000), st.integers(0, 127), st.integers(1, 127))
clips = st.builds(
    lambda parts: Clip(tuple(enumerate(rows_of(part) for part in parts)), 7680),
    st.lists(st.lists(notes, max_size=5), min_size=1, max_size=3),
)
phrases = st.builds(Phrase, clips, st.text(max_size=30), st.sampled_from([(), (0,), (0, 1)]))


@st.composite
def pads(draw, pool):
    mode = draw(st.sampled_from(["corners", "anchors"]))
    pad = Pad(
        draw(st.integers(1, 50)),
        draw(st.sampled_from(["", "mel-2bar"])),
        mode,
        (None,) * (4 if mode == "corners" else 8),
        draw(st.dictionaries(st.sampled_from(["density", "range"]), st.floats(-3, 3))),
        draw(st.floats(0, 2)),
        draw(st.sampled_from(["skyline", "lowest", "track"])),
        draw(st.sampled_from(["off", "soft", "on"])),
        tuple(draw(st.lists(st.tuples(units, units), max_size=6))),
        draw(st.integers(2, 32)),
        draw(st.integers(1, 32)),
        draw(st.sampled_from(["spherical", "linear"])),
        draw(st.integers(0, 2**31)),
        draw(st.integers(0, 4)),
        draw(st.builds(Analogy, st.sampled_from([None, *pool]), st.sampled_from([None, *pool]), st.floats(-2, 2))),
    )
    for slot in range(len(pad.anchors)):
        if draw(st.booleans()):
            pad = pad.with_anchor(slot, Anchor(draw(st.text(max_size=20)), draw(st.sampled_from(pool)), draw(units), draw(units)))
    return pad


layers = arrays(np.float32, array_shapes(max_dims=2, max_side=4), elements=st.floats(-10, 10, width=32))
tastes = st.builds(
    Taste,
    st.sampled_from(["mel-2bar", "drums-2bar"]),
    st.dictionaries(st.sampled_from(["into.weight", "mean.bias", "centre"]), layers, min_size=1),
    st.integers(1, 40),
    st.floats(0, 60),
)
kept_tastes = st.builds(
    KeptTaste, st.integers(1, 9), tastes, st.text("0123456789abcdef", max_size=64), st.tuples(st.text(max_size=9))
)


@st.composite
def shelves(draw):
    pool = draw(st.lists(phrases, min_size=1, max_size=4))
    pad = pads(pool)
    snapshots = st.builds(Snapshot, st.text(max_size=10), pad, units, units)
    return Shelf(
        draw(pad),
        tuple(draw(st.lists(pad, max_size=2))),
        tuple(draw(st.lists(st.sampled_from(pool), max_size=3))),
        tuple(draw(st.lists(snapshots, max_size=2))),
        tuple(draw(st.lists(kept_tastes, max_size=3, unique_by=lambda kept: kept.id))),
    )


def same_phrase(one: Phrase, other: Phrase) -> bool:
    return (one.source, one.drums, one.clip.length_ticks) == (other.source, other.drums, other.clip.length_ticks) and all(
        at == also and np.array_equal(rows, more)
        for (at, rows), (also, more) in zip(one.clip.parts, other.clip.parts, strict=True)
    )


def plain(pad: Pad) -> Pad:
    anchors = tuple(anchor and replace(anchor, phrase=None) for anchor in pad.anchors)
    return replace(pad, anchors=anchors, analogy=replace(pad.analogy, start=None, goal=None))


@settings(max_examples=40)
@given(shelves())
def test_what_is_written_is_read_again(shelf):
    written = storage.members(shelf)
    read, fault = storage.shelf_of(written)
    assert fault == ""
    assert read is not None
    assert plain(read.pad) == plain(shelf.pad)
    assert [plain(pad) for pad in read.kept] == [plain(pad) for pad in shelf.kept]
    assert all(same_phrase(one, other) for one, other in zip(read.palette, shelf.palette, strict=True))
    assert [(item.name, item.x, item.y) for item in read.snapshots] == [(item.name, item.x, item.y) for item in shelf.snapshots]
    for ours, theirs in zip(read.pad.anchors, shelf.pad.anchors, strict=True):
        assert (ours is None) == (theirs is None)
        assert ours is None or same_phrase(ours.phrase, theirs.phrase)
    for ours, theirs in zip(read.pads, shelf.pads, strict=True):
        for one, other in ((ours.analogy.start, theirs.analogy.start), (ours.analogy.goal, theirs.analogy.goal)):
            assert (one is None) == (other is None)
            assert one is None or same_phrase(one, other)
    assert [told(kept) for kept in read.tastes] == [told(kept) for kept in shelf.tastes]
    assert storage.members(read) == written, "a second time makes the same bytes"


def told(kept: KeptTaste) -> tuple[object, ...]:
    taste = kept.taste
    layers = [(name, layer.shape, layer.tobytes()) for name, layer in sorted(taste.weights.items())]
    return kept.id, kept.weights, kept.sources, taste.model, taste.clip_count, taste.seconds, layers


def test_shelves_without_tastes_and_analogies_are_written_as_before_and_read():
    written = json.loads(storage.members(Shelf(Pad(seed=4)))[PADS])
    assert written["format"] == 1
    assert not {"taste", "analogy"} & set(written["pad"])
    later = storage.members(Shelf(Pad(taste=2)))
    assert json.loads(later[PADS])["format"] == 2, "an older program would play the pad otherwise than it was heard"


def learned(*ids: int) -> dict[str, bytes]:
    weights = {"centre": np.arange(3, dtype=np.float32), "into.weight": np.ones((2, 3), np.float32)}
    kept = tuple(KeptTaste(at, Taste("mel-2bar", weights, 3, 2.5), "ab", ("Bars 1–2",)) for at in ids)
    return storage.members(Shelf(Pad(taste=1), tastes=kept))


@pytest.mark.parametrize(
    "damaged",
    [{"latent/taste-1.f32": b"short"}, {"latent/taste-1.f32": None}, {"latent/taste-1.f32": np.full(9, np.nan, "<f4").tobytes()}],
)
def test_of_damaged_tastes_the_others_stay_and_the_pads_too(damaged):
    extras = {name: data for name, data in (learned(1, 2) | damaged).items() if data is not None}
    shelf, fault = storage.shelf_of(extras)
    assert shelf is not None
    assert [kept.id for kept in shelf.tastes] == [2]
    assert shelf.pad.taste == 1
    assert fault == "1 of 2 learned tastes could not be read."


@given(st.binary(max_size=100))
def test_a_garbled_list_of_tastes_costs_no_pad(garbage):
    shelf, fault = storage.shelf_of(learned(1) | {TASTES: garbage})
    assert shelf is not None
    assert shelf.tastes == ()
    assert fault.startswith("What was learned of your taste could not be read (")


def test_a_phrase_in_two_places_is_one_phrase_after_reading_too():
    phrase = Phrase(Clip(((0, rows_of([Note(0, 10, 60)])),), 3840), "One")
    shelf = Shelf(Pad().with_anchor(0, Anchor("One", phrase, 0, 0)), (), (phrase,))
    read, _ = storage.shelf_of(storage.members(shelf))
    assert read is not None
    assert read.palette[0] is read.pad.anchors[0].phrase


def test_a_project_without_pads_has_none_and_nothing_is_wrong():
    assert storage.shelf_of({}) == (None, "")
    assert storage.shelf_of({"history/1": b"x"}) == (None, "")


def good() -> dict[str, Any]:
    phrase = Phrase(Clip(((0, rows_of([Note(0, 10, 60)])),), 3840), "One")
    pad = Pad(path=((0, 0), (1, 1)), attributes={"density": 1.0}).with_anchor(0, Anchor("One", phrase, 0, 0))
    return {name: json.loads(data) for name, data in storage.members(Shelf(pad, (pad,), (phrase,))).items()}


FAULTS = [
    (PADS, ("format",), 3),
    (PADS, ("pad",), None),
    (PADS, ("pad", "id"), 0),
    (PADS, ("pad", "mode"), "circle"),
    (PADS, ("pad", "line"), "upper"),
    (PADS, ("pad", "in_key"), True),
    (PADS, ("pad", "temperature"), 9),
    (PADS, ("pad", "temperature"), "hot"),
    (PADS, ("pad", "attributes"), {"density": 99}),
    (PADS, ("pad", "path"), [[0.5]]),
    (PADS, ("pad", "path"), [[0.5, 1.5]]),
    (PADS, ("pad", "path"), [[True, False]]),
    (PADS, ("pad", "path"), "across"),
    (PADS, ("pad", "path_steps"), 1),
    (PADS, ("pad", "hold_bars"), 1000),
    (PADS, ("pad", "anchors", 0, "slot"), 4),
    (PADS, ("pad", "anchors", 0, "phrase"), 7),
    (PADS, ("pad", "anchors", 0, "x"), -1),
    (PADS, ("pad", "taste"), -1),
    (PADS, ("pad", "analogy"), {"start": 7, "amount": 1}),
    (PADS, ("pad", "analogy"), {"start": 0, "amount": 3}),
    (PADS, ("pad", "analogy"), {"start": 0}),
    (PADS, ("palette",), [1]),
    (PADS, ("palette",), [0.5]),
    (PADS, ("kept",), {}),
    (PADS, ("snapshots",), [{"name": "S"}]),
    (PHRASES, ("phrases",), 3),
    (PHRASES, ("phrases", 0, "length"), 0),
    (PHRASES, ("phrases", 0, "source"), "x" * 5000),
    (PHRASES, ("phrases", 0, "parts", 0, "notes", "pitch"), [200]),
    (PHRASES, ("phrases", 0, "parts", 0, "notes", "start"), [2**40]),
    (PHRASES, ("phrases", 0, "parts", 0, "notes", "velocity"), []),
]


@pytest.mark.parametrize(("member", "way", "value"), FAULTS)
def test_a_fault_anywhere_is_one_sentence_and_no_half_of_a_shelf(member, way, value):
    whole = good()
    inner = whole[member]
    for step in way[:-1]:
        inner = inner[step]
    inner[way[-1]] = value
    shelf, fault = storage.shelf_of({name: json.dumps(found).encode() for name, found in whole.items()})
    assert shelf is None
    assert fault.startswith("The pads and the palette of this song could not be read; its notes are all there (")
    assert fault.count("\n") == 0


@given(st.binary(max_size=200), st.sampled_from([PADS, PHRASES]))
def test_garbage_never_gets_further_than_a_sentence(garbage, member):
    members = {name: json.dumps(found).encode() for name, found in good().items()} | {member: garbage}
    shelf, fault = storage.shelf_of(members)
    assert shelf is None
    assert fault


def test_half_of_it_is_a_fault():
    members = {name: json.dumps(found).encode() for name, found in good().items()}
    del members[PHRASES]
    assert storage.shelf_of(members)[1]


def test_what_could_not_be_read_is_saved_as_it_was_until_there_is_something_else():
    extras = {"history/1": b"x", PADS: b"newer", "latent/other": b"y"}
    assert storage.extras_with(extras, {}) == extras
    mine = storage.extras_with(extras, {"pads": Shelf()})
    assert mine["history/1"] == b"x"
    assert "latent/other" not in mine
    assert storage.shelf_of(mine)[0] == Shelf()
