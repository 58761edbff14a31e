"""Edits of pitch: by scale steps, into the scale, turned upside down."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from studio.edits.changing import Ids, changed, count_of, of_notes
from studio.edits.history import Edit
from studio.errors import UnsupportedRequest
from studio.song.harmony import Key
from studio.song.notes import Rows
from studio.song.rows import copied_rows
from studio.song.timeline import Timeline
from studio.words import tr

Pitches = NDArray[np.int64]
LOW, HIGH = -12, 140
"""Scales are laid out over these pitches: an octave more than there are, so that a step past the edge is seen as one."""


def transpose_in_key(ids: Ids, steps: int) -> Edit:
    """Move notes by scale steps of the key where each begins. A note outside the scale keeps its distance from the step below."""
    chosen = frozenset(ids)
    label = tr("Transpose {notes} in key", notes=count_of(len(chosen)))
    return of_notes(chosen, label, lambda song: changed(song, chosen, lambda rows: in_key(rows, steps, song.timeline)))


def conform(ids: Ids) -> Edit:
    """Move notes outside the key where they begin to its nearest pitch, down where two are as near."""
    chosen = frozenset(ids)

    def change(rows: Rows, timeline: Timeline) -> Rows:
        _assert_key(rows, timeline)
        made = copied_rows(rows)
        for key, at in _by_key(rows, timeline):
            if key is not None:
                made["pitch"][at] = conformed(rows["pitch"][at].astype(np.int64), key)
        return made

    label = tr("Move {notes} into the scale", notes=count_of(len(chosen)))
    return of_notes(chosen, label, lambda song: changed(song, chosen, lambda rows: change(rows, song.timeline)))


def invert(ids: Ids) -> Edit:
    """Turn notes upside down about the middle between the lowest and the highest of each track."""
    chosen = frozenset(ids)

    def change(rows: Rows) -> Rows:
        made = copied_rows(rows)
        pitches = rows["pitch"].astype(np.int64)
        made["pitch"] = pitches.min() + pitches.max() - pitches
        return made

    return of_notes(chosen, tr("Invert {notes}", notes=count_of(len(chosen))), lambda song: changed(song, chosen, change))


def in_key(rows: Rows, steps: int, timeline: Timeline) -> Rows:
    """Rows moved by scale steps; UnsupportedRequest without a key or past the edge."""
    _assert_key(rows, timeline)
    moved = copied_rows(rows)
    for key, at in _by_key(rows, timeline):
        if key is None:
            raise UnsupportedRequest(
                tr("Some of the notes lie where no key is set."), tr("Choose a key there first, or move by semitones.")
            )
        pitches = rows["pitch"][at].astype(np.int64)
        scale = _scale(key)
        below = np.searchsorted(scale, pitches, side="right") - 1
        target = scale[np.clip(below + steps, 0, len(scale) - 1)] + pitches - scale[below]
        if target.min() < 0 or target.max() > 127:
            raise UnsupportedRequest(
                tr("The notes were not moved: one would leave the range of MIDI."), tr("Move them less far.")
            )
        moved["pitch"][at] = target
    return moved


def conformed(pitches: Pitches, key: Key) -> Pitches:
    """The pitch of the scale nearest to each, down where two are as near, within 0 to 127."""
    scale = _scale(key)
    scale = scale[(scale >= 0) & (scale <= 127)]
    above = np.clip(np.searchsorted(scale, pitches), 0, len(scale) - 1)
    below = np.maximum(above - 1, 0)
    nearer = np.abs(scale[above] - pitches) < np.abs(pitches - scale[below])
    found: Pitches = np.where(nearer, scale[above], scale[below])
    return found


def steps_between(low: int, high: int, key: Key) -> int:
    """Scale steps from one pitch to another, both brought down to the scale."""
    scale = _scale(key)
    at = np.searchsorted(scale, (low, high), side="right") - 1
    return int(at[1] - at[0])


def _scale(key: Key) -> Pitches:
    pitches = np.arange(LOW, HIGH)
    return pitches[np.isin(pitches % 12, sorted(key.pitch_classes))]


def _by_key(rows: Rows, timeline: Timeline) -> list[tuple[Key | None, NDArray[np.bool_]]]:
    """The key of each stretch in which rows start, and which rows those are."""
    changes = np.array([change.tick for change in timeline.keys], np.int64)
    stretch = np.searchsorted(changes, rows["start"], side="right")
    return [(timeline.keys[index - 1].key if index else None, stretch == index) for index in np.unique(stretch).tolist()]


def _assert_key(rows: Rows, timeline: Timeline) -> None:
    if len(rows) and not timeline.keys:
        raise UnsupportedRequest(
            tr("The song has no key here, so no scale steps."), tr("Choose a key first, or move by semitones.")
        )
