"""Parts of a song: whole, of bars, of tracks, of chosen notes; and the names of their files."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from studio.files.part import Part, part_of, stem
from studio.song import Instrument, Note, Notes, Song, Span, Track
from studio.song.check import check
from studio.song.mixing import Group
from tests.midi_songs import songs


def song() -> Song:
    bass = Track(1, "Bass", 0, Instrument(33), notes=Notes.of([Note(0, 960, 40, 90, 10), Note(3840, 9600, 41, 90, 11)]))
    lead = Track(2, "Lead", 1, Instrument(80), notes=Notes.of([Note(4800, 480, 72, 90, 12), Note(9000, 480, 74, 90, 13)]))
    return Song("Ländler", (bass, lead), next_id=20)


def starts(part: Song) -> list[tuple[str, list[tuple[int, int, int]]]]:
    return [(track.name, [(note.start_tick, note.length_ticks, note.pitch) for note in track.notes]) for track in part.tracks]


def test_the_whole_song_is_itself() -> None:
    whole = song()
    assert part_of(whole, Part()) is whole
    assert Part().is_whole


def test_bars_count_from_their_bar_line_and_end_what_sounds_on() -> None:
    found = part_of(song(), Part("bars 2-2", Span(3840, 7680)))
    assert starts(found) == [("Bass", [(0, 3840, 41)]), ("Lead", [(960, 480, 72)])]


def test_tracks_are_chosen() -> None:
    assert starts(part_of(song(), Part("Lead", track_ids=frozenset({2})))) == [("Lead", [(4800, 480, 72), (9000, 480, 74)])]


def test_chosen_notes_with_their_bars() -> None:
    part = Part("selection", Span(4800, 9480), frozenset({1, 2}), frozenset({12, 13}))
    assert starts(part_of(song(), part)) == [("Bass", []), ("Lead", [(960, 480, 72), (5160, 480, 74)])]


def test_names_of_files() -> None:
    part = Part("Bass - bars 5-8 - take 3")
    assert stem("Nocturne", part) == "Nocturne - Bass - bars 5-8 - take 3"
    assert stem("Ländler/2", Part()) == "Ländler 2"
    assert stem("Ländler", part, is_ascii=True) == "Landler - Bass - bars 5-8 - take 3"
    assert stem("夜曲", Part(), is_ascii=True) == "Untitled"
    assert stem("", Part()) == "Untitled"


def test_ex_34_names_are_readable_in_plain_letters_and_no_device_of_any_system() -> None:
    assert stem("Straße – Øre", Part("bars 5–8"), is_ascii=True) == "Strasse - Ore - bars 5-8"
    assert stem("夜曲", Part("笛 - bar 5"), is_ascii=True) == "bar 5"
    assert stem("夜曲", Part("笛 - bar 5")) == "夜曲 - 笛 - bar 5"
    assert [stem(title, Part()) for title in ("con", "Aux.2", "Constance")] == ["con file", "Aux.2 file", "Constance"]


@given(st.text(max_size=300), st.text(max_size=300), st.booleans())
def test_ex_34_any_title_makes_a_name_that_every_system_takes(title: str, name: str, is_ascii: bool) -> None:
    made = stem(title, Part(name), is_ascii=is_ascii)
    assert made == made.strip()
    assert 0 < len(made.encode()) <= 128
    assert not set(made) & set('<>:"/\\|?*')
    assert all(ord(sign) >= 32 for sign in made)
    assert made not in (".", "..")
    assert made.isascii() or not is_ascii


def test_groups_without_members_stay_behind() -> None:
    one, other = song().tracks
    grouped = replace(song(), tracks=(replace(one, group=7), replace(other, group=8)), groups=(Group(7, "Low"), Group(8, "High")))
    part = part_of(grouped, Part("Bass", track_ids=frozenset({1})))
    assert [group.id for group in part.groups] == [7]
    assert check(part) == ()


@given(songs(), st.integers(0, 20_000), st.integers(1, 9000), st.frozensets(st.integers(1, 5)), st.booleans())
def test_a_part_is_a_sound_song_whatever_is_chosen(whole: Song, start: int, length: int, ids: frozenset[int], cuts: bool) -> None:
    part = Part("x", Span(start, start + length) if cuts else None, ids)
    assert check(part_of(whole, part)) == check(whole) == ()
