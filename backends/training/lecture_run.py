"""`train lecture-vae` from songs to a finished checkpoint: distinct drum bars, both autoencoders, figures, card."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import cast

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from backends.checkpoints import save_checkpoint
from backends.networks.lecture_vae import HIDDEN, LectureVae
from backends.representations.drum_voices import hits_of
from backends.training.latent_run import read_or_packed
from backends.training.latent_windows import WindowSet, windows_of
from backends.training.lecture import BATCH, RATES, Learner, divergence
from backends.training.lecture_state import go_on, keep
from backends.training.loop import RUN_FILE, is_first
from backends.training.order import Order, run_folder
from backends.training.provenance import provenance
from backends.training.terms import sources_for
from studio.errors import UnsupportedRequest
from studio.generation.card import ModelCard
from studio.generation.lecture import Lesson, Shape
from studio.jobs.progress import Progress
from studio.words import tr

STEPS: Mapping[Shape, int] = {"dense": 6000, "recurrent": 2500}
STEPS_BETWEEN_SAVES = 500
BETA = 0.5
FEWEST_BARS = 30
TITLES = {"dense": "Lecture VAE, dense", "recurrent": "Lecture VAE, recurrent"}


def train_lecture_vae(order: Order, progress: Progress, say: Callable[[str], None]) -> ModelCard:
    """Train and save the variational model (the plain one learns beside it, for comparison); a cancel saves what is learnt,
    and where it was, to go on from with `resume`."""
    if order.start is not None:
        raise UnsupportedRequest(tr("A lecture VAE begins with no other model's weights."), tr("Leave --start out."))
    torch.set_num_threads(order.threads or 1)
    shape = cast(Shape, order.config)
    windows = windows_of(read_or_packed(order, progress), ("drums",), 1)
    say(windows.described())
    bars = {part: torch.from_numpy(bars_of(held)).float() for part, held in windows.parts.items()}
    if len(bars["train"]) < FEWEST_BARS or not len(bars["test"]):
        found = sum(len(held) for held in bars.values())
        raise UnsupportedRequest(
            tr("Only {found} different drum bars in 4/4 were found: too few to learn from.", found=found), tr("Give more songs.")
        )
    steps = order.plan.steps or STEPS[shape]
    batch, rate = order.size.batch or BATCH, order.plan.learning_rate or RATES[shape]
    learner = Learner(bars["train"], Lesson(shape, BETA, steps, order.plan.seed), batch, rate)
    kept = run_folder(order.out) / RUN_FILE
    told = {"shape": shape, "seed": order.plan.seed, "batch": batch, "rate": rate, "bars": len(bars["train"])}
    if order.resume and kept.is_file():
        go_on(kept, told, learner)
        say(f"Going on from step {learner.done}.")
    while learner.done < steps and not progress.is_cancelled:
        learner.step(lambda: None)
        progress.report(learner.done, steps, f"step {learner.done}")
        if is_first() and not learner.done % STEPS_BETWEEN_SAVES:
            keep(kept, told, learner)
    if is_first():
        keep(kept, told, learner)
    seconds = learner.seconds
    network = learner.networks["VAE"]
    figures = measured(network, learner.networks["AE"], bars["train"], bars["test"])
    figures |= {"steps": float(learner.done), "seconds": round(seconds, 1), "test_bars": float(len(bars["test"]))}
    card = _card(order, shape, windows, figures, seconds)
    return save_checkpoint(order.out, card, network.state_dict()) if is_first() else card


def bars_of(windows: NDArray[np.int16]) -> NDArray[np.uint8]:
    """Windows of one bar [window, step, 1] as hits [bar, step, voice]."""
    return hits_of(windows[:, :, 0])


@torch.no_grad()
def measured(network: LectureVae, plain: LectureVae, train: Tensor, test: Tensor) -> dict[str, float]:
    """Held-out bars decoded from their means, beside the plain autoencoder and the one bar that answers for all best."""
    mean, deviation = network.encode(test)
    kept = {"": network.decode(mean) > 0, "autoencoder_": plain.decode(plain.encode(test)[0]) > 0}
    kept["usual_bar_"] = usual_bar(train).expand(len(test), -1, -1)
    found: dict[str, float] = {}
    for name, said in kept.items():
        f1, accuracy = agreement(said, test > 0.5)
        found |= {f"{name}f1": round(f1, 4), f"{name}accuracy": round(accuracy, 4)}
    bits = float(divergence(mean, deviation).mean()) / float(np.log(2))
    return found | {"kl_bits": round(bits, 3), "mean_deviation": round(float(deviation.mean()), 4)}


def agreement(said: Tensor, true: Tensor) -> tuple[float, float]:
    """F1 of hits, and the share of cells that agree."""
    both = float((said & true).sum())
    return 2 * both / max(1.0, float(said.sum() + true.sum())), float((said == true).double().mean())


def usual_bar(train: Tensor) -> Tensor:
    """The training bar that shares most with all others: as every bar occurs once here, it stands for the most frequent one."""
    flat = train.flatten(1)
    shares = 2 * (flat @ flat.mean(0)) / (flat.sum(1) + flat.sum(1).mean())
    return train[int(shares.argmax())][None] > 0.5


def _card(order: Order, shape: Shape, windows: WindowSet, figures: dict[str, float], seconds: float) -> ModelCard:
    places = [(place, windows.folders.get(at, 0)) for at, (place, _) in enumerate(order.songs)]
    return ModelCard(
        id=order.out.name,
        title=TITLES[shape],
        family="lecture-vae",
        family_version=1,
        config=shape,
        capabilities=("start", "vary"),
        codec={"drums": {"codec": "drum set", "version": 1, "voices": 9, "steps_per_beat": 4}},
        hyper={"hidden": HIDDEN[shape], "latent": 2},
        data=sources_for(places, order.licences),
        **provenance(order.command, order.plan.seed, seconds),
        split=f"The set's own split; every different bar once, none in two parts: {windows.described()}.",
        figures=figures,
        published=("No figure was published: the models come from a lecture (Haki).",),
        answers=_answers(shape, figures),
        intended_use="Seeing and hearing what a latent space is; simple drum bars to begin with.",
    )


def _answers(shape: Shape, figures: Mapping[str, float]) -> dict[str, str]:
    width = HIDDEN[shape]
    built = {
        "dense": f"Two dense layers ({2 * width} and {width} cells) on either side of two numbers, each with a deviation.",
        "recurrent": f"A GRU of {width} cells reads the bar step by step into two numbers with deviations; another writes it, "
        "seeing them and the place in the bar, none of its own answers.",
    }
    return {
        "objective": "Place every drum bar on a plane, so that nearby points are similar bars and all of it can be looked at.",
        "representation": "Hits of nine drums on sixteen steps, no velocities, no micro-timing; 4/4 only.",
        "architecture": built[shape],
        "challenge": "Two numbers hold little: rare hits are lost, and bars are drawn towards the usual ones.",
        "strategy": f"Cross-entropy of the cells plus {BETA:g} x KL, {figures['steps']:.0f} steps in {figures['seconds']:.0f} s: "
        f"F1 {figures['f1']:.2f} on held-out bars, {figures['usual_bar_f1']:.2f} for always the same usual bar.",
        "cannot": "It is a teaching model: no dynamics, no fills that answer what came before, one bar at a time.",
    }
