"""Reading a MIDI file of 100 000 notes, one of a million events, and a mix of real ones, against pretty_midi, mido and symusic.

The mix is of the training sets beside the repository; without them its cases are skipped.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from frame import Case, Goal, main
from midi_file import NOTES, big_file, big_path

from studio.files.formats.midi import read
from studio.files.midi.reading import song_from_bytes
from studio.files.report import Opened

MILLION_EVENTS_NOTES = 475_000
SETS, EACH = ("nottingham", "groove", "game_midi", "pop909", "lpd_multitrack", "maestro"), 8


def million() -> bytes:
    return big_file(MILLION_EVENTS_NOTES)


def mixed() -> list[Path]:
    import pytest

    from tests.training_sets import midi_files

    try:
        return [path for name in SETS for path in midi_files(name, EACH)]
    except pytest.skip.Exception as absent:
        raise ImportError(str(absent)) from absent


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


def mixed_case(name: str, load: Callable[[], Callable[[Any], Any]], goals: tuple[Goal, ...] = ()) -> Case:
    def setup() -> tuple[list[Path], Callable[[Any], Any]]:
        return mixed(), load()

    def chunk(given: tuple[list[Path], Callable[[Any], Any]]) -> int:
        files, open_one = given
        for path in files:
            open_one(path)
        return len(files)

    return Case(name, setup, chunk, len(SETS) * EACH, "file", goals)


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
        mixed_case(
            "ours, real files", lambda: read,
            (Goal("pretty_midi, real files", "speed", 6), Goal("mido, real files", "speed", 4)),
        ),
        mixed_case("pretty_midi, real files", peer_pretty_midi),
        mixed_case("mido, real files", peer_mido),
        mixed_case("symusic, real files", peer_symusic),
    ]  # fmt: skip


if __name__ == "__main__":
    main("midi_read", cases)
