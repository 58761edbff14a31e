"""A take that is edited before it is kept becomes another take, beside the one it was made from; and the way back."""

from __future__ import annotations

from dataclasses import dataclass, replace

from studio.generation.contract import Take
from studio.generation.tray import TakeSet, Tray
from studio.song.notes import Rows


@dataclass(frozen=True, slots=True, eq=False)
class TakeEdit:
    """One edit of a take: which it is now, and which it was (None: it was made by this edit)."""

    tray: Tray
    take_set: TakeSet
    index: int
    was: Take | None
    now: Take

    def undo(self) -> None:
        """As before the edit; a take that it made is left out of the list, and the one it was made from is shown."""
        if self.was is not None:
            self._put(self.was)
        else:
            self.take_set.undone.add(self.index)
            self._show(self.take_set.forks[self.index])

    def redo(self) -> None:
        self.take_set.undone.discard(self.index)
        self._put(self.now)

    def after(self, earlier: object) -> TakeEdit:
        """Both as one."""
        same = isinstance(earlier, TakeEdit) and (earlier.take_set, earlier.index) == (self.take_set, self.index)
        return replace(self, was=earlier.was) if same and isinstance(earlier, TakeEdit) else self

    def _put(self, take: Take) -> None:
        self.take_set.takes[self.index] = take
        self.take_set.levels.pop(self.index, None)
        self._show(self.index)

    def _show(self, index: int) -> None:
        self.take_set.active, self.take_set.comp = index, ()
        self.take_set.trashed.discard(index)
        self.tray.changed.emit()


def edited(tray: Tray, parts: tuple[tuple[int, Rows], ...]) -> TakeEdit:
    """The take that is shown has these notes now: an edited one is changed itself, another stays and is followed by one."""
    take_set = tray.current
    assert take_set is not None
    assert take_set.active is not None
    shown = take_set.takes[take_set.active]
    now = replace(shown, parts=parts, origin=replace(shown.origin, edited=True))
    if shown.origin.edited:
        made = TakeEdit(tray, take_set, take_set.active, shown, now)
    else:
        take_set.takes.append(now)
        take_set.forks[len(take_set.takes) - 1] = take_set.active
        made = TakeEdit(tray, take_set, len(take_set.takes) - 1, None, now)
    made.redo()
    return made
