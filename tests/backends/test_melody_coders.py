"""Inputs and labels of the configurations, held against a slow reading of their definitions."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from backends.networks.melody_lstm import MelodyLstm
from backends.representations.melody_coders import History, MelodyCoder, encode_batch

LOOKBACK = MelodyCoder("lookback", 38)
ATTENTION = MelodyCoder("attention", 38)
CODERS = [MelodyCoder("basic", 38), LOOKBACK, ATTENTION, MelodyCoder("mono", 130, 0)]

melodies = st.lists(st.one_of(st.just(0), st.integers(0, 37)), min_size=1, max_size=80)


def one_hot(index: int, size: int) -> list[float]:
    return [float(at == index) for at in range(size)]


def slow_lookback(events: list[int], bar: int) -> list[float]:
    """Input before the next step, as models.md section 2 words it."""
    count = len(events)
    found = one_hot(events[-1], 38) if events else [0.0] * 38
    for back in (1, 2):
        at = count - back * bar
        found += one_hot(events[at] if at >= 0 else 0, 38)
    found += [1.0 if (count % (2 * bar)) >> bit & 1 else -1.0 for bit in range(5)]
    for back in (1, 2):
        at = count - 1 - back * bar
        found.append(float(count > 0 and at >= 0 and events[at] == events[-1]))
    return found


def slow_attention(events: list[int], bar: int) -> list[float]:
    count, sounding, direction = len(events), -1, 0
    recent: list[int] = []
    fits = [0] * 12
    for event in events:
        if event == 1:
            sounding = -1
        if event >= 2:
            sounding = event
            direction = direction if not recent or recent[-1] == event else (1 if event > recent[-1] else -1)
            recent = [other for other in recent if other != event] + [event]
            for tonic in range(12):
                fits[tonic] += (event - 2 - tonic) % 12 in (0, 2, 4, 5, 7, 9, 11)
    found = one_hot(sounding - 2, 36) if sounding >= 0 else [0.0] * 36
    found += [float(sounding >= 0), float(sounding < 0), float(count > 0 and events[-1] >= 2), float(direction)]
    for back in (1, 2):
        at = count - 1 - back * bar
        found.append(float(count > 0 and at >= 0 and events[at] == events[-1]))
    found += [1.0 if (count % (8 * bar)) >> bit & 1 else -1.0 for bit in range(7)]
    found.append(float(count % bar == 0))
    found += [float(fit == max(fits)) for fit in fits]
    classes = {(event - 2) % 12 for event in recent[-3:]}
    return found + [float(pitch_class in classes) for pitch_class in range(12)]


@pytest.mark.parametrize(("coder", "inputs", "labels"), list(zip(CODERS, (38, 121, 74, 130), (38, 40, 40, 130), strict=True)))
def test_sizes_are_the_published_ones(coder: MelodyCoder, inputs: int, labels: int) -> None:
    assert (coder.input_size, coder.label_count) == (inputs, labels)


@settings(max_examples=40)
@given(melodies, st.sampled_from((10, 12, 16, 18)))
def test_inputs_follow_their_definition_at_every_step(events: list[int], bar: int) -> None:
    for coder, slow in ((LOOKBACK, slow_lookback), (ATTENTION, slow_attention)):
        inputs = encode_batch(coder, [np.array(events)], [bar]).inputs[0]
        for step in range(len(events)):
            assert inputs[step].tolist() == slow(events[:step], bar), (coder.config, step)


@settings(max_examples=40)
@given(st.lists(melodies, min_size=1, max_size=4), st.data())
def test_labels_decode_to_the_events_they_were_made_of(listed: list[list[int]], data: st.DataObject) -> None:
    bars = [data.draw(st.sampled_from((12, 16))) for _ in listed]
    for coder in CODERS:
        encoded = encode_batch(coder, [np.array(events) for events in listed], bars)
        history = History(bars, 4)
        for step in range(encoded.events.shape[1]):
            assert np.array_equal(coder.labels(history, encoded.events[:, step]), encoded.labels[:, step])
            assert np.array_equal(coder.events_of(history, encoded.labels[:, step]), encoded.events[:, step])
            history.push(encoded.events[:, step])


@settings(max_examples=30)
@given(st.lists(st.integers(0, 37), min_size=40, max_size=40), st.integers(0, 2**31))
def test_folded_probabilities_sum_to_one_and_hold_every_label(events: list[int], seed: int) -> None:
    logs = torch.randn(1, 40, generator=torch.Generator().manual_seed(seed)).log_softmax(-1).numpy()
    for coder in (LOOKBACK, ATTENTION):
        history = History([16], 64)
        for event in events:
            history.push(np.array([event]))
        folded = np.exp(coder.event_log_probabilities(logs, history))[0]
        assert folded.sum() == pytest.approx(1, abs=1e-5)
        slow = np.zeros(38)
        for label in range(40):
            slow[coder.events_of(history, np.array([label]))[0]] += np.exp(logs[0, label])
        assert folded == pytest.approx(slow, abs=1e-6)


def test_two_bars_ago_wins_and_early_silence_is_a_repeat() -> None:
    phrase = [10, 0, 12, 0, 14, 0, 12, 0, 10, 0, 8, 0, 7, 0, 5, 0]
    labels = encode_batch(LOOKBACK, [np.array(phrase * 3)], [16]).labels[0]
    assert labels[1] == 39
    assert labels[0] == 10
    assert labels[16] == 38, "in the second bar only one bar ago exists"
    assert set(labels[32:].tolist()) == {39}


def test_chosen_histories_go_on_like_their_originals() -> None:
    history = History([16, 12], 8)
    for events in ([5, 7], [0, 9], [7, 0]):
        history.push(np.array(events))
    picked = history.chosen(np.array([1, 1, 0]))
    picked.push(np.array([3, 4, 5]))
    history.push(np.array([5, 4]))
    for coder in CODERS[:3]:
        assert np.array_equal(coder.features(picked)[[2, 1]], coder.features(history))


@pytest.mark.parametrize("attention", [0, 8])
def test_stepping_agrees_with_the_whole_melody_and_with_carried_state(attention: int) -> None:
    torch.manual_seed(0)
    network = MelodyLstm({"input_size": 9, "label_count": 5, "cells": 8, "attention": attention, "heads": 2}).eval()
    features = torch.randn(3, 37, 9)
    with torch.no_grad():
        whole, _ = network(features)
        begun, state = network(features[:, :14])
        ended, _ = network(features[:, 14:], state)
        assert torch.allclose(torch.cat([begun, ended], 1), whole, atol=1e-5)
        state = network.initial_state(3)
        for step in range(37):
            logits, state = network.step(features[:, step], state)
            assert torch.allclose(logits, whole[:, step], atol=1e-5)


def test_attention_reaches_its_window_and_no_further() -> None:
    torch.manual_seed(0)
    network = MelodyLstm({"input_size": 4, "label_count": 5, "cells": 8, "attention": 8, "heads": 1}).eval()
    low = torch.randn(1, 30, 8)
    changed = low.clone()
    changed[:, 10] += 1
    empty = network.initial_state(1)[4]
    with torch.no_grad():
        difference = (network._mix(low, empty, empty)[0] - network._mix(changed, empty, empty)[0]).abs().sum(-1)[0]
    touched = torch.nonzero(difference > 1e-7).flatten().tolist()
    assert touched == list(range(10, 18))
