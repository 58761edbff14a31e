"""Fitting where a phrase may go on to: from the place of a half followed by itself to those of whole windows."""

from __future__ import annotations

import numpy as np
import torch
from numpy.typing import NDArray

from backends.networks.following import Following
from backends.networks.music_vae import MusicVae
from backends.networks.music_vae_decoder import PhraseDecoder, likeliest
from backends.networks.phrase_model import deaf
from backends.training.latent_measure import chosen, posterior
from backends.training.latent_windows import Windows

MOST_FOLLOWED = 12_000
TRIED = 300
RIDGE = 1e-3
"""Of the codes' own spread."""
REACHES = (0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0)
"""Shares of the spread that are tried."""


def fit_following(network: MusicVae, train: Windows, valid: Windows) -> None:
    """Give the network what Continue draws from (networks/latent_search.py).

    The spread around the place is that of training windows, times what makes second halves as unlike the first ones as
    those of validation windows are: a Gaussian spreads into phrases that nobody would write.
    """
    share = min(1.0, 32 / network.shape.steps)
    windows = chosen(train, int(MOST_FOLLOWED * share), seed=37)
    there, deviation = posterior(network, windows)
    itself = _itself(network, windows)
    known, wanted = itself.cpu().double().numpy(), there.cpu().double().numpy()
    middle, target = known.mean(0), wanted.mean(0)
    inner = known - middle
    spread = inner.T @ inner
    ridge = RIDGE * float(np.trace(spread)) / len(spread)
    weight = np.linalg.solve(spread + ridge * np.eye(len(spread)), inner.T @ (wanted - target))
    left = wanted - target - inner @ weight
    around = np.cov(left.T) + np.diag(deviation.cpu().double().square().mean(0).numpy())
    found = Following(network.shape.latent).to(there)
    found.weight.copy_(torch.from_numpy(weight))
    found.offset.copy_(torch.from_numpy(target - middle @ weight))
    found.factor.copy_(torch.from_numpy(np.linalg.cholesky(around)))
    found.factor.mul_(_reach(network, found, chosen(valid, int(TRIED * share), seed=41)))
    network.hyper["follows"], network.following = True, found


def _itself(network: MusicVae, windows: Windows) -> torch.Tensor:
    """Places of the first halves followed by themselves, [window, latent]."""
    half = windows[:, : network.shape.steps // 2]
    return posterior(network, np.concatenate([half, half], axis=1))[0]


def _reach(network: MusicVae, found: Following, windows: Windows) -> float:
    """The share of the spread at which second halves differ from the first by as much as real ones."""
    half = network.shape.steps // 2
    known, real = windows[:, :half], _unlike(windows[:, :half], windows[:, half:])
    middles = _itself(network, windows) @ found.weight + found.offset
    noise = torch.randn(middles.shape, generator=torch.Generator().manual_seed(43)).to(middles) @ found.factor.T
    decoder = PhraseDecoder(deaf(network))
    misses = []
    for reach in REACHES:
        points = middles + reach * noise
        pieces = [decoder.draw(points[at : at + 256], likeliest).cpu() for at in range(0, len(points), 256)]
        made = torch.cat(pieces).numpy()
        misses.append(abs(_unlike(known, made[:, half:].astype(np.int16)) - real))
    return REACHES[int(np.argmin(misses))]


def _unlike(ones: NDArray[np.int16], others: NDArray[np.int16]) -> float:
    """Share of steps that differ, among those where either half has an event."""
    events = (ones > 0) | (others > 0)
    return float(((ones != others) & events).sum()) / max(1, int(events.sum()))
