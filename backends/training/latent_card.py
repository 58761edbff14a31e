"""The card of a trained MusicVAE: measured figures beside the published ones, and what it is, in sentences."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from backends.representations.phrases import CODEC
from backends.training.latent import Config
from backends.training.latent_finish import afterwards
from backends.training.latent_fit import attributes_of
from backends.training.latent_windows import WindowSet
from backends.training.loop import Plan, Run
from backends.training.provenance import provenance
from studio.generation.card import DataSource, ModelCard

FAMILY_VERSION = 1
TITLES = {
    "mel-2bar": "MusicVAE melody, 2 bars",
    "drums-2bar": "MusicVAE drums, 2 bars",
    "mel-16bar-flat": "MusicVAE melody, 16 bars, flat",
    "mel-16bar-hier": "MusicVAE melody, 16 bars, hierarchical",
    "trio-16bar-hier": "MusicVAE trio, 16 bars, hierarchical",
}
PUBLISHED = {
    "mel-2bar": ("Published (Roberts et al. 2018), sampled reconstruction accuracy at temperature 1: 0.951; taught 0.986. Its "
                 "data were 28 million two-bar melodies.",),
    "drums-2bar": ("Published (Roberts et al. 2018), sampled reconstruction accuracy at temperature 1: 0.917; taught 0.979. "
                   "Its data were 3.8 million patterns.",),
    "mel-16bar-flat": ("Published (Roberts et al. 2018), sampled reconstruction accuracy of the flat decoder: 0.620; taught "
                       "0.883.",),
    "mel-16bar-hier": ("Published (Roberts et al. 2018), sampled reconstruction accuracy of the hierarchical decoder: 0.812; "
                       "taught 0.919; flat 0.620.",),
    "trio-16bar-hier": ("Published (Roberts et al. 2018), sampled reconstruction accuracy: melody 0.753, bass 0.773, drums "
                        "0.863; taught 0.848, 0.880, 0.912.",),
}  # fmt: skip
GOALS: Mapping[str, Mapping[str, float]] = {
    "mel-2bar": {"accuracy_sampled": 0.90, "accuracy_sampled_onsets": 0.75, "prior_overlap_worst": 0.85},
    "drums-2bar": {"accuracy_sampled": 0.88, "prior_overlap_worst": 0.85},
    "mel-16bar-flat": {"accuracy_sampled": 0.65, "prior_overlap_worst": 0.85},
    "mel-16bar-hier": {"accuracy_sampled": 0.65, "prior_overlap_worst": 0.85, "bars_that_return_in_samples": 0.05},
    "trio-16bar-hier": {
        "accuracy_sampled_melody": 0.55,
        "accuracy_sampled_bass": 0.55,
        "accuracy_sampled_drums": 0.65,
        "prior_overlap_worst": 0.85,
        "bars_that_return_in_samples": 0.05,
    },
}
"""What a model has to reach on held-out music; one that does not is marked experimental."""


def missed(config_name: str, figures: Mapping[str, float]) -> list[str]:
    """The goals these figures do not reach, in words."""
    return [
        f"{name.replace('_', ' ')} {figures.get(name, 0.0):.3f}, goal {goal:.2f}"
        for name, goal in GOALS[config_name].items()
        if figures.get(name, 0.0) < goal
    ]


def latent_card(
    *,
    identifier: str,
    config_name: str,
    config: Config,
    hyper: Mapping[str, Any],
    data: tuple[DataSource, ...],
    windows: WindowSet,
    figures: Mapping[str, float],
    run: Run,
    plan: Plan,
    command: str,
    was_cut: bool,
    resemblance: list[float],
) -> ModelCard:
    """Everything a card of this family says; weights are added when it is saved."""
    below = missed(config_name, figures)
    return ModelCard(
        id=identifier,
        title=TITLES[config_name] + (", folk" if identifier.endswith("-folk") else ""),
        family="music-vae",
        family_version=FAMILY_VERSION,
        config=config_name,
        capabilities=("start", "vary", "morph", "continue"),
        codec={"melody": CODEC.spec, "drums": {"codec": "drum set", "version": 1, "voices": 9, "steps_per_beat": 4}},
        hyper=dict(hyper),
        data=data,
        **provenance(command, plan.seed, run.seconds),
        split=_split(windows),
        figures=figures,
        published=PUBLISHED[config_name],
        answers=_answers(config, hyper, run, below, was_cut=was_cut),
        settings={
            "resemblance": resemblance,
            "space": {
                "bars": config.bars,
                "dimensions": hyper["latent"],
                "parts": list(config.parts),
                "attributes": [asdict(attribute) for attribute in attributes_of(config.parts)],
            },
        },
        intended_use="Sampling, varying and blending short phrases inside a song, judged and edited by a composer.",
        experimental=bool(below),
    )


def _split(windows: WindowSet) -> str:
    return (
        "The sets' own splits where they have one, else 90/5/5 by a hash of the tune; windows that occur in an earlier part, in "
        f"any transposition, are dropped from the later ones: {windows.described()}."
    )


def _answers(config: Config, hyper: Mapping[str, Any], run: Run, below: list[str], *, was_cut: bool) -> dict[str, str]:
    cut = " The run was stopped early by hand." if was_cut else ""
    goals = f" It misses: {'; '.join(below)}; it is marked experimental." if below else ""
    conductor = (
        f"a conductor LSTM of {hyper['conductor']} cells that gives each bar its code" if hyper["conductor"] else "no conductor"
    )
    stage = config.bars_first
    first = (
        f" First its bars were learnt by themselves, each in {stage.latent} numbers with beta {stage.beta:g}; the space of "
        "whole windows began at the principal axes of its bars' codes."
        if stage is not None
        else ""
    )
    return {
        "objective": f"Place {config.bars} bars of {', '.join(config.parts)} in a space of {hyper['latent']} dimensions where "
        "nearby points are similar music, and every point is music.",
        "representation": "One symbol a sixteenth: 90 for a melody or bass (no event, release, 88 keys), 512 drum sets of nine "
        "voices; 4/4 only.",
        "architecture": f"Encoder: bidirectional LSTM of {hyper['encoder']} cells beside a dense path, read at every step; "
        f"{conductor}; per part a decoder of {hyper['layers']} LSTM layer(s) of {hyper['decoder']} cells that sees its code "
        f"{'through a projection for each step' if hyper['step_codes'] else 'at every step'}.",
        "challenge": "Codes that keep the phrase and still fill the space evenly, so that samples and blends are music too.",
        "strategy": f"Cross-entropy and beta {config.beta:g} x KL above {config.free_bits:g} free bits; {config.hidden:.0%} of "
        f"the windows are learnt from the code alone, in others a share of the symbols before is hidden from the decoder, and up "
        f"to {config.own:.0%} of them are its own guesses; moved by up to five semitones; the best validation step "
        f"({run.best_step} of {run.step}) is kept; samples are drawn from a Gaussian fitted to the codes of the training "
        f"windows, and measured at temperature 0.5.{first} {afterwards(hyper)}{cut}{goals}",
        "cannot": f"It knows no triplets, dynamics or other metres, and nothing longer than its window.{_going_on(config)}",
    }


def _going_on(config: Config) -> str:
    """How to train on, for models that were not trained to their end."""
    if config.bars <= 2:
        return ""
    return (
        " It was trained for minutes on processors and is not at its end: `--resume` goes on where its run's folder is kept, "
        "`--start` with the weights here; either on an accelerator too."
    )
