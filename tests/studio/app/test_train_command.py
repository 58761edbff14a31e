"""`ricercar train`: folders of music in, a model folder with its card out; wrong orders are refused plainly."""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np
import pytest

from studio.app import train
from studio.errors import UnreadableFile
from studio.files.formats import midi
from studio.generation.card import read_card
from studio.jobs.progress import Progress
from studio.song import Note, Notes, Song, Track

TUNES = 60


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Sixty walks over the white keys, as MIDI files."""
    place = tmp_path_factory.mktemp("tunes")
    for seed in range(TUNES):
        steps = np.clip(np.cumsum(np.random.default_rng(seed).integers(-2, 3, 64)), -6, 6)
        notes = [Note(at * 480, 480, 65 + int(step * 12 / 7)) for at, step in enumerate(steps)]
        midi.write(Song(tracks=(Track(1, "Melody", notes=Notes.of(notes)),)), place / f"{seed:02}.mid", {}, Progress())
    return place


def parsed(*words: str) -> argparse.Namespace:
    parser = argparse.ArgumentParser()
    train.add_arguments(parser)
    return parser.parse_args(["melody-rnn", *words])


def test_a_folder_becomes_a_model_that_says_how_to_make_it_again(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "white-keys"
    words = ["--data", str(folder), "--out", str(out), "--config", "basic", "--steps", "2", "--cells", "8"]
    assert train.run(parsed(*words, "--licence", f"{folder.name}=CC0")) == 0
    card = read_card(out)
    assert (card.id, card.config, card.is_permissive) == ("white-keys", "basic", True)
    assert card.command.startswith(f"ricercar train melody-rnn --data {folder.name} --config basic --steps 2 --seed 1")
    assert str(tmp_path) not in card.command
    assert card.figures["songs_read"] == TUNES
    assert "nats a step" in capsys.readouterr().out


def test_a_run_goes_on_with_resume(folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    words = ["--data", str(folder), "--out", str(tmp_path / "model"), "--config", "basic", "--cells", "8"]
    train.run(parsed(*words, "--steps", "2"))
    train.run(parsed(*words, "--steps", "3", "--resume"))
    assert read_card(tmp_path / "model").figures["steps"] == 3
    assert "step 3:" in capsys.readouterr().out


def test_an_absent_folder_is_named(tmp_path: Path) -> None:
    with pytest.raises(UnreadableFile, match="There is no folder"):
        train.run(parsed("--data", str(tmp_path / "nowhere"), "--out", str(tmp_path / "model")))


@pytest.mark.parametrize(
    "words",
    [
        ["--out", "x"],
        ["--data", "a", "--out", "x", "--config", "quartet"],
        ["--data", "a", "--out", "x", "--steps", "many"],
        ["--data", "a", "--out", "x", "--licence", "MIT"],
    ],
)
def test_wrong_orders_are_usage_errors(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stopped:
        parsed(*words)
    assert stopped.value.code == 2
    assert "usage" in capsys.readouterr().err


def test_folders_are_named_so_that_their_set_is_known() -> None:
    words = ["--data", "/music/nottingham/MIDI/melody", "/music/POP909", "--out", "models/mine"]
    assert "--data nottingham/MIDI/melody POP909 --config" in train.command_line(parsed(*words))
