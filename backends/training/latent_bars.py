"""A first stage for models of many bars: the bar's encoder and decoders learn single bars, then the space of whole windows
begins at the principal axes of their bars' codes.

Sixteen bars and their summary at once are slow to begin with: nothing tells the decoder of a bar that the code holds it until
the encoder has put it there. One bar is learnt in minutes. What joins bars has a closed form as long as it is linear: the
codes of a window's bars side by side, turned to their principal axes and scaled to unit variance (probabilistic PCA; Tipping
and Bishop 1999). What this leaves silent, the encoder's LSTM over bars and the conductor, is learnt when the whole is trained.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional

from backends.networks.music_vae import BAR_CODE, MusicVae, UnitDecoder
from backends.representations.phrases import BAR_STEPS
from backends.training.latent import MOST_SHIFT, BarStage, Config, LatentTask
from backends.training.latent_measure import chosen
from backends.training.latent_windows import Windows, WindowSet, transposed
from backends.training.loop import Outcome, Plan, Run, train
from studio.jobs.progress import Progress

MOST_JOINED = 5000
"""Training windows whose bars' codes give the axes."""
CHECKED_BARS = 4096


class BarVae(nn.Module):
    """The parts of a network that know one bar, with a small code of their own. A bar is a window [bar, step, part]."""

    def __init__(self, network: MusicVae, size: int) -> None:
        super().__init__()
        encoder = network.encoder
        assert encoder.bar_narrow is not None
        # Only what is learnt here is registered: the rest of the network has no gradient to average between processes.
        self._network = (network,)
        self.shared = nn.ModuleList(
            [encoder.symbols, encoder.steps, encoder.narrow, encoder.whole, encoder.summary, encoder.bar_narrow, network.decoders]
        )
        narrow = encoder.bar_narrow.out_features
        self.mean = nn.Linear(narrow, size)
        self.deviation = nn.Linear(narrow, size)
        self.code = nn.Linear(size, BAR_CODE)
        nn.init.constant_(self.deviation.bias, -1.0)

    def encode(self, bars: Tensor) -> tuple[Tensor, Tensor]:
        """Mean and deviation, [bar, size] each; what the bars around would say is left out."""
        encoder = self._network[0].encoder
        assert encoder.bar_narrow is not None
        each = encoder.summaries(bars)
        around = each.new_zeros(len(each), encoder.bar_narrow.in_features - each.shape[1])
        found = functional.gelu(encoder.bar_narrow(torch.cat([around, each], dim=1)))
        return self.mean(found).float(), functional.softplus(self.deviation(found).float()) + 1e-4

    def codes(self, points: Tensor) -> Tensor:
        """What the decoders are given, [bar, code]; the conductor says nothing."""
        each = functional.gelu(self.code(points))
        return torch.cat([each.new_zeros(len(each), self._network[0].shape.conductor), each], dim=1)

    def forward(
        self, bars: Tensor, noise: Tensor, shown: Tensor | None = None, own: Tensor | None = None
    ) -> tuple[list[Tensor], Tensor, Tensor]:
        """As the whole network's, without scheduled sampling (`own` is left aside)."""
        mean, deviation = self.encode(bars)
        codes = self.codes(mean + deviation * noise)
        found = []
        for at, decoder in enumerate(self._network[0].decoders):
            found.append(decoder(codes, bars[:, :, at], None if shown is None else shown[:, :, at]))
        return found, mean, deviation


