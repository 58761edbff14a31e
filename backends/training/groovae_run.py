"""`train groovae` from songs to a finished checkpoint: windows, training, habits, figures, card."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import torch

from backends.checkpoints import save_checkpoint
from backends.devices import chosen_device, fast_format
from backends.networks.groovae import GrooveSeq2Seq, GrooveVib
from backends.networks.groove_feel import Habits
from backends.training.groovae import Bottleneck, GrooveTask, new_network
from backends.training.groovae_data import DrumCorpus, build_windows
from backends.training.groovae_figures import linear, nearest, quantised
from backends.training.groovae_measure import chosen_habits, measured
from backends.training.loop import Outcome, Plan, Run, is_first, train
from backends.training.order import Order, run_folder
from backends.training.provenance import provenance
from backends.training.terms import sources_for
from studio.errors import UnsupportedRequest
from studio.generation.card import ModelCard
from studio.jobs.progress import Progress

FEWEST_WINDOWS = 50
Z = 64
GOALS = {"humanise_timing_mae_ms": 19.5, "humanise_timing_kl": 0.40, "humanise_velocity_kl": 0.15}
"""At most, for the deterministic model."""

FLOORS = {"seq2seq": {"tap_hit_accuracy": 0.90, "tap_f1": 0.60}, "vib": {"prior_overlap_worst": 0.85}}
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
    corpus = build_windows(order.songs, progress)
    say(corpus.described())
    if len(corpus.parts["train"]) < FEWEST_WINDOWS or not len(corpus.parts["valid"]) or not len(corpus.parts["test"]):
        found = sum(map(len, corpus.parts.values()))
        raise UnsupportedRequest(f"Only {found} windows of drums in 4/4 were found: too few to learn from.", "Give more songs.")
    device = chosen_device(order.device)
    hyper: dict[str, Any] = {"cells": order.size.cells, "dropout": order.size.dropout}
    if order.config == "vib":
        hyper |= {"decoder_cells": order.size.cells, "z": Z}
    network = new_network(order.config, hyper, order.plan.seed).to(device)
    plan = replace(order.plan, check_every=max(1, min(250, order.plan.steps // 4)))
    task = GrooveTask(
        order.config, corpus.parts["train"], corpus.parts["valid"], order.size, fast=fast_format(device), bottleneck=Bottleneck()
    )

    def told(run: Run) -> None:
        step, loss, checked = run.curve[-1]
        say(f"step {step}: training {loss:.3f}, validation {checked:.3f} (best {run.best_loss:.3f}), {run.seconds:.0f} s")

    order.out.mkdir(parents=True, exist_ok=True)
    outcome = train(network, task, plan, run_folder(order.out), progress=progress, resume=order.resume, on_check=told)
    network.load_state_dict(outcome.best)
    habits = chosen_habits(network, corpus.parts["valid"])
    figures = measured(network, habits, corpus.parts["test"]) | _trivial(corpus)
    card = _card(order, network, habits, corpus, figures=figures, outcome=outcome, plan=plan)
    return save_checkpoint(order.out, card, network.state_dict()) if is_first() else card


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
    return ModelCard(
        id=order.out.name,
        title="GrooVAE" if is_vib else "GrooVAE Seq2Seq",
        family="groovae",
        family_version=1,
        config=order.config,
        capabilities=("groove", "fill", "vary", "morph") if is_vib else ("groove", "fill"),
        codec={"codec": "hvo", "version": 1, "voices": 9, "steps": 32, "positive_offset": "later"},
        hyper=dict(network.hyper),
        data=sources_for([(place, 1) for place, _ in order.songs], order.licences),
        **provenance(order.command, plan.seed, run.seconds),
        split=f"The Groove set's own split, 4/4 beats alone, two bars at a one-bar hop, doubles dropped: {sizes}.",
        figures=dict(figures) | {"validation_loss": round(run.best_loss, 4), "steps": run.step, "best_step": run.best_step},
        published=PUBLISHED,
        answers=_answers(run, below, is_vib=is_vib, was_cut=outcome.was_cancelled),
        settings=settings,
        intended_use="Making drum patterns breathe and finding drums, judged and edited by a composer.",
        experimental=bool(below),
    )


def _answers(run: Run, below: list[str], *, is_vib: bool, was_cut: bool) -> dict[str, str]:
    cut = " The run was stopped early by hand." if was_cut else ""
    goals = f" It misses: {'; '.join(below)}; it is marked experimental." if below else ""
    kind = (
        "A bidirectional LSTM to a normal distribution of 64 dimensions, and a two-layer bidirectional LSTM from z to all steps "
        "at once (the paper's decoder goes step by step); hits can be held, then z carries the feel."
        if is_vib
        else "Two bidirectional LSTMs, the second beside the first step by step (the paper's decoder goes from one summary "
        "vector, each step after the last)."
    )
    return {
        "objective": "Give back what was taken from two bars of drums: velocities and timing, the kit behind a tap, or one drum.",
        "representation": "Nine voices at 32 sixteenths, each with hit, velocity and offset in fractions of a sixteenth (later "
        "is positive); the tempo is one more number, the task another.",
        "architecture": f"{kind} Velocity and offset are distributions over 32 bins each, where the paper has one number.",
        "challenge": "The likeliest timing is timid: its histogram is far narrower than a drummer's.",
        "strategy": "One network learns all tasks at once; the middle of each distribution is stretched towards the width of "
        "real playing as far as 1.5 % of error allow, with a little chance (both chosen on validation windows). Named 'loose' in "
        "the figures: drawn from the whole distribution. Histograms: 20 bins of timing, 16 of velocity, half a count added to "
        "each, KL(played || made) in nats, pooled. "
        f"The best validation step ({run.best_step} of {run.step}) is kept.{cut}{goals}",
        "cannot": "It knows 4/4 alone, one hit of a drum in a sixteenth, and nothing further than two bars away.",
    }
