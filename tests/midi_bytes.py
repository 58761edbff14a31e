"""MIDI files made by hand, byte by byte and without any of our own code, so that tests have something to read."""

from __future__ import annotations

Event = tuple[int, bytes]
"""Delta ticks and the bytes of one event."""


def number(value: int) -> bytes:
    """A number of variable length."""
    out = bytes((value & 127,))
    while value := value >> 7:
        out = bytes((value & 127 | 128,)) + out
    return out


def on(delta: int, pitch: int, velocity: int = 80, channel: int = 0) -> Event:
    return delta, bytes((0x90 | channel, pitch, velocity))


def off(delta: int, pitch: int, velocity: int = 64, channel: int = 0) -> Event:
    return delta, bytes((0x80 | channel, pitch, velocity))


def control(delta: int, controller: int, value: int, channel: int = 0) -> Event:
    return delta, bytes((0xB0 | channel, controller, value))


def program(delta: int, value: int, channel: int = 0) -> Event:
    return delta, bytes((0xC0 | channel, value))


def meta(delta: int, kind: int, payload: bytes) -> Event:
    return delta, bytes((0xFF, kind)) + number(len(payload)) + payload


def name(text: str) -> Event:
    return meta(0, 3, text.encode())


def tempo(delta: int, us: int) -> Event:
    return meta(delta, 0x51, us.to_bytes(3, "big"))


def meter(delta: int, numerator: int, power: int) -> Event:
    return meta(delta, 0x58, bytes((numerator, power, 24, 8)))


END: Event = meta(0, 0x2F, b"")


def events(*listed: Event) -> bytes:
    return b"".join(number(delta) + data for delta, data in listed)


def chunk(body: bytes, mark: bytes = b"MTrk", size: int | None = None) -> bytes:
    return mark + (len(body) if size is None else size).to_bytes(4, "big") + body


def track(*listed: Event) -> bytes:
    """A whole track chunk; the end mark is added."""
    return chunk(events(*listed, END))


def header(file_format: int = 1, tracks: int = 1, division: int = 480) -> bytes:
    return chunk(b"".join((value & 0xFFFF).to_bytes(2, "big") for value in (file_format, tracks, division)), b"MThd")


def midi(*tracks: bytes, file_format: int = 1, division: int = 480, declared: int | None = None) -> bytes:
    return header(file_format, len(tracks) if declared is None else declared, division) + b"".join(tracks)


def everything() -> bytes:
    """One small file with every kind of event a MIDI file may hold, in legal form."""
    conductor = track(
        meta(0, 0x00, b"\x00\x01"),
        name("Everything"),
        meta(0, 0x02, b"(c) nobody"),
        meta(0, 0x54, bytes((0x60, 0, 0, 0, 0))),
        tempo(0, 500_000),
        meter(0, 4, 2),
        meta(0, 0x59, bytes((0xFD, 0))),
        meta(0, 0x01, "a text, ünïcode".encode()),
        meta(0, 0x06, b"Verse"),
        meta(960, 0x07, b"a cue"),
        tempo(0, 413_793),
        meta(960, 0x59, bytes((2, 1))),
        meter(0, 7, 3),
        meta(0, 0x7F, bytes((0x7D, 1, 2, 3))),
    )
    melody = track(
        name("Melody"),
        meta(0, 0x04, b"Old flute"),
        meta(0, 0x21, b"\x00"),
        meta(0, 0x20, b"\x00"),
        (0, bytes((0xF0, 5, 0x7E, 0x7F, 9, 1, 0xF7))),
        control(0, 0, 1),
        control(0, 32, 2),
        program(0, 73),
        control(0, 101, 0),
        control(0, 100, 0),
        control(0, 6, 12),
        control(0, 7, 100),
        (0, bytes((0xE0, 0, 0x50))),
        on(0, 60, 90),
        (0, bytes((0xA0, 60, 33))),
        (10, bytes((0xD0, 44))),
        meta(0, 0x05, b"la"),
        off(470, 60),
        program(0, 74),
        on(0, 62, 1),
        (480, bytes((0xF7, 2, 0x10, 1))),
        off(0, 62),
        meta(0, 0x08, b"program name"),
        meta(0, 0x09, b"device name"),
    )
    drums = track(name("Kit"), program(0, 8, 9), on(0, 36, 127, 9), off(120, 36, 64, 9), on(120, 42, 20, 9), off(1, 42, 64, 9))
    return midi(conductor, melody, drums)
