"""How much takes are like the human originals: repetition, histograms, loudness, joins (the figures of a card).

    python benchmarks/take_quality.py MODEL_FOLDER --data FOLDER... [--primers FILE] [--repetition 0.3] [--write] [--json]

Over held-out stretches of sixteen bars: take and human continue the same eight bars; then bars 9 to 12 are taken out
and filled. With --write the figures go into the model's card.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray
from take_primers import NEXT_BARS, PRIMER_BARS, Stretch, asked_for, described, primer_parser

from backends.devices import use_threads
from backends.families.melody_rnn import Model
from backends.representations.melody import Line, MelodyCodec, attacks, rows_of_line
from studio.generation.card import read_card
from studio.generation.contract import Request
from studio.generation.enforce import enforced
from studio.jobs.progress import Progress
from studio.song.measures import (
    Counts,
    aligned_run,
    duration_histogram,
    interval_histogram,
    kl_divergence,
    onset_histogram,
    overlap_area,
    pitch_class_histogram,
    pooled,
    velocity_histogram,
)
from studio.song.region import Mask, Region
from studio.song.ticks import Span

GAP_BARS = 4
LEAP_EDGES = (1, 2, 3, 5, 8, 12)
"""Joins: leaps of 0, 1, 2, 3-4, 5-7, 8-11, 12 and more semitones."""
JUMP_EDGES = (-4, -2, 0, 1, 3, 5)
"""Notes in the bar after the join less those before: -5 and less, -4 to -3, -2 to -1, 0, 1 to 2, 3 to 4, 5 and more."""
SPLITS = 50

Histogram = Callable[[Any, int], Counts]
HISTOGRAMS: dict[str, Histogram] = {
    "pitch_class": lambda rows, _: pitch_class_histogram(rows),
    "interval": lambda rows, _: interval_histogram(rows),
    "duration": lambda rows, _: duration_histogram(rows),
    "onset": lambda rows, bar_ticks: np.pad(onset_histogram(rows, 0, bar_ticks), (0, 64))[:32],
}


@dataclass(frozen=True, slots=True)
class Made:
    """One stretch and what a model made of it: lines of the continuation and the fill, and velocities."""

    stretch: Stretch
    line: Line
    human: Line
    velocities: Counts
    primer_velocities: Counts


def continued(model: Model, stretches: Sequence[Stretch], knobs: dict[str, Any]) -> list[Made]:
    """One take for each stretch: eight bars after the first eight."""
    made = []
    for seed, stretch in enumerate(stretches, 1):
        request = _request("continue", stretch, NEXT_BARS, knobs, seed)
        drawn = next(iter(model.drawn(request, Progress())))
        take = enforced(model.played(request, drawn), request)
        primer = stretch.rows[stretch.rows["start"] < request.span.start_tick]
        human = stretch.line[PRIMER_BARS * stretch.bar :]
        made.append(Made(stretch, drawn.line, human, velocity_histogram(take.rows), velocity_histogram(primer)))
    return made


def _request(capability: Any, stretch: Stretch, bars: int, knobs: dict[str, Any], seed: int) -> Request:
    """So many bars after the primer, asked for where they and, to go on, all that follows them are taken out."""
    span = Span(PRIMER_BARS * stretch.bar_ticks, (PRIMER_BARS + bars) * stretch.bar_ticks)
    without = span if capability == "fill" else Span(span.start_tick, (PRIMER_BARS + NEXT_BARS) * stretch.bar_ticks)
    return Request(capability, "judged", stretch.song(without), Mask(Region((1,), span)), (), knobs, seed, 1)


# Repetition


def loops(stretch: Stretch, line: Line) -> bool:
    """Whether two bars in a row equal two of the primer, step by step."""
    return aligned_run(stretch.line[: PRIMER_BARS * stretch.bar], line, stretch.bar) >= 2


# Histograms


def overlaps(made: Sequence[Made]) -> dict[str, tuple[float, float]]:
    """Per histogram the overlap of takes with humans, and of humans with humans: halves of the stretches, many splits."""
    rng = np.random.default_rng(0)
    shifts = [_to_c(one.stretch) for one in made]
    found = {}
    for name, histogram in HISTOGRAMS.items():
        ours, theirs = (
            np.stack(
                [
                    histogram(_moved(rows_of_line(getattr(one, of), 0), shift), one.stretch.bar_ticks)
                    for one, shift in zip(made, shifts, strict=True)
                ]
            )
            for of in ("line", "human")
        )
        pairs = []
        for _ in range(SPLITS):
            order = rng.permutation(len(made))
            half, other = order[: len(made) // 2], order[len(made) // 2 :]
            base = pooled(theirs[other])
            pairs.append((overlap_area(pooled(ours[half]), base), overlap_area(pooled(theirs[half]), base)))
        found[name] = (float(np.mean([a for a, _ in pairs])), float(np.mean([b for _, b in pairs])))
    return found


def _to_c(stretch: Stretch) -> int:
    return MelodyCodec().shift(stretch.line[: PRIMER_BARS * stretch.bar]) % 12


def _moved(rows: Any, shift: int) -> Any:
    rows["pitch"] += shift
    return rows


# Joins


@dataclass(frozen=True, slots=True)
class Join:
    """Leap in semitones and change of notes a bar where a gap ends."""

    leap: int
    jump: int


def join_of(before: Line, after: Line, bar: int) -> Join | None:
    """Of the bars before the join and after it; None where one has no note."""
    _, _, pitches = attacks(before)
    _, _, next_pitches = attacks(after)
    if not len(pitches) or not len(next_pitches):
        return None
    jump = int((after[:bar] >= 0).sum()) - int((before[-bar:] >= 0).sum())
    return Join(abs(int(next_pitches[0]) - int(pitches[-1])), jump)


def joins(model: Model, stretches: Sequence[Stretch], knobs: dict[str, Any], capability: str) -> list[tuple[Join, Join]]:
    """(the model's, the human) right joins of gaps from bar 9 to 12; "continue" hears nothing of what follows."""
    found = []
    for seed, stretch in enumerate(stretches, 1):
        begin, end = PRIMER_BARS * stretch.bar, (PRIMER_BARS + GAP_BARS) * stretch.bar
        request = _request(capability, stretch, GAP_BARS, knobs, seed)
        line = next(iter(model.drawn(request, Progress()))).line
        after = stretch.line[end : end + 2 * stretch.bar]
        ours, theirs = join_of(line, after, stretch.bar), join_of(stretch.line[begin:end], after, stretch.bar)
        if ours and theirs:
            found.append((ours, theirs))
    return found


def join_divergence(pairs: Sequence[tuple[Join, Join]]) -> tuple[float, float]:
    """KL (model from human) of leap and of density jump, fixed bins, 0.5 added."""
    columns = np.array([(ours.leap, ours.jump, theirs.leap, theirs.jump) for ours, theirs in pairs])
    leaps = [_binned(columns[:, at], LEAP_EDGES) for at in (0, 2)]
    jumps = [_binned(columns[:, at], JUMP_EDGES) for at in (1, 3)]
    return kl_divergence(leaps[0], leaps[1]), kl_divergence(jumps[0], jumps[1])


def _binned(values: NDArray[np.int64], edges: tuple[int, ...]) -> Counts:
    return np.bincount(np.digitize(values, edges), minlength=len(edges) + 1).astype(np.float64)


# The whole


def judged(model: Model, stretches: Sequence[Stretch], knobs: dict[str, Any]) -> dict[str, float]:
    """Every figure of a model, by the names they have in its card."""
    made = continued(model, stretches, knobs)
    figures = {
        "primers": float(len(made)),
        "two_bar_repeats": _share([loops(one.stretch, one.line) for one in made]),
        "two_bar_repeats_human": _share([loops(one.stretch, one.human) for one in made]),
    }
    for value, name in ((0.0, "two_bar_repeats_at_0"), (1.0, "two_bar_repeats_at_1")):
        extreme = continued(model, stretches, knobs | {"repetition": value})
        figures[name] = _share([loops(one.stretch, one.line) for one in extreme])
    for name, (ours, humans) in overlaps(made).items():
        figures |= {f"overlap_{name}": ours, f"overlap_{name}_human": humans}
    takes, primers = pooled([one.velocities for one in made]), pooled([one.primer_velocities for one in made])
    figures["velocity_kl"] = kl_divergence(takes, primers)
    figures |= _join_figures(model, stretches, knobs)
    figures["notes_a_bar"] = float(np.mean([(one.line >= 0).sum() / NEXT_BARS for one in made]))
    figures["notes_a_bar_human"] = float(np.mean([(one.human >= 0).sum() / NEXT_BARS for one in made]))
    return {name: round(value, 4) for name, value in figures.items()}


def _join_figures(model: Model, stretches: Sequence[Stretch], knobs: dict[str, Any]) -> dict[str, float]:
    figures = {}
    for capability, name in (("fill", "fill"), ("continue", "continuation")):
        leap, jump = join_divergence(joins(model, stretches, knobs, capability))
        figures |= {f"{name}_leap_kl": leap, f"{name}_density_kl": jump}
    return figures


def _share(claims: Sequence[bool]) -> float:
    return float(np.mean(claims))


def misses(figures: dict[str, float], config: str) -> list[str]:
    """Which of the promised bounds are not met, in words."""
    bounds = {
        "repeats within 10 points of the human": (
            config == "basic" or abs(figures["two_bar_repeats"] - figures["two_bar_repeats_human"]) <= 0.10
        ),
        "repetition 0 below 10 %": figures["two_bar_repeats_at_0"] < 0.10,
        "repetition 1 above 80 %": figures["two_bar_repeats_at_1"] > 0.80,
        "velocity KL at most 0.3": figures["velocity_kl"] <= 0.3,
        "leap KL of fills at most 0.2": figures["fill_leap_kl"] <= 0.2,
        "density KL of fills at most 0.2": figures["fill_density_kl"] <= 0.2,
        "plain continuation fails at the join": max(figures["continuation_leap_kl"], figures["continuation_density_kl"]) > 0.2,
    }
    for name in HISTOGRAMS:
        ratio = figures[f"overlap_{name}"] / figures[f"overlap_{name}_human"]
        bounds[f"{name} overlap at least 0.9 of the human"] = ratio >= 0.9
    return [name for name, is_met in bounds.items() if not is_met]


def main() -> int:
    parser = primer_parser(__doc__)
    parser.add_argument("--set", dest="settings", action="append", default=[], metavar="KNOB=VALUE")
    parser.add_argument("--write", action="store_true", help="write the figures into the model's card")
    parser.add_argument("--json", action="store_true")
    arguments = parser.parse_args()
    stretches = asked_for(arguments, "test")
    use_threads(1)
    card = read_card(arguments.model)
    knobs = dict(setting.split("=", 1) for setting in arguments.settings)
    figures = judged(Model(card, "cpu"), stretches, knobs)
    missed = misses(figures, card.config)
    if arguments.json:
        print(json.dumps({"model": card.id, "figures": figures, "missed": missed}))
    else:
        print(f"{card.id}, {described(stretches)}")
        for name, value in figures.items():
            print(f"  {name:28s} {value:8.4f}")
        print("every bound is met" if not missed else "not met: " + "; ".join(missed))
    if arguments.write:
        replace(card, figures={**card.figures, **figures}).write(arguments.model)
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
