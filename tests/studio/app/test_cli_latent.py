"""The terminal's commands with the latent model that is shipped: interpolate, vary, morph, start."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from backends.catalogue import Catalogue
from studio.app import cli
from studio.files import format as formats
from studio.generation.library import Library
from studio.song import Note, Notes, Song, empty_song

MODEL = "mel-2bar"
BAR = 3840

pytestmark = pytest.mark.skipif(
    not any(model.id == MODEL and model.usable for model in Library.standard(Catalogue.standard().families).cards()),
    reason=f"{MODEL} is not here",
)


def song(pitches: list[int], step: int, bars: int = 4) -> Song:
    made = empty_song("A tune")
    notes = Notes.of([Note(at * step, step, pitches[at % len(pitches)], 70, id=10 + at) for at in range(bars * BAR // step)])
    return made.with_track(made.tracks[0].with_notes(notes))


@pytest.fixture
def files(tmp_path: Path) -> tuple[Path, Path]:
    a, b = tmp_path / "a.mid", tmp_path / "b.mid"
    formats.write_song(song([60, 62, 64, 65, 67, 65, 64, 62], 480), a)
    formats.write_song(song([72, 69, 65], 960, bars=1), b)
    return a, b


def answer(capsys: pytest.CaptureFixture[str], *arguments: object) -> dict[str, object]:
    assert cli.run([str(argument) for argument in arguments]) == 0
    found = json.loads(capsys.readouterr().out)
    assert isinstance(found, dict)
    return found


def notes(path: Path, first_bar: int, bars: int = 2) -> list[tuple[int, int, int, int]]:
    start = (first_bar - 1) * BAR
    found = formats.open_song(path).song.tracks[0].notes
    inside = [note for note in found if start <= note.start_tick < start + bars * BAR]
    return [(note.start_tick - start, note.length_ticks, note.pitch, note.velocity) for note in inside]


def test_interpolate_writes_both_ends_note_for_note_and_all_between(
    files: tuple[Path, Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    a, b = files
    out = tmp_path / "out.mid"
    found = answer(capsys, "interpolate", a, b, "--model", MODEL, "--steps", 7, "-o", out, "--json")
    steps = found["steps"]
    assert isinstance(steps, list)
    assert set(found) == {"model", "steps", "file", "remarks"}
    assert [set(step) for step in steps] == [{"index", "bar", "notes", "distance_to_a", "distance_to_b"}] * 7
    assert [step["bar"] for step in steps] == [1, 3, 5, 7, 9, 11, 13]
    assert (steps[0]["distance_to_a"], steps[6]["distance_to_b"]) == (0, 0)
    assert steps[1]["distance_to_a"] < steps[1]["distance_to_b"]
    assert steps[5]["distance_to_b"] < steps[5]["distance_to_a"]
    assert [step["notes"] for step in steps] == [len(notes(out, step["bar"])) for step in steps]
    assert notes(out, 1) == notes(a, 1)
    assert notes(out, 13, 1) == notes(out, 14, 1) == notes(b, 1, 1)
    said = " ".join(map(str, found["remarks"]))  # type: ignore[call-overload]
    assert "«a.mid» is longer than 2 bars" in said
    assert "«b.mid» is shorter than 2 bars" in said


def test_interpolate_is_the_same_again_and_another_seed_matters_above_temperature_0(
    files: tuple[Path, Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    made = {}
    for name, more in {
        "plain": (),
        "again": ("--seed", 9),
        "warm": ("--temperature", 1.5),
        "warm again": ("--temperature", 1.5),
        "warm, other seed": ("--temperature", 1.5, "--seed", 9),
    }.items():
        out = tmp_path / f"{name}.mid"
        answer(capsys, "interpolate", *files, "--model", MODEL, "--steps", 5, *more, "-o", out, "--json")
        made[name] = notes(out, 1, 10)
    assert made["plain"] == made["again"]
    assert made["warm"] == made["warm again"] != made["warm, other seed"]


@pytest.mark.parametrize("task", ["vary", "morph"])
def test_bars_are_varied_and_morphed_and_nothing_else_changes(
    task: str, files: tuple[Path, Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    a, b = files
    towards = ("--towards", b) if task == "morph" else ()
    common = ["generate", a, "--model", MODEL, "--task", task, "--bars", "1-2", "--takes", 2, "--set", "resemblance=0.2"]
    found = answer(capsys, *common, *towards, "-o", tmp_path / "out.mid", "--json")
    assert [take["notes"] > 0 for take in found["takes"]] == [True, True]  # type: ignore[attr-defined]
    assert notes(tmp_path / "out-1.mid", 3) == notes(a, 3)
    assert {tuple(notes(tmp_path / f"out-{number}.mid", 1)) for number in (1, 2)} != {tuple(notes(a, 1))}


def test_a_morph_needs_a_far_end(files: tuple[Path, Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    common = ["generate", str(files[0]), "--model", MODEL, "--task", "morph", "-o", str(tmp_path / "out.mid")]
    assert cli.run(common) == 1
    assert "towards what" in capsys.readouterr().err


def test_bars_are_varied_as_from_one_file_to_another(
    files: tuple[Path, Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    _, tune = files
    calm, busy = tmp_path / "calm.mid", tmp_path / "busy.mid"
    formats.write_song(song([67, 64, 65, 60], 1920, bars=2), calm)
    formats.write_song(song([67, 65, 64, 65, 67, 69, 67, 65], 480, bars=2), busy)
    common = ["generate", tune, "--model", MODEL, "--task", "vary", "--seed", 3, "--json"]
    common += ["--set", "resemblance=1", "--set", "temperature=0.1"]
    counts = []
    for amount in (-0.5, 0, 0.5, 1):
        way = ("--from", calm, "--to", busy, "--set", f"amount={amount}", "-o", tmp_path / "way.mid")
        found = answer(capsys, *common, *way)["takes"]
        assert found == answer(capsys, *common, *way)["takes"], "the same once more"
        counts.append(sum(take["notes"] for take in found))  # type: ignore[attr-defined]
    assert counts == sorted(counts)
    assert counts[-1] > 1.5 * counts[1]


@pytest.mark.parametrize(
    ("more", "words"),
    [
        (("vary", "--from", "a.mid"), "one is missing"),
        (("morph", "--from", "a.mid", "--to", "a.mid"), "no meaning for morph"),
        (("vary", "--from", "a.mid", "--to", "gone.mid"), "gone.mid"),
    ],
)
def test_what_is_wrong_with_a_way_is_said(
    more: tuple[str, ...], words: str, files: tuple[Path, Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    named = [str(files[0].with_name(word)) if word.endswith(".mid") else word for word in more]
    assert cli.run(["generate", str(files[0]), "--model", MODEL, "-o", str(tmp_path / "o.mid"), "--task", *named]) == 1
    assert words in capsys.readouterr().err
