"""Read a written MIDI file again and compare it with what was to be written (EX-16)."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from studio.errors import RicercarError, UnwritableFile
from studio.files.midi.plan import Plan, PlannedTrack
from studio.files.midi.reading import song_from_bytes
from studio.files.midi.wire import plural
from studio.song.song import Track
from studio.words import tr


def verify(path: Path, plan: Plan, name: str) -> None:
    """UnwritableFile where notes, tempo, meter, sounds or names in the file differ from the plan."""
    try:
        found = song_from_bytes(path.read_bytes(), name).song
    except RicercarError as problem:
        raise _mismatch(name, tr("it cannot be read again ({problem})", problem=problem.message)) from problem
    if len(found.tracks) != len(plan.tracks):
        raise _mismatch(
            name, tr("it holds {tracks} instead of {count}", tracks=plural(len(found.tracks), "track"), count=len(plan.tracks))
        )
    for planned, track in zip(plan.tracks, found.tracks, strict=True):
        rows = track.notes.rows
        same = len(rows) == len(planned.rows) and all(
            np.array_equal(rows[column], planned.rows[column]) for column in ("start", "length", "pitch", "velocity")
        )
        if not same:
            raise _mismatch(name, tr("the notes of «{planned}» differ", planned=planned.name))
        if track.name != planned.name:
            raise _mismatch(name, tr("«{planned}» is called «{track}» there", planned=planned.name, track=track.name))
        if track.instrument.is_drum != planned.instrument.is_drum or (len(rows) and _sound(track) != _sound(planned)):
            raise _mismatch(name, tr("«{planned}» has another sound there", planned=planned.name))
    if plan.settings["tempo"] and found.timeline.tempos != plan.song.timeline.tempo_steps:
        raise _mismatch(name, tr("the tempo differs"))
    if plan.settings["tempo"] and found.timeline.meters != plan.song.timeline.meters:
        raise _mismatch(name, tr("the time signatures differ"))


def _sound(of: Track | PlannedTrack) -> tuple[int, int]:
    return of.instrument.bank, of.instrument.program


def _mismatch(name: str, what: str) -> UnwritableFile:
    return UnwritableFile(
        tr("«{name}» was not saved: written and read again, {what}.", name=name, what=what),
        tr("Please report this; the song is unharmed."),
    )
