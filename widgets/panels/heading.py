"""The heading over the track list: how long the song is."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QVBoxLayout

from studio.session import Session
from studio.song.song import Song
from studio.words import counted, mark, tr
from widgets.panel import Panel


class Heading(Panel):
    title, area = mark("Arrangement"), "left"

    def build(self, session: Session) -> None:
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        name = QLabel(tr("Arrangement"))
        name.setProperty("role", "muted")
        name.setStyleSheet("font-weight: 600;")
        self.length = QLabel()
        self.length.setProperty("role", "dim")
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 14, 12, 8)
        column.setSpacing(4)
        column.addWidget(name)
        column.addWidget(self.length)
        column.addStretch(1)
        self.listen(session.song_changed, lambda _before, after: self._show(after))
        self._show(session.song)

    def _show(self, song: Song) -> None:
        self.length.setText(length_words(song))


def length_words(song: Song) -> str:
    """Such as "32 bars, 1 min 23 s"."""
    if song.bar_count == 0:
        return tr("empty")
    seconds = round(song.seconds)
    length = tr("{minutes} min {seconds} s", minutes=seconds // 60, seconds=seconds % 60) if seconds >= 60 else f"{seconds} s"
    return counted(song.bar_count, "{n} bar · {length}", "{n} bars · {length}", length=length)
