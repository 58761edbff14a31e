"""AudioClip: a sound on an audio track, with its place, trim, gain and fades."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class AudioClip:
    """`sha256` names the sound file in the project; times inside the sound are in seconds, its place in ticks."""

    id: int
    sha256: str
    start_tick: int
    duration_s: float
    trim_s: float = 0.0
    gain_db: float = 0.0
    fade_in_s: float = 0.005
    fade_out_s: float = 0.005
    origin: int = 0
