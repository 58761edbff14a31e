"""Orders carried out in a child process: what writes a large song holds the interpreter longer than a window may stand."""

from __future__ import annotations

from dataclasses import replace

from studio.app.beside import beside, served
from studio.app.orders import Means, Order, carry_out
from studio.app.outlets import PICTURE
from studio.children import ChildEnd
from studio.files.outgoing import Sent
from studio.jobs.progress import Progress
from studio.words import mark

MANY_NOTES = 3_000
"""Fewer are written sooner than a child has started."""


def carried_out(order: Order, means: Means, progress: Progress) -> Sent:
    """As `carry_out`, beside the window where the song is large. Sound has a child of its own, and pictures want the fonts of
    the window."""
    if order.outlet.is_sound or order.outlet.id == PICTURE or order.song.note_count < MANY_NOTES:
        return carry_out(order, means, progress)
    sent = beside(serve, mark("export"), (order, replace(means, render=_no_sound)), progress)
    assert isinstance(sent, Sent)
    return sent


def serve(end: ChildEnd) -> None:
    served(end, _carried_out)


def _carried_out(asked: object, progress: Progress) -> Sent:
    assert isinstance(asked, tuple)
    order, means = asked
    return carry_out(order, means, progress)


def _no_sound(*_: object) -> str:
    """Stands for what renders, which is no matter of this child and does not go through its pipe."""
    raise ValueError("no sound is made here")
