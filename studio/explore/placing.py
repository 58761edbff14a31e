"""Placing: where phrases go, on the pad and out of it: free places for anchors, committed paths, takes in the tray."""

from __future__ import annotations

from studio.errors import UnsupportedRequest
from studio.explore import committing, voicing
from studio.explore.collection import Collection
from studio.explore.committing import Goal, Step
from studio.explore.listening import start_of_place
from studio.explore.mixing import CORNERS, Place
from studio.explore.pad import Pad
from studio.explore.voicing import Seat
from studio.generation.contract import Take
from studio.generation.enforce import enforced
from studio.session import Session
from studio.song.song import Song
from studio.song.ticks import Span
from studio.words import tr, within

RING: tuple[Place, ...] = (*CORNERS, (0.5, 0.0), (1.0, 0.5), (0.5, 1.0), (0.0, 0.5))
"""Where free anchors stand until they are moved, slot by slot."""


def free_place(pad: Pad, slot: int) -> Place:
    """Where a phrase goes that is given no place: where the slot's one stood, else the slot's place on the ring."""
    anchor = pad.anchors[slot]
    return RING[slot] if anchor is None else (anchor.x, anchor.y)


def commit(session: Session, shelves: Collection, steps: tuple[Step, ...], goal: Goal) -> bool:
    """Write the steps of a path into the song, select the new bars, and say what happened. False when nothing changed."""
    song = session.song
    shelves.keep_pad()
    made = committing.commit(song, shelves.pad, steps, goal)
    ids = frozenset(range(song.next_id, made.after.next_id)) - {seat.track.id for seat in goal.seats}
    if not session.do(made.edit, ids):
        return False
    session.select(track_id=goal.seats[0].track.id, bars=made.span, cursor_tick=made.span.start_tick)
    session.say(made.words(session.span_words(made.span)))
    return True


def seats_for(song: Song, parts: tuple[str, ...], track_id: int | None) -> tuple[Seat, ...]:
    """The tracks of a path: the chosen one and those that go with it, or new ones. UnsupportedRequest when it suits no part."""
    return voicing.new_seats(song, parts) if track_id is None else voicing.chosen_seats(song, parts, track_id)


def pin(session: Session, pad: Pad, step: Step, weights: str) -> None:
    """Put what is heard into the tray as a take for the bars at the cursor; UnsupportedRequest says why it cannot be."""
    song = session.song
    seats = voicing.seats(song, tuple(step.rows), session.selection.track_id)
    missing = [within(seat.track.name) for seat in seats if seat.is_new]
    if len(missing) == len(seats):
        raise UnsupportedRequest(
            tr("The song has no track for the {missing}.", missing=missing[0]), tr("Add one, or commit a path to a new track.")
        )
    start = start_of_place(session)
    bars = song.timeline.whole_bars(Span(start, start + max(1, step.length_ticks)))
    there = tuple(seat for seat in seats if not seat.is_new)
    committing.assert_room(song, tuple(seat.track for seat in there), bars)
    request = committing.request_for(song, pad, tuple(seat.track.id for seat in there), bars)
    parts = tuple((seat.track.id, voicing.shifted(step.rows[seat.part], start)) for seat in there)
    tray = session.tray
    take_set = tray.current
    if take_set is None or take_set.request.mask != request.mask or take_set.request.capability != request.capability:
        take_set = tray.begin(request)
    number = len(take_set.takes) - take_set.carried + 1
    take = enforced(Take(number, bars, parts, committing.step_origin(request, pad, step, number, weights)), request)
    tray.add(take_set, take)
    tray.show(len(take_set.takes) - 1)
    left_out = " " + tr("The {missing} part has no track and was left out.", missing=tr(" and ").join(missing)) if missing else ""
    session.say(
        tr(
            "Pinned as take {number} for {bars}.{left_out}",
            number=take_set.takes[-1].number,
            bars=session.span_words(bars),
            left_out=left_out,
        )
    )
