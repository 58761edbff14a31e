"""What other programs make of our exports, as a table: `python -m benchmarks.real_clients` (programs that are here only)."""

from __future__ import annotations

import re
import tempfile
from pathlib import Path

from studio.files.format import write_song
from tests.clients.compared import FACTS, faults
from tests.clients.programs import PROGRAMS, Program, ran
from tests.midi_songs import reference_songs

COLUMNS = {
    "notes": ("count", "pitches"),
    "starts": ("starts",),
    "lengths": ("lengths",),
    "velocities": ("velocities",),
    "names": ("names",),
    "programs": ("programs",),
    "tempi": ("tempi",),
}


def main() -> None:
    print("| program | " + " | ".join(COLUMNS) + " | not told, or made its own way |")
    print("| --- " * (len(COLUMNS) + 2) + "|")
    for program in PROGRAMS:
        if program.lacks:
            print(f"| {program.name} | " + " | ".join("" for _ in COLUMNS) + " | not installed |")
        else:
            print(_row(program))


def _row(program: Program) -> str:
    equal = dict.fromkeys(COLUMNS, 0)
    told = dict.fromkeys(COLUMNS, 0)
    for name, song in reference_songs().items():
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "in.mid"
            write_song(song, path)
            found = faults(program, name, song, program.read(path, Path(folder)))
        for column, facts in COLUMNS.items():
            tells = [fact for fact in facts if fact in FACTS and program.tells(fact, name)]
            told[column] += facts[0] in tells
            equal[column] += facts[0] in tells and not any(fact in found for fact in facts)
    cells = [f"{equal[column]} of {told[column]}" if told[column] else "-" for column in COLUMNS]
    said = "; ".join(f"{fact}: {why}" for fact, why in program.silent.items())
    return f"| {program.name} {_version(program)} | {' | '.join(cells)} | {said} |"


def _version(program: Program) -> str:
    with tempfile.TemporaryDirectory() as folder:
        found = re.search(r"\d+\.\d[\w.]*", ran(*program.version, cwd=Path(folder)))
    return found.group() if found else ""


if __name__ == "__main__":
    main()
