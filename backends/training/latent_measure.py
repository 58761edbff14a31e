"""What a MusicVAE is measured by: reconstruction beside trivial answers, its code, samples against data (models.md 4, 17)."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from backends.networks.music_vae import MusicVae
from backends.networks.music_vae_decoder import PhraseDecoder, sampler
from backends.representations.melody import FIRST_PITCH
from backends.representations.phrases import BAR_STEPS, onsets_of
from backends.training.latent import kl_of, reconstruction_loss
from backends.training.latent_windows import Windows

MOST_WINDOWS = 2000
ACTIVE = 0.01
"""A dimension counts as active when its means vary by more than this (Burda et al. 2016, section 5.2)."""
COPY_NOTES = 16
USUAL_TEMPERATURE = 0.5
"""At which samples are drawn unless a composer says otherwise, as in the published tool."""
FEATURES = ("pitch class", "interval", "duration", "onset position")


@dataclass(frozen=True, slots=True)
class Accuracy:
    """Of one part: share of steps right, and of those where something begins."""

    steps: float
    onsets: float


def chosen(windows: Windows, most: int = MOST_WINDOWS, seed: int = 11) -> Windows:
    """The same windows each time, evenly drawn."""
    if len(windows) <= most:
        return windows
    return windows[np.sort(np.random.default_rng(seed).choice(len(windows), most, replace=False))]


def posterior(network: MusicVae, windows: Windows, batch: int = 256) -> tuple[Tensor, Tensor]:
    """Means and deviations, [window, latent]."""
    device = next(network.parameters()).device
    found = []
    with torch.inference_mode():
        for first in range(0, len(windows), batch):
            found.append(network.encoder(torch.from_numpy(windows[first : first + batch].astype(np.int64)).to(device)))
    return torch.cat([mean for mean, _ in found]), torch.cat([deviation for _, deviation in found])


def drawn(network: MusicVae, points: Tensor, temperature: float = 1.0, seed: int = 5, batch: int = 256) -> Windows:
    """Windows sampled at points, [point, step, part]."""
    decoder, generator = PhraseDecoder(network), torch.Generator().manual_seed(seed)
    choose = sampler(temperature, generator)
    pieces = [decoder.draw(points[first : first + batch], choose).cpu() for first in range(0, len(points), batch)]
    return torch.cat(pieces).numpy().astype(np.int16)


def accuracies(found: Windows, windows: Windows, names: tuple[str, ...]) -> tuple[Accuracy, ...]:
    """Per part: `found` against the windows."""
    right, starts = found == windows, onsets_of(windows, names)
    return tuple(
        Accuracy(float(right[:, :, at].mean()), float(right[:, :, at][starts[:, :, at]].mean())) for at in range(len(names))
    )


def measure(network: MusicVae, windows: Windows, train: Windows, say: Callable[[str], None] = lambda _: None) -> dict[str, float]:
    """Every figure of the card over held-out windows. `train`: what it learned from, for copies and nearest windows."""
    network.eval()
    names, windows = network.shape.parts, chosen(windows, MOST_WINDOWS if network.shape.steps <= 32 else MOST_WINDOWS // 4)
    mean, deviation = posterior(network, windows)
    generator = torch.Generator().manual_seed(3)
    points = mean + deviation * torch.randn(mean.shape, generator=generator).to(mean.device)
    say("measuring: reconstruction")
    figures: dict[str, float] = {}
    _put(figures, "accuracy_sampled", accuracies(drawn(network, points), windows, names), names)
    _put(figures, "accuracy_at_mean", accuracies(drawn(network, mean, 1e-4), windows, names), names)
    _put(figures, "accuracy_taught", accuracies(_taught(network, points, windows), windows, names), names)
    say("measuring: trivial answers")
    _put(figures, "accuracy_no_event", accuracies(np.zeros_like(windows), windows, names), names)
    shuffled = points[torch.from_numpy(np.random.default_rng(9).permutation(len(points)))]
    _put(figures, "accuracy_shuffled_code", accuracies(drawn(network, shuffled), windows, names), names)
    few = windows[:400]
    _put(figures, "accuracy_nearest_training_window", accuracies(nearest(few, chosen(train, 20_000), names), few, names), names)
    figures |= _code_figures(network, windows, mean, deviation)
    say("measuring: samples from the prior")
    points = network.prior(len(windows), torch.Generator().manual_seed(21))
    samples = drawn(network, points, USUAL_TEMPERATURE)
    for name, area in overlaps(samples, windows, names).items():
        figures[f"prior_overlap_{name}"] = area
    figures["prior_overlap_worst"] = min(value for name, value in figures.items() if name.startswith("prior_overlap_"))
    figures["prior_overlap_worst_at_temperature_1"] = min(overlaps(drawn(network, points), windows, names).values())
    if len(windows[0]) > 2 * BAR_STEPS:
        figures |= {"bars_that_return_in_data": returning(windows), "bars_that_return_in_samples": returning(samples)}
    if names[0] != "drums":
        figures["samples_that_copy"] = copy_share(samples[:500], train)
    return {name: round(float(value), 4) for name, value in figures.items()}


def _put(figures: dict[str, float], name: str, found: tuple[Accuracy, ...], names: tuple[str, ...]) -> None:
    for part, accuracy in zip(names, found, strict=True):
        where = f"_{part}" if len(names) > 1 else ""
        figures[f"{name}{where}"] = accuracy.steps
        figures[f"{name}_onsets{where}"] = accuracy.onsets


def _taught(network: MusicVae, points: Tensor, windows: Windows) -> Windows:
    pieces = []
    with torch.inference_mode():
        for first in range(0, len(windows), 256):
            given = torch.from_numpy(windows[first : first + 256].astype(np.int64)).to(points.device)
            logits = network.logits(points[first : first + 256], given)
            pieces.append(torch.stack([each.argmax(-1).reshape(len(given), -1) for each in logits], dim=2).cpu())
    return torch.cat(pieces).numpy().astype(np.int16)


def _code_figures(network: MusicVae, windows: Windows, mean: Tensor, deviation: Tensor) -> dict[str, float]:
    with torch.inference_mode():
        kl = kl_of(mean, deviation)
        generator = torch.Generator().manual_seed(4)
        total = 0.0
        for first in range(0, len(windows), 256):
            given = torch.from_numpy(windows[first : first + 256].astype(np.int64)).to(mean.device)
            part = slice(first, first + 256)
            noise = torch.randn(mean[part].shape, generator=generator).to(mean.device)
            total += float(reconstruction_loss(network.logits(mean[part] + deviation[part] * noise, given), given).sum())
    reconstruction = total / len(windows)
    bits = float(kl.sum(1).mean()) / math.log(2)
    return {
        "loss": (reconstruction + float(kl.sum(1).mean())) / windows[0].size,
        "reconstruction_nats_a_step": reconstruction / windows[0].size,
        "kl_bits": bits,
        "active_dimensions": float((mean.var(0) > ACTIVE).sum()),
        "test_windows": float(len(windows)),
    }


def nearest(windows: Windows, train: Windows, names: tuple[str, ...]) -> Windows:
    """For each window the training window (moved to its pitch) that agrees in most steps."""
    relative, offsets = _relative(train, names)
    wanted, shifts = _relative(windows, names)
    found = np.empty_like(windows)
    for at, window in enumerate(wanted):
        best = int((relative == window).sum(axis=(1, 2)).argmax())
        found[at] = _moved(train[best], names, int(shifts[at] - offsets[best]))
    return found


def _relative(windows: Windows, names: tuple[str, ...]) -> tuple[Windows, NDArray[np.int64]]:
    """Windows with their first pitch moved to a fixed one, and that pitch."""
    firsts = np.zeros(len(windows), np.int64)
    pitched = [at for at, name in enumerate(names) if name != "drums"]
    if not pitched:
        return windows, firsts
    notes = windows[:, :, pitched[0]] >= FIRST_PITCH
    firsts = np.where(notes.any(1), windows[np.arange(len(windows)), notes.argmax(1), pitched[0]], 0)
    return np.stack([_moved(window, names, 45 - int(first)) for window, first in zip(windows, firsts, strict=True)]), firsts


def _moved(window: Windows, names: tuple[str, ...], shift: int) -> Windows:
    found = window.copy()
    for at, name in enumerate(names):
        if name != "drums":
            found[:, at] = np.where(window[:, at] >= FIRST_PITCH, np.maximum(window[:, at] + shift, FIRST_PITCH), window[:, at])
    return found


def overlaps(samples: Windows, windows: Windows, names: tuple[str, ...]) -> dict[str, float]:
    """Overlap area of each feature's histogram between samples and data, worst part (Yang and Lerch 2020)."""
    found: dict[str, float] = {}
    for at, name in enumerate(names):
        ours, theirs = features(samples[:, :, at], name), features(windows[:, :, at], name)
        for feature, histogram in ours.items():
            area = float(np.minimum(histogram, theirs[feature]).sum())
            key = feature.replace(" ", "_")
            found[key] = min(found.get(key, 1.0), area)
    return found


