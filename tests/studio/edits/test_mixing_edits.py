"""MX-08 and MX-09 as edits: groups, hidden tracks, icons, frozen tracks that are not edited."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studio.edits import freezing, grouping, notes, tracks
from studio.edits.history import Edit, History
from studio.errors import UnsupportedRequest
from studio.song.check import check
from studio.song.mixing import Effects, Return, SoundFontFile, Strip
from studio.song.notes import Note
from studio.song.song import SILENT_DB, Instrument, Song, Track


def band(count: int = 4) -> Song:
    return Song("Band", tuple(Track(number, f"Track {number}") for number in range(1, count + 1)), next_id=count + 1)


def after(song: Song, *edits: Edit) -> Song:
    history = History(song)
    for edit in edits:
        history.do(edit)
    return history.song


def order(song: Song) -> list[tuple[int, int]]:
    """Each track with its group."""
    return [(track.id, track.group) for track in song.tracks]


def test_mx_08_a_group_takes_its_tracks_together_below_the_first() -> None:
    song = after(band(), grouping.group_tracks((2, 4), "Wind"))
    assert order(song) == [(1, 0), (2, 5), (4, 5), (3, 0)]
    assert [(group.id, group.name, group.colour) for group in song.groups] == [(5, "Wind", song.track(2).colour)]
    assert after(band(), grouping.group_tracks((1,))).groups[0].name == "Group 1"
    assert check(song) == ()


def test_mx_08_tracks_join_and_leave_a_group() -> None:
    song = after(band(), grouping.group_tracks((1, 2)), grouping.join_group(4, 5))
    assert order(song) == [(1, 5), (2, 5), (4, 5), (3, 0)]
    assert order(after(song, grouping.leave_group(1))) == [(2, 5), (4, 5), (1, 0), (3, 0)]


def test_mx_08_a_track_moved_between_members_becomes_one_and_one_moved_away_is_none() -> None:
    song = after(band(), grouping.group_tracks((1, 2)))
    assert order(after(song, tracks.move_track(4, 1))) == [(1, 5), (4, 5), (2, 5), (3, 0)]
    assert order(after(song, tracks.move_track(1, 3))) == [(2, 5), (3, 0), (4, 0), (1, 0)]
    assert order(after(song, tracks.move_track(3, 0))) == [(3, 0), (1, 5), (2, 5), (4, 0)]


def test_mx_08_a_group_without_members_is_gone() -> None:
    song = after(band(), grouping.group_tracks((2,)))
    for edit in (tracks.remove_track(2), grouping.leave_group(2), grouping.ungroup(5), tracks.move_track(2, 3)):
        left = after(song, edit)
        assert check(left) == ()
        if edit.label != "Reorder tracks":
            assert left.groups == ()


def test_mx_08_a_group_moves_as_one_over_the_next_group_or_track() -> None:
    song = after(band(5), grouping.group_tracks((1, 2)), grouping.group_tracks((4, 5)))
    down = after(song, grouping.move_group(6, 1))
    assert [track.id for track in down.tracks] == [3, 1, 2, 4, 5]
    assert [track.id for track in after(down, grouping.move_group(6, 1)).tracks] == [3, 4, 5, 1, 2]
    assert after(song, grouping.move_group(6, -1)) is song


def test_mx_08_duplicating_and_adding_keep_groups_whole() -> None:
    song = after(band(2), grouping.group_tracks((1, 2)), tracks.duplicate_track(1), tracks.add_track())
    assert [group for _, group in order(song)] == [3, 3, 3, 0]
    assert check(song) == ()


def test_mx_08_the_gain_of_a_group_is_added_and_its_silence_is_silence() -> None:
    strip = Strip(-6.0, 20, reverb=9)
    assert strip.under(Strip(-3.0, 50)) == replace(strip, gain_db=-9.0)
    assert strip.under(Strip(SILENT_DB)).gain_db == SILENT_DB
    assert strip.under(Strip(is_muted=True, is_solo=True, is_solo_safe=True)) == replace(
        strip, is_muted=True, is_solo=True, is_solo_safe=True
    )


def test_mx_08_a_muted_group_silences_and_a_solo_one_is_heard_alone() -> None:
    song = after(band(), grouping.group_tracks((1, 2)))
    group = song.groups[0]
    muted = after(song, grouping.set_group_strip(5, replace(group.strip, is_muted=True), "Mute group"))
    assert muted.heard_ids() == {3, 4}
    alone = after(song, tracks.solo_only(3), tracks.solo_group_only(5))
    assert alone.heard_ids() == {1, 2}
    assert after(alone, tracks.clear_solo()).heard_ids() == {1, 2, 3, 4}


def test_mx_08_a_group_is_named_coloured_folded_and_each_is_one_step_back() -> None:
    history = History(after(band(), grouping.group_tracks((1, 2))))
    gesture = object()
    for edit in (
        grouping.rename_group(5, " Reeds\n"),
        grouping.set_group_colour(5, 11),
        grouping.fold_group(5, True),
        grouping.set_group_strip(5, Strip(-4.0), "Change volume", gesture),
        grouping.set_group_strip(5, Strip(-99_999.0), "Change volume", gesture),
    ):
        assert history.do(edit) is not None
    group = history.song.groups[0]
    assert (group.name, group.colour, group.is_folded, group.strip.gain_db) == ("Reeds", 3, True, SILENT_DB)
    assert len(history.labels) == 4
    with pytest.raises(UnsupportedRequest, match="needs a name"):
        grouping.rename_group(5, " \t")


def test_mx_08_the_last_shown_track_cannot_be_hidden() -> None:
    song = after(band(2), tracks.hide_track(1, True))
    assert [track.is_hidden for track in song.tracks] == [True, False]
    with pytest.raises(UnsupportedRequest, match="last shown track"):
        after(song, tracks.hide_track(2, True))
    assert not any(track.is_hidden for track in after(song, tracks.show_all_tracks()).tracks)


def test_mx_08_the_last_track_is_refused_to_be_deleted() -> None:
    with pytest.raises(UnsupportedRequest, match="last track stays"):
        after(band(1), tracks.remove_track(1))


@given(st.lists(st.tuples(st.integers(0, 6), st.integers(1, 6), st.integers(-1, 7)), max_size=12))
def test_mx_08_whatever_is_done_groups_stand_together_and_undo_leads_back(steps: list[tuple[int, int, int]]) -> None:
    begun = band(6)
    history = History(begun)
    for kind, number, value in steps:
        song = history.song
        if not song.has_track(number):
            continue
        group = song.groups[value % len(song.groups)].id if song.groups else 0
        edits = (
            grouping.group_tracks((number, max(1, value))), grouping.join_group(number, group), grouping.leave_group(number),
            tracks.move_track(number, value), grouping.move_group(group, value), grouping.ungroup(group),
            tracks.duplicate_track(number),
        )  # fmt: skip
        history.do(edits[kind])
        found = [track.group for track in history.song.tracks if track.group]
        assert [each for index, each in enumerate(found) if not index or found[index - 1] != each] == list(dict.fromkeys(found))
        assert set(found) == {each.id for each in history.song.groups}
        assert check(history.song) == ()
    while history.undo() is not None:
        pass
    assert history.song == begun


def test_mx_06_room_and_returns_stay_within_their_ranges() -> None:
    song = after(band(), tracks.set_effects(Effects(Return(99), Return(-999), 7.0, -1.0, 0.25), "Change the room"))
    assert song.effects == Effects(Return(6.0), Return(SILENT_DB), 1.0, 0.0, 0.25)


def test_mx_09_a_frozen_track_refuses_what_would_sound_otherwise_and_takes_the_rest() -> None:
    song = after(band(), notes.add(1, [Note(0, 960, 60, 90)]), freezing.freeze(1))
    track = song.track(1)
    refused = (
        notes.add(1, [Note(960, 960, 64, 90)]),
        tracks.set_instrument(1, Instrument(5)),
        tracks.set_instrument(1, Instrument(font=SoundFontFile("a.sf2", 1, "ab" * 32))),
        tracks.set_strip(1, replace(track.strip, reverb=100)),
    )
    for edit in refused:
        with pytest.raises(UnsupportedRequest, match="«Track 1» is frozen"):
            after(song, edit)
    taken = (
        tracks.set_strip(1, replace(track.strip, gain_db=-9.0, pan=30.0, is_muted=True, is_solo=True)),
        tracks.rename_track(1, "Lead"),
        tracks.set_colour(1, 5),
        tracks.move_track(1, 2),
        tracks.duplicate_track(1),
        tracks.remove_track(1),
        notes.add(2, [Note(0, 960, 60, 90)]),
        freezing.unfreeze(1),
    )
    assert all(after(song, edit) != song for edit in taken)
    assert after(song, freezing.unfreeze(1), refused[0]).note_count == 2


def test_mx_09_undo_goes_back_behind_a_freeze() -> None:
    history = History(band())
    history.do(notes.add(1, [Note(0, 960, 60, 90)]))
    history.do(freezing.freeze(1))
    history.undo()
    history.undo()
    assert history.song == band()
    with pytest.raises(UnsupportedRequest, match="nothing to freeze"):
        after(Song(tracks=(Track(1, "Voice", is_audio=True),), next_id=2), freezing.freeze(1))
