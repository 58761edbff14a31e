"""Small untrained models of every family behind the one door of takes, and what their takes measure."""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from latent_parts import band, small_card, small_model, tune
from tiny import melody_song, tiny_card, tiny_network

from backends.choosing import Chooser
from backends.families import groovae, lecture_vae, melody_rnn, music_vae
from backends.networks.groovae import GrooveSeq2Seq, GrooveVib
from backends.networks.lecture_vae import LectureVae
from backends.steered import steered
from studio.generation.card import ModelCard
from studio.generation.contract import Backend, Capability, Family, Request, Take
from studio.jobs.progress import Progress
from studio.knobs import KnobValue
from studio.song.clip import Clip
from studio.song.constraint import Constraint
from studio.song.notes import Note, rows_of
from studio.song.region import Mask, Region
from studio.song.song import Song
from studio.song.ticks import Span

BAR = 3840


@dataclass(frozen=True)
class Engine:
    """A model, what it declares, and a song with the track that it writes."""

    name: str
    model: Backend
    family: Family
    song: Song
    track_id: int

    def request(
        self,
        verb: Capability,
        knobs: Mapping[str, KnobValue] | None = None,
        *,
        seed: int = 1,
        count: int = 1,
        bars: tuple[int, int] = (3, 4),
        constraint: Constraint | None = None,
    ) -> Request:
        span = Span((bars[0] - 1) * BAR, bars[1] * BAR)
        hear = tuple(track.id for track in self.song.tracks if track.id != self.track_id)
        held = () if constraint is None else (constraint,)
        mask = Mask(Region((self.track_id,), span))
        return Request(verb, self.name, self.song, mask, hear, dict(knobs or {}), seed, count, self.clips(verb), held)

    def clips(self, verb: str) -> tuple[Clip, ...]:
        if verb != "morph":
            return ()
        notes = [Note(at * 480, 240, 36 + 2 * (at % 3)) for at in range(16)] if self.is_drum else tune(2, seed=9)
        return (Clip(((0, rows_of(notes)),), 2 * BAR),)

    @property
    def is_drum(self) -> bool:
        return self.song.track(self.track_id).instrument.is_drum

    def takes(self, request: Request) -> list[Take]:
        return list(steered(self.model, self.family, request, Progress()))

    def mean(
        self, knob: str, verb: Capability, value: KnobValue, *, seeds: int = 8, bars: tuple[int, int] = (3, 4), **more: KnobValue
    ) -> float:
        """The knob's own measure over takes of so many seeds."""
        found = []
        for seed in range(seeds):
            request = self.request(verb, {**more, knob: value}, seed=seed, bars=bars)
            chooser = Chooser(request, ())
            found += [chooser.measure(knob, take) for take in self.takes(request)]
        return float(np.mean(found))


def tiny_melody() -> Engine:
    card = tiny_card("attention")
    model = melody_rnn.Model(card, "cpu", tiny_network(card))
    return Engine("tiny-attention", model, melody_rnn.FAMILY, melody_song(6), 1)


def tiny_phrases(config: str, track_id: int) -> Engine:
    return Engine(small_card(config).id, small_model(config), music_vae.FAMILY, band(), track_id)


def tiny_groove(config: str) -> Engine:
    hyper = {"cells": 12, "dropout": 0.0, "decoder_cells": 12, "z": 6}
    settings: dict[str, Any] = {"timing": {"spread": 0.3}, "velocity": {"spread": 0.3}}
    verbs = ("groove", "fill", "vary", "morph") if config == "vib" else ("groove", "fill")
    if config == "vib":
        settings["space"] = {"bars": 2, "dimensions": 6, "parts": ["drums"], "attributes": []}
    card = ModelCard(f"tiny-{config}", "Tiny", "groovae", 1, config, verbs, {}, hyper, settings=settings)
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(3)
        network = GrooveVib(hyper) if config == "vib" else GrooveSeq2Seq(hyper)
    return Engine(card.id, groovae.Model(card, "cpu", network), groovae.FAMILY, band(), 3)


def tiny_lecture() -> Engine:
    card = ModelCard("tiny-lecture", "Tiny", "lecture-vae", 1, "dense", ("start", "vary"), {}, {"hidden": 12})
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(1)
        network = LectureVae("dense", variational=True, hidden=12)
        for weight in itertools.islice(network.parameters(), 2, None):
            weight.data *= 3  # an untrained one says nearly the same of every place
    return Engine(card.id, lecture_vae.Model(card, "cpu", network), lecture_vae.FAMILY, band(), 3)


def engines() -> list[Engine]:
    return [
        tiny_melody(),
        tiny_phrases("mel-2bar", 1),
        tiny_phrases("drums-2bar", 3),
        tiny_groove("seq2seq"),
        tiny_groove("vib"),
        tiny_lecture(),
    ]
