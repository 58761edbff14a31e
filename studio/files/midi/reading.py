"""A MIDI file's bytes to a song and its report (reliability.md section 3)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from studio.errors import UnreadableFile
from studio.files import limits
from studio.files.midi.channels import ChannelEvents, Part, part_of
from studio.files.midi.conducting import KINDS as CONDUCTOR_KINDS
from studio.files.midi.conducting import Conducted, timeline_of
from studio.files.midi.container import Layout, layout_of
from studio.files.midi.events import RawTrack, track_events
from studio.files.midi.fates import Fate, Fates, tally
from studio.files.midi.general_midi import sound_name
from studio.files.midi.sharing import NamedPart, shared
from studio.files.midi.texts import clean_name, text_of
from studio.files.midi.wire import (
    END_OF_TRACK,
    INSTRUMENT_NAME,
    PORT,
    SYSEX,
    SYSEX_MORE,
    TEXT_KINDS,
    TRACK_NAME,
    meta_bytes,
    plural,
    spaced,
    sysex_bytes,
)
from studio.files.report import Opened, PartlyReadable
from studio.jobs.progress import Progress
from studio.song.controls import Controls, ForeignEvent
from studio.song.notes import Notes, sorted_rows
from studio.song.song import TRACK_COLOURS, Song, Track
from studio.words import tr

BLOCK_EVENTS = 1 << 16


def song_from_bytes(data: bytes, name: str, partial: bool = False, progress: Progress | None = None) -> Opened:
    """Read a whole file's bytes; `name` is used in messages and, without its suffix, as the title of last resort.

    A fault is UnreadableFile (PartlyReadable where notes could be had), unless `partial` allows what can be read
    before and after it.
    """
    watched = progress or Progress()
    layout = layout_of(data, name)
    raws = _raw_tracks(data, layout, name, watched)
    faults = sorted([*layout.faults, *(raw.fault for raw in raws if raw.fault)], key=lambda fault: fault.offset)
    builder = _Builder(data, layout)
    for raw in raws:
        watched.stop_if_cancelled()
        builder.add(raw)
    opened = builder.finish(name, raws, [fault.sentence(name) for fault in faults])
    if faults and not partial:
        kind = PartlyReadable if opened.song.note_count else UnreadableFile
        raise kind(faults[0].sentence(name), _readable(opened.song))
    refuse_beyond_document(opened.song, name)
    return opened


def refuse_beyond_document(song: Song, name: str) -> None:
    """A song may last 24 hours and 100 000 bars."""
    hours = limits.SONG_SECONDS // 3600
    end = max([song.end_tick, *(int(track.controls.points["tick"][-1]) for track in song.tracks if len(track.controls))])
    seconds, bars = float(song.timeline.seconds_at(end)), song.timeline.bar_of(max(0, end - 1))
    if seconds > limits.SONG_SECONDS:
        raise UnreadableFile(
            tr("«{name}» lasts {seconds:.1f} hours; a song may last {hours}.", name=name, seconds=seconds / 3600, hours=hours),
            tr("Cut it into parts."),
        )
    if bars > limits.SONG_BARS:
        raise UnreadableFile(
            tr("«{name}» has {bars} bars; a song may have {most}.", name=name, bars=spaced(bars), most=spaced(limits.SONG_BARS)),
            tr("Cut it into parts."),
        )


def _readable(song: Song) -> str:
    if not song.note_count:
        return tr("No notes can be read.")
    return tr("Readable: {tracks}, {notes}.", tracks=plural(len(song.tracks), "track"), notes=plural(song.note_count, "note"))


def _raw_tracks(data: bytes, layout: Layout, name: str, progress: Progress) -> list[RawTrack]:
    raws: list[RawTrack] = []
    before = others_before = 0

    def watch(byte: int, channel_events: int, others: int) -> None:
        progress.stop_if_cancelled()
        progress.report(byte, len(data), tr("Reading"))
        if before + channel_events + others > limits.MIDI_EVENTS:
            raise UnreadableFile(
                tr(
                    "«{name}» has more than {most} events, the most that can be read.", name=name, most=spaced(limits.MIDI_EVENTS)
                ),
                tr("Split it."),
            )

        if others_before + others > limits.MIDI_OTHERS:
            most = spaced(limits.MIDI_OTHERS)
            raise UnreadableFile(
                tr("«{name}» has more than {most} text, tempo and system events.", name=name, most=most),
                tr("No more can be read."),
            )

    for number, chunk in enumerate(layout.chunks, 1):
        raws.append(track_events(data, chunk, number, watch))
        before += raws[-1].count
        others_before += len(raws[-1].others)
    return raws


@dataclass(slots=True)
class _Labels:
    """The names a track of the file carries, besides what is kept aside."""

    names: list[str] = field(default_factory=list)
    instrument: str = ""
    port: int = 0
    foreign: list[ForeignEvent] = field(default_factory=list)


@dataclass(slots=True)
class _Builder:
    """Gathers tracks, foreign and conductor events and fates over the whole file."""

    data: bytes
    layout: Layout
    parts: list[NamedPart] = field(default_factory=list)
    conducted: list[Conducted] = field(default_factory=list)
    foreign: list[ForeignEvent] = field(default_factory=list)
    fates: list[Fates] = field(default_factory=list)
    title: str = ""

    def add(self, raw: RawTrack) -> None:
        """One track of the file: a part for each channel in it."""
        song_ticks, fates = _moved(raw.packed >> 24, self.layout.scale)
        end_tick = int(_moved(np.array([raw.end_tick]), self.layout.scale)[0][0])
        channels = (raw.packed >> 16 & 15).astype(np.uint8)
        present = np.flatnonzero(np.bincount(channels, minlength=16)).tolist() if len(channels) else []
        labels = self._others(raw)
        kinds, first, second = ((raw.packed >> shift & mask).astype(np.uint8) for shift, mask in ((20, 15), (8, 127), (0, 127)))
        made = []
        for channel in present:
            at = np.flatnonzero(channels == channel) if len(present) > 1 else slice(None)
            events = ChannelEvents(channel, song_ticks[at], kinds[at], first[at], second[at])
            made.append(part_of(events, end_tick, fates[at]))
            self.fates.append(made[-1].fates)
        self._label(made, labels)

    def _others(self, raw: RawTrack) -> _Labels:
        """Meta and system events of a track: its names, what is kept aside; their fates are noted."""
        song_ticks, fates = _moved(raw.others[:, 0], self.layout.scale)
        self.fates.append(fates)
        labels = _Labels()
        for place, tick, kind, start, length in _listed(song_ticks, raw.others):
            payload = self.data[start : start + length]
            if kind in CONDUCTOR_KINDS:
                self.conducted.append(Conducted(tick, kind, payload, fates, place))
            elif kind == END_OF_TRACK:
                fates[place] = Fate.READ
            elif kind == TRACK_NAME and len(labels.names) < 2 and tick == 0:
                labels.names.append(_name(payload, fates, place))
            elif kind == INSTRUMENT_NAME and not labels.instrument and tick == 0:
                labels.instrument = _name(payload, fates, place)
            elif kind >= 0x80 and kind not in (SYSEX, SYSEX_MORE):
                fates[place] = Fate.WIRE_MESSAGE
            else:
                if kind == PORT and payload:
                    labels.port = payload[0]
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
        if instrument and not (made and instrument == _sound(made[0])) and (names or len(made) != 1):
            spare.append(ForeignEvent(0, meta_bytes(INSTRUMENT_NAME, instrument.encode())))
        kept = (*spare, *labels.foreign)
        if not made:
            self.foreign += kept
        name = names[0] if names else instrument if len(made) == 1 else ""
        for part in made:
            label = name if len(made) == 1 or not name else f"{name} ({_sound(part)})"
            self.parts.append(NamedPart(part, label, kept if part is made[0] else (), labels.port, len(made) == 1))

    def finish(self, name: str, raws: list[RawTrack], faults: list[str]) -> Opened:
        timeline = timeline_of(self.conducted, self.layout.is_smpte)
        title = self.title or clean_name(name.rsplit(".", 1)[0]) or "Untitled"
        parts, aside = shared(self.parts)
        next_id = len(parts) + 1
        tracks = []
        for number, named in enumerate(parts, 1):
            part, foreign = named.part, named.foreign
            rows = sorted_rows(part.rows)
            rows["id"] = np.arange(next_id, next_id + len(rows))
            next_id += len(rows)
            controls = Controls(part.points, foreign) if len(part.points) or foreign else Controls.EMPTY
            colour = (number - 1) % TRACK_COLOURS
            label = named.name or _sound(part)
            tracks.append(Track(number, label, colour, part.instrument, notes=Notes(rows), controls=controls))
        song = Song(title, tuple(tracks), timeline, next_id=next_id, foreign=(*self.foreign, *aside))
        remarks = [*faults, *self.layout.remarks, *(remark for raw in raws for remark in raw.remarks)]
        report = tally(self.fates, remarks)
        counted = sum(raw.count for raw in raws)
        if report.events != counted:
            raise AssertionError(f"the report counts {report.events} events, the file has {counted}")
        return Opened(song, report)


def _listed(song_ticks: NDArray[np.int64], others: NDArray[np.int64]) -> Iterator[tuple[int, int, int, int, int]]:
    """(place, song tick, kind, start, length) of each event, made block by block: whole lists would cost gigabytes."""
    for first in range(0, len(others), BLOCK_EVENTS):
        block = slice(first, first + BLOCK_EVENTS)
        columns = (song_ticks[block].tolist(), *(others[block, column].tolist() for column in (2, 3, 4)))
        yield from zip(range(first, first + len(columns[0])), *columns, strict=True)


def _sound(part: Part) -> str:
    return sound_name(part.instrument.program, part.instrument.is_drum)


def _name(payload: bytes, fates: Fates, place: int) -> str:
    text = text_of(payload)
    name = clean_name(text)
    if name != text:
        fates[place] = Fate.CLEANED
    return name


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
        payload = payload[: limits.TEXT_BYTES]
        fates[place] = Fate.SHORTENED
    return sysex_bytes(kind, payload) if kind >= 0x80 else meta_bytes(kind, payload)
