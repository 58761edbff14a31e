"""What of a song is offered to go out, and what files of it are called (EX-14, EX-34)."""

from studio.app import parts
from studio.edits import notes
from studio.files.part import stem
from studio.generation.contract import Request
from studio.jobs.board import InlineRunner
from studio.session import Session
from studio.song.notes import Note
from studio.song.song import Instrument, Song, Track
from studio.song.ticks import Span
from studio.song.timeline import Marker, Timeline
from tests.fakes import SilentSound, scale_takes

BAR = 3840


def begun() -> Session:
    timeline = Timeline(markers=(Marker(0, "Verse", True), Marker(2 * BAR, "Chorus", True)))
    tracks = (Track(1, "Bass", Instrument(33)), Track(2, "Keys"))
    session = Session(InlineRunner(), scale_takes, SilentSound(), Song("Blue", tracks, timeline, next_id=3))
    for track_id in (1, 2):
        session.do(notes.add(track_id, [Note(beat * 960, 960, 60 + track_id) for beat in range(16)]))
    return session


def by_kind(session: Session, kind: str) -> parts.Scope:
    return next(scope for scope in parts.parts(session) if scope.kind == kind)


def test_the_whole_song_is_the_song_itself() -> None:
    session = begun()
    scope = by_kind(session, parts.WHOLE)
    assert scope.cut() is session.song
    assert stem("Blue", scope.part) == "Blue"


def test_nothing_is_offered_that_is_not_there() -> None:
    kinds = [scope.kind for scope in parts.parts(begun())]
    assert kinds == [parts.WHOLE, parts.SECTION, parts.SECTION]


def test_each_section_goes_out_by_itself_from_its_first_bar_on() -> None:
    session = begun()
    chorus = parts.parts(session)[2]
    cut = chorus.cut()
    assert (chorus.part.name, cut.note_count, cut.bar_count) == ("Chorus", 16, 2)
    assert cut.tracks[0].notes.rows["start"][0] == 0


def test_selected_notes_are_counted_from_their_bar_line() -> None:
    session = begun()
    rows = session.song.track(1).notes.rows
    session.select(frozenset(rows["id"][5:8].tolist()), track_id=1)
    scope = by_kind(session, parts.SELECTION)
    (track,) = scope.cut().tracks
    assert track.notes.rows["start"].tolist() == [960, 1920, 2880]
    assert stem("Blue", scope.part) == "Blue - Bass - bar 2"


def test_selected_bars_go_out_on_their_tracks() -> None:
    session = begun()
    session.select(frozenset(), bars=Span(BAR, 3 * BAR))
    assert len(by_kind(session, parts.SELECTION).cut().tracks) == 2
    session.select(bars=Span(BAR, 3 * BAR), range_ids=(2,))
    scope = by_kind(session, parts.SELECTION)
    assert ([track.name for track in scope.cut().tracks], scope.part.name) == (["Keys"], "Keys - bars 2-3")


def test_the_loop_is_the_composers_while_takes_are_heard_in_another() -> None:
    session = begun()
    session.set_loop(Span(BAR, 2 * BAR))
    session.select(bars=Span(0, BAR))
    session.generate(Request("continue", "m", session.song, session.target("continue"), count=2))
    session.hear_take(0)
    assert by_kind(session, parts.LOOP).part.span == Span(BAR, 2 * BAR)


def test_takes_go_out_in_their_bars_the_shown_one_first() -> None:
    session = begun()
    session.select(frozenset(), track_id=1, bars=Span(0, BAR))
    session.generate(Request("variations", "m", session.song, session.target("variations"), count=3))
    session.tray.show(1)
    takes = [scope for scope in parts.parts(session) if scope.kind == parts.TAKE]
    assert [scope.part.name for scope in takes] == [f"Bass - bar 1 - take {number}" for number in (2, 1, 3)]
    song = takes[0].cut()
    assert [track.name for track in song.tracks] == ["Bass"]
    assert song.tracks[0].notes.rows["pitch"].tolist() == session.tray.current.takes[1].parts[0][1]["pitch"].tolist()
    assert takes[1].cut().tracks[0].notes.rows["pitch"][0] == session.tray.current.takes[0].parts[0][1]["pitch"][0]
    assert song.origins
    assert session.song.note_count == 32


def test_bars_of_several_takes_go_out_as_they_are_shown() -> None:
    session = begun()
    session.select(frozenset(), track_id=1, bars=Span(0, 2 * BAR))
    session.generate(Request("variations", "m", session.song, session.target("variations"), count=2))
    session.tray.take_bar(1, 1)
    scope = by_kind(session, parts.TAKE)
    shown = session.heard_song().track(1).notes.starting_in(Span(0, 2 * BAR))
    assert scope.cut().tracks[0].notes.rows["pitch"].tolist() == shown["pitch"].tolist()


def test_one_track_of_several_names_the_file() -> None:
    session = begun()
    scope = parts.parts(session)[1]
    assert [track.id for track in scope.cut([2]).tracks] == [2]
    assert parts.narrowed(session.song, scope.part, [2]).name == "Keys - Verse"
    assert parts.narrowed(session.song, scope.part, [1, 2]) == scope.part
    assert parts.track(session, 1).part.name == "Bass"
