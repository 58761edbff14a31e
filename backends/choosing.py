"""Choosing: several candidates are drawn for a take, and the one is kept whose measures lie where the knobs point."""

from __future__ import annotations

from collections.abc import Container, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from studio.generation import steer_measures
from studio.generation.constraining import Brought
from studio.generation.contract import Request, Take
from studio.generation.steering import DENSITY, RESEMBLANCE, Choosing
from studio.song.notes import Rows, sorted_rows

CANDIDATES = 8
"""Drawn for each take: the most extreme of eight lies about 1.4 deviations from the middle; sixteen would reach 1.8 for twice
the time."""


@dataclass(frozen=True, slots=True)
class Chooser:
    """By what the candidates of a request are chosen."""

    request: Request
    choosings: tuple[Choosing, ...]

    def best(self, candidates: Sequence[Brought], made: Container[bytes]) -> int:
        """Of those that had to be relaxed least, and were not `made` before, the one whose ranks lie nearest to where the knobs
        point; that had to be changed least counts as one more knob."""
        faults = [(each.relaxed, each.take.rows.tobytes() in made) for each in candidates]
        chosen = [at for at, fault in enumerate(faults) if fault == min(faults)]
        away = np.square(_ranks([candidates[at].changes for at in chosen]))
        for each in self.choosings:
            ranks = _ranks([self.measure(each.knob, candidates[at].take) for at in chosen])
            away += np.square(ranks - (0.5 + 0.5 * each.push))
        return chosen[int(away.argmin())]

    def measure(self, knob: str, take: Take) -> float:
        """What a knob turns up, of one take: likeness to what is there, notes a bar, nats a note."""
        values = [self._of_track(knob, track_id, rows) for track_id, rows in take.parts]
        weights = [max(1, len(rows)) for _, rows in take.parts]
        if knob == DENSITY:
            return float(sum(values))
        return float(np.average(values, weights=weights)) if values else 0.0

    def _of_track(self, knob: str, track_id: int, rows: Rows) -> float:
        request = self.request
        bar = request.song.timeline.meter_at(request.span.start_tick).bar_ticks
        if knob == DENSITY:
            return steer_measures.notes_a_bar(rows, request.span, bar)
        if knob == RESEMBLANCE:
            return 1.0 - steer_measures.distance(rows, steer_measures.there(request, track_id))
        is_drum = request.song.track(track_id).instrument.is_drum
        around = steer_measures.around(request, track_id)
        return steer_measures.surprise(sorted_rows(rows), around, bar, is_drum=is_drum)


def _ranks(values: Sequence[float]) -> NDArray[np.float64]:
    """From 0 for the least to 1 for the most, equal values sharing theirs."""
    given = np.asarray(values)
    below = (given[:, None] > given[None]).sum(1)
    equal = (given[:, None] == given[None]).sum(1)
    found: NDArray[np.float64] = (below + (equal - 1) / 2) / max(1, len(given) - 1)
    return found
