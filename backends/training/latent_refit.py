"""Making anew what is made after training, for a MusicVAE that is there already: calm decoders, fits, figures.

    python -m backends.training.latent_refit MODEL_FOLDER --packed FILE [--keep-figures]

FILE is the packed data that `ricercar train music-vae --packed FILE` wrote. The learnt weights stay as they are, and so do
calm decoders that are there.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from backends.checkpoints import load_checkpoint, save_checkpoint, shapes_of
from backends.devices import use_threads
from backends.networks.music_vae import MusicVae
from backends.training.latent import CONFIGS
from backends.training.latent_card import missed
from backends.training.latent_finish import afterwards, finish
from backends.training.latent_fit import resemblance_curve
from backends.training.latent_lines import load_lines
from backends.training.latent_measure import measure
from backends.training.latent_windows import windows_of
from studio.generation.card import ModelCard, read_card

MOST_STEPS = 10_000


def refitted(folder: Path, packed: Path, say: Callable[[str], None], keep_figures: bool = False) -> ModelCard:
    """The model with everything that comes after training made again, saved in its place.

    With `keep_figures` reconstruction and samples are not measured again: they come from weights that stay. Figures of
    benchmarks/latent_quality.py are to be measured again in any case.
    """
    card = read_card(folder)
    network = MusicVae(card.hyper)
    card, weights = load_checkpoint(folder, shapes_of(network))
    network.load_state_dict(weights)
    config = CONFIGS[card.config]
    windows = windows_of(load_lines(packed), config.parts, config.bars, config.hop)
    finish(network, card.config, windows, seed=card.seed, most_steps=MOST_STEPS, say=say)
    figures, settings = dict(card.figures), dict(card.settings)
    if not keep_figures:
        figures |= measure(network, windows.parts["test"], windows.parts["train"], say)
        settings["resemblance"] = resemblance_curve(network, windows.parts["valid"])
    said, strategy = afterwards(network.hyper), card.answers.get("strategy", "")
    card = replace(
        card,
        hyper=dict(network.hyper),
        figures=figures,
        settings=settings,
        answers={**card.answers, "strategy": strategy if said in strategy else f"{strategy} {said}"},
        experimental=bool(missed(card.config, figures)),
    )
    return save_checkpoint(folder, card, network.state_dict())


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("model", type=Path)
    parser.add_argument("--packed", type=Path, required=True)
    parser.add_argument("--keep-figures", action="store_true", help="do not measure what did not change")
    arguments = parser.parse_args()
    use_threads(1)
    card = refitted(arguments.model, arguments.packed, lambda text: print(text, flush=True), arguments.keep_figures)
    print(card.figures)
    return 0


if __name__ == "__main__":
    sys.exit(main())
