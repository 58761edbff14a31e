"""A song laid into another: one step, under fresh ids, and nothing that was there is other than before."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from studio.edits import merging, merging_time
from studio.edits.guard import LockedThere
from studio.edits.history import History
from studio.errors import UnsupportedRequest
from studio.song.check import check
from studio.song.constraint import Constraint
from studio.song.controls import CONTROLLER, Controls, ForeignEvent
from studio.song.harmony import Key
from studio.song.mixing import Group, Strip
from studio.song.notes import LOCKED, Note, Notes, Rows
from studio.song.origin import Origin
from studio.song.song import Instrument, Song, Track, empty_song
from studio.song.sound_clip import AudioClip
from studio.song.ticks import Span
from studio.song.timeline import KeyChange, Marker, MeterChange, TempoChange, Timeline
from tests.locked_songs import locked_songs
from tests.song_values import documents

BAR = 3840


def shapes(rows: Rows, by_ticks: int = 0) -> list[tuple[int, int, int, int]]:
    moved = rows.copy()
    moved["start"] += by_ticks
    return sorted(moved[["start", "length", "pitch", "velocity"]].tolist())


def song_of(*notes: Note, timeline: Timeline | None = None, is_drum: bool = False) -> Song:
    numbered = [replace(note, id=10 + at) for at, note in enumerate(notes)]
    track = Track(1, "Lead", 0, Instrument(40, is_drum=is_drum), notes=Notes.of(numbered))
    return Song("Other", (track,), timeline or Timeline(), next_id=10 + len(notes))


def file_song() -> Song:
    """Two tracks, one of drums, with everything a file can bring."""
    controls = Controls.of([(0, CONTROLLER, 7, 90), (960, CONTROLLER, 1, 20)], [ForeignEvent(480, b"\xff\x05\x02la")])
    origin = Origin(20, "mel", "0" * 64, "start", 1, 1, "{}", "test")
    edited = replace(origin, id=21, edited=True, parent=20)
    violin = Track(
        1, "Violin", 5, Instrument(40), Strip(-3.0, 20, is_solo=True), Notes.of([Note(0, 960, 60, 80, 30, LOCKED, 21)]),
        controls, icon="bow", group=7, is_locked=True, is_frozen=True,
    )  # fmt: skip
    drums = Track(2, "Kit", 2, Instrument(0, is_drum=True), notes=Notes.of([Note(480, 240, 38, 99, 31, 0, 20)]), group=7)
    foreign = (ForeignEvent(0, b"\xff\x02\x02me"), ForeignEvent(0, b"\xf0\x05\x7e\x7f\x09\x01\xf7"))
    return Song(
        "File", (violin, drums, Track(3, "Nothing")), Timeline((TempoChange(0, 400_000),)), (origin, edited), next_id=40,
        foreign=foreign, constraints=(Constraint(1, most_per_bar=4.0, follows=2),),
        groups=(Group(7, "Band", strip=Strip(is_solo=True)),),
    )  # fmt: skip


@settings(max_examples=40)
@given(locked_songs(), documents(), st.integers(0, 20), st.booleans())
def test_dc_08_undo_restores_nothing_there_changes_and_all_notes_arrive(
    song: Song, document: object, bar: int, takes_tempo: bool
) -> None:
    other = document.song  # type: ignore[attr-defined]
    history, at = History(song), bar * BAR
    history.do(merging.merge(other, at, takes_tempo=takes_tempo, sounds=document.sounds))  # type: ignore[attr-defined]
    made = history.song
    assert check(made) == ()
    assert made.tracks[: len(song.tracks)] == song.tracks
    assert made.origins[: len(song.origins)] == song.origins
    arrived = [shapes(track.notes.rows) for track in made.tracks[len(song.tracks) :] if len(track.notes)]
    assert arrived == [shapes(track.notes.rows, at) for track in other.tracks if len(track.notes)]
    if not takes_tempo:
        assert (made.timeline.tempos, made.timeline.meters) == (song.timeline.tempos, song.timeline.meters)
    history.undo()
    assert history.song is song


@settings(max_examples=60)
@given(locked_songs(), locked_songs(), st.integers(0, 6))
def test_notes_laid_onto_a_track_leave_those_that_are_there_alone(song: Song, other: Song, bar: int) -> None:
    track, history = song.tracks[0], History(song)
    try:
        history.do(merging.merge(other, bar * BAR, onto=track.id))
    except LockedThere:
        assert history.song is song
        return
    made = history.song
    now = made.track(track.id).notes.rows
    there = now[np.isin(now["id"], track.notes.rows["id"])]
    assert there.tobytes() == track.notes.rows.tobytes()
    meant = sum(len(each.notes) for each in merging.suiting(track, other))
    assert len(now) == len(there) + meant - merging.lost(song, made, other, track.id)
    assert merging.lost(song, made, other, track.id) >= 0
    assert check(made) == ()
    assert made.tracks[1:] == song.tracks[1:]
    history.undo()
    assert history.song is song


def test_tracks_come_with_all_that_is_theirs_under_fresh_ids() -> None:
    song = song_of(Note(0, 960, 60))
    made = merging.with_tracks_of(song, file_song(), BAR)
    violin, kit = made.tracks[1:]
    assert (violin.name, violin.icon, violin.instrument, violin.colour) == ("Violin", "bow", Instrument(40), 5)
    assert (violin.strip.gain_db, violin.strip.pan, violin.strip.is_solo) == (-3.0, 20, False)
    assert not violin.is_locked
    assert not violin.is_frozen
    assert not violin.notes.has_flag(LOCKED)
    assert violin.controls.drawn["tick"].tolist() == [BAR, BAR + 960]
    assert violin.controls.foreign == (ForeignEvent(BAR + 480, b"\xff\x05\x02la"),)
    assert [group.name for group in made.groups] == ["Band"]
    assert violin.group == kit.group == made.groups[0].id
    assert not made.groups[0].strip.is_solo
    assert made.foreign == (ForeignEvent(BAR, b"\xff\x02\x02me"),)
    first, second = made.origins
    assert second.parent == first.id
    assert violin.notes.rows["origin"].tolist() == [second.id]
    assert kit.notes.rows["origin"].tolist() == [first.id]
    assert made.constraint(violin.id).follows == kit.id
    assert check(made) == ()


def test_colours_that_were_only_dealt_in_turn_are_dealt_on() -> None:
    song = replace(empty_song(), tracks=tuple(Track(at + 1, "T", at) for at in range(3)), next_id=9)
    other = replace(song_of(Note(0, 960, 60)), tracks=(song_of(Note(0, 960, 60)).tracks[0],))
    assert merging.with_tracks_of(song, other, 0).tracks[3].colour == 3


def test_sounds_come_where_they_are_at_hand_and_nowhere_else() -> None:
    clip = AudioClip(5, "ab" * 32, 960, 1.0)
    other = Song("Loop", (Track(1, "Loop", is_audio=True, clips=(clip,)),), next_id=6)
    assert len(merging.with_tracks_of(empty_song(), other, 0).tracks) == 1
    made = merging.with_tracks_of(empty_song(), other, BAR, {"ab" * 32})
    assert made.tracks[1].clips[0].start_tick == BAR + 960
    assert made.tracks[1].clips[0].id != 5


def test_notes_that_begin_where_it_is_locked_are_refused_in_a_sentence() -> None:
    song = song_of(Note(0, 960, 60))
    locked = song.with_track(replace(song.tracks[0], locks=(Span(BAR, 2 * BAR),)))
    history = History(locked)
    with pytest.raises(LockedThere):
        history.do(merging.merge(song_of(Note(0, 960, 64)), BAR, onto=1))
    assert history.song is locked
    assert history.do(merging.merge(song_of(Note(0, 960, 64)), BAR)) is not None


def test_drums_go_to_drums_and_the_rest_to_the_rest() -> None:
    drums, lead = song_of(Note(0, 240, 38), is_drum=True), song_of(Note(0, 960, 60))
    assert "drums" in merging.misfit(drums.tracks[0], lead)
    assert "drums" in merging.misfit(lead.tracks[0], drums)
    assert "sound" in merging.misfit(Track(9, "Voice", is_audio=True), lead)
    assert "no notes" in merging.misfit(lead.tracks[0], empty_song())
    with pytest.raises(UnsupportedRequest):
        History(lead).do(merging.merge(drums, 0, onto=1))
    assert [track.name for track in merging.suiting(lead.tracks[0], file_song())] == ["Violin"]


# Tempo and meter

WALTZ = Timeline((TempoChange(0, 400_000), TempoChange(2880, 300_000)), (MeterChange(0, 3, 4),), (KeyChange(0, Key(7, "major")),))


def test_dc_08_never_leaves_tempo_and_meter_and_always_takes_those_of_the_file() -> None:
    song, waltz = song_of(Note(0, BAR, 60)), song_of(Note(0, 2880, 60), Note(2880, 2880, 62), timeline=WALTZ)
    kept = merging.merge(waltz, BAR).apply(song)
    assert kept.timeline == song.timeline
    taken = merging.merge(waltz, BAR, takes_tempo=True).apply(song).timeline
    assert taken.tempos == (TempoChange(0, 500_000), TempoChange(BAR, 400_000), TempoChange(BAR + 2880, 300_000))
    assert taken.meters == (MeterChange(0, 4, 4), MeterChange(BAR, 3, 4))
    assert taken.keys == (KeyChange(BAR, Key(7, "major")),)


def test_behind_the_file_the_song_goes_on_as_it_was_on_its_own_bar_lines() -> None:
    song = song_of(Note(0, 8 * BAR, 60), timeline=Timeline((TempoChange(0, 500_000), TempoChange(6 * BAR, 450_000))))
    waltz = song_of(Note(0, 2880, 60), Note(2880, 2880, 62), timeline=WALTZ)
    taken = merging_time.taken_over(song, waltz, BAR)
    assert taken.meters == (MeterChange(0, 4, 4), MeterChange(BAR, 3, 4), MeterChange(3 * BAR, 4, 4))
    assert taken.tempos[-2:] == (TempoChange(3 * BAR, 500_000), TempoChange(6 * BAR, 450_000))
    assert taken.bar_start(taken.bar_of(6 * BAR)) == 6 * BAR
    assert taken.keys == (), "the key of the file would hold for what comes after it"


def test_a_ramp_that_is_cut_off_goes_no_further_than_it_had_come() -> None:
    ramp = Timeline((TempoChange(0, 600_000, True), TempoChange(4 * BAR, 300_000)))
    song = song_of(Note(0, 4 * BAR, 60), timeline=ramp)
    taken = merging_time.taken_over(song, song_of(Note(0, BAR, 60)), 2 * BAR)
    before = [song.timeline.seconds_at(tick) for tick in range(0, 2 * BAR, 480)]
    assert [taken.seconds_at(tick) for tick in range(0, 2 * BAR, 480)] == pytest.approx(before, rel=1e-2)
    assert taken.tempo_at(2 * BAR).us_per_beat == 500_000


def test_only_another_tempo_or_meter_is_asked_about() -> None:
    song = song_of(Note(0, 4 * BAR, 60))
    waltz = song_of(Note(0, 2880, 60), timeline=WALTZ)
    assert not merging_time.differs(song, song_of(Note(0, BAR, 60)), BAR)
    assert not merging_time.differs(song, empty_song(), 0)
    assert merging_time.differs(song, waltz, 0)
    later = song_of(
        Note(0, BAR, 60), timeline=replace(song.timeline, tempos=(TempoChange(0, 500_000), TempoChange(9 * BAR, 9_000)))
    )
    assert not merging_time.differs(song, later, 0), "what comes after its last bar is not heard"


def test_markers_come_where_the_song_has_none() -> None:
    named = replace(song_of(Note(0, BAR, 60)), timeline=Timeline(markers=(Marker(0, "Verse", True),)))
    made = merging.merge(named, 2 * BAR).apply(song_of(Note(0, BAR, 60)))
    assert made.timeline.markers == (Marker(2 * BAR, "Verse", True),)
    assert merging.merge(song_of(Note(0, BAR, 60)), 0).apply(named).timeline.markers == named.timeline.markers


def test_ids_stay_unique_when_a_song_is_merged_into_itself_again_and_again() -> None:
    song = file_song()
    for _ in range(4):
        song = merging.merge(song, song.timeline.bar_start(song.bar_count + 1)).apply(song)
    assert check(song) == ()
    assert sum(len(track.notes) for track in song.tracks) == 32
