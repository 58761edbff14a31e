"""What a MusicVAE is given after its training: calm decoders, where phrases go on to, prior and sliders."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from backends.networks.music_vae import MusicVae
from backends.training.latent_calm import CALMINGS, calm_decoders
from backends.training.latent_fit import fit_after_training
from backends.training.latent_follow import fit_following
from backends.training.latent_windows import WindowSet

SAID_EVERY = 100


def finish(
    network: MusicVae, config_name: str, windows: WindowSet, *, seed: int, most_steps: int, say: Callable[[str], None]
) -> None:
    """All of it. Calm decoders are made in at most so many steps, where the configuration asks for them and there are none."""
    network.eval()
    calming = CALMINGS.get(config_name)
    if calming is not None and most_steps and not network.hyper.get("calm_steps"):
        calming = replace(calming, steps=min(calming.steps, most_steps))

        def beat(step: int, told: str) -> None:
            if step % SAID_EVERY == 0:
                say(f"calm decoders, step {step}: {told}")

        calm_decoders(network, windows.parts["train"], calming, seed, beat)
    say("fitting where phrases go on to")
    fit_following(network, windows.parts["train"], windows.parts["valid"])
    fit_after_training(network, windows.parts["train"], windows.parts["valid"], say)


def afterwards(hyper: Mapping[str, Any]) -> str:
    """What was made, for the card."""
    said = []
    if hyper.get("calm_steps"):
        said.append(
            "The likeliest phrase of a place comes from copies of the decoders that hear nothing, trained for "
            f"{hyper['calm_steps']} steps more so that neighbouring places of a pad share more of their notes."
        )
    if hyper.get("follows"):
        said.append("Continue draws from a Gaussian around a linear function of the place of the first half, fitted afterwards.")
    return " ".join(said)
