"""Ricercar for Python: read, make, change and write songs, and hand them to pretty_midi and pypianoroll.

What `__all__` names is stable: names, order and meaning of parameters stay within a major version of the program, and a test
holds the signatures. Everything else in the packages `studio`, `widgets` and `backends` may change at any time.

A `Song` is an immutable value: tracks with notes, a timeline of tempi, meters and keys, a mixer. Times are whole ticks, 960 a
quarter (`TICKS_PER_BEAT`). Pitches run from 0 to 127 (60 is middle C), velocities from 1 to 127.

A song from notes. A row of notes is (start, length, pitch, velocity); start and length in quarters, fractions allowed:

>>> from studio import api
>>> tune = [(0, 1, 60, 90), (1, 1, 64, 90), (2, 2, 67, 100)]
>>> song = api.make_song("Triad", [api.Part("Flute", tune, program=73)], bpm=96, meter=(3, 4))
>>> song.note_count, song.bar_count, round(song.seconds, 2)
(3, 2, 2.5)

Its notes as numpy columns, here of the first track, in ticks:

>>> columns = api.notes(song.tracks[0])
>>> columns.start.tolist(), columns.pitch.tolist()
([0, 960, 1920], [60, 64, 67])

To a file, in the format that the suffix names, and back. What the file cannot hold comes back in sentences:

>>> remarks = api.write(song, "triad.mid")
>>> api.read("triad.mid").tracks[0].name
'Flute'

To and from the objects of other libraries, with every tempo and meter of the song:

>>> midi = api.to_pretty_midi(song)
>>> [round(float(note.start), 3) for note in midi.instruments[0].notes]
[0.0, 0.625, 1.25]
>>> rolls = api.to_multitrack(song, resolution=4)
>>> rolls.tracks[0].pianoroll.shape  # [step, pitch]: two bars of three quarters, four steps each
(24, 128)
>>> back = api.from_multitrack(rolls)
>>> api.notes(back.tracks[0]).length.tolist()
[960, 960, 1920]

Errors that a user can meet (a file that is broken, a target that cannot be written, a song too long for what is asked) are
`RicercarError` and read as a sentence; a wrong argument is ValueError. Whatever had to be left out or altered on the way in is
never silent: it is a `NotExact` warning.
"""

from __future__ import annotations

import os
import warnings
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from studio.errors import RicercarError
from studio.files import exchange, limits, multitrack
from studio.files import format as formats
from studio.files.outgoing import send
from studio.files.report import Opened
from studio.song.mixing import Instrument
from studio.song.notes import MUTED, Notes, rows_from_columns, without_overlaps
from studio.song.song import TRACK_COLOURS, Song, Track
from studio.song.ticks import TICKS_PER_BEAT, Span
from studio.song.timeline import MeterChange, TempoChange, Timeline

if TYPE_CHECKING:
    from pretty_midi import PrettyMIDI
    from pypianoroll import Multitrack

__all__ = [
    "TICKS_PER_BEAT",
    "Columns",
    "NotExact",
    "Part",
    "RicercarError",
    "Song",
    "from_multitrack",
    "from_pretty_midi",
    "make_song",
    "notes",
    "read",
    "to_multitrack",
    "to_pretty_midi",
    "write",
]


class NotExact(UserWarning):
    """Something of a file or an object could not be taken over as it was; the message says what, and how often."""


class Columns(NamedTuple):
    """Notes by start, then pitch: arrays [note], copies that may be changed; ticks as int64, the others as uint8."""

    start: NDArray[np.int64]
    length: NDArray[np.int64]
    pitch: NDArray[np.uint8]
    velocity: NDArray[np.uint8]


@dataclass(frozen=True, slots=True)
class Part:
    """A track to be made. `notes`: [note, 4], rows of (start, length, pitch, velocity), start and length in quarters.

    `program`: the General MIDI sound, 0 to 127 (of drums: the kit).
    """

    name: str
    notes: ArrayLike
    program: int = 0
    is_drum: bool = False


def read(path: str | os.PathLike[str]) -> Song:
    """The song of a file: MIDI, MusicXML, ABC, .npz of pypianoroll, a project. RicercarError where it cannot be read.

    What had to be left out or altered is a NotExact warning.
    """
    return _told(formats.open_song(Path(path)))


def write(song: Song, path: str | os.PathLike[str], *, is_marked: bool = True, **options: object) -> tuple[str, ...]:
    """Write the song in the format of the suffix: .mid, .musicxml, .mxl, .dawproject, .npz, .ricercar.

    `options` are the settings of that format, as `ricercar export --set` takes them (for .mid: preset="GM playback"). With
    `is_marked` a song that models helped with says so in the file, and NAME.origins.json stands beside it. Returns what the file
    could not hold, in sentences. RicercarError where it cannot be written; what stood there is then unchanged.
    """
    return send(song, Path(path), options, is_marked=is_marked).remarks


