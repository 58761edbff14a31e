"""The prior of the bottleneck, fitted when training is over: a mixture of normal distributions over the codes of the training
windows (Ghosh et al. 2020, "From Variational to Deterministic Autoencoders": ex-post density estimation)."""

from __future__ import annotations

import numpy as np
import torch
from numpy.typing import NDArray

from backends.networks.groovae import MIXTURE, GrooveVib
from backends.networks.groove_drawing import encoded
from backends.representations.groove_tasks import COPY
from backends.training.groovae_asking import seen_of
from backends.training.groovae_data import Windows

ROUNDS = 60
MOST = 20_000
FLOOR = 1e-3
"""Least variance in any direction."""

Values = NDArray[np.float64]


def fit_prior(network: GrooveVib, train: Windows) -> None:
    """Fill the network's prior: as spread as the codes are, their own uncertainty included."""
    rng = np.random.default_rng(3)
    mean, deviation = encoded(network, seen_of(train.chosen(rng.permutation(len(train))[:MOST]), COPY))
    points = (mean + deviation * rng.standard_normal(mean.shape)).astype(np.float64)
    shares, means, factors = fitted_mixture(points, MIXTURE, rng)
    for buffer, values in ((network.prior_shares, shares), (network.prior_means, means), (network.prior_factors, factors)):
        buffer.copy_(torch.from_numpy(values).to(buffer))


def fitted_mixture(points: Values, count: int, rng: np.random.Generator) -> tuple[Values, Values, Values]:
    """Shares, means and Cholesky factors of a mixture that makes the points likely (expectation-maximisation)."""
    dimensions = points.shape[1]
    floor = FLOOR * np.eye(dimensions)
    centres = points[rng.choice(len(points), count, replace=len(points) < count)]
    nearest = _nearest(points, centres)
    belongs = np.eye(count)[nearest]
    shares, means, factors = np.zeros(count), np.zeros((count, dimensions)), np.zeros((count, dimensions, dimensions))
    whole = np.cov(points.T).reshape(dimensions, dimensions)
    for _ in range(ROUNDS):
        weight = belongs.sum(0)
        shares = (weight + 1) / (weight.sum() + count)
        logs = np.zeros((len(points), count))
        for at in range(count):
            means[at] = (belongs[:, at] @ points + points.mean(0)) / (weight[at] + 1)
            away = points - means[at]
            # As if some points of the whole cloud belonged to each, so that a small one stays round.
            spread = ((belongs[:, at, None] * away).T @ away + dimensions * whole) / (weight[at] + dimensions)
            factors[at] = np.linalg.cholesky(spread + floor)
            white = np.linalg.solve(factors[at], away.T)
            logs[:, at] = np.log(shares[at]) - np.log(np.diag(factors[at])).sum() - 0.5 * np.square(white).sum(0)
        logs -= logs.max(1, keepdims=True)
        belongs = np.exp(logs)
        belongs /= belongs.sum(1, keepdims=True)
    return shares, means, factors


def _nearest(points: Values, centres: Values) -> NDArray[np.int64]:
    """The nearest centre of each point."""
    found: NDArray[np.int64] = (np.square(centres).sum(1)[None] - 2 * points @ centres.T).argmin(1)
    return found
