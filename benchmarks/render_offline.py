"""Three minutes of eight tracks to a WAV file: the whole `ricercar render` command against fluidsynth's own command line.

Both read the same MIDI file, load the same SoundFont (FluidR3_GM where it is installed) and write 48 kHz; both are timed
from the start of their process to its end, reverb and chorus on. Each computes in one thread, so processor time is compared.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
import wave
from pathlib import Path

import numpy as np
from frame import ROOT, Case, Goal, main

from studio.audio.soundfonts import find
from studio.files.formats.midi import write
from studio.song import Instrument, Note, Notes, Song, Track

BARS, SECONDS, SEED = 90, 180, 8
PROGRAMS = ((0, 8, 60), (33, 8, 38), (48, 4, 62), (25, 16, 55), (19, 4, 50), (73, 8, 74), (61, 4, 58), (0, 24, 40))
"""Program, notes a bar and middle pitch of each track; the last one plays the drums."""
TARGET = Path(tempfile.gettempdir()) / "ricercar-benchmarks"


def song() -> Song:
    chance = np.random.default_rng(SEED)
    tracks = []
    for number, (program, per_bar, centre) in enumerate(PROGRAMS):
        step = 3840 // per_bar
        notes = [
            Note(
                at * step,
                int(step * chance.uniform(0.4, 1.2)),
                int(centre + chance.integers(-10, 11)),
                int(chance.integers(50, 110)),
                id=10_000 * number + 10 * at + voice,
            )
            for at in range(BARS * per_bar)
            for voice in range(1 + int(chance.integers(0, 3)))
        ]
        laid = Notes.EMPTY.laid(Notes.of(notes).rows)
        tracks.append(Track(number + 1, f"Track {number + 1}", number, Instrument(program, 0, number == 7), notes=laid))
    return Song("Three minutes", tuple(tracks), next_id=100_000)


def midi_file() -> Path:
    TARGET.mkdir(exist_ok=True)
    path = TARGET / "three-minutes.mid"
    write(song(), path, {})
    return path


def peer_file() -> Path:
    if shutil.which("fluidsynth") is None:
        raise ImportError("the fluidsynth command")
    return midi_file()


def ours(path: Path) -> Path:
    target = TARGET / "ours.wav"
    command = [sys.executable, "-m", "studio", "render", str(path), "-o", str(target), "--rate", "48000"]
    subprocess.run([*command, "--soundfont", str(find())], check=True, cwd=ROOT)
    return target


def theirs(path: Path) -> Path:
    target = TARGET / "theirs.wav"
    command = ["fluidsynth", "-ni", "-q", "-r", "48000", "-T", "wav", "-F", str(target), str(find()), str(path)]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    return target


def check(target: Path) -> None:
    with wave.open(str(target)) as made:
        assert SECONDS - 5 < made.getnframes() / made.getframerate() < SECONDS + 30
        assert max(made.readframes(480_000)) > 0


def cases() -> list[Case]:
    goals = (Goal("fluidsynth -F", "time", 1.2),)
    return [
        Case("ricercar render", midi_file, ours, SECONDS, "second", goals, check),
        Case("fluidsynth -F", peer_file, theirs, SECONDS, "second", (), check),
    ]


if __name__ == "__main__":
    main("render_offline", cases)
