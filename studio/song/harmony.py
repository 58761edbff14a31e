"""Key, scale and chord, and how pitches are named."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from studio import note_names
from studio.words import mark, tr

PITCH_CLASSES = ("C", "Db", "D", "Eb", "E", "F", "Gb", "G", "Ab", "A", "Bb", "B")
SHARP_CLASSES = ("C", "C#", "D", "D#", "E", "F", "F#", "G", "G#", "A", "A#", "B")
_LETTERS = {"C": 0, "D": 2, "E": 4, "F": 5, "G": 7, "A": 9, "B": 11}

SCALES: dict[str, tuple[int, ...]] = {
    mark("major"): (0, 2, 4, 5, 7, 9, 11),
    mark("minor"): (0, 2, 3, 5, 7, 8, 10),
    mark("harmonic minor"): (0, 2, 3, 5, 7, 8, 11),
    mark("melodic minor"): (0, 2, 3, 5, 7, 9, 11),
    mark("dorian"): (0, 2, 3, 5, 7, 9, 10),
    mark("phrygian"): (0, 1, 3, 5, 7, 8, 10),
    mark("lydian"): (0, 2, 4, 6, 7, 9, 11),
    mark("mixolydian"): (0, 2, 4, 5, 7, 9, 10),
    mark("locrian"): (0, 1, 3, 5, 6, 8, 10),
    mark("chromatic"): tuple(range(12)),
}
"""Steps above the tonic in semitones; "minor" is the natural minor, "melodic minor" the ascending form."""

MINOR_LIKE = ("minor", "harmonic minor", "melodic minor", "dorian", "phrygian", "locrian")

# Krumhansl and Kessler, "Tracing the dynamic changes in perceived tonal organization", 1982: probe-tone ratings.
_MAJOR_PROFILE = (6.35, 2.23, 3.48, 2.33, 4.38, 4.09, 2.52, 5.19, 2.39, 3.66, 2.29, 2.88)
_MINOR_PROFILE = (6.33, 2.68, 3.52, 5.38, 2.60, 3.53, 2.54, 4.75, 3.98, 2.69, 3.34, 3.17)


@dataclass(frozen=True, slots=True)
class Key:
    """A tonic (pitch class, 0 = C) and the name of a scale in SCALES."""

    tonic: int
    scale: str = "major"

    def __post_init__(self) -> None:
        if not 0 <= self.tonic < 12 or self.scale not in SCALES:
            raise ValueError(f"no such key: {self.tonic} {self.scale}")

    @property
    def pitch_classes(self) -> frozenset[int]:
        return frozenset((self.tonic + step) % 12 for step in SCALES[self.scale])

    @property
    def name(self) -> str:
        return f"{PITCH_CLASSES[self.tonic] if self.prefers_flats else SHARP_CLASSES[self.tonic]} {self.scale}"

    @property
    def sharps(self) -> int:
        """Sharps (positive) or flats (negative) of the nearest key signature, -6 to 6."""
        offset = {"minor": 3, "harmonic minor": 3, "melodic minor": 3, "dorian": 10, "phrygian": 8}
        offset |= {"lydian": 7, "mixolydian": 5, "locrian": 1}
        fifths = ((self.tonic + offset.get(self.scale, 0)) * 7) % 12
        return fifths - 12 if fifths > 6 else fifths

    @property
    def prefers_flats(self) -> bool:
        return self.sharps < 0

    def moved(self, semitones: int) -> Key:
        return Key((self.tonic + semitones) % 12, self.scale)

    @classmethod
    def from_signature(cls, sharps: int, minor: bool) -> Key:
        """The key of a MIDI key signature (sharps -7 to 7)."""
        tonic = (sharps * 7) % 12
        return cls((tonic + 9) % 12, "minor") if minor else cls(tonic, "major")

    @classmethod
    def named(cls, text: str) -> Key:
        """Read "C", "f# minor", "Bb dorian", "Am"; ValueError when it is no key."""
        words = text.strip().split(maxsplit=1)
        if not words:
            raise ValueError("no key given")
        head, scale = words[0], words[1].lower() if len(words) > 1 else ""
        minor_mark = head.endswith("m") and len(head) > 1
        head = head[:-1] if minor_mark else head
        tonic = pitch_class_named(head)
        names = {"": "minor" if minor_mark else "major", "natural minor": "minor", "aeolian": "minor", "ionian": "major"}
        return cls(tonic, names.get(scale, scale))


def pitch_class_named(text: str) -> int:
    """The pitch class of "C", "F#", "Bb"; ValueError otherwise."""
    letter = text[:1].upper()
    if letter not in _LETTERS or any(mark not in "#b" for mark in text[1:]):
        raise ValueError(f"no such pitch class: {text!r}")
    return (_LETTERS[letter] + text.count("#", 1) - text.count("b", 1)) % 12


def pitch_name(pitch: int, flats: bool = False) -> str:
    """Such as C4 for 60, as the user calls notes."""
    return note_names.name(pitch, flats=flats)


def key_words(key: Key) -> str:
    """A key as the user calls it, such as "Eb major" or "Es-Dur"; `Key.name` is what files and requests say."""
    return tr("{tonic} {scale}", tonic=note_names.class_name(key.tonic, flats=key.prefers_flats), scale=tr(key.scale))


def estimate_key(pitches: ArrayLike, weights: ArrayLike | None = None) -> Key | None:
    """The major or minor key whose profile correlates best with the weighted pitch classes; None without notes.

    Krumhansl, "Cognitive Foundations of Musical Pitch", 1990, chapter 4.
    """
    classes = np.asarray(pitches, dtype=np.int64) % 12
    if not classes.size:
        return None
    histogram = np.bincount(classes, weights=None if weights is None else np.asarray(weights, float), minlength=12)
    best = max(_key_scores(histogram.astype(float)), key=lambda scored: scored[0])
    return best[1]


def _key_scores(histogram: np.ndarray[tuple[int], np.dtype[np.float64]]) -> list[tuple[float, Key]]:
    scores = []
    for scale, profile in (("major", _MAJOR_PROFILE), ("minor", _MINOR_PROFILE)):
        for tonic in range(12):
            rotated = np.roll(np.array(profile), tonic)
            centred, shape = histogram - histogram.mean(), rotated - rotated.mean()
            norm = float(np.sqrt((centred**2).sum() * (shape**2).sum()))
            scores.append((float((centred * shape).sum()) / norm if norm else 0.0, Key(tonic, scale)))
    return scores
