"""Partial import: what can be read of a spoilt file, and a report whose counts add up to the events that are there (R18)."""

from __future__ import annotations

import pickle

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studio.errors import UnreadableFile
from studio.files.midi.container import layout_of
from studio.files.midi.reading import song_from_bytes
from studio.files.report import Opened, PartlyReadable
from tests.midi_bytes import (
    END,
    Event,
    chunk,
    control,
    events,
    everything,
    meta,
    meter,
    midi,
    name,
    off,
    on,
    program,
    tempo,
    track,
)
from tests.midi_counting import count_events, count_in_file
from tests.mutating import fuzz_seed, mutants
from tests.training_sets import unpacked

GOOD = track(name("Good"), on(0, 60), off(480, 60), on(0, 62), off(480, 62))


def partly(data: bytes) -> Opened:
    with pytest.raises(UnreadableFile):
        song_from_bytes(data, "song.mid")
    return song_from_bytes(data, "song.mid", partial=True)


def lengths(found: Opened) -> list[int]:
    return [len(each.notes) for each in found.song.tracks]


# The counts add up

DELTAS = st.one_of(st.integers(0, 3), st.integers(0, 40_000))
CHANNELS, VALUES = st.integers(0, 15), st.integers(0, 127)
FEW = st.sampled_from((59, 60, 61))
EVENTS: st.SearchStrategy[Event] = st.one_of(
    st.builds(on, DELTAS, FEW, VALUES, CHANNELS),
    st.builds(off, DELTAS, FEW, VALUES, CHANNELS),
    st.builds(control, DELTAS, st.sampled_from((0, 7, 32, 64, 101)), VALUES, CHANNELS),
    st.builds(program, DELTAS, VALUES, CHANNELS),
    st.builds(tempo, DELTAS, st.integers(0, 2**24 - 1)),
    st.builds(meter, DELTAS, st.integers(0, 255), st.integers(0, 255)),
    st.builds(meta, DELTAS, VALUES.filter(lambda kind: kind != 0x2F), st.binary(max_size=6)),
    st.tuples(
        DELTAS, st.sampled_from((b"\xf0\x01\xf7", b"\xf7\x02\x01\x02", b"\xf8", b"\xf2\x01\x01", b"\xe3\x01\x40", b"\xd3\x09"))
    ),
)
BODIES = st.lists(EVENTS, max_size=40).map(lambda listed: events(*listed, END))


@given(
    bodies=st.lists(BODIES, max_size=4),
    division=st.one_of(
        st.sampled_from((1, 96, 480, 960, 32_767)), st.sampled_from([(256 - f) << 8 | 40 for f in (24, 25, 29, 30)])
    ),
    file_format=st.integers(0, 1),
)
def test_read_left_out_and_altered_are_all_events_of_any_file(bodies: list[bytes], division: int, file_format: int) -> None:
    data = midi(*map(chunk, bodies), division=division, file_format=file_format)
    report = song_from_bytes(data, "song.mid", partial=True).report
    assert report.events == count_in_file(data)
    assert report.read + sum(report.dropped.values()) + sum(report.changed.values()) == count_in_file(data)
    assert all(count > 0 for count in (*report.dropped.values(), *report.changed.values()))


@given(bodies=st.lists(BODIES, min_size=1, max_size=3), cut=st.floats(0, 1))
def test_of_a_file_cut_anywhere_every_whole_event_is_counted(bodies: list[bytes], cut: float) -> None:
    data = midi(*map(chunk, bodies))
    data = data[: 14 + round(cut * (len(data) - 14))]
    assert song_from_bytes(data, "song.mid", partial=True).report.events == count_in_file(data)


def test_of_mutated_files_every_event_that_makes_sense_is_counted() -> None:
    taken = 0
    for number, data in enumerate(mutants([everything(), midi(GOOD, GOOD)], 600, fuzz_seed())):
        try:
            report = song_from_bytes(data, "song.mid", partial=True).report
        except UnreadableFile:
            continue
        taken += 1
        there = sum(count_events(data[each.start : each.end]) for each in layout_of(data, "song.mid").chunks)
        assert report.events == there, number
    assert taken > 200


