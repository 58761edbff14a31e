"""What constraints forbid a melody model while it draws: onsets off a kept rhythm, tones foreign to the chords it follows."""

from __future__ import annotations

import numpy as np

from backends.representations.melody import FIRST_PITCH, NO_EVENT, NOTE_OFF, STEP_TICKS
from backends.representations.scene import Scene
from backends.sampling import NEVER, Floats
from studio.generation import metric
from studio.generation.binding import Bound, bound
from studio.generation.contract import Request


def demanded_penalties(request: Request, scene: Scene, pitches: range, classes: int) -> Floats:
    """What each event pays at each step of the region, [step, event]; `pitches`: those of the events from FIRST_PITCH on."""
    table = np.zeros((scene.step_count, classes), np.float32)
    held = next((each for each in bound(request) if each.track.id == scene.track_id), None)
    if held is not None and held.constraint.keeps_rhythm:
        _keep_rhythm(table, held, scene)
    if held is not None and held.chords is not None:
        _follow(table, held, scene, pitches)
    return table


def _keep_rhythm(table: Floats, held: Bound, scene: Scene) -> None:
    """Notes begin where they begin in the song, and nowhere else."""
    steps = np.floor((held.there["start"] - scene.start_tick) / STEP_TICKS + 0.5).astype(np.int64)
    begins = np.zeros(len(table), bool)
    begins[steps[(steps >= 0) & (steps < len(table))]] = True
    table[~begins, FIRST_PITCH:] = NEVER
    table[begins, NO_EVENT] = NEVER
    table[begins, NOTE_OFF] = NEVER


def _follow(table: Floats, held: Bound, scene: Scene, pitches: range) -> None:
    """On a beat only tones of the chord begin."""
    ticks = scene.start_tick + np.arange(len(table)) * STEP_TICKS
    strong = metric.weights(held.song.timeline, ticks) >= metric.ON_BEAT
    for step in np.flatnonzero(strong).tolist():
        chord = held.chords.at(int(ticks[step])) if held.chords is not None else frozenset()
        foreign = [at for at, pitch in enumerate(pitches, FIRST_PITCH) if pitch % 12 not in chord]
        if chord:
            table[step, foreign] = NEVER
