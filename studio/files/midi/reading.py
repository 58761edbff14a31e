"""A MIDI file's bytes to a song and its report (reliability.md section 3)."""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from studio.errors import UnreadableFile
from studio.files import limits
from studio.files.midi.channels import ChannelEvents, Part, part_of
from studio.files.midi.conducting import KINDS as CONDUCTOR_KINDS
from studio.files.midi.conducting import Conducted, timeline_of
from studio.files.midi.container import Fault, Layout, layout_of
from studio.files.midi.events import END_OF_TRACK, SYSEX, SYSEX_MORE, RawTrack, track_events
from studio.files.midi.fates import Fate, Fates, tally
from studio.files.midi.general_midi import sound_name
from studio.files.midi.texts import clean_name, cut_bytes, text_of
from studio.files.report import Opened
from studio.jobs.progress import Progress
from studio.song.controls import Controls, ForeignEvent
from studio.song.notes import Notes, sorted_rows
from studio.song.song import TRACK_COLOURS, Song, Track

TRACK_NAME, INSTRUMENT_NAME = 0x03, 0x04
TEXT_KINDS = range(0x01, 0x10)


def song_from_bytes(data: bytes, name: str, partial: bool = False, progress: Progress | None = None) -> Opened:
    """Read a whole file's bytes; `name` is used in messages and, without its suffix, as the title of last resort.

    A fault is UnreadableFile, unless `partial` allows what can be read before and after it.
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
        raise UnreadableFile(faults[0].sentence(name), _readable(opened.song))
    refuse_beyond_document(opened.song, name)
    return opened


def refuse_beyond_document(song: Song, name: str) -> None:
    """A song may last 24 hours and 100 000 bars."""
    hours = limits.SONG_SECONDS // 3600
    end = max([song.end_tick, *(int(track.controls.points["tick"][-1]) for track in song.tracks if len(track.controls))])
    seconds, bars = float(song.timeline.seconds_at(end)), song.timeline.bar_of(max(0, end - 1))
    if seconds > limits.SONG_SECONDS:
        raise UnreadableFile(f"«{name}» lasts {seconds / 3600:,.1f} hours; a song may last {hours}.", "Cut it into parts.")
    if bars > limits.SONG_BARS:
        raise UnreadableFile(f"«{name}» has {bars:,} bars; a song may have {limits.SONG_BARS:,}.", "Cut it into parts.")


def _readable(song: Song) -> str:
    tracks, notes = len(song.tracks), song.note_count
    if not notes:
        return "No notes can be read."
    return f"Readable: {tracks} track{'s' * (tracks != 1)}, {notes:,} note{'s' * (notes != 1)}."


def _raw_tracks(data: bytes, layout: Layout, name: str, progress: Progress) -> list[RawTrack]:
    raws: list[RawTrack] = []
    before = 0

    def watch(byte: int, events: int) -> None:
        progress.stop_if_cancelled()
        progress.report(byte, len(data), "Reading")
        if before + events > limits.MIDI_EVENTS:
            raise UnreadableFile(f"«{name}» has more than {limits.MIDI_EVENTS:,} events, the most that can be read.")

    for number, chunk in enumerate(layout.chunks, 1):
        raws.append(track_events(data, chunk, number, watch))
        before += raws[-1].count
    return raws


@dataclass(slots=True)
class _Builder:
    """Gathers tracks, foreign and conductor events, fates and names over the whole file."""

    data: bytes
    layout: Layout
    parts: list[tuple[Part, str, tuple[ForeignEvent, ...]]] = field(default_factory=list)
    conducted: list[Conducted] = field(default_factory=list)
    foreign: list[ForeignEvent] = field(default_factory=list)
    fates: list[Fates] = field(default_factory=list)
    title: str = ""

    def add(self, raw: RawTrack) -> None:
        """One track of the file: a part for each channel in it."""
        ticks, status = raw.packed >> 24, raw.packed >> 16 & 0xFF
        song_ticks, fates = _moved(ticks, self.layout.scale)
        end_tick = int(_moved(np.array([raw.end_tick]), self.layout.scale)[0][0])
        channels = status & 15
        present = np.flatnonzero(np.bincount(channels, minlength=16)).tolist() if len(channels) else []
        name, foreign, other_fates = self._others(raw, bool(present))
        kinds, first, second = status >> 4, raw.packed >> 8 & 0x7F, raw.packed & 0x7F
        for channel in present:
            at = np.flatnonzero(channels == channel) if len(present) > 1 else np.arange(len(channels))
            events = ChannelEvents(channel, song_ticks[at], kinds[at], first[at], second[at])
            part = part_of(events, end_tick, fates[at])
            self.fates.append(part.fates)
            label = name if len(present) == 1 else ""
            self.parts.append((part, label, tuple(foreign) if channel == present[0] else ()))
        if not present:
            self.foreign += foreign
        self.fates.append(other_fates)

    def _others(self, raw: RawTrack, has_channels: bool) -> tuple[str, list[ForeignEvent], Fates]:
        """Meta and system events of a track: its name, what is kept aside, and their fates."""
        song_ticks, fates = _moved(raw.others[:, 0], self.layout.scale)
        found: dict[int, str] = {}
        foreign: list[ForeignEvent] = []
        for place, (tick, (_, _, kind, start, length)) in enumerate(zip(song_ticks.tolist(), raw.others.tolist(), strict=True)):
            payload = self.data[start : start + length]
            if kind in CONDUCTOR_KINDS:
                self.conducted.append(Conducted(tick, kind, payload, fates, place))
            elif kind == END_OF_TRACK:
                fates[place] = Fate.READ
            elif kind in (TRACK_NAME, INSTRUMENT_NAME) and kind not in found and (kind == TRACK_NAME or has_channels):
                found[kind] = self._name(payload, fates, place)
            elif kind >= 0x80 and kind not in (SYSEX, SYSEX_MORE):
                fates[place] = Fate.WIRE_MESSAGE
            else:
                foreign.append(ForeignEvent(tick, _kept(kind, payload, fates, place)))
        name = found.get(TRACK_NAME, "")
        is_conductor = not has_channels or self.layout.format == 0
        if name and is_conductor:
            if not self.title and not self.parts:
                self.title = name
            elif not has_channels:
                foreign.insert(0, ForeignEvent(0, meta_bytes(TRACK_NAME, name.encode())))
        return name or found.get(INSTRUMENT_NAME, ""), foreign, fates

    def _name(self, payload: bytes, fates: Fates, place: int) -> str:
        text = text_of(payload)
        name = clean_name(text)
        if name != text:
            fates[place] = Fate.CLEANED
        return name

    def finish(self, name: str, raws: list[RawTrack], faults: list[str]) -> Opened:
        timeline = timeline_of(self.conducted, self.layout.is_smpte)
        title = self.title or cut_bytes(clean_name(name.rsplit(".", 1)[0]), limits.NAME_BYTES) or "Untitled"
        next_id = len(self.parts) + 1
        tracks = []
        for number, (part, label, foreign) in enumerate(self.parts, 1):
            rows = sorted_rows(part.rows)
            rows["id"] = np.arange(next_id, next_id + len(rows))
            next_id += len(rows)
            shown = label or sound_name(part.instrument.program, part.instrument.is_drum)
            controls = Controls(part.points, foreign) if len(part.points) or foreign else Controls.EMPTY
            colour = (number - 1) % TRACK_COLOURS
            tracks.append(Track(number, shown, colour, part.instrument, notes=Notes(rows), controls=controls))
        song = Song(title, tuple(tracks), timeline, next_id=next_id, foreign=tuple(self.foreign))
        remarks = [*faults, *self.layout.remarks, *(remark for raw in raws for remark in raw.remarks)]
        report = tally(self.fates, remarks)
        counted = sum(raw.count for raw in raws)
        if report.events != counted:
            raise AssertionError(f"the report counts {report.events} events, the file has {counted}")
        return Opened(song, report)


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
    return bytes((kind,)) + length_bytes(len(payload)) + payload if kind >= 0x80 else meta_bytes(kind, payload)


def meta_bytes(kind: int, payload: bytes) -> bytes:
    return bytes((0xFF, kind)) + length_bytes(len(payload)) + payload


def length_bytes(value: int) -> bytes:
    """A number of variable length."""
    out = [value & 127]
    while value := value >> 7:
        out.append(value & 127 | 128)
    return bytes(reversed(out))


def fault_at(offset: int, what: str, name: str) -> UnreadableFile:
    return UnreadableFile(Fault(offset, what).sentence(name))
