"""EventTable: the notes of a track, or those selected, as rows with typed values; only what is asked for is made."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from studio.edits import notes as note_edits
from studio.edits.history import Edit
from studio.session import Session
from studio.song.harmony import pitch_name
from studio.song.notes import LOCKED, MUTED, Notes, Rows
from studio.song.rows import among, id_array
from studio.song.song import Song
from studio.song.typed import length_of, length_text, pitch_of, place_of, place_text
from studio.words import mark, tr, within

Index = QModelIndex | QPersistentModelIndex
Role = Qt.ItemDataRole
_ALIGNED = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter


@dataclass(frozen=True, slots=True)
class Column:
    """One typed column: how a row's value reads, what a typed text means (None: nothing), and what to say then."""

    title: str
    name: str
    text: Callable[[Song, Any], str]
    value: Callable[[Song, str], int | None]
    advice: str


COLUMNS = (
    Column(
        "Place",
        "start",
        lambda s, v: place_text(s.timeline, v),
        lambda s, t: place_of(s.timeline, t),
        "bar.beat.tick, as 5.2.240",
    ),
    Column("Length", "length", lambda _, v: length_text(v), lambda _, t: length_of(t), "quarters.ticks, as 1.480"),
    Column("Pitch", "pitch", lambda _, v: pitch_name(v), lambda _, t: pitch_of(t), "a name or number, as F#4 or 66"),
    Column("Velocity", "velocity", lambda _, v: str(v), lambda _, t: _velocity(t), "a number from 1 to 127"),
)
FLAGS = ((mark("Muted"), MUTED, note_edits.set_muted), (mark("Locked"), LOCKED, note_edits.set_locked))
MADE_BY = len(COLUMNS) + len(FLAGS)
TITLES = (*(column.title for column in COLUMNS), *(title for title, _, _ in FLAGS), mark("Made by"))


class EventTable(QAbstractTableModel):
    """Rows in playing order, those of a take that is shown in place of what was there. A typed value becomes one edit; a text
    that says nothing is answered with a sentence."""

    def __init__(self, session: Session, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self.rows: Rows = Notes.EMPTY.rows
        self.only_selected = False

    def look(self) -> bool:
        """Bring the rows up to date; False when they were already."""
        track = next((t for t in self._session.heard_song().tracks if t.id == self._session.selection.track_id), None)
        if track is None:
            found = self.rows[:0]
        elif self.only_selected:
            found = track.notes.with_ids(self._session.selection.note_ids)
        else:
            found = track.notes.rows
        if found is self.rows or np.array_equal(found, self.rows):
            return False
        self.beginResetModel()
        self.rows = found
        self.endResetModel()
        return True

    def at_rows(self, note_ids: frozenset[int]) -> NDArray[np.intp]:
        """In which rows these notes stand."""
        return np.flatnonzero(among(self.rows["id"], id_array(note_ids)))

    # What Qt asks

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's signature
        return 0 if parent.isValid() else len(self.rows)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's signature
        return 0 if parent.isValid() else len(TITLES)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Role.DisplayRole) -> Any:
        if role != Role.DisplayRole:
            return None
        return tr(TITLES[section]) if orientation == Qt.Orientation.Horizontal else str(section + 1)

    def flags(self, index: Index) -> Qt.ItemFlag:
        usual = Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable
        if index.column() < len(COLUMNS):
            return usual if self._is_locked(index) else usual | Qt.ItemFlag.ItemIsEditable
        return usual | Qt.ItemFlag.ItemIsUserCheckable if index.column() < MADE_BY else usual

    def data(self, index: Index, role: int = Role.DisplayRole) -> Any:
        row, at = self.rows[index.row()], index.column()
        if role in (Role.DisplayRole, Role.EditRole, Role.AccessibleTextRole):
            return self._text(row, at)
        if role == Role.CheckStateRole and len(COLUMNS) <= at < MADE_BY:
            is_on = bool(row["flags"] & FLAGS[at - len(COLUMNS)][1])
            return Qt.CheckState.Checked if is_on else Qt.CheckState.Unchecked
        return _ALIGNED if role == Role.TextAlignmentRole else None

    def setData(self, index: Index, value: Any, role: int = Role.EditRole) -> bool:
        row, at = self.rows[index.row()], index.column()
        if role == Role.CheckStateRole and len(COLUMNS) <= at < MADE_BY:
            is_on = Qt.CheckState(value) == Qt.CheckState.Checked
            return self._session.do(FLAGS[at - len(COLUMNS)][2]([int(row["id"])], is_on))
        if role != Role.EditRole or at >= len(COLUMNS):
            return False
        edit = self._typed(row, COLUMNS[at], str(value))
        return edit is not None and self._session.do(edit, self._session.selection.note_ids)

    # Inside

    def _text(self, row: Any, at: int) -> str | None:
        song = self._session.heard_song()
        if at < len(COLUMNS):
            return COLUMNS[at].text(song, int(row[COLUMNS[at].name]))
        if at < MADE_BY:
            title, flag, _ = FLAGS[at - len(COLUMNS)]
            return within(tr(title)) if row["flags"] & flag else ""
        origin = song.origin(int(row["origin"])) if row["origin"] else None
        if origin is None:
            return "hand"
        return tr("{model}, edited", model=origin.model) if origin.edited else origin.model

    def _typed(self, row: Any, column: Column, text: str) -> Edit | None:
        value = column.value(self._session.heard_song(), text)
        if value is None:
            self._session.say(
                tr(
                    "«{words}» is no {column}. Type {advice}.",
                    words=text,
                    column=within(tr(column.title)),
                    advice=tr(column.advice),
                ),
                is_error=True,
            )
            return None
        if value == row[column.name]:
            return None
        changed = np.array([row], dtype=self.rows.dtype)
        changed[column.name] = value
        return note_edits.rewrite(changed, tr("Change {column} of a note", column=within(tr(column.title))))

    def _is_locked(self, index: Index) -> bool:
        song, track_id = self._session.heard_song(), self._session.selection.track_id
        if not song.has_track(track_id) or not song.track(track_id).holds_locked:
            return False
        return bool(song.track(track_id).locked(self.rows[index.row() : index.row() + 1])[0])


def _velocity(text: str) -> int | None:
    typed = text.strip()
    value = int(typed[:4]) if typed.isascii() and typed.isdigit() else 0
    return value if 1 <= value <= 127 else None
