"""Fitting where a phrase may go on to: from the place of a half followed by itself to those of whole windows."""

from __future__ import annotations

import numpy as np
import torch

from backends.networks.following import Following
from backends.networks.music_vae import MusicVae
from backends.training.latent_measure import chosen, posterior
from backends.training.latent_windows import Windows

MOST_FOLLOWED = 12_000
RIDGE = 1e-3
"""Of the codes' own spread."""


def fit_following(network: MusicVae, train: Windows) -> None:
    """Give the network what Continue draws from (networks/latent_search.py), fitted to training windows."""
    windows = chosen(train, int(MOST_FOLLOWED * min(1.0, 32 / network.shape.steps)), seed=37)
    half = network.shape.steps // 2
    there, deviation = posterior(network, windows)
    itself, _ = posterior(network, np.concatenate([windows[:, :half], windows[:, :half]], axis=1))
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
    network.hyper["follows"], network.following = True, found
