"""Parts of a song: whole, of bars, of tracks, of chosen notes; and the names of their files."""

from __future__ import annotations

from studio.files.part import Part, part_of, stem
from studio.song import Instrument, Note, Notes, Song, Span, Track


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
