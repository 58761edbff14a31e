"""Lines -> windows of a fixed number of bars to learn from: each once, up to transposition, none in two parts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from backends.representations.melody import FIRST_PITCH, NOTE_OFF
from backends.representations.phrases import CODEC
from backends.training.corpus import PARTS
from backends.training.latent_lines import BAR, KINDS, Line, Lines

CLASSES: Mapping[str, int] = {"melody": CODEC.class_count, "bass": CODEC.class_count, "drums": 512}

FEWEST_NOTES: Mapping[str, int] = {"melody": 3, "bass": 2, "drums": 4}
"""Fewest attacks (steps with a hit) of a part for every two bars of a window."""

Windows = NDArray[np.int16]
"""Classes, [window, step, part]."""


@dataclass(frozen=True, slots=True, eq=False)
class WindowSet:
    """The three parts by name; `folders` counts training windows per folder."""

    parts: Mapping[str, Windows]
    counts: Mapping[str, int] = field(default_factory=dict)
    folders: Mapping[int, int] = field(default_factory=dict)

    def described(self) -> str:
        return ", ".join(f"{part} {len(held)} windows" for part, held in self.parts.items())


def windows_of(lines: Lines, names: tuple[str, ...], bars: int, hop: int = 1) -> WindowSet:
    """Windows of `bars` bars every `hop` bars. What a window shares with one before it (up to transposition, training
    part first) is dropped: so nothing held out was learnt from."""
    counts: Counter[str] = Counter()
    folders: Counter[int] = Counter()
    held: dict[str, list[Windows]] = {part: [] for part in PARTS}
    seen: set[bytes] = set()
    for at, part in enumerate(PARTS):
        for song, piece in _pieces(lines, names, at):
            for first in range(0, len(piece) - bars * BAR + 1, hop * BAR):
                window = piece[first : first + bars * BAR]
                if not _is_music(window, names, bars):
                    counts["sparse"] += 1
                    continue
                key = hash_of(window, names)
                if key in seen:
                    counts["doubles"] += 1
                    continue
                seen.add(key)
                held[part].append(window)
                if at == 0:
                    folders[int(lines.folders[song])] += 1
    empty = np.zeros((0, bars * BAR, len(names)), np.int16)
    return WindowSet({part: np.stack(found) if found else empty for part, found in held.items()}, dict(counts), dict(folders))


def _pieces(lines: Lines, names: tuple[str, ...], part: int) -> Iterator[tuple[int, NDArray[np.int16]]]:
    """Lines of one part of the split as classes [step, part name]: each alone, or those that sound together."""
    if len(names) == 1:
        for line in lines.of(names[0]):
            if lines.parts[line.song] == part:
                yield line.song, classes_of(line)[:, None]
        return
    together: dict[tuple[int, int], dict[int, Line]] = {}
    for line in lines.lines:
        if lines.parts[line.song] == part:
            together.setdefault((line.song, line.stretch), {}).setdefault(line.kind, line)
    wanted = [KINDS.index(name) for name in names]
    for (song, _), found in together.items():
        if all(kind in found for kind in wanted):
            yield song, np.stack([classes_of(found[kind]) for kind in wanted], axis=1)


def classes_of(line: Line) -> NDArray[np.int16]:
    """Drum sets as they are; a melody over the 88 keys."""
    return line.values if KINDS[line.kind] == "drums" else CODEC.events(line.values, 0)


def _is_music(window: NDArray[np.int16], names: tuple[str, ...], bars: int) -> bool:
    for at, name in enumerate(names):
        starts: NDArray[np.bool_] = np.greater(window[:, at], 0 if name == "drums" else NOTE_OFF)
        if starts.sum() * 2 < FEWEST_NOTES[name] * bars or not starts[: len(starts) // 2].any():
            return False
    return True


def hash_of(window: NDArray[np.int16], names: tuple[str, ...]) -> bytes:
    """The window with its first pitch moved to a fixed one: equal for transpositions."""
    same = window.astype(np.int16)
    pitched = [at for at, name in enumerate(names) if name != "drums"]
    notes = same[:, pitched] >= FIRST_PITCH
    if notes.any():
        first = same[:, pitched][notes][0]
        same[:, pitched] = np.where(notes, same[:, pitched] - first + 1000, same[:, pitched])
    return same.tobytes()


def transposed(windows: Windows, names: tuple[str, ...], shifts: NDArray[Any]) -> Windows:
    """Each window moved by its shift in semitones, drums apart; one that would leave the range stays."""
    found = windows.copy()
    for at, name in enumerate(names):
        if name == "drums":
            continue
        part = windows[:, :, at]
        moved = np.where(part >= FIRST_PITCH, part + shifts[:, None], part)
        stays = np.logical_or(part < FIRST_PITCH, np.logical_and(moved >= FIRST_PITCH, moved < CLASSES[name]))
        fits = np.all(stays, axis=1)
        found[:, :, at] = np.where(fits[:, None], moved, part)
    return found
