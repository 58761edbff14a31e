"""PerTrack: one widget for each track or group that is listed, in its order, kept while it is listed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Generic, TypeVar

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QBoxLayout, QWidget

from studio.song.mixing import Group
from studio.song.song import Track

Shown = TypeVar("Shown", bound=QWidget)
Entry = Group | Track
AT_ONCE = 8
"""So many widgets are made in one turn of the loop; each takes some milliseconds, and files may hold hundreds of tracks."""


class PerTrack(Generic[Shown]):
    """The widgets stand at the head of `layout`; what else is in it stays behind them. `by_id` finds one by its track
    or group. Of very many new entries some wait for another turn of the loop: then `again` is called, which is to `follow`."""

    def __init__(self, layout: QBoxLayout, make: Callable[[Entry], Shown], again: Callable[[], object]) -> None:
        self._layout = layout
        self._make, self._again = make, again
        self.by_id: dict[int, Shown] = {}

    def follow(self, entries: Sequence[Entry]) -> list[tuple[Entry, Shown]]:
        """Make, move and drop widgets until they fit the list; every entry that has its widget by now, in order."""
        wanted = {entry.id for entry in entries}
        for gone in [entry_id for entry_id in self.by_id if entry_id not in wanted]:
            widget = self.by_id.pop(gone)
            widget.hide()
            self._layout.removeWidget(widget)
            widget.deleteLater()
        new = [entry.id for entry in entries if entry.id not in self.by_id]
        late = set(new[AT_ONCE:])
        entries = [entry for entry in entries if entry.id not in late] if late else entries
        for index, entry in enumerate(entries):
            shown = self.by_id.get(entry.id) or self.by_id.setdefault(entry.id, self._make(entry))
            item = self._layout.itemAt(index)
            if item is None or item.widget() is not shown:
                self._layout.insertWidget(index, shown)
                shown.show()
        if late:
            QTimer.singleShot(0, self._layout, self._again)
        return [(entry, self.by_id[entry.id]) for entry in entries]
