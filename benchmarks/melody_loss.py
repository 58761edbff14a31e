"""Held-out loss of the shipped melody models against the best n-gram, on the same steps of the same split.

    python benchmarks/melody_loss.py --model melody-rnn-basic --data POP909 OpenEWLD

Give the folders that stand in the card's command, in that order. The ratio is model / n-gram, both measured in this
run; each model must stay below 1, and lookback and attention below basic where several are given.
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
if str(ROOT) not in sys.path:
    sys.path.insert(0, str(ROOT))

from backends.checkpoints import load_weights, shapes_of  # noqa: E402
from backends.networks.melody_lstm import MelodyLstm  # noqa: E402
from backends.training.evaluate import Figures, measure  # noqa: E402
from backends.training.melody import codec_for, coder_for  # noqa: E402
from backends.training.melody_run import baseline_of, read_corpus  # noqa: E402
from studio.files.folder import songs_in  # noqa: E402
from studio.generation.card import read_card  # noqa: E402
from studio.jobs.progress import Progress  # noqa: E402

DEFAULT_MODELS = ("melody-rnn-basic", "melody-rnn-lookback", "melody-rnn-attention")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", nargs="+", type=Path, required=True, metavar="FOLDER")
    parser.add_argument("--model", nargs="+", default=DEFAULT_MODELS, metavar="ID")
    parser.add_argument("--models", type=Path, default=ROOT / "resources" / "models", help="where the models lie")
    parser.add_argument("--json", action="store_true")
    arguments = parser.parse_args()
    corpus = read_corpus([(place, songs_in(place)) for place in arguments.data], "basic", Progress())
    baseline = baseline_of(corpus, coder_for("basic", codec_for("basic")))
    found: dict[str, Figures] = {}
    for name in arguments.model:
        card = read_card(arguments.models / name)
        network = MelodyLstm(card.hyper)
        network.load_state_dict(load_weights(card, shapes_of(network)))
        coder = coder_for(card.config, codec_for(card.config))
        found[name] = measure(network, coder, corpus.test)
    rows = {name: round(figures.loss / baseline.test, 4) for name, figures in found.items()}
    if arguments.json:
        losses = {name: round(figures.loss, 4) for name, figures in found.items()}
        print(json.dumps({"ngram": baseline.test, "order": baseline.order, "loss": losses, "ratio": rows}))
    else:
        print(f"n-gram, order {baseline.order}: {baseline.test:.4f} nats a step over {next(iter(found.values())).steps} steps")
        for name, figures in found.items():
            print(
                f"{name}: {figures.loss:.4f} nats a step, ratio {rows[name]:.3f}; right on {figures.accuracy:.1%} of steps, "
                f"{figures.onset_accuracy:.1%} of onsets (no event: {figures.no_event:.1%} of steps)"
            )
    return int(not _is_met(rows))


def _is_met(ratios: dict[str, float]) -> bool:
    """Below the n-gram, and the repeating configurations below basic."""
    basic = ratios.get("melody-rnn-basic", 1.0)
    better = [ratio for name, ratio in ratios.items() if name != "melody-rnn-basic"]
    return all(ratio < 1 for ratio in ratios.values()) and all(ratio < basic for ratio in better)


if __name__ == "__main__":
    sys.exit(main())
