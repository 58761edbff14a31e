"""A latent model, its held-out phrases, and what it makes of them: what latent_quality.py measures."""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from backends.checkpoints import load_checkpoint, load_weights, shapes_of
from backends.networks.groovae import GrooveVib
from backends.networks.groove_feel import Habits
from backends.networks.groove_player import GroovePlayer
from backends.networks.music_vae import MusicVae
from backends.networks.phrase_model import PhraseModel
from backends.representations.drum_voices import set_numbers
from backends.representations.drums import Groove
from backends.representations.groove_scene import clip_groove
from backends.representations.phrases import Window, clip_of
from backends.training.latent import CONFIGS
from backends.training.latent_fit import attributes_of
from backends.training.latent_lines import load_lines
from backends.training.latent_measure import chosen
from backends.training.latent_windows import CLASSES, WindowSet, windows_of
from studio.generation.card import ModelCard, read_card
from studio.generation.latent import Vector
from studio.song.measures import phrase_distance

TEMPO = 120.0
DRUMS = "drums-2bar"


def nothing() -> None:
    """Nobody cancels a benchmark."""


class Bench:
    """A model, its held-out phrases, and what it makes of them at temperature 0."""

    def __init__(self, card: ModelCard, model: PhraseModel | GrooveSpace, names: tuple[str, ...], windows: WindowSet) -> None:
        self.card, self.model, self.names = card, model, names
        self.classes = CLASSES[names[0]]
        self.attributes = attributes_of(names) if isinstance(model, PhraseModel) else ()
        self.test, self.train = windows.parts["test"], windows.parts["train"]
        self.curve = card.settings.get("resemblance", [0.0, 1.0])

    def nearness(self, resemblance: float) -> float:
        """What the family makes of the knob."""
        return float(np.interp(resemblance, np.linspace(0, 1, len(self.curve)), self.curve))

    def phrases(self, count: int, seed: int) -> NDArray[np.int16]:
        return chosen(self.test, count, seed)

    def decoded(self, points: Vector) -> NDArray[np.int16]:
        pieces = [self.model.likeliest(points[at : at + 256], None, nothing) for at in range(0, len(points), 256)]
        return np.array([window for piece in pieces for window in piece])

    def means(self, windows: NDArray[np.int16]) -> Vector:
        return np.concatenate([self.model.posterior(windows[at : at + 256])[0] for at in range(0, len(windows), 256)])


class GrooveSpace:
    """GrooVAE's space as a PhraseModel would show it: windows of drum sets, without velocities and timing."""

    def __init__(self, player: GroovePlayer) -> None:
        self._player = player

    def posterior(self, windows: Window) -> tuple[Vector, Vector]:
        grooves = [clip_groove(clip_of(window, ("drums",))) for window in windows]
        places = [self._player.places(groove, TEMPO) for groove in grooves]
        return np.stack([place[0][0] for place in places]), np.stack([place[1][0] for place in places])

    def likeliest(self, points: Vector, _penalties: Tensor | None, _beat: object) -> list[Window]:
        return [_window(groove) for groove in self._player.sounded(points, 0.0, np.random.default_rng(0))]

    def sampled(self, point: Vector, temperature: float, seed: int, _penalties: Tensor | None, _beat: object) -> Window:
        return _window(self._player.sounded(point[None], temperature, np.random.default_rng(seed))[0])

    def prior(self, generator: torch.Generator) -> Vector:
        return self._player.sample(np.random.default_rng(generator.initial_seed()))


def _window(groove: Groove) -> Window:
    found: Window = set_numbers(groove.hits.astype(np.uint8))[:, None].astype(np.int16)
    return found


def distance(one: Window, other: Window) -> float:
    return float(np.mean([phrase_distance(one[:, at], other[:, at]) for at in range(one.shape[1])]))


def bench_of(folder: Path, packed: Path) -> Bench:
    """GrooVAE is given the drum phrases of drums-2bar's data."""
    card = read_card(folder)
    config = CONFIGS[DRUMS if card.family == "groovae" else card.config]
    windows = windows_of(load_lines(packed), config.parts, config.bars, config.hop)
    if card.family == "groovae":
        groove = GrooveVib(card.hyper)
        groove.load_state_dict(load_weights(card, shapes_of(groove)))
        return Bench(card, GrooveSpace(GroovePlayer(groove, "cpu", Habits.of(card))), config.parts, windows)
    network = MusicVae(card.hyper)
    card, weights = load_checkpoint(folder, shapes_of(network))
    network.load_state_dict(weights)
    model = PhraseModel(network.eval(), [attribute.name for attribute in attributes_of(config.parts)])
    return Bench(card, model, config.parts, windows)
