"""Set what a trained model's card says of its habits, so that plain settings give what real melodies do.

    python benchmarks/take_calibration.py MODEL_FOLDER --data FOLDER... [--primers FILE]

Many primers of the validation part are gone on with side by side; the notes a bar and the share of two-bar repeats are
matched to the human continuations of the same primers, and `busyness` and `return_chance` written into the card's
settings. The figures of the card are measured afterwards on the test part, take by take, by take_quality.py.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import torch
from take_primers import NEXT_BARS, PRIMER_BARS, Stretch, asked_for, primer_parser
from take_quality import loops

from backends.devices import use_threads
from backends.families.melody_rnn import FAMILY, Frame, Model
from backends.networks.melody_decoder import Standing
from backends.representations.melody import Line
from backends.representations.melody_coders import History
from backends.representations.returning import planned_returns
from studio.generation.card import read_card
from studio.generation.contract import Request
from studio.knobs import filled
from studio.song.region import Mask, Region
from studio.song.ticks import Span

BAR = 16
COPIES = 3


@dataclass(frozen=True, slots=True)
class Primers:
    """Stretches in bars of sixteen steps, made ready for a model and joined into one batch."""

    model: Model
    stretches: list[Stretch]
    frames: list[Frame]
    standing: Standing

    @classmethod
    def of(cls, model: Model, stretches: list[Stretch]) -> Primers:
        chosen, frames = [], []
        for stretch in stretches:
            frame = model._frame(_request(stretch), filled(FAMILY.knobs, {}))
            if stretch.bar == BAR and frame.standing.history.step_count == PRIMER_BARS * BAR:
                chosen.append(stretch)
                frames.append(frame)
        return cls(model, chosen * COPIES, frames * COPIES, _joined([frame.standing for frame in frames] * COPIES))

    def lines(self, busyness: float, return_chance: float) -> list[Line]:
        """One continuation of each."""
        rng = np.random.default_rng(0)
        steps, rows = NEXT_BARS * BAR, len(self.frames)
        known = PRIMER_BARS * BAR
        returns = planned_returns(rng, rows=rows, steps=steps, phase=0, bar=BAR, known=known, chance=return_chance)
        penalties = np.stack([frame.wishes.penalties for frame in self.frames], axis=1)
        wishes = replace(self.frames[0].wishes, penalties=penalties, returns=returns, busyness=busyness)
        fresh = Standing(self.standing.history.chosen(np.arange(rows)), self.standing.state)
        events, _ = self.model._decoder.draw(fresh, wishes, rng, lambda _: None)
        return [self.model._codec.line(row, frame.shift) for row, frame in zip(events, self.frames, strict=True)]


def _request(stretch: Stretch) -> Request:
    span = Span(PRIMER_BARS * stretch.bar_ticks, (PRIMER_BARS + NEXT_BARS) * stretch.bar_ticks)
    return Request("continue", "calibrated", stretch.song(span), Mask(Region((1,), span)))


def _joined(standings: list[Standing]) -> Standing:
    histories = [standing.history for standing in standings]
    joined = History([int(history.bars[0]) for history in histories], histories[0].events.shape[1])
    joined.step_count = histories[0].step_count
    for name in ("events", "pitch", "direction", "recent", "fits"):
        setattr(joined, name, np.concatenate([getattr(history, name) for history in histories]))
    return Standing(joined, tuple(torch.cat(parts) for parts in zip(*(s.state for s in standings), strict=True)))


def calibrated(primers: Primers) -> dict[str, Any]:
    """The settings at which takes are as busy and repeat as much as the human continuations."""
    humans = [stretch.line[PRIMER_BARS * BAR :] for stretch in primers.stretches]
    wanted_notes, wanted_share = _notes(humans), _repeats(primers.stretches, humans)
    chance = 1 - (1 - wanted_share) ** (1 / 4)
    low, high = -1.0, 1.5
    for _ in range(7):
        middle = (low + high) / 2
        low, high = (middle, high) if _notes(primers.lines(middle, chance)) < wanted_notes else (low, middle)
    busyness = round((low + high) / 2, 3)
    for _ in range(4):
        share = _repeats(primers.stretches, primers.lines(busyness, chance))
        chance = float(np.clip(chance + (wanted_share - share) / 4, 0, 1))
    print(f"human: {wanted_notes:.2f} notes a bar, {wanted_share:.3f} repeat; busyness {busyness}, return chance {chance:.3f}")
    return {"busyness": busyness, "return_chance": round(chance, 3), "repeat_bias": 0.0}


def _notes(lines: list[Line]) -> float:
    return float(np.mean([(line >= 0).sum() / NEXT_BARS for line in lines]))


def _repeats(stretches: list[Stretch], lines: list[Line]) -> float:
    return float(np.mean([loops(stretch, line) for stretch, line in zip(stretches, lines, strict=True)]))


def main() -> int:
    arguments = primer_parser(__doc__).parse_args()
    use_threads(1)
    card = read_card(arguments.model)
    settings = calibrated(Primers.of(Model(replace(card, settings={}), "cpu"), asked_for(arguments, "valid")))
    replace(card, settings={**card.settings, **settings}).write(arguments.model)
    print(f"written into {arguments.model.name}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
