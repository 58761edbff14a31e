"""Training GrooVAE: windows of the set's split, a run that resumes to the bit, a saved model that plays."""

from pathlib import Path

import numpy as np
import pytest
import torch

from backends.families.groovae import Model
from backends.training.groovae_data import build_windows
from backends.training.groovae_figures import best_threshold, divergence, feel_figures, hit_figures
from backends.training.groovae_run import train_groovae
from backends.training.loop import Plan
from backends.training.order import Order, Size
from studio.errors import UnsupportedRequest
from studio.generation.contract import Request
from studio.jobs.progress import Progress
from studio.song.notes import Notes, rows_from_columns
from studio.song.region import Mask
from studio.song.song import Instrument, Song, Track

torch.set_num_threads(1)
NAMES = [f"{part}/{at}.mid" for part, count in (("train", 6), ("validation", 2), ("test", 2)) for at in range(count)]


def played(seed: int, bars: int = 12) -> Song:
    rng = np.random.default_rng(seed)
    steps = np.flatnonzero(rng.random(bars * 16) < 0.6)
    late = np.maximum(0, steps * 240 + rng.integers(-40, 60, len(steps)))
    rows = rows_from_columns(
        late, np.full(len(steps), 40), rng.choice([36, 38, 42], len(steps)), rng.integers(30, 120, len(steps)), id=steps + 1
    )
    return Song(tracks=(Track(1, "Kit", instrument=Instrument(is_drum=True)).with_notes(Notes(rows)),), next_id=10_000)


def songs() -> list[tuple[str, Song]]:
    return [(name, played(at)) for at, name in enumerate(NAMES)]


def listed(folder: Path) -> Path:
    folder.mkdir(exist_ok=True)
    lines = [f"{name},beat,4-4,{name.split('/')[0]}" for name in NAMES]
    (folder / "info.csv").write_text("\n".join(["midi_filename,beat_type,time_signature,split", *lines]))
    return folder


def order(tmp_path: Path, name: str, steps: int, config: str = "seq2seq", resume: bool = False) -> Order:
    return Order(
        songs=[(listed(tmp_path / "groove"), songs())],
        out=tmp_path / name,
        config=config,
        plan=Plan(steps, 1, learning_rate=2e-3, warmup=2),
        size=Size(8, 0.2, 8),
        resume=resume,
        device="cpu",
    )


def silent(_text: str) -> None:
    return None


def test_windows_follow_the_sets_own_split_and_drop_doubles(tmp_path: Path) -> None:
    twice = [*songs(), (NAMES[0], played(0))]
    corpus = build_windows([(listed(tmp_path / "groove"), twice)])
    assert {part: len(held) for part, held in corpus.parts.items()} == {"train": 66, "valid": 22, "test": 22}
    assert corpus.counts["exact doubles dropped"] == 11


def test_a_set_without_enough_drums_is_refused_in_a_sentence(tmp_path: Path) -> None:
    short = Order(songs=[(tmp_path, songs()[:1])], out=tmp_path / "x", config="seq2seq")
    with pytest.raises(UnsupportedRequest, match="too few"):
        train_groovae(short, Progress(), silent)


@pytest.mark.parametrize("config", ["seq2seq", "vib"])
def test_a_run_that_was_broken_off_and_resumed_is_the_straight_one(tmp_path: Path, config: str) -> None:
    straight = train_groovae(order(tmp_path, "straight", 8, config), Progress(), silent)
    cancelled = Progress(lambda done, _total, _note: cancelled.cancel() if done >= 4 else None)
    train_groovae(order(tmp_path, "broken", 8, config), cancelled, silent)
    again = train_groovae(order(tmp_path, "broken", 8, config, resume=True), Progress(), silent)
    assert again.weights_sha256 == straight.weights_sha256
    assert again.figures == straight.figures
    song = played(99)
    take = next(Model(again, "cpu").generate(Request("groove", again.id, song, Mask(song.whole())), Progress()))
    assert len(take.rows) == len(song.tracks[0].notes.rows)


def test_figures_of_the_right_answer_are_perfect(tmp_path: Path) -> None:
    windows = build_windows([(listed(tmp_path / "groove"), songs())]).parts["test"]
    figures = feel_figures(windows, windows.velocities, windows.offsets)
    assert figures == {name: pytest.approx(0, abs=1e-9) for name in figures}
    assert hit_figures(windows.hits, windows.hits)["f1"] == pytest.approx(1)
    empty = hit_figures(windows.hits, np.zeros_like(windows.hits))
    assert empty["hit_accuracy"] == empty["empty_accuracy"]
    assert empty["f1"] == 0


def test_histograms_that_differ_lie_apart() -> None:
    wide, narrow = np.linspace(0, 1, 1000, dtype=np.float32), np.full(1000, 0.5, np.float32)
    assert divergence(wide, wide, 20) == pytest.approx(0)
    assert divergence(wide, narrow, 20) > 1


def test_the_threshold_is_the_best_one_found() -> None:
    truth = np.array([True, False, True, False])
    assert best_threshold(truth, np.array([0.5, 0.3, 0.45, 0.1], np.float32)) == pytest.approx(0.44, abs=0.13)
