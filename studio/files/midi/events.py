"""A track chunk's bytes to columns: one loop, one append an event.

A channel event is one integer, tick << 24 | status << 16 | first << 8 | second, so that 100 000 notes cost no
objects and numpy takes the columns apart afterwards. Everything else (meta, sysex) is five integers in a second array.
"""

from __future__ import annotations

from array import array
from collections.abc import Callable, Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from studio.files import limits
from studio.files.midi.container import Chunk, Fault
from studio.files.midi.wire import END_OF_TRACK, META, SYSEX, SYSEX_MORE, plural, spaced
from studio.words import counted, mark, tr

SLAB_BYTES = 80_000
"""Between two looks at the cancel flag: at most 40 000 events."""

TRACKS_NAMED = 8
"""Remarks on more tracks name so many of them."""

OTHER_COLUMNS = 5

SYSTEM_DATA_BYTES = {0xF1: 1, 0xF2: 2, 0xF3: 1}
"""Wire messages that have no place in a file; the others carry no data."""


@dataclass(slots=True)
class RawTrack:
    """The events of one track in file order.

    `packed`: channel events. `others` [event, column]: tick, place (how many channel events came before), kind (meta type,
    or the status byte of a sysex or wire message), start and length of the payload in the file. `lost_bytes` of the chunk
    were not understood, `spare_bytes` stand after its end mark; `carried` events kept a status in force.
    """

    number: int
    packed: NDArray[np.int64]
    others: NDArray[np.int64]
    end_tick: int
    fault: Fault | None = None
    lost_bytes: int = 0
    spare_bytes: int = 0
    carried: int = 0
    has_end: bool = True

    @property
    def count(self) -> int:
        return len(self.packed) + len(self.others)

    @property
    def last_tick(self) -> int:
        """Where its last event lies."""
        return max(int(self.packed[-1] >> 24) if len(self.packed) else 0, int(self.others[-1, 0]) if len(self.others) else 0)


class _Broken(Exception):
    """Raised inside the loop; carries what becomes the track's fault."""

    def __init__(self, offset: int, what: str) -> None:
        self.fault = Fault(offset, what)


