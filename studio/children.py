"""A child process: start, feed by pipe, watch, cancel, kill, restart; the sound process and the model host are its uses."""

from __future__ import annotations

import contextlib
import ctypes
import multiprocessing
import os
import queue
import signal
import sys
import threading
import time
import traceback
from collections import deque
from collections.abc import Callable, Iterator
from multiprocessing.connection import Connection, wait
from types import ModuleType
from typing import Any

from studio import languages, note_names
from studio.errors import RicercarError, WorkerLost
from studio.words import tr

Message = tuple[str, object]
"""A verb and its payload: plain values that pass through a pipe."""

MOST_RESTARTS = 3
RESTART_WINDOW_S = 300.0

_CLOSE, _FAILED = "close the child", "the child failed"
_BEAT, _CANCELLED_THROUGH = 0, 1
_LAUNCHING = threading.Lock()
_SPAWN = multiprocessing.get_context("spawn")


class Closing(Exception):
    """The parent has closed the pipe: `target` lets it pass, or tidies up and returns."""


class ChildEnd:
    """The child's end of the pipe, given to `target`. One thread receives; any thread may send and beat."""

    def __init__(self, pipe: Connection[Any, Any], marks: Any) -> None:
        self._pipe = pipe
        self._marks = marks
        self._sending = threading.Lock()
        self.ticket = 0

    def receive(self, timeout_s: float | None = None) -> Message | None:
        """The next message; None when none came in time. Raises Closing once the parent is done."""
        try:
            if timeout_s is not None and not self._pipe.poll(timeout_s):
                return None
            ticket, verb, payload = self._pipe.recv()
        except (EOFError, OSError):
            raise Closing from None
        if verb == _CLOSE:
            raise Closing
        self.ticket = ticket
        return verb, payload

    def messages(self) -> Iterator[Message]:
        """Every message until the parent closes."""
        with contextlib.suppress(Closing):
            while (message := self.receive()) is not None:
                yield message

    def send(self, verb: str, payload: object = None) -> None:
        try:
            with self._sending:
                self._pipe.send((verb, payload))
        except OSError:
            raise Closing from None

    def beat(self) -> None:
        """Tell the parent that work goes on. A store into shared memory: cheap enough for every step."""
        self._marks[_BEAT] = time.monotonic()

    @property
    def is_cancelled(self) -> bool:
        """Whether the parent has cancelled the message received last."""
        return self.was_cancelled(self.ticket)

    def was_cancelled(self, ticket: int) -> bool:
        """The same for an earlier message, by the `ticket` that this end showed after receiving it."""
        return bool(self._marks[_CANCELLED_THROUGH] >= ticket)


