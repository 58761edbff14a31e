"""A MIDI cable for tests: what is written into a named pipe comes out of the sound process's end as a keyboard's bytes."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable
from pathlib import Path


class CableSystem:
    """At the boundary where RtMidi stands; made in the sound process, from the path alone."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def names(self) -> list[str]:
        return ["Cable"] if self._path.exists() else []

    def open(self, name: str, heard: Callable[[bytes, float], None]) -> CablePort:
        return CablePort(self._path, heard)


class CablePort:
    def __init__(self, path: Path, heard: Callable[[bytes, float], None]) -> None:
        self._end = os.open(path, os.O_RDWR)
        self._heard = heard
        threading.Thread(target=self._listen, daemon=True).start()

    def _listen(self) -> None:
        while data := os.read(self._end, 4096):
            self._heard(data, time.monotonic())

    def close(self) -> None:
        os.write(self._end, b"\xfe")
