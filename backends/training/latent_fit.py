"""What is fitted after training: where the codes of real music lie, and the directions of its attributes."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from backends.networks.music_vae import MusicVae
from backends.networks.music_vae_decoder import PhraseDecoder, likeliest
from backends.representations.drum_voices import hits_of
from backends.representations.melody import FIRST_PITCH
from backends.training.latent_measure import chosen, posterior
from backends.training.latent_windows import Windows
from studio.generation.latent import Attribute

MOST_FITTED = 40_000
CALIBRATED = 1500
ROUNDS = 4

Values = NDArray[np.float64]
"""An attribute of each window, [window]."""

_DENSITY = Attribute("density", "Note density", "How many notes begin in a bar.")
_INTERVAL = Attribute("interval", "Average interval", "How far it is from a note to the next.")
_RANGE = Attribute("range", "Pitch range", "From the lowest note to the highest.")
_SYNCOPATION = Attribute("syncopation", "Syncopation", "How many notes begin on weak places and hold over strong ones.")
_HITS = Attribute("density", "Hit density", "How many hits fall into a bar.")
_SPARKLE = Attribute("cymbals", "Cymbals", "The share of hats and cymbals among the hits.")

_WEIGHT = np.array([0, -4, -3, -4, -2, -4, -3, -4, -1, -4, -3, -4, -2, -4, -3, -4], float)
"""How strong each sixteenth of a bar is (Longuet-Higgins and Lee 1984)."""


def attributes_of(names: tuple[str, ...]) -> tuple[Attribute, ...]:
    """Those of a model with these parts; a trio's are its melody's."""
    return (_HITS, _SPARKLE, _SYNCOPATION) if names[0] == "drums" else (_DENSITY, _INTERVAL, _RANGE, _SYNCOPATION)


def attribute_values(windows: Windows, names: tuple[str, ...]) -> NDArray[np.float64]:
    """Every attribute of every window's first part, [window, attribute]."""
    part = windows[:, :, 0]
    known = _drum_values(part) if names[0] == "drums" else _melody_values(part)
    return np.stack([known[attribute.name] for attribute in attributes_of(names)], axis=1)


def _melody_values(part: NDArray[np.int16]) -> Mapping[str, Values]:
    starts = np.asarray(part >= FIRST_PITCH, np.bool_)
    count = np.maximum(starts.sum(1), 1)
    intervals, ranges = np.zeros(len(part)), np.zeros(len(part))
    for at, row in enumerate(part):
        pitches = row[starts[at]].astype(float)
        if len(pitches) > 1:
            intervals[at], ranges[at] = np.abs(np.diff(pitches)).mean(), np.ptp(pitches)
    return {
        "density": starts.sum(1) * 16 / part.shape[1],
        "interval": intervals,
        "range": ranges,
        "syncopation": _syncopation(starts) / count,
    }


def _drum_values(part: NDArray[np.int16]) -> Mapping[str, Values]:
    hits = hits_of(part)
    total = np.maximum(hits.sum((1, 2)), 1)
    bright = hits[:, :, [2, 3, 7, 8]].sum((1, 2))
    accents = np.asarray(hits[:, :, :2].any(-1), np.bool_)
    return {
        "density": hits.sum((1, 2)) * 16 / part.shape[1],
        "cymbals": bright / total,
        "syncopation": _syncopation(accents) / np.maximum(accents.sum(1), 1),
    }


def _syncopation(starts: NDArray[np.bool_]) -> Values:
    """Summed weight of the strong places that notes from weaker ones are held over (Longuet-Higgins and Lee 1984)."""
    steps = starts.shape[1]
    weight = np.tile(_WEIGHT, steps // 16)
    total = np.zeros(len(starts))
    for step in range(steps - 1):
        later = np.where(~starts[:, step + 1 :], weight[step + 1 :], -np.inf)
        first = starts[:, step + 1 :].argmax(1)
        first = np.where(starts[:, step + 1 :].any(1), first, steps - step - 1)
        reach = np.arange(steps - step - 1)[None] < np.minimum(first, 8)[:, None]
        strongest = np.where(reach, later, -np.inf).max(1)
        total += np.where(starts[:, step], np.maximum(0.0, strongest - weight[step]), 0.0)
    return total


def fit_after_training(network: MusicVae, train: Windows, valid: Windows, say: Callable[[str], None]) -> None:
    """Fill the network's prior and directions. Directions are those in which one attribute changes by one deviation of
    the training data while the others stay: first as a linear model of the codes tells, then corrected by what decoding
    validation windows shows."""
    network.eval()
    names = network.shape.parts
    say("fitting the prior and the attribute directions")
    some = chosen(train, MOST_FITTED, seed=13)
    mean, deviation = posterior(network, some)
    centre = mean.mean(0)
    spread = torch.from_numpy(np.cov(mean.cpu().double().numpy().T)).to(mean) + torch.diag(deviation.square().mean(0))
    network.prior_mean.copy_(centre)
    network.prior_factor.copy_(torch.linalg.cholesky(spread.double()).to(centre))
    if not len(network.directions):
        return
    values = attribute_values(some, names)
    deviations = np.maximum(values.std(0), 1e-6)
    aims = torch.from_numpy((values - values.mean(0)) / deviations).to(mean)
    weights = torch.linalg.lstsq((mean - centre).double(), aims.double()).solution.T.to(mean)
    directions = _holding_others(weights, spread)
    held = chosen(valid, CALIBRATED, seed=17)
    for _ in range(ROUNDS):
        moved = effects(network, held, directions, deviations)
        directions = torch.linalg.solve(_damped(moved), directions)
    network.directions.copy_(directions)


def _holding_others(weights: Tensor, spread: Tensor) -> Tensor:
    """Of all moves that change one attribute by one deviation and no other, the likeliest, [attribute, latent]."""
    found: Tensor = torch.linalg.solve(weights @ spread @ weights.T, weights @ spread)
    return found


def _damped(moved: Tensor) -> Tensor:
    """Half a correction at a time, and no gain below a third, so that rounds converge."""
    own = torch.diag(moved).clamp(min=1 / 3)
    mixed = 0.5 * (moved - torch.diag(torch.diag(moved)))
    return mixed + torch.diag(own)


def effects(network: MusicVae, windows: Windows, directions: Tensor, deviations: Values, amount: float = 1.0) -> Tensor:
    """Mean change of every attribute, in deviations, per slider moved by `amount`: [attribute changed, slider]... as
    decoded at temperature 0."""
    names, decoder = network.shape.parts, PhraseDecoder(network)
    mean, _ = posterior(network, windows)
    before = attribute_values(decoder.draw(mean, likeliest).cpu().numpy().astype(np.int16), names)
    columns = []
    for direction in directions:
        after = attribute_values(decoder.draw(mean + amount * direction, likeliest).cpu().numpy().astype(np.int16), names)
        columns.append(((after - before) / deviations).mean(0) / amount)
    return torch.from_numpy(np.stack(columns)).to(mean)
