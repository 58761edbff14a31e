"""Read a written MIDI file again and compare it with what was to be written (EX-16)."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from studio.errors import RicercarError, UnwritableFile
from studio.files.midi.plan import Plan
from studio.files.midi.reading import song_from_bytes
from studio.files.midi.wire import plural


def verify(path: Path, plan: Plan, name: str) -> None:
    """UnwritableFile where notes, tempo or names in the file differ from the plan."""
    try:
        found = song_from_bytes(path.read_bytes(), name).song
    except RicercarError as problem:
        raise _mismatch(name, f"it cannot be read again ({problem.message})") from problem
    if len(found.tracks) != len(plan.tracks):
        raise _mismatch(name, f"it holds {plural(len(found.tracks), 'track')} instead of {len(plan.tracks)}")
    for planned, track in zip(plan.tracks, found.tracks, strict=True):
        rows = track.notes.rows
        same = len(rows) == len(planned.rows) and all(
            np.array_equal(rows[column], planned.rows[column]) for column in ("start", "length", "pitch", "velocity")
        )
        if not same:
            raise _mismatch(name, f"the notes of «{planned.name}» differ")
        if track.name != planned.name:
            raise _mismatch(name, f"«{planned.name}» is called «{track.name}» there")
    if plan.settings["tempo"] and found.timeline.tempos != plan.song.timeline.tempo_steps:
        raise _mismatch(name, "the tempo differs")


def _mismatch(name: str, what: str) -> UnwritableFile:
    return UnwritableFile(f"«{name}» was not saved: written and read again, {what}.", "Please report this; the song is unharmed.")
