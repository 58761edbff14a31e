"""Drags on real worker threads: the newest place wins, nothing piles up, nothing is left behind."""

from __future__ import annotations

import gc
import threading
import tracemalloc
from collections.abc import Iterator
from threading import Event

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from studio.app.job_thread import QtRunner
from studio.generation.latent import Decoding, LatentAnswer, LatentRequest
from studio.jobs.job import PREVIEW
from studio.jobs.progress import Progress
from studio.song.song import empty_song
from tests.patience import PATIENCE_MS
from tests.plane_space import Bench, Plane, bench, filled


@pytest.fixture
def runner(qapp) -> Iterator[QtRunner]:
    made = QtRunner()
    yield made
    assert made.shutdown(PATIENCE_MS)


class Gate:
    """A plane that answers decodings of one point only when it is let."""

    def __init__(self) -> None:
        self.plane = Plane()
        self.waits = False
        self.reached, self.let = Event(), Event()

    def ask(self, request: LatentRequest, progress: Progress) -> Iterator[LatentAnswer]:
        if self.waits and isinstance(request, Decoding):
            self.reached.set()
            assert self.let.wait(PATIENCE_MS / 1000)
        yield from self.plane.ask(request, progress)


def settled(made: Bench, qtbot: QtBot) -> None:
    qtbot.waitUntil(lambda: not made.explorer.is_working and len(made.explorer.grid) == 49, timeout=PATIENCE_MS)


def gated(runner: QtRunner, qtbot: QtBot) -> tuple[Gate, Bench]:
    """A pad whose corners and grid are there, behind a gate that stands open."""
    gate = Gate()
    made = filled(bench(runner=runner, ask=gate.ask))
    settled(made, qtbot)
    return gate, made


def test_of_a_drag_only_the_place_under_way_and_the_last_one_are_decoded(runner: QtRunner, qtbot: QtBot) -> None:
    gate, made = gated(runner, qtbot)
    gate.plane.asked.clear()
    gate.waits = True
    made.explorer.move_to(0.1, 0.5)
    qtbot.waitUntil(gate.reached.is_set, timeout=PATIENCE_MS)
    for step in range(2, 10):
        made.explorer.move_to(step / 10, 0.5)
    assert len(made.session.jobs.active(PREVIEW)) == 1, "nothing queues up behind it"
    gate.waits = False
    gate.let.set()
    qtbot.waitUntil(lambda: made.explorer.phrase is not None and made.heard_point == (0.9, 0.5), timeout=PATIENCE_MS)
    assert [request.points.tolist() for request in gate.plane.decodings] == [
        pytest.approx(np.array([[0.1, 0.5]])),
        pytest.approx(np.array([[0.9, 0.5]])),
    ]


def test_of_an_anchor_on_its_way_too(runner: QtRunner, qtbot: QtBot) -> None:
    gate = Gate()
    made = draggable(bench(runner=runner, ask=gate.ask))
    settled(made, qtbot)
    gate.plane.asked.clear()
    gate.waits = True
    for step in range(1, 10):
        made.explorer.try_anchor(0, step / 20, 0.5)
        if step == 1:
            qtbot.waitUntil(gate.reached.is_set, timeout=PATIENCE_MS)
    assert len(made.session.jobs.active(PREVIEW)) == 1
    gate.waits = False
    gate.let.set()
    qtbot.waitUntil(lambda: not made.explorer.is_working, timeout=PATIENCE_MS)
    first, last = (request.points[0] for request in gate.plane.decodings)
    assert last[0] < first[0], "nearer to the pointer, the anchor has more"


def test_a_late_answer_never_covers_the_own_notes_of_a_corner(runner: QtRunner, qtbot: QtBot) -> None:
    gate, made = gated(runner, qtbot)
    gate.waits = True
    made.explorer.move_to(0.5, 0.5)
    qtbot.waitUntil(gate.reached.is_set, timeout=PATIENCE_MS)
    made.explorer.move_to(0, 0)
    own = made.explorer.phrase
    gate.waits = False
    gate.let.set()
    settled(made, qtbot)
    assert made.explorer.phrase is own
    assert made.explorer.is_own


def test_the_pointer_goes_before_the_grid(runner: QtRunner, qtbot: QtBot) -> None:
    gate, made = gated(runner, qtbot)
    gate.plane.asked.clear()
    gate.waits = True
    made.explorer.set_temperature(0.5)
    qtbot.waitUntil(gate.reached.is_set, timeout=PATIENCE_MS)
    made.explorer.move_to(0.3, 0.3)
    gate.waits = False
    gate.let.set()
    settled(made, qtbot)
    qtbot.waitUntil(lambda: sum(len(request.points) for request in gate.plane.decodings) == 2 + 49, timeout=PATIENCE_MS)
    sizes = [len(request.points) for request in gate.plane.decodings]
    assert sizes[:2] == [1, 1], "where it was, then where it is; the grid after both"
    assert gate.plane.decodings[1].points.tolist()[0] == pytest.approx([0.3, 0.3])


