"""How pitches are spelled: by the line of fifths, near to the key (after Temperley, "The Cognition of Basic Musical
Structures", 2001, chapter 5: a pitch is heard as the spelling that lies nearest to those around it)."""

from __future__ import annotations

from studio.song.harmony import Key

_LETTERS = "FCGDAEB"
_STEPS = {"C": 0, "D": 2, "E": 4, "F": 5, "G": 7, "A": 9, "B": 11}
_CENTRE = 2
"""The notes of a major scale stand from one fifth below its tonic to five above: around two above."""


def spelled(pitch: int, key: Key | None) -> tuple[str, int, int]:
    """Letter, alteration in semitones and octave of a MIDI pitch in a key (C major where there is none)."""
    centre = (key.sharps if key is not None else 0) + _CENTRE
    place = centre + (((pitch * 7) % 12 - centre + 6) % 12 - 6)
    letter, alteration = _LETTERS[(place + 1) % 7], (place + 1) // 7
    octave = (pitch - alteration - _STEPS[letter]) // 12 - 1
    if octave < 0 <= pitch // 12 - 1:  # a B sharp below C0
        return "C", pitch % 12, 0
    return letter, alteration, octave


def signature(key: Key) -> tuple[int, str]:
    """Fifths and mode as MusicXML names them; a scale it has no name for is written as the signature alone."""
    modes = {"harmonic minor": "minor", "melodic minor": "minor", "chromatic": "none"}
    return key.sharps, modes.get(key.scale, key.scale)
