"""Edit and History: one door to every change of the song, and the way back."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Protocol

from studio.edits.guard import assert_keeps_frozen, assert_keeps_locked, refusal
from studio.song.notes import Notes, Rows
from studio.song.song import Song

GestureId = object


@dataclass(frozen=True, slots=True)
class Edit:
    """A labelled pure function from song to song. Edits of one gesture (one drag) become one undo step.

    `asked` tells which notes it is to change, by track: locked ones among them are left alone. An edit that is `over_locks` may
    unlock, or take locked notes along with their bars or their track; any other that would touch them is refused. The sound
    of a frozen track is left alone likewise, but where a whole song is put back (`over_frozen`).
    """

    label: str
    apply: Callable[[Song], Song]
    gesture: GestureId | None = None
    asked: Callable[[Song], Mapping[int, Rows]] | None = None
    over_locks: bool = False
    over_frozen: bool = False


class Beside(Protocol):
    """What a step changed that is no part of the song: a take that was not kept. The session puts it back with the step."""

    def undo(self) -> None: ...
    def redo(self) -> None: ...
    def after(self, earlier: Beside) -> Beside:
        """Both in one, where they are of one gesture."""
        ...


@dataclass(frozen=True, slots=True)
class Step:
    """One undo step: the song before and after, the ids selected before and after, how many locked notes were left alone."""

    label: str
    before: Song
    after: Song
    selected_before: frozenset[int]
    selected_after: frozenset[int]
    gesture: GestureId | None = None
    left_alone: int = 0
    beside: Beside | None = None
    bytes_held: int = 0
    """What keeping the song before takes in memory while the one after is there."""


UNDO_BYTES = 1 << 30
STEP_BYTES = 4096
"""What a step takes beside the notes it holds on to, about."""


class History:
    """The present song, the steps that led here, and those undone. Songs share structure, so steps are cheap.

    The oldest steps go once all together hold on to more than `limit_bytes` that the present song does not need (DC-01).
    """

    def __init__(self, song: Song, limit_bytes: int = UNDO_BYTES) -> None:
        self.song = song
        self.limit_bytes = limit_bytes
        self._held = 0
        self._done: list[Step] = []
        self._undone: list[Step] = []
        self._clean: Song | None = song

    def do(
        self,
        edit: Edit,
        selected: frozenset[int] = frozenset(),
        selected_after: frozenset[int] | None = None,
        beside: Beside | None = None,
    ) -> Step | None:
        """Apply an edit; None when it changed nothing. An edit that raises leaves everything as it was, and so does one that
        would touch what is locked."""
        before = self.song
        after = edit.apply(before)
        is_same = after is before or after == before
        left_alone = _left_alone(before, edit, is_same)
        if is_same and beside is None:
            return None
        after = before if is_same else after
        if not edit.over_locks:
            assert_keeps_locked(before, after)
        if not edit.over_frozen:
            assert_keeps_frozen(before, after)
        chosen = selected if selected_after is None else selected_after
        step = Step(edit.label, before, after, selected, chosen, edit.gesture, left_alone, beside)
        last = self._done[-1] if self._done else None
        if edit.gesture is not None and last is not None and last.gesture is edit.gesture and not self._undone:
            if last.beside is not None:
                beside = last.beside if beside is None else beside.after(last.beside)
            step = Step(edit.label, last.before, after, last.selected_before, chosen, edit.gesture, left_alone, beside)
            self._held -= self._done.pop().bytes_held
        self._done.append(replace(step, bytes_held=_bytes_between(step.before, step.after)))
        self._held += self._done[-1].bytes_held
        self._undone.clear()
        self.song = after
        self._drop_oldest()
        return step

    def _drop_oldest(self) -> None:
        """Never the last one: whatever it takes, it can be taken back."""
        while self._held > self.limit_bytes and len(self._done) > 1:
            self._held -= self._done.pop(0).bytes_held

    def forget(self, is_gone: Callable[[Beside], bool]) -> None:
        """What steps changed beside the song is there no more: such a step is for the song alone, or for nothing."""
        self._done, self._undone = _without(self._done, is_gone), _without(self._undone, is_gone)
        self._held = sum(step.bytes_held for step in self._done)

    def undo(self) -> Step | None:
        if not self._done:
            return None
        step = self._done.pop()
        self._held -= step.bytes_held
        self._undone.append(step)
        self.song = step.before
        return step

    def redo(self) -> Step | None:
        if not self._undone:
            return None
        step = self._undone.pop()
        self._held += step.bytes_held
        self._done.append(step)
        self.song = step.after
        return step

    @property
    def undo_label(self) -> str | None:
        return self._done[-1].label if self._done else None

    @property
    def redo_label(self) -> str | None:
        return self._undone[-1].label if self._undone else None

    @property
    def labels(self) -> tuple[str, ...]:
        """Labels of the steps done, oldest first."""
        return tuple(step.label for step in self._done)

    def mark_clean(self, song: Song) -> None:
        """This song is what the file holds (the snapshot that was saved, not always the present one)."""
        self._clean = song

    @property
    def is_clean(self) -> bool:
        return self.song is self._clean


def _bytes_between(before: Song, after: Song) -> int:
    """What of the song before is not in the one after; only what differs is looked at."""
    later = {track.id: track for track in after.tracks}
    held = STEP_BYTES
    for track in before.tracks:
        other = later.get(track.id)
        if other is not track:
            notes = other.notes if other is not None else Notes.EMPTY
            held += 0 if notes is track.notes else track.notes.bytes_beside(notes)
            if other is None or other.controls is not track.controls:
                held += track.controls.drawn.nbytes
    return held


def _without(steps: list[Step], is_gone: Callable[[Beside], bool]) -> list[Step]:
    kept = [replace(step, beside=None) if step.beside is not None and is_gone(step.beside) else step for step in steps]
    return [step for step in kept if step.before is not step.after or step.beside is not None]


def _left_alone(song: Song, edit: Edit, changed_nothing: bool) -> int:
    """How many of the notes that an edit is for are locked; LockedThere when that is why nothing changed."""
    if edit.asked is None or edit.over_locks or not any(track.holds_locked for track in song.tracks):
        return 0
    asked = edit.asked(song)
    count = sum(int(song.track(track_id).locked(rows).sum()) for track_id, rows in asked.items())
    if changed_nothing and count and count == sum(map(len, asked.values())):
        track_id, rows = next((track_id, rows) for track_id, rows in asked.items() if len(rows))
        raise refusal(song, song.track(track_id), int(rows["start"][0]))
    return count
