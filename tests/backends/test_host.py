"""Takes from the host are those made here; it is cancelled, killed and replaced without the caller's doing."""

from __future__ import annotations

import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import host_targets
import pytest
from tiny import melody_song, request_for, saved_tiny

from backends.catalogue import Catalogue
from backends.host import HostedBackend, LocalBackend, host_process
from studio.children import Child
from studio.errors import DamagedCheckpoint, ModelUnavailable, UnsupportedRequest, WorkerLost
from studio.generation.contract import Request, Take
from studio.generation.library import Library
from studio.jobs.progress import Cancelled, Progress

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    found = tmp_path_factory.mktemp("models")
    saved_tiny(found, "attention")
    saved_tiny(found, "basic")
    card = saved_tiny(found, "lookback", id="tiny-flipped")
    assert card.folder is not None
    path = card.folder / "weights.safetensors"
    raw = bytearray(path.read_bytes())
    raw[-1] ^= 1
    path.write_bytes(raw)
    return found


@pytest.fixture(scope="module")
def host(folder: Path) -> Iterator[HostedBackend]:
    backend = HostedBackend(host_process((folder,), "cpu"))
    backend.start()
    yield backend
    backend.close()


def local(folder: Path) -> LocalBackend:
    catalogue = Catalogue.standard()
    return LocalBackend(Library((folder,), catalogue.families), catalogue, "cpu")


def asked(model: str = "tiny-attention", bars: tuple[int, int] = (9, 10), count: int = 2) -> Request:
    return replace(request_for(melody_song(), "continue", bars, count=count), model=model)


def plain(takes: list[Take]) -> list[object]:
    return [(take.number, take.rows.tolist(), take.origin, take.remarks) for take in takes]


def test_the_host_makes_the_takes_that_are_made_here(host: HostedBackend, folder: Path) -> None:
    told: list[str] = []
    made = list(host.generate(asked(), Progress(lambda done, total, note: told.append(note))))
    assert plain(made) == plain(list(local(folder).generate(asked(), Progress())))
    assert "take 2 of 2, bar 2" in told


def test_takes_arrive_while_the_next_is_made(host: HostedBackend) -> None:
    found = host.generate(asked(bars=(9, 40), count=8), Progress())
    begun = time.perf_counter()
    next(found)
    first = time.perf_counter() - begun
    assert len(list(found)) == 7
    assert first < (time.perf_counter() - begun) / 2


def test_a_cancel_is_answered_within_a_fifth_of_a_second_and_the_host_stays_warm(host: HostedBackend) -> None:
    list(host.generate(asked(count=1), Progress()))
    progress = Progress()
    found = host.generate(asked(bars=(9, 200), count=8), progress)
    next(found)
    before = host.pids[0]
    progress.cancel()
    begun = time.perf_counter()
    with pytest.raises(Cancelled):
        list(found)
    assert time.perf_counter() - begun < 0.2
    assert len(list(host.generate(asked(), Progress()))) == 2
    assert host.pids[0] == before


def test_dropping_the_takes_half_way_frees_the_host(host: HostedBackend) -> None:
    found = host.generate(asked(bars=(9, 200), count=8), Progress())
    next(found)
    found.close()
    begun = time.perf_counter()
    assert len(list(host.generate(asked(), Progress()))) == 2
    assert time.perf_counter() - begun < 5


def test_two_callers_take_turns(host: HostedBackend) -> None:
    found: list[list[Take]] = []
    threads = [threading.Thread(target=lambda: found.append(list(host.generate(asked(), Progress())))) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert [len(takes) for takes in found] == [2, 2, 2]


@pytest.mark.parametrize(
    ("request_", "kind", "words"),
    [
        (asked("nonsense"), ModelUnavailable, "Known: tiny-attention"),
        (asked("tiny-flipped"), DamagedCheckpoint, "SHA-256"),
        (replace(asked(), capability="harmonise"), UnsupportedRequest, "cannot harmonise"),
        (replace(asked(), count=0), UnsupportedRequest, "0 takes"),
        (replace(asked(), hear=(99,)), UnsupportedRequest, "no longer"),
        (replace(asked(), knobs={"temperature": 9.0}), UnsupportedRequest, "0.1 to 2"),
        (replace(asked(), knobs={"nonsense": 1}), UnsupportedRequest, "no setting"),
        (request_for(melody_song(), "continue", (9, 10), track=3), ModelUnavailable, "no model"),
    ],
)
def test_what_goes_wrong_is_one_sentence_of_the_same_kind_here_and_there(
    host: HostedBackend, folder: Path, request_: Request, kind: type[Exception], words: str
) -> None:
    for backend in (host, local(folder)):
        with pytest.raises(kind, match=words) as caught:
            list(backend.generate(request_, Progress()))
        assert type(caught.value) is kind


def test_a_host_that_ignores_a_cancel_is_killed_in_time() -> None:
    backend = HostedBackend(Child(host_targets.hangs, "hanging host"))
    begun: list[float] = []

    def cancel_once_it_hangs(done: float, total: float, note: str) -> None:
        if note == "hanging":
            begun.append(time.perf_counter())
            progress.cancel()

    progress = Progress(cancel_once_it_hangs)
    with pytest.raises(Cancelled):
        list(backend.generate(asked(), progress))
    assert time.perf_counter() - begun[0] < 0.35
    backend.close()


def test_a_hung_host_is_noticed_by_the_watchdog() -> None:
    told: list[str] = []
    backend = HostedBackend(Child(host_targets.hangs, "hanging host"), hung_s=0.6)
    with pytest.raises(WorkerLost, match="did not answer"):
        list(backend.generate(asked(), Progress(lambda done, total, note: told.append(note))))
    assert "the model host does not answer" in told
    backend.close()


def test_a_dead_host_is_tried_once_more_and_then_given_up(tmp_path: Path) -> None:
    notebook = tmp_path / "asked"
    backend = HostedBackend(Child(host_targets.dies, "dying host", str(notebook)))
    with pytest.raises(WorkerLost, match="dying host"):
        list(backend.generate(asked(), Progress()))
    assert notebook.read_text().count("asked") == 2
    with pytest.raises(WorkerLost):
        list(backend.generate(asked(), Progress()))
    with pytest.raises(WorkerLost, match="again"):
        list(backend.generate(asked(), Progress()))
    backend.close()


def test_a_host_that_dies_between_takes_delivers_each_take_once(folder: Path, tmp_path: Path) -> None:
    backend = HostedBackend(Child(host_targets.dies_once, "host", folder, str(tmp_path / "flag")))
    made = list(backend.generate(asked(count=3), Progress()))
    assert plain(made) == plain(list(local(folder).generate(asked(count=3), Progress())))
    backend.close()


def test_nonsense_from_the_host_does_no_harm() -> None:
    backend = HostedBackend(Child(host_targets.talks_nonsense, "host"))
    with pytest.raises(ModelUnavailable, match=r"It went wrong\. Do this\."):
        list(backend.generate(asked(), Progress()))
    backend.close()


def test_models_used_least_are_let_go(tmp_path: Path) -> None:
    for at in range(5):
        saved_tiny(tmp_path, "basic", id=f"tiny-{at}")
    backend = local(tmp_path)
    for at in range(5):
        backend.opened(f"tiny-{at}")
    assert [backend.holds(f"tiny-{at}") for at in range(5)] == [False, False, True, True, True]


def test_the_window_side_imports_no_torch() -> None:
    code = "import sys; import backends.host; assert 'torch' not in sys.modules and 'numpy' in sys.modules"
    subprocess.run([sys.executable, "-c", code], check=True, cwd=ROOT)
