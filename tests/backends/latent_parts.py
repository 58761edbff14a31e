"""Small latent models with untrained weights, and the music that tests give them."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np

from backends.families.music_vae import Model
from backends.networks.music_vae import MusicVae
from backends.training.latent import CONFIGS, new_network
from backends.training.latent_fit import attributes_of
from studio.generation.card import ModelCard
from studio.generation.contract import Request
from studio.generation.latent import Phrase
from studio.jobs.progress import Progress
from studio.song import Note, Notes, Song, Track
from studio.song.clip import Clip
from studio.song.notes import ROW
from studio.song.region import Mask, Region
from studio.song.song import Instrument
from studio.song.ticks import Span

SMALL = {"latent": 12, "embedding": 6, "encoder": 10, "summary": 16, "decoder": 14, "step_code": 8}
BAR = 3840


def small_hyper(name: str) -> dict[str, Any]:
    config = CONFIGS[name]
    conductor = {"conductor": 9} if config.hyper["conductor"] else {}
    return {**config.hyper, **SMALL, **conductor, "attributes": [found.name for found in attributes_of(config.parts)]}


def small_card(name: str) -> ModelCard:
    config = CONFIGS[name]
    space = {
        "bars": config.bars,
        "dimensions": SMALL["latent"],
        "parts": list(config.parts),
        "attributes": [asdict(found) for found in attributes_of(config.parts)],
    }
    return ModelCard(
        id=name,
        title=f"Small {name}",
        family="music-vae",
        family_version=1,
        config=name,
        capabilities=("start", "vary", "morph", "continue"),
        codec={},
        hyper=small_hyper(name),
        settings={"space": space},
        folder=Path(),
    )


def small_network(name: str, seed: int = 3) -> MusicVae:
    return new_network(small_hyper(name), seed)


def small_model(name: str) -> Model:
    return Model(small_card(name), "cpu", small_network(name))


def tune(bars: int, seed: int = 1, low: int = 55, high: int = 80) -> list[Note]:
    """Eighths that wander, a rest here and there."""
    rng = np.random.default_rng(seed)
    pitches = np.clip(67 + np.cumsum(rng.integers(-4, 5, bars * 8)), low, high)
    return [Note(at * 480, 480, int(pitch)) for at, pitch in enumerate(pitches) if rng.random() < 0.85]


def beat(bars: int) -> list[Note]:
    """Kick, snare and hats."""
    found = [Note(at * 480, 120, 42) for at in range(bars * 8)]
    return found + [Note(at * 960, 120, 36 if at % 2 == 0 else 38) for at in range(bars * 4)]


def band(bars: int = 8) -> Song:
    """Melody, bass and drums, tracks 1 to 3."""
    bass = [Note(at * 960, 960, 36 + at % 5) for at in range(bars * 4)]
    tracks = (
        Track(1, "Lead", notes=Notes.of(tune(bars))),
        Track(2, "Bass", instrument=Instrument(program=33), notes=Notes.of(bass)),
        Track(3, "Drums", instrument=Instrument(is_drum=True), notes=Notes.of(beat(bars))),
    )
    return Song(tracks=tracks, next_id=10_000)


def phrase_of(notes: list[Note], bars: float, *, drums: bool = False, source: str = "test") -> Phrase:
    rows = Notes.of(notes).rows if notes else np.zeros(0, ROW)
    return Phrase(Clip(((0, rows),), int(bars * BAR)), source, (0,) if drums else ())


def asked(model: Model, task: Any, *, bars: tuple[int, int], tracks: tuple[int, ...] = (1,), **more: Any) -> list[Any]:
    """The takes of a request on the band's bars `first` to `last`."""
    song = more.pop("song", None) or band()
    first, last = bars
    mask = Mask(Region(tracks, Span((first - 1) * BAR, last * BAR)))
    return list(model.generate(Request(task, "small", song, mask, **more), Progress()))
