"""`pad_redraw`, `pad_grid` and the corner grid of performance.md 8: phrases from points, against stepping `nn.LSTM`.

    python benchmarks/pad.py [--json]

Weights are random (fixed seed, the shipped sizes; three times as large, so that logits spread as those of trained networks
do). The peer is the same network stepped as one would at first: the `nn.LSTM` module called once a step, bars one after
another. `pad_redraw` takes the fastest rung of this machine; where that is bfloat16 the eight-bit loop of other machines stands
beside it.
The last cases go through the model host in its own process, as the window does: a place in, a phrase out.
"""

from __future__ import annotations

import atexit
import shutil
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import torch
from frame import Case, Goal, main
from torch import Tensor

from backends.checkpoints import save_checkpoint
from backends.devices import use_threads
from backends.host import HostedBackend, host_process
from backends.networks.music_vae import MusicVae, UnitDecoder
from backends.networks.music_vae_decoder import EXACT, Fast, PhraseDecoder, joined, likeliest
from backends.networks.phrase_model import deaf
from backends.training.latent import CONFIGS, new_network
from studio.generation.card import ModelCard
from studio.generation.latent import Decoded, Decoding, Located, Locating, Phrase
from studio.jobs.progress import Progress
from studio.song.clip import Clip
from studio.song.notes import rows_from_columns

A_SECOND = 30
"""Decodes that a second must hold (issue 3)."""
GRID = 49

REFERENCE = {**CONFIGS["mel-2bar"].hyper, "decoder": 512, "layers": 3}
"""The decoder of the tables in performance.md 2."""


def network_of(hyper: Mapping[str, Any]) -> MusicVae:
    found = new_network(hyper, 1).eval()
    with torch.no_grad():
        for name, parameter in found.named_parameters():
            if name.startswith(("decoders.", "conductor")):
                parameter.mul_(3.0)
    return found


def moving(latent: int, count: int) -> Tensor:
    """Points along a drag: each near the one before."""
    ends = torch.randn(2, latent, generator=torch.Generator().manual_seed(2))
    along = torch.linspace(0, 1, count)[:, None]
    return ends[0] * (1 - along) + ends[1] * along


@torch.inference_mode()
def stepped(network: MusicVae, point: Tensor) -> Tensor:
    """The likeliest phrase as plain modules give it, [step, part]."""
    parts = []
    for decoder in network.decoders:
        assert isinstance(decoder, UnitDecoder)
        parts.append(torch.cat([_unit(decoder, code[None]) for code in network.codes(point[None])]))
    return torch.stack(parts, dim=1)


def _unit(decoder: UnitDecoder, code: Tensor) -> Tensor:
    each, state = decoder.step_codes(code), decoder.first_state(code)
    before, found = torch.zeros(1, 1, decoder.shape.embedding), []
    for step in range(decoder.shape.unit_steps):
        here = each[:, step : step + 1]
        outputs, state = decoder.cells(torch.cat([before, here], dim=2), state)
        symbol = decoder.output(torch.cat([outputs, here], dim=2)).argmax(-1)
        found.append(symbol[0])
        before = decoder.symbols(symbol)
    return torch.cat(found)


@dataclass
class Pad:
    network: MusicVae
    exact: PhraseDecoder
    fast: PhraseDecoder
    loop: Fast
    points: Tensor

    @classmethod
    def of(cls, hyper: Mapping[str, Any]) -> Pad:
        use_threads(1)
        network = network_of(hyper)
        network = deaf(network)  # as the pad decodes
        fast = PhraseDecoder(network, fast=True)
        assert fast.rung != EXACT, "no fast rung agrees"
        return cls(network, PhraseDecoder(network), fast, joined(network), moving(network.shape.latent, GRID))

    def plainly(self, count: int) -> Tensor:
        return torch.stack([stepped(self.network, point) for point in self.points[:count]])

    def exactly(self, count: int) -> Tensor:
        return torch.cat([self.exact.draw(point[None], likeliest) for point in self.points[:count]])

    def redrawn(self, count: int) -> Tensor:
        return torch.cat([self.fast.draw(self.points[at % GRID][None], likeliest) for at in range(count)])

    @torch.inference_mode()
    def looped(self, count: int) -> Tensor:
        return torch.cat([self.loop.classes(0, self.loop.codes(self.points[at % GRID][None]), _nothing) for at in range(count)])

    def grid(self, _count: int) -> Tensor:
        return self.fast.draw(self.points, likeliest)


def _nothing() -> None:
    pass


