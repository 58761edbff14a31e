"""`train groovae` from songs to a finished checkpoint: windows, training, habits, figures, card."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import torch

from backends.checkpoints import save_checkpoint
from backends.devices import chosen_device, fast_format
from backends.networks.groovae import GrooveSeq2Seq, GrooveVib
from backends.networks.groove_feel import Habits
from backends.training.groovae import Bottleneck, GrooveTask, new_network, stiff_share
from backends.training.groovae_data import DrumCorpus, build_windows, listings
from backends.training.groovae_figures import linear, nearest, quantised
from backends.training.groovae_habits import GOALS, TAP_ACCURACY, TAP_F1, chosen_habits
from backends.training.groovae_measure import measured
from backends.training.groovae_packed import load_windows, save_windows
from backends.training.groovae_prior import fit_prior
from backends.training.latent_lines import read_index
from backends.training.loop import Outcome, Plan, Run, is_first, train
from backends.training.order import Order, run_folder
from backends.training.provenance import provenance
from backends.training.terms import sources_for
from studio.errors import UnsupportedRequest
from studio.generation.card import ModelCard
from studio.jobs.progress import Progress
from studio.words import tr

FEWEST_WINDOWS = 50
Z = 64
FLOORS = {"seq2seq": {"tap_hit_accuracy": TAP_ACCURACY, "tap_f1": TAP_F1}, "vib": {"prior_test_overlap_worst": 0.85}}
PUBLISHED = (
    "Published (Gillick et al. 2019), humanise, timing MAE ms / MSE / timing KL / velocity KL: quantised 22.6 / .041, linear "
    "19.77 / .033 / 4.79 / 1.70, nearest neighbour 22.34 / .043 / 1.10 / .53, MLP 19.25 / .032 / 7.62 / 2.22, Seq2Seq "
    "18.80 / .032 / .31 / "
    ".08, groove transfer 25.04 / .052 / .24 / .12. Their bins are not known to us; 30 of their test files "
    "are not here.",
    "Published (Haki et al. 2022) of GrooVAE's tap to drums: 87.42 % of cells right; an empty answer scores 86.9 %.",
)


def train_groovae(order: Order, progress: Progress, say: Callable[[str], None]) -> ModelCard:
    """Train and save; a cancel saves the best so far and returns its card, marked as cut short."""
    if order.threads:
        torch.set_num_threads(order.threads)
    corpus = _corpus(order, progress)
    say(corpus.described())
    if len(corpus.parts["train"]) < FEWEST_WINDOWS or not len(corpus.parts["valid"]) or not len(corpus.parts["test"]):
        found = sum(map(len, corpus.parts.values()))
        raise UnsupportedRequest(
            tr("Only {found} windows of drums in 4/4 were found: too few to learn from.", found=found), tr("Give more songs.")
        )
    device = chosen_device(order.device)
    hyper: dict[str, Any] = {"cells": order.size.cells, "dropout": order.size.dropout}
    if order.config == "vib":
        hyper |= {"decoder_cells": order.size.cells, "z": Z}
    network = new_network(order.config, hyper, order.plan.seed).to(device)
    plan = replace(order.plan, check_every=max(1, min(250, order.plan.steps // 4)))
    task = GrooveTask(order.config, corpus, order.size, steps=plan.steps, fast=fast_format(device), bottleneck=Bottleneck())

    def told(run: Run) -> None:
        step, loss, checked = run.curve[-1]
        say(f"step {step}: training {loss:.3f}, validation {checked:.3f} (best {run.best_loss:.3f}), {run.seconds:.0f} s")

    order.out.mkdir(parents=True, exist_ok=True)
    outcome = train(network, task, plan, run_folder(order.out), progress=progress, resume=order.resume, on_check=told)
    network.load_state_dict(outcome.best)
    network.eval()
    if isinstance(network, GrooveVib):
        fit_prior(network, corpus.parts["train"])
    say("choosing thresholds and widths on validation windows, then measuring on test windows")
    habits = chosen_habits(network, corpus.parts["train"], corpus.parts["valid"])
    figures = measured(network, habits, corpus.parts["train"], corpus.parts["test"]) | _trivial(corpus)
    card = _card(order, network, habits, corpus, figures=figures, outcome=outcome, plan=plan)
    return save_checkpoint(order.out, card, network.state_dict()) if is_first() else card


def _corpus(order: Order, progress: Progress) -> DrumCorpus:
    """The windows of the folders, or those of a prepared file."""
    if order.packed is not None and order.packed.is_file():
        return load_windows(order.packed)
    corpus = build_windows(order.songs, progress)
    if order.packed is not None and is_first():
        save_windows(corpus, order.packed)
    return corpus


def _trivial(corpus: DrumCorpus) -> dict[str, float]:
    train_part, test = corpus.parts["train"], corpus.parts["test"]
    found = {"quantised": quantised(test), "linear": linear(train_part, test), "nearest": nearest(train_part, test)}
    return {f"{who}_{name}": round(value, 4) for who, held in found.items() for name, value in held.items()}


def missed(config: str, figures: Mapping[str, float]) -> list[str]:
    """The goals these figures do not reach, in words."""
    above = {} if config == "vib" else GOALS
    late = [
        f"{name.replace('_', ' ')} {figures[name]:.3f}, goal {goal:g}" for name, goal in above.items() if figures[name] > goal
    ]
    low = FLOORS[config].items()
    return late + [f"{name.replace('_', ' ')} {figures[name]:.3f}, goal {goal:g}" for name, goal in low if figures[name] < goal]


def _card(
    order: Order,
    network: GrooveSeq2Seq | GrooveVib,
    habits: Habits,
    corpus: DrumCorpus,
    *,
    figures: Mapping[str, float],
    outcome: Outcome,
    plan: Plan,
) -> ModelCard:
    is_vib = order.config == "vib"
    below = missed(order.config, figures)
    run = outcome.run
    settings = dict(habits.plain)
    if is_vib:
        settings["space"] = {"bars": 2, "dimensions": Z, "parts": ["drums"], "attributes": []}
    sizes = ", ".join(f"{part} {len(held)} windows" for part, held in corpus.parts.items())
    grid = f" On the grid, the training part of the set's own split alone: {len(corpus.stiff)} windows." * bool(len(corpus.stiff))
    return ModelCard(
        id=order.out.name,
        title="GrooVAE" if is_vib else "GrooVAE Seq2Seq",
        family="groovae",
        family_version=2,
        config=order.config,
        capabilities=("groove", "fill", "vary", "morph") if is_vib else ("groove", "fill"),
        codec={"codec": "hvo", "version": 1, "voices": 9, "steps": 32, "positive_offset": "later"},
        hyper=dict(network.hyper),
        data=sources_for(_shares(order, corpus), order.licences),
        **provenance(order.command, plan.seed, run.seconds),
        split=f"The Groove set's own split, 4/4 beats alone, two bars at a one-bar hop, doubles dropped: {sizes}.{grid}",
        figures=dict(figures) | {"validation_loss": round(run.best_loss, 4), "steps": run.step, "best_step": run.best_step},
        published=PUBLISHED,
        answers=_answers(run, below, figures, is_vib=is_vib, was_cut=outcome.was_cancelled),
        settings=settings,
        intended_use="Making drum patterns breathe and finding drums, judged and edited by a composer.",
        experimental=bool(below),
    )


def _shares(order: Order, corpus: DrumCorpus) -> list[tuple[Path, int]]:
    """How much of the batches is from each folder, in thousandths."""
    steps = range(1000)
    stiff = round(sum(stiff_share(step / 1000) for step in steps)) if len(corpus.stiff) else 0
    places = [place for place, _ in order.songs]
    grids = [place for place in places if listings(place) is None and read_index(place)]
    played = [place for place in places if place not in grids]
    return [(place, (1000 - stiff) // len(played)) for place in played] + [(place, stiff // len(grids)) for place in grids]


def _answers(run: Run, below: list[str], figures: Mapping[str, float], *, is_vib: bool, was_cut: bool) -> dict[str, str]:
    cut = " The run was stopped early by hand." if was_cut else ""
    goals = f" It misses: {'; '.join(below)}; it is marked experimental." if below else ""
    prior = (
        f" Overlap of samples is with the training windows, which the prior is to imitate; with the test windows its worst is "
        f"{figures['prior_test_overlap_worst']:.3f}, where the training windows themselves reach "
        f"{figures['training_test_overlap_worst']:.3f}: few drummers, and others in the test part."
        if is_vib
        else ""
    )
    kind = (
        "Residual convolutions on a ring of 32 steps (from sixteenths to the other bar) to a normal distribution of 64 "
        "dimensions, and the same from z to all steps at once; hits can be held, then z carries the feel. The prior is a "
        "mixture of sixteen normal distributions fitted to the codes of the training windows. The paper has LSTMs and a decoder "
        "that goes step by step."
        if is_vib
        else "Residual convolutions on a ring of 32 steps, from sixteenths to the other bar: all steps are answered at once and "
        "alike every time. The paper has an LSTM each way and a decoder that goes step by step from one summary vector."
    )
    return {
        "objective": "Give back what was taken from two bars of drums: velocities and timing, the kit behind a tap, or one drum.",
        "representation": "Nine voices at 32 sixteenths, each with hit, velocity and offset in fractions of a sixteenth (later "
        "is positive); the tempo is one more number, the task another. Taps come bare, as in the paper, or with velocities "
        "(named 'loud tap' in the figures).",
        "architecture": f"{kind} Velocity and offset are distributions over 32 bins each, where the paper has one number.",
        "challenge": "Few drummers, so that everything overfits; and the likeliest timing is timid: its histogram is far "
        "narrower than a drummer's.",
        "strategy": "One network learns all tasks at once, first from drums on the grid (hits alone), then from these and the "
        "drummers together; bars change places, tempos and taps vary. The middle of each distribution is stretched towards the "
        "width of real playing, with a little chance: of the widths whose histograms on validation windows lie within three "
        "quarters of the goal the one with the least error. "
        "'Loose' in the figures: drawn from the whole distribution. Histograms: 20 bins of timing, 16 of velocity, half a "
        "count added to each, KL(played || made) in nats, pooled. "
        f"The best validation step ({run.best_step} of {run.step}) is kept.{prior}{cut}{goals}",
        "cannot": "It knows 4/4 alone, one hit of a drum in a sixteenth, and nothing further than two bars away.",
    }
