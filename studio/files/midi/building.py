"""The raw tracks of a MIDI file to a song: names, parts, what is kept aside, and a fate for every event."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from studio.files import limits
from studio.files.midi.channels import ChannelEvents, Part, part_of
from studio.files.midi.conducting import KINDS as CONDUCTOR_KINDS
from studio.files.midi.conducting import Conducted, timeline_of
from studio.files.midi.container import Layout
from studio.files.midi.events import RawTrack
from studio.files.midi.fates import Fate, Fates, tally
from studio.files.midi.general_midi import sound_name
from studio.files.midi.sharing import NamedPart, shared
from studio.files.midi.texts import begun, clean_name, name_of
from studio.files.midi.wire import (
    END_OF_TRACK,
    INSTRUMENT_NAME,
    PORT,
    SYSEX,
    SYSEX_MORE,
    TEXT,
    TEXT_KINDS,
    TRACK_NAME,
    meta_bytes,
    sysex_bytes,
)
from studio.files.report import Opened
from studio.song.controls import Controls, ForeignEvent
from studio.song.notes import Notes, sorted_rows
from studio.song.song import TRACK_COLOURS, Song, Track
from studio.song.timeline import Timeline

BLOCK_EVENTS = 1 << 14
NAMES_A_TRACK = 2
"""The title and the first track's own name often stand side by side; further names are kept aside."""

KARAOKE_TITLE = b"@T"
"""A text that begins so is the title, in files that hold the words to sing."""

_IS_CONDUCTOR = np.zeros(256, bool)
_IS_CONDUCTOR[list(CONDUCTOR_KINDS)] = True


@dataclass(slots=True)
class _Labels:
    """The names a track of the file carries, besides what is kept aside."""

    names: list[str] = field(default_factory=list)
    instrument: str = ""
    port: int = 0
    foreign: list[ForeignEvent] = field(default_factory=list)

    def takes(self, kind: int, payload: bytes, fates: Fates, place: int) -> bool:
        """Whether a name becomes one of the track's; one that is empty, or one too many, is kept aside as it is."""
        has_room = len(self.names) < NAMES_A_TRACK if kind == TRACK_NAME else not self.instrument
        name, is_exact = name_of(payload) if has_room else ("", True)
        if not name:
            return False
        if not is_exact:
            fates[place] = Fate.CLEANED
        if kind == TRACK_NAME:
            self.names.append(name)
        else:
            self.instrument = name
        return True


