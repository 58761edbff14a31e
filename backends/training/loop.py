"""The training loop of every family: resumable to the bit, cancellable, the best validation loss kept.

A run's folder holds `run.safetensors`: the network now ("now."), at its best ("best."), the optimiser's moments
("first.", "second."), and in its header the step, the losses so far and the plan, as JSON. It is replaced atomically.
Under torchrun every process draws batches of its own, gradients are averaged, and the first one writes.
"""

from __future__ import annotations

import json
import math
import os
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Protocol, runtime_checkable

import numpy as np
import torch
import torch.distributed as dist
from safetensors import SafetensorError, safe_open
from safetensors.torch import save
from torch import Tensor, nn

from studio.errors import DamagedCheckpoint
from studio.jobs.progress import Cancelled, Progress
from studio.paths import write_atomically
from studio.words import tr

RUN_FILE = "run.safetensors"


@dataclass(frozen=True, slots=True)
class Plan:
    """How long and how hard to train. The learning rate rises over `warmup` steps and falls as a cosine to a fiftieth."""

    steps: int
    seed: int
    learning_rate: float = 2e-3
    warmup: int = 100
    weight_decay: float = 0.01
    clip: float = 5.0
    check_every: int = 100
    patience: int = 0
    """Stop after this many checks without a better loss; 0: never."""


@runtime_checkable
class SteppedTask(Protocol):
    """A task whose loss changes with the step, such as a weight that rises; told before each."""

    def begin_step(self, step: int) -> None: ...


class Task(Protocol):
    """What is learned: `loss` draws its batch from the generator alone, so that a step depends on nothing before it."""

    def loss(self, network: nn.Module, rng: np.random.Generator) -> Tensor: ...

    def check(self, network: nn.Module) -> float:
        """The validation loss, lower is better."""
        ...


