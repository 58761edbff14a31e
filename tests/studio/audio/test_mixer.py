"""Faders, pan, mute, solo, ramps, limiter: measured on arrays."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from studio.audio.mixer import LIMIT, Mix, Mixer, gain_of, limited, panned
from studio.audio.synth import DRY, empty_planes
from studio.song import Strip

PLAIN = Strip()


def power(coefficients, sound):
    return float((np.asarray(coefficients) @ sound * (np.asarray(coefficients) @ sound)).sum())


@given(st.floats(-100, 100))
def test_panning_keeps_the_power_of_what_is_equal_on_both_sides(pan):
    assert power(panned(pan), np.ones(2)) == pytest.approx(2.0)
    assert np.allclose(panned(-pan), np.flip(panned(pan)))


def test_the_centre_changes_nothing_and_the_ends_lose_nothing():
    assert np.allclose(panned(0), np.eye(2))
    left = panned(-100)
    assert np.allclose(left[1], 0)
    assert left[0, 0] > 0.5
    assert left[0, 1] > 0.5
    assert np.allclose(panned(100)[0], 0)


def test_gain_in_decibels_and_silence_at_the_bottom():
    assert gain_of(-6.0206) == pytest.approx(0.5, abs=1e-4)
    assert gain_of(-120) == 0.0


def test_mute_and_additive_solo():
    strips = {0: PLAIN, 1: Strip(is_solo=True), 2: Strip(is_solo=True, gain_db=-6.0206), 3: Strip(is_solo=True, is_muted=True)}
    mix = Mix.of_strips(strips, PLAIN, 5)
    assert [float(strip[0, 0]) for strip in mix.strips] == pytest.approx([0, 1, 0.5, 0, 0], abs=1e-4)


def test_a_changed_fader_moves_without_a_step():
    planes = np.stack([np.ones((1, 2, 256), np.float32), *np.zeros((2, 1, 2, 256), np.float32)])
    mixer = Mixer(Mix.of_strips({0: PLAIN}, PLAIN, 1))
    before = mixer.mixed(planes)
    mixer.change(Mix.of_strips({0: Strip(is_muted=True)}, PLAIN, 1))
    during, after = mixer.mixed(planes), mixer.mixed(planes)
    heard = np.concatenate((before, during, after))[:, 0]
    assert heard[0] == 1.0
    assert (after == 0).all()
    assert np.abs(np.diff(heard)).max() <= 1.001 / 256


def test_the_quick_sum_is_the_same_sum():
    planes = np.random.default_rng(1).standard_normal((3, 5, 2, 512)).astype(np.float32)
    strips = {slot: Strip(gain_db=-slot, pan=20 * slot - 50) for slot in range(5)}
    mix = Mix.of_strips(strips, Strip(gain_db=-3, pan=10), 5)
    assert np.allclose(Mixer(mix).mixed(planes), Mixer(mix).summed(planes), atol=1e-6)


def test_peaks_are_those_after_the_fader():
    planes = empty_planes(2, 64)
    planes[DRY, 0, 0, 5], planes[DRY, 1, 1, 7] = -0.5, 0.25
    mixer = Mixer(Mix.of_strips({0: Strip(gain_db=-6.0206), 1: PLAIN}, PLAIN, 2))
    mixer.mixed(planes)
    assert np.allclose(mixer.peaks, [[0.25, 0], [0, 0.25]], atol=1e-4)
    assert np.allclose(mixer.out_peaks[0], [0.25, 0.25], atol=1e-4)


@given(st.lists(st.floats(-50, 50, width=32), min_size=1, max_size=50))
def test_the_limiter_never_reaches_full_scale_and_leaves_the_rest_alone(samples):
    block = np.array([samples, samples], np.float32).T
    made = limited(block)
    assert (np.abs(made) <= 1.0).all()
    quiet = np.abs(block) <= LIMIT
    assert (made[quiet] == block[quiet]).all()
    assert (np.sign(made) == np.sign(block)).all()
