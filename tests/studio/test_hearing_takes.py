"""Takes in company or alone, laid elsewhere, on tracks of their own; and which are heard when (workstation.md 6.2)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

from studio.edits import notes
from studio.generation.contract import Request, Take
from studio.jobs.board import InlineRunner
from studio.jobs.progress import Progress
from studio.session import Session
from studio.song.check import check
from studio.song.notes import LOCKED, Note, Notes
from studio.song.region import Mask, Region
from studio.song.song import Instrument, Song, Track
from studio.song.ticks import Span
from tests.fakes import SilentSound, scale_takes

BAR = 3840
SPAN = Span(BAR, 3 * BAR)


def band() -> Song:
    """Three tracks of quarters for four bars."""
    tracks = []
    for number, drums in ((1, False), (2, False), (3, True)):
        made = [Note(at * 960, 900, 36 + 12 * number, id=100 * number + at) for at in range(16)]
        tracks.append(Track(number, f"Track {number}", number, Instrument(0, 0, drums), notes=Notes.of(made)))
    return Song("Band", tuple(tracks), next_id=1000)


def proposed() -> tuple[Session, SilentSound]:
    sound = SilentSound()
    session = Session(InlineRunner(), scale_takes, sound, band())
    session.generate(Request("fill", "scales", session.song, Mask(Region((1,), SPAN), 50, 127), count=2))
    return session, sound


def test_gn_6_2_another_take_is_asked_for_on_the_beat_and_edits_at_once() -> None:
    session, sound = proposed()
    sound.swaps.clear()
    session.tray.step(1)
    assert sound.swaps == ["beat"]
    session.swap = "bar"
    session.tray.compare()
    assert sound.swaps == ["beat", "bar"]
    session.do(notes.transpose([201], 1))
    assert sound.swaps[-1] == "now"


def test_gn_6_2_takes_are_heard_in_the_song_solo_or_without_what_was_there() -> None:
    session, sound = proposed()
    assert sound.loaded[-1] is session.heard_song()
    session.proposing.hear_in("solo")
    heard = sound.loaded[-1]
    assert [heard.is_heard(track) for track in heard.tracks] == [True, False, False]
    assert heard.track(1).notes is session.heard_song().track(1).notes
    session.proposing.hear_in("alone")
    heard = sound.loaded[-1]
    assert all(heard.is_heard(track) for track in heard.tracks)
    assert heard.track(1).notes.rows["start"].min() == BAR, "what was there before the bars is silent too"
    assert len(heard.track(1).notes) == 8
    assert heard.track(2).notes is session.song.track(2).notes
    session.tray.compare()
    assert len(sound.loaded[-1].track(1).notes) == 16, "what was there is heard as it was"
    session.tray.compare()
    session.discard()
    assert sound.loaded[-1] is session.song


def test_gn_6_2_a_take_is_laid_on_another_track_and_bar_as_one_step() -> None:
    session, _ = proposed()
    before = session.song
    assert session.lay_take(1, 2, 3 * BAR + 777)
    laid = session.song.track(2).notes.starting_in(Span(3 * BAR, 5 * BAR))
    take = session.tray.current.takes[1].rows
    assert (laid["start"] - 2 * BAR).tolist() == take["start"].tolist()
    assert laid["pitch"].tolist() == take["pitch"].tolist()
    assert session.history.undo_label == "Lay take 2 on «Track 2» at bar 4"
    assert check(session.song) == ()
    assert session.song.origins[0].take == 2
    assert session.tray.current is not None, "it stays to be tried elsewhere"
    session.undo()
    assert session.song == before


def test_gn_6_2_a_take_gives_way_to_what_is_locked_where_it_is_laid() -> None:
    session, _ = proposed()
    session.do(notes.set_locked([212], True))
    assert session.lay_take(0, 2, 3 * BAR)
    (locked,) = session.song.track(2).notes.with_ids([212])
    assert locked["flags"] & LOCKED
    assert check(session.song) == ()


@pytest.mark.parametrize(("index", "track_id", "words"), [(9, 2, "That take is gone."), (0, 9, "That take is gone."),
                                                          (0, 3, "«Track 3» plays drums, and this take is none.")])  # fmt: skip
def test_gn_6_2_where_a_take_cannot_go_is_said(index: int, track_id: int, words: str) -> None:
    session, _ = proposed()
    said: list[str] = []
    session.said.listen(lambda text, _is_error: said.append(text))
    before = session.song
    assert not session.lay_take(index, track_id, 0)
    assert session.song is before
    assert said[-1].startswith(words)


def test_gn_6_2_a_take_becomes_a_track_of_its_own_beside_what_was_there() -> None:
    session, _ = proposed()
    before = session.song
    assert session.promote(1)
    fresh = session.song.tracks[1]
    assert (fresh.name, fresh.instrument) == ("Track 1, take 2", before.track(1).instrument)
    assert len(fresh.notes) == session.tray.current.takes[1].note_count
    assert session.song.track(1) is before.track(1)
    assert session.heard_song() is session.song, "both are heard"
    assert check(session.song) == ()
    session.undo()
    assert session.song == before
    session.tray.show(0)
    assert session.promote(0)


def test_gn_6_2_an_empty_request_leaves_what_was_judged() -> None:
    def only_once(request: Request, progress: Progress) -> Iterator[Take]:
        yield from scale_takes(request, progress) if request.seed == 1 else ()

    session = Session(InlineRunner(), only_once, SilentSound(), band())
    session.generate(Request("fill", "scales", session.song, Mask(Region((1,), SPAN)), count=2))
    session.tray.rate(1, 4)
    session.generate(replace(session.tray.current.request, seed=5))
    take_set = session.tray.current
    assert take_set is not None
    assert (take_set.active, take_set.ratings) == (0, {0: 4})


def test_gn_6_2_one_more_take_goes_on_after_all_that_are_there() -> None:
    session, _ = proposed()
    session.generate(replace(session.tray.current.request, seed=2, count=1), keeps_all=True)
    take_set = session.tray.current
    assert take_set is not None
    assert [take.number for take in take_set.takes] == [1, 2, 3]
    assert take_set.active == 2


def test_gn_6_2_takes_of_other_bars_are_put_aside_when_they_are_worth_it() -> None:
    session, _ = proposed()
    first = session.tray.current
    session.tray.star(0)
    elsewhere = Request("fill", "scales", session.song, Mask(Region((2,), SPAN)), count=1)
    session.generate(elsewhere)
    second = session.tray.current
    assert session.tray.aside == [first]
    session.tray.turn_to(first)
    assert (session.tray.current, session.tray.aside) == (first, []), "nobody judged the other one"
    session.generate(elsewhere)
    session.generate(replace(first.request, seed=3))
    assert session.tray.current.takes[0] is not first.takes[0]
    assert session.tray.current.starred == {0}
    assert second not in session.tray.sets
    assert session.keep()
    assert session.tray.current is None
    assert len(session.tray.aside) == 1, "the starred one is still to be had"


def test_gn_6_2_discarded_takes_can_be_brought_back_until_the_song_is_closed() -> None:
    session, _ = proposed()
    first = session.tray.current
    assert first is not None
    session.discard()
    assert session.tray.sets == ()
    session.tray.turn_to(first)
    assert (session.tray.current, session.tray.discarded) == (first, None)
    session.discard()
    session.open(band())
    assert session.tray.discarded is None


def test_gn_6_2_the_other_takes_are_not_lost_by_keeping_one() -> None:
    session, _ = proposed()
    first = session.tray.current
    assert first is not None
    assert session.keep()
    session.tray.turn_to(first)
    assert first.is_stale, "what was kept is what stands there now"
    session.tray.step(1)
    assert session.keep()
    assert [origin.take for origin in session.song.origins] == [1, 2]
