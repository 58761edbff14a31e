"""Melody as one symbol a sixteenth: the `melody` encoding of MelodyRNN, both ways, and its transposition to C."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from backends.representations.codec import Remark
from studio.song.harmony import SCALES, Key, estimate_key
from studio.song.notes import Rows, rows_from_columns
from studio.song.ticks import TICKS_PER_BEAT, Span
from studio.song.timeline import MeterChange
from studio.words import tr

STEPS_PER_BEAT = 4
STEP_TICKS = TICKS_PER_BEAT // STEPS_PER_BEAT

SUSTAIN, RELEASE = -2, -1
"""Raw symbols beside the attacks 0-127: nothing happens, and the sounding note ends."""

NO_EVENT, NOTE_OFF, FIRST_PITCH = 0, 1, 2
"""Classes: a pitch p is p - low + FIRST_PITCH."""

Line = NDArray[np.int16]
"""Raw symbols, [step]."""

Events = NDArray[np.int16]
"""Classes, [step]."""


@dataclass(frozen=True, slots=True)
class Reading:
    """A line read from notes, with what reading it cost.

    `error_steps` is the mean distance of the starts from the grid in steps (0.25 would be noise), `dropped` the
    notes that sounded below a higher one, `cut` those shortened by the next attack.
    """

    line: Line
    error_steps: float = 0.0
    dropped: int = 0
    cut: int = 0

    @property
    def remarks(self) -> tuple[Remark, ...]:
        found = []
        if self.error_steps > 0.12:
            milli = round(self.error_steps * 1000 / STEPS_PER_BEAT)
            found.append(
                Remark(
                    tr("The notes lie off the sixteenth grid by {milli:.2f} beats on average.", milli=milli / 1000),
                    tr("Quantise the track, or set the tempo to match the playing."),
                )
            )
        if self.dropped:
            found.append(
                Remark(
                    tr("The track has chords: {dropped} lower notes were not heard.", dropped=self.dropped),
                    tr("Put the melody on a track of its own to be sure which notes are meant."),
                )
            )
        return tuple(found)


def read_line(rows: Rows, span: Span) -> Reading:
    """The melody of the rows over the span (whole steps of it), [step].

    Notes are rounded to sixteenths, at least one long; of equal starts the highest counts; an attack ends the
    note before it, but a lower note under one that sounds on for two steps or more is accompaniment and dropped.
    """
    step_count = span.length_ticks // STEP_TICKS
    line = np.full(step_count, SUSTAIN, np.int16)
    starts, ends, pitches, error = _on_grid(rows, span)
    dropped = cut = 0
    held_start, held_end, held_pitch = -1, -1, -1
    for start, end, pitch in zip(starts.tolist(), ends.tolist(), pitches.tolist(), strict=True):
        if start >= step_count:
            continue
        under = pitch < held_pitch and start < held_end
        if start == held_start or (under and held_end >= min(end, start + 2)):
            dropped += 1
            continue
        if held_end > start:
            cut += 1
        elif 0 <= held_end < start:
            line[held_end] = RELEASE
        line[start] = pitch
        held_start, held_end, held_pitch = start, end, pitch
    if 0 <= held_end < step_count:
        line[held_end] = RELEASE
    return Reading(line, error, dropped, cut)


def _on_grid(rows: Rows, span: Span) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64], float]:
    """Starts, ends (in steps) and pitches of the rows starting in the span, by start and falling pitch; mean error."""
    chosen = rows[(rows["start"] >= span.start_tick) & (rows["start"] < span.end_tick)]
    exact = (chosen["start"] - span.start_tick) / STEP_TICKS
    starts = np.floor(exact + 0.5).astype(np.int64)
    ends = np.floor((chosen["start"] + chosen["length"] - span.start_tick) / STEP_TICKS + 0.5).astype(np.int64)
    ends = np.maximum(ends, starts + 1)
    pitches = chosen["pitch"].astype(np.int64)
    # A note that is over before its step begins is an ornament of the one it leads to.
    is_over = (chosen["start"] + chosen["length"] - span.start_tick) / STEP_TICKS <= starts
    order = np.lexsort((-pitches, is_over, starts))
    error = float(np.abs(exact - starts).mean()) if len(exact) else 0.0
    return starts[order], ends[order], pitches[order], error


def attacks(line: Line) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
    """Start step, length in steps and pitch of each note of a line; a note still sounding ends with the line."""
    starts = np.flatnonzero(line >= 0)
    stops = np.append(np.flatnonzero(line != SUSTAIN), len(line))
    following = stops[np.searchsorted(stops, starts, side="right")] if len(starts) else starts
    return starts, following - starts, line[starts].astype(np.int64)


def rows_of_line(line: Line, start_tick: int, velocity: int = 80) -> Rows:
    """The notes of a line whose first step is at `start_tick`."""
    starts, lengths, pitches = attacks(line)
    return rows_from_columns(start_tick + starts * STEP_TICKS, lengths * STEP_TICKS, pitches, velocity)


def bar_steps(meter: MeterChange) -> int:
    """Steps of the bar that the repeat distances and counters turn on.

    Bars shorter than ten sixteenths (2/4, 3/8) are taken in twos, so that "one bar ago" stays a phrase's length.
    """
    steps = max(1, meter.bar_ticks // STEP_TICKS)
    while steps < 10:
        steps *= 2
    return steps


# Transposition


def home_key(rows_pitches: NDArray[Any], weights: NDArray[Any]) -> Key:
    """The key of the melody: of the seven-note collections that hold most of it, the likeliest major or minor key.

    C major for an empty melody.
    """
    if not len(rows_pitches):
        return Key(0)
    histogram = np.bincount(rows_pitches % 12, weights=weights, minlength=12)
    estimate = estimate_key(rows_pitches, weights) or Key(0)
    steps = np.array(SCALES["major"])
    held = np.array([histogram[(tonic + steps) % 12].sum() for tonic in range(12)])
    best = np.flatnonzero(held >= held.max() - 0.01 * histogram.sum())
    likely = relative_major(estimate)
    if likely in best:
        return estimate
    nearest = min(best.tolist(), key=lambda tonic: (min((tonic - likely) * 7 % 12, (likely - tonic) * 7 % 12), tonic))
    return Key(int(nearest))


def relative_major(key: Key) -> int:
    """The tonic of the major scale with the key's signature (harmonic and melodic minor count as minor)."""
    offsets = {"minor": 3, "harmonic minor": 3, "melodic minor": 3, "dorian": 10, "phrygian": 8}
    offsets |= {"lydian": 7, "mixolydian": 5, "locrian": 1}
    return (key.tonic + offsets.get(key.scale, 0)) % 12


