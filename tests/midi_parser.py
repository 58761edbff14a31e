"""A MIDI file taken apart by the letter of the standard, without any of our own code; running status is refused (EX-09)."""

from __future__ import annotations

from typing import NamedTuple

TWO, ONE = (0x8, 0x9, 0xA, 0xB, 0xE), (0xC, 0xD)


class Said(NamedTuple):
    """One event: its tick, and its bytes from the status byte on; of texts and the like `data` is what they hold."""

    tick: int
    status: int
    data: bytes

    @property
    def kind(self) -> int:
        """The upper half of a channel message's status; 0xF for everything else."""
        return self.status >> 4 if self.status < 0xF0 else 0xF

    @property
    def channel(self) -> int:
        return self.status & 15

    @property
    def meta(self) -> int:
        """Which meta event; -1 for anything else."""
        return self.data[0] if self.status == 0xFF else -1

    @property
    def payload(self) -> bytes:
        return self.data[1:] if self.status == 0xFF else self.data


class Parsed(NamedTuple):
    format: int
    division: int
    tracks: list[list[Said]]


def parsed(data: bytes) -> Parsed:
    assert data[:8] == b"MThd\0\0\0\6"
    form, count, division = (int.from_bytes(data[at : at + 2], "big") for at in (8, 10, 12))
    tracks, at = [], 14
    while at < len(data):
        assert data[at : at + 4] == b"MTrk"
        size = int.from_bytes(data[at + 4 : at + 8], "big")
        tracks.append(_track(data[at + 8 : at + 8 + size]))
        at += 8 + size
    assert at == len(data)
    assert len(tracks) == count
    return Parsed(form, division, tracks)


def _track(data: bytes) -> list[Said]:
    found, at, tick = [], 0, 0
    while at < len(data):
        delta, at = _number(data, at)
        tick += delta
        status = data[at]
        assert status >= 0x80, "an event without a status byte"
        if status < 0xF0:
            size = 1 if status >> 4 in ONE else 2
            found.append(Said(tick, status, data[at + 1 : at + 1 + size]))
            assert max(found[-1].data) < 0x80
            at += 1 + size
            continue
        head = data[at + 1 : at + 2] if status == 0xFF else b""
        size, at = _number(data, at + 1 + len(head))
        found.append(Said(tick, status, head + data[at : at + size]))
        at += size
    assert found
    assert (found[-1].meta, found[-1].payload) == (0x2F, b"")
    assert [said.meta for said in found].count(0x2F) == 1
    return found


def _number(data: bytes, at: int) -> tuple[int, int]:
    value = 0
    while True:
        value = value << 7 | data[at] & 127
        at += 1
        if data[at - 1] < 0x80:
            return value, at
