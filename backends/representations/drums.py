"""Drums on the grid of sixteenths: nine voices, each with hit, velocity and offset; and what the grid cannot hold.

Offsets are fractions of a sixteenth and positive when the hit is *later* than the grid (GrooVAE's own data say the
opposite). Tempo stays outside. Two tables bring MIDI pitches to voices: that of the Groove data's kit, and one for all of
General MIDI; the pitch played is kept beside the voice, so that a round trip gives back the same sound.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from backends.representations.codec import Remark
from studio.song.notes import ROW, Rows, sorted_rows
from studio.words import counted, tr

STEP_TICKS = 240
BAR_STEPS = 16
WINDOW_STEPS = 32
VOICES = ("kick", "snare", "closed hat", "open hat", "low tom", "mid tom", "high tom", "crash", "ride")
VOICE_COUNT = len(VOICES)
OUT_PITCHES = np.array([36, 38, 42, 46, 43, 47, 50, 49, 51], np.uint8)
"""What a new hit of each voice is written as; in every table these fall into the same voice."""

TAP_VOICE = 3
"""The one channel that a tapped rhythm stands in (GrooVAE: the open hat)."""

_KIT = ((36,), (38, 37, 40), (42, 22, 44), (46, 26), (43, 58), (47, 45), (50, 48), (49, 52, 55, 57), (51, 53, 59))
_GENERAL = (
    (36, 35),
    (38, 27, 28, 31, 32, 33, 34, 37, 39, 40, 56, 65, 66, 75, 85),
    (42, 44, 54, 68, 69, 70, 71, 73, 78, 80, 22),
    (46, 67, 72, 74, 79, 81, 26),
    (45, 29, 41, 43, 61, 64, 84),
    (48, 47, 60, 63, 77, 86, 87),
    (50, 30, 62, 76, 83),
    (49, 52, 55, 57, 58),
    (51, 53, 59, 82),
)


def _table(pitches: tuple[tuple[int, ...], ...]) -> Mapping[int, int]:
    return MappingProxyType({pitch: voice for voice, held in enumerate(pitches) for pitch in held})


KIT = _table(_KIT)
GENERAL_MIDI = _table(_GENERAL)
TABLES: Mapping[str, Mapping[int, int]] = MappingProxyType({"kit": KIT, "general": GENERAL_MIDI})

Cells = NDArray[np.float32]
"""[step, voice]."""


@dataclass(frozen=True, slots=True, eq=False)
class Groove:
    """Drums on the grid, each array [step, voice]. Velocities 0..1 (of 127), offsets -0.5..0.5 of a sixteenth, pitches 0
    where nothing is hit; velocity and offset are 0 there too."""

    hits: NDArray[np.bool_]
    velocities: Cells
    offsets: Cells
    pitches: NDArray[np.uint8]

    @property
    def step_count(self) -> int:
        return len(self.hits)

    @property
    def stacked(self) -> NDArray[np.float32]:
        """Hits, velocities, offsets (doubled, -1..1) side by side, [step, 27]: what networks see."""
        return np.concatenate([self.hits.astype(np.float32), self.velocities, 2 * self.offsets], axis=1)

    def part(self, first: int, count: int) -> Groove:
        """`count` steps from `first` on; silence where it reaches past the end."""
        kept, missing = slice(first, first + count), max(0, first + count - self.step_count)
        return Groove(
            np.pad(self.hits[kept], ((0, missing), (0, 0))),
            np.pad(self.velocities[kept], ((0, missing), (0, 0))),
            np.pad(self.offsets[kept], ((0, missing), (0, 0))),
            np.pad(self.pitches[kept], ((0, missing), (0, 0))),
        )


def groove_of(
    hits: NDArray[np.bool_],
    velocities: NDArray[np.floating],
    offsets: NDArray[np.floating],
    pitches: NDArray[np.uint8] | None = None,
) -> Groove:
    """Velocities and offsets brought into range, nothing beside hits; pitches are those written when not given."""
    if pitches is None:
        pitches = np.broadcast_to(OUT_PITCHES, hits.shape)
    chosen = np.where(pitches > 0, pitches, OUT_PITCHES)
    return Groove(
        hits.astype(bool),
        np.where(hits, np.clip(velocities, 1 / 127, 1), 0).astype(np.float32),
        np.where(hits, np.clip(offsets, -0.5, 0.5), 0).astype(np.float32),
        np.where(hits, chosen, 0).astype(np.uint8),
    )


@dataclass(frozen=True, slots=True, eq=False)
class Reading:
    """A groove and the rows it was read from. `cells`: for each row its cell (step * 9 + voice), -1 for a row outside the
    table; `kept`: whether the groove holds this very row (the louder one of its cell)."""

    groove: Groove
    rows: Rows
    cells: NDArray[np.int64]
    kept: NDArray[np.bool_]

    @property
    def lost(self) -> int:
        """Hits that stood behind a louder one of their voice in the same sixteenth."""
        return int(((self.cells >= 0) & ~self.kept).sum())

    @property
    def outside(self) -> Mapping[int, int]:
        """How often each pitch outside the table occurs."""
        return dict(sorted(Counter(self.rows["pitch"][self.cells < 0].tolist()).items()))

    @property
    def remarks(self) -> tuple[Remark, ...]:
        said = []
        if self.lost:
            said.append(
                Remark(
                    counted(
                        self.lost,
                        "{n} hit was too close to a louder one of the same drum to be told apart.",
                        "{n} hits were too close to a louder one of the same drum to be told apart.",
                    ),
                    tr("They stay as they are."),
                )
            )
        if self.outside:
            pitches = ", ".join(map(str, self.outside))
            said.append(
                Remark(
                    tr("Notes that are none of the nine drums were not read (pitch {pitches}).", pitches=pitches),
                    tr("They stay as they are."),
                )
            )
        return tuple(said)


def read_groove(rows: Rows, start_tick: int, step_count: int, table: Mapping[int, int] = GENERAL_MIDI) -> Reading:
    """Rows that belong to the steps from `start_tick` on; a hit up to half a sixteenth early belongs to the step after it."""
    steps, offsets = step_of(rows["start"], start_tick)
    inside = (steps >= 0) & (steps < step_count)
    rows, steps, offsets = rows[inside], steps[inside], offsets[inside]
    voices = _VOICE_OF[id(table)][rows["pitch"]] if id(table) in _VOICE_OF else _lookup(table)[rows["pitch"]]
    cells = np.where(voices >= 0, steps * VOICE_COUNT + voices, -1)
    # Written from soft to loud, so that the louder of two stays; the earlier of two as loud.
    order = np.lexsort((-rows["start"], rows["velocity"]))
    order = order[cells[order] >= 0]
    holder = np.full(step_count * VOICE_COUNT, -1, np.int64)
    holder[cells[order]] = order
    hits = holder >= 0
    kept = np.zeros(len(rows), bool)
    kept[holder[hits]] = True
    velocities, shifts = np.zeros(len(holder), np.float32), np.zeros(len(holder), np.float32)
    pitches = np.zeros(len(holder), np.uint8)
    velocities[hits] = rows["velocity"][holder[hits]] / 127
    shifts[hits] = offsets[holder[hits]]
    pitches[hits] = rows["pitch"][holder[hits]]
    shape = (step_count, VOICE_COUNT)
    groove = Groove(hits.reshape(shape), velocities.reshape(shape), shifts.reshape(shape), pitches.reshape(shape))
    return Reading(groove, rows, cells, kept)


def step_of(ticks: NDArray[np.int64], start_tick: int) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """The nearest step of each tick, and how much later than it the tick is, in sixteenths (-0.5 up to 0.5)."""
    steps = (2 * (ticks - start_tick) + STEP_TICKS) // (2 * STEP_TICKS)
    return steps, (ticks - start_tick) / STEP_TICKS - steps


def written(groove: Groove, start_tick: int, length_ticks: int = STEP_TICKS // 2) -> Rows:
    """The hits as rows of one length (drums ring by themselves)."""
    steps, voices = np.nonzero(groove.hits)
    rows = np.zeros(len(steps), ROW)
    rows["start"] = tick_of(steps, groove.offsets[steps, voices], start_tick)
    rows["length"] = length_ticks
    rows["pitch"] = groove.pitches[steps, voices]
    rows["velocity"] = midi_velocity(groove.velocities[steps, voices])
    return sorted_rows(rows)


def tick_of(steps: NDArray[np.int64], offsets: NDArray[np.floating], start_tick: int) -> NDArray[np.int64]:
    ticks: NDArray[np.int64] = start_tick + np.round((steps + offsets.astype(np.float64)) * STEP_TICKS).astype(np.int64)
    return ticks


def midi_velocity(velocities: NDArray[np.floating]) -> NDArray[np.int64]:
    """0..1 as 1..127."""
    whole: NDArray[np.int64] = np.clip(np.round(velocities.astype(np.float64) * 127), 1, 127).astype(np.int64)
    return whole


def tapped(groove: Groove) -> Groove:
    """The rhythm as one would tap it: at each step the loudest voice in one channel, its offset kept, its velocity gone."""
    any_hit = groove.hits.any(axis=1)
    loudest = np.where(groove.hits, groove.velocities, -1).argmax(axis=1)
    hits = np.zeros_like(groove.hits)
    offsets = np.zeros_like(groove.offsets)
    hits[:, TAP_VOICE] = any_hit
    offsets[:, TAP_VOICE] = np.where(any_hit, groove.offsets[np.arange(groove.step_count), loudest], 0)
    pitches = np.where(hits, OUT_PITCHES, 0).astype(np.uint8)
    return Groove(hits, np.zeros_like(groove.velocities), offsets, pitches)


def _lookup(table: Mapping[int, int]) -> NDArray[np.int64]:
    found = np.full(256, -1, np.int64)
    for pitch, voice in table.items():
        found[pitch] = voice
    return found


_VOICE_OF = {id(table): _lookup(table) for table in (KIT, GENERAL_MIDI)}