def begin_with_bars(
    network: MusicVae,
    config: Config,
    windows: WindowSet,
    plan: Plan,
    folder: Path,
    *,
    fast: torch.dtype,
    resume: bool,
    progress: Progress,
    on_check: Callable[[Run], None],
) -> Outcome:
    """Train the bar parts of the network, resumable like any run, and join them to whole windows. A short order (`plan`, of
    the whole) gets a short first stage."""
    device, stage = next(network.parameters()).device, config.bars_first
    assert stage is not None
    stage = replace(stage, steps=min(stage.steps, 4 * plan.steps))
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(plan.seed)
        bars = BarVae(network, stage.latent).to(device)
    task = LatentTask(
        bar_config(config, stage), bars_of(windows.parts["train"]), bars_of(windows.parts["valid"]), fast, CHECKED_BARS
    )
    every = max(1, min(150, stage.steps // 4))
    plan = replace(plan, steps=stage.steps, learning_rate=stage.rate, check_every=every)
    outcome = train(bars, task, plan, folder, progress=progress, resume=resume, on_check=on_check)
    bars.load_state_dict(outcome.best)
    join_bars(network, bars, windows.parts["train"], plan.seed)
    return outcome


def bar_config(config: Config, stage: BarStage) -> Config:
    """As many bars in a batch as its windows have; the KL term rises all the way."""
    return replace(
        config,
        hyper=dict(config.hyper) | {"latent": stage.latent},
        batch=config.batch * config.bars,
        beta=stage.beta,
        beta_steps=stage.steps * 3 // 2,
        free_bits=0.0,
        own=0.0,
    )


def bars_of(windows: Windows) -> Windows:
    """Every bar of every window, as a window of its own."""
    return windows.reshape(-1, BAR_STEPS, windows.shape[2])


def join_bars(network: MusicVae, bars: BarVae, train_windows: Windows, seed: int) -> None:
    """Give the whole network's code the principal axes of its bars' codes, the strongest first.

    Axes are sought where the noise of every bar's code is 1, so that a variance is a ratio of signal to noise. A point's
    coordinate along one has the mean's share of unit variance and the noise's; on the way back each is scaled by what is
    signal in it, the estimate of least squared error.
    """
    shape, encoder = network.shape, network.encoder
    assert encoder.bar_narrow is not None
    means, noise = _bar_codes(bars, chosen(train_windows, MOST_JOINED, seed=13), shape.parts, seed)
    average, scale = means.mean(0), noise.repeat(shape.units).sqrt()
    values, axes = torch.linalg.eigh(torch.cov(((means - average) / scale).T))
    values, axes = values.flip(0)[: shape.latent].clamp(min=1e-6), axes.flip(1)[:, : shape.latent]
    into = (axes / scale[:, None] / (values + 1).sqrt()).T
    back = axes * scale[:, None] * values / (values + 1).sqrt()
    size = bars.mean.out_features
    read, tell = bars.mean.weight.double(), bars.code.weight.double()
    with torch.no_grad():
        _clear(network)
        kept = len(values)
        first = encoder.mean.in_features - shape.units * read.shape[1]
        bias = bars.mean.bias.double().repeat(shape.units) - average
        encoder.mean.bias[:kept] = (into @ bias).to(encoder.mean.bias)
        deviation = (values + 1).rsqrt()
        encoder.deviation.bias[:kept] = torch.log(torch.expm1(deviation)).to(encoder.deviation.bias)
        for at in range(shape.units):
            bar, column = slice(at * size, (at + 1) * size), first + at * read.shape[1]
            rows = slice(at * BAR_CODE, (at + 1) * BAR_CODE)
            encoder.mean.weight[:kept, column : column + read.shape[1]] = (into[:, bar] @ read).to(encoder.mean.weight)
            network.conductor_input.weight[rows, :kept] = (tell @ back[bar]).to(encoder.mean.weight)
            network.conductor_input.bias[rows] = (bars.code.bias.double() + tell @ average[bar]).to(encoder.mean.weight)


def _bar_codes(bars: BarVae, windows: Windows, names: tuple[str, ...], seed: int) -> tuple[Tensor, Tensor]:
    """Codes of the bars of each window side by side, [window, unit * size], and the mean variance of their noise, [size]."""
    rng = np.random.default_rng([seed, 41])
    moved = bars_of(transposed(windows, names, rng.integers(-MOST_SHIFT, MOST_SHIFT + 1, len(windows))))
    device = bars.mean.weight.device
    means, noise = [], torch.zeros(bars.mean.out_features, dtype=torch.float64, device=device)
    bars.eval()
    with torch.no_grad():
        for first in range(0, len(moved), 4096):
            mean, deviation = bars.encode(torch.from_numpy(moved[first : first + 4096].astype(np.int64)).to(device))
            means.append(mean.double())
            noise += deviation.double().square().sum(0)
    return torch.cat(means).reshape(len(windows), -1), noise / len(moved)


def _clear(network: MusicVae) -> None:
    """What the first stage did not teach says nothing at first, so that the joined network decodes as its bars did."""
    encoder, shape = network.encoder, network.shape
    assert encoder.bar_narrow is not None
    nn.init.zeros_(encoder.bar_narrow.weight[:, : 2 * shape.encoder])
    for layer in (encoder.mean, encoder.deviation, network.conductor_input):
        nn.init.zeros_(layer.weight)
        nn.init.zeros_(layer.bias)
    for decoder in network.decoders:
        assert isinstance(decoder, UnitDecoder)
        nn.init.zeros_(decoder.start.weight[:, : shape.conductor])
        nn.init.zeros_(decoder.code.weight[:, : shape.conductor])