class Child:
    """A warm child process that runs `target(end, *arguments)`, a top-level function of an importable module.

    Nothing here blocks but `receive` and `close`. `name` stands in sentences ("the sound process"). The child has a
    process group of its own, ignores Ctrl-C and ends with its parent, whatever way that ends. With `beats` a
    thread of the child beats four times a second; without, `target` calls `end.beat()` in its work.
    """

    def __init__(
        self,
        target: Callable[..., None],
        name: str,
        *arguments: object,
        beats: bool = False,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._target, self._arguments, self.name = target, arguments, name
        self._beats = beats
        self._clock = clock
        self._restarts: deque[float] = deque(maxlen=MOST_RESTARTS)
        self._life: _Life | None = None

    def start(self) -> None:
        """Start it in the background; messages sent meanwhile wait for it. Does nothing while it lives."""
        if self._life is None or self._life.ended.is_set():
            self._life = _Life(self._target, self.name, self._arguments, self._beats)

    def send(self, verb: str, payload: object = None) -> int:
        """Queue a message and return its ticket; never blocks. Lost with the child if that dies."""
        return self._living.send(verb, payload)

    def receive(self, timeout_s: float | None = 0.0) -> Message | None:
        """The next message; None when none came in time. Raises WorkerLost when the child is gone."""
        return self._living.receive(timeout_s)

    def cancel(self) -> None:
        """Cancel every message sent so far; one sent after this is not touched."""
        if self._life is not None:
            self._life.cancel()

    def kill(self) -> None:
        """End the child and whatever it started, at once."""
        if self._life is not None:
            self._life.kill()

    def restart(self) -> None:
        """Kill what is left and start anew. Raises WorkerLost beyond 3 restarts in 5 minutes."""
        self.kill()
        now = self._clock()
        if len(self._restarts) == MOST_RESTARTS and now - self._restarts[0] < RESTART_WINDOW_S:
            raise WorkerLost(
                tr(
                    "The {name} failed again after {most} restarts within {minutes:.0f} minutes.",
                    name=tr(self.name),
                    most=MOST_RESTARTS,
                    minutes=RESTART_WINDOW_S / 60,
                ),
                tr("Save your work and start Ricercar again."),
            )
        self._restarts.append(now)
        self._life = _Life(self._target, self.name, self._arguments, self._beats)

    def close(self, timeout_s: float = 1.0) -> None:
        """Let the child end by itself, and kill it if it has not after the timeout. Never raises."""
        if self._life is not None:
            self._life.close(timeout_s)

    @property
    def is_alive(self) -> bool:
        """Started (perhaps still starting) and not known to be dead."""
        return self._life is not None and not self._life.ended.is_set()

    @property
    def silence_s(self) -> float:
        """Seconds since the last beat (or the start); what a watchdog looks at."""
        return self._living.silence_s

    @property
    def pid(self) -> int | None:
        return self._life.pid if self._life is not None else None

    @property
    def _living(self) -> _Life:
        if self._life is None:
            raise WorkerLost(tr("The {name} has not been started.", name=tr(self.name)))
        return self._life


class _Life:
    """One run of the process: from its start to its end, with the two threads of the parent that serve it."""

    def __init__(self, target: Callable[..., None], name: str, arguments: tuple[object, ...], beats: bool) -> None:
        self.name = name
        self.ended = threading.Event()
        self._marks = _SPAWN.RawArray("d", (time.monotonic(), 0.0))
        self._pipe, far_end = _SPAWN.Pipe()
        self._process = _SPAWN.Process(
            target=_child_main, args=(far_end, self._marks, target, arguments, beats), name=name, daemon=True
        )
        self._outbox: queue.SimpleQueue[tuple[int, str, object] | None] = queue.SimpleQueue()
        self._inbox: queue.SimpleQueue[Message | None] = queue.SimpleQueue()
        self._tickets = 0
        self._ticketing = threading.Lock()
        self._doomed = False
        self._loss: WorkerLost | None = None
        self.pid: int | None = None
        threading.Thread(target=self._serve, args=(far_end,), name=f"{name}: listening", daemon=True).start()

    def send(self, verb: str, payload: object) -> int:
        with self._ticketing:
            self._tickets += 1
            self._outbox.put((self._tickets, verb, payload))
            return self._tickets

    def receive(self, timeout_s: float | None) -> Message | None:
        try:
            message = self._inbox.get(timeout=timeout_s) if timeout_s is None or timeout_s > 0 else self._inbox.get_nowait()
        except queue.Empty:
            return None
        if message is None:
            self._inbox.put(None)
            raise self._loss or WorkerLost(tr("The {name} was closed.", name=tr(self.name)))
        return message

    def cancel(self) -> None:
        with self._ticketing:
            self._marks[_CANCELLED_THROUGH] = self._tickets

    @property
    def silence_s(self) -> float:
        return float(time.monotonic() - self._marks[_BEAT])

    def kill(self) -> None:
        self._doomed = True
        if self.pid is not None and not self.ended.is_set():
            if hasattr(os, "killpg"):
                # The group exists once the child has made it; before that the process alone is there.
                with contextlib.suppress(OSError):
                    os.killpg(self.pid, signal.SIGKILL)
            with contextlib.suppress(OSError, ValueError):
                self._process.kill()

    def close(self, timeout_s: float) -> None:
        self._loss = self._loss or WorkerLost(tr("The {name} was closed.", name=tr(self.name)))
        self.send(_CLOSE, None)
        if not self.ended.wait(timeout_s):
            self.kill()
            self.ended.wait(2.0)

    # The two threads

    def _serve(self, far_end: Connection[Any, Any]) -> None:
        """Start the process, listen until its end of the pipe is gone, and see it off.

        Linux kills a child when the *thread* that started it ends, so the thread that starts it stays.
        """
        try:
            _launch(self._process)
            self.pid = self._process.pid
        except OSError as problem:
            self._loss = self._loss or WorkerLost(
                tr("The {name} could not be started: {problem}.", name=tr(self.name), problem=problem)
            )
            self._doomed = True
        far_end.close()
        if self._doomed:
            self.kill()
        threading.Thread(target=self._feed, name=f"{self.name}: sending", daemon=True).start()
        while True:
            try:
                verb, payload = self._pipe.recv()
            except Exception:  # the pipe's end, or half a message from a process that was killed meanwhile
                break
            if verb == _FAILED:
                self._loss = self._loss or WorkerLost(*_sentence(self.name, str(payload)))
            else:
                self._inbox.put((verb, payload))
        self._see_off()

    def _see_off(self) -> None:
        if self.pid is not None:
            self._process.join(2.0)
            if self._process.is_alive():  # it closed the pipe, but did not end
                self.kill()
                self._process.join()
            code = self._process.exitcode
            self._loss = self._loss or WorkerLost(*_sentence(self.name, tr("exit code {code}", code=code)))
        self.ended.set()
        self._outbox.put(None)
        self._inbox.put(None)

    def _feed(self) -> None:
        while (item := self._outbox.get()) is not None:
            # A child that is gone is noticed by the listening thread; what was meant for it is dropped.
            with contextlib.suppress(OSError):
                self._pipe.send(item)
        self._pipe.close()


def _sentence(name: str, reason: str) -> tuple[str, str]:
    return tr("The {name} stopped unexpectedly ({reason}).", name=tr(name), reason=reason), tr("Your music is untouched.")


def _launch(process: Any) -> None:
    """Start a spawned process that does not import the program's main module again.

    `multiprocessing` would run our command's script in the child, which imports Qt; a blank main module has
    nothing to import.
    """
    with _LAUNCHING:
        main = sys.modules["__main__"]
        sys.modules["__main__"] = ModuleType("__main__")
        try:
            process.start()
        finally:
            sys.modules["__main__"] = main


# In the child


def _child_main(
    pipe: Connection[Any, Any], marks: Any, target: Callable[..., None], arguments: tuple[object, ...], beats: bool
) -> None:
    _end_with_parent()
    languages.speak_as_told()
    note_names.use_as_told()
    end = ChildEnd(pipe, marks)
    end.beat()
    if beats:
        threading.Thread(target=_beat_for_ever, args=(end,), name="heart", daemon=True).start()
    try:
        target(end, *arguments)
    except Closing:
        pass
    except BaseException as problem:
        if not isinstance(problem, RicercarError):
            traceback.print_exc()
        with contextlib.suppress(Closing):
            end.send(_FAILED, str(problem) if isinstance(problem, RicercarError) else f"{type(problem).__name__}: {problem}")
        sys.exit(1)


def _end_with_parent() -> None:
    """Leave the terminal's process group, and make sure that nobody is left behind."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    if hasattr(os, "setpgid"):
        os.setpgid(0, 0)
    if sys.platform == "linux":
        death_signal = 1  # PR_SET_PDEATHSIG
        ctypes.CDLL(None).prctl(death_signal, int(signal.SIGKILL), 0, 0, 0)
    threading.Thread(target=_follow_parent, name="parent watch", daemon=True).start()


def _follow_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        wait([parent.sentinel])
        os._exit(0)


def _beat_for_ever(end: ChildEnd) -> None:
    while True:
        end.beat()
        time.sleep(0.25)
