"""What enters the song keeps the promises of workstation.md 6.1, whatever a model returned and whatever is locked."""

from __future__ import annotations

from collections.abc import Iterator

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from studio.edits.history import History
from studio.edits.takes import keep
from studio.generation.contract import Request, Take
from studio.generation.enforce import EmptyTake, enforced
from studio.jobs.board import InlineRunner
from studio.jobs.progress import Progress
from studio.session import Session
from studio.song.check import check
from tests.fakes import SilentSound
from tests.garbage import PARTS, STORED, Parts, assert_invariants, requests, take_of

QUIET = settings(max_examples=50, deadline=None, suppress_health_check=list(HealthCheck))


@QUIET
@given(requests(), PARTS)
def test_gn_6_1_what_is_kept_of_garbage_keeps_every_promise(request: Request, parts: Parts) -> None:
    take = take_of(parts, request)
    try:
        made = enforced(take, request)
    except EmptyTake:
        return
    assert made.note_count > 0
    history = History(request.song)
    history.do(keep(made.parts, request.mask, made.origin, "Keep"))
    assert_invariants(request, history.song)
    assert check(history.song) == ()
    count = sum(len(history.song.track(track_id).notes) for track_id in request.mask.region.track_ids)
    assert count >= made.note_count, "no note of the take is lost on the way"


@QUIET
@given(requests(), STORED)
def test_gn_6_1_even_a_take_that_nobody_looked_at(request: Request, parts: Parts) -> None:
    """What is kept is looked at once more: bars may have been locked since the take was made."""
    listed = [(track_id, rows) for track_id, rows in parts if request.song.has_track(track_id)]
    inside = [part for part in listed if part[0] in request.mask.region.track_ids]
    history = History(request.song)
    history.do(keep(inside, request.mask, take_of((), request).origin, "Keep"))
    assert_invariants(request, history.song)


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(requests(), st.data())
def test_gn_6_1_bars_of_several_takes(request: Request, data: st.DataObject) -> None:
    def generate(asked: Request, _: Progress) -> Iterator[Take]:
        for number in range(1, asked.count + 1):
            try:
                yield enforced(take_of(data.draw(PARTS), asked, number), asked)
            except EmptyTake:
                continue

    session = Session(InlineRunner(), generate, SilentSound(), request.song)
    session.generate(request)
    take_set = session.tray.current
    if take_set is None:
        return
    for bar in range(len(take_set.bars)):
        session.tray.take_bar(bar, data.draw(st.sampled_from((None, *range(len(take_set.takes))))))
    proposal = session.heard_song()
    assert_invariants(request, proposal)
    if session.keep():
        assert_invariants(request, session.song)
        assert check(session.song) == ()
        session.undo()
    assert session.song is request.song
