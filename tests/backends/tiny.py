"""A tiny untrained MelodyRNN with the real interface, and songs to try it on."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import torch

from backends.checkpoints import save_checkpoint
from backends.networks.melody_lstm import MelodyLstm
from backends.representations.melody import MelodyCodec
from backends.representations.melody_coders import MelodyCoder
from studio.generation.card import DataSource, ModelCard
from studio.generation.contract import Capability, Request
from studio.song.notes import Notes, rows_from_columns
from studio.song.region import Mask, Region
from studio.song.song import Instrument, Song, Track
from studio.song.ticks import Span

BAR = 3840
torch.set_num_threads(1)
SCALE = np.array([0, 2, 4, 5, 7, 9, 11])


def tiny_card(config: str = "attention", **changes: Any) -> ModelCard:
    codec = MelodyCodec(0, 128, transposes=False) if config == "mono" else MelodyCodec()
    coder = MelodyCoder(config, codec.class_count, codec.low)
    hyper = {"input_size": coder.input_size, "label_count": coder.label_count, "cells": 16, "heads": 2, "dropout": 0.0}
    hyper |= {"attention": 8 if config == "attention" else 0}
    data = (DataSource("none", "CC0", True, 1.0),)
    card = ModelCard(
        f"tiny-{config}", f"Tiny {config}", "melody-rnn", 1, config, ("start", "continue", "fill"), codec.spec, hyper, data
    )
    return replace(card, **changes)


def tiny_network(card: ModelCard, seed: int = 0) -> MelodyLstm:
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        return MelodyLstm(card.hyper)


def saved_tiny(folder: Path, config: str = "attention", **changes: Any) -> ModelCard:
    card = tiny_card(config, **changes)
    return save_checkpoint(folder / card.id, card, tiny_network(card).state_dict())


def melody_song(bars: int = 8, up: int = 0, gap: tuple[int, int] | None = None, velocity: int | None = None) -> Song:
    """A tune in eighths in C major (moved up by `up`), with accents; bars of `gap` (from 1) left empty."""
    count = bars * 8
    steps = np.random.default_rng(5).integers(-2, 3, count).cumsum() % 10
    pitches = 60 + up + SCALE[steps % 7] + 12 * (steps // 7)
    velocities = np.full(count, velocity) if velocity else 70 + 20 * (np.arange(count) % 2 == 0) + np.arange(count) % 5
    rows = rows_from_columns(np.arange(count) * 480, np.full(count, 480), pitches, velocities, id=np.arange(count) + 10)
    if gap:
        inside = (rows["start"] >= (gap[0] - 1) * BAR) & (rows["start"] < gap[1] * BAR)
        rows = rows[~inside]
    melody = Track(1, "Melody").with_notes(Notes(rows))
    return Song(tracks=(melody, Track(2, "Empty"), Track(3, "Kit", instrument=Instrument(is_drum=True))), next_id=1000)


def request_for(
    song: Song, capability: Capability, bars: tuple[int, int], *, track: int = 1, count: int = 2, seed: int = 1, **knobs: Any
) -> Request:
    span = Span((bars[0] - 1) * BAR, bars[1] * BAR)
    hear = tuple(other.id for other in song.tracks if other.id != track)
    return Request(capability, "tiny", song, Mask(Region((track,), span)), hear, knobs, seed, count)
