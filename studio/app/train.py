"""`ricercar train FAMILY`: the command line of a training run."""

from __future__ import annotations

import argparse
import importlib
import shlex
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import FrameType
from typing import Any

from studio.errors import UnsupportedRequest
from studio.files.folder import songs_in
from studio.jobs.progress import Progress
from studio.words import tr


@dataclass(frozen=True, slots=True)
class Trainer:
    """A family that can be trained: the module and function that do it, its configurations (the first is the default), and
    what is used where the command says nothing; 0 leaves it to the configuration."""

    module: str
    function: str
    configs: tuple[str, ...]
    steps: int = 0
    batch: int = 0
    rate: float = 0.0


TRAINERS = {
    "melody-rnn": Trainer(
        "backends.training.melody_run", "train_melody_rnn", ("attention", "basic", "lookback", "mono"), 3000, 48, 2e-3
    ),
    "music-vae": Trainer(
        "backends.training.latent_run",
        "train_music_vae",
        ("mel-2bar", "drums-2bar", "mel-16bar-flat", "mel-16bar-hier", "trio-16bar-hier"),
    ),
    "groovae": Trainer("backends.training.groovae_run", "train_groovae", ("seq2seq", "vib"), 2500, 128, 2e-3),
    "lecture-vae": Trainer("backends.training.lecture_run", "train_lecture_vae", ("dense", "recurrent")),
}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of `train`."""
    parser.add_argument("family", choices=TRAINERS, help=tr("what to train"))
    parser.add_argument("--data", nargs="+", type=Path, required=True, metavar="FOLDER", help=tr("folders of music"))
    parser.add_argument("--out", type=Path, required=True, metavar="DIR", help=tr("the model's folder; its name becomes the id"))
    told = "; ".join(f"{name}: {', '.join(trainer.configs)}" for name, trainer in TRAINERS.items())
    known = [config for trainer in TRAINERS.values() for config in trainer.configs]
    parser.add_argument("--config", default="", choices=["", *known], metavar="NAME", help=told)
    parser.add_argument("--steps", type=_whole, default=0, metavar="N")
    parser.add_argument("--seed", type=_whole, default=1, metavar="N")
    parser.add_argument("--resume", action="store_true", help=tr("go on from the last state saved beside DIR"))
    parser.add_argument("--device", choices=("auto", "cpu", "cuda", "mps"), default="auto")
    parser.add_argument("--threads", type=_whole, default=0, metavar="N", help=tr("processor threads (default: torch's choice)"))
    parser.add_argument("--cells", type=_whole, default=192, metavar="N", help=tr("width of each layer"))
    parser.add_argument("--dropout", type=float, default=0.4, metavar="SHARE")
    parser.add_argument("--batch", type=_whole, default=0, metavar="N", help=tr("examples learnt from at once"))
    parser.add_argument("--rate", type=float, default=0.0, metavar="RATE", help=tr("highest learning rate"))
    parser.add_argument("--packed", type=Path, metavar="FILE", help=tr("prepared data: read when it is there, else written"))
    parser.add_argument("--start", type=Path, metavar="MODEL", help=tr("begin with the weights of this model's folder"))
    parser.add_argument(
        "--licence",
        action="append",
        default=[],
        type=_licence,
        metavar="FOLDER=TERMS",
        help=tr("terms of a folder, for the card"),
    )


def run(arguments: argparse.Namespace) -> int:
    """Train, save, and print what was measured; Ctrl+C keeps the best so far."""
    from tqdm import tqdm

    from backends.training.loop import Plan, is_first
    from backends.training.order import Order, Size

    trainer = TRAINERS[arguments.family]
    arguments = _completed(arguments, trainer)
    train = getattr(importlib.import_module(trainer.module), trainer.function)
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
            packed=arguments.packed,
            start=arguments.start,
        )
        with _interrupt_cancels(progress):
            card = train(order, progress, say)
    measured = ", ".join(f"{name.replace('_', ' ')} {card.figures[name]:.4g}" for name in list(card.figures)[:6])
    say(tr("{card} is in {out}: {measured}.", card=card.title, out=arguments.out, measured=measured))
    return 0


def _completed(arguments: argparse.Namespace, trainer: Trainer) -> argparse.Namespace:
    """With the family's own defaults where the command said nothing; UnsupportedRequest for a configuration of another."""
    found = argparse.Namespace(**vars(arguments))
    found.config = arguments.config or trainer.configs[0]
    if found.config not in trainer.configs:
        raise UnsupportedRequest(
            tr("{family} has no configuration «{config}».", family=arguments.family, config=found.config),
            tr("Choose one of {configs}.", configs=", ".join(trainer.configs)),
        )
    for name in ("steps", "batch", "rate"):
        setattr(found, name, getattr(arguments, name) or getattr(trainer, name))
    return found


def command_line(arguments: argparse.Namespace) -> str:
    """The command that makes the model again, with folders by name only."""
    words = ["ricercar", "train", arguments.family, "--data", *(_short(place) for place in arguments.data)]
    words += ["--config", arguments.config]
    words += ["--steps", str(arguments.steps)] * bool(arguments.steps) + ["--seed", str(arguments.seed)]
    if arguments.family in ("melody-rnn", "groovae"):
        words += ["--cells", str(arguments.cells), "--dropout", str(arguments.dropout)]
    words += ["--batch", str(arguments.batch)] * bool(arguments.batch) + ["--rate", str(arguments.rate)] * bool(arguments.rate)
    if arguments.start:
        words += ["--start", arguments.start.name]
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
        raise argparse.ArgumentTypeError(tr("{words!r} is no whole number", words=text))
    return int(text)


def _licence(text: str) -> tuple[str, str]:
    name, equals, terms = text.partition("=")
    if not equals or not name or not terms:
        raise argparse.ArgumentTypeError(tr("{words!r} names no terms; write FOLDER=TERMS, such as mysongs=MIT", words=text))
    return name, terms


def main() -> int:
    parser = argparse.ArgumentParser(prog="ricercar train")
    add_arguments(parser)
    return run(parser.parse_args())


if __name__ == "__main__":
    sys.exit(main())
