"""Note names: by which letters and octave numbers the user knows notes. Files and requests always say C, F#, Bb."""

from __future__ import annotations

import os

ENGLISH, GERMAN, SOLFEGE = "english", "german", "solfege"
LETTERS: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    ENGLISH: (
        ("C", "C#", "D", "D#", "E", "F", "F#", "G", "G#", "A", "A#", "B"),
        ("C", "Db", "D", "Eb", "E", "F", "Gb", "G", "Ab", "A", "Bb", "B"),
    ),
    GERMAN: (
        ("C", "Cis", "D", "Dis", "E", "F", "Fis", "G", "Gis", "A", "Ais", "H"),
        ("C", "Des", "D", "Es", "E", "F", "Ges", "G", "As", "A", "B", "H"),
    ),
    SOLFEGE: (
        ("Do", "Do#", "Re", "Re#", "Mi", "Fa", "Fa#", "Sol", "Sol#", "La", "La#", "Si"),
        ("Do", "Reb", "Re", "Mib", "Mi", "Fa", "Solb", "Sol", "Lab", "La", "Sib", "Si"),
    ),
}
"""The twelve pitch classes with sharps and with flats."""
MIDDLE_CS = (4, 3)
VARIABLE = "RICERCAR_NOTES"
"""Child processes, whose remarks name notes too, learn of it from the environment."""

_present = (ENGLISH, MIDDLE_CS[0])


def use(letters: str, middle_c: int) -> None:
    """From now on notes are called so, here and in the processes begun from here."""
    global _present  # noqa: PLW0603 - one way of naming for the whole program, as it has one language
    _present = (letters if letters in LETTERS else ENGLISH, middle_c if middle_c in MIDDLE_CS else MIDDLE_CS[0])
    os.environ[VARIABLE] = f"{_present[0]} {_present[1]}"


def use_as_told() -> None:
    """Name notes as the environment says."""
    letters, _, octave = os.environ.get(VARIABLE, "").partition(" ")
    if octave.isdigit():
        use(letters, int(octave))


def present() -> tuple[str, int]:
    """The way of naming in force: pictures that show names belong to it."""
    return _present


def class_name(pitch_class: int, *, flats: bool) -> str:
    return LETTERS[_present[0]][flats][pitch_class % 12]


def name(pitch: int, *, flats: bool = False) -> str:
    """Such as C4 for 60, or C3 where middle C is C3."""
    return f"{class_name(pitch, flats=flats)}{pitch // 12 + _present[1] - 5}"


def read(text: str) -> int | None:
    """The pitch that is called so; None when none is, beyond MIDI's range too."""
    wanted = text.strip().replace("♯", "#").replace("♭", "b").casefold()
    for pitch in range(-12, 140):
        if wanted in (name(pitch).casefold(), name(pitch, flats=True).casefold()):
            return pitch
    return None