@pytest.mark.data
def test_of_the_torture_files_every_event_is_counted() -> None:
    taken = 0
    for path in sorted(unpacked("midi_torture").rglob("*")):
        if path.suffix not in (".mid", ".midi", ".kar"):
            continue
        data = path.read_bytes()
        try:
            report = song_from_bytes(data, path.name, partial=True).report
        except UnreadableFile:
            continue
        taken += 1
        there = sum(count_events(data[each.start : each.end]) for each in layout_of(data, path.name).chunks)
        assert report.events == there, path.name
    assert taken > 80


# Each kind of damage


def test_a_track_cut_off_keeps_what_came_before_and_ends_its_notes_there() -> None:
    body = events(on(0, 60), off(480, 60), on(0, 62), (480, b"\xb0\x07\x01"), on(480, 64))
    data = midi(chunk(body, size=500))
    found = partly(data)
    rows = found.song.tracks[0].notes.rows
    assert rows[["start", "length", "pitch"]].tolist() == [(0, 960, 60), (960, 1920, 62), (2880, 1, 64)]
    assert found.report.changed == {"note never closed, ended with its track": 2}
    half = midi(chunk(body[:-2], size=500))
    assert partly(half).song.tracks[0].notes.rows[["start", "length"]].tolist() == [(0, 960), (960, 960)]


def test_a_track_that_claims_too_little_is_read_on() -> None:
    body = events(on(0, 60), off(480, 60), on(0, 62), off(480, 62), END)
    for size in (0, 3, 9):
        found = partly(midi(chunk(body, size=size), GOOD))
        assert lengths(found) == [2, 2]
        assert f"track 1 claims {size} bytes, but does not end after them." in found.report.remarks[0]
    assert lengths(partly(midi(chunk(body, size=4)))) == [2]


def test_a_track_that_claims_too_much_leaves_the_next_one_alone() -> None:
    body = events(on(0, 60), off(480, 60), END)
    for size in (len(body) + 3, len(body) + 20, len(body) + 100_000, 0x7FFFFFFF):
        assert lengths(partly(midi(chunk(body, size=size), GOOD, GOOD))) == [1, 2, 2]
    data = midi(chunk(body, size=len(body) + 20), GOOD)
    with pytest.raises(PartlyReadable, match=rf"track 1 claims {len(body) + 20} bytes, but another begins in them"):
        song_from_bytes(data, "song.mid")


def test_rubbish_between_tracks_is_skipped_and_measured() -> None:
    data = midi(GOOD) + b"\x80rubbish" + GOOD
    data = data[:10] + b"\0\2" + data[12:]
    found = partly(data)
    assert lengths(found) == [2, 2]
    assert found.report.remarks[1] == "8 bytes between tracks were skipped."


def test_what_is_lost_of_a_track_is_measured() -> None:
    broken = events(on(0, 64), off(10, 64)) + b"\0\x90\x40\xf0" + events(on(0, 65), off(9, 65), END)
    found = partly(midi(GOOD, chunk(broken)))
    assert lengths(found) == [2, 1]
    lost = len(events(on(0, 65), off(9, 65), END)) + 1
    assert found.report.remarks[1] == f"Not understood and left out: {lost} bytes of track 2."


def test_one_remark_speaks_of_all_tracks_alike() -> None:
    endless = [chunk(events(on(0, 60), off(9, 60)))] * 12
    assert song_from_bytes(midi(*endless), "song.mid").report.remarks == ("Tracks 1, 2, 3, 4, 5, 6, 7, 8 … have no end mark.",)
    spoilt = [chunk(events(on(0, 60), off(9, 60)) + b"\xff\xff\xff\xff\xff")] * 300
    remarks = partly(midi(*spoilt)).report.remarks
    assert len(remarks) == 22
    assert remarks[20] == "There are further faults of this kind."


def test_events_beyond_the_last_tick_are_left_and_found_to_the_byte() -> None:
    far = (0x0FFFFFFF, b"\xb0\x07\x01")
    step = (100, b"\xb0\x07\x01")
    room = 2**31 - 1 - 7 * 0x0FFFFFFF - 0x0FFFFF00
    fitting = room // 100
    body = events(*[far] * 7, (0x0FFFFF00, b"\xb0\x07\x01"), *[step] * (fitting + 3), END)
    data = midi(chunk(body), division=32_767)
    with pytest.raises(UnreadableFile) as caught:
        song_from_bytes(data, "song.mid")
    offset = 22 + 8 * 7 + 4 * fitting
    assert f"({offset}): an event lies later than tick 2147483647." in caught.value.message
    assert song_from_bytes(data, "song.mid", partial=True).report.events == 8 + fitting == count_events(body)


