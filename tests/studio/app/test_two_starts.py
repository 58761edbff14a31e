"""The program started twice: the second start hands its file to the first window, or opens one of its own when told to."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from studio.app import launching
from studio.app.instances import Instance, windows
from studio.paths import resources
from tests.patience import until


@pytest.fixture
def songs(tmp_path: Path) -> tuple[Path, Path]:
    first, second, *_ = sorted((resources() / "songs").glob("*.ricercar"))
    return Path(shutil.copy(first, tmp_path)), Path(shutil.copy(second, tmp_path))


class Starts:
    """Programs that were started, ended at the end of the test."""

    def __init__(self, home: Path) -> None:
        self.state = home / "state"
        self._surroundings = launching.environment() | {"RICERCAR_HOME": str(home), "QT_QPA_PLATFORM": "offscreen"}
        self.running: list[subprocess.Popen[bytes]] = []

    def start(self, *words: str) -> subprocess.Popen[bytes]:
        program = subprocess.Popen([sys.executable, "-m", "studio", *words], env=self._surroundings, stderr=subprocess.DEVNULL)
        self.running.append(program)
        return program

    def shown(self) -> list[str]:
        return sorted(Path(window.path).name for window in self.found())

    def found(self) -> list[Instance]:
        return list(windows(self.state))

    def end(self) -> None:
        for program in self.running:
            program.kill()
            program.wait()


@pytest.fixture
def starts(tmp_path: Path) -> Iterator[Starts]:
    made = Starts(tmp_path / "home")
    yield made
    made.end()


def test_a_second_start_hands_its_file_over(starts: Starts, songs: tuple[Path, Path]) -> None:
    one, other = songs
    first = starts.start(str(one))
    assert until(lambda: starts.shown() == [one.name])
    assert starts.start(str(other)).wait() == 0
    assert until(lambda: starts.shown() == [other.name])
    assert starts.start(*launching.command(one)[3:]).poll() is None
    assert until(lambda: starts.shown() == sorted((one.name, other.name)))
    assert starts.start(str(one)).wait() == 0  # the window that shows it comes forward
    assert starts.shown() == sorted((one.name, other.name))
    assert first.poll() is None
