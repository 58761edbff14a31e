"""Figures of the shipped GrooVAE models on the Groove set's test part, beside trivial answers and the published ones.

python benchmarks/groovae_figures.py GROOVE_FOLDER
"""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from backends.checkpoints import load_weights, shapes_of
from backends.networks.groovae import GrooveSeq2Seq, GrooveVib
from backends.networks.groove_feel import Habits
from backends.training.groovae_data import build_windows
from backends.training.groovae_figures import linear, nearest, quantised
from backends.training.groovae_measure import measured
from studio.files.folder import songs_in
from studio.generation.card import read_card

MODELS = Path(__file__).resolve().parents[1] / "resources" / "models"
PUBLISHED = {
    "quantised (published)": (22.6, 0.041, None, None),
    "linear (published)": (19.77, 0.033, 4.79, 1.70),
    "nearest neighbour (published)": (22.34, 0.043, 1.10, 0.53),
    "Seq2Seq (published)": (18.80, 0.032, 0.31, 0.08),
}
COLUMNS = ("timing_mae_ms", "timing_mse", "timing_kl", "velocity_kl")


def main(folder: Path) -> None:
    """Print the humanise table, then every figure of each model."""
    parts = build_windows([(folder, songs_in(folder))]).parts
    train, test = parts["train"], parts["test"]
    table: dict[str, tuple[float | None, ...]] = dict(PUBLISHED)
    for name, found in (("quantised", quantised(test)), ("linear", linear(train, test)), ("nearest", nearest(train, test))):
        table[name] = tuple(found.get(column) for column in COLUMNS)
    everything = {}
    for name in ("groovae-seq2seq", "groovae"):
        card = read_card(MODELS / name)
        network = GrooveVib(card.hyper) if card.config == "vib" else GrooveSeq2Seq(card.hyper)
        network.load_state_dict(load_weights(card, shapes_of(network)))
        everything[name] = measured(network, Habits.of(card), test)
        table[name] = tuple(everything[name][f"humanise_{column}"] for column in COLUMNS)
        table[f"{name}, loose"] = tuple(everything[name][f"humanise_loose_{column}"] for column in COLUMNS)
    print(f"{'humanise':32} {'MAE ms':>8} {'MSE':>8} {'KL time':>8} {'KL vel.':>8}")
    for name, values in table.items():
        print(f"{name:32} " + " ".join(f"{value:8.3f}" if value is not None else "       –" for value in values))
    for name, figures in everything.items():
        print(f"\n{name}")
        for figure, value in figures.items():
            print(f"  {figure:32} {value:.4f}")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
