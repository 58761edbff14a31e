"""A widget for each track: very many new ones are made over several turns of the loop, in their order, and none twice."""

from __future__ import annotations

from PySide6.QtWidgets import QHBoxLayout, QLabel, QWidget
from pytestqt.qtbot import QtBot

from studio.song.song import Track
from widgets.per_track import AT_ONCE, Entry, PerTrack

TRACKS = [Track(number, f"Track {number}") for number in range(1, 41)]


class Row:
    """A row of labels that follows a list."""

    def __init__(self, qtbot: QtBot) -> None:
        self.whole = QWidget()
        qtbot.addWidget(self.whole)
        self.layout = QHBoxLayout(self.whole)
        self.made: list[int] = []
        self.entries: list[Entry] = []
        self.kept: PerTrack[QLabel] = PerTrack(self.layout, self.make, self.follow)
        self.layout.addStretch(1)

    def make(self, entry: Entry) -> QLabel:
        self.made.append(entry.id)
        return QLabel(entry.name)

    def follow(self) -> None:
        self.kept.follow(self.entries)

    @property
    def names(self) -> list[str]:
        listed = [self.layout.itemAt(at).widget() for at in range(self.layout.count())]
        return [label.text() for label in listed if isinstance(label, QLabel)]


def test_few_are_there_at_once_and_many_by_and_by(qtbot: QtBot) -> None:
    row = Row(qtbot)
    row.entries = list(TRACKS)
    row.follow()
    assert row.names == [track.name for track in TRACKS[:AT_ONCE]]
    qtbot.waitUntil(lambda: len(row.names) == len(TRACKS))
    assert row.names == [track.name for track in TRACKS]
    assert row.made == [track.id for track in TRACKS]


def test_what_changes_meanwhile_is_followed(qtbot: QtBot) -> None:
    row = Row(qtbot)
    row.entries = list(TRACKS)
    row.follow()
    row.entries = [*reversed(TRACKS[:12]), *TRACKS[30:]]
    row.follow()
    qtbot.waitUntil(lambda: row.names == [track.name for track in row.entries])
    assert len(row.made) == len(set(row.made))
    row.entries = TRACKS[:2]
    row.follow()
    assert row.names == ["Track 1", "Track 2"]
