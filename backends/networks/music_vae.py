"""MusicVAE: a recurrent variational autoencoder, flat or with a conductor (Roberts et al. 2018, "A Hierarchical Latent
Vector Model for Learning Long-Term Structure in Music", sections 3 and 4).

Differences from the paper, for training on processors: the encoder's summary is read from all its outputs rather than
from the last states; a bar of a hierarchical decoder sees a projection of the code beside the conductor's output; and a
code reaches a decoder by a projection of its own for every step of the unit (`step_codes`) rather than by the same vector
at each. The flat 16-bar decoder keeps the published form.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional

from backends.networks.attribute_push import AttributeScale
from backends.networks.following import Following
from backends.representations.drum_voices import hits_of
from backends.representations.drums import VOICE_COUNT

BAR_CODE = 128
"""Numbers that a bar takes from the code directly, beside what the conductor tells it."""
STEP_FEATURES, BAR_FEATURES = 32, 64
"""Numbers for each part that the encoder keeps of a step and of a bar."""


@dataclass(frozen=True, slots=True)
class Shape:
    """Sizes of a network. A window is `units` units (bars, or one for a flat decoder) of `unit_steps` steps."""

    parts: tuple[str, ...]
    classes: tuple[int, ...]
    units: int
    unit_steps: int
    encoder_units: int
    latent: int
    embedding: int
    encoder: int
    summary: int
    conductor: int
    decoder: int
    layers: int
    step_code: int
    step_codes: bool

    @classmethod
    def of(cls, hyper: Mapping[str, Any]) -> Shape:
        """From a card's hyper-parameters; KeyError or ValueError when they are not whole."""
        found = {name: hyper[name] for name in cls.__dataclass_fields__}
        found["parts"], found["classes"] = tuple(map(str, found["parts"])), tuple(map(int, found["classes"]))
        return cls(**found)

    @property
    def steps(self) -> int:
        return self.units * self.unit_steps


class Symbols(nn.Module):
    """A vector for each class: learned for melodies, made of its voices for drum sets; a last one for "hidden"."""

    def __init__(self, part: str, classes: int, size: int) -> None:
        super().__init__()
        self.is_drums = part == "drums"
        self.table: nn.Linear | nn.Embedding
        if self.is_drums:
            self.table = nn.Linear(VOICE_COUNT + 1, size)
            hits = np.concatenate([hits_of(np.arange(classes)), np.ones((classes, 1), np.uint8)], axis=1)
            self.register_buffer("hits", torch.from_numpy(hits).float(), persistent=False)
        else:
            self.table = nn.Embedding(classes, size)

    def vectors(self) -> Tensor:
        """[class, size]."""
        if self.is_drums:
            found: Tensor = self.table(self.hits)
            return found
        assert isinstance(self.table, nn.Embedding)
        return self.table.weight

    def forward(self, classes: Tensor) -> Tensor:
        return functional.embedding(classes, self.vectors())