def features(part: NDArray[np.int16], name: str) -> dict[str, NDArray[np.float64]]:
    """Histograms of one part's windows [window, step], each summing to 1."""
    if name == "drums":
        voices = ((part[..., None] >> np.arange(9)) & 1).sum((0, 1))
        sizes = np.bincount(((part[..., None] >> np.arange(9)) & 1).sum(-1).ravel(), minlength=10)[1:]
        places = ((part > 0).sum(0)).reshape(-1, 16).sum(0)
        return {key: _shares(value) for key, value in (("voice", voices), ("hits a step", sizes), ("onset position", places))}
    notes = part >= FIRST_PITCH
    classes = np.bincount((part[notes].astype(np.int64) - FIRST_PITCH + 21) % 12, minlength=12)
    # Keys differ from window to window: classes are counted from each window's commonest one.
    tonics = np.array([np.bincount(row[row >= FIRST_PITCH] % 12, minlength=12).argmax() for row in part])
    turned = np.bincount((part - tonics[:, None])[notes] % 12, minlength=12) if notes.any() else classes
    intervals, durations = np.zeros(25), np.zeros(17)
    for row in part:
        at = np.flatnonzero(row >= FIRST_PITCH)
        ends = np.append(np.flatnonzero(row > 0), len(row))
        steps = np.diff(row[at].astype(np.int64)).clip(-12, 12) + 12
        np.add.at(intervals, steps, 1)
        if len(at):
            np.add.at(durations, (ends[np.searchsorted(ends, at, side="right")] - at).clip(0, 16), 1)
    places = notes.sum(0).reshape(-1, 16).sum(0)
    named = (("pitch class", turned), ("interval", intervals), ("duration", durations), ("onset position", places))
    return {key: _shares(value) for key, value in named}


