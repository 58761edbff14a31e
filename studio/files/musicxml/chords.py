"""Chord symbols of MusicXML as a musician writes them: Bb7/D, F#m7b5."""

from __future__ import annotations

from studio.files.musicxml.tree import Node

_KINDS = {
    "major": "", "minor": "m", "augmented": "+", "diminished": "dim", "dominant": "7", "major-seventh": "maj7",
    "minor-seventh": "m7", "diminished-seventh": "dim7", "augmented-seventh": "+7", "half-diminished": "m7b5",
    "major-minor": "m(maj7)", "major-sixth": "6", "minor-sixth": "m6", "dominant-ninth": "9", "major-ninth": "maj9",
    "minor-ninth": "m9", "dominant-11th": "11", "major-11th": "maj11", "minor-11th": "m11", "dominant-13th": "13",
    "major-13th": "maj13", "minor-13th": "m13", "suspended-second": "sus2", "suspended-fourth": "sus4", "power": "5",
}  # fmt: skip
_ALTERS = {"-2": "bb", "-1": "b", "0": "", "": "", "1": "#", "2": "##"}


def chord_name(node: Node) -> str:
    """The symbol's text; empty where there is no root ("N.C." for an explicit none)."""
    root = node.child("root")
    kind = node.words("kind")
    if kind == "none":
        return "N.C."
    if root is None or not root.words("root-step"):
        return ""
    name = root.words("root-step")[:1] + _ALTERS.get(root.words("root-alter"), "")
    name += _KINDS.get(kind, "")
    for degree in node.all("degree"):
        sign, value = _ALTERS.get(degree.words("degree-alter"), ""), degree.words("degree-value")[:2]
        name += f"no{value}" if degree.words("degree-type") == "subtract" else f"{sign or 'add'}{value}"
    bass = node.child("bass")
    if bass is not None and bass.words("bass-step"):
        name += "/" + bass.words("bass-step")[:1] + _ALTERS.get(bass.words("bass-alter"), "")
    return name
