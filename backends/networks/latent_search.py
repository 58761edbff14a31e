"""Points whose phrase begins as given music does: the rest of the phrase is what the model expects to follow."""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor

from backends.networks.music_vae import MusicVae

CANDIDATES = 12
STEPS = 24
RATE = 0.12
PRIOR_WEIGHT = 0.15


def continuing(network: MusicVae, window: Tensor, known: int, generator: torch.Generator, on_step: Callable[[], None]) -> Tensor:
    """Candidate points [candidate, latent], likeliest first by the drawn order of `chosen`.

    `window` [step, part] holds the music in its first `known` steps. Candidates begin at the posteriors of the music
    followed by itself and at samples of the prior, and climb the likelihood of the known steps plus the prior's.
    """
    points = _beginnings(network, window, known, generator)
    inverse = torch.linalg.inv(network.prior_factor.double()).to(points)
    given = window[None].expand(len(points), -1, -1)
    points = points.clone().requires_grad_(True)
    optimiser = torch.optim.Adam([points], lr=RATE)
    with torch.enable_grad():
        for _ in range(STEPS):
            on_step()
            errors = _errors(network, points, given, known)
            white = (points - network.prior_mean) @ inverse.T
            loss = (errors + PRIOR_WEIGHT * 0.5 * white.square().sum(1)).sum()
            optimiser.zero_grad()
            loss.backward()
            optimiser.step()
    with torch.inference_mode():
        errors = _errors(network, points, given, known)
        noise = -torch.log(-torch.log(torch.rand(len(points), generator=generator).clamp(1e-9, 1 - 1e-9)))
        return points.detach()[torch.argsort(errors - noise.to(errors))]


def _beginnings(network: MusicVae, window: Tensor, known: int, generator: torch.Generator) -> Tensor:
    with torch.inference_mode():
        steps = len(window)
        again = window.clone()
        again[known:] = window[:known].repeat(-(-steps // known), 1)[: steps - known]
        silent = window.clone()
        silent[known:] = 0
        mean, deviation = network.encoder(torch.stack([again, silent]))
        half = CANDIDATES // 2
        noise = torch.randn(half, mean.shape[1], generator=generator).to(mean)
        near = mean[torch.arange(half) % 2] + deviation[torch.arange(half) % 2] * noise
        far = 0.5 * mean[0] + 0.5 * network.prior(CANDIDATES - half, generator).to(mean)
    return torch.cat([near, far]).clone()


def _errors(network: MusicVae, points: Tensor, given: Tensor, known: int) -> Tensor:
    """Nats of the known steps at each point, [point]."""
    total = torch.zeros(len(points), device=points.device)
    for at, logits in enumerate(network.logits(points, given)):
        logs = torch.log_softmax(logits.float(), -1).reshape(len(points), given.shape[1], -1)
        picked = logs.gather(2, given[:, :, at, None])[:, :known, 0]
        total = total - picked.sum(1)
    return total
