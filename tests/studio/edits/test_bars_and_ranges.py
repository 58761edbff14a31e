"""Bars inserted, deleted, repeated, moved: undone exactly, locked notes untouched, nothing in force lost."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from studio.edits import bars, ranges
from studio.edits.history import Edit, History
from studio.errors import RicercarError, UnsupportedRequest
from studio.song.check import check
from studio.song.controls import BEND, CONTROLLER, DRAWN, PROGRAM, Controls
from studio.song.difference import applied, difference
from studio.song.harmony import Key
from studio.song.notes import LOCKED, Note, Notes
from studio.song.region import Region
from studio.song.song import Instrument, Song, Track
from studio.song.ticks import Span
from studio.song.timeline import KeyChange, Marker, MeterChange, TempoChange, Timeline
from tests.song_values import documents

BAR = 3840
ALL = st.none()
SPANS = st.builds(lambda start, length: Span(start * 960, (start + length) * 960), st.integers(0, 40), st.integers(0, 20))


def song() -> Song:
    """Eight bars: a note on every beat of a lead, a bass of whole bars, a kit; a section each two bars; a pedal held."""
    lead = [Note(beat * 960, 900, 60 + beat % 12, 80, 10 + beat) for beat in range(32)]
    bass = [Note(bar * BAR, BAR, 36, 90, 100 + bar) for bar in range(8)]
    points = [
        (0, CONTROLLER, 64, 127, False),
        (2 * BAR, CONTROLLER, 64, 0, False),
        (3 * BAR, PROGRAM, 0, 40, False),
        (4 * BAR, CONTROLLER, 11, 90, True),
        (5 * BAR, CONTROLLER, 11, 30, False),
    ]
    drawn = np.array(points, DRAWN)
    timeline = Timeline(
        (TempoChange(0, 500_000), TempoChange(4 * BAR, 600_000)),
        (MeterChange(0, 4, 4),),
        (KeyChange(0, Key(0, "major")), KeyChange(2 * BAR, Key(9, "minor"))),
        tuple(Marker(2 * bar * BAR, name, True, bar) for bar, name in enumerate("ABCD")),
    )
    tracks = (
        Track(1, "Lead", 0, Instrument(80), notes=Notes.of(lead), controls=Controls(drawn)),
        Track(2, "Bass", 1, Instrument(33), notes=Notes.of(bass)),
        Track(3, "Kit", 2, Instrument(0, 0, True)),
    )
    return Song("Eight bars", tracks, timeline, next_id=200)


def locked(made: Song, *ids: int) -> Song:
    tracks = []
    for track in made.tracks:
        rows = track.notes.rows.copy()
        rows["flags"][np.isin(rows["id"], ids)] |= LOCKED
        tracks.append(track.with_notes(Notes(rows)))
    return replace(made, tracks=tuple(tracks))


def heard(made: Song, track_id: int = 1) -> list[tuple[int, int, int]]:
    return [(note.start_tick, note.length_ticks, note.pitch) for note in made.track(track_id).notes]


def names(made: Song) -> list[tuple[int, str]]:
    return [(marker.tick // BAR, marker.text) for marker in made.timeline.markers]


EDITS = st.one_of(
    st.builds(bars.insert_time, SPANS, st.one_of(ALL, st.just((1,)))),
    st.builds(bars.delete_time, SPANS, st.one_of(ALL, st.just((1, 3)))),
    st.builds(bars.repeat_time, SPANS, st.integers(0, 3)),
    st.builds(bars.move_time, SPANS, st.integers(0, 50).map(lambda beat: beat * 960), copies=st.booleans()),
    st.builds(
        ranges.move_range,
        st.builds(Region, st.sampled_from(((1,), (1, 2), (2,))), SPANS),
        st.integers(-5, 50).map(lambda beat: beat * 960),
        st.integers(-2, 2),
        copies=st.booleans(),
    ),
    st.builds(ranges.repeat_range, st.builds(Region, st.just((2,)), SPANS), st.integers(0, 3)),
    st.builds(ranges.clear_range, st.builds(Region, st.just((1, 2)), SPANS)),
)


def made_edit(draw: st.DataObject) -> Edit | None:
    """An edit that its own arguments do not forbid."""
    try:
        return draw.draw(EDITS)
    except UnsupportedRequest:
        return None


@settings(max_examples=120)
@given(st.data())
def test_bars_undo_restores_exactly_and_every_song_is_sound(data: st.DataObject) -> None:
    start = locked(song(), *data.draw(st.sets(st.integers(10, 41), max_size=2)))
    history = History(start)
    for _ in range(data.draw(st.integers(1, 5))):
        edit, before = made_edit(data), history.song
        if edit is None:
            continue
        try:
            history.do(edit)
        except RicercarError:
            assert history.song is before
            continue
        assert check(history.song) == ()
        assert applied(difference(before, history.song), before) == history.song
        assert locked_notes(history.song) == locked_notes(start)
    while history.undo():
        pass
    assert history.song is start


def locked_notes(made: Song) -> list[tuple[int, int, int, int]]:
    """All of them but their place in time, which only bars of the whole song may change."""
    return sorted(
        (note.id, note.pitch, note.length_ticks, note.velocity) for track in made.tracks for note in track.notes if note.is_locked
    )


@settings(max_examples=60)
@given(documents(), SPANS)
def test_bars_any_song_survives_insertion_and_deletion(document: object, span: Span) -> None:
    made = document.song  # type: ignore[attr-defined]
    for edit in (bars.insert_time(span), bars.repeat_time(span), bars.delete_time(span)):
        try:
            after = edit.apply(made)
        except RicercarError:
            continue
        assert check(after) == ()


@settings(max_examples=60)
@given(SPANS)
def test_bars_inserted_and_deleted_again_sound_as_before(span: Span) -> None:
    before = song()
    after = bars.delete_time(span).apply(bars.insert_time(span).apply(before))
    assert heard(after) == heard(before)
    for tick in range(0, 10 * BAR, 480):
        assert after.timeline.tempo_at(tick)[1:] == before.timeline.tempo_at(tick)[1:]
        assert after.timeline.key_at(tick) == before.timeline.key_at(tick)


def test_bars_inserted_push_everything() -> None:
    after = bars.insert_time(Span(2 * BAR, 3 * BAR)).apply(song())
    assert [start for start, _, _ in heard(after)][7:9] == [7 * 960, 3 * BAR]
    assert names(after) == [(0, "A"), (3, "B"), (5, "C"), (7, "D")]
    assert after.timeline.tempo_at(5 * BAR).us_per_beat == 600_000
    assert after.timeline.tempo_at(5 * BAR - 1).us_per_beat == 500_000


def test_bars_deleted_leave_in_force_what_was() -> None:
    after = bars.delete_time(Span(2 * BAR, 5 * BAR)).apply(song())
    assert after.bar_count == 5
    assert after.timeline.tempo_at(2 * BAR).us_per_beat == 600_000
    assert after.timeline.key_at(2 * BAR) == Key(9, "minor")
    assert names(after) == [(0, "A"), (2, "C"), (3, "D")]
    state = {(kind, number): value for tick, kind, number, value, _ in after.track(1).controls.drawn.tolist() if tick <= 2 * BAR}
    assert state == {(CONTROLLER, 64): 0, (CONTROLLER, 11): 30, (PROGRAM, 0): 40}


def test_bars_inserted_on_one_track_leave_the_others_and_the_timeline() -> None:
    before = song()
    after = bars.insert_time(Span(BAR, 2 * BAR), (2,)).apply(before)
    assert after.timeline is before.timeline
    assert after.track(1) is before.track(1)
    assert [start // BAR for start, _, _ in heard(after, 2)] == [0, 2, 3, 4, 5, 6, 7, 8]


def test_bars_repeated_are_copies_under_ids_of_their_own() -> None:
    after = bars.repeat_time(Span(0, 2 * BAR), 2).apply(locked(song(), 10))
    first = [(length, pitch) for start, length, pitch in heard(after) if start < 2 * BAR]
    for time in (1, 2):
        again = [(length, pitch) for start, length, pitch in heard(after) if start in Span(2 * time * BAR, 2 * (time + 1) * BAR)]
        assert again == first
    assert names(after) == [(0, "A"), (2, "A"), (4, "A"), (6, "B"), (8, "C"), (10, "D")]
    assert sum(note.is_locked for note in after.track(1).notes) == 1
    assert check(after) == ()


def test_bars_moved_take_their_key_and_pedal_along() -> None:
    """Section A (C major, pedal down) goes behind C: what each bar sounds like stays."""
    before = song()
    after = bars.move_time(Span(0, 2 * BAR), 6 * BAR).apply(before)
    assert [name for _, name in names(after)] == ["B", "C", "A", "D"]
    assert after.timeline.key_at(0) == Key(9, "minor")
    assert after.timeline.key_at(4 * BAR) == Key(0, "major")
    assert [pitch for start, _, pitch in heard(after) if start in Span(4 * BAR, 6 * BAR)] == [60 + beat for beat in range(8)]
    pedal = [(tick // BAR, value) for tick, kind, number, value, _ in after.track(1).controls.drawn.tolist() if number == 64]
    assert pedal == [(0, 0), (4, 127), (6, 0)]
    assert bars.move_time(Span(4 * BAR, 6 * BAR), 0).apply(after).track(1).notes == before.track(1).notes


def test_bars_a_glide_cut_in_two_keeps_its_course() -> None:
    before = song()
    after = bars.insert_time(Span(4 * BAR + 1920, 5 * BAR + 1920)).apply(before)
    value = {tick: value for tick, _, number, value in after.track(1).controls.points.tolist() if number == 11}
    assert value[4 * BAR + 1920] == value[5 * BAR + 1920] == 60
    assert value[6 * BAR] == 30


def test_bars_a_new_meter_begins_where_its_bars_begin() -> None:
    timeline = Timeline(meters=(MeterChange(0, 4, 4), MeterChange(2 * BAR, 3, 4)))
    made = replace(song(), timeline=timeline)
    after = bars.insert_time(Span(2 * BAR, 2 * BAR + 2880)).apply(made)
    assert after.timeline.meters == timeline.meters
    moved = bars.move_time(Span(0, BAR), 2 * BAR + 2880).apply(made)
    assert moved.timeline.meters == (
        MeterChange(0, 4, 4),
        MeterChange(BAR, 3, 4),
        MeterChange(BAR + 2880, 4, 4),
        MeterChange(2 * BAR + 2880, 3, 4),
    )


def test_bars_with_locked_notes_are_not_deleted() -> None:
    with pytest.raises(UnsupportedRequest, match="Lead has locked notes"):
        bars.delete_time(Span(0, BAR)).apply(locked(song(), 11))
    with pytest.raises(UnsupportedRequest, match="would move"):
        bars.insert_time(Span(0, BAR), (1,)).apply(locked(song(), 11))
    with pytest.raises(UnsupportedRequest, match="would be cut"):
        bars.move_time(Span(0, 960), 2 * BAR).apply(locked(song(), 100))


def test_ranges_move_between_tracks_with_their_controllers() -> None:
    after = ranges.move_range(Region((1,), Span(0, BAR)), 2 * BAR, 1).apply(song())
    assert heard(after)[0][0] == BAR
    assert [(start, pitch) for start, _, pitch in heard(after, 2) if start in Span(2 * BAR, 3 * BAR)] == [
        (2 * BAR + beat * 960, 60 + beat) for beat in range(4)
    ]
    assert after.track(2).controls.drawn.tolist() == [(2 * BAR, CONTROLLER, 64, 127, False)]
    assert {note.id for note in after.track(2).notes} >= {10, 11, 12, 13}


def test_ranges_copied_leave_the_original() -> None:
    before = song()
    after = ranges.move_range(Region((1, 2), Span(0, BAR)), 6 * BAR, copies=True).apply(before)
    assert heard(after)[:24] == heard(before)[:24]
    assert [pitch for start, _, pitch in heard(after) if start in Span(6 * BAR, 7 * BAR)] == [60, 61, 62, 63]
    assert check(after) == ()


def test_ranges_locked_notes_stay_here_and_there() -> None:
    before = locked(song(), 10, 102)
    after = ranges.move_range(Region((1,), Span(0, BAR)), 2 * BAR, 1).apply(before)
    assert after.track(1).notes.note(10) == before.track(1).notes.note(10)
    assert after.track(2).notes.note(102) == before.track(2).notes.note(102)


def test_ranges_need_a_track_to_go_to() -> None:
    with pytest.raises(UnsupportedRequest, match="no track there"):
        ranges.move_range(Region((2, 3), Span(0, BAR)), 0, 1).apply(song())
    with pytest.raises(UnsupportedRequest, match="before bar 1"):
        ranges.move_range(Region((2,), Span(0, BAR)), -1).apply(song())
    sounds = replace(song().track(3), is_audio=True)
    with pytest.raises(UnsupportedRequest, match="note tracks"):
        ranges.move_range(Region((2,), Span(0, BAR)), 0, 1).apply(song().with_track(sounds))


def test_ranges_repeated_replace_what_follows_on_their_tracks_only() -> None:
    before = song()
    after = ranges.repeat_range(Region((1,), Span(0, BAR)), 3).apply(before)
    assert [pitch for _, _, pitch in heard(after)][:16] == [60, 61, 62, 63] * 4
    assert heard(after)[16:] == heard(before)[16:]
    assert after.track(2) is before.track(2)


def test_ranges_cleared() -> None:
    after = ranges.clear_range(Region((1,), Span(0, 2 * BAR))).apply(song())
    assert heard(after)[0][0] == 2 * BAR
    assert not (after.track(1).controls.drawn["tick"] < 2 * BAR).any()
    assert BEND not in after.track(1).controls.drawn["kind"]
