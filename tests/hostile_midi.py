"""MIDI files made to wear a reader out: each at a limit of what is read, or beside it, in one respect."""

from __future__ import annotations

from collections.abc import Callable

from studio.files import limits
from tests.midi_bytes import END, chunk, events, header, midi, number

_END = events(END)


def _one_track(unit: bytes, count: int, before: bytes = b"") -> bytes:
    """The unit over and over, as often as the limits let it."""
    room = limits.MIDI_BYTES - 60 - len(before)
    return midi(chunk(before + unit * min(count, room // len(unit)) + _END))


def _others(payload: bytes) -> bytes:
    return _one_track(payload, limits.MIDI_OTHERS - 1)


def _channel(unit: bytes, each: int = 1, before: bytes = b"") -> bytes:
    return _one_track(unit, (limits.MIDI_EVENTS - 8) // each, before)


def _tracks(body: bytes, count: int) -> bytes:
    return midi(*[chunk(body + _END)] * count)


def _crowd(setups: int, players: int) -> bytes:
    """Tracks that only set channels up beside tracks that play all sixteen."""
    setup = b"".join(bytes((0, 0xB0 | channel, 7, 90, 0, 0xC0 | channel, 3)) for channel in range(16))
    player = b"".join(bytes((0, 0x90 | channel, 60, 90, 9, 0x80 | channel, 60, 64)) for channel in range(16))
    return midi(*[chunk(setup + _END)] * setups, *[chunk(player + _END)] * players)


def _ports(count: int) -> bytes:
    """As many different places to play on as ports and channels make."""
    player = b"".join(bytes((0, 0x90 | channel, 60, 90, 9, 0x80 | channel, 60, 64)) for channel in range(16))
    return midi(*[chunk(b"\0\xff\x21\1" + bytes((track % 128,)) + player + _END) for track in range(count)])


def _names() -> bytes:
    """Further chunks, each of a kind of its own."""
    return header(tracks=0) + b"".join(b"%c%c%c%c" % _letters(number) + bytes(4) for number in range(3_000_000))


def _letters(number: int) -> tuple[int, int, int, int]:
    return (97 + number % 26, 97 + number // 26 % 26, 33 + number // 676 % 90, 33 + number // 60_840 % 90)


def _long_name(letter: bytes) -> bytes:
    text = letter * ((limits.MIDI_BYTES - 100) // len(letter))
    return midi(chunk(b"\0\xff\3" + number(len(text)) + text + _END))


SHAPES: dict[str, Callable[[int], bytes]] = {
    "notes in running status": lambda _: _channel(b"\1\x3c\x50\1\x3c\0", 2, b"\0\x90\x3c\0"),
    "notes of every pitch": lambda _: _channel(b"".join(bytes((1, p, 80)) for p in range(128)) * 2, 256, b"\0\x90\x3c\0"),
    "notes never closed": lambda _: _channel(b"\1\x3c\x50", 1, b"\0\x90\x3c\0"),
    "notes all at once": lambda _: _channel(b"\0\x3c\x50\0\x3c\0", 2, b"\0\x90\x3c\0"),
    "64 notes alive": lambda _: _channel(b"\1\x3c\x50" * 64 + b"\1\x3c\0" * 64, 128, b"\0\x90\x3c\0"),
    "65 notes alive": lambda _: _channel(b"\1\x3c\x50" * 65 + b"\1\x3c\0" * 65, 130, b"\0\x90\x3c\0"),
    "ends without a beginning": lambda _: _channel(b"\1\x3c\0", 1, b"\0\x90\x3c\0"),
    "controllers": lambda _: _channel(b"\1\x07\x50", 1, b"\0\xb0\x07\0"),
    "programs": lambda _: _channel(b"\1\x07", 1, b"\0\xc0\x07"),
    "programs and banks": lambda _: _channel(b"\0\xb0\0\1\0\x20\2\0\xc0\x07", 3),
    "bends": lambda _: _channel(b"\1\x07\x50", 1, b"\0\xe0\x07\0"),
    "sixteen channels by turns": lambda _: _channel(b"".join(bytes((1, 0x90 | c, 60, 80)) for c in range(16)), 16),
    "tempi": lambda _: _others(b"\1\xff\x51\3\7\xa1\x20"),
    "time signatures": lambda _: _others(b"\1\xff\x58\2\1\2"),
    "keys": lambda _: _others(b"\1\xff\x59\2\0\0"),
    "markers": lambda _: _others(b"\1\xff\6\1A"),
    "lyrics": lambda _: _others(b"\1\xff\5\1a"),
    "texts": lambda _: _others(b"\0\xff\1\0"),
    "track names": lambda _: _others(b"\0\xff\3\1a"),
    "exclusives of no bytes": lambda _: _others(b"\0\xf0\0"),
    "continued exclusives": lambda _: _others(b"\0\xf7\1\1"),
    "messages of the wire": lambda _: _others(b"\0\xf8"),
    "events of unknown kinds": lambda _: _others(b"\0\xff\x6e\0"),
    "texts of 64 KiB": lambda _: midi(chunk((b"\0\xff\1" + number(1 << 16) + b"x" * (1 << 16)) * 1023 + _END)),
    "one name of 64 MiB": lambda _: _long_name(b"a"),
    "one name of 64 MiB in Japanese": lambda _: _long_name("笛".encode()),
    "one name of control characters": lambda _: _long_name(b"\1"),
    "one exclusive of 64 MiB": lambda _: midi(
        chunk(b"\0\xf0" + number(limits.MIDI_BYTES - 99) + bytes(limits.MIDI_BYTES - 99) + _END)
    ),
    "far apart": lambda _: _channel(b"\x81\x7f\x07\x50", 1, b"\0\xb0\x07\0"),
    "4096 tracks": lambda n: _tracks(b"\0\x90\x3c\x50\1\x3c\0" * 600, n),
    "4096 tracks, sixteen channels each": lambda n: _crowd(0, n),
    "tracks that set up channels": lambda n: _crowd(n // 2, n // 2),
    "tracks on 128 ports": _ports,
    "tracks that set channels up for nobody": lambda n: _crowd(n, 0),
    "channels set up and never played": lambda n: _tracks(b"".join(bytes((0, 0xB0 | c, 7, 90)) for c in range(16)) * 76, n),
    "tracks without an end": lambda n: midi(*[chunk(b"\0\x90\x3c\x50")] * n),
    "tracks broken at once": lambda n: midi(*[chunk(b"\0\x3c\x50")] * n),
    "empty tracks without number": lambda _: header() + chunk(b"") * ((limits.MIDI_BYTES - 14) // 8),
    "tracks with rubbish between": lambda _: header() + (chunk(b"") + b"\0") * ((limits.MIDI_BYTES - 14) // 9),
    "chunks of a kind each": lambda _: _names(),
    "rubbish": lambda _: header() + b"\x80" * (limits.MIDI_BYTES - 14),
    "beginnings of tracks": lambda _: header() + b"MTrk" * ((limits.MIDI_BYTES - 14) // 4),
}
"""By name: what makes the file's bytes; where it is about tracks, of so many."""