def make_song(title: str, parts: Iterable[Part], *, bpm: float = 120.0, meter: tuple[int, int] = (4, 4)) -> Song:
    """A song of these parts. Times go to the nearest tick, a note lasts one tick at least.

    Where a pitch is struck again while it sounds, the earlier note ends there; of two that begin together the longer stays.
    ValueError for anything that is no note (outside of the ranges, not a number), and for a tempo outside 10 to 1000.
    """
    if not limits.TEMPO_LOW_BPM <= bpm <= limits.TEMPO_HIGH_BPM:
        raise ValueError(f"a tempo of {bpm} is outside {limits.TEMPO_LOW_BPM} to {limits.TEMPO_HIGH_BPM}")
    numerator, denominator = meter
    if not 1 <= numerator <= limits.METER_HIGH or denominator not in (1, 2, 4, 8, 16, 32, 64):
        raise ValueError(f"{numerator}/{denominator} is no meter")
    timeline = Timeline((TempoChange(0, round(60e6 / bpm)),), (MeterChange(0, numerator, denominator),))
    listed = list(parts)
    next_id, tracks = len(listed) + 1, []
    for number, part in enumerate(listed):
        if not 0 <= part.program <= 127:
            raise ValueError(f"the program of «{part.name}» is {part.program}, outside 0 to 127")
        made = _notes(part, next_id)
        next_id += len(made)
        sound = Instrument(part.program, 0, part.is_drum)
        tracks.append(Track(number + 1, part.name, number % TRACK_COLOURS, sound, notes=made))
    return Song(title, tuple(tracks), timeline, next_id=next_id)


def notes(track: Track, *, muted: bool = False) -> Columns:
    """The notes of a track as columns; muted ones only when asked for."""
    rows = track.notes.rows
    if not muted:
        rows = rows[rows["flags"] & MUTED == 0]
    return Columns(rows["start"].copy(), rows["length"].copy(), rows["pitch"].copy(), rows["velocity"].copy())


def to_pretty_midi(song: Song) -> PrettyMIDI:
    """One instrument for each note track that is not muted, 960 ticks a quarter, with every tempo, meter and key.

    Times are seconds. RicercarError beyond tick 10 000 000, which the library refuses.
    """
    return exchange.to_pretty_midi(song)


def from_pretty_midi(midi: PrettyMIDI, title: str = "Untitled") -> Song:
    """The song that such an object describes, every note checked. What cannot be (a time that is no number, a pitch of 128, a
    velocity of 0) is left out, what can be mended is (a note without length lasts a tick), and both are a NotExact warning.
    """
    return _told(exchange.from_pretty_midi(midi, title))


def to_multitrack(song: Song, resolution: int = 24, span: tuple[int, int] | None = None) -> Multitrack:
    """Piano-rolls of velocities, uint8 [step, 128], one for each note track that is not muted, `resolution` steps a quarter.

    `span`: from one tick to another (all bars of the song). RicercarError where the rolls would need more than 256 MiB.
    """
    return multitrack.to_multitrack(song, resolution, None if span is None else Span(*span))


def from_multitrack(rolls: Multitrack, title: str = "") -> Song:
    """The song that such an object describes: a note for each run of one velocity. RicercarError for rolls of another shape."""
    return _told(multitrack.from_multitrack(rolls, title))


def _told(opened: Opened) -> Song:
    if not opened.report.is_exact:
        warnings.warn(" ".join(opened.report.sentences()), NotExact, stacklevel=3)
    return opened.song


def _notes(part: Part, first_id: int) -> Notes:
    table = np.asarray(part.notes, np.float64)
    if not table.size:
        return Notes.EMPTY
    if table.ndim != 2 or table.shape[1] != 4:
        raise ValueError(f"the notes of «{part.name}» have the shape {table.shape}, not (notes, 4)")
    start, length, pitch, velocity = table.T
    is_wrong = ~np.isfinite(table).all(axis=1) | (start < 0) | (length <= 0) | (pitch < 0) | (pitch > 127)
    is_wrong |= (velocity < 1) | (velocity > 127) | (pitch % 1 != 0) | (velocity % 1 != 0)
    is_wrong |= (start + length) * TICKS_PER_BEAT > limits.MIDI_LAST_TICK
    if is_wrong.any():
        at = int(np.flatnonzero(is_wrong)[0])
        raise ValueError(f"note {at} of «{part.name}» is none: {tuple(table[at].tolist())}")
    begin = np.rint(start * TICKS_PER_BEAT).astype(np.int64)
    end = np.rint((start + length) * TICKS_PER_BEAT).astype(np.int64)
    rows, _, _ = without_overlaps(rows_from_columns(begin, np.maximum(end - begin, 1), pitch, velocity))
    rows["id"] = np.arange(first_id, first_id + len(rows))
    return Notes(rows)