def decoder_cases(name: str, hyper: Mapping[str, Any], redraws: int, goal: float) -> list[Case]:
    made: list[Pad] = []

    def pad() -> Pad:
        if not made:
            made.append(Pad.of(hyper))
        return made[0]

    def same_as_plain(windows: object, least: float) -> None:
        assert isinstance(windows, Tensor)
        share = float((windows[:1] == pad().plainly(1)).float().mean())
        assert share >= least, f"{share:.2f} of the steps as stepped"

    plain, redraw = f"nn.LSTM, {name}", f"pad_redraw, {name}"
    return [
        Case(plain, pad, lambda pad: pad.plainly(1), 1, "decode"),
        Case(f"float32 cells, {name}", pad, lambda pad: pad.exactly(5), 5, "decode", (), partial(same_as_plain, least=0.99)),
        Case(f"int8 loop, {name}", pad, lambda pad: pad.looped(redraws), redraws, "decode", (Goal(plain, "speed", 10.0),)),
        Case(
            redraw,
            pad,
            lambda pad: pad.redrawn(redraws),
            redraws,
            "decode",
            (Goal(plain, "speed", goal), Goal("", "seconds", redraws / A_SECOND)),
            partial(same_as_plain, least=0.2),
        ),
        Case(f"pad_grid, {name}", pad, lambda pad: pad.grid(GRID), 1, "grid", (Goal(redraw, "time", 15.0),)),
    ]


@dataclass
class Hosted:
    """A host with the model loaded, as the window has it."""

    host: HostedBackend
    model: str
    folder: Path
    points: np.ndarray[Any, np.dtype[np.float32]]
    phrases: tuple[Phrase, ...]

    @classmethod
    def of(cls, name: str) -> Hosted:
        use_threads(1)
        folder = Path(tempfile.mkdtemp(prefix="ricercar-pad-"))
        config, network = CONFIGS[name], network_of(CONFIGS[name].hyper)
        space = {"bars": config.bars, "dimensions": network.shape.latent, "parts": list(config.parts), "attributes": []}
        card = ModelCard(
            f"random-{name}", name, "music-vae", 1, name, ("start", "vary", "morph"), {}, config.hyper, settings={"space": space}
        )
        save_checkpoint(folder / card.id, card, network.state_dict())
        points = moving(network.shape.latent, GRID).numpy().astype(np.float32)
        host = HostedBackend(host_process((folder,), "cpu"), spare=host_process((folder,), "cpu"))
        found = cls(host, card.id, folder, points, tuple(tune(config.bars, at) for at in range(4)))
        atexit.register(found.close)
        found.corner_grid()
        return found

    def dragged(self, count: int) -> int:
        """One request a place, the next only after the phrase before has come."""
        return sum(len(self._decoded(self.points[at % GRID][None])) for at in range(count))

    def corner_grid(self) -> int:
        """Four phrases placed, and the phrases of the whole pad."""
        located = [found for found in self.host.ask(Locating(self.model, self.phrases), Progress()) if isinstance(found, Located)]
        corners = np.stack([found.mean for found in located])
        across = np.linspace(0, 1, 7, dtype=np.float32)
        weights = np.stack([np.array([(1 - x) * (1 - y), x * (1 - y), (1 - x) * y, x * y]) for y in across for x in across])
        return len(located) + len(self._decoded((weights @ corners).astype(np.float32)))

    def _decoded(self, points: np.ndarray[Any, np.dtype[np.float32]]) -> list[Decoded]:
        return [found for found in self.host.ask(Decoding(self.model, points), Progress()) if isinstance(found, Decoded)]

    def close(self) -> None:
        self.host.close()
        shutil.rmtree(self.folder, ignore_errors=True)


def tune(bars: int, seed: int) -> Phrase:
    count = bars * 8
    pitches = 60 + np.random.default_rng(seed).integers(-3, 4, count).cumsum() % 24
    rows = rows_from_columns(np.arange(count) * 480, np.full(count, 480), pitches, np.full(count, 90), id=np.arange(count) + 1)
    return Phrase(Clip(((0, rows),), bars * 3840))


def host_cases(name: str, model: str, drags: int) -> list[Case]:
    made: list[Hosted] = []

    def hosted() -> Hosted:
        if not made:
            made.append(Hosted.of(model))
        return made[0]

    def counted(found: object, wanted: int) -> None:
        assert found == wanted, f"{found} answers"

    return [
        Case(
            f"drag, host, {name}",
            hosted,
            lambda hosted: hosted.dragged(drags),
            drags,
            "phrase",
            (Goal("", "seconds", drags / A_SECOND),),
            partial(counted, wanted=drags),
            is_single_thread=False,
        ),
        Case(
            f"corner grid, host, {name}",
            hosted,
            Hosted.corner_grid,
            1,
            "grid",
            (Goal("", "seconds", 0.2),),
            partial(counted, wanted=GRID + 4),
            is_single_thread=False,
        ),
    ]


def cases() -> list[Case]:
    return [
        *decoder_cases("2 bars", CONFIGS["mel-2bar"].hyper, 12, 40.0),
        *decoder_cases("16 bars", CONFIGS["mel-16bar-hier"].hyper, 5, 40.0),
        *decoder_cases("3 x 512", REFERENCE, 3, 40.0),
        *host_cases("2 bars", "mel-2bar", 10),
        *host_cases("16 bars", "mel-16bar-hier", 10),
    ]


if __name__ == "__main__":
    main("pad", cases)
