"""The lecture's lesson: trained in seconds, the same for the same seed, and as the lecture says of AE and VAE."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from backends.networks.lecture_vae import LectureVae
from backends.training.lecture import new_network, study
from backends.training.lecture_bars import STYLES, sample_bars
from backends.training.lecture_material import FEWEST_BARS, THIS_SONG, material_of, song_bars
from studio.generation.lecture import Lesson, Material, Shape, Side, Standing
from studio.jobs.progress import Cancelled, Progress
from studio.song.notes import Note, Notes
from studio.song.song import Instrument, Song, Track

STEP = 240


def taught(lesson: Lesson) -> tuple[Material | None, list[Standing]]:
    answers = list(study(lesson, Progress()))
    material = next((answer for answer in answers if isinstance(answer, Material)), None)
    return material, [answer for answer in answers if isinstance(answer, Standing)]


@pytest.fixture(scope="module")
def small() -> Material:
    """A third of the sample: enough to learn from in a test."""
    bars, styles = sample_bars(1, 14)
    names = tuple(STYLES)
    return Material(bars, np.array([names.index(style) for style in styles]), names, styles, ("v",) * 9, tuple(range(36, 45)))


@pytest.fixture(scope="module")
def learnt(small: Material) -> Standing:
    return taught(Lesson("dense", 1.0, 200, 3, material=small))[1][-1]


def rebuilt(standing: Standing, side: Side, *, variational: bool) -> LectureVae:
    network = LectureVae(standing.shape, variational=variational)
    network.load_state_dict({name: torch.from_numpy(array.copy()) for name, array in side.weights.items()})
    return network


def drum_song(bars: int) -> Song:
    """Bars that differ from each other in their second half, the kick written as 35."""
    notes = [Note(bar * 3840, 100, 35, id=10 * bar + 1) for bar in range(bars)]
    notes += [
        Note(bar * 3840 + STEP * (8 + bit), 100, 38, id=10 * bar + 2 + bit)
        for bar in range(bars)
        for bit in range(6)
        if bar >> bit & 1
    ]
    notes += [Note(bar * 3840 + STEP * 4, 100, 42, id=10 * bar + 9) for bar in range(bars)]
    track = Track(1, "Drums", instrument=Instrument(is_drum=True), notes=Notes.of(notes))
    return Song(tracks=(track,), next_id=10_000)


def test_the_sample_has_four_hundred_distinct_bars_of_several_styles() -> None:
    bars, styles = sample_bars()
    assert len(bars) >= 400
    assert len(np.unique(bars.reshape(len(bars), -1), axis=0)) == len(bars)
    assert len(set(styles)) >= 8
    assert np.array_equal(bars, sample_bars()[0])


def test_hits_come_back_from_two_numbers_after_some_hundred_steps(learnt: Standing) -> None:
    assert learnt.sides["AE"].figures.f1 > 0.8
    assert learnt.sides["VAE"].figures.f1 > 0.75
    assert learnt.sides["VAE"].figures.accuracy > 0.94
    assert learnt.sides["AE"].means.shape[1] == 2


def test_only_the_variational_one_has_deviations_and_divergence(learnt: Standing) -> None:
    assert not learnt.sides["AE"].deviations.any()
    assert learnt.sides["AE"].figures.kl_bits is None
    assert (learnt.sides["VAE"].deviations > 0).all()
    assert learnt.sides["VAE"].figures.kl_bits is not None


def test_deviations_grow_with_beta_and_shrink_without_it(small: Material, learnt: Standing) -> None:
    found = {
        beta: taught(Lesson("dense", beta, 50, 3, material=small, before=learnt))[1][-1].sides["VAE"].figures
        for beta in (0.0, 1.0, 4.0)
    }
    assert found[0.0].deviation < 0.3 * found[1.0].deviation
    assert found[4.0].deviation > 1.3 * found[1.0].deviation
    assert (found[4.0].kl_bits or 0) < (found[1.0].kl_bits or 0) < (found[0.0].kl_bits or 0)


def test_the_autoencoder_scatters_further_than_the_prior(learnt: Standing) -> None:
    assert np.abs(learnt.sides["AE"].means).max() > 2 * np.abs(learnt.sides["VAE"].means).max()


@pytest.mark.parametrize("kind", ["AE", "VAE"])
def test_a_cell_is_the_decode_of_its_centre(learnt: Standing, kind: str) -> None:
    side = learnt.sides["AE" if kind == "AE" else "VAE"]
    network = rebuilt(learnt, side, variational=kind == "VAE")
    for row, column in ((0, 0), (7, 12), (19, 3)):
        place = side.map.centre(row, column)
        with torch.no_grad():
            odds = network.decode(torch.tensor([place], dtype=torch.float32))[0].clamp(-60, 60).numpy()
        assert side.map.cell_at(*place) == (row, column)
        assert np.allclose(odds, side.map.odds[row, column], atol=0.05)
    assert side.map.cell_at(side.map.reach * 1.01, 0) is None


@pytest.mark.parametrize("shape", ["dense", "recurrent"])
def test_the_same_lesson_gives_the_same_weights(small: Material, shape: Shape) -> None:
    first, again, other = (taught(Lesson(shape, 1.0, 3, seed, material=small))[1][-1] for seed in (5, 5, 6))
    for kind in ("AE", "VAE"):
        side: Side = first.sides["AE" if kind == "AE" else "VAE"]
        assert side.digest == again.sides["AE" if kind == "AE" else "VAE"].digest
        assert side.digest != other.sides["AE" if kind == "AE" else "VAE"].digest


def test_going_on_counts_its_stretches(small: Material) -> None:
    begun = taught(Lesson("dense", 1.0, 4, 5, material=small))[1][-1]
    gone_on = taught(Lesson("dense", 0.25, 3, 5, material=small, before=begun))[1][-1]
    assert gone_on.course == "4 steps at beta 1, 3 steps at beta 0.25"
    assert gone_on.step == 7


def test_the_space_is_seen_forming(small: Material) -> None:
    standings = taught(Lesson("dense", 1.0, 50, 5, material=small))[1]
    assert [standing.step for standing in standings] == [0, 20, 40, 50]


def test_a_cancel_stops_at_the_next_step(small: Material) -> None:
    progress = Progress()
    answers = study(Lesson("dense", 1.0, 100_000, 1, material=small), progress)
    next(answers)
    progress.cancel()
    with pytest.raises(Cancelled):
        list(answers)


def test_a_recurrent_network_learns(small: Material) -> None:
    standings = taught(Lesson("recurrent", 1.0, 40, 1, material=small))[1]
    assert standings[-1].sides["AE"].figures.f1 > standings[0].sides["AE"].figures.f1 + 0.15


def test_a_song_with_enough_bars_is_learnt_from_alone() -> None:
    material = material_of(drum_song(FEWEST_BARS + 2))
    assert len(material.bars) == FEWEST_BARS + 2
    assert THIS_SONG not in material.groups
    assert material.places[0] == "bar 1"
    assert material.pitches[0] == 35


def test_a_song_with_few_bars_stands_beside_the_sample() -> None:
    material = material_of(drum_song(3))
    assert material.groups[0] == THIS_SONG
    assert (material.group_of == 0).sum() == 3
    assert "3 different bars" in material.about


def test_equal_bars_count_once_and_no_drums_are_no_bars() -> None:
    song = drum_song(4)
    twice = Track(2, "More", instrument=Instrument(is_drum=True), notes=song.tracks[0].notes)
    assert len(song_bars(Song(tracks=(song.tracks[0], twice)))[0]) == 4
    assert "no drum bars" in material_of(Song(tracks=(Track(1, "Piano"),))).about


def test_a_fresh_network_leaves_the_random_state_of_others_alone() -> None:
    before = torch.random.get_rng_state()
    new_network("dense", "VAE", 1)
    assert torch.equal(before, torch.random.get_rng_state())
