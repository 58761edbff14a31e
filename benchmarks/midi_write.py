"""Writing a song of 100 000 notes to a MIDI file, with and without reading it back, against pretty_midi, mido and symusic."""

from __future__ import annotations

import io
from typing import Any

from frame import Case, Goal, main
from midi_file import NOTES, big_path

from studio.files.formats.midi import read, write
from studio.files.midi.writing import bytes_of
from studio.song.song import Song


def song() -> Song:
    return read(big_path()).song


def write_and_verify(made: Song) -> None:
    write(made, big_path().with_name("ours.mid"), {"preset": "as read"})


def peer_pretty_midi() -> Any:
    import pretty_midi

    return pretty_midi.PrettyMIDI(str(big_path()))


def peer_mido() -> Any:
    import mido

    return mido.MidiFile(big_path())


def peer_symusic() -> Any:
    import symusic

    return symusic.Score(str(big_path()))


def check(output: Any) -> None:
    assert len(output[0]) > 8 * NOTES


def cases() -> list[Case]:
    goals = (Goal("pretty_midi", "speed", 10),)
    return [
        Case("ours", song, lambda made: bytes_of(made, {"preset": "as read"}), NOTES, "note", goals, check),
        Case("ours, to disk, read back", song, write_and_verify, NOTES, "note"),
        Case("pretty_midi", peer_pretty_midi, lambda midi: midi.write(io.BytesIO()), NOTES, "note"),
        Case("mido", peer_mido, lambda midi: midi.save(file=io.BytesIO()), NOTES, "note"),
        Case("symusic", peer_symusic, lambda score: score.dumps_midi(), NOTES, "note"),
    ]


if __name__ == "__main__":
    main("midi_write", cases)
