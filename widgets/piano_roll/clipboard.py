"""Notes on the clipboard: our own versioned JSON for notes, and a line of text for everything else."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

import numpy as np
from PySide6.QtCore import QByteArray, QMetaType, QMimeData
from PySide6.QtGui import QGuiApplication

from studio.song.clip import Clip
from studio.song.controls import BEND, CONTROLLER, KEY_PRESSURE, PRESSURE, PROGRAM
from studio.song.harmony import pitch_name
from studio.song.notes import Note, Rows, rows_of
from studio.song.rows import copied_rows
from studio.song.song import Song
from studio.song.ticks import TICKS_PER_BEAT, Span
from studio.words import counted, tr

MIME = "application/x-ricercar-notes+json"
VERSION = 1
KINDS = {CONTROLLER: "controller", BEND: "bend", PRESSURE: "pressure", KEY_PRESSURE: "key pressure", PROGRAM: "program"}
"""What points of lanes are called, each with a number (of the controller, the key, the bank) and a value."""
LARGEST_BYTES = 64 * 1024 * 1024
LAST_TICK = 1 << 31
"""Some 26 days at 120: what lies beyond is not music."""


@dataclass(frozen=True, slots=True, eq=False)
class Whence:
    """Where a clip comes from: its song and the notes of it (None: all). Who reads the JSON finds key and controllers there."""

    song: Song
    ids: frozenset[int] | None = None

    def place(self) -> tuple[int, int]:
        """The tick it begins at, and the place of its first track."""
        every = enumerate(track.notes for track in self.song.tracks)
        found = [(at, notes.rows if self.ids is None else notes.with_ids(self.ids)) for at, notes in every]
        found = [(at, rows) for at, rows in found if len(rows)]
        return min(int(rows["start"].min()) for _, rows in found), found[0][0]


class NotesMime(QMimeData):
    """A clip in both forms; its JSON is written when somebody asks for it, which within this window nobody does."""

    def __init__(self, clip: Clip, whence: Whence | None) -> None:
        super().__init__()
        self.clip = Clip(tuple((offset, _bare(rows)) for offset, rows in clip.parts), clip.length_ticks)
        self._whence = whence
        self.setText(summary(clip))

    def formats(self) -> list[str]:
        return [MIME, *super().formats()]

    def hasFormat(self, mimetype: str) -> bool:
        return mimetype == MIME or super().hasFormat(mimetype)

    def retrieveData(self, mimetype: str, preferred: QMetaType | QMetaType.Type) -> object:
        return QByteArray(_json_of(self.clip, self._whence)) if mimetype == MIME else super().retrieveData(mimetype, preferred)


def _bare(rows: Rows) -> Rows:
    """Without what only means something in the song they come from."""
    made = copied_rows(rows)
    made["id"] = made["origin"] = 0
    return made


def mime_of(clip: Clip, whence: Whence | None = None) -> QMimeData:
    """A clip for the clipboard."""
    return NotesMime(clip, whence)


def _json_of(clip: Clip, whence: Whence | None) -> bytes:
    """Version, division, length, notes of each track, and where it is known the key and what controllers do meanwhile (EX-30)."""
    names = ["start", "length", "pitch", "velocity", "flags"]
    parts: list[dict[str, Any]] = [{"track": offset, "notes": rows[names].tolist()} for offset, rows in clip.parts]
    told = {"version": VERSION, "division": TICKS_PER_BEAT, "length": clip.length_ticks, "parts": parts}
    if whence is not None:
        tick, first = whence.place()
        key = whence.song.timeline.key_at(tick)
        told["key"] = None if key is None else {"tonic": key.tonic, "scale": key.scale}
        span = Span(tick, tick + clip.length_ticks)
        for part in parts:
            points = whence.song.tracks[first + part["track"]].controls.within(span).tolist()
            part["lanes"] = [[at - tick, KINDS[kind], number, value] for at, kind, number, value in points]
    return json.dumps(told).encode()


def leave_text() -> None:
    """Leave only the text of what we copied on the clipboard; to be called before the program ends.

    What was made in Python and still lies there is torn down by Qt after Python is gone, which crashes the exit.
    """
    clipboard = QGuiApplication.clipboard()
    held: QMimeData | None = clipboard.mimeData()  # None for an empty clipboard
    if held is not None and held.hasFormat(MIME):
        clipboard.setText(clipboard.text())


def clip_of(mime: QMimeData | None) -> Clip | None:
    """The clip on a clipboard; None when there are no notes on it. Fields of newer versions are passed over."""
    if isinstance(mime, NotesMime):
        return mime.clip
    # Qt gives None for an empty clipboard, though its types do not say so.
    data = bytes(mime.data(MIME).data()) if mime is not None and mime.hasFormat(MIME) else b""
    if not data or len(data) > LARGEST_BYTES:
        return None
    try:
        read = json.loads(data)
        scale = TICKS_PER_BEAT / int(read["division"])
        parts = tuple((int(part["track"]), _rows(part["notes"], scale)) for part in read["parts"])
        length = max(1, round(read["length"] * scale))
    except (ValueError, KeyError, TypeError, IndexError, ZeroDivisionError, OverflowError, RecursionError):
        return None
    parts = tuple((offset, rows) for offset, rows in parts if len(rows) and offset >= 0)
    return Clip(parts, length) if parts else None


def _rows(listed: list[list[Any]], scale: float) -> Rows:
    made = []
    for start, length, pitch, velocity, *rest in listed:
        note = Note(
            round(start * scale), max(1, round(length * scale)), int(pitch), int(velocity), 0, int(rest[0]) if rest else 0
        )
        fits = note.start_tick >= 0 and note.end_tick <= LAST_TICK and 0 <= note.flags <= 255
        if fits and 0 <= note.pitch <= 127 and 1 <= note.velocity <= 127:
            made.append(note)
    return rows_of(made)


def summary(clip: Clip) -> str:
    """Such as "4 notes, 2.0 beats: C4 E4 G4 C5"."""
    rows = clip.rows
    order = np.lexsort((rows["pitch"], rows["start"]))
    names = " ".join(pitch_name(pitch) for pitch in rows["pitch"][order][:16].tolist())
    more = " ..." if len(rows) > 16 else ""
    count = counted(len(rows), "{n} note", "{n} notes")
    return tr(
        "{notes}, {beats:.1f} beats: {names}{more}", notes=count, beats=clip.length_ticks / TICKS_PER_BEAT, names=names, more=more
    )
