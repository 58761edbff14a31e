"""A comp: bars from several takes, heard and kept as one step, each note with the origin of its own take."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from studio.edits import notes
from studio.generation.contract import Request
from studio.jobs.board import InlineRunner
from studio.session import Session
from studio.song.check import check
from studio.song.notes import Note, Rows
from studio.song.region import Mask, Region
from studio.song.ticks import Span
from tests.fakes import SilentSound, scale_takes

BAR = 3840
SPAN = Span(BAR, 5 * BAR)
BARS = 4


def proposed(takes: int = 3) -> Session:
    """Four bars over what was there, with takes to choose from."""
    session = Session(InlineRunner(), scale_takes, SilentSound())
    session.do(notes.add(1, [Note(at * 960, 960, 40, 70) for at in range(24)]))
    session.generate(Request("fill", "scales", session.song, Mask(Region((1,), SPAN)), count=takes))
    return session


def heard(rows: Rows, span: Span) -> list[tuple[int, int, int, int]]:
    inside = rows[(rows["start"] >= span.start_tick) & (rows["start"] < span.end_tick)]
    return [(int(r["start"]), int(r["length"]), int(r["pitch"]), int(r["velocity"])) for r in inside]


@settings(deadline=None, max_examples=60)
@given(st.lists(st.one_of(st.none(), st.integers(0, 2)), min_size=BARS, max_size=BARS))
def test_every_bar_is_from_its_take_and_the_rest_stays(choice: list[int | None]) -> None:
    session = proposed()
    before, tray = session.song, session.tray
    assert tray.current is not None
    for bar, index in enumerate(choice):
        tray.take_bar(bar, index)
    take_set = tray.current
    proposal = session.heard_song()
    for bar, index in zip(take_set.bars, choice, strict=True):
        source = before.track(1).notes.rows if index is None else take_set.takes[index].rows
        assert heard(proposal.track(1).notes.rows, bar) == heard(source, bar)
    assert session.song is before, "nothing is written before it is kept"
    if set(choice) == {None}:
        assert not session.keep()
        return
    assert session.keep()
    kept = session.song
    assert [row[:4] for row in heard(kept.track(1).notes.rows, Span(0, 100 * BAR))] == heard(
        proposal.track(1).notes.rows, Span(0, 100 * BAR)
    )
    assert check(kept) == ()
    takes_by_origin = {origin.id: origin.take - 1 for origin in kept.origins}
    for bar, index in zip(take_set.bars, choice, strict=True):
        origins = {int(origin) for origin in kept.track(1).notes.starting_in(bar)["origin"]}
        assert {takes_by_origin.get(origin) for origin in origins} == {index}
    assert session.selection.note_ids == {note.id for note in kept.track(1).notes if note.origin}
    session.undo()
    assert session.song == before


def test_a_comp_of_one_take_is_that_take_and_words_say_what_is_shown() -> None:
    session = proposed()
    tray = session.tray
    assert tray.current is not None
    assert tray.current.words() == "take 1"
    tray.take_bar(1, 2)
    assert tray.current.words() == "takes 1 and 3, bar by bar"
    assert tray.current.pieces == ((Span(BAR, 2 * BAR), 0), (Span(2 * BAR, 3 * BAR), 2), (Span(3 * BAR, 5 * BAR), 0))
    tray.take_bar(3, None)
    tray.take_bar(0, 2)
    assert tray.current.words() == "takes 3 and 1, bar by bar"
    for bar in range(BARS):
        tray.take_bar(bar, 1)
    assert (tray.current.active, tray.current.comp) == (1, ())
    tray.take_bar(0, None)
    assert tray.current.words() == "take 2 and what was there, bar by bar"
    assert session.keep()
    assert session.history.undo_label == "Keep take 2 and what was there, bar by bar of Fill bars 2-5"


def test_comparing_brings_the_comp_back() -> None:
    session = proposed()
    session.tray.take_bar(2, 1)
    assert session.tray.current is not None
    comp = session.tray.current.comp
    session.tray.compare()
    assert session.heard_song() is session.song
    session.tray.compare()
    assert session.tray.current.comp == comp


def test_bars_that_are_not_there_change_nothing() -> None:
    session = proposed()
    assert session.tray.current is not None
    for bar, index in ((-1, 0), (BARS, 0), (0, 3), (0, -1)):
        session.tray.take_bar(bar, index)
    assert session.tray.current.comp == ()
    session.tray.clear()
    session.tray.take_bar(0, 0)
    assert session.tray.current is None
