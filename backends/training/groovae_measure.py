"""Measures a GrooVAE on test windows, once its habits are chosen."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import torch

from backends.networks.groovae import GrooveSeq2Seq, GrooveVib
from backends.networks.groove_drawing import Chances, decoded, encoded
from backends.networks.groove_feel import Habits
from backends.representations.groove_tasks import COPY, HUMANISE, TAP
from backends.training.groovae import divergence as nats
from backends.training.groovae_asking import asked, infilled, seen_of
from backends.training.groovae_data import Windows
from backends.training.groovae_figures import feel_figures, hit_figures, overlaps

Network = GrooveSeq2Seq | GrooveVib
SAMPLES = 3000
"""Draws of the prior; fewer where there is little to compare with."""


def measured(network: Network, habits: Habits, train: Windows, test: Windows) -> dict[str, float]:
    """Every figure of the card, over the test windows; samples of the prior also beside the training windows."""
    rng = np.random.default_rng(7)
    chance = asked(network, test, HUMANISE)
    figures = {f"humanise_{name}": value for name, value in _felt(habits, chance, test, rng).items()}
    loose = replace(habits, timing=replace(habits.timing, spread=1.0), velocity=replace(habits.velocity, spread=1.0))
    loose = replace(loose, timing=replace(loose.timing, stretch=0.0), velocity=replace(loose.velocity, stretch=0.0))
    figures |= {f"humanise_loose_{name}": value for name, value in _felt(loose, chance, test, rng).items()}
    tap = asked(network, test, TAP).hits >= habits.tap_threshold
    figures |= {f"tap_{name}": value for name, value in hit_figures(test.hits, tap).items()}
    loud = asked(network, test, TAP, loud=True).hits >= habits.loud_tap_threshold
    figures |= {f"loud_tap_{name}": value for name, value in hit_figures(test.hits, loud, False).items()}
    truth, found = infilled(network, test)
    figures |= {f"infill_{name}": value for name, value in hit_figures(truth, found >= habits.infill_threshold, False).items()}
    if isinstance(network, GrooveVib):
        figures |= _space_figures(network, habits, test, rng) | _prior_figures(network, habits, train, test)
    return {name: round(value, 4) for name, value in figures.items()}


def _felt(habits: Habits, chance: Chances, windows: Windows, rng: np.random.Generator) -> dict[str, float]:
    velocities, offsets = habits.feel(chance.velocities, chance.offsets, rng)
    return feel_figures(windows, velocities, offsets)


def _space_figures(network: GrooveVib, habits: Habits, test: Windows, rng: np.random.Generator) -> dict[str, float]:
    mean, deviation = encoded(network, seen_of(test, COPY))
    price = nats(torch.from_numpy(mean), torch.from_numpy(2 * np.log(deviation))).numpy()
    figures = {"kl_bits": float(price.sum(1).mean()) / math.log(2), "active_dimensions": float((price.mean(0) > 0.05).sum())}
    again = decoded(network, mean)
    figures |= {f"copy_{k}": v for k, v in hit_figures(test.hits, again.hits >= habits.copy_threshold, False).items()}
    drawn = decoded(network, mean + deviation * rng.standard_normal(mean.shape).astype(np.float32))
    figures["copy_sampled_f1"] = hit_figures(test.hits, drawn.hits >= habits.copy_threshold, False)["f1"]
    return figures


def _prior_figures(network: GrooveVib, habits: Habits, train: Windows, test: Windows) -> dict[str, float]:
    """How samples, played as the program plays them, lie beside the training windows, whose codes the prior was fitted to;
    and beside the test windows, together with how the training windows themselves lie beside those."""
    rng = np.random.default_rng(21)
    chance = decoded(network, network.prior(min(SAMPLES, 4 * len(train)), rng))
    velocities, offsets = habits.feel(chance.velocities, chance.offsets, rng, stretched=False)
    hits = habits.hit(chance.hits, 1.0, rng)
    made = Windows(hits, velocities * hits, offsets * hits, np.full(len(hits), 1, np.float32))
    figures: dict[str, float] = {}
    for name, played, other in (("prior", train, made), ("prior_test", test, made), ("training_test", test, train)):
        shared = overlaps(played, other)
        figures |= {f"{name}_overlap_{kind}": value for kind, value in shared.items()}
        figures[f"{name}_overlap_worst"] = min(shared.values())
    known = {window.tobytes() for window in train.hits}
    return figures | {"samples_with_hits_of_a_training_window": float(np.mean([window.tobytes() in known for window in hits]))}
