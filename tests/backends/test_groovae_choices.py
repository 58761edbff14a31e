"""What a GrooVAE training chooses by rule, and the drums on the grid it begins with."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from backends.networks.groove_feel import Habits
from backends.representations.drums import TAP_VOICE, VOICE_COUNT, WINDOW_STEPS
from backends.representations.groove_tasks import TAP, is_loud, seen_array
from backends.training.groovae import stiff_share, varied
from backends.training.groovae_data import Windows, build_windows
from backends.training.groovae_figures import best_threshold, hit_figures
from backends.training.groovae_packed import load_windows, save_windows
from backends.training.groovae_prior import fitted_mixture
from studio.errors import UnreadableFile
from studio.song.notes import Notes, rows_from_columns
from studio.song.song import Instrument, Song, Track


def windows(count: int, seed: int = 1) -> Windows:
    rng = np.random.default_rng(seed)
    hits = rng.random((count, WINDOW_STEPS, VOICE_COUNT)) < 0.2
    velocities = (rng.uniform(0.2, 1, hits.shape) * hits).astype(np.float32)
    offsets = (rng.uniform(-0.4, 0.4, hits.shape) * hits).astype(np.float32)
    return Windows(hits, velocities, offsets, np.full(count, 120, np.float32))


def on_the_grid(seed: int) -> Song:
    steps = np.flatnonzero(np.random.default_rng(seed).random(64) < 0.6)
    rows = rows_from_columns(
        steps * 240, np.full(len(steps), 40), np.full(len(steps), 38), np.full(len(steps), 90), id=np.arange(1, len(steps) + 1)
    )
    return Song(tracks=(Track(1, "Kit", instrument=Instrument(is_drum=True)).with_notes(Notes(rows)),), next_id=10_000)


def grid_folder(folder: Path) -> list[tuple[Path, list[tuple[str, Song]]]]:
    folder.mkdir(exist_ok=True)
    (folder / "index.csv").write_text(
        "file,split,on_grid\na.mid,train,0.99\nb.mid,validation,0.99\nc.mid,test,0.99\nd.mid,train,0.5\n"
    )
    return [(folder, [(f"{name}.mid", on_the_grid(at)) for at, name in enumerate("abcd")])]


def test_only_training_songs_on_the_grid_are_taken_and_never_measured_on(tmp_path: Path) -> None:
    corpus = build_windows(grid_folder(tmp_path / "grid"))
    assert len(corpus.stiff) == 3
    assert not any(map(len, corpus.parts.values()))
    assert corpus.counts["skipped, kept back by the list or off the grid"] == 3


def test_prepared_windows_come_back_as_they_were(tmp_path: Path) -> None:
    corpus = build_windows(grid_folder(tmp_path / "grid"))
    save_windows(corpus, tmp_path / "packed.npz")
    again = load_windows(tmp_path / "packed.npz")
    assert again.counts == corpus.counts
    for one, other in zip(again.stiff.columns, corpus.stiff.columns, strict=True):
        np.testing.assert_array_equal(one, other)


def test_a_file_of_something_else_is_refused_in_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "x.npz").write_bytes(b"no archive")
    with pytest.raises(UnreadableFile, match="no prepared windows"):
        load_windows(tmp_path / "x.npz")


def test_drums_on_the_grid_come_first_and_never_leave() -> None:
    shares = [stiff_share(done) for done in np.linspace(0, 1, 101)]
    assert shares[0] == 1
    assert shares[-1] == 0.3
    assert shares == sorted(shares, reverse=True)


def test_taps_tell_how_hard_they_are_only_when_asked() -> None:
    some = windows(2)
    seen = seen_array(
        *(some.hits, some.velocities, some.offsets),
        tasks=np.full(2, TAP),
        removed=np.zeros((2, VOICE_COUNT), bool),
        tempos=some.tempos,
        loud=np.array([False, True]),
    )
    velocities = seen[..., VOICE_COUNT : 2 * VOICE_COUNT]
    assert not velocities[0].any()
    np.testing.assert_allclose(velocities[1, :, TAP_VOICE], some.velocities[1].max(1))


def test_even_taps_are_not_taken_for_dynamics() -> None:
    some = windows(1)
    assert is_loud(some.hits[0], some.velocities[0])
    assert not is_loud(some.hits[0], some.hits[0] * np.float32(0.7))
    assert not is_loud(np.zeros((WINDOW_STEPS, VOICE_COUNT), bool), np.zeros((WINDOW_STEPS, VOICE_COUNT), np.float32))


def test_variation_keeps_what_was_played_apart_from_the_order_of_bars() -> None:
    some = windows(20)
    seen, played = varied(some, np.full(20, TAP), np.random.default_rng(0))
    for at in range(20):
        bars = played.hits[at].reshape(2, -1)
        was = some.hits[at].reshape(2, -1)
        assert (bars == was).all() or (bars[::-1] == was).all()
    assert not (seen.hits & ~played.hits).any()
    assert np.abs(seen.offsets).max() <= 0.5


def test_a_mixture_finds_the_clouds_it_was_given() -> None:
    rng = np.random.default_rng(2)
    points = np.concatenate([rng.normal(-4, 0.5, (600, 3)), rng.normal(4, 0.5, (200, 3))])
    shares, means, factors = fitted_mixture(points, 2, rng)
    order = np.argsort(means[:, 0])
    np.testing.assert_allclose(shares[order], [0.75, 0.25], atol=0.02)
    np.testing.assert_allclose(means[order, 0], [-4, 4], atol=0.2)
    assert all(np.diag(factor).min() > 0 for factor in factors)


@given(st.integers(0, 2**32 - 1))
def test_the_threshold_keeps_the_accuracy_wherever_one_can(seed: int) -> None:
    rng = np.random.default_rng(seed)
    truth = rng.random(400) < 0.3
    chance = np.clip(truth * 0.5 + rng.random(400) * 0.5, 0, 1).astype(np.float32)
    chosen = best_threshold(truth, chance, 0.85)
    reachable = [hit_figures(truth, chance >= t, False)["hit_accuracy"] for t in np.arange(0.2, 0.62, 0.02)]
    if max(reachable) >= 0.85:
        assert hit_figures(truth, chance >= chosen, False)["hit_accuracy"] >= 0.85


def test_samples_are_drawn_and_the_likeliest_is_not() -> None:
    habits = Habits(copy_threshold=0.4, sample_threshold=0.5, blur=1.0)
    chance = np.full((WINDOW_STEPS, VOICE_COUNT), 0.45, np.float32)
    assert habits.hit(chance, 0.0, np.random.default_rng(0)).all()
    assert 0.3 < habits.hit(chance, 1.0, np.random.default_rng(0)).mean() < 0.6
