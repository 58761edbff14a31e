"""`train music-vae` from songs to a finished checkpoint: lines, windows, training, fits, figures, card."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from backends.checkpoints import load_checkpoint, save_checkpoint, shapes_of
from backends.devices import chosen_device, fast_format
from backends.networks.music_vae import MusicVae
from backends.training.latent import CONFIGS, Config, LatentTask, new_network
from backends.training.latent_bars import begin_with_bars
from backends.training.latent_card import latent_card
from backends.training.latent_finish import finish
from backends.training.latent_fit import attributes_of, resemblance_curve
from backends.training.latent_lines import Lines, load_lines, read_lines, save_lines
from backends.training.latent_measure import measure
from backends.training.latent_windows import WindowSet, windows_of
from backends.training.loop import RUN_FILE, Outcome, Plan, Run, is_first, train
from backends.training.order import Order, run_folder
from backends.training.terms import sources_for
from studio.errors import UnsupportedRequest
from studio.generation.card import ModelCard, read_card
from studio.generation.describe import part_words
from studio.jobs.progress import Progress
from studio.words import tr

FEWEST_WINDOWS = 50
BARS_FOLDER = "bars"
"""Where a first stage's run lies in the folder of the whole run."""


def train_music_vae(order: Order, progress: Progress, say: Callable[[str], None]) -> ModelCard:
    """Train and save; a cancel saves the best so far and returns its card, marked as cut short."""
    import torch

    if order.threads:
        torch.set_num_threads(order.threads)
    config, plan = _settled(order)
    windows = _windows(order, config, progress, say)
    device = chosen_device(order.device)
    hyper = dict(config.hyper) | {"attributes": [attribute.name for attribute in attributes_of(config.parts)]}
    network = new_network(hyper, plan.seed).to(device)
    if order.start is not None and not order.resume:
        say(f"beginning with the weights of {_begin_with(network, order.start)}")
    order.out.mkdir(parents=True, exist_ok=True)
    outcome = _trained(order, config, plan, network, windows, progress=progress, say=say)
    network.load_state_dict(outcome.best)
    more = 0 if outcome.was_cancelled else plan.steps  # who stops a run wants its best so far, now
    finish(network, order.config, windows, seed=plan.seed, most_steps=more, say=say)
    return _finished(order, config, plan, network, windows, run=outcome.run, was_cut=outcome.was_cancelled, say=say)


def _begin_with(network: MusicVae, folder: Path) -> str:
    """Take over what a model learnt; what it was given after training is made anew. Its title."""
    before = MusicVae(read_card(folder).hyper)
    card, weights = load_checkpoint(folder, shapes_of(before))
    learnt = {name: weight for name, weight in weights.items() if not name.startswith(("calm.", "following."))}
    network.load_state_dict(learnt)
    return card.title


def _trained(
    order: Order,
    config: Config,
    plan: Plan,
    network: MusicVae,
    windows: WindowSet,
    *,
    progress: Progress,
    say: Callable[[str], None],
) -> Outcome:
    """Both stages where there are two. A cut in the first leaves no run of the second: --resume goes on with the first."""
    folder, fast = run_folder(order.out), fast_format(next(network.parameters()).device)
    is_begun = order.resume and (folder / RUN_FILE).is_file()
    spent = 0.0

    def told(run: Run) -> None:
        step, loss, checked = run.curve[-1]
        say(f"step {step}: training {loss:.4f}, validation {checked:.4f} (best {run.best_loss:.4f}), {run.seconds:.0f} s")

    if config.bars_first is not None and order.start is None and not is_begun:
        say("first stage: bars by themselves")
        first = begin_with_bars(
            network,
            config,
            windows,
            plan,
            folder / BARS_FOLDER,
            fast=fast,
            resume=order.resume,
            progress=progress,
            on_check=told,
        )
        if first.was_cancelled:
            return replace(first, best=network.state_dict())
        spent = first.run.seconds
        say("second stage: whole windows")
    task = LatentTask(config, windows.parts["train"], windows.parts["valid"], fast)
    return train(network, task, plan, folder, progress=progress, resume=order.resume, on_check=told, spent=spent)


def _settled(order: Order) -> tuple[Config, Plan]:
    """The configuration with what the order says otherwise, and its plan."""
    config = CONFIGS[order.config]
    config = replace(config, batch=order.size.batch or config.batch)
    steps = order.plan.steps or config.steps
    rate = order.plan.learning_rate or config.rate
    every = max(1, min(250, steps // 4))
    return config, replace(order.plan, steps=steps, learning_rate=rate, clip=1.0, check_every=every)


def _windows(order: Order, config: Config, progress: Progress, say: Callable[[str], None]) -> WindowSet:
    lines = read_or_packed(order, progress)
    say(lines.described())
    windows = windows_of(lines, config.parts, config.bars, config.hop)
    say(windows.described())
    if len(windows.parts["train"]) < FEWEST_WINDOWS or not len(windows.parts["valid"]) or not len(windows.parts["test"]):
        found = sum(len(part) for part in windows.parts.values())
        raise UnsupportedRequest(
            tr(
                "Only {found} windows of {bars} bars in 4/4 with {parts} were found: too few to learn from and to check with.",
                found=found,
                bars=config.bars,
                parts=tr(" and ").join(map(part_words, config.parts)),
            ),
            tr("Give more songs."),
        )
    return windows


def read_or_packed(order: Order, progress: Progress) -> Lines:
    """The lines of the packed file when it is there, else of the folders (and the packed file is written)."""
    if order.packed is not None and order.packed.is_file():
        return load_lines(order.packed)
    lines = read_lines(order.songs, progress)
    if order.packed is not None:
        save_lines(lines, order.packed)
    return lines


def _finished(
    order: Order,
    config: Config,
    plan: Plan,
    network: MusicVae,
    windows: WindowSet,
    *,
    run: Run,
    was_cut: bool,
    say: Callable[[str], None],
) -> ModelCard:
    curve = resemblance_curve(network, windows.parts["valid"])
    figures = measure(network, windows.parts["test"], windows.parts["train"], say)
    places = [(place, windows.folders.get(at, 0)) for at, (place, _) in enumerate(order.songs)]
    card = latent_card(
        identifier=order.out.name,
        config_name=order.config,
        config=config,
        hyper=network.hyper,
        data=sources_for(places, order.licences),
        windows=windows,
        figures=figures | _run_figures(run),
        run=run,
        plan=plan,
        command=order.command,
        was_cut=was_cut,
        resemblance=curve,
    )
    return save_checkpoint(order.out, card, network.state_dict()) if is_first() else card


def _run_figures(run: Run) -> dict[str, float]:
    return {"validation_loss": round(run.best_loss, 4), "steps": float(run.step), "best_step": float(run.best_step)}
