"""What the terminal's models write says so: EX-26 for `generate` and `interpolate`."""

from __future__ import annotations

from pathlib import Path

import pytest

from studio.app import cli
from studio.files.formats.midi import read, write
from studio.files.made_with import models_of
from studio.song import Note, Notes, Song, Track

MODEL = "melody-rnn-basic"


def said(path: Path) -> str:
    song = read(path).song
    aside = [*song.foreign, *(event for track in song.tracks for event in track.controls.foreign)]
    return " ".join(event.data[3:].decode() for event in aside if event.data[:2] == b"\xff\x01")


@pytest.mark.parametrize("alone", [[], ["--only-take"]])
def test_ex_26_generated_files_name_their_model_but_where_it_is_switched_off(tmp_path: Path, alone: list[str]) -> None:
    command = ["generate", "--model", MODEL, "--task", "start", "--takes", "1", *alone]
    assert cli.run([*command, "-o", str(tmp_path / "a.mid")]) == 0
    assert cli.run([*command, "-o", str(tmp_path / "b.mid"), "--no-mark"]) == 0
    assert f"made with the help of models: {MODEL} (" in said(tmp_path / "a-1.mid")
    assert said(tmp_path / "b-1.mid") == ""
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a-1.mid", "b-1.mid"]


def test_ex_26_steps_between_two_phrases_are_a_models_and_the_phrases_are_not(tmp_path: Path) -> None:
    for name, low in (("a", 60), ("b", 67)):
        notes = Notes.of([Note(beat * 960, 900, low + beat % 3, 90, 10 + beat) for beat in range(8)])
        write(Song(name, (Track(1, "Lead", notes=notes),), next_id=30), tmp_path / f"{name}.mid")
    out = tmp_path / "out.ricercar"
    phrases = [str(tmp_path / "a.mid"), str(tmp_path / "b.mid")]
    assert cli.run(["interpolate", *phrases, "--model", "mel-2bar", "--steps", "3", "-o", str(out)]) == 0
    from studio.files import project

    song = project.read(out).song
    assert models_of(song) == ("mel-2bar",)
    rows = song.tracks[0].notes.rows
    in_between = (rows["start"] >= 2 * 3840) & (rows["start"] < 4 * 3840)
    assert ((rows["origin"] != 0) == in_between).all()
    assert cli.run(["interpolate", *phrases, "--model", "mel-2bar", "--steps", "2", "-o", str(tmp_path / "two.mid")]) == 0
    assert said(tmp_path / "two.mid") == ""
