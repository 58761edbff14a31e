"""Figures of the shipped GrooVAE models on the Groove set's test part, beside trivial answers and the published ones.

python benchmarks/groovae_figures.py GROOVE_FOLDER [--into-cards]

With --into-cards each card's strategy ends with the other model's figures, so that either tells of both.
"""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from backends.checkpoints import load_weights, shapes_of
from backends.networks.groovae import GrooveSeq2Seq, GrooveVib
from backends.networks.groove_feel import Habits
from backends.training.groovae_data import build_windows
from backends.training.groovae_figures import linear, nearest, quantised
from backends.training.groovae_measure import measured
from studio.files.folder import songs_in
from studio.generation.card import ModelCard, read_card

MODELS = Path(__file__).resolve().parents[1] / "resources" / "models"
NAMES = ("groovae-seq2seq", "groovae")
PUBLISHED = {
    "quantised (published)": (22.6, 0.041, None, None),
    "linear (published)": (19.77, 0.033, 4.79, 1.70),
    "nearest neighbour (published)": (22.34, 0.043, 1.10, 0.53),
    "Seq2Seq (published)": (18.80, 0.032, 0.31, 0.08),
}
COLUMNS = ("timing_mae_ms", "timing_mse", "timing_kl", "velocity_kl")


BESIDE = " Beside it, "


def compared(card: ModelCard, other: ModelCard) -> ModelCard:
    """The card with the other's figures at the end of its strategy, in place of older ones."""
    told = other.figures
    words = (
        f"{BESIDE}{other.title} ({other.id}): humanise {told['humanise_timing_mae_ms']:.2f} ms, timing KL "
        f"{told['humanise_timing_kl']:.3f}, velocity KL {told['humanise_velocity_kl']:.3f}; tap accuracy "
        f"{told['tap_hit_accuracy']:.3f}, F1 {told['tap_f1']:.3f}; infill F1 {told['infill_f1']:.3f}."
    )
    strategy = card.answers["strategy"].split(BESIDE)[0] + words
    return replace(card, answers={**card.answers, "strategy": strategy})


def main(folder: Path, into_cards: bool) -> None:
    """Print the humanise table, then every figure of each model."""
    parts = build_windows([(folder, songs_in(folder))]).parts
    train, test = parts["train"], parts["test"]
    table: dict[str, tuple[float | None, ...]] = dict(PUBLISHED)
    for name, found in (("quantised", quantised(test)), ("linear", linear(train, test)), ("nearest", nearest(train, test))):
        table[name] = tuple(found.get(column) for column in COLUMNS)
    everything = {}
    for name in NAMES:
        card = read_card(MODELS / name)
        network = GrooveVib(card.hyper) if card.config == "vib" else GrooveSeq2Seq(card.hyper)
        network.load_state_dict(load_weights(card, shapes_of(network)))
        everything[name] = measured(network, Habits.of(card), train, test)
        table[name] = tuple(everything[name][f"humanise_{column}"] for column in COLUMNS)
        table[f"{name}, loose"] = tuple(everything[name][f"humanise_loose_{column}"] for column in COLUMNS)
    print(f"{'humanise':32} {'MAE ms':>8} {'MSE':>8} {'KL time':>8} {'KL vel.':>8}")
    for name, values in table.items():
        print(f"{name:32} " + " ".join(f"{value:8.3f}" if value is not None else "       –" for value in values))
    for name, figures in everything.items():
        print(f"\n{name}")
        for figure, value in figures.items():
            print(f"  {figure:32} {value:.4f}")

    if into_cards:
        cards = [read_card(MODELS / name) for name in NAMES]
        for card, other in zip(cards, reversed(cards), strict=True):
            compared(card, other).write(MODELS / card.id)


if __name__ == "__main__":
    main(Path(sys.argv[1]), "--into-cards" in sys.argv)
