"""Constraint: what must hold of the notes that a take writes on a track, whatever model makes it (workstation.md 6.1)."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Constraint:
    """What a composer demands of one written track; None and False leave it free.

    `least_per_bar` and `most_per_bar` count notes; lengths are in ticks; `polyphony` is how many notes may sound at once.
    `keeps_rhythm` keeps the onsets and lengths that are there and lets only pitches change, `keeps_pitches` the other way
    round. `follows` is the id of a track whose chords the notes belong to.
    """

    track_id: int
    low_pitch: int | None = None
    high_pitch: int | None = None
    least_per_bar: float | None = None
    most_per_bar: float | None = None
    polyphony: int | None = None
    shortest_ticks: int | None = None
    longest_ticks: int | None = None
    keeps_rhythm: bool = False
    keeps_pitches: bool = False
    follows: int | None = None

    @property
    def is_free(self) -> bool:
        """Whether it demands nothing."""
        return self == Constraint(self.track_id)
