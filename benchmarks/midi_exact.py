"""The everything file read and written again: which share of its events is kept, by ourselves and by the libraries."""

from __future__ import annotations

import io
from collections import Counter
from typing import Any

from frame import Case, main

from studio.files.midi.container import layout_of
from studio.files.midi.encoding import header_bytes, raw_track_bytes
from studio.files.midi.events import track_events
from studio.files.midi.reading import song_from_bytes
from studio.files.midi.writing import bytes_of
from tests.midi_bytes import everything

REPEATS = 20
KEPT: dict[str, float] = {}


def events_of(data: bytes) -> Counter[tuple[int, bytes]]:
    """(song tick, bytes) of every event but end marks. Note-ons of velocity 0 count as note-offs; channels are not compared."""
    layout = layout_of(data, "x.mid")
    found: Counter[tuple[int, bytes]] = Counter()
    for number, chunk in enumerate(layout.chunks, 1):
        raw = track_events(data, chunk, number, lambda *_: None)
        for packed in raw.packed.tolist():
            kind, first, second = packed >> 20 & 15, packed >> 8 & 127, packed & 127
            if kind == 9 and not second:
                kind, second = 8, 64
            found[int((packed >> 24) * layout.scale), bytes((kind << 4, first, second))] += 1
        for tick, _, kind, start, length in raw.others.tolist():
            if kind != 0x2F:
                found[int(tick * layout.scale), bytes((kind,)) + data[start : start + length]] += 1
    return found


def kept(data: bytes) -> float:
    before = events_of(everything())
    return 1 - (before - events_of(data)).total() / before.total()


def ours_by_event(data: bytes) -> bytes:
    layout = layout_of(data, "x.mid")
    bodies = []
    for number, chunk in enumerate(layout.chunks, 1):
        raw = track_events(data, chunk, number, lambda *_: None)
        bodies.append(raw_track_bytes(raw.packed, raw.others, data))
    return header_bytes(layout.format, len(bodies), int.from_bytes(data[12:14], "big")) + b"".join(bodies)


def ours_by_song(data: bytes) -> bytes:
    return bytes_of(song_from_bytes(data, "x.mid").song, {"preset": "as read"})[0]


def by_mido() -> Any:
    import mido

    def again(data: bytes) -> bytes:
        stream = io.BytesIO()
        mido.MidiFile(file=io.BytesIO(data)).save(file=stream)
        return stream.getvalue()

    return again


def by_pretty_midi() -> Any:
    import pretty_midi

    def again(data: bytes) -> bytes:
        stream = io.BytesIO()
        pretty_midi.PrettyMIDI(io.BytesIO(data)).write(stream)
        return stream.getvalue()

    return again


def by_symusic() -> Any:
    import symusic

    return lambda data: symusic.Score.from_midi(data).dumps_midi()


def case(name: str, setup: Any, must_keep_all: bool = False) -> Case:
    def chunk(again: Any) -> bytes:
        for _ in range(REPEATS - 1):
            again(everything())
        result: bytes = again(everything())
        return result

    def check(data: bytes) -> None:
        KEPT[name] = kept(data)
        assert KEPT[name] == 1 or not must_keep_all, KEPT[name]

    return Case(name, setup, chunk, REPEATS, "file", check=check)


def cases() -> list[Case]:
    return [
        case("ours, event by event", lambda: ours_by_event, True),
        case("ours, through a song", lambda: ours_by_song, True),
        case("mido", by_mido),
        case("pretty_midi", by_pretty_midi),
        case("symusic", by_symusic),
    ]


if __name__ == "__main__":
    try:
        main("midi_exact", cases)
    finally:
        for name, share in KEPT.items():
            print(f"  events kept by {name}: {share:.1%}", flush=True)
