"""Points that are asked for by their phrase: one that begins as given music does, one that lies in a key."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import torch
from torch import Tensor

from backends.networks.phrase_model import PhraseModel
from backends.representations.melody import FIRST_PITCH
from backends.representations.phrases import CODEC, Window, onsets_of
from studio.generation.latent import Vector
from studio.generation.sphere import between

CANDIDATES = 24
NEAREST, FARTHEST = 0.3, 1.0
"""How far from the music followed by itself (0) to a sample of the prior (1) second halves are taken from, in a model that
was not fitted for this."""
PLAUSIBILITY = 0.15
"""Weight of a candidate's log density among real codes against the draw."""
SAMPLES = 4
FEWEST = 0.3
"""Share of the first half's notes that a second half must have."""


def continuing(
    phrases: PhraseModel, known: Window, penalties: Tensor | None, generator: torch.Generator, beat: Callable[[], None]
) -> Vector:
    """The place of a window that begins with `known` [step, part], its second half made by the model, [latent].

    Second halves are drawn, in hearing of the first, at places where windows of real music lie that begin so. The whole is
    placed by the encoder: among those places one is drawn, each with the chance that its density among the codes of real
    music gives it. `penalties` [class] are what notes outside the key pay.
    """
    points = _points(phrases, phrases.mean(np.concatenate([known, known])), generator)
    wholes = np.stack(phrases.begun(points, np.concatenate([known, known]), generator, penalties, beat))
    halves = wholes[:, len(known) :]
    places = phrases.posterior(wholes)[0]
    noise = torch.rand(CANDIDATES, generator=generator).clamp(1e-9, 1 - 1e-9)
    fit = PLAUSIBILITY * phrases.log_density(places) - torch.log(-torch.log(noise)).numpy()
    counts = onsets_of(halves, phrases.parts).sum((1, 2))
    enough = counts >= FEWEST * onsets_of(known[None], phrases.parts).sum()
    best: Vector = places[int(np.argmax(np.where(enough, fit, -1e6 + counts)))]
    return best


def _points(phrases: PhraseModel, itself: Vector, generator: torch.Generator) -> Vector:
    """Where to look, [candidate, latent]; `itself` is the place of the music followed by itself.

    Where the model was not fitted for it: between that place and samples of the prior. What is found there keeps far closer
    to the first half than real second halves do (measured: mean distance 0.31, of real ones 0.52).
    """
    following = phrases.network.following
    if following is not None:
        with torch.inference_mode():
            there = torch.from_numpy(itself).to(phrases.network.prior_mean)
            found: Vector = following.points(there, CANDIDATES, generator).cpu().numpy()
        return found
    amounts = NEAREST + (FARTHEST - NEAREST) * torch.rand(CANDIDATES, generator=generator).numpy()
    return np.stack([between(itself, phrases.prior(generator), float(amount)) for amount in amounts])


def sampled_in_key(
    phrases: PhraseModel, pitch_classes: frozenset[int] | None, generator: torch.Generator, beat: Callable[[], None]
) -> Vector:
    """A sample of the prior whose phrase lies in a key, [latent]: of a few samples, each moved by the semitones that bring
    most of its notes into the key, the one that then fits best, placed anew. Any sample when there is no key."""
    points = np.stack([phrases.prior(generator) for _ in range(SAMPLES)])
    pitched = [at for at, name in enumerate(phrases.parts) if name != "drums"]
    if pitch_classes is None or not pitched:
        return np.asarray(points[0], np.float32)
    windows = np.stack(phrases.likeliest(points, None, beat))
    inside = np.isin((np.arange(128) - FIRST_PITCH + CODEC.low) % 12, sorted(pitch_classes))
    best, fit = windows[0], -1.0
    for window in windows:
        notes = window[:, pitched] >= FIRST_PITCH
        for shift in range(-5, 7) if notes.any() else ():
            moved = window[:, pitched][notes].astype(np.int64) + shift
            if moved.min() >= FIRST_PITCH and moved.max() < CODEC.class_count and inside[moved].mean() > fit:
                fit, best = float(inside[moved].mean()), window.copy()
                best[:, pitched] = np.where(notes, window[:, pitched] + shift, window[:, pitched])
    return phrases.mean(best)
