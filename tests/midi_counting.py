"""How many events a MIDI track holds, counted by nothing of ours: what a reader's report has to add up to."""

from __future__ import annotations


class _Spoilt(Exception):
    pass


class _Bytes:
    """One chunk, read forward; past its end it is spoilt."""

    def __init__(self, body: bytes) -> None:
        self.body = body
        self.at = 0

    def take(self) -> int:
        if self.at >= len(self.body):
            raise _Spoilt
        self.at += 1
        return self.body[self.at - 1]

    def value(self) -> int:
        if (byte := self.take()) > 127:
            raise _Spoilt
        return byte

    def number(self) -> int:
        total = 0
        for _ in range(4):
            byte = self.take()
            total = total * 128 + byte % 128
            if byte < 128:
                return total
        raise _Spoilt

    def skip(self, count: int) -> None:
        if self.at + count > len(self.body):
            raise _Spoilt
        self.at += count


def count_events(body: bytes, last_tick: int = 2**31 - 1) -> int:
    """Events of a track chunk's body up to its end mark, its end or the first that makes no sense or comes too late."""
    stream, found, tick, status = _Bytes(body), 0, 0, 0
    try:
        while stream.at < len(body):
            tick += stream.number()
            if tick > last_tick:
                raise _Spoilt
            status, is_over = _event(stream, status)
            found += 1
            if is_over:
                break
    except _Spoilt:
        pass
    return found


def _event(stream: _Bytes, status: int) -> tuple[int, bool]:
    """The status in force after one event, and whether it was the end mark."""
    first = stream.take()
    if first == 0xFF:
        kind = stream.value()
        stream.skip(stream.number())
        return status, kind == 0x2F
    if first in (0xF0, 0xF7):
        stream.skip(stream.number())
        return status, False
    if first > 0xF0:
        stream.skip({0xF1: 1, 0xF2: 2, 0xF3: 1}.get(first, 0))
        return status, False
    if first > 127:
        status = first
        stream.value()
    elif not status:
        raise _Spoilt
    if status // 16 not in (0xC, 0xD):
        stream.value()
    return status, False


def count_in_file(data: bytes) -> int:
    """Events of a plain file, made of whole chunks one after another."""
    at, found = 14, 0
    while at + 8 <= len(data):
        size = int.from_bytes(data[at + 4 : at + 8], "big")
        if data[at : at + 4] == b"MTrk":
            found += count_events(data[at + 8 : at + 8 + size])
        at += 8 + size
    return found
