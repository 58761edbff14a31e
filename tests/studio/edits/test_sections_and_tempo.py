"""Sections named, coloured, moved; points of tempo and meter set, moved, ramped, removed."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studio.edits import conducting, sections
from studio.edits.history import Edit, History
from studio.errors import RicercarError, UnsupportedRequest
from studio.song.check import check
from studio.song.notes import Note, Notes
from studio.song.song import Song, Track
from studio.song.ticks import Span
from studio.song.timeline import Marker, MeterChange, Section, TempoChange, Timeline

BAR = 3840
A, B = Marker(0, "A", True), Marker(4 * BAR, "B", True, 1)
TICKS = st.integers(0, 12 * BAR)
TEMPO_TICKS = st.one_of(st.sampled_from((0, 2 * BAR, 4 * BAR)), TICKS)
EDITS = st.one_of(
    st.builds(sections.add_section, TICKS, st.text(max_size=4)),
    st.builds(sections.add_marker, TICKS, st.just("here")),
    st.builds(sections.rename, st.sampled_from((A, B)), st.just("Verse")),
    st.builds(sections.recolour, st.sampled_from((A, B)), st.integers(0, 20)),
    st.builds(sections.remove, st.sampled_from((A, B))),
    st.builds(sections.move_start, st.sampled_from((A, B)), st.integers(-BAR, 12 * BAR)),
    st.builds(sections.move_section, st.just(Section(B, Span(4 * BAR, 8 * BAR))), TICKS, copies=st.booleans()),
    st.builds(conducting.set_tempo_point, TICKS, st.floats(10, 1000), st.booleans()),
    st.builds(conducting.move_tempo_point, TEMPO_TICKS, st.integers(-99, 12 * BAR), st.floats(10, 1000)),
    st.builds(conducting.set_ramp, TEMPO_TICKS, st.booleans()),
    st.builds(conducting.remove_tempo_point, TEMPO_TICKS),
    st.builds(conducting.move_meter, st.sampled_from((0, 4 * BAR, 6 * BAR)), TICKS),
    st.builds(conducting.remove_meter, st.sampled_from((0, 4 * BAR, 6 * BAR))),
)


def song() -> Song:
    notes = Notes.of([Note(bar * BAR, BAR, 60 + bar, 80, 10 + bar) for bar in range(8)])
    timeline = Timeline(
        (TempoChange(0, 500_000), TempoChange(2 * BAR, 600_000), TempoChange(4 * BAR, 400_000)),
        (MeterChange(0, 4, 4), MeterChange(4 * BAR, 2, 4), MeterChange(6 * BAR, 4, 4)),
        markers=(A, B),
    )
    return Song(tracks=(Track(1, "One", notes=notes),), timeline=timeline, next_id=100)


@given(st.lists(EDITS, max_size=8))
def test_pr26_pr27_undo_leads_back_exactly_and_the_timeline_stays_sound(script: list[Edit]) -> None:
    history = History(song())
    start = history.song
    for edit in script:
        before = history.song
        try:
            history.do(edit)
        except RicercarError:
            assert history.song is before
        assert check(history.song) == ()
        assert history.song.note_count >= before.note_count
    while history.undo():
        pass
    assert history.song is start


def test_pr27_sections_begin_at_bar_lines_under_the_first_free_letter_and_colour() -> None:
    made = sections.add_section(2 * BAR + 700).apply(song())
    assert made.timeline.markers == (A, Marker(2 * BAR, "C", True, 2), B)
    with pytest.raises(UnsupportedRequest, match="begins at bar 3 already"):
        sections.add_section(2 * BAR).apply(made)


def test_pr27_a_section_is_renamed_recoloured_and_its_name_taken_away() -> None:
    made = sections.rename(B, " Chorus\n").apply(song())
    assert made.timeline.markers[1] == B._replace(text="Chorus")
    assert sections.recolour(B, 13).apply(song()).timeline.markers[1].colour == 5
    assert sections.remove(B).apply(song()).timeline.markers == (A,)
    with pytest.raises(UnsupportedRequest, match="needs a name"):
        sections.rename(B, " \n ")


def test_pr27_a_section_moves_with_its_music() -> None:
    section = song().timeline.sections(8 * BAR)[1]
    made = sections.move_section(section, 0).apply(song())
    assert [marker.text for marker in made.timeline.markers] == ["B", "A"]
    assert [note.pitch for note in made.track(1).notes] == [64, 65, 66, 67, 60, 61, 62, 63]
    copied = sections.move_section(section, 0, copies=True).apply(song())
    assert [marker.text for marker in copied.timeline.markers] == ["B", "A", "B"]
    assert copied.note_count == 12


def test_pr27_a_section_cannot_begin_beyond_its_neighbours() -> None:
    assert sections.move_start(B, 3 * BAR).apply(song()).timeline.markers[1].tick == 3 * BAR
    with pytest.raises(UnsupportedRequest, match="beyond its neighbours"):
        sections.move_start(B, 0).apply(song())


def test_pr26_tempo_points_move_between_their_neighbours() -> None:
    moved = conducting.move_tempo_point(2 * BAR, 9 * BAR, 70).apply(song()).timeline.tempos
    assert [(change.tick, round(change.bpm)) for change in moved] == [(0, 120), (4 * BAR - 1, 70), (4 * BAR, 150)]
    first = conducting.move_tempo_point(0, 500, 90).apply(song()).timeline.tempos[0]
    assert (first.tick, round(first.bpm)) == (0, 90)


def test_pr26_ramps_come_and_go_and_stay_when_their_tempo_changes() -> None:
    ramped = conducting.set_ramp(2 * BAR, True).apply(song())
    assert len(ramped.timeline.tempo_steps) > 10
    assert conducting.move_tempo_point(2 * BAR, 2 * BAR, 95).apply(ramped).timeline.tempos[1].is_ramp
    assert conducting.set_ramp(2 * BAR, False).apply(ramped).timeline == song().timeline
    with pytest.raises(UnsupportedRequest, match="tempo to go to"):
        conducting.set_ramp(4 * BAR, True).apply(song())


@pytest.mark.parametrize("bpm", [0, 9.9, 1001, -5, float("nan")])
def test_pr26_impossible_tempos_are_refused(bpm: float) -> None:
    with pytest.raises(UnsupportedRequest, match="cannot be played"):
        conducting.set_tempo_point(0, bpm)


def test_pr26_the_first_tempo_and_meter_stay() -> None:
    for edit in (conducting.remove_tempo_point(0), conducting.remove_meter(0), conducting.move_meter(0, BAR)):
        with pytest.raises(UnsupportedRequest, match="from its start"):
            edit.apply(song())
    with pytest.raises(UnsupportedRequest, match="no longer there"):
        conducting.remove_tempo_point(7).apply(song())


def test_pr26_a_meter_moves_to_the_nearest_bar_line_and_no_note_moves() -> None:
    moved = conducting.move_meter(4 * BAR, 5 * BAR + 100).apply(song())
    assert moved.timeline.meters[1] == MeterChange(5 * BAR, 2, 4)
    assert moved.track(1) is song().track(1) or moved.track(1) == song().track(1)


def test_pr26_taps_give_a_tempo() -> None:
    assert conducting.tapped_bpm([0.0, 0.5, 1.02, 1.5, 2.0]) == pytest.approx(120, rel=0.02)
    assert conducting.tapped_bpm([1.0]) is None
    assert conducting.tapped_bpm([0.0, 0.001]) == 1000
