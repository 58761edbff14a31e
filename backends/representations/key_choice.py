"""Which key a melody is held to: the one given, the song's where it fits, else the one its notes suggest."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from backends.representations.melody import STEP_TICKS, home_key
from studio.errors import UnsupportedRequest
from studio.generation.contract import Request
from studio.song.harmony import SCALES, Key, key_words
from studio.song.notes import Rows
from studio.song.ticks import Span
from studio.words import tr

AUTO = "auto"
MINORS = ("minor", "harmonic minor", "melodic minor", "dorian")
MISFIT = 0.10
"""A marked key that holds so much less of the notes than the estimate does is taken for a default nobody chose."""


@dataclass(frozen=True, slots=True)
class KeyChoice:
    """The key at the region's start, and from which of its steps on which key holds."""

    first: Key
    changes: tuple[tuple[int, Key], ...]
    remarks: tuple[str, ...] = ()

    def at(self, step: int) -> Key:
        return [key for begins, key in self.changes if begins <= step][-1]


def chosen_key(request: Request, text: str, heard: Rows, start_tick: int) -> KeyChoice:
    """`text` is "auto" or a key's name; `heard` the notes to judge by."""
    if text.strip().lower() != AUTO:
        key = _named(text)
        return KeyChoice(key, ((0, key),))
    estimate = home_key(heard["pitch"].astype(np.int64), heard["length"].astype(np.float64))
    marked = request.song.timeline.key_at(start_tick)
    if marked is None:
        key = _finer_minor(estimate, heard)
        return KeyChoice(key, ((0, key),))
    if len(heard) and _held(estimate, heard) - _held(_finer_minor(marked, heard), heard) > MISFIT:
        key = _finer_minor(estimate, heard)
        said = tr(
            "The song is marked {marked}, but what was heard fits {key}: the take is held to that.",
            marked=key_words(marked),
            key=key_words(key),
        )
        return KeyChoice(key, ((0, key),), (said,))
    first = _finer_minor(marked, heard)
    span = Span(start_tick, request.span.end_tick)
    later = [change for change in request.song.timeline.keys if change.tick in span and change.tick > start_tick]
    steps = [(-(-(change.tick - start_tick) // STEP_TICKS), change.key) for change in later]
    return KeyChoice(first, ((0, first), *steps))


def _named(text: str) -> Key:
    try:
        return Key.named(text)
    except ValueError:
        raise UnsupportedRequest(
            tr("«{words}» is no key.", words=text),
            tr("Write auto, or a name such as C, F# minor or Bb dorian ({scales}).", scales=", ".join(SCALES)),
        ) from None


def _held(key: Key, rows: Rows) -> float:
    """The share of the notes' time that lies in the key."""
    inside = np.isin(rows["pitch"] % 12, sorted(key.pitch_classes))
    total = float(rows["length"].sum())
    return float(rows["length"][inside].sum()) / total if total else 0.0


def _finer_minor(key: Key, rows: Rows) -> Key:
    """A signature says only "minor": of the forms of that minor, the one that holds most of the notes."""
    if key.scale != "minor" or not len(rows):
        return key
    return max((Key(key.tonic, scale) for scale in MINORS), key=lambda candidate: _held(candidate, rows))
