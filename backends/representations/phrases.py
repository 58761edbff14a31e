"""Phrases <-> windows of a latent model: reading lines out of several, fitting lengths, and playing windows again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from backends.representations.drum_voices import NO_VOICE, VOICE_OF, hits_of, set_numbers
from backends.representations.drums import OUT_PITCHES, VOICE_COUNT
from backends.representations.melody import FIRST_PITCH, STEP_TICKS, MelodyCodec, read_line
from backends.representations.performing import Feel, data_feel, performed
from studio.errors import UnsupportedRequest
from studio.generation.describe import part_words
from studio.generation.latent import Line, Phrase
from studio.song.clip import Clip
from studio.song.notes import ROW, Rows, rows_from_columns
from studio.song.ticks import Span
from studio.words import tr

BAR_STEPS = 16
BASS_BELOW = 50
"""A part whose middle pitch lies lower is taken for the bass of a trio when nothing else tells."""

CODEC = MelodyCodec(21, 109, transposes=False)
"""The 88 keys of a piano, no event and note off: 90 classes (models.md 1.1)."""

Window = NDArray[np.int16]
"""Classes, [step, part]."""


@dataclass(frozen=True, slots=True, eq=False)
class Reading:
    """A phrase as a model sees it, and what that cost, in sentences."""

    window: Window
    remarks: tuple[str, ...] = ()


def read_phrase(phrase: Phrase, parts: Sequence[str], bars: int, line: Line = "skyline") -> Reading:
    """The first window of a phrase; a shorter one is repeated to fill it. UnsupportedRequest when it holds nothing that
    the model reads."""
    steps = bars * BAR_STEPS
    length = max(1, round(phrase.clip.length_ticks / STEP_TICKS))
    taken = min(length, steps)
    columns, remarks = [], []
    for name, rows in zip(parts, _rows_of_parts(phrase, parts, line), strict=True):
        column, said = _column(rows, taken, name, line)
        columns.append(column)
        remarks += said
    window = np.stack(columns, axis=1)
    if not any((window[:, at] > 0).any() for at in range(len(parts))):
        raise UnsupportedRequest(
            tr("{phrase} holds no {parts} to read.", phrase=_named(phrase), parts=tr(" or ").join(map(part_words, parts))),
            tr("Choose bars with notes in them."),
        )
    if length > steps:
        remarks.append(
            tr("{phrase} is longer than {bars} bars: its first {bars} bars were read.", phrase=_named(phrase), bars=bars)
        )
    elif length < steps:
        remarks.append(
            tr("{phrase} is shorter than {bars} bars: it was repeated to fill them.", phrase=_named(phrase), bars=bars)
        )
        whole = -(-taken // 4) * 4
        padded = np.concatenate([window, np.zeros((whole - taken, len(parts)), np.int16)])
        window = np.tile(padded, (-(-steps // whole), 1))[:steps]
    return Reading(window.astype(np.int16), tuple(dict.fromkeys(remarks)))


def _named(phrase: Phrase) -> str:
    return f"«{phrase.source}»" if phrase.source else tr("The phrase")


def _rows_of_parts(phrase: Phrase, parts: Sequence[str], line: Line) -> list[Rows]:
    """The notes that each part of the model reads."""
    pitched = [rows for at, rows in phrase.clip.parts if at not in phrase.drums and len(rows)]
    drums = [rows for at, rows in phrase.clip.parts if at in phrase.drums and len(rows)]
    bass: list[Rows] = []
    if "bass" in parts and len(pitched) > 1:
        lowest = min(range(len(pitched)), key=lambda at: float(np.median(pitched[at]["pitch"])))
        bass = [pitched.pop(lowest)]
    elif "bass" in parts and pitched and float(np.median(pitched[0]["pitch"])) < BASS_BELOW:
        bass = [pitched.pop()]
    melody = pitched[:1] if line == "track" else pitched
    held = {"melody": melody, "bass": bass, "drums": drums}
    return [np.concatenate(held[name]) if held[name] else np.zeros(0, ROW) for name in parts]


def _column(rows: Rows, steps: int, name: str, line: Line) -> tuple[NDArray[np.int16], list[str]]:
    span = Span(0, steps * STEP_TICKS)
    if name == "drums":
        return drum_numbers(rows, span), []
    turned = rows.copy()
    if line == "lowest":
        turned["pitch"] = 127 - rows["pitch"]
    reading = read_line(turned, span)
    found = reading.line
    if line == "lowest":
        found = np.where(found >= 0, 127 - found, found).astype(np.int16)
    return CODEC.events(found, 0), [str(remark) for remark in reading.remarks]


def drum_numbers(rows: Rows, span: Span, table: str = "general") -> NDArray[np.int16]:
    """The drum sets of the rows over the span, [step]; notes of no voice are left out."""
    voices = VOICE_OF[table][rows["pitch"]]
    steps = np.floor((rows["start"] - span.start_tick) / STEP_TICKS + 0.5).astype(np.int64)
    count = span.length_ticks // STEP_TICKS
    inside = (steps >= 0) & (steps < count) & (voices != NO_VOICE)
    hits = np.zeros((count, VOICE_COUNT), np.uint8)
    hits[steps[inside], voices[inside]] = 1
    return set_numbers(hits)


def onsets_of(windows: NDArray[np.int16], parts: Sequence[str]) -> NDArray[np.bool_]:
    """Where something begins, [window, step, part]."""
    least = np.array([1 if name == "drums" else FIRST_PITCH for name in parts])
    found: NDArray[np.bool_] = np.asarray(windows) >= least
    return found


# Windows to notes


def clip_of(window: Window, parts: Sequence[str], feel: Feel | None = None, seed: int = 0) -> Clip:
    """The window as notes, played as the training data are played or as `feel` says; equal windows, equal clips."""
    found = []
    for at, name in enumerate(parts):
        found.append((at, rows_of(window[:, at], name, 0, feel, np.random.default_rng([seed, at]))))
    return Clip(tuple(found), len(window) * STEP_TICKS)


def rows_of(column: NDArray[np.int16], name: str, start_tick: int, feel: Feel | None, rng: np.random.Generator) -> Rows:
    """One part of a window as notes that begin at a bar line."""
    if name == "drums":
        return drum_rows(column, start_tick, DrumFeel() if feel is None else DrumFeel(float(np.mean(feel.accents))))
    return performed(CODEC.line(column), start_tick, BAR_STEPS, data_feel() if feel is None else feel, rng)


@dataclass(frozen=True, slots=True)
class DrumFeel:
    """How loud drums are: a middle velocity, more on beats, less between them."""

    centre: float = 88.0


def drum_rows(numbers: NDArray[np.int16], start_tick: int, feel: DrumFeel) -> Rows:
    """Hits of drum sets [step], half a sixteenth long."""
    hits = hits_of(numbers)
    steps, voices = np.nonzero(hits)
    accent = np.select([steps % BAR_STEPS == 0, steps % 4 == 0, steps % 2 == 0], [12, 6, -4], -14)
    quiet = np.isin(voices, (2, 8)) * -8
    velocities = np.clip(np.rint(feel.centre + accent + quiet), 1, 127).astype(np.int64)
    pitches = OUT_PITCHES[voices]
    return rows_from_columns(start_tick + steps * STEP_TICKS, np.full(len(steps), STEP_TICKS // 2), pitches, velocities)
