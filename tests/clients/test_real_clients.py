"""Other programs read our exports: equal notes, names, programs and tempi, as far as each tells of them (run with -m clients)."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from studio.files.format import write_song
from studio.song.song import Song
from tests.clients.compared import FACTS, expected_parts, faults
from tests.clients.programs import PROGRAMS, Opened, Program, musescore
from tests.midi_songs import reference_songs

pytestmark = [pytest.mark.clients, pytest.mark.timeout(300)]
SONGS = reference_songs()
BY_NAME = {program.name: program for program in PROGRAMS}


def test_at_least_one_of_the_programs_is_installed() -> None:
    packages = " ".join(dict.fromkeys(" ".join(program.package for program in PROGRAMS).split()))
    there = [program.name for program in PROGRAMS if not program.lacks]
    assert there, f"none of the programs is here: apt install {packages}"


def opened(program: Program, path: Path, folder: Path) -> Opened:
    if program.lacks:
        pytest.skip(f"{program.name} is not installed ({', '.join(program.lacks)} of {program.package})")
    return program.read(path, folder)


@pytest.mark.parametrize("song", list(SONGS))
@pytest.mark.parametrize("name", list(BY_NAME))
def test_ex_a_program_reads_what_we_wrote(name: str, song: str, tmp_path: Path) -> None:
    program = BY_NAME[name]
    path = tmp_path / "in.mid"
    write_song(SONGS[song], path)
    heard = opened(program, path, tmp_path)
    assert faults(program, song, SONGS[song], heard) == {}


def test_what_a_program_keeps_to_itself_is_said_of_facts_that_there_are() -> None:
    for program in PROGRAMS:
        for said in program.silent:
            fact, _, song = said.partition(" ") if not said.startswith("tempo places") else ("tempo places", "", "")
            assert fact in FACTS, said
            assert song in {"", *SONGS}, said


@pytest.mark.parametrize("song", list(SONGS))
def test_musescore_opens_the_score(song: str, tmp_path: Path) -> None:
    """Notes on the grid that our scores are written in are the same; the parts have their names, the first tempo stands."""
    path = tmp_path / "in.musicxml"
    write_song(SONGS[song], path)
    if BY_NAME["MuseScore"].lacks:
        pytest.skip("MuseScore is not installed (package musescore3)")
    heard = musescore(path, tmp_path)
    parts = expected_parts(SONGS[song])
    assert [part.name for part in heard.parts] == [track.name for track in SONGS[song].tracks if not track.strip.is_muted]
    for part, meant in zip(heard.parts, parts, strict=True):
        assert Counter(_on_grid(n.start) + n.pitch / 1000 for n in part.notes) == Counter(
            _on_grid(n.start) + n.pitch / 1000 for n in meant.notes
        ), part.name
    assert heard.tempi[0][1] == pytest.approx(SONGS[song].timeline.tempos[0].bpm, abs=0.01)
    if song == "ramp":
        inside = [change for change in SONGS[song].timeline.tempo_steps if change.tick < _end(SONGS[song])]
        assert [tick for tick, _ in heard.tempi] == [change.tick for change in inside]
        assert [bpm for _, bpm in heard.tempi] == pytest.approx([change.bpm for change in inside], abs=0.01)


def _on_grid(tick: float) -> int:
    return round(tick / 240) * 240


def _end(song: Song) -> int:
    return song.end_tick
