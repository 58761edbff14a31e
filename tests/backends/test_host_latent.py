"""Models with a latent space answer through the host as they do here, also while takes are being made."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import host_targets
import numpy as np
import pytest
from tiny import melody_song, request_for, saved_tiny

from backends.catalogue import Catalogue
from backends.host import HostedBackend, LocalBackend, host_process
from studio.children import Child
from studio.errors import RicercarError, UnsupportedRequest
from studio.generation.contract import Axis, Request
from studio.generation.latent import Decoded, Decoding, Fitting, LatentRequest, Located, Locating, Phrase, Taste
from studio.generation.library import Library
from studio.jobs.progress import Cancelled, Progress
from studio.song.clip import Clip
from studio.song.constraint import Constraint
from tests.patience import PATIENCE_S, is_running, until
from tests.plain_space import STEPS, point_of, saved_plain, with_plain_space

CATALOGUE = with_plain_space(Catalogue.standard())
TUNE = melody_song().tracks[0].notes.rows
PHRASE = Phrase(Clip(((0, TUNE[:16]),), 7680), "Bars 1-2")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    found = tmp_path_factory.mktemp("models")
    saved_tiny(found, "attention")
    saved_plain(found)
    return found


@pytest.fixture(scope="module")
def host(folder: Path) -> Iterator[HostedBackend]:
    backend = HostedBackend(host_process((folder,), "cpu", CATALOGUE), PATIENCE_S, host_process((folder,), "cpu", CATALOGUE))
    backend.start()
    yield backend
    backend.close()


def local(folder: Path) -> LocalBackend:
    return LocalBackend(Library((folder,), CATALOGUE.families), CATALOGUE, "cpu")


def long_request() -> Request:
    return replace(request_for(melody_song(), "continue", (9, 200), count=8), model="tiny-attention")


def rows(answer: object) -> object:
    assert isinstance(answer, Decoded)
    return answer.index, answer.clip.rows.tolist()


def test_phrases_are_located_and_decoded_the_same_here_and_in_the_host(host: HostedBackend, folder: Path) -> None:
    for backend in (host, local(folder)):
        (located,) = backend.ask(Locating("plain", (PHRASE,)), Progress())
        assert isinstance(located, Located)
        assert np.array_equal(located.mean, point_of(PHRASE.clip))
        points = np.stack([located.mean, 0.5 * located.mean])
        decoded = [rows(answer) for answer in backend.ask(Decoding("plain", points), Progress())]
        assert decoded[0] == (0, located.reconstruction.rows.tolist())
        assert [index for index, _ in decoded] == [0, 1]  # type: ignore[misc]
        (taste,) = backend.ask(Fitting("plain", (PHRASE, PHRASE)), Progress())
        assert isinstance(taste, Taste)
        assert taste.clip_count == 2


def test_a_preview_does_not_wait_for_takes_and_the_takes_stay_the_same(host: HostedBackend, folder: Path) -> None:
    request = replace(long_request(), mask=request_for(melody_song(), "continue", (9, 12)).mask, count=3)
    takes = host.generate(request, Progress())
    made = [next(takes)]
    # The first host is held until its takes are taken away: only another one can answer this.
    decoding = Decoding("plain", point_of(PHRASE.clip)[None])
    for _ in range(20):
        assert len(list(host.ask(decoding, Progress()))) == 1
    assert len(host.pids) == 2
    made += takes
    alone = list(local(folder).generate(request, Progress()))
    assert [take.rows.tolist() for take in made] == [take.rows.tolist() for take in alone]


def test_a_second_host_is_there_only_for_who_does_both_at_once(folder: Path) -> None:
    backend = HostedBackend(host_process((folder,), "cpu", CATALOGUE), PATIENCE_S, host_process((folder,), "cpu", CATALOGUE))
    decoding = Decoding("plain", point_of(PHRASE.clip)[None])
    list(backend.ask(decoding, Progress()))
    list(backend.ask(decoding, Progress()))
    assert len(backend.pids) == 1
    list(backend.generate(replace(request_for(melody_song(), "vary", (1, 2)), model="plain"), Progress()))
    assert until(lambda: len(backend.pids) == 2), "it is warmed when takes are made beside a pad"
    backend.close()


def test_a_fit_waits_for_its_turn_and_heeds_a_cancel_while_it_waits(host: HostedBackend) -> None:
    takes = host.generate(long_request(), Progress())
    next(takes)
    progress = Progress()
    progress.cancel()
    with pytest.raises(Cancelled):
        list(host.ask(Fitting("plain", (PHRASE,)), progress))
    takes.close()
    assert len(list(host.ask(Fitting("plain", (PHRASE,)), Progress()))) == 1


@pytest.mark.parametrize(
    ("request_", "words"),
    [
        (Locating("tiny-attention", (PHRASE,)), "Tiny attention has no space to explore"),
        (Locating("plain", (Phrase(Clip((), 7680), "Bars 3-4"),)), "Bars 3-4 holds no notes"),
        (Decoding("plain", np.zeros((1, STEPS + 1), np.float32)), "has 32 dimensions"),
        (Decoding("plain", np.zeros(STEPS, np.float32)), "has 32 dimensions"),
        (Decoding("plain", np.full((1, STEPS), np.nan, np.float32)), "has 32 dimensions"),
        (Decoding("plain", np.zeros((1, STEPS), np.float32), temperature=-1.0), "temperature cannot be -1"),
        (Decoding("plain", np.zeros((1, STEPS), np.float32), pull=2.0), "pull of your taste cannot be 2"),
        (Decoding("plain", np.zeros((1, STEPS), np.float32), attributes={"colour": 1.0}), "Known: density"),
        (Decoding("plain", np.zeros((1, STEPS), np.float32), attributes={"density": np.inf}), "cannot be inf"),
        (Decoding("plain", np.zeros((1, STEPS), np.float32), taste=Taste("other", {}, 1)), "learned for other"),
        (Locating("nobody", (PHRASE,)), "no model «nobody»"),
    ],
)
def test_what_cannot_be_answered_is_one_sentence_here_and_there(
    host: HostedBackend, folder: Path, request_: LatentRequest, words: str
) -> None:
    for backend in (host, local(folder)):
        with pytest.raises(RicercarError, match=words):
            list(backend.ask(request_, Progress()))


def test_a_card_with_an_odd_space_is_damaged_and_says_so(tmp_path: Path) -> None:
    saved_plain(tmp_path, settings={"space": {"bars": 0}})
    with pytest.raises(RicercarError, match="card of Plain plain is damaged"):
        list(local(tmp_path).ask(Locating("plain", (PHRASE,)), Progress()))


@pytest.mark.skipif(os.name != "posix", reason="looks whether a process lives")
@pytest.mark.skipif(os.name != "posix", reason="looks whether a process lives")
def test_a_preview_that_ignores_a_cancel_is_killed() -> None:
    backend = HostedBackend(
        Child(host_targets.hangs, "hanging host"), hung_s=PATIENCE_S, spare=Child(host_targets.hangs, "spare host")
    )
    hanging: list[int] = []

    def cancel_once_it_hangs(done: float, total: float, note: str) -> None:
        if note == "hanging":
            hanging.append(backend.pids[0])
            progress.cancel()

    progress = Progress(cancel_once_it_hangs)
    with pytest.raises(Cancelled):
        list(backend.ask(Decoding("plain", np.zeros((1, STEPS), np.float32)), progress))
    assert until(lambda: not is_running(hanging[0]))
    backend.close()


def test_models_that_can_vary_make_takes_through_the_same_door(host: HostedBackend) -> None:
    request = replace(request_for(melody_song(), "vary", (1, 4), resemblance=0.5), model="plain")
    assert [take.number for take in host.generate(request, Progress())] == [1, 2]
    with pytest.raises(UnsupportedRequest, match="cannot fill"):
        list(host.generate(replace(request, capability="fill"), Progress()))


def test_gn_sweep_a_sweep_with_constraints_goes_through_the_host_cell_by_cell(host: HostedBackend, folder: Path) -> None:
    request = replace(
        request_for(melody_song(), "vary", (1, 2), count=4),
        model="plain",
        sweep=(Axis("resemblance", (0.0, 1.0)), Axis("density", (0.0, 1.0))),
        constraints=(Constraint(1, low_pitch=48, high_pitch=60, most_per_bar=4),),
    )
    here, there = (list(backend.generate(request, Progress())) for backend in (local(folder), host))
    assert [take.number for take in there] == [1, 2, 3, 4]
    assert [take.rows.tolist() for take in there] == [take.rows.tolist() for take in here]
    assert all(take.rows["pitch"].max() <= 60 for take in there)
    with pytest.raises(UnsupportedRequest, match="lies above its highest"):
        list(host.generate(replace(request, constraints=(Constraint(1, low_pitch=60, high_pitch=48),)), Progress()))


def test_candidates_are_stopped_by_a_cancel_in_the_host(host: HostedBackend) -> None:
    request = replace(long_request(), knobs={"resemblance": 1.0})
    progress = Progress(lambda _done, _total, note: progress.cancel() if "the best of" in note else None)
    pids = host.pids
    with pytest.raises(Cancelled):
        list(host.generate(request, progress))
    assert host.pids == pids, "it heeded the cancel by itself"