def test_of_a_song_too_long_what_lies_within_24_hours_is_offered() -> None:
    day = 2 * 24 * 3600  # quarters at 120
    late = (on(10, 60), off(1, 60), on(day - 20, 62), off(1, 62), on(7, 64), off(5, 64), control(0, 7, 1), tempo(0, 400_000))
    data = midi(track(*late), division=1)
    with pytest.raises(PartlyReadable, match=r"lasts 24\.0 hours; a song may last 24") as caught:
        song_from_bytes(data, "song.mid")
    assert caught.value.hint == "Readable: 1 track, 3 notes."
    assert "Left out: event beyond 24 hours or 100 000 bars (4)." in caught.value.details
    found = song_from_bytes(data, "song.mid", partial=True)
    assert found.song.seconds == 86_400
    assert found.report.changed == {"note never closed, ended with its track": 1}
    assert found.report.events == count_in_file(data)


@pytest.mark.parametrize(
    "late", [meta(0, 1, b"x"), meta(0, 6, b"End"), tempo(0, 1), meter(0, 3, 2), meta(0, 0x59, b"\1\0"), control(0, 7, 9)]
)
def test_nothing_at_all_may_lie_beyond_24_hours(late: Event) -> None:
    far = (172_801, late[1])
    data = midi(track(on(0, 60), off(1, 60), far), division=1)
    assert partly(data).report.dropped["event beyond 24 hours or 100 000 bars"] == 2  # the end mark stands there as well
    near = midi(track(on(0, 60), off(1, 60), (172_700, late[1])), division=1)
    assert not song_from_bytes(near, "song.mid").report.dropped


def test_of_too_many_bars_the_first_100_000_are_offered() -> None:
    data = midi(track(tempo(0, 60_000), on(399_000, 60), off(1, 60), on(2000, 60), off(1, 60)), division=1)
    with pytest.raises(PartlyReadable, match="100 251 bars; a song may have 100 000"):
        song_from_bytes(data, "song.mid")
    found = song_from_bytes(data, "song.mid", partial=True)
    assert lengths(found) == [1]
    assert found.report.dropped == {"event beyond 24 hours or 100 000 bars": 3}


def test_damage_of_every_kind_at_once_is_told_in_the_order_of_the_file() -> None:
    first = chunk(events(on(0, 60), off(9, 60)) + b"\0\x3c\xff")
    second = chunk(events(on(0, 61), off(9, 61), END), size=2)
    third = chunk(events(on(0, 62), off(9, 62)), size=999)
    data = midi(first, second, third, declared=5)
    found = partly(data)
    assert lengths(found) == [1, 1, 1]
    places = [int(remark.split("(")[1].split(")")[0]) for remark in found.report.remarks if "byte 0x" in remark]
    assert places == sorted(places)
    assert len(places) == 4


# The refusal itself


def test_the_refusal_carries_the_details_behind_its_button() -> None:
    broken = chunk(events(on(0, 64), off(10, 64), on(0, 65)) + b"\0\x90\x40\xf0")
    with pytest.raises(PartlyReadable) as caught:
        song_from_bytes(midi(GOOD, broken), "song.mid")
    refused = caught.value
    assert refused.message.startswith("«song.mid», byte 0x")
    assert refused.hint == "Readable: 2 tracks, 4 notes."
    assert refused.details == (
        "Altered: note never closed, ended with its track (1).",
        refused.message,
        "Not understood and left out: 1 byte of track 2.",
    )
    again = pickle.loads(pickle.dumps(refused))
    assert (again.message, again.hint, again.details) == (refused.message, refused.hint, refused.details)


def test_where_nothing_is_left_nothing_is_offered() -> None:
    data = midi(chunk(b"\0\x40\x40"))
    with pytest.raises(UnreadableFile) as caught:
        song_from_bytes(data, "song.mid")
    assert not isinstance(caught.value, PartlyReadable)
    assert caught.value.hint == "No notes can be read."