class Encoder(nn.Module):
    """Windows [window, step, part] -> mean and deviation, [window, latent] each."""

    def __init__(self, shape: Shape) -> None:
        super().__init__()
        self.shape = shape
        width, steps = shape.embedding * len(shape.parts), shape.steps // shape.encoder_units
        self.symbols = nn.ModuleList(
            Symbols(part, count, shape.embedding) for part, count in zip(shape.parts, shape.classes, strict=True)
        )
        self.steps = nn.LSTM(width, shape.encoder, batch_first=True, bidirectional=True)
        self.narrow = nn.Linear(2 * shape.encoder, STEP_FEATURES * len(shape.parts))
        self.whole = nn.Sequential(nn.Linear(width * steps, shape.summary), nn.GELU(), nn.Linear(shape.summary, shape.summary))
        self.summary = nn.Linear(self.narrow.out_features * steps, shape.summary)
        self.bars = (
            nn.LSTM(shape.summary, shape.encoder, batch_first=True, bidirectional=True) if shape.encoder_units > 1 else None
        )
        bar_features = BAR_FEATURES * len(shape.parts)
        wide = shape.summary if self.bars is None else 2 * shape.encoder + bar_features * shape.encoder_units
        self.bar_narrow = nn.Linear(2 * shape.encoder + shape.summary, bar_features) if self.bars is not None else None
        self.mean = nn.Linear(wide, shape.latent)
        self.deviation = nn.Linear(wide, shape.latent)
        nn.init.constant_(self.deviation.bias, -1.0)

    def summaries(self, windows: Tensor) -> Tensor:
        """Of each unit by itself, [window * unit, summary]; windows may have any number of units."""
        vectors = torch.cat([symbols(windows[:, :, at]) for at, symbols in enumerate(self.symbols)], dim=-1)
        vectors = vectors.reshape(-1, self.shape.steps // self.shape.encoder_units, vectors.shape[-1])
        outputs, _ = self.steps(vectors)
        read = self.summary(functional.gelu(self.narrow(outputs)).flatten(1))
        return functional.gelu(read + self.whole(vectors.flatten(1)))

    def forward(self, windows: Tensor) -> tuple[Tensor, Tensor]:
        found = self.summaries(windows)
        if self.bars is not None:
            assert self.bar_narrow is not None
            each = found.reshape(len(windows), self.shape.encoder_units, -1)
            outputs, (last, _) = self.bars(each)
            every = functional.gelu(self.bar_narrow(torch.cat([outputs, each], dim=2))).flatten(1)
            found = torch.cat([last.transpose(0, 1).flatten(1), every], dim=1)
        return self.mean(found).float(), functional.softplus(self.deviation(found).float()) + 1e-4


class UnitDecoder(nn.Module):
    """One part of one unit from its code: LSTM layers over the symbols before, the code at every step."""

    def __init__(self, part: str, classes: int, shape: Shape, code: int) -> None:
        super().__init__()
        self.shape = shape
        self.symbols = Symbols(part, classes, shape.embedding)
        self.start = nn.Linear(code, 2 * shape.layers * shape.decoder)
        self.code = nn.Linear(code, shape.step_code * (shape.unit_steps if shape.step_codes else 1))
        self.cells = nn.LSTM(shape.embedding + shape.step_code, shape.decoder, shape.layers, batch_first=True)
        self.output = nn.Linear(shape.decoder + shape.step_code, classes)

    def step_codes(self, codes: Tensor) -> Tensor:
        """[unit, step, step code]."""
        found = functional.gelu(self.code(codes)).reshape(len(codes), -1, self.shape.step_code)
        return found.expand(-1, self.shape.unit_steps, -1)

    def first_state(self, codes: Tensor) -> tuple[Tensor, Tensor]:
        """Hidden and cell states, [layer, unit, cell] each."""
        state = torch.tanh(self.start(codes)).reshape(len(codes), 2, self.shape.layers, self.shape.decoder)
        hidden, cell = state.permute(1, 2, 0, 3).contiguous().unbind(0)
        return hidden, cell

    def forward(self, codes: Tensor, before: Tensor, shown: Tensor | None = None) -> Tensor:
        """Logits [unit, step, class] given the symbols of the unit; step 0 sees none. `shown` [unit, step] of 0 and 1:
        which of them are seen."""
        vectors = self.symbols(before)
        if shown is not None:
            vectors = vectors * shown[..., None]
        vectors = functional.pad(vectors[:, :-1], (0, 0, 1, 0))
        each = self.step_codes(codes)
        outputs, _ = self.cells(torch.cat([vectors, each], dim=-1), self.first_state(codes))
        found: Tensor = self.output(torch.cat([outputs, each], dim=-1))
        return found


class MusicVae(nn.Module):
    """Encoder, conductor where there is one, a decoder for each part."""

    prior_mean: Tensor
    prior_factor: Tensor

    def __init__(self, hyper: Mapping[str, Any]) -> None:
        super().__init__()
        self.hyper = dict(hyper)
        self.shape = shape = Shape.of(hyper)
        self.encoder = Encoder(shape)
        code = shape.latent
        self.conductor: nn.LSTM | None = None
        if shape.conductor:
            self.conductor_start = nn.Linear(shape.latent, 2 * shape.conductor)
            self.conductor_input = nn.Linear(shape.latent, shape.units * BAR_CODE)
            self.conductor = nn.LSTM(BAR_CODE, shape.conductor, batch_first=True)
            code = shape.conductor + BAR_CODE
        self.decoders = nn.ModuleList(
            UnitDecoder(part, count, shape, code) for part, count in zip(shape.parts, shape.classes, strict=True)
        )

        # Made after training: decoders that hear nothing and change evenly (backends/training/latent_calm.py), where phrases
        # go on to (latent_follow.py), where the codes of real music lie, and its attributes (latent_fit.py).
        self.calm = nn.ModuleList(
            UnitDecoder(part, count, shape, code)
            for part, count in zip(shape.parts, shape.classes, strict=True)
            if self.hyper.get("calm_steps")
        )
        self.following = Following(shape.latent) if self.hyper.get("follows") else None
        self.register_buffer("prior_mean", torch.zeros(shape.latent))
        self.register_buffer("prior_factor", torch.eye(shape.latent))
        self.attributes = AttributeScale(shape.latent, len(self.hyper.get("attributes", ())))

    @property
    def unhearing(self) -> nn.ModuleList:
        """The decoders for who knows the code alone."""
        return self.calm or self.decoders

    def prior(self, count: int, generator: torch.Generator) -> Tensor:
        """Points as real music has them: a Gaussian with the mean and covariance of the codes of training windows
        (ex-post density estimation; Ghosh et al. 2020, section 4), before the fit the unit Gaussian. [point, latent]."""
        noise = torch.randn(count, self.shape.latent, generator=generator).to(self.prior_factor)
        found: Tensor = self.prior_mean + noise @ self.prior_factor.T
        return found

    def codes(self, points: Tensor) -> Tensor:
        """Points [point, latent] -> the code of each unit, [point * unit, code]."""
        if self.conductor is None:
            return points
        state = torch.tanh(self.conductor_start(points)).reshape(len(points), 2, -1)
        first = state[:, 0][None].contiguous(), state[:, 1][None].contiguous()
        each = functional.gelu(self.conductor_input(points)).reshape(len(points), self.shape.units, BAR_CODE)
        outputs, _ = self.conductor(each, first)
        found: Tensor = torch.cat([outputs, each], dim=2).flatten(0, 1)
        return found

    def forward(
        self, windows: Tensor, noise: Tensor, shown: Tensor | None = None, own: Tensor | None = None
    ) -> tuple[list[Tensor], Tensor, Tensor]:
        """Logits per part [window * unit, step, class] at a sample of the posterior, its mean and its deviation.

        `own` [window, step, part]: where the decoder is given its own guess instead of the window's symbol (scheduled
        sampling, with all guesses made in one pass; after Mihaylova and Martins 2019).
        """
        mean, deviation = self.encoder(windows)
        points = mean + deviation * noise
        before = windows
        if own is not None:
            with torch.no_grad():
                guesses = [_guessed(each.float()).reshape(windows.shape[:2]) for each in self.logits(points, windows, shown)]
                before = torch.where(own, torch.stack(guesses, dim=2), windows)
        return self.logits(points, before, shown), mean, deviation

    def logits(self, points: Tensor, windows: Tensor, shown: Tensor | None = None) -> list[Tensor]:
        """Teacher-forced logits per part at these points, the symbols before taken from `windows`."""
        codes = self.codes(points)
        found = []
        for at, decoder in enumerate(self.decoders):
            before = windows[:, :, at].reshape(len(codes), self.shape.unit_steps)
            seen = None if shown is None else shown[:, :, at].reshape(len(codes), self.shape.unit_steps)
            found.append(decoder(codes, before, seen))
        return found


def _guessed(logits: Tensor) -> Tensor:
    """A class drawn at every place."""
    noise = torch.rand_like(logits).clamp_(1e-9, 1 - 1e-9)
    return (logits - torch.log(-torch.log(noise))).argmax(-1)
