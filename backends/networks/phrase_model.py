"""PhraseModel: a MusicVAE network between windows of classes and points of its space, in plain arrays."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator, Mapping, Sequence

import numpy as np
import torch
from torch import Tensor

from backends.networks.attribute_push import pushed
from backends.networks.music_vae import MusicVae, Shape, UnitDecoder
from backends.networks.music_vae_decoder import PhraseDecoder, likeliest, sampler
from backends.representations.phrases import CODEC, Window
from backends.sampling import NEVER, SOFT_KEY, pitch_penalties
from studio.generation.latent import Strictness, Vector

Choose = Callable[[int, int, Tensor], Tensor]
Beat = Callable[[], None]
BEGUN_TEMPERATURE = 0.5


_UNITS = 128
"""Units drawn at a time: more would leave the processor's caches."""


class PhraseModel:
    """Every call beats `beat` at each step, so that it can be cancelled."""

    def __init__(self, network: MusicVae, attributes: Sequence[str], device: str = "cpu") -> None:
        self.network = network.to(device).eval().requires_grad_(False)
        self._decoder = PhraseDecoder(self.network)
        self._quick: PhraseDecoder | None = None
        self._whiten: Vector | None = None
        self._device = device
        self._attributes = tuple(attributes)

    @property
    def parts(self) -> tuple[str, ...]:
        return self.network.shape.parts

    def posterior(self, windows: Window) -> tuple[Vector, Vector]:
        """Means and deviations [window, latent] of windows [window, step, part] (or of one)."""
        given = windows if windows.ndim == 3 else windows[None]
        with torch.inference_mode():
            mean, deviation = self.network.encoder(self.tensor(given))
        return mean.cpu().numpy(), deviation.cpu().numpy()

    def mean(self, window: Window) -> Vector:
        """The place of one window, [latent]."""
        found: Vector = self.posterior(window)[0][0]
        return found

    def prior(self, generator: torch.Generator) -> Vector:
        """A point as real music has them, [latent]."""
        found: Vector = self.network.prior(1, generator)[0].cpu().numpy()
        return found

    def log_density(self, points: Vector) -> Vector:
        """How likely these codes are among those of real music, but for a constant, [point]."""
        if self._whiten is None:
            factor = self.network.prior_factor.cpu().double().numpy()
            self._whiten = np.linalg.inv(factor).T.astype(np.float32)
        white = (points - self.network.prior_mean.cpu().numpy()) @ self._whiten
        found: Vector = -0.5 * np.square(white).sum(axis=1)
        return found

    def likeliest(self, points: Vector, penalties: Tensor | None, beat: Beat) -> list[Window]:
        """The phrase at each point that is always the same one: of each step the likeliest symbol that the code alone tells,
        by the fastest rung that agrees with the exact one. Heard symbols would carry a change at one step on to all later
        ones, and a drag would leap (measured: of steps of 1/20 of a pad 4.5 % then change over half of the notes, else
        1.5 %)."""
        return self._drawn(self._quickly, points, likeliest, penalties, beat)

    @property
    def _quickly(self) -> PhraseDecoder:
        if self._quick is None:
            self._quick = PhraseDecoder(deaf(self.network), fast=True)
        return self._quick

    def rung(self, temperature: float) -> str:
        """By which way phrases come at this temperature: draws are always exact."""
        return (self._decoder if temperature > 0 else self._quickly).rung

    def sampled(
        self, point: Vector, temperature: float, seed: int, penalties: Tensor | None, beat: Beat, *, held: Window | None = None
    ) -> Window:
        """A phrase drawn at one point [latent]; with `held` [step, part] its first half is what that says."""
        choose = sampler(temperature, _generator(seed))
        if held is not None:
            choose = _holding(choose, self.tensor(held), self.network.shape)
        return self._drawn(self._decoder, point[None], choose, penalties, beat)[0]

    def each_sampled(
        self, points: Vector, temperature: float, seeds: Sequence[int], penalties: Tensor | None, beat: Beat
    ) -> Iterator[Window]:
        """What `sampled` gives at each point with the seed beside it, several drawn at a time."""
        together = max(1, _UNITS // self.network.shape.units)
        for first in range(0, len(points), together):
            some = slice(first, first + together)
            yield from self._drawn(
                self._decoder, points[some], sampler(temperature, *map(_generator, seeds[some])), penalties, beat
            )

    def begun(
        self, points: Vector, held: Window, generator: torch.Generator, penalties: Tensor | None, beat: Beat
    ) -> list[Window]:
        """Phrases drawn at the points whose first half is that of `held` [step, part]."""
        choose = _holding(sampler(BEGUN_TEMPERATURE, generator), self.tensor(held), self.network.shape)
        return self._drawn(self._decoder, points, choose, penalties, beat)

    def pushed(self, points: Vector, attributes: Mapping[str, float], beat: Beat) -> Vector:
        """Points [point, latent] moved so that attributes change by these deviations."""
        amounts = torch.tensor([attributes.get(name, 0.0) for name in self._attributes], device=self._device)
        if not bool((amounts != 0).any()):
            return points
        moved: Vector = pushed(self.network, torch.from_numpy(points).to(self._device), amounts, beat).cpu().numpy()
        return moved

    def penalties(self, pitch_classes: frozenset[int] | None, strictness: Strictness) -> Tensor | None:
        """What each melody class pays for being out of key, [class]; None when nothing does."""
        if pitch_classes is None or strictness == "off":
            return None
        penalty = NEVER if strictness == "on" else SOFT_KEY
        found = pitch_penalties(pitch_classes, range(CODEC.low, CODEC.high), 2, CODEC.class_count, penalty=penalty)
        return torch.from_numpy(found).to(self._device)

    def tensor(self, windows: Window) -> Tensor:
        return torch.from_numpy(windows.astype(np.int64)).to(self._device)

    def _drawn(
        self, decoder: PhraseDecoder, points: Vector, choose: Choose, penalties: Tensor | None, beat: Beat
    ) -> list[Window]:
        added = [None if part == "drums" else penalties for part in self.parts]
        windows = decoder.draw(torch.from_numpy(points).to(self._device), choose, beat, added)
        return list(windows.cpu().numpy().astype(np.int16))


def deaf(network: MusicVae) -> MusicVae:
    """The same network with decoders that do not hear the symbols before."""
    found = copy.deepcopy(network)
    found.decoders, found.calm = found.unhearing, torch.nn.ModuleList()
    for symbols in (decoder.symbols for decoder in found.decoders if isinstance(decoder, UnitDecoder)):
        for weight in symbols.table.parameters():
            torch.nn.init.zeros_(weight)
    return found


def _generator(seed: int) -> torch.Generator:
    return torch.Generator().manual_seed(seed % 2**63)


def _holding(choose: Choose, held: Tensor, shape: Shape) -> Choose:
    half = shape.steps // 2

    def chosen(part: int, step: int, logits: Tensor) -> Tensor:
        drawn = choose(part, step, logits)
        places = torch.arange(len(logits), device=logits.device) % shape.units * shape.unit_steps + step
        return torch.where(places < half, held[places, part], drawn)

    return chosen