def _shares(counts: NDArray[np.generic]) -> NDArray[np.float64]:
    values = np.asarray(counts, float)
    shares: NDArray[np.float64] = values / max(1.0, float(values.sum()))
    return shares


def returning(windows: Windows) -> float:
    """Share of the bars of a first part that are an earlier bar of their window again, bars without an attack apart."""
    found, counted = 0, 0
    for window in windows[:, :, 0].reshape(len(windows), -1, BAR_STEPS):
        bars = [bar.tobytes() for bar in window if (bar >= FIRST_PITCH).any()]
        found, counted = found + len(bars) - len(set(bars)), counted + len(bars)
    return found / max(1, counted)


def copy_share(samples: Windows, train: Windows, notes: int = COPY_NOTES) -> float:
    """Share of samples with more than `notes` notes in a row (intervals and steps apart) as some training window."""
    known: set[bytes] = set()
    for window in train:
        known.update(_runs(window[:, 0], notes + 1))
    return float(np.mean([any(run in known for run in _runs(window[:, 0], notes + 1)) for window in samples]))


def _runs(line: NDArray[np.int16], length: int) -> list[bytes]:
    at = np.flatnonzero(line >= FIRST_PITCH)
    pairs = np.stack([np.diff(line[at]), np.diff(at).astype(np.int16)], axis=1).astype(np.int8)
    return [pairs[first : first + length - 1].tobytes() for first in range(len(pairs) - length + 2)]