@dataclass(frozen=True, slots=True)
class MelodyCodec:
    """Lines <-> classes over the pitches [low, high); transposes to C and into range unless it keeps pitch.

    Promises: `line(events(x, shift), shift)` is x wherever x + shift lies in range; pitches outside come back
    in the nearest octave, and `outside` counts them.
    """

    low: int = 48
    high: int = 84
    transposes: bool = True

    @property
    def class_count(self) -> int:
        return self.high - self.low + FIRST_PITCH

    @property
    def spec(self) -> dict[str, Any]:
        return {
            "codec": "melody",
            "version": 1,
            "low": self.low,
            "high": self.high,
            "steps_per_beat": STEPS_PER_BEAT,
            "transposes": self.transposes,
        }

    @classmethod
    def from_spec(cls, spec: dict[str, Any]) -> MelodyCodec:
        if spec.get("codec") != "melody" or spec.get("version") != 1 or spec.get("steps_per_beat") != STEPS_PER_BEAT:
            raise ValueError(f"not a melody codec of version 1: {spec}")
        return cls(int(spec["low"]), int(spec["high"]), bool(spec["transposes"]))

    def shift(self, line: Line, key: Key | None = None) -> int:
        """Semitones to add: to the key's relative major on C, and by octaves to the middle of the range."""
        pitches = line[line >= 0].astype(np.int64)
        if not self.transposes or not len(pitches):
            return 0
        if key is None:
            _, lengths, pitches = attacks(line)
            key = home_key(pitches, lengths)
        to_c = -relative_major(key)
        middle = (self.low + self.high - 1) / 2
        centre = (int(pitches.min()) + int(pitches.max())) / 2 + to_c
        octaves = int(np.floor((middle - centre) / 12 + 0.5))
        return to_c + 12 * octaves

    def events(self, line: Line, shift: int) -> Events:
        """Classes of a line moved by `shift`; what falls outside the range is folded in by octaves."""
        moved = line.astype(np.int64) + shift
        folded = np.where(moved < self.low, moved + 12 * (-((moved - self.low) // 12)), moved)
        folded = np.where(folded >= self.high, folded - 12 * ((folded - self.high) // 12 + 1), folded)
        classes = np.where(line >= 0, folded - self.low + FIRST_PITCH, line - SUSTAIN)
        return classes.astype(np.int16)

    def outside(self, line: Line, shift: int) -> int:
        """How many notes `events` would have to fold."""
        moved = line[line >= 0].astype(np.int64) + shift
        return int(((moved < self.low) | (moved >= self.high)).sum())

    def line(self, events: NDArray[Any], shift: int = 0) -> Line:
        """Raw symbols of classes, moved back by `shift`; pitches below 0 or above 127 stay in their octave's edge."""
        classes = np.asarray(events, np.int64)
        pitches = classes - FIRST_PITCH + self.low - shift
        pitches = np.where(pitches < 0, pitches % 12, np.where(pitches > 127, 116 + (pitches - 116) % 12, pitches))
        return np.where(classes >= FIRST_PITCH, pitches, classes + SUSTAIN).astype(np.int16)

    def decode(self, array: NDArray[Any], start_tick: int) -> Rows:
        """Notes of classes at their own pitch (shift 0)."""
        return rows_of_line(self.line(array), start_tick)


# Phrases


@dataclass(frozen=True, slots=True)
class PhraseRules:
    """Which stretches of a line are melodies to learn from (models.md 1.1): ended by silence, long, not monotonous."""

    silent_bars: int = 1
    fewest_bars: int = 7
    fewest_classes: int = 5
    most_steps: int = 512


def phrases(line: Line, bar: int, rules: PhraseRules) -> tuple[list[Line], dict[str, int]]:
    """Stretches that begin on a bar line (every `bar` steps) and end with their last note; why others were left."""
    starts, lengths, _ = attacks(line)
    skipped: dict[str, int] = {}
    if not len(starts):
        return [], {"no notes": 1}
    breaks = np.flatnonzero(starts[1:] - (starts + lengths)[:-1] >= rules.silent_bars * bar) + 1
    found: list[Line] = []
    block = max(1, rules.most_steps // bar) * bar
    for group in np.split(np.arange(len(starts)), breaks):
        first = int(starts[group[0]]) // bar * bar
        last = int((starts + lengths)[group[-1]])
        end = min(-(-last // bar) * bar, len(line))
        for begin in range(first, end, block):
            piece = line[begin : min(begin + block, end)].copy()
            reason = _refusal(piece, bar, rules)
            if reason:
                skipped[reason] = skipped.get(reason, 0) + 1
            else:
                found.append(piece)
    return found, skipped


def _refusal(piece: Line, bar: int, rules: PhraseRules) -> str:
    if len(piece) < rules.fewest_bars * bar:
        return tr("shorter than {fewest_bars} bars", fewest_bars=rules.fewest_bars)
    if len(np.unique(piece[piece >= 0] % 12)) < rules.fewest_classes:
        return tr("fewer than {fewest_classes} pitch classes", fewest_classes=rules.fewest_classes)
    return ""
