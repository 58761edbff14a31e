"""Steering from the terminal: the three knobs of every model, constraints of tracks, sweeps."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from studio.app import cli
from studio.app.constrain_words import axis_of, constraint_of
from studio.edits.constraints import constrain
from studio.errors import UnsupportedRequest
from studio.files import format as formats
from studio.generation.contract import Axis
from studio.song import Note, Song, empty_song
from studio.song.constraint import Constraint
from studio.song.notes import Notes
from studio.song.song import Instrument, Track

DRUMS = "lecture-vae-dense"
MELODIES = "melody-rnn-basic"
BAR = 3840


def find(name: str) -> int:
    tracks = {"Bass": 2, "Chords": 3, "Lead Guitar": 4}
    if name not in tracks:
        raise UnsupportedRequest(f"There is no track «{name}».")
    return tracks[name]


def test_a_constraint_is_written_as_words() -> None:
    text = "track=Bass low=C2 high=60 least=2 most=7.5 voices=1 shortest=1/16 longest=1/2 keep=rhythm follows=Chords"
    assert constraint_of(text, find, 1) == Constraint(2, 36, 60, 2, 7.5, 1, 240, 1920, keeps_rhythm=True, follows=3)
    assert constraint_of('track="Lead Guitar" keep=pitches polyphony=2', find, 1) == Constraint(
        4, polyphony=2, keeps_pitches=True
    )
    assert constraint_of("most=4", find, 1) == Constraint(1, most_per_bar=4)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("low", "«low» is no constraint"),
        ("colour=red", "«colour» is no constraint"),
        ("low=H2", "no note"),
        ("most=many", "no count of notes"),
        ("voices=few", "no count of voices"),
        ("shortest=0/0", "no length"),
        ("longest=short", "no length"),
        ("keep=all", "cannot be kept"),
        ("track=Nobody", "no track"),
        ('track="Bass', "open quotation mark"),
    ],
)
def test_what_is_no_constraint_is_refused(text: str, words: str) -> None:
    with pytest.raises(UnsupportedRequest, match=words):
        constraint_of(text, find, 1)


def test_a_sweep_is_written_as_a_setting_and_its_values() -> None:
    assert axis_of("temperature=0.6, 1,1.4") == Axis("temperature", ("0.6", "1", "1.4"))
    for text in ("temperature", "=1,2", "temperature=", "temperature=,"):
        with pytest.raises(UnsupportedRequest, match="is no sweep"):
            axis_of(text)


def groove() -> Song:
    notes = [Note(at * 480, 120, 42 if at % 2 else 36, id=at + 10) for at in range(32)]
    kit = Track(1, "Kit", instrument=Instrument(is_drum=True), notes=Notes.of(notes))
    return replace(empty_song("Beat"), tracks=(kit,), next_id=1000)


@pytest.fixture
def beat(tmp_path: Path) -> Path:
    formats.write_song(groove(), tmp_path / "beat.mid")
    return tmp_path / "beat.mid"


def answer(capsys: pytest.CaptureFixture[str], *arguments: object) -> list[dict[str, object]]:
    assert cli.run([str(argument) for argument in arguments]) == 0
    found: list[dict[str, object]] = json.loads(capsys.readouterr().out)["takes"]
    return found


def refusal(capsys: pytest.CaptureFixture[str], *arguments: object) -> str:
    assert cli.run([str(argument) for argument in arguments]) == 1
    return capsys.readouterr().err.strip()


def test_gn_6_1_a_knob_that_the_model_lacks_can_be_set(beat: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    common = [
        "generate",
        beat,
        "--model",
        DRUMS,
        "--task",
        "vary",
        "--bars",
        "1-2",
        "--takes",
        2,
        "--json",
        "-o",
        tmp_path / "o.mid",
    ]
    calm, busy = (answer(capsys, *common, "--set", f"density={value}") for value in (-1, 1))
    assert sum(int(str(take["notes"])) for take in calm) < sum(int(str(take["notes"])) for take in busy)
    assert "Use a value from -1 to 1" in refusal(capsys, *common, "--set", "density=2")


def test_gn_6_1_constraints_hold_of_files(beat: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    common = ["generate", beat, "--model", DRUMS, "--task", "vary", "--bars", "1-2", "--takes", 1, "--json", "--only-take"]
    (take,) = answer(capsys, *common, "-o", tmp_path / "o.mid", "--constrain", "high=40 most=4")
    rows = formats.open_song(Path(str(take["file"]))).song.tracks[0].notes.rows
    assert rows["pitch"].max() <= 40
    assert all(((rows["start"] // BAR) == bar).sum() <= 4 for bar in (0, 1))
    said = refusal(capsys, *common, "-o", tmp_path / "o.mid", "--constrain", "low=C5 high=C2")
    assert "lies above its highest" in said


def test_gn_6_1_constraints_of_the_song_hold_unless_others_are_said(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    song = constrain(Constraint(1, most_per_bar=2)).apply(groove())
    formats.write_song(song, tmp_path / "beat.ricercar")
    common = ["generate", tmp_path / "beat.ricercar", "--model", DRUMS, "--task", "vary", "--bars", "1-1", "--takes", 1, "--json"]
    (kept,) = answer(capsys, *common, "-o", tmp_path / "a.mid")
    assert int(str(kept["notes"])) <= 2
    (free,) = answer(capsys, *common, "-o", tmp_path / "b.mid", "--constrain", "most=16", "--set", "density=1")
    assert int(str(free["notes"])) > 2


def test_gn_sweep_from_the_terminal(beat: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    common = ["generate", beat, "--model", DRUMS, "--task", "vary", "--bars", "1-1", "--json", "-o", tmp_path / "o.mid"]
    takes = answer(capsys, *common, "--sweep", "temperature=0.5,1", "--sweep", "density=-1,0,1")
    assert [take["number"] for take in takes] == [1, 2, 3, 4, 5, 6]
    assert takes[5]["figures"] == {"temperature": 1.0, "density": 1.0}
    assert takes[0]["remarks"][0] == "How surprising 0.5 · How busy -1"  # type: ignore[index]
    assert all(Path(str(take["file"])).exists() for take in takes)
    assert "not 3" in refusal(capsys, *common, *["--sweep", "density=1", "--sweep", "strength=1", "--sweep", "key=C"])
    assert "no setting «strength»" in refusal(capsys, *common, "--sweep", "strength=0,1")
