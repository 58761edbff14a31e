"""What the three MelodyRNN configurations see and say: events -> inputs and labels, a step at a time, in batches.

Axes: batch = melodies side by side, event = class of `MelodyCodec`, label = output of the network (events, for
lookback and attention followed by "as one bar ago" and "as two bars ago").
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from backends.representations.melody import FIRST_PITCH, NO_EVENT, NOTE_OFF
from studio.song.harmony import SCALES

Floats = NDArray[np.float32]
Ints = NDArray[np.int64]

REPEATS = 2
COLLECTIONS = np.array([[(pitch - tonic) % 12 in SCALES["major"] for tonic in range(12)] for pitch in range(12)], np.int64)
"""[pitch class, tonic]: whether the major scale on the tonic holds the pitch class."""


class History:
    """The events of a batch so far. One bar is `bars[i]` steps in melody i; all melodies have the same length."""

    def __init__(self, bars: Sequence[int] | Ints, capacity: int) -> None:
        self.bars: Ints = np.asarray(bars, np.int64)
        batch = len(self.bars)
        self.rows: Ints = np.arange(batch)
        self.events: Ints = np.zeros((batch, max(1, capacity)), np.int64)
        self.step_count = 0
        self.pitch: Ints = np.full(batch, -1, np.int64)
        """Class of the sounding note, -1 in silence."""
        self.direction: Ints = np.zeros(batch, np.int64)
        self.recent: Ints = np.full((batch, 3), -1, np.int64)
        """The last three distinct pitch classes of events, newest first."""
        self.fits: Ints = np.zeros((batch, 12), np.int64)

    def push(self, events: NDArray[Any]) -> None:
        """Append one event a melody, [batch]."""
        now = np.asarray(events, np.int64)
        if self.step_count == self.events.shape[1]:
            self.events = np.concatenate([self.events, np.zeros_like(self.events)], axis=1)
        self.events[:, self.step_count] = now
        self.step_count += 1
        self.pitch = np.where(now >= FIRST_PITCH, now, np.where(now == NOTE_OFF, -1, self.pitch))
        struck = now >= FIRST_PITCH
        if struck.any():
            self._strike(now, struck)

    def _strike(self, now: Ints, struck: NDArray[np.bool_]) -> None:
        last = self.recent[:, 0]
        moved = struck & (last >= 0) & (now != last)
        self.direction = np.where(moved, np.sign(now - last), self.direction)
        classes = now[struck] - FIRST_PITCH
        self.fits[struck] += COLLECTIONS[classes % 12]
        first, second, third = self.recent.T
        # A note already among the last three moves to the front; only a new one pushes the oldest out.
        new_second = np.where(now == first, second, first)
        new_third = np.where((now == first) | (now == second), third, second)
        moved_up = np.stack([now, new_second, new_third], axis=1)
        self.recent = np.where(struck[:, None], moved_up, self.recent)

    def ago(self, bars_back: int, ahead: int) -> Ints:
        """The event `bars_back` bars before the newest (ahead 0) or the next step (ahead 1), [batch]; -1 before the start."""
        at = self.step_count - 1 + ahead - bars_back * self.bars
        return np.where(at >= 0, self.events[self.rows, np.maximum(at, 0)], -1)

    def chosen(self, keep: NDArray[np.int64]) -> History:
        """A history of the melodies with these indices (repeats allowed)."""
        other = History(self.bars[keep], self.events.shape[1])
        other.step_count = self.step_count
        other.events, other.pitch, other.direction = self.events[keep].copy(), self.pitch[keep], self.direction[keep]
        other.recent, other.fits = self.recent[keep], self.fits[keep].copy()
        return other


@dataclass(frozen=True)
class MelodyCoder:
    """Inputs and labels of one configuration over `classes` events.

    `features` describes everything known before the next step (zeros and the counters before the first);
    `labels` names the next event, `fold` adds the probabilities of labels that mean the same event.
    """

    config: str
    classes: int
    low: int = 48

    @property
    def repeats(self) -> int:
        return 0 if self.config in ("basic", "mono") else REPEATS

    @property
    def label_count(self) -> int:
        return self.classes + self.repeats

    @property
    def input_size(self) -> int:
        pitches = self.classes - FIRST_PITCH
        return {"lookback": 3 * self.classes + 7, "attention": pitches + 38}.get(self.config, self.classes)

    @property
    def label_of_event(self) -> Ints:
        """The plain label of each event: the same number, but in the attention configuration pitches come first."""
        plain = np.arange(self.classes)
        return (plain - FIRST_PITCH) % self.classes if self.config == "attention" else plain

    @property
    def repeat_labels(self) -> tuple[int, ...]:
        """The labels that repeat one and two bars ago; empty where the configuration has none."""
        return tuple(range(self.classes, self.label_count))

    def features(self, history: History) -> Floats:
        """What the network is given before the next step, [batch, input]."""
        batch = len(history.bars)
        out = np.zeros((batch, self.input_size), np.float32)
        if self.config == "lookback":
            self._lookback(history, out)
        elif self.config == "attention":
            self._attention(history, out)
        elif history.step_count:
            out[history.rows, history.events[:, history.step_count - 1]] = 1
        return out

    def _lookback(self, history: History, out: Floats) -> None:
        classes = self.classes
        if history.step_count:
            out[history.rows, history.events[:, history.step_count - 1]] = 1
        repeated = self.repeat_events(history)
        for back in range(REPEATS):
            out[history.rows, (1 + back) * classes + repeated[:, back]] = 1
        at = 3 * classes
        out[:, at : at + 5] = _counters(history, 5, 2)
        out[:, at + 5 : at + 7] = _repeat_flags(history)

    def _attention(self, history: History, out: Floats) -> None:
        pitches, rows = self.classes - FIRST_PITCH, history.rows
        sounding = history.pitch >= 0
        out[rows[sounding], history.pitch[sounding] - FIRST_PITCH] = 1
        out[:, pitches] = sounding
        out[:, pitches + 1] = ~sounding
        if history.step_count:
            out[:, pitches + 2] = history.events[:, history.step_count - 1] >= FIRST_PITCH
        out[:, pitches + 3] = history.direction
        out[:, pitches + 4 : pitches + 6] = _repeat_flags(history)
        out[:, pitches + 6 : pitches + 13] = _counters(history, 7, 8)
        out[:, pitches + 13] = history.step_count % history.bars == 0
        out[:, pitches + 14 : pitches + 26] = history.fits == history.fits.max(axis=1, keepdims=True)
        for place in range(3):
            known = history.recent[:, place] >= 0
            classes = (history.recent[known, place] - FIRST_PITCH + self.low) % 12
            out[rows[known], pitches + 26 + classes] = 1

    def repeat_events(self, history: History) -> Ints:
        """What "as one bar ago" and "as two bars ago" would mean next, [batch, 2]; no event before the start."""
        return np.stack([np.maximum(history.ago(back, 1), NO_EVENT) for back in (1, 2)], axis=1)

    def labels(self, history: History, events: NDArray[Any]) -> Ints:
        """The label of each next event, [batch]: two bars ago wins over one, a plain event is the last resort."""
        events = np.asarray(events, np.int64)
        found: Ints = self.label_of_event[events]
        if not self.repeats:
            return found
        for back in (1, 2):
            found = np.where(history.ago(back, 1) == events, self.classes + back - 1, found)
        early = (history.step_count < 2 * history.bars) & (events == NO_EVENT)
        return np.where(early, self.classes + 1, found)

    def events_of(self, history: History, labels: NDArray[Any]) -> Ints:
        """The event each label means next, [batch]."""
        labels = np.asarray(labels, np.int64)
        event_of_label = np.argsort(self.label_of_event)
        found: Ints = event_of_label[np.minimum(labels, self.classes - 1)]
        if not self.repeats:
            return found
        repeated = self.repeat_events(history)
        return np.where(labels >= self.classes, repeated[history.rows, np.maximum(labels - self.classes, 0)], found)

    def event_log_probabilities(self, log_labels: NDArray[Any], history: History) -> Floats:
        """Log probabilities of the next event, [batch, event], from those of the labels, [batch, label]."""
        return self.fold(log_labels, self.repeat_events(history))

    def fold(self, log_labels: NDArray[Any], repeated: Ints) -> Floats:
        """As event_log_probabilities over any leading axes; `repeated` [..., 2] as from repeat_events."""
        log_labels = np.asarray(log_labels, np.float32)
        folded: Floats = log_labels[..., self.label_of_event]
        for back in range(self.repeats):
            target = repeated[..., back, None]
            joined = np.logaddexp(np.take_along_axis(folded, target, -1), log_labels[..., self.classes + back, None])
            np.put_along_axis(folded, target, joined, -1)
        return folded


def _counters(history: History, bits: int, bars: int) -> Floats:
    """The number of the next step within `bars` bars in binary, least bit first, as -1 and 1, [batch, bits]."""
    number = history.step_count % (bars * history.bars)
    return np.where((number[:, None] >> np.arange(bits)) & 1, 1.0, -1.0).astype(np.float32)


def _repeat_flags(history: History) -> Floats:
    """Whether the newest event equals the one one and two bars before it, [batch, 2]."""
    if not history.step_count:
        return np.zeros((len(history.bars), REPEATS), np.float32)
    newest = history.events[:, history.step_count - 1]
    return np.stack([history.ago(back, 0) == newest for back in (1, 2)], axis=1).astype(np.float32)


@dataclass(frozen=True, slots=True)
class Encoded:
    """A batch of whole melodies, padded: inputs [batch, step, input], labels, events and weights [batch, step]
    (weight 0 beyond a melody's end), repeats [batch, step, 2]."""

    inputs: NDArray[np.int8]
    labels: Ints
    events: Ints
    repeats: Ints
    weights: Floats


def encode_batch(coder: MelodyCoder, melodies: Sequence[NDArray[Any]], bars: Sequence[int]) -> Encoded:
    """Inputs and labels of every step of the melodies, the first included."""
    longest = max(len(melody) for melody in melodies)
    events = np.zeros((len(melodies), longest), np.int64)
    weights = np.zeros((len(melodies), longest), np.float32)
    for row, melody in enumerate(melodies):
        events[row, : len(melody)] = melody
        weights[row, : len(melody)] = 1
    history = History(bars, longest)
    inputs = np.zeros((len(melodies), longest, coder.input_size), np.int8)
    labels = np.zeros_like(events)
    repeats = np.zeros((len(melodies), longest, REPEATS), np.int64)
    for step in range(longest):
        inputs[:, step] = coder.features(history)
        labels[:, step] = coder.labels(history, events[:, step])
        repeats[:, step] = coder.repeat_events(history)
        history.push(events[:, step])
    return Encoded(inputs, labels, events, repeats, weights)
