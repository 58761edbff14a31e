"""Chooses on validation windows how a GrooVAE plays. The rules stand here, and no test window is looked at.

Hits: a cell is hit from the chance on that gives the best F1 among those that keep the accuracy asked for. Feel: the middle of
each distribution is stretched, and drawn with a little chance, as far as the distance of histograms asks for, which is three
quarters of the goal (the rest is for windows that differ from these); among the widths that come so near, the one with the
least error. Samples: the threshold and the blur under which samples of the prior lie nearest to the training windows.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from backends.networks.groovae import GrooveSeq2Seq, GrooveVib
from backends.networks.groove_drawing import Array, decoded, drawn_hits, drawn_offsets, drawn_velocities, encoded, places_for
from backends.networks.groove_feel import Habits, Width
from backends.representations.groove_tasks import COPY, HUMANISE, TAP
from backends.training.groovae_asking import asked, infilled, seen_of
from backends.training.groovae_data import Windows
from backends.training.groovae_figures import (
    MS_PER_SIXTEENTH,
    TIMING_BINS,
    VELOCITY_BINS,
    best_threshold,
    divergence,
    overlaps,
)

Network = GrooveSeq2Seq | GrooveVib
GOALS = {"humanise_timing_mae_ms": 19.5, "humanise_timing_kl": 0.40, "humanise_velocity_kl": 0.15}
"""At most, for the deterministic model."""

TAP_ACCURACY, TAP_F1 = 0.90, 0.60
SPARE = 0.75
QUANTILES = 33
SPREADS = (0.06, 0.12, 0.18)
"""Never none, so that takes differ."""

BLURS = (0.3, 0.5, 0.7, 0.85, 1.0)
SAMPLE_THRESHOLDS = (0.3, 0.35, 0.4, 0.45, 0.5)
SAMPLES = 2000


def chosen_habits(network: Network, train: Windows, valid: Windows) -> Habits:
    """Thresholds, widths and, of a bottleneck, how its prior is sampled."""
    chance = asked(network, valid, HUMANISE)
    bare, loud = (best_threshold(valid.hits, asked(network, valid, TAP, loud=told).hits, TAP_ACCURACY) for told in (False, True))
    truth, found = infilled(network, valid)
    habits = Habits(bare, loud, best_threshold(truth, found), together=0.3)
    beat = np.broadcast_to((MS_PER_SIXTEENTH / valid.tempos)[:, None, None], valid.hits.shape)[valid.hits]
    timing = _width(chance.offsets, valid.offsets, valid.hits, drawn_offsets, beat)
    velocity = _width(chance.velocities, valid.velocities, valid.hits, drawn_velocities, np.ones_like(beat))
    habits = replace(
        habits,
        timing=_narrowest(
            timing, lambda played, made: divergence(played + 0.5, made + 0.5, TIMING_BINS), GOALS["humanise_timing_kl"]
        ),
        velocity=_narrowest(
            velocity, lambda played, made: divergence(played, made, VELOCITY_BINS), GOALS["humanise_velocity_kl"]
        ),
    )
    if not isinstance(network, GrooveVib):
        return habits
    copy = decoded(network, encoded(network, seen_of(valid, COPY))[0]).hits
    return _sampling(network, replace(habits, copy_threshold=best_threshold(valid.hits, copy)), train)


Candidates = tuple[list[tuple[Width, Array, float]], Array]
"""Each width with what it makes of the validation hits and its error; what was played there."""


def _width(
    chance: Array,
    played: Array,
    hits: NDArray[np.bool_],
    draw: Callable[[Array, NDArray[np.float64]], Array],
    scale: NDArray[np.floating],
) -> Candidates:
    cells, wanted = chance[hits], played[hits]
    middle = draw(cells, np.full(len(cells), 0.5))
    shares = np.linspace(0, 1, QUANTILES)
    made, real = (tuple(round(float(q), 5) for q in np.quantile(side, shares)) for side in (middle, wanted))
    found = []
    for spread in SPREADS:
        drawn = draw(cells, places_for(np.random.default_rng(0), hits.shape, spread, 0.3)[hits])
        for stretch in np.linspace(0, 1, 21):
            width = Width(made, real, round(float(stretch), 2), spread)
            values = (width.stretched(middle) + drawn - middle).clip(-0.5, 1)
            found.append((width, values, float((np.abs(values - wanted) * scale).mean())))
    return found, wanted


def _narrowest(candidates: Candidates, distance: Callable[[Array, Array], float], goal: float) -> Width:
    """The least error among those near enough; the nearest when none is."""
    found, played = candidates
    judged = [(distance(played, made), error, at) for at, (_, made, error) in enumerate(found)]
    near = [(error, at) for apart, error, at in judged if apart <= SPARE * goal]
    return found[min(near)[1] if near else min(judged)[2]][0]


def _sampling(network: GrooveVib, habits: Habits, train: Windows) -> Habits:
    chance = decoded(network, network.prior(min(SAMPLES, 4 * len(train)), np.random.default_rng(5)))
    velocities, offsets = habits.feel(chance.velocities, chance.offsets, np.random.default_rng(6), stretched=False)
    best = (-1.0, habits)
    for blur in BLURS:
        for threshold in SAMPLE_THRESHOLDS:
            hits = drawn_hits(chance.hits, threshold, blur, np.random.default_rng(7))
            made = Windows(hits, velocities * hits, offsets * hits, np.full(len(hits), 110, np.float32))
            worst = min(overlaps(train, made).values())
            if worst > best[0]:
                best = (worst, replace(habits, sample_threshold=threshold, blur=blur))
    return best[1]
