"""What is fitted after training: where the codes of real music lie, and how its attributes change."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from backends.networks.attribute_push import pushed
from backends.networks.music_vae import MusicVae
from backends.networks.music_vae_decoder import PhraseDecoder, likeliest
from backends.networks.phrase_model import deaf
from backends.networks.soft_attributes import BRIGHT, METRE, REACH
from backends.representations.drum_voices import hits_of
from backends.representations.melody import FIRST_PITCH
from backends.training.latent_measure import USUAL_TEMPERATURE, chosen, drawn, posterior
from backends.training.latent_windows import Windows
from studio.generation.latent import Attribute
from studio.generation.sphere import between

MOST_FITTED = 40_000
CALIBRATED = 200
"""Of two bars; of longer windows fewer, so that it is as much music."""
ROUNDS = 2
CURVE_PHRASES = 200
Values = NDArray[np.float64]
"""An attribute of each window, [window]."""

_DENSITY = Attribute("density", "Note density", "How many notes begin in a bar.")
_INTERVAL = Attribute("interval", "Average interval", "How far it is from a note to the next.")
_RANGE = Attribute("range", "Pitch range", "From the lowest note to the highest.")
_SYNCOPATION = Attribute("syncopation", "Syncopation", "How many notes begin on weak places and hold over strong ones.")
_HITS = Attribute("density", "Hit density", "How many hits fall into a bar.")
_SPARKLE = Attribute("cymbals", "Cymbals", "The share of hats and cymbals among the hits.")


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
    bright = hits[:, :, list(BRIGHT)].sum((1, 2))
    accents = np.asarray(hits[:, :, :2].any(-1), np.bool_)
    return {
        "density": hits.sum((1, 2)) * 16 / part.shape[1],
        "cymbals": bright / total,
        "syncopation": _syncopation(accents) / np.maximum(accents.sum(1), 1),
    }


def _syncopation(starts: NDArray[np.bool_]) -> Values:
    """Summed weight of the strong places that notes from weaker ones are held over (Longuet-Higgins and Lee 1984)."""
    steps = starts.shape[1]
    weight = np.tile(METRE, steps // 16)
    total = np.zeros(len(starts))
    for step in range(steps - 1):
        later = np.where(~starts[:, step + 1 :], weight[step + 1 :], -np.inf)
        first = starts[:, step + 1 :].argmax(1)
        first = np.where(starts[:, step + 1 :].any(1), first, steps - step - 1)
        reach = np.arange(steps - step - 1)[None] < np.minimum(first, REACH)[:, None]
        strongest = np.where(reach, later, -np.inf).max(1)
        total += np.where(starts[:, step], np.maximum(0.0, strongest - weight[step]), 0.0)
    return total


def fit_after_training(network: MusicVae, train: Windows, valid: Windows, say: Callable[[str], None]) -> None:
    """Fill the network's prior and the scale of its attributes."""
    network.eval()
    say("fitting the prior and the attributes")
    share = min(1.0, 32 / network.shape.steps)
    some = chosen(train, int(MOST_FITTED * share), seed=13)
    mean, deviation = posterior(network, some)
    spread = torch.from_numpy(np.cov(mean.cpu().double().numpy().T)).to(mean) + torch.diag(deviation.square().mean(0))
    network.prior_mean.copy_(mean.mean(0))
    network.prior_factor.copy_(torch.linalg.cholesky(spread.double()).to(spread))
    if not network.attributes.count:
        return
    deviations = np.maximum(attribute_values(some, network.shape.parts).std(0), 1e-6)
    network.attributes.deviation.copy_(torch.from_numpy(deviations))
    network.attributes.spread.copy_(mean.std(0))
    _calibrate(network, chosen(valid, int(CALIBRATED * max(0.25, share)), seed=17), deviations)


def decoded_values(network: MusicVae, points: Tensor, batch: int = 512) -> NDArray[np.float64]:
    """Attributes of the likeliest phrase at each point, [point, attribute]."""
    decoder = PhraseDecoder(deaf(network))
    pieces = [decoder.draw(points[at : at + batch], likeliest).cpu().numpy() for at in range(0, len(points), batch)]
    return attribute_values(np.concatenate(pieces).astype(np.int16), network.shape.parts)


def _calibrate(network: MusicVae, windows: Windows, deviations: Values) -> None:
    """Scale each slider until one deviation asked for is one deviation heard on validation windows."""
    mean, _ = posterior(network, windows)
    before = decoded_values(network, mean)
    gain = network.attributes.gain
    for _ in range(ROUNDS):
        for at in range(network.attributes.count):
            amounts = torch.zeros(network.attributes.count).to(mean)
            amounts[at] = 1.0
            change = (decoded_values(network, pushed(network, mean, amounts)) - before)[:, at] / deviations[at]
            gain[at] = torch.clamp(gain[at] / max(0.5, float(change.mean())), max=2.0)


def resemblance_curve(network: MusicVae, valid: Windows) -> list[float]:
    """How far from a sample of the prior (0) to the phrase's own place (1) a variation lies at resemblance 0, 0.25, 0.5, 0.75
    and 1, so that its distance from the phrase falls evenly: measured on validation phrases at the usual temperature."""
    windows = chosen(valid, CURVE_PHRASES, seed=29)
    means = posterior(network, windows)[0].cpu().numpy()
    others = network.prior(len(windows), torch.Generator().manual_seed(31)).cpu().numpy()
    amounts = np.linspace(0, 1, 11)
    apart = []
    for amount in amounts:
        points = np.stack([between(other, mean, float(amount)) for other, mean in zip(others, means, strict=True)])
        made = drawn(network, torch.from_numpy(points).to(network.prior_mean), USUAL_TEMPERATURE)
        apart.append(float((made != windows).mean()))
    falling = np.minimum.accumulate(apart)
    wanted = falling[0] + np.linspace(0, 1, 5) * (falling[-1] - falling[0])
    curve = np.interp(-wanted, -falling, amounts)
    curve[0], curve[-1] = 0.0, 1.0
    return [round(float(value), 4) for value in curve]
