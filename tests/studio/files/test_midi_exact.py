"""Nothing is lost: the everything file, event for event and through a song."""

from __future__ import annotations

from collections import Counter

from studio.files.midi.container import layout_of
from studio.files.midi.encoding import header_bytes, raw_track_bytes
from studio.files.midi.events import track_events
from studio.files.midi.reading import song_from_bytes
from studio.files.midi.writing import bytes_of
from tests.midi_bytes import everything, midi, off, on, track


def rewritten(data: bytes) -> bytes:
    layout = layout_of(data, "x.mid")
    raws = [track_events(data, chunk, number, lambda *_: None) for number, chunk in enumerate(layout.chunks, 1)]
    division = int.from_bytes(data[12:14], "big")
    bodies = [raw_track_bytes(raw.packed, raw.others, data) for raw in raws]
    return header_bytes(layout.format, len(bodies), division) + b"".join(bodies)


def events_of(data: bytes) -> Counter[tuple[int, bytes]]:
    """(song tick, bytes) of all events, whatever track they stand in, end marks left out."""
    layout = layout_of(data, "x.mid")
    found: Counter[tuple[int, bytes]] = Counter()
    for number, chunk in enumerate(layout.chunks, 1):
        raw = track_events(data, chunk, number, lambda *_: None)
        for packed in raw.packed.tolist():
            size = 2 if packed >> 20 & 15 in (0xC, 0xD) else 3
            found[int((packed >> 24) * layout.scale), (packed & 0xFFFFFF).to_bytes(3, "big")[:size]] += 1
        for tick, _, kind, start, length in raw.others.tolist():
            if kind != 0x2F:
                found[int(tick * layout.scale), bytes((kind,)) + data[start : start + length]] += 1
    return found


def test_event_for_event_the_same_bytes_come_out() -> None:
    assert rewritten(everything()) == everything()
    odd = midi(track(off(0, 1, 99), on(3, 60), on(0, 60), on(0, 60, 0)))  # nothing is repaired on this way
    assert rewritten(odd) == odd


def test_through_a_song_every_event_of_the_everything_file_is_kept() -> None:
    opened = song_from_bytes(everything(), "x.mid")
    assert opened.report.is_exact
    written, _ = bytes_of(opened.song, {"preset": "as read"})
    assert not events_of(everything()) - events_of(written)
    again = song_from_bytes(written, "x.mid")
    assert again.song.tracks == opened.song.tracks
    assert again.song.timeline == opened.song.timeline
    assert Counter(again.song.foreign) == Counter(opened.song.foreign)
    assert again.report.is_exact
