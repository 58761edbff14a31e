"""Hosts that misbehave, to be run as child processes by test_host."""

from __future__ import annotations

import os
import threading
from pathlib import Path

from studio.children import ChildEnd


def hangs(end: ChildEnd) -> None:
    """Begins to compute and never looks at the cancel flag."""
    for _ in end.messages():
        end.send("progress", (end.ticket, (0, 1, "hanging")))
        threading.Event().wait()


def counts(end: ChildEnd) -> None:
    """Answers 1, 2, 3 to every request, and waits between the answers until they may have been read."""
    for _ in end.messages():
        for number in (1, 2, 3):
            end.send("progress", (end.ticket, (number, 3, "")))
            end.send("answer", (end.ticket, number))
            threading.Event().wait(0.2)
        end.send("done", (end.ticket, None))


def dies(end: ChildEnd, notebook: str) -> None:
    """Ends without a word at each request; notes how often it was asked."""
    for _ in end.messages():
        with open(notebook, "a", encoding="ascii") as stream:
            stream.write("asked\n")
        os._exit(9)


def dies_once(end: ChildEnd, folder: Path, flag: str) -> None:
    """Dies after its first take the first time, is the real host from then on."""
    from backends.catalogue import Catalogue
    from backends.host_child import serve
    from backends.local import LocalBackend
    from studio.generation.contract import Request
    from studio.generation.library import Library
    from studio.jobs.progress import Progress

    if Path(flag).exists():
        serve(end, (folder,), "cpu")
        return
    Path(flag).write_text("died", encoding="ascii")
    for _, request in end.messages():
        assert isinstance(request, Request)
        catalogue = Catalogue.standard()
        backend = LocalBackend(Library((folder,), catalogue.families), catalogue, "cpu")
        end.send("progress", (end.ticket, (0, 1, "")))
        end.send("answer", (end.ticket, next(iter(backend.generate(request, Progress())))))
        # The pipe is flushed once another message can be seen to have been read: a message from us is not needed.
        os._exit(9)


def talks_nonsense(end: ChildEnd) -> None:
    """Sends stale and malformed messages before it fails properly."""
    for _ in end.messages():
        end.send("answer", "no ticket")
        end.send("done", (end.ticket - 1, None))
        end.send("progress", (end.ticket, "no numbers"))
        end.send("failed", (end.ticket, ("NoSuchKind", "It went wrong.", "Do this.")))
