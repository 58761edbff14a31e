"""`ricercar train FAMILY`: the command line of a training run."""

from __future__ import annotations

import argparse
import shlex
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import Any

from studio.files.folder import songs_in
from studio.jobs.progress import Progress

FAMILIES = ("melody-rnn",)
CONFIGS = ("basic", "lookback", "attention", "mono")
DEFAULT_STEPS = 3000


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of `train`."""
    parser.add_argument("family", choices=FAMILIES, help="what to train")
    parser.add_argument("--data", nargs="+", type=Path, required=True, metavar="FOLDER", help="folders of music")
    parser.add_argument("--out", type=Path, required=True, metavar="DIR", help="the model's folder; its name becomes the id")
    parser.add_argument("--config", choices=CONFIGS, default="attention")
    parser.add_argument("--steps", type=_whole, default=DEFAULT_STEPS, metavar="N")
    parser.add_argument("--seed", type=_whole, default=1, metavar="N")
    parser.add_argument("--resume", action="store_true", help="go on from the last state saved beside DIR")
    parser.add_argument("--device", choices=("auto", "cpu", "cuda", "mps"), default="auto")
    parser.add_argument("--threads", type=_whole, default=0, metavar="N", help="processor threads (default: torch's choice)")
    parser.add_argument("--cells", type=_whole, default=192, metavar="N", help="width of each layer")
    parser.add_argument("--dropout", type=float, default=0.4, metavar="SHARE")
    parser.add_argument("--batch", type=_whole, default=48, metavar="N", help="melodies learnt from at once")
    parser.add_argument("--rate", type=float, default=2e-3, metavar="RATE", help="highest learning rate")
    parser.add_argument(
        "--licence", action="append", default=[], type=_licence, metavar="FOLDER=TERMS", help="terms of a folder, for the card"
    )


def run(arguments: argparse.Namespace) -> int:
    """Train, save, and print what was measured; Ctrl+C keeps the best so far."""
    from tqdm import tqdm

    from backends.training.loop import Plan, is_first
    from backends.training.melody import Size
    from backends.training.melody_run import Order, train_melody_rnn

    with tqdm(total=arguments.steps, unit="step", disable=not sys.stderr.isatty() or not is_first(), smoothing=0.05) as bar:

        def shown(done: float, total: float, note: str) -> None:
            bar.total, bar.n = total, done
            bar.set_postfix_str(note, refresh=False)
            bar.refresh()

        def say(text: str) -> None:
            if is_first():
                tqdm.write(text)
                sys.stdout.flush()

        progress = Progress(shown)
        order = Order(
            songs=[(place, songs_in(place, progress)) for place in arguments.data],
            out=arguments.out,
            config=arguments.config,
            plan=Plan(arguments.steps, arguments.seed, learning_rate=arguments.rate),
            size=Size(arguments.cells, arguments.dropout, arguments.batch),
            resume=arguments.resume,
            device=arguments.device,
            threads=arguments.threads,
            licences=dict(arguments.licence),
            command=command_line(arguments),
        )
        with _interrupt_cancels(progress):
            card = train_melody_rnn(order, progress, say)
    say(f"{card.title} is in {arguments.out}: {card.figures['loss']:.4f} nats a step (n-gram {card.figures['ngram_loss']:.4f}).")
    return 0


def command_line(arguments: argparse.Namespace) -> str:
    """The command that makes the model again, with folders by name only."""
    words = ["ricercar", "train", arguments.family, "--data", *(_short(place) for place in arguments.data)]
    words += ["--config", arguments.config, "--steps", str(arguments.steps), "--seed", str(arguments.seed)]
    words += ["--cells", str(arguments.cells), "--dropout", str(arguments.dropout), "--batch", str(arguments.batch)]
    words += ["--rate", str(arguments.rate)]
    if arguments.threads:
        words += ["--threads", str(arguments.threads)]
    return shlex.join([*words, "--out", arguments.out.name])


def _short(place: Path) -> str:
    """The folder's name, after that of the set it belongs to where the name alone says nothing."""
    parts = list(place.resolve().parts)
    kept = [parts.pop()]
    while parts and kept[0].lower() in ("midi", "melody", "dataset"):
        kept.insert(0, parts.pop())
    return "/".join(kept)


@contextmanager
def _interrupt_cancels(progress: Progress) -> Iterator[None]:
    """Ctrl+C and a polite kill ask the run to stop at its next step, so that it can save."""

    def cancel(_number: int, _frame: FrameType | None) -> None:
        progress.cancel()

    wanted = (signal.SIGINT, signal.SIGTERM)
    before: list[Any] = [signal.signal(number, cancel) for number in wanted]
    try:
        yield
    finally:
        for number, handler in zip(wanted, before, strict=True):
            signal.signal(number, handler)


def _whole(text: str) -> int:
    if not text.isdecimal():
        raise argparse.ArgumentTypeError(f"{text!r} is no whole number")
    return int(text)


def _licence(text: str) -> tuple[str, str]:
    name, equals, terms = text.partition("=")
    if not equals or not name or not terms:
        raise argparse.ArgumentTypeError(f"{text!r} names no terms; write FOLDER=TERMS, such as mysongs=MIT")
    return name, terms


def main() -> int:
    parser = argparse.ArgumentParser(prog="ricercar train")
    add_arguments(parser)
    return run(parser.parse_args())


if __name__ == "__main__":
    sys.exit(main())