@dataclass(slots=True)
class Run:
    """Where a run stands; delivered to progress at every check."""

    step: int = 0
    best_step: int = 0
    best_loss: float = math.inf
    seconds: float = 0.0
    curve: list[tuple[int, float, float]] = field(default_factory=list)
    """(step, mean training loss since the last check, validation loss)."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """The finished or cancelled run, and the weights at its best check (at its last step when never checked)."""

    run: Run
    best: dict[str, Tensor]
    was_cancelled: bool


def train(
    network: nn.Module,
    task: Task,
    plan: Plan,
    folder: Path,
    *,
    progress: Progress,
    resume: bool = False,
    on_check: Callable[[Run], None] | None = None,
    spent: float = 0.0,
) -> Outcome:
    """Train the network in place; a cancel ends the run early, saved, with the best so far. `spent`: seconds that stages
    before this one took."""
    rank, world = _joined_group()
    optimiser = torch.optim.AdamW(network.parameters(), lr=plan.learning_rate, weight_decay=plan.weight_decay, betas=(0.9, 0.98))
    run, best = (_resumed(folder / RUN_FILE, network, optimiser) if resume else None) or (Run(seconds=spent), _copied(network))
    shared = nn.parallel.DistributedDataParallel(network) if world > 1 else network
    began = time.monotonic() - run.seconds
    losses: list[float] = []
    was_cancelled = False
    with torch.random.fork_rng(devices=[]):
        while run.step < plan.steps and not _is_stuck(run, plan):
            try:
                progress.stop_if_cancelled()
            except Cancelled:
                was_cancelled = True
                break
            losses.append(_one_step(shared, task, optimiser, plan, at=(run.step, rank)))
            run.step += 1
            run.seconds = time.monotonic() - began
            progress.report(run.step, plan.steps, f"loss {losses[-1]:.3f}")
            if run.step % plan.check_every == 0 or run.step == plan.steps:
                best = _checked(run, network, task, losses, best)
                losses.clear()
                if is_first():
                    _save(folder, run, network, optimiser, best=best, plan=plan)
                progress.deliver(run)
                if on_check is not None:
                    on_check(run)
    if was_cancelled and is_first():
        _save(folder, run, network, optimiser, best=best, plan=plan)
    return Outcome(run, best if run.curve else _copied(network), was_cancelled)


def _one_step(network: nn.Module, task: Task, optimiser: torch.optim.Optimizer, plan: Plan, *, at: tuple[int, int]) -> float:
    step, rank = at
    network.train()
    torch.manual_seed((plan.seed * 1_000_003 + step) * 1009 + rank)
    for group in optimiser.param_groups:
        group["lr"] = learning_rate(plan, step)
    if isinstance(task, SteppedTask):
        task.begin_step(step)
    loss = task.loss(network, np.random.default_rng([plan.seed, step, rank]))
    optimiser.zero_grad(set_to_none=True)
    loss.backward()  # type: ignore[no-untyped-call]
    nn.utils.clip_grad_norm_(network.parameters(), plan.clip)
    optimiser.step()
    return float(loss.detach())


def learning_rate(plan: Plan, step: int) -> float:
    """The rate of a step counted from 0."""
    if step < plan.warmup:
        return plan.learning_rate * (step + 1) / plan.warmup
    done = (step - plan.warmup) / max(1, plan.steps - plan.warmup)
    return plan.learning_rate * (0.02 + 0.98 * 0.5 * (1 + math.cos(math.pi * min(1.0, done))))


def _checked(run: Run, network: nn.Module, task: Task, losses: list[float], best: dict[str, Tensor]) -> dict[str, Tensor]:
    network.eval()
    with torch.no_grad():
        loss = task.check(network)
    run.curve.append((run.step, sum(losses) / max(1, len(losses)), loss))
    if loss >= run.best_loss:
        return best
    run.best_loss, run.best_step = loss, run.step
    return _copied(network)


def _is_stuck(run: Run, plan: Plan) -> bool:
    return plan.patience > 0 and run.step - run.best_step >= plan.patience * plan.check_every


def _copied(network: nn.Module) -> dict[str, Tensor]:
    return {name: tensor.detach().clone().cpu() for name, tensor in network.state_dict().items()}


def is_first() -> bool:
    """Whether this process is the one that writes: the only one, or the first of a torchrun group."""
    return int(os.environ.get("RANK", "0")) == 0


def _joined_group() -> tuple[int, int]:
    """Rank and size of the torchrun group this process belongs to; (0, 1) by itself."""
    world = int(os.environ.get("WORLD_SIZE", "1"))
    if world > 1 and not dist.is_initialized():
        dist.init_process_group("nccl" if torch.cuda.is_available() else "gloo")
    return (dist.get_rank(), world) if world > 1 else (0, 1)


def _save(
    folder: Path, run: Run, network: nn.Module, optimiser: torch.optim.Optimizer, *, best: dict[str, Tensor], plan: Plan
) -> None:
    tensors = {f"now.{name}": tensor for name, tensor in _copied(network).items()}
    tensors |= {f"best.{name}": tensor for name, tensor in best.items()}
    for name, parameter in network.named_parameters():
        moments = optimiser.state.get(parameter)
        if moments:
            tensors[f"first.{name}"] = moments["exp_avg"].cpu()
            tensors[f"second.{name}"] = moments["exp_avg_sq"].cpu()
    state = {"run": asdict(run), "plan": asdict(plan)}
    data = save(tensors, {"state": json.dumps(state)})
    folder.mkdir(parents=True, exist_ok=True)
    write_atomically(folder / RUN_FILE, lambda stream: _written(stream.write(data)))


def _written(_count: int) -> None:
    return None


def _resumed(path: Path, network: nn.Module, optimiser: torch.optim.Optimizer) -> tuple[Run, dict[str, Tensor]] | None:
    """The saved run loaded into network and optimiser, and its best weights; None when there is no saved run."""
    if not path.is_file():
        return None
    try:
        with safe_open(path, framework="pt") as file:
            state = json.loads(file.metadata()["state"])
            tensors = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118 - no iterator of its own
        network.load_state_dict(_under(tensors, "now."))
        first, second = _under(tensors, "first."), _under(tensors, "second.")
        run = Run(**state["run"])
        for name, parameter in network.named_parameters():
            if name in first:
                optimiser.state[parameter] = {
                    "step": torch.tensor(float(run.step)),
                    "exp_avg": first[name].to(parameter.device),
                    "exp_avg_sq": second[name].to(parameter.device),
                }
    except (SafetensorError, RuntimeError, KeyError, TypeError, ValueError) as problem:
        raise DamagedCheckpoint(
            tr("The saved run «{path}» cannot be continued: {reason}.", path=path, reason=str(problem).splitlines()[0]),
            tr("Use the settings it was started with, or start again without --resume."),
        ) from problem
    run.curve = [(int(step), float(loss), float(checked)) for step, loss, checked in run.curve]
    return run, _under(tensors, "best.")


def _under(tensors: dict[str, Tensor], prefix: str) -> dict[str, Tensor]:
    return {name.removeprefix(prefix): tensor for name, tensor in tensors.items() if name.startswith(prefix)}
