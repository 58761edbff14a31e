"""Chooses on validation windows how wide a GrooVAE plays, then measures it on test windows."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import torch
from numpy.typing import NDArray

from backends.networks.groovae import GrooveSeq2Seq, GrooveVib
from backends.networks.groove_drawing import Array, Chances, answered, decoded, drawn_offsets, drawn_velocities, encoded
from backends.networks.groove_feel import Habits, Width
from backends.representations.drums import VOICE_COUNT
from backends.representations.groove_tasks import COPY, HUMANISE, INFILL, TAP, seen_array
from backends.training.groovae import divergence as nats
from backends.training.groovae_data import Windows
from backends.training.groovae_figures import best_threshold, feel_figures, hit_figures, overlaps

Network = GrooveSeq2Seq | GrooveVib
QUANTILES = 33
TIGHT_MS = 1.015
"""The timing error that widening may bring, over that of the middle values."""

GOAL_ACCURACY = 0.895
SOME = 700
"""Validation windows that habits are chosen on."""


def chosen_habits(network: Network, valid: Windows) -> Habits:
    """Thresholds of best F1, and the widest timing that costs at most 1.5 % of the error."""
    picked = valid.chosen(np.random.default_rng(0).permutation(len(valid))[:SOME])
    chance = _asked(network, picked, HUMANISE)
    hits = picked.hits
    tap = best_threshold(hits, _asked(network, picked, TAP).hits, GOAL_ACCURACY)
    truth, found = _infilled(network, picked)
    habits = Habits(tap_threshold=tap, infill_threshold=best_threshold(truth, found))
    if isinstance(network, GrooveVib):
        copy = decoded(network, encoded(network, _seen(picked, COPY))[0]).hits
        habits = replace(habits, copy_threshold=best_threshold(hits, copy))
    middle = np.full(hits.shape, 0.5)
    widths = []
    for values, draw, played in (
        (chance.offsets, drawn_offsets, picked.offsets),
        (chance.velocities, drawn_velocities, picked.velocities),
    ):
        made = draw(values, middle)[hits]
        shares = np.linspace(0, 1, QUANTILES)
        tables = [tuple(round(float(q), 5) for q in np.quantile(side, shares)) for side in (made, played[hits])]
        width = Width(tables[0], tables[1])
        plain = float(np.abs(made - played[hits]).mean())
        for stretch in np.arange(0.05, 1.01, 0.05):
            error = float(np.abs(replace(width, stretch=float(stretch)).stretched(made) - played[hits]).mean())
            if error <= TIGHT_MS * plain:
                width = replace(width, stretch=round(float(stretch), 2))
        widths.append(replace(width, spread=0.06))
    return replace(habits, timing=widths[0], velocity=widths[1])


def measured(network: Network, habits: Habits, test: Windows) -> dict[str, float]:
    """Every figure of the card, over the test windows."""
    rng = np.random.default_rng(7)
    chance = _asked(network, test, HUMANISE)
    figures = {f"humanise_{name}": value for name, value in _felt(habits, chance, test, rng).items()}
    loose = replace(habits, timing=replace(habits.timing, spread=1.0), velocity=replace(habits.velocity, spread=1.0))
    loose = replace(loose, timing=replace(loose.timing, stretch=0.0), velocity=replace(loose.velocity, stretch=0.0))
    figures |= {f"humanise_loose_{name}": value for name, value in _felt(loose, chance, test, rng).items()}
    tap = _asked(network, test, TAP).hits >= habits.tap_threshold
    figures |= {f"tap_{name}": value for name, value in hit_figures(test.hits, tap).items()}
    truth, found = _infilled(network, test)
    figures |= {f"infill_{name}": value for name, value in hit_figures(truth, found >= habits.infill_threshold, False).items()}
    if isinstance(network, GrooveVib):
        figures |= _space_figures(network, habits, test, rng)
    return {name: round(value, 4) for name, value in figures.items()}


def _felt(habits: Habits, chance: Chances, windows: Windows, rng: np.random.Generator) -> dict[str, float]:
    velocities, offsets = habits.feel(chance.velocities, chance.offsets, rng)
    return feel_figures(windows, velocities, offsets)


def _space_figures(network: GrooveVib, habits: Habits, test: Windows, rng: np.random.Generator) -> dict[str, float]:
    mean, deviation = encoded(network, _seen(test, COPY))
    price = nats(torch.from_numpy(mean), torch.from_numpy(2 * np.log(deviation))).numpy()
    figures = {"kl_bits": float(price.sum(1).mean()) / math.log(2), "active_dimensions": float((price.mean(0) > 0.05).sum())}
    again = _decoded(network, mean)
    figures |= {f"copy_{k}": v for k, v in hit_figures(test.hits, again.hits >= habits.copy_threshold, False).items()}
    drawn = _decoded(network, mean + deviation * rng.standard_normal(mean.shape).astype(np.float32))
    figures["copy_sampled_f1"] = hit_figures(test.hits, drawn.hits >= habits.copy_threshold, False)["f1"]
    # The bin of every hit is drawn: how prior samples lie beside what was played.
    samples = _decoded(network, rng.standard_normal(mean.shape).astype(np.float32))
    velocities, offsets = habits.feel(samples.velocities, samples.offsets, rng)
    hits = samples.hits >= habits.copy_threshold
    made = Windows(hits, velocities * hits, offsets * hits, test.tempos)
    shared = overlaps(test, made)
    figures |= {f"prior_overlap_{name}": value for name, value in shared.items()}
    return figures | {"prior_overlap_worst": min(shared.values())}


def _decoded(network: GrooveVib, z: Array) -> Chances:
    return decoded(network, z)


def _asked(network: Network, windows: Windows, task: int) -> Chances:
    held = np.concatenate([windows.hits, np.ones((*windows.hits.shape[:2], 1))], -1).astype(np.float32)
    return answered(network, _seen(windows, task), held if task == HUMANISE else None)


def _seen(windows: Windows, task: int, removed: NDArray[np.bool_] | None = None) -> Array:
    gone = np.zeros((len(windows), VOICE_COUNT), bool) if removed is None else removed
    tasks = np.full(len(windows), task)
    return seen_array(windows.hits, windows.velocities, windows.offsets, tasks=tasks, removed=gone, tempos=windows.tempos)


def _infilled(network: Network, windows: Windows) -> tuple[NDArray[np.bool_], Array]:
    """Each window with one voice that plays in it taken out (in turn): what was there and the chances, [window, step, 1]."""
    plays: NDArray[np.bool_] = np.asarray(windows.hits.any(1))
    chosen = np.array([np.flatnonzero(row)[at % max(1, row.sum())] for at, row in enumerate(plays)])
    removed = np.eye(VOICE_COUNT, dtype=bool)[chosen]
    found = answered(network, _seen(windows, INFILL, removed)).hits
    index = chosen[:, None, None]
    return np.take_along_axis(windows.hits, index, 2), np.take_along_axis(found, index, 2)