@dataclass(slots=True)
class Builder:
    """Gathers tracks, foreign and conductor events and fates over the whole file.

    `watch` is called often, and what it raises goes through. Events from `before` on, in song ticks, are left out.
    """

    data: bytes
    layout: Layout
    watch: Callable[[], None]
    before: int | None = None
    parts: list[NamedPart] = field(default_factory=list)
    conducted: list[Conducted] = field(default_factory=list)
    foreign: list[ForeignEvent] = field(default_factory=list)
    fates: list[Fates] = field(default_factory=list)
    title: str = ""
    sung_title: str = ""

    def add(self, raw: RawTrack) -> None:
        """One track of the file: a part for each channel in it."""
        song_ticks, packed, fates = self._placed(raw.packed >> 24, raw.packed)
        end_tick = int(_moved(np.array([raw.end_tick]), self.layout.scale)[0][0])
        if self.before is not None:
            end_tick = min(end_tick, self.before)
        labels = self._others(raw)
        made = []
        for channel, at in _by_channel(packed):
            self.watch()
            chosen = packed[at]
            kinds, first, second = ((chosen >> shift & mask).astype(np.uint8) for shift, mask in ((20, 15), (8, 127), (0, 127)))
            events = ChannelEvents(channel, song_ticks[at], kinds, first, second)
            made.append(part_of(events, end_tick, fates[at], self.watch))
            self.fates.append(made[-1].fates)
        self._label(made, labels)

    def _placed(self, ticks: NDArray[np.int64], rows: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64], Fates]:
        """Song ticks of the events that come before the end, those events, and their fates; the others are counted."""
        song_ticks, fates = _moved(ticks, self.layout.scale)
        if self.before is None:
            return song_ticks, rows, fates
        kept = song_ticks < self.before
        self.fates.append(np.full(int((~kept).sum()), Fate.TOO_LATE, np.uint8))
        return song_ticks[kept], rows[kept], fates[kept]

    def _others(self, raw: RawTrack) -> _Labels:
        """Meta and system events of a track: its names, what is kept aside; their fates are noted."""
        song_ticks, others, fates = self._placed(raw.others[:, 0], raw.others)
        self.fates.append(fates)
        labels = _Labels()
        conducts = _IS_CONDUCTOR[others[:, 2]]
        if conducts.any():
            places = np.flatnonzero(conducts)
            self.conducted.append(Conducted(np.column_stack((song_ticks[places], others[places, 2:5], places)), fates))
        rest = np.flatnonzero(~conducts)
        for place, tick, kind, start, length in _listed(rest, song_ticks, others, self.watch):
            payload = self.data[start : start + length]
            if kind == END_OF_TRACK:
                fates[place] = Fate.READ
            elif tick == 0 and kind in (TRACK_NAME, INSTRUMENT_NAME) and labels.takes(kind, payload, fates, place):
                continue
            elif kind >= 0x80 and kind not in (SYSEX, SYSEX_MORE):
                fates[place] = Fate.WIRE_MESSAGE
            else:
                if kind == PORT and payload:
                    labels.port = payload[0]
                elif kind == TEXT and not self.sung_title and payload.startswith(KARAOKE_TITLE):
                    self.sung_title = name_of(payload[len(KARAOKE_TITLE) :])[0]
                labels.foreign.append(ForeignEvent(tick, _kept(kind, payload, fates, place)))
        return labels

    def _label(self, made: list[Part], labels: _Labels) -> None:
        """Give the parts of one track their names; what a name cannot hold is kept aside as the event it was."""
        names = labels.names
        is_whole_song = self.layout.format == 0 or len(self.layout.chunks) == 1
        if names and not self.title and not self.parts and (is_whole_song or not made):
            self.title = names[0]
            if not made or len(names) > 1 or len(made) > 1:
                names = names[1:]
        spare = [ForeignEvent(0, meta_bytes(TRACK_NAME, name.encode())) for name in names[bool(made) :]]
        instrument = labels.instrument
        if instrument and not (made and instrument == _sound(made[0])):
            spare.append(ForeignEvent(0, meta_bytes(INSTRUMENT_NAME, instrument.encode())))
        kept = (*spare, *labels.foreign)
        if not made:
            self.foreign += kept
        name = names[0] if names else instrument if len(made) == 1 else ""
        for part in made:
            label = name if len(made) == 1 or not name else f"{name} ({_sound(part)})"
            self.parts.append(NamedPart(part, label, kept if part is made[0] else (), labels.port, len(made) == 1))

    def finish(self, otherwise: str, remarks: list[str]) -> Opened:
        """The song and its report; `otherwise` is the title where the file gives none."""
        timeline = timeline_of(self.data, self.conducted, self.layout.is_smpte, self.watch)
        title = self._title()
        parts, aside = shared(self.parts, self.watch)
        song = self._song(title or otherwise, parts, aside, timeline)
        return Opened(song, tally(self.fates, remarks))

    def _title(self) -> str:
        """That of the words to sing before that of the tracks, which is "Soft Karaoke" there, before the wrapper's."""
        if self.sung_title and self.title and self.sung_title != self.title:
            self.foreign.insert(0, ForeignEvent(0, meta_bytes(TRACK_NAME, self.title.encode())))
        return self.sung_title or self.title or name_of(self.layout.title)[0]

    def _song(self, title: str, parts: list[NamedPart], aside: list[ForeignEvent], timeline: Timeline) -> Song:
        next_id = len(parts) + 1
        tracks = []
        for number, named in enumerate(parts, 1):
            if not number % 64:
                self.watch()
            part, foreign = named.part, named.foreign
            rows = sorted_rows(part.rows)
            rows["id"] = np.arange(next_id, next_id + len(rows))
            next_id += len(rows)
            controls = Controls(part.points, foreign) if len(part.points) or foreign else Controls.EMPTY
            colour = (number - 1) % TRACK_COLOURS
            label = named.name or _sound(part)
            tracks.append(Track(number, label, colour, part.instrument, notes=Notes(rows), controls=controls))
        return Song(title, tuple(tracks), timeline, next_id=next_id, foreign=(*self.foreign, *aside))


def _by_channel(packed: NDArray[np.int64]) -> list[tuple[int, slice | NDArray[np.int64]]]:
    """Each channel that occurs, with the places of its events."""
    channels = (packed >> 16 & 15).astype(np.uint8)
    present = np.flatnonzero(np.bincount(channels, minlength=16)).tolist() if len(channels) else []
    if len(present) == 1:
        return [(present[0], slice(None))]
    return [(channel, np.flatnonzero(channels == channel)) for channel in present]


def _listed(
    places: NDArray[np.int64], song_ticks: NDArray[np.int64], others: NDArray[np.int64], watch: Callable[[], None]
) -> Iterator[tuple[int, int, int, int, int]]:
    """(place, song tick, kind, start, length) of each event, made block by block: whole lists would cost gigabytes."""
    for first in range(0, len(places), BLOCK_EVENTS):
        watch()
        block = places[first : first + BLOCK_EVENTS]
        columns = (song_ticks[block].tolist(), *(others[block, column].tolist() for column in (2, 3, 4)))
        yield from zip(block.tolist(), *columns, strict=True)


def _sound(part: Part) -> str:
    return sound_name(part.instrument.program, part.instrument.is_drum)


def _moved(ticks: NDArray[np.int64], scale: Fraction) -> tuple[NDArray[np.int64], Fates]:
    """File ticks to song ticks, halves upwards, and which were not exact."""
    above, below = scale.numerator, scale.denominator
    if below == 1:
        return ticks * above, np.zeros(len(ticks), np.uint8)
    scaled = ticks * above
    nearest = (2 * scaled + below) // (2 * below)
    return nearest, np.where(nearest * below != scaled, np.uint8(Fate.ROUNDED), np.uint8(Fate.READ))


def _kept(kind: int, payload: bytes, fates: Fates, place: int) -> bytes:
    if kind in TEXT_KINDS and len(payload) > limits.TEXT_BYTES:
        payload = begun(payload, limits.TEXT_BYTES)
        fates[place] = Fate.SHORTENED
    return sysex_bytes(kind, payload) if kind >= 0x80 else meta_bytes(kind, payload)


def title_of_name(name: str) -> str:
    """The title of last resort: the file's name without its suffix."""
    return clean_name(name.rsplit(".", 1)[0]) or "Untitled"
