"""Takes out of files: what goes on which track, cut to the bars, kept as made by hand, and saved with the project."""

from __future__ import annotations

import json

import pytest

from studio.app.take_storage import takes_from_json, takes_to_json
from studio.edits import notes, tracks
from studio.errors import UnsupportedRequest
from studio.generation.asking import repeated
from studio.generation.describe import request_line, take_details
from studio.jobs.board import InlineRunner
from studio.recording.imported import add_takes
from studio.session import Session
from studio.song.notes import LOCKED, Note, Notes
from studio.song.region import Region
from studio.song.song import Instrument, Song, Track
from studio.song.ticks import Span
from tests.fakes import SilentSound, scale_takes

BAR = 3840
BARS = Span(2 * BAR, 4 * BAR)


@pytest.fixture
def session() -> Session:
    """A piano, a bass and drums, with a note in the bars."""
    made = Session(InlineRunner(), scale_takes, SilentSound())
    made.do(tracks.add_track("Bass", Instrument(33)))
    made.do(tracks.add_track("Drums", Instrument(0, is_drum=True)))
    made.do(notes.add(1, [Note(2 * BAR, 960, 48)]))
    return made


def part(track_id: int, pitch: int, is_drum: bool = False, bars: int = 4, begins: int = 1) -> Track:
    """A note in every bar, from the second on: many files begin with an empty one."""
    made = [Note((bar + begins) * BAR, BAR, pitch, 80, track_id * 100 + bar, LOCKED if not bar else 0) for bar in range(bars)]
    return Track(track_id, f"T{track_id}", instrument=Instrument(0, is_drum=is_drum), notes=Notes.of(made))


def file_of(*parts: Track) -> Song:
    return Song("File", parts, next_id=1000)


def rows_of(session: Session, take: int = 0) -> dict[int, list[tuple[int, int, int]]]:
    take_set = session.tray.current
    assert take_set is not None
    return {id_: rows[["start", "length", "pitch"]].tolist() for id_, rows in take_set.takes[take].parts}


def test_the_first_bars_with_notes_are_laid_on_the_chosen_ones_and_end_with_them(session: Session) -> None:
    assert add_takes(session, [("x.mid", file_of(part(1, 60)))], Region((1,), BARS)) == 1
    assert rows_of(session) == {1: [(2 * BAR, BAR, 60), (3 * BAR, BAR, 60)]}


def test_on_one_track_all_of_its_kind_come_and_on_several_one_each(session: Session) -> None:
    whole = file_of(part(1, 60), part(2, 64), part(3, 38, is_drum=True), part(4, 67))
    add_takes(session, [("x.mid", whole)], Region((1,), BARS))
    assert {pitch for _, _, pitch in rows_of(session)[1]} == {60, 64, 67}
    drums = session.song.tracks[2].id
    bass = session.song.tracks[1].id
    add_takes(session, [("y.mid", whole)], Region((1, bass, drums), BARS))
    pitches = {id_: {row[2] for row in rows} for id_, rows in rows_of(session).items()}
    assert pitches == {1: {60}, bass: {64, 67}, drums: {38}}


def test_files_follow_what_lies_there_already(session: Session) -> None:
    region = Region((1,), BARS)
    add_takes(session, [("one.mid", file_of(part(1, 60))), ("two.mid", file_of(part(1, 62)))], region)
    add_takes(session, [("three.mid", file_of(part(1, 64)))], region)
    take_set = session.tray.current
    assert take_set is not None
    assert list(take_set.labels.values()) == ["one.mid", "two.mid", "three.mid"]
    assert [take.number for take in take_set.takes] == [1, 2, 3]


def test_what_is_kept_counts_as_made_by_hand_and_the_origin_names_the_file(session: Session) -> None:
    add_takes(session, [("x.mid", file_of(part(1, 60)))], Region((1,), BARS))
    session.tray.show(0)
    assert session.keep()
    kept = session.song.track(1).notes.starting_in(BARS)
    assert kept["origin"].tolist() == [0, 0]
    assert not (kept["flags"] & LOCKED).any()
    assert json.loads(session.song.origins[0].request) == {"by": "file", "file": "x.mid"}
    assert session.song.origins[0].model == ""
    session.undo()
    assert session.song.track(1).notes.starting_in(BARS)["pitch"].tolist() == [48]


def test_such_takes_say_where_they_are_from_and_no_model_makes_more(session: Session) -> None:
    add_takes(session, [("x.mid", file_of(part(1, 60)))], Region((1,), BARS))
    take_set = session.tray.current
    assert take_set is not None
    assert request_line(take_set.request, "") == "Import bars 3\u20134 · from files"
    assert "From the file «x.mid»." in take_details(take_set.takes[0], session.song)
    assert "seed" not in take_details(take_set.takes[0], session.song)
    with pytest.raises(UnsupportedRequest, match="came from files"):
        repeated(take_set.request, session.song, 1)


def test_they_are_saved_with_the_project(session: Session) -> None:
    add_takes(session, [("x.mid", file_of(part(1, 60)))], Region((1,), BARS))
    again, aside, fault = takes_from_json(takes_to_json(session.tray.current), session.song)
    assert (aside, fault) == ((), "")
    assert again is not None
    assert again.request.capability == "import"
    assert again.labels == {0: "x.mid"}


def test_a_file_without_notes_for_the_tracks_is_refused_and_leaves_the_tray(session: Session) -> None:
    with pytest.raises(UnsupportedRequest, match="no notes for these tracks"):
        add_takes(session, [("x.mid", file_of(part(1, 38, is_drum=True)))], Region((1,), BARS))
    assert session.tray.current is None
