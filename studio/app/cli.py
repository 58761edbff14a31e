"""Every job without a window: `ricercar info`, `models`, `generate`, `interpolate`, `render`, `export`, `train`, `doctor`.

Exit code 0, 1 (failed: one sentence on stderr), or 2 (usage). `--json` prints one JSON object on stdout.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from studio.app import commands, doctor, export_command, generate_command, interpolate, render_command
from studio.errors import RicercarError
from studio.jobs.progress import Cancelled
from studio.words import mark, tr

TASKS = ("continue", "fill", "start", "vary", "morph", "groove")
TASK_HELP = mark(
    "continue what stands before, fill bars between notes, start from nothing, vary what is there, morph it step by step "
    "into something else, or groove: play drums as a drummer would"
)
SETTINGS = mark("a setting of the model, such as temperature=0.9, resemblance=0.7 or strength=0.4; may be given again")

FORMAT_SETTINGS = mark(
    "a setting of the format, such as grid=1/8, muted=on, resolution=12 or samples='16 bit'; may be given again"
)
CONSTRAINTS = mark(
    'what a track must keep to, such as "track=Bass low=C2 high=C4 least=2 most=8 voices=1 shortest=1/16 longest=1/2 '
    'keep=rhythm follows=Chords"; may be given again for another track'
)
SWEEP = mark("a take for each value of a setting, such as temperature=0.6,1,1.4; given twice a take for each pair of values")


def run(arguments: Sequence[str]) -> int:
    """Carry out one command line (without the program's name); the exit code."""
    parsed = parser().parse_args(list(arguments))
    command: Callable[[argparse.Namespace], object] = parsed.command
    try:
        answer = command(parsed)
    except RicercarError as problem:
        print(f"ricercar: {problem}", file=sys.stderr)
        return 1
    except (KeyboardInterrupt, Cancelled):
        print(tr("ricercar: stopped; nothing was changed."), file=sys.stderr)
        return 1
    except OSError as problem:
        print(
            f"ricercar: {problem.strerror or problem}: {problem.filename or ''}",
            file=sys.stderr,
        )
        return 1
    if isinstance(answer, int):
        return answer
    if answer is not None:
        print(json.dumps(answer, ensure_ascii=False))
    return 0


def parser() -> argparse.ArgumentParser:
    made = argparse.ArgumentParser(
        prog="ricercar", description=tr("Compose with generative models. Without a command: the window.")
    )
    table = made.add_subparsers(title="commands", metavar="COMMAND", required=True)
    _info(table)
    _models(table)
    _generate(table)
    _interpolate(table)
    _render(table)
    _export(table)
    _train(table)
    _doctor(table)
    return made


def _command(table: argparse._SubParsersAction[argparse.ArgumentParser], name: str, text: str) -> argparse.ArgumentParser:
    return table.add_parser(name, help=text, description=text)


def _info(table: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    made = _command(table, "info", tr("Say what a music file holds and what could not be read from it."))
    made.add_argument("file", type=Path)
    made.add_argument("--json", action="store_true")
    made.set_defaults(command=commands.info)


def _models(table: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    made = _command(table, "models", tr("List the models, what they can do and what they were trained on."))
    made.add_argument("--permissive", action="store_true", help=tr("only models trained on permissively licensed data"))
    made.add_argument("--json", action="store_true")
    made.set_defaults(command=commands.models)


def _generate(table: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    made = _command(table, "generate", tr("Let a model write takes, one MIDI file each (OUT-1.mid, OUT-2.mid ...)."))
    made.add_argument("input", type=Path, nargs="?", help=tr("the song to work on (not needed to start from nothing)"))
    made.add_argument("--model", required=True, metavar="ID")
    made.add_argument("--task", required=True, choices=TASKS, help=tr(TASK_HELP))
    made.add_argument("--tracks", default="", metavar="1,2|NAME", help=tr("where to write: numbers from 1, or names"))
    made.add_argument(
        "--bars", type=bars, metavar="9-12", help=tr("default: four bars after the end; to vary, morph or groove: all")
    )
    made.add_argument("--towards", type=Path, metavar="FILE", help=tr("what to morph towards, or whose feel a groove is given"))
    made.add_argument("--from", type=Path, metavar="FILE", dest="start", help=tr("vary as from this phrase to that of --to"))
    made.add_argument("--to", type=Path, metavar="FILE", dest="goal", help=tr("with --from; --set amount=0.5 goes half as far"))
    made.add_argument("--takes", type=count, default=4)
    made.add_argument("--seed", type=seed, default=1)
    made.add_argument(
        "--set", type=setting, action="append", default=[], metavar="NAME=VALUE", dest="settings", help=tr(SETTINGS)
    )
    made.add_argument(
        "--constrain", action="append", default=[], metavar="KIND=VALUE ...", dest="constraints", help=tr(CONSTRAINTS)
    )
    made.add_argument("--sweep", action="append", default=[], metavar="NAME=A,B,C", help=tr(SWEEP))
    made.add_argument("--only-take", action="store_true", help=tr("write the take alone, without the song around it"))
    made.add_argument("--no-mark", action="store_true", help=tr("do not say in the file that a model made it"))
    made.add_argument("-o", "--output", type=Path, required=True, metavar="OUT.mid")
    made.add_argument("--json", action="store_true")
    made.set_defaults(command=generate_command.generate)


def _interpolate(table: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    made = _command(
        table,
        "interpolate",
        tr(
            "Go from one phrase to another in steps through a model's space, one after another in one file. The first bars of "
            "each song are taken, as many as the model reads; the ends are A and B note for note."
        ),
    )
    made.add_argument("a", type=Path, metavar="A.mid")
    made.add_argument("b", type=Path, metavar="B.mid")
    made.add_argument("--model", required=True, metavar="ID")
    made.add_argument("--steps", type=steps, default=7, metavar="N", help=tr("phrases altogether, A and B included (2 to 64)"))
    made.add_argument(
        "--line",
        choices=interpolate.LINES,
        default="skyline",
        help=tr("which line of several is read: highest, lowest, first track"),
    )
    made.add_argument(
        "--temperature", type=temperature, default=0.0, help=tr("0 (default): the likeliest notes; 1: as in training")
    )
    made.add_argument("--seed", type=seed, default=1, help=tr("matters above temperature 0"))
    made.add_argument("--no-mark", action="store_true", help=tr("do not say in the file that a model made it"))
    made.add_argument("-o", "--output", type=Path, required=True, metavar="OUT.mid")
    made.add_argument("--json", action="store_true")
    made.set_defaults(command=interpolate.interpolate)


def _render(table: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    made = _command(table, "render", tr("Play a song into a WAV or FLAC file, or into one for each track."))
    made.add_argument("file", type=Path)
    target = made.add_mutually_exclusive_group(required=True)
    target.add_argument("-o", "--output", type=Path, metavar="OUT.wav|OUT.flac")
    target.add_argument(
        "--stems", type=Path, metavar="FOLDER", help=tr("one file for each track that is heard; they add up to the mix")
    )
    made.add_argument("--format", choices=("wav", "flac"), default="wav", help=tr("of stems; OUT says it by its suffix"))
    stretch = made.add_mutually_exclusive_group()
    stretch.add_argument("--bars", type=bars, metavar="9-12", help=tr("these bars alone"))
    stretch.add_argument("--section", metavar="NAME", help=tr("the section of this name alone"))
    made.add_argument("--bits", type=int, choices=(16, 24, 32), default=24, help=tr("16 is dithered, 32 is float (WAV only)"))
    made.add_argument("--rate", type=rate, default=48_000)
    made.add_argument("--soundfont", type=Path)
    made.add_argument("--no-mark", action="store_true", help=tr("do not say where models helped, in the file or beside it"))
    made.set_defaults(command=render_command.render)


def _export(table: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    made = _command(
        table,
        "export",
        tr("Write a project or a music file, or a part of it, as MIDI, score, DAWproject, arrays, sound or picture."),
    )
    made.add_argument("file", type=Path)
    made.add_argument("-o", "--output", type=Path, required=True, metavar="OUT.mid", help=tr("its suffix says the format"))
    made.add_argument(
        "--preset", choices=tuple(export_command.PRESETS), help=tr("of MIDI: for a DAW, a player, or as it was read")
    )
    made.add_argument("--tracks", default="", metavar="1,2|NAME", help=tr("these tracks alone: numbers from 1, or names"))
    stretch = made.add_mutually_exclusive_group()
    stretch.add_argument("--bars", type=bars, metavar="9-12", help=tr("these bars alone"))
    stretch.add_argument("--section", metavar="NAME", help=tr("the section of this name alone"))
    made.add_argument(
        "--each-track",
        action="store_true",
        help=tr("a file for each track, in a folder that is called as OUT without its suffix"),
    )
    made.add_argument(
        "--set", type=setting, action="append", default=[], metavar="NAME=VALUE", dest="settings", help=tr(FORMAT_SETTINGS)
    )
    made.add_argument("--soundfont", type=Path, help=tr("for sound files"))
    made.add_argument("--no-mark", action="store_true", help=tr("do not say where models helped, in the file or beside it"))
    made.add_argument("--json", action="store_true")
    made.set_defaults(command=export_command.export)


def _train(table: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    from studio.app import train

    made = _command(table, "train", tr("Train a model on folders of music; resumable."))
    train.add_arguments(made)
    made.set_defaults(command=train.run)


def _doctor(table: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    made = _command(table, "doctor", tr("Say what works on this machine, what does not, and the remedy."))
    made.add_argument("--json", action="store_true")
    made.set_defaults(command=doctor.run)


# Kinds of argument; argparse turns their ArgumentTypeError into usage and exit code 2.


def bars(text: str) -> tuple[int, int]:
    """ "9-12" or "9", counted from 1."""
    found = re.fullmatch(r"(\d{1,6})(?:-(\d{1,6}))?", text)
    if found is None or int(found[1]) < 1 or int(found[2] or found[1]) < int(found[1]):
        raise argparse.ArgumentTypeError(tr("{words!r} is no stretch of bars; write 9-12 or 9", words=text))
    return int(found[1]), int(found[2] or found[1])


def count(text: str) -> int:
    if not text.isdecimal() or not 1 <= int(text) <= 64:
        raise argparse.ArgumentTypeError(tr("{words!r} takes cannot be made; ask for 1 to 64", words=text))
    return int(text)


def steps(text: str) -> int:
    if not text.isdecimal() or not 2 <= int(text) <= 64:
        raise argparse.ArgumentTypeError(tr("{words!r} steps cannot be made; ask for 2 to 64", words=text))
    return int(text)


def temperature(text: str) -> float:
    try:
        found = float(text)
    except ValueError:
        found = -1.0
    if not 0 <= found <= 4:
        raise argparse.ArgumentTypeError(tr("{words!r} is no temperature; use 0 to 4", words=text))
    return found


def seed(text: str) -> int:
    if not text.isdecimal() or int(text) >= 2**63:
        raise argparse.ArgumentTypeError(tr("{words!r} is no seed; use a whole number from 0", words=text))
    return int(text)


def rate(text: str) -> int:
    if not text.isdecimal() or not 8_000 <= int(text) <= 192_000:
        raise argparse.ArgumentTypeError(
            tr("{words!r} is no sample rate; use 8000 to 192000, such as 44100 or 48000", words=text)
        )
    return int(text)


def setting(text: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not equals or not name:
        raise argparse.ArgumentTypeError(tr("{words!r} is no setting; write NAME=VALUE, such as temperature=0.9", words=text))
    return name.strip(), value.strip()
