"""Points whose phrase begins as given music does: the second half is searched, the first one held."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import torch

from backends.networks.phrase_model import PhraseModel
from backends.representations.phrases import Window, onsets_of
from studio.generation.latent import Vector
from studio.generation.sphere import between

CANDIDATES = 24
FARTHEST = 0.95
"""How far from the music followed by itself (0) to a sample of the prior (1) second halves are taken from."""
PLAUSIBILITY = 0.25
"""Weight of a candidate's log density among real codes against the draw."""
FEWEST = 0.3
"""Share of the first half's notes that a second half must have."""


def continuing(phrases: PhraseModel, known: Window, generator: torch.Generator, beat: Callable[[], None]) -> Vector:
    """The place of a window that begins with `known` [step, part], its second half made by the model, [latent].

    Second halves come from phrases between the music followed by itself and samples of the prior. Each is put after the
    music and the whole is placed by the encoder: among those places one is drawn, each with the chance that its density
    among the codes of real music gives it.
    """
    itself = phrases.mean(np.concatenate([known, known]))
    amounts = torch.rand(CANDIDATES, generator=generator).numpy() * FARTHEST
    points = np.stack([between(itself, phrases.prior(generator), float(amount)) for amount in amounts])
    halves = np.stack(phrases.likeliest(points, None, beat))[:, len(known) :]
    wholes = np.concatenate([np.repeat(known[None], CANDIDATES, 0), halves], axis=1)
    places = phrases.posterior(wholes)[0]
    noise = torch.rand(CANDIDATES, generator=generator).clamp(1e-9, 1 - 1e-9)
    fit = PLAUSIBILITY * phrases.log_density(places) - torch.log(-torch.log(noise)).numpy()
    counts = onsets_of(halves, phrases.parts).sum((1, 2))
    enough = counts >= FEWEST * onsets_of(known[None], phrases.parts).sum()
    best: Vector = places[int(np.argmax(np.where(enough, fit, -1e6 + counts)))]
    return best
