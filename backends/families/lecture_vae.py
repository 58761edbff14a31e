"""LectureVae: one drum bar in two numbers, dense or recurrent; the smallest model that still has a space (models.md 16)."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import torch
from numpy.typing import NDArray

from backends.checkpoints import load_weights, shapes_of
from backends.networks.lecture_vae import DIMENSIONS, SHAPES, LectureVae
from backends.representations.drum_voices import hits_of, set_numbers
from backends.representations.latent_scene import LatentScene, has_notes, latent_scene, phrase_at
from backends.representations.phrases import DrumFeel, drum_rows, read_phrase
from backends.sampling import derive
from studio import VERSION
from studio.errors import DamagedCheckpoint, UnsupportedRequest
from studio.generation.card import ModelCard
from studio.generation.contract import Family, Request, Take
from studio.generation.describe import task_words
from studio.generation.lecture import hits_at
from studio.generation.plain_json import Fields
from studio.generation.request_text import take_origin
from studio.jobs.progress import Progress
from studio.knobs import Knob, filled
from studio.song.ticks import Span
from studio.strict_json import FaultyJson
from studio.words import tr, within

FAMILY = Family(
    name="lecture-vae",
    title="Lecture VAE",
    version=1,
    capabilities=("start", "vary"),
    knobs=(
        Knob("temperature", "How surprising", default=0.0, low=0.0, high=2.0, help="0: the likelier of hit and silence. Above: "
             "drawn."),
        Knob("resemblance", "How close", default=0.7, low=0.0, high=1.0, help="How different from what is there: 1 is each bar "
             "as the model hears it, 0 any bar it knows."),
    ),
    heeds=(("resemblance", ("vary",)),),
)  # fmt: skip

PARTS = ("drums",)


class Model:
    """A trained variational autoencoder of one bar. A longer region is written bar by bar."""

    def __init__(self, card: ModelCard, device: str, network: LectureVae | None = None) -> None:
        """`network`: one at hand (in training, in tests) instead of the card's weights."""
        self._card = card
        if network is None:
            network = _new_network(card)
            network.load_state_dict(load_weights(card, shapes_of(network)))
        self._network = network.to(device).eval()
        self._device = device

    def generate(self, request: Request, progress: Progress) -> Iterator[Take]:
        if request.capability not in FAMILY.capabilities:
            raise UnsupportedRequest(
                tr("{card} cannot {task}.", card=self._card.title, task=within(task_words(request.capability))),
                tr("Choose another model for that."),
            )
        knobs = filled(FAMILY.knobs, dict(request.knobs))
        scene = latent_scene(request, PARTS, 1)
        (track_id,) = scene.tracks
        assert track_id is not None, "a scene of one part has its track"
        means = self._means(request, scene) if request.capability == "vary" else [None] * len(scene.tiles)
        if request.capability == "vary" and not any(mean is not None for mean in means):
            raise UnsupportedRequest(tr("There are no drums in these bars to vary."), tr("Choose bars with drums, or Start."))
        for number in range(1, request.count + 1):
            progress.stop_if_cancelled()
            progress.report(number - 1, request.count, tr("take {number} of {count}", number=number, count=request.count))
            rng = np.random.default_rng(derive(request.seed, number))
            noise = rng.standard_normal(DIMENSIONS)
            near = float(knobs["resemblance"])
            places = [noise if mean is None else near * mean + np.sqrt(1 - near**2) * noise for mean in means]
            bars = self._decoded(np.stack(places))
            drawn = derive(request.seed, number + 1000)
            rows = [
                drum_rows(set_numbers(hits_at(odds, float(knobs["temperature"]), drawn)), tile.start_tick, DrumFeel())
                for odds, tile in zip(bars, scene.tiles, strict=True)
            ]
            origin = take_origin(request, number, self._card.weights_sha256, VERSION)
            said = (f"z = ({places[0][0]:.2f}, {places[0][1]:.2f})", *scene.remarks)
            yield Take(number, request.span, ((track_id, np.concatenate(rows)),), origin, said)
        progress.report(1, 1, "")

    @torch.no_grad()
    def _means(self, request: Request, scene: LatentScene) -> list[NDArray[np.float64] | None]:
        """Where each bar of the region lies; None for an empty one."""
        found: list[NDArray[np.float64] | None] = []
        for tile in scene.tiles:
            phrase = phrase_at(request, scene, Span(tile.start_tick, min(tile.end_tick, request.span.end_tick)))
            if not has_notes(phrase):
                found.append(None)
                continue
            hits = hits_of(read_phrase(phrase, PARTS, 1).window[:, 0]).astype(np.float32)
            mean, _ = self._network.encode(torch.from_numpy(hits)[None].to(self._device))
            found.append(mean[0].double().cpu().numpy())
        return found

    @torch.no_grad()
    def _decoded(self, places: NDArray[np.float64]) -> NDArray[np.float32]:
        odds: NDArray[np.float32] = (
            self._network.decode(torch.from_numpy(places.astype(np.float32)).to(self._device)).cpu().numpy()
        )
        return odds


def _new_network(card: ModelCard) -> LectureVae:
    try:
        hidden = Fields(card.hyper, "hyper").whole("hidden", 1, 4096)
    except FaultyJson as problem:
        raise DamagedCheckpoint(
            tr("The card of {card} is damaged: {problem}.", card=card.title, problem=problem), tr("Install the model again.")
        ) from None
    if card.config not in SHAPES:
        raise DamagedCheckpoint(
            tr("The card of {card} names no known network: «{config}».", card=card.title, config=card.config),
            tr("Install the model again."),
        )
    return LectureVae(card.config, variational=True, hidden=hidden)
