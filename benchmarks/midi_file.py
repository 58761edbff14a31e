"""The file that the MIDI benchmarks race on: 100 000 notes, 16 tracks, controllers, 200 tempo changes; made by a seed."""

from __future__ import annotations

import random
import tempfile
from functools import cache
from pathlib import Path

NOTES, TRACKS, TEMPOS = 100_000, 16, 200


def number(value: int) -> bytes:
    out = bytes((value & 127,))
    while value := value >> 7:
        out = bytes((value & 127 | 128,)) + out
    return out


def chunk(events: list[tuple[int, int, bytes]]) -> bytes:
    """Events of (tick, order within the tick, bytes)."""
    body = bytearray()
    before = 0
    for tick, _, data in sorted(events):
        body += number(tick - before) + data
        before = tick
    body += b"\0\xff\x2f\0"
    return b"MTrk" + len(body).to_bytes(4, "big") + bytes(body)


def big_file(notes: int = NOTES, seed: int = 1) -> bytes:
    draw = random.Random(seed)
    conductor = [(0, 0, b"\xff\x58\4\4\2\x18\x08")]
    for place in range(TEMPOS):
        conductor.append((960 * place, 0, b"\xff\x51\3" + draw.randint(300_000, 700_000).to_bytes(3, "big")))
    chunks = [chunk(conductor)]
    for channel in range(TRACKS):
        events = [(0, 0, bytes((0xC0 | channel, draw.randrange(128))))]
        tick = 0
        free = [0] * 128
        for place in range(notes // TRACKS):
            tick += draw.choice((0, 60, 120, 240))
            pitch = draw.choice([pitch for pitch in range(30, 100) if free[pitch] <= tick])
            free[pitch] = tick + draw.randrange(30, 240)
            events.append((tick, 2, bytes((0x90 | channel, pitch, draw.randrange(1, 128)))))
            events.append((free[pitch], 1, bytes((0x80 | channel, pitch, 64))))
            if place % 10 == 0:
                events.append((tick, 1, bytes((0xB0 | channel, 11, draw.randrange(128)))))
        chunks.append(chunk(events))
    return b"MThd\0\0\0\6\0\1" + len(chunks).to_bytes(2, "big") + (480).to_bytes(2, "big") + b"".join(chunks)


@cache
def big_path() -> Path:
    path = Path(tempfile.mkdtemp(prefix="ricercar-bench-")) / "big.mid"
    path.write_bytes(big_file())
    return path
