"""The session: takes come, are heard and kept; edits say what they could not do."""

from __future__ import annotations

from pathlib import Path

import pytest

from studio.edits import notes
from studio.errors import ModelUnavailable, UnsupportedRequest
from studio.generation.contract import Request
from studio.jobs.board import InlineRunner
from studio.jobs.job import GENERATE, Job, JobState
from studio.session import Session
from studio.song import Note, Span, empty_song
from studio.song.check import check
from tests.fakes import SilentSound, scale_takes

BAR = 3840


def session_with(generate: object = scale_takes) -> Session:
    session = Session(InlineRunner(), generate, SilentSound())  # type: ignore[arg-type]
    session.do(notes.add(1, [Note(i * 960, 960, 60 + i) for i in range(8)]))
    return session


def request(session: Session, capability: str = "continue", count: int = 3) -> Request:
    return Request(capability, "fake", session.song, session.target(capability), seed=5, count=count)  # type: ignore[arg-type]


def test_continue_writes_after_the_end_by_default() -> None:
    session = session_with()
    assert session.target("continue").region.span == Span(2 * BAR, 6 * BAR)
    with pytest.raises(UnsupportedRequest, match="which bars"):
        session.target("fill")
    session.select(bars=Span(0, BAR))
    assert session.target("fill").region.span == Span(0, BAR)


def test_a_take_is_heard_before_it_is_kept_and_kept_as_one_step() -> None:
    session = session_with()
    before = session.song
    session.generate(request(session))
    assert session.song is before
    assert session.tray.current is not None
    assert len(session.tray.current.takes) == 3
    heard = session.sound.loaded[-1]  # type: ignore[attr-defined]
    assert heard.note_count > before.note_count
    session.tray.step(1)
    assert session.tray.current.active == 1
    assert session.keep()
    assert session.history.undo_label == "Keep take 2 of Continue bars 3-6"
    assert session.tray.current is None
    (origin,) = session.song.origins
    assert {note.origin for note in session.song.track(1).notes if note.start_tick >= 2 * BAR} == {origin.id}
    assert session.selection.note_ids == {note.id for note in session.song.track(1).notes if note.origin}
    assert check(session.song) == (), "it can be saved"
    session.undo()
    assert session.song == before


def test_compare_shows_what_was_there_and_goes_back() -> None:
    session = session_with()
    session.generate(request(session))
    session.tray.show(2)
    session.tray.compare()
    assert session.heard_song() is session.song
    session.tray.compare()
    assert session.tray.current is not None
    assert session.tray.current.active == 2


def test_an_edit_inside_the_region_makes_takes_stale() -> None:
    session = session_with()
    session.select(bars=Span(0, BAR))
    session.generate(request(session, "fill"))
    session.do(notes.move([9], 0, 1))
    assert session.tray.current is not None
    assert not session.tray.current.is_stale
    session.do(notes.move([2], 0, 1))
    assert session.tray.current.is_stale


def test_a_failing_model_is_said_in_a_sentence_and_changes_nothing() -> None:
    def failing(*_: object) -> object:
        raise ModelUnavailable("There is no model named «fake».", "Choose another.")

    session = session_with(failing)
    said: list[str] = []
    session.said.listen(lambda text, is_error: said.append(text))
    before = session.song
    running = session.generate(request(session))
    assert running.state is JobState.FAILED
    assert said == ["There is no model named «fake». Choose another."]
    assert session.song is before


def test_a_refused_edit_is_said_and_undo_restores_the_selection() -> None:
    session = session_with()
    said: list[str] = []
    session.said.listen(lambda text, is_error: said.append(text))
    session.select(frozenset({2, 3}))
    assert not session.do(notes.transpose([2, 3], 100))
    assert "not moved" in said[0]
    session.do(notes.remove([2, 3]), frozenset())
    assert session.selection.note_ids == frozenset()
    session.undo()
    assert session.selection.note_ids == {2, 3}
    assert said[-1] == "Undo: Delete 2 notes"


def test_saving_marks_the_snapshot_not_the_present() -> None:
    session = session_with()
    snapshot = session.song
    session.do(notes.remove([2]))
    session.mark_saved(snapshot, Path("x.ricercar"))
    assert not session.is_clean
    session.undo()
    assert session.is_clean


def test_opening_begins_anew() -> None:
    session = session_with()
    session.generate(request(session))
    session.set_loop(Span(0, 0))
    assert session.loop is None
    session.open(empty_song("Next"))
    assert session.tray.current is None
    assert session.history.undo_label is None
    assert session.is_clean
    session.open(empty_song("Imported"), is_saved=False)
    assert not session.is_clean


class HeldRunner:
    """Keeps work until told, as a worker thread would."""

    def __init__(self) -> None:
        self.held: list[tuple[object, object]] = []
        self.stopped: list[object] = []

    def run(self, work: object, answers: object) -> object:
        self.held.append((work, answers))
        return lambda: self.stopped.append(answers)


def test_the_newest_preview_replaces_the_waiting_one_and_cancel_is_honest() -> None:
    from studio.jobs.board import JobBoard
    from studio.jobs.job import PREVIEW

    runner = HeldRunner()
    board = JobBoard(runner)  # type: ignore[arg-type]
    first, second, third = (board.start(Job(f"p{i}", PREVIEW, lambda progress: None)) for i in range(3))
    assert [first.state, second.state, third.state] == [JobState.RUNNING, JobState.CANCELLED, JobState.QUEUED]
    first.finished(None)
    assert third.state is JobState.RUNNING
    waiting = board.start(Job("g", GENERATE, lambda progress: None))
    third.cancel()
    assert third.state is JobState.STOPPING
    assert runner.stopped == [third]
    waiting.cancel()
    board.cancel_all()
    assert len(board.active()) == 2


def test_what_is_kept_beside_the_song_is_unsaved_until_it_is_saved_and_gone_with_the_song() -> None:
    session = session_with()
    session.mark_saved(session.song, Path("song.ricercar"))
    changes: list[bool] = []
    session.document_changed.listen(lambda: changes.append(session.is_clean))
    opened: list[object] = []
    session.opened.listen(lambda: opened.append(dict(session.beside)))
    kept = object()
    session.keep_beside("pads", kept)
    session.keep_beside("pads", kept)
    assert changes == [False], "said once"
    session.mark_saved(session.song, Path("song.ricercar"), session.beside)
    assert session.is_clean
    session.keep_beside("ideas", object())
    assert not session.is_clean
    assert session.beside["pads"] is kept
    other = object()
    session.open(empty_song(), beside={"pads": other})
    assert session.beside["pads"] is other
    assert session.is_clean
    session.open(empty_song())
    assert opened == [{"pads": other}, {}]
