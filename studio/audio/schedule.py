"""Song -> Schedule: what sounds when, immutable, sorted, in frames on the synthesiser's grid."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from studio.audio.synth import DRY, GRID_FRAMES
from studio.song import controls as points
from studio.song.notes import MUTED
from studio.song.song import Instrument, Song, Track
from studio.song.ticks import TICKS_PER_BEAT, Span
from studio.song.timeline import Timeline

OFF, PROGRAM, CONTROLLER, BEND_RANGE, BEND, PRESSURE, KEY_PRESSURE, ON = range(8)
"""Kinds of event, in the order in which they act at one frame. `a` and `b`: key and velocity, bank and program,
controller and value, key and pressure; `b` alone for the others."""

EVENT = np.dtype([("frame", np.int64), ("slot", np.int16), ("kind", np.uint8), ("a", np.int32), ("b", np.int32)])
PLAYED = np.dtype(
    [("on", np.int64), ("off", np.int64), ("slot", np.int16), ("key", np.uint8), ("velocity", np.uint8), ("long", bool)]
)

Events = NDArray[np.void]
"""Rows of dtype EVENT."""
PlayedNotes = NDArray[np.void]
"""Rows of dtype PLAYED; `long` notes (longer than a beat) sound again after a seek into them."""

REGISTERED = (98, 99, 100, 101, 6, 38, 96, 97)
"""Controllers that only mean something one after the other; they are never chased."""
_BANK = (0, 32)
_FIRST_MODE = 120
"""Channel mode messages (all notes off, reset, mono) would fight with what the engine keeps itself; left out like the
bank, which travels with the program."""


@dataclass(frozen=True, slots=True)
class PlacedSound:
    """A sound of an audio track at its place; `samples` is [frame, side], already trimmed."""

    slot: int
    start_frame: int
    samples: NDArray[np.float32]
    gain: float
    fade_in_frames: int
    fade_out_frames: int
    bus: int = DRY

    @property
    def end_frame(self) -> int:
        return self.start_frame + len(self.samples)


@dataclass(frozen=True)
class Schedule:
    """Everything the engine plays, for one rate. Swapped in whole."""

    rate: int
    timeline: Timeline
    events: Events
    notes: PlayedNotes
    instruments: Mapping[int, Instrument]
    sends: Mapping[int, tuple[int, int]]
    sounds: tuple[PlacedSound, ...]
    end_frame: int

    @cached_property
    def frames(self) -> NDArray[np.int64]:
        """The frame of each event, as a column of its own for quick searching."""
        return np.ascontiguousarray(self.events["frame"])

    @cached_property
    def _settings(self) -> Events:
        kinds = self.events["kind"]
        chosen: Events = self.events[(kinds != ON) & (kinds != OFF) & (kinds != KEY_PRESSURE)]
        return chosen

    def prepare(self) -> None:
        """Work out what is kept for searching, so that the render thread need not."""
        self.settings_at(0)
        len(self.frames)

    def settings_at(self, frame: int) -> dict[int, dict[tuple[int, int], tuple[int, int]]]:
        """Per slot, what the events before the frame have set: (kind, number) -> (a, b)."""
        earlier = self._settings[: int(np.searchsorted(self._settings["frame"], frame))]
        if not len(earlier):
            return {}
        numbers = np.where(earlier["kind"] == CONTROLLER, earlier["a"], 0).astype(np.int64)
        keys = (earlier["slot"].astype(np.int64) << 16) | (earlier["kind"].astype(np.int64) << 8) | numbers
        _, last = np.unique(keys[::-1], return_index=True)
        found: dict[int, dict[tuple[int, int], tuple[int, int]]] = {}
        for _, slot, kind, a, b in earlier[len(earlier) - 1 - last].tolist():
            number = a if kind == CONTROLLER else 0
            if kind != CONTROLLER or number not in REGISTERED:
                found.setdefault(slot, {})[kind, number] = (a, b)
        return found

    def sounding_at(self, frame: int) -> PlayedNotes:
        """Notes that began before the frame and end after it."""
        begun: PlayedNotes = self.notes[: int(np.searchsorted(self.notes["on"], frame))]
        return begun[begun["off"] > frame]

    def frame_of(self, tick: int) -> int:
        return frame_at(self.timeline, tick, self.rate)


@dataclass(frozen=True, slots=True)
class TrackEvents:
    """What one track adds to a schedule; kept while the track and the tempo stay as they are."""

    events: Events
    notes: PlayedNotes


def frame_at(timeline: Timeline, tick: int, rate: int) -> int:
    """The frame of a tick, on the grid."""
    return int(on_grid(timeline.seconds_at(tick), rate))


def on_grid(seconds: NDArray[np.float64], rate: int) -> NDArray[np.int64]:
    """The nearest frames that are multiples of 64."""
    return np.rint(seconds * (rate / GRID_FRAMES)).astype(np.int64) * GRID_FRAMES


def track_events(track: Track, slot: int, timeline: Timeline, rate: int) -> TrackEvents:
    """The events of a note track, unsorted, and its notes as they are played; muted notes are left out."""
    rows = track.notes.rows
    rows = rows[(rows["flags"] & MUTED) == 0]
    notes = np.zeros(len(rows), PLAYED)
    notes["on"] = on_grid(timeline.seconds_at(rows["start"]), rate)
    # A note shorter than the grid would end before it begins.
    notes["off"] = np.maximum(on_grid(timeline.seconds_at(rows["start"] + rows["length"]), rate), notes["on"] + GRID_FRAMES)
    notes["slot"], notes["key"], notes["velocity"] = slot, rows["pitch"], np.maximum(rows["velocity"], 1)
    notes["long"] = rows["length"] > TICKS_PER_BEAT
    begins, ends = np.zeros(len(notes), EVENT), np.zeros(len(notes), EVENT)
    begins["frame"], begins["kind"], begins["b"] = notes["on"], ON, notes["velocity"]
    ends["frame"], ends["kind"] = notes["off"], OFF
    begins["a"] = ends["a"] = notes["key"]
    events = np.concatenate((_control_events(track, timeline, rate), begins, ends))
    events["slot"] = slot
    return TrackEvents(events, notes)


def _control_events(track: Track, timeline: Timeline, rate: int) -> Events:
    rows = track.controls.points
    skipped = (rows["kind"] == points.CONTROLLER) & (np.isin(rows["number"], _BANK) | (rows["number"] >= _FIRST_MODE))
    rows = rows[~skipped]
    kinds = np.array([CONTROLLER, BEND, PRESSURE, KEY_PRESSURE, PROGRAM], np.uint8)
    events = np.zeros(len(rows), EVENT)
    events["frame"] = on_grid(timeline.seconds_at(rows["tick"]), rate)
    events["kind"] = kinds[rows["kind"]]
    events["a"], events["b"] = rows["number"], rows["value"]
    ranges = _bend_ranges(track)
    if not ranges:
        return events
    extra = np.zeros(len(ranges), EVENT)
    extra["frame"] = on_grid(timeline.seconds_at(np.array([tick for tick, _ in ranges])), rate)
    extra["kind"] = BEND_RANGE
    extra["b"] = [semitones for _, semitones in ranges]
    return np.concatenate((events, extra))


def _bend_ranges(track: Track) -> list[tuple[int, int]]:
    """(tick, semitones) wherever the controllers set the range of pitch bend (registered parameter 0), to be chased."""
    rows = track.controls.points
    chosen = (rows["kind"] == points.CONTROLLER) & np.isin(rows["number"], REGISTERED)
    if not chosen.any():
        return []
    selected = {100: 127, 101: 127}
    found = []
    for tick, _, number, value in rows[chosen].tolist():
        if number in selected:
            selected[number] = value
        elif number in (98, 99):
            selected = {100: 127, 101: 127}
        elif number == 6 and selected == {100: 0, 101: 0}:
            found.append((tick, min(24, value)))
    return found


def placed_sounds(
    track: Track, slot: int, timeline: Timeline, rate: int, sounds: Mapping[str, NDArray[np.float32]]
) -> list[PlacedSound]:
    """The clips of an audio track whose sound is there (decoded at this rate), each at its exact frame."""
    placed = []
    for clip in track.clips:
        samples = sounds.get(clip.sha256)
        if samples is None:
            continue
        first = round(clip.trim_s * rate)
        samples = samples[first : first + round(clip.duration_s * rate)]
        start = round(float(timeline.seconds_at(clip.start_tick)) * rate)
        fades = round(clip.fade_in_s * rate), round(clip.fade_out_s * rate)
        placed.append(PlacedSound(slot, start, samples, float(10 ** (clip.gain_db / 20)), *fades))
    return placed


class Scheduler:
    """Makes schedules of successive songs, working out again only the tracks that changed."""

    def __init__(self, rate: int) -> None:
        self.rate = rate
        self._timeline: Timeline | None = None
        self._known: dict[int, tuple[Track, int, TrackEvents]] = {}

    def schedule(
        self,
        song: Song,
        slots: Mapping[int, int],
        sounds: Mapping[str, NDArray[np.float32]] | None = None,
        frozen: Mapping[int, Mapping[int, NDArray[np.float32]]] | None = None,
    ) -> Schedule:
        """`slots` gives the slot of each track id; tracks without one are silent. `frozen` holds, by bus, the rendered sound
        of tracks that are played so."""
        frozen = frozen or {}
        if self._timeline is not song.timeline:
            self._timeline, self._known = song.timeline, {}
        tracks = [track for track in song.tracks if track.id in slots]
        self._known = {track.id: self._of(track, slots[track.id]) for track in tracks}
        parts = [made for track_id, (_, _, made) in self._known.items() if track_id not in frozen]
        events = np.concatenate([np.zeros(0, EVENT), *(part.events for part in parts)])
        notes = np.concatenate([np.zeros(0, PLAYED), *(part.notes for part in parts)])
        placed = [
            sound for track in tracks for sound in placed_sounds(track, slots[track.id], song.timeline, self.rate, sounds or {})
        ]
        placed += [
            PlacedSound(slots[track_id], 0, samples, 1.0, 0, 0, bus)
            for track_id, buses in frozen.items()
            for bus, samples in buses.items()
        ]
        made = Schedule(
            self.rate,
            song.timeline,
            events[np.lexsort((events["kind"], events["frame"]))],
            notes[np.argsort(notes["on"], kind="stable")],
            {slots[track.id]: track.instrument for track in tracks},
            {slots[track.id]: (track.strip.reverb, track.strip.chorus) for track in tracks},
            tuple(placed),
            max([int(notes["off"].max()) if len(notes) else 0, *(sound.end_frame for sound in placed)]),
        )
        made.prepare()
        return made

    def _of(self, track: Track, slot: int) -> tuple[Track, int, TrackEvents]:
        known = self._known.get(track.id)
        if known is not None and known[1] == slot and known[0].notes is track.notes and known[0].controls is track.controls:
            return track, slot, known[2]
        return track, slot, track_events(track, slot, self._timeline or Timeline(), self.rate)


def slots_of(song: Song, before: Mapping[int, int] | None = None, most: int = 128) -> dict[int, int]:
    """A slot for each track id. A track keeps the one it had; tracks beyond the most get none."""
    kept = {track.id: before[track.id] for track in song.tracks if before and track.id in before}
    free = iter(sorted(set(range(most)) - set(kept.values())))
    for track in song.tracks:
        if track.id not in kept:
            slot = next(free, None)
            if slot is None:
                break
            kept[track.id] = slot
    return kept


def loop_frames(timeline: Timeline, span: Span, rate: int) -> tuple[int, int] | None:
    """The loop in frames; None when it is shorter than the grid."""
    first, last = frame_at(timeline, span.start_tick, rate), frame_at(timeline, span.end_tick, rate)
    return (first, last) if last > first else None
