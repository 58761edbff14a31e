"""Training: it learns, goes on exactly where it stopped, and a cancel keeps the best so far."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors.torch import load_file

from backends.representations.melody_coders import MelodyCoder
from backends.training.corpus import Melody
from backends.training.evaluate import measure
from backends.training.loop import RUN_FILE, Plan, Run, learning_rate, train
from backends.training.melody import MelodyTask, codec_for, coder_for, hyper_for, new_network
from backends.training.melody_run import train_melody_rnn
from backends.training.order import Order, Size
from studio.errors import DamagedCheckpoint, UnsupportedRequest
from studio.jobs.progress import Progress
from studio.song import Note, Notes, Song, Track

TINY = Size(cells=16, dropout=0.1, batch=4, window=48)


def melodies(coder: MelodyCoder, count: int, seed: int) -> list[Melody]:
    """Up and down a scale, an eighth at a time, from anywhere."""
    rng = np.random.default_rng(seed)
    ladder = [14, 16, 18, 19, 21, 23, 25, 26]
    found = []
    for _ in range(count):
        place = (np.arange(64) + rng.integers(14)) % 14
        events = np.zeros(128, np.int16)
        events[::2] = [ladder[min(at, 14 - at)] for at in place]
        found.append(Melody(events, 16, "made", 0))
    assert max(ladder) < coder.classes
    return found


def prepared(config: str) -> tuple[torch.nn.Module, MelodyTask, MelodyCoder]:
    coder = coder_for(config, codec_for(config))
    network = new_network(hyper_for(config, coder, TINY), 3)
    return network, MelodyTask(coder, melodies(coder, 12, 1), melodies(coder, 3, 2), TINY, torch.float32), coder


def stopping_at(step: int) -> Progress:
    """Progress that cancels itself once a step is done."""

    def watch(done: float, total: float, note: str) -> None:
        if done >= step:
            progress.cancel()

    progress = Progress(watch)
    return progress


@pytest.mark.parametrize("config", ["basic", "lookback", "attention", "mono"])
def test_a_few_steps_lower_the_loss(config: str, tmp_path: Path) -> None:
    network, task, coder = prepared(config)
    before = measure(network, coder, melodies(coder, 3, 5))
    outcome = train(network, task, Plan(30, 1, learning_rate=0.01, warmup=5, check_every=10), tmp_path, progress=Progress())
    after = measure(network, coder, melodies(coder, 3, 5))
    assert after.loss < 0.8 * before.loss
    assert [step for step, _, _ in outcome.run.curve] == [10, 20, 30]
    assert after.no_event == 0.5
    assert after.steps == 3 * 128
    assert after.perplexity == pytest.approx(np.exp(after.loss))


@pytest.mark.parametrize("config", ["basic", "attention"])
def test_a_resumed_run_ends_exactly_like_an_unbroken_one(config: str, tmp_path: Path) -> None:
    plan = Plan(12, 7, warmup=3, check_every=4)
    network, task, _ = prepared(config)
    whole = train(network, task, plan, tmp_path / "whole", progress=Progress())
    broken, task, _ = prepared(config)
    first = train(broken, task, plan, tmp_path / "broken", progress=stopping_at(6))
    assert first.was_cancelled
    assert first.run.step == 6
    fresh, task, _ = prepared(config)
    second = train(fresh, task, plan, tmp_path / "broken", progress=Progress(), resume=True)
    assert second.run.best_loss == whole.run.best_loss
    assert second.run.step == 12
    for name, tensor in whole.best.items():
        assert torch.equal(tensor, second.best[name]), name


def test_equal_seeds_give_equal_weights_and_others_do_not(tmp_path: Path) -> None:
    ends = []
    for name, seed in (("a", 1), ("b", 1), ("c", 2)):
        network, task, _ = prepared("basic")
        train(network, task, Plan(3, seed, check_every=3), tmp_path / name, progress=Progress())
        ends.append(network.state_dict()["output.weight"].clone())
    assert torch.equal(ends[0], ends[1])
    assert not torch.equal(ends[0], ends[2])


def test_the_random_state_of_the_process_is_left_alone(tmp_path: Path) -> None:
    torch.manual_seed(5)
    expected = torch.rand(3)
    torch.manual_seed(5)
    network, task, _ = prepared("basic")
    train(network, task, Plan(2, 1, check_every=2), tmp_path, progress=Progress())
    assert torch.equal(torch.rand(3), expected)


def test_a_cancel_keeps_the_best_weights_so_far(tmp_path: Path) -> None:
    network, task, coder = prepared("basic")
    losses: list[Run] = []
    outcome = train(network, task, Plan(40, 1, check_every=3), tmp_path, progress=stopping_at(7), on_check=losses.append)
    assert outcome.was_cancelled
    assert outcome.run.best_step in (3, 6)
    network.load_state_dict(outcome.best)
    assert measure(network, coder, melodies(coder, 3, 2)).loss == pytest.approx(outcome.run.best_loss)
    assert (tmp_path / RUN_FILE).is_file()


def test_a_cancel_before_the_first_check_keeps_the_weights_of_its_last_step(tmp_path: Path) -> None:
    network, task, _ = prepared("basic")
    start = network.state_dict()["output.weight"].clone()
    outcome = train(network, task, Plan(40, 1, check_every=30), tmp_path, progress=stopping_at(4))
    assert not torch.equal(outcome.best["output.weight"], start)


def test_patience_ends_a_run_that_no_longer_improves(tmp_path: Path) -> None:
    network, task, _ = prepared("basic")
    plan = Plan(60, 1, learning_rate=1e-9, warmup=0, weight_decay=0, check_every=2, patience=2)
    assert train(network, task, plan, tmp_path, progress=Progress()).run.step < 60


@pytest.mark.parametrize("damage", [lambda data: data[: len(data) // 2], lambda data: b"", lambda data: b"\xff" * 64])
def test_a_damaged_run_is_refused_with_what_to_do(damage: Callable[[bytes], bytes], tmp_path: Path) -> None:
    network, task, _ = prepared("basic")
    train(network, task, Plan(1, 1, check_every=1), tmp_path, progress=Progress())
    path = tmp_path / RUN_FILE
    path.write_bytes(damage(path.read_bytes()))
    with pytest.raises(DamagedCheckpoint, match="cannot be continued"):
        train(network, task, Plan(2, 1), tmp_path, progress=Progress(), resume=True)


def test_a_run_of_another_shape_is_refused(tmp_path: Path) -> None:
    network, task, _ = prepared("basic")
    train(network, task, Plan(1, 1, check_every=1), tmp_path, progress=Progress())
    other, task, _ = prepared("lookback")
    with pytest.raises(DamagedCheckpoint, match="without --resume"):
        train(other, task, Plan(2, 1), tmp_path, progress=Progress(), resume=True)


def test_the_rate_rises_then_falls() -> None:
    plan = Plan(100, 1, learning_rate=1.0, warmup=10)
    rates = [learning_rate(plan, step) for step in range(100)]
    assert rates[0] == 0.1
    assert rates[9] == 1.0
    assert all(later <= earlier for earlier, later in itertools.pairwise(rates[9:]))
    assert rates[-1] < 0.03


def made_songs(count: int) -> list[tuple[str, Song]]:
    songs = []
    for seed in range(count):
        rng = np.random.default_rng(seed)
        place, notes = 3, []
        for at in range(8 * 8):
            place = int(np.clip(place + rng.integers(-2, 3), 0, 6))
            notes.append(Note(at * 480, 480, 60 + (0, 2, 4, 5, 7, 9, 11)[place]))
        songs.append((f"{seed}", Song(tracks=(Track(1, "Melody", notes=Notes.of(notes)),))))
    return songs


@pytest.mark.parametrize("config", ["lookback", "mono"])
def test_songs_become_a_checkpoint_with_its_card(config: str, tmp_path: Path) -> None:
    out = tmp_path / "my-melodies"
    order = Order([(Path("my songs"), made_songs(60))], out, config, Plan(4, 1, check_every=2), TINY, command="ricercar train")
    said: list[str] = []
    card = train_melody_rnn(order, Progress(), said.append)
    assert (card.id, card.family, card.config, card.folder) == ("my-melodies", "melody-rnn", config, out)
    assert card.codec == codec_for(config).spec
    assert not card.is_permissive
    assert card.data[0].name == "my songs"
    assert card.data[0].share == 1
    assert {"loss", "accuracy", "accuracy_on_onsets", "ngram_loss"} <= set(card.figures)
    tensors = load_file(out / card.weights[0].name)
    network = new_network(dict(card.hyper), 0)
    network.load_state_dict({name: tensor.float() for name, tensor in tensors.items()})
    assert any("n-gram baseline" in line for line in said)


def test_too_few_songs_are_refused(tmp_path: Path) -> None:
    order = Order([(Path("few"), made_songs(3))], tmp_path / "few", "basic", Plan(2, 1), TINY)
    with pytest.raises(UnsupportedRequest, match="Only 3 melodies"):
        train_melody_rnn(order, Progress(), lambda text: None)
    assert not (tmp_path / "few").exists()
