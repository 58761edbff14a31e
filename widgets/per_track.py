"""PerTrack: one widget for each track of the song, in its order, kept while the track lives."""

from __future__ import annotations

from collections.abc import Callable
from typing import Generic, TypeVar

from PySide6.QtWidgets import QBoxLayout, QWidget

from studio.song.song import Song, Track

Shown = TypeVar("Shown", bound=QWidget)


class PerTrack(Generic[Shown]):
    """The widgets stand at the head of `layout`; what else is in it stays behind them. `by_id` finds one by its track."""

    def __init__(self, layout: QBoxLayout, make: Callable[[Track], Shown]) -> None:
        self._layout = layout
        self._make = make
        self.by_id: dict[int, Shown] = {}

    def follow(self, song: Song) -> list[tuple[Track, Shown]]:
        """Make, move and drop widgets until they fit the song; every track with its widget, in order."""
        for gone in [track_id for track_id in self.by_id if not song.has_track(track_id)]:
            widget = self.by_id.pop(gone)
            widget.hide()
            widget.deleteLater()
        for index, track in enumerate(song.tracks):
            shown = self.by_id.get(track.id) or self.by_id.setdefault(track.id, self._make(track))
            if self._layout.indexOf(shown) != index:
                self._layout.insertWidget(index, shown)
        return [(track, self.by_id[track.id]) for track in song.tracks]
