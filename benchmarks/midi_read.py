"""Reading a MIDI file of 100 000 notes, and one of a million events, against pretty_midi, mido and symusic."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from frame import Case, Goal, main
from midi_file import NOTES, big_file, big_path

from studio.files.formats.midi import read
from studio.files.midi.reading import song_from_bytes
from studio.files.report import Opened

MILLION_EVENTS_NOTES = 475_000


def million() -> bytes:
    return big_file(MILLION_EVENTS_NOTES)


def check(opened: Opened) -> None:
    assert opened.song.note_count == NOTES, opened.song.note_count
    assert not opened.report.dropped, opened.report.dropped


def check_million(opened: Opened) -> None:
    assert opened.report.events >= 990_000, opened.report.events


def peer_pretty_midi() -> Any:
    import pretty_midi

    return lambda path: pretty_midi.PrettyMIDI(str(path))


def peer_mido() -> Any:
    import mido

    return mido.MidiFile


def peer_symusic() -> Any:
    import symusic

    return lambda path: symusic.Score(str(path))


def peer(name: str, setup: Any) -> Case:
    return Case(name, setup, lambda load: load(big_path()), NOTES, "note")


def cases() -> list[Case]:
    goals = (Goal("pretty_midi", "speed", 6), Goal("pretty_midi", "time", 0.25), Goal("mido", "speed", 4))
    path: Path = big_path()
    return [
        Case("ours", lambda: path, read, NOTES, "note", goals, check),
        Case(
            "ours, 10^6 events", million, lambda data: song_from_bytes(data, "million.mid"), 1e6, "event",
            (Goal("", "seconds", 3),), check_million,
        ),
        peer("pretty_midi", peer_pretty_midi),
        peer("mido", peer_mido),
        peer("symusic", peer_symusic),
    ]  # fmt: skip


if __name__ == "__main__":
    main("midi_read", cases)