def track_events(data: bytes, chunk: Chunk, number: int, watch: Callable[[int, int, int], None]) -> RawTrack:
    """The chunk's events, up to its end-of-track, its end, or the first byte that makes no sense.

    `watch(byte, channel events, other events)` is called now and then; what it raises goes through.
    """
    loop = _Loop(data, chunk, number)
    fault = None
    try:
        while loop.at < chunk.end and not loop.is_over:
            loop.run(min(chunk.end, loop.at + SLAB_BYTES))
            watch(loop.at, len(loop.packed), len(loop.others) // OTHER_COLUMNS)
    except _Broken as broken:
        fault = broken.fault
    except IndexError:
        fault = Fault(len(data), tr("the file ends inside an event of track {number}.", number=number))
    if fault is None and loop.at > chunk.end:
        loop.packed.pop()
        fault = Fault(chunk.end, tr("track {number} ends inside an event.", number=number))
    packed = np.frombuffer(loop.packed, np.int64) if loop.packed else np.zeros(0, np.int64)
    others = np.frombuffer(loop.others, np.int64) if loop.others else np.zeros(0, np.int64)
    made = RawTrack(number, packed, others.reshape(-1, OTHER_COLUMNS), loop.tick, fault, carried=loop.carried)
    if fault is not None:
        made.end_tick = made.last_tick
        made.lost_bytes = max(0, chunk.end - fault.offset)
    elif loop.is_over:
        made.spare_bytes = chunk.end - loop.at
    made.has_end = loop.is_over or fault is not None
    return made


def remarks_on(raws: Iterable[RawTrack]) -> list[str]:
    """What was odd about the tracks of a file, a sentence for each kind of oddness however many tracks there are."""
    raws = list(raws)
    remarks = []
    if endless := [raw.number for raw in raws if not raw.has_end]:
        one, many = mark("Track {tracks} has no end mark."), mark("Tracks {tracks} have no end mark.")
        remarks.append(counted(len(endless), one, many, tracks=_listed(endless)))
    if spare := [raw.number for raw in raws if raw.spare_bytes]:
        size = plural(sum(raw.spare_bytes for raw in raws), "byte")
        one = mark("{bytes} after the end mark of track {tracks} left alone.")
        many = mark("{bytes} after the end marks of tracks {tracks} left alone.")
        remarks.append(counted(len(spare), one, many, bytes=size, tracks=_listed(spare)))
    if carrying := [raw.number for raw in raws if raw.carried]:
        events = plural(sum(raw.carried for raw in raws), "text or system event")
        one = mark("Track {tracks} carries a status over {events}; it was followed.")
        many = mark("Tracks {tracks} carry a status over {events}; it was followed.")
        remarks.append(counted(len(carrying), one, many, events=events, tracks=_listed(carrying)))
    if lossy := [raw.number for raw in raws if raw.lost_bytes]:
        size = plural(sum(raw.lost_bytes for raw in raws), "byte")
        one = mark("Not understood and left out: {bytes} of track {tracks}.")
        many = mark("Not understood and left out: {bytes} of tracks {tracks}.")
        remarks.append(counted(len(lossy), one, many, bytes=size, tracks=_listed(lossy)))
    return remarks


def _listed(numbers: list[int]) -> str:
    return ", ".join(map(str, numbers[:TRACKS_NAMED])) + (" …" if len(numbers) > TRACKS_NAMED else "")


def _too_late(offset: int) -> _Broken:
    return _Broken(offset, tr("an event lies later than tick {last}.", last=limits.MIDI_LAST_TICK))


def _not_a_value(offset: int, byte: int) -> _Broken:
    return _Broken(offset, tr("0x{first:02X} stands where a value from 0 to 127 should.", first=byte))


class _Loop:
    """The state of one track's reading between two slabs."""

    def __init__(self, data: bytes, chunk: Chunk, number: int) -> None:
        self.data = data
        self.end = chunk.end
        self.number = number
        self.at = chunk.start
        self.tick = 0
        self.status = 0
        self.is_over = False
        self.carried = 0
        self.packed = array("q")
        self.others = array("q")

    def run(self, stop: int) -> None:
        """Read events that begin before `stop`."""
        before = self.at, self.tick, self.status, self.carried, len(self.packed), len(self.others)
        data, at, status = self.data, self.at, self.status
        append = self.packed.append
        tick = self.tick
        is_short = 0xC0 <= status >> 16 < 0xE0
        begin = at
        while at < stop:
            begin = at
            delta = data[at]
            at += 1
            if delta > 127:
                delta, at = number_at(data, at - 1)
                if tick + delta > limits.MIDI_LAST_TICK:
                    raise _too_late(begin)
            tick += delta
            first = data[at]
            if first > 127:
                if first > 0xEF:
                    self.tick, self.at = tick, at
                    self._other(first)
                    at = self.at
                    if self.is_over:
                        break
                    continue
                status = first << 16
                is_short = 0xC0 <= first < 0xE0
                at += 1
                first = data[at]
            elif not status:
                raise _Broken(at, tr("a value of track {number} stands where an event should begin.", number=self.number))
            if is_short:
                at += 1
                if first > 127:
                    raise _not_a_value(at - 1, first)
                append(tick << 24 | status | first << 8)
                continue
            second = data[at + 1]
            at += 2
            if first | second > 127:
                raise _not_a_value(at - 2, first) if first > 127 else _not_a_value(at - 1, second)
            append(tick << 24 | status | first << 8 | second)
        self.at, self.tick, self.status = at, tick, status
        if tick > limits.MIDI_LAST_TICK:
            self._find_too_late(begin, before)

    def _find_too_late(self, begin: int, before: tuple[int, int, int, int, int, int]) -> None:
        """Small steps have led beyond the last tick somewhere in the slab: go back and find the very event."""
        if before[0] == begin:
            if self.packed and self.packed[-1] >> 24 > limits.MIDI_LAST_TICK:
                self.packed.pop()
            else:
                del self.others[-OTHER_COLUMNS:]
            raise _too_late(begin)
        self.at, self.tick, self.status, self.carried, packed, others = before
        self.is_over = False
        del self.packed[packed:], self.others[others:]
        while True:
            self.run(self.at + 1)

    def _other(self, status: int) -> None:
        """A meta event, sysex or wire message that begins at `self.at`; moves `self.at` past it."""
        at = self.at + 1
        if status == META:
            kind = self.data[at]
            length, start = number_at(self.data, at + 1)
            if kind > 127:
                raise _Broken(at, tr("there is no text or meta event of kind 0x{kind:02X}.", kind=kind))
        elif status in (SYSEX, SYSEX_MORE):
            kind = status
            length, start = number_at(self.data, at)
        else:
            kind, length, start = status, SYSTEM_DATA_BYTES.get(status, 0), at
        if start + length > self.end:
            left = max(0, self.end - start)
            raise _Broken(
                self.at,
                tr(
                    "an event of track {number} claims {bytes}, {left} are left.",
                    number=self.number,
                    bytes=plural(length, "byte"),
                    left=spaced(left),
                ),
            )
        self.others.extend((self.tick, len(self.packed), kind, start, length))
        self.at = start + length
        self.is_over = status == META and kind == END_OF_TRACK
        if not self.is_over and self._running_status_follows():
            self.carried += 1

    def _running_status_follows(self) -> bool:
        at = self.at
        while at < self.end and self.data[at] > 127:
            at += 1
        return at + 1 < self.end and self.data[at + 1] < 128


def number_at(data: bytes, at: int) -> tuple[int, int]:
    """A number of variable length (at most 4 bytes) and the place after it."""
    value = 0
    for place in range(at, at + 4):
        byte = data[place]
        value = value << 7 | byte & 127
        if byte < 128:
            return value, place + 1
    raise _Broken(at, tr("a number is longer than 4 bytes."))