def test_a_path_that_is_still_decoded_is_committed_when_it_is_there(runner: QtRunner, qtbot: QtBot) -> None:
    made = filled(bench(runner=runner))
    settled(made, qtbot)
    before = made.session.song
    made.explorer.set_path([(0.1, 0.1), (0.9, 0.9)])
    assert not made.explorer.commit_path(bar=1)
    assert made.session.song is before
    qtbot.waitUntil(lambda: made.session.song is not before, timeout=PATIENCE_MS)
    assert len(made.session.song.origins) == 7


def test_a_path_given_up_meanwhile_is_not_committed(runner: QtRunner, qtbot: QtBot) -> None:
    made = filled(bench(runner=runner))
    settled(made, qtbot)
    before = made.session.song
    made.explorer.set_path([(0.1, 0.1), (0.9, 0.9)])
    made.explorer.commit_path(bar=1)
    made.explorer.clear_path()
    settled(made, qtbot)
    made.explorer.set_path([(0.1, 0.1), (0.2, 0.9)])
    qtbot.waitUntil(lambda: all(made.explorer.path_phrases), timeout=PATIENCE_MS)
    assert made.session.song is before


def test_answers_for_the_song_before_never_reach_the_next(runner: QtRunner, qtbot: QtBot) -> None:
    gate, made = gated(runner, qtbot)
    shelf = made.session.beside["pads"]
    gate.waits = True
    made.explorer.move_to(0.2, 0.2)
    qtbot.waitUntil(gate.reached.is_set, timeout=PATIENCE_MS)
    made.session.open(empty_song(), beside={"pads": shelf})
    gate.waits = False
    gate.let.set()
    qtbot.waitUntil(lambda: not made.explorer.is_working, timeout=PATIENCE_MS)
    assert made.explorer.phrase is None
    assert made.explorer.grid == {}
    made.explorer.wake()
    settled(made, qtbot)
    assert made.heard_point == (0.5, 0.5)


def drags(made: Bench, rng: np.random.Generator, count: int) -> None:
    """Of the pointer, of a point of the path and of an anchor, in turn."""
    explorer = made.explorer
    for turn in range(count):
        moves = rng.random((6, 2)).tolist()
        for x, y in moves:
            if turn % 3 == 2:
                explorer.try_anchor(turn % 4, x, y)
            else:
                explorer.move_to(x, y)
        if turn % 3 == 2:
            explorer.move_anchor(turn % 4, *moves[-1])
        else:
            explorer.release()
        if turn % 3 == 1:
            explorer.edit_path_point(1, *moves[-1])


def draggable(made: Bench) -> Bench:
    """With free anchors and a path, so that there is everything to drag."""
    filled(made).explorer.set_mode("anchors")
    made.explorer.set_path([(0.1, 0.1), (0.5, 0.8), (0.9, 0.2)])
    return made


def test_a_hundred_drags_leave_memory_flat_and_no_thread_behind(runner: QtRunner, qtbot: QtBot) -> None:
    gate = Gate()
    made = draggable(bench(runner=runner, ask=gate.ask))
    rng = np.random.default_rng(1)

    def dragged() -> int:
        drags(made, rng, 100)
        qtbot.waitUntil(lambda: made.explorer.phrase is not None and not made.explorer.is_working, timeout=PATIENCE_MS)
        gate.plane.asked.clear()
        made.sound.loaded.clear()
        made.sound.calls.clear()
        gc.collect()
        return tracemalloc.get_traced_memory()[0]

    settled(made, qtbot)
    tracemalloc.start()
    try:
        dragged()
        threads = threading.active_count(), runner.thread_count
        before = dragged()
        grown = dragged() - before
    finally:
        tracemalloc.stop()
    assert (threading.active_count(), runner.thread_count) == threads
    assert runner.thread_count == 1
    assert grown < 100_000, f"{grown} bytes more after another hundred drags"


def test_drags_inline_do_not_grow_either() -> None:
    made = draggable(bench())
    rng = np.random.default_rng(2)
    tracemalloc.start()
    try:
        sizes = []
        for _ in range(3):
            drags(made, rng, 12)
            made.plane.asked.clear()
            made.sound.loaded.clear()
            made.sound.calls.clear()
            gc.collect()
            sizes.append(tracemalloc.get_traced_memory()[0])
    finally:
        tracemalloc.stop()
    assert sizes[2] - sizes[1] < 100_000
