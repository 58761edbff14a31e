"""What the model host does: it imports torch at once and answers requests one by one until the window closes.

Messages it sends, each with the ticket of its request: ready, loading, progress, answer, done, cancelled, failed.
"""

from __future__ import annotations

import contextlib
import os
import threading
import traceback
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from backends.catalogue import Catalogue
from backends.local import LocalBackend
from studio.children import ChildEnd
from studio.errors import RicercarError
from studio.generation.contract import Request
from studio.generation.latent import LatentRequest
from studio.generation.lecture import Lesson
from studio.generation.library import Library
from studio.jobs.progress import Cancelled, Progress
from studio.words import tr


class _HostProgress(Progress):
    """Reports to the window, beats at every look at the cancel flag."""

    def __init__(self, end: ChildEnd, ticket: int) -> None:
        super().__init__(lambda done, total, note: end.send("progress", (ticket, (done, total, note))))
        self._end, self._ticket = end, ticket

    @property
    def is_cancelled(self) -> bool:
        return self._end.was_cancelled(self._ticket)

    def stop_if_cancelled(self) -> None:
        self._end.beat()
        if self.is_cancelled:
            raise Cancelled


def serve(end: ChildEnd, folders: tuple[Path, ...], device: str, catalogue: Catalogue | None = None) -> None:
    """What the host does: import torch at once, then answer requests one by one until the window closes."""
    catalogue = catalogue or Catalogue.standard()
    _volunteer_for_memory()
    with _beating(end):
        import torch

        from backends.devices import chosen_device

        for name in catalogue.families:
            # A family that cannot be imported must not take the others along; its models say so when they are asked.
            with contextlib.suppress(Exception):
                catalogue.module(name)
    local = LocalBackend(Library(folders, catalogue.families), catalogue, device)
    end.send("ready", (0, _device_words(torch, chosen_device(device).type)))
    for verb, payload in end.messages():
        end.beat()
        if verb == "ask" and isinstance(payload, Request | LatentRequest | Lesson):
            local = _answer(end, local, payload)
        elif verb == "rescan":
            local.rescan()


def _answer(end: ChildEnd, local: LocalBackend, request: Request | LatentRequest | Lesson) -> LocalBackend:
    """Carry one request out; returns the backend to go on with (on the processor, once the accelerator was too small)."""
    import torch

    ticket = end.ticket
    try:
        _send_answers(end, local, request)
        end.send("done", (ticket, None))
    except Cancelled:
        end.send("cancelled", (ticket, None))
    except torch.OutOfMemoryError:
        if local.device == "cpu":
            end.send("failed", (ticket, _out_of_memory(request)))
        else:
            end.send("progress", (ticket, (0, 1, tr("the accelerator's memory is full: computing on the processor"))))
            local.rescan()
            torch.cuda.empty_cache()
            return _answer(end, local.on_processor(), request)
    except MemoryError:
        local.rescan()
        end.send("failed", (ticket, _out_of_memory(request)))
    except RicercarError as problem:
        end.send("failed", (ticket, (_kind(problem), problem.message, problem.hint)))
    except Exception as problem:
        traceback.print_exc()
        reason = tr("{model} failed ({name}: {problem}).", model=request.model, name=type(problem).__name__, problem=problem)
        end.send("failed", (ticket, ("ModelUnavailable", reason, tr("Try another model; your music is untouched."))))
        if "CUDA" in str(problem):
            raise  # its context stays broken: only a new process mends it
    return local


def _send_answers(end: ChildEnd, local: LocalBackend, request: Request | LatentRequest | Lesson) -> None:
    from backends.training.lecture import study

    progress = _HostProgress(end, end.ticket)
    if not isinstance(request, Lesson) and not local.holds(request.model) and not progress.is_cancelled:
        end.send("loading", (end.ticket, None))
        with _beating(end):
            local.check(request)
            local.opened(request.model)
    progress.stop_if_cancelled()
    progress.report(0, 1, "")
    answers = study(request, progress) if isinstance(request, Lesson) else local.answers(request, progress)
    for answer in answers:
        end.send("answer", (end.ticket, answer))


def _out_of_memory(request: Request | LatentRequest | Lesson) -> tuple[str, str, str]:
    return (
        "ModelUnavailable",
        tr("The memory is not enough for {model}.", model=request.model),
        tr("Close other programs, then try again."),
    )


def _kind(problem: RicercarError) -> str:
    """The kind as studio.errors names it: a kind of our own goes as the one it is made from."""
    return next(kind.__name__ for kind in type(problem).__mro__ if kind.__module__ == RicercarError.__module__)


@contextlib.contextmanager
def _beating(end: ChildEnd) -> Iterator[None]:
    """Beat while something long is loaded that cannot."""
    through = threading.Event()

    def beat() -> None:
        while not through.wait(0.25):
            end.beat()

    thread = threading.Thread(target=beat, name="beating", daemon=True)
    thread.start()
    try:
        yield
    finally:
        through.set()
        thread.join()
        end.beat()


def _volunteer_for_memory() -> None:
    """When the machine runs out of memory this process is to go before the window (Linux)."""
    with contextlib.suppress(OSError):
        Path("/proc/self/oom_score_adj").write_text("500", encoding="ascii")


def _device_words(torch: Any, name: str) -> str:
    """The device of the models for the window's corner: "CUDA, NVIDIA H200", or "CPU, 2 cores"."""
    if name.startswith("cuda"):
        return tr("CUDA, {device}", device=torch.cuda.get_device_name())
    return tr("Apple GPU") if name == "mps" else tr("CPU, {cores} cores", cores=os.cpu_count())
