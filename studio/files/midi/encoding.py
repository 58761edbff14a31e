"""Event columns to bytes: the counterpart of `events`. Always full status bytes (EX-09)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from studio.files.midi.wire import END_OF_TRACK, length_bytes, meta_bytes

HIGHEST_DELTA = (1 << 28) - 1
_SHORT = (0xC, 0xD)


@dataclass(frozen=True, slots=True)
class Lines:
    """The events of one track to be written, in any order.

    `packed` are channel events as `events.RawTrack` packs them; `rank` orders events of one tick (stable beyond that).
    `blobs` are (tick, rank, bytes) of everything else. `end_tick` is where the end mark stands.
    """

    packed: NDArray[np.int64]
    rank: NDArray[np.int64]
    blobs: Sequence[tuple[int, int, bytes]]
    end_tick: int


def header_bytes(file_format: int, track_count: int, division: int) -> bytes:
    return b"MThd" + b"".join(
        number.to_bytes(size, "big") for number, size in ((6, 4), (file_format, 2), (track_count, 2), (division, 2))
    )


def track_bytes(lines: Lines) -> bytes:
    """A whole track chunk, its end mark included. ValueError where two events lie too far apart to be written."""
    blobs = [*lines.blobs, (lines.end_tick, 1 << 40, meta_bytes(END_OF_TRACK, b""))]
    count = len(lines.packed)
    ticks = np.concatenate((lines.packed >> 24, np.array([tick for tick, _, _ in blobs], np.int64)))
    ranks = np.concatenate((lines.rank, np.array([rank for _, rank, _ in blobs], np.int64)))
    order = np.lexsort((ranks, ticks))
    deltas = np.diff(ticks[order], prepend=0)
    if deltas.min() < 0 or deltas.max() > HIGHEST_DELTA:
        raise ValueError("events lie before the start, or too far apart for a MIDI file")
    table, used = _rows(lines.packed, order, deltas)
    body = _with_blobs(table, used, order, count, [data for _, _, data in blobs])
    return b"MTrk" + len(body).to_bytes(4, "big") + body


def _rows(
    packed: NDArray[np.int64], order: NDArray[np.intp], deltas: NDArray[np.int64]
) -> tuple[NDArray[np.uint8], NDArray[np.bool_]]:
    """Four bytes of delta and three of event for each line [line, byte], and which of them are written."""
    count = len(packed)
    table = np.zeros((len(order), 7), np.uint8)
    used = np.zeros((len(order), 7), bool)
    for place in range(4):
        shift = 7 * (3 - place)
        table[:, place] = (deltas >> shift & 127) | (128 if shift else 0)
        used[:, place] = deltas >> shift > 0 if shift else True
    is_channel = order < count
    events = packed[order[is_channel]]
    for place, shift in ((4, 16), (5, 8), (6, 0)):
        table[is_channel, place] = events >> shift & 0xFF
    used[is_channel, 4:6] = True
    used[is_channel, 6] = ~np.isin(events >> 20 & 0xF, _SHORT)
    return table, used


def _with_blobs(
    table: NDArray[np.uint8], used: NDArray[np.bool_], order: NDArray[np.intp], count: int, blobs: list[bytes]
) -> bytes:
    flat = table[used].tobytes()
    after = np.cumsum(used.sum(axis=1))
    pieces = []
    written = 0
    for line in np.flatnonzero(order >= count).tolist():
        pieces += [flat[written : after[line]], blobs[order[line] - count]]
        written = int(after[line])
    return b"".join([*pieces, flat[written:]])


def raw_track_bytes(packed: NDArray[np.int64], others: NDArray[np.int64], data: bytes) -> bytes:
    """A track read by `events` written back event for event, in its own order (R14: nothing added, nothing left out)."""
    blobs = []
    end_tick = 0
    for tick, place, kind, start, length in others.tolist():
        payload = data[start : start + length]
        end_tick = tick
        if kind == END_OF_TRACK:
            break
        head = bytes((kind,)) if kind >= 0x80 else bytes((0xFF, kind))
        blobs.append((tick, 2 * place, head + (length_bytes(length) if kind < 0x80 or kind in (0xF0, 0xF7) else b"") + payload))
    if len(packed):
        end_tick = max(end_tick, int(packed[-1] >> 24))
    return track_bytes(Lines(packed, 2 * np.arange(len(packed)) + 1, blobs, end_tick))
