"""Edit and History: one door to every change of the song, and the way back."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from studio.song.song import Song

GestureId = object


@dataclass(frozen=True, slots=True)
class Edit:
    """A labelled pure function from song to song. Edits of one gesture (one drag) become one undo step."""

    label: str
    apply: Callable[[Song], Song]
    gesture: GestureId | None = None


@dataclass(frozen=True, slots=True)
class Step:
    """One undo step: the song before and after, the ids selected before and after."""

    label: str
    before: Song
    after: Song
    selected_before: frozenset[int]
    selected_after: frozenset[int]
    gesture: GestureId | None = None


class History:
    """The present song, the steps that led here, and those undone. Songs share structure, so steps are cheap."""

    def __init__(self, song: Song) -> None:
        self.song = song
        self._done: list[Step] = []
        self._undone: list[Step] = []
        self._clean: Song | None = song

    def do(self, edit: Edit, selected: frozenset[int] = frozenset(), selected_after: frozenset[int] | None = None) -> Step | None:
        """Apply an edit; None when it changed nothing. An edit that raises leaves everything as it was."""
        before = self.song
        after = edit.apply(before)
        if after is before or after == before:
            return None
        step = Step(edit.label, before, after, selected, selected if selected_after is None else selected_after, edit.gesture)
        last = self._done[-1] if self._done else None
        if edit.gesture is not None and last is not None and last.gesture is edit.gesture and not self._undone:
            step = Step(edit.label, last.before, after, last.selected_before, step.selected_after, edit.gesture)
            self._done.pop()
        self._done.append(step)
        self._undone.clear()
        self.song = after
        return step

    def undo(self) -> Step | None:
        if not self._done:
            return None
        step = self._done.pop()
        self._undone.append(step)
        self.song = step.before
        return step

    def redo(self) -> Step | None:
        if not self._undone:
            return None
        step = self._undone.pop()
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
