"""A second start with a file: a window that is there takes it over, comes forward, or lets a new one open."""

from __future__ import annotations

import json
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QDir, Qt
from PySide6.QtNetwork import QLocalSocket
from PySide6.QtWidgets import QDialog
from pytestqt.qtbot import QtBot

from studio.app import instances
from studio.app.desk import Desk
from studio.app.instances import Answer, Doorbell, address
from studio.app.launching import OPEN, WHO
from studio.app.windows import Answers
from studio.files.format import write_song
from tests.midi_songs import reference_songs
from tests.patience import PATIENCE_MS


@dataclass
class Window:
    """A window as another start sees it."""

    path: str = ""
    used_s: float = 1.0
    is_free: bool = True
    heard: list[Answer] = field(default_factory=list)

    def answer(self, message: Answer) -> Answer:
        self.heard.append(message)
        if message.get("ask") == WHO:
            return {"path": self.path, "used_s": self.used_s, "is_free": self.is_free}
        return {"done": True}

    def did(self) -> list[Any]:
        return [message["ask"] for message in self.heard if message["ask"] != WHO]


Ring = Callable[[Window], Window]


@pytest.fixture
def ring(qtbot: QtBot, tmp_path: Path) -> Iterator[Ring]:
    bells: list[Doorbell] = []

    def made(window: Window) -> Window:
        bells.append(Doorbell(window.answer, state=tmp_path))
        assert bells[-1].is_heard
        return window

    yield made
    for bell in bells:
        bell.close()


def outside(qtbot: QtBot, code: str, *words: object) -> Any:
    """What another process makes of this expression, while the window's loop turns."""
    names = "from pathlib import Path; from studio.app.instances import *; import json, sys; told = sys.argv[1:]"
    with subprocess.Popen(
        [sys.executable, "-c", f"{names}; print(json.dumps({code}))", *map(str, words)], stdout=subprocess.PIPE, text=True
    ) as child:
        qtbot.waitUntil(lambda: child.poll() is not None, timeout=PATIENCE_MS)
        assert child.stdout is not None
        return json.loads(child.stdout.read())


def is_handed_over(qtbot: QtBot, path: Path, state: Path, *, in_new_window: bool = False) -> bool:
    code = f"handed_over(Path(told[0]), in_new_window={in_new_window}, state=Path(told[1]))"
    return bool(outside(qtbot, code, path, state))


def test_nobody_there(qtbot: QtBot, tmp_path: Path) -> None:
    assert not is_handed_over(qtbot, tmp_path / "a.mid", tmp_path)


def test_the_window_used_last_takes_the_file(qtbot: QtBot, ring: Ring, tmp_path: Path) -> None:
    older, newer = ring(Window(used_s=1.0)), ring(Window(used_s=2.0))
    assert outside(qtbot, "len(list(windows(Path(told[0]))))", tmp_path) == 2
    assert is_handed_over(qtbot, tmp_path / "a.mid", tmp_path)
    assert older.did() == []
    assert newer.heard[-1] == {"ask": OPEN, "path": str(tmp_path / "a.mid")}


def test_a_window_that_shows_the_file_comes_forward(qtbot: QtBot, ring: Ring, tmp_path: Path) -> None:
    target, link = tmp_path / "a.ricercar", tmp_path / "link.ricercar"
    target.write_bytes(b"x")
    link.symlink_to(target)
    shows, other = ring(Window(path=str(target), is_free=False)), ring(Window(used_s=9.0))
    for in_new_window in (False, True):
        assert is_handed_over(qtbot, link, tmp_path, in_new_window=in_new_window)
    assert shows.did() == ["raise", "raise"]
    assert other.did() == []


@pytest.mark.parametrize(("is_free", "in_new_window"), [(False, False), (True, True)])
def test_a_busy_window_or_the_wish_for_a_new_one(
    qtbot: QtBot, ring: Ring, tmp_path: Path, is_free: bool, in_new_window: bool
) -> None:
    window = ring(Window(is_free=is_free))
    assert not is_handed_over(qtbot, tmp_path / "a.mid", tmp_path, in_new_window=in_new_window)
    assert window.did() == []


def test_what_a_killed_window_left_is_taken_over(qtbot: QtBot, tmp_path: Path) -> None:
    # a socket file that nobody answers any more, as after kill -9
    left = Path(QDir.tempPath()) / address(0, tmp_path)
    dead = socket.socket(socket.AF_UNIX)
    dead.bind(str(left))
    dead.close()
    bell = Doorbell(Window().answer, state=tmp_path)
    try:
        assert bell.is_heard
        assert outside(qtbot, "ask(address(0, Path(told[0])), {'ask': WHO})", tmp_path)["path"] == ""
    finally:
        bell.close()


@pytest.mark.parametrize("sent", [b"\n", b"not json\n", b"[1]\n", b'{"ask": "dance"}\n', b"\xff\xfe\n"])
def test_nonsense_is_answered_with_nothing(qtbot: QtBot, tmp_path: Path, sent: bytes) -> None:
    bell = Doorbell(lambda message: {"done": message.get("ask") == WHO}, state=tmp_path)

    try:
        visitor = QLocalSocket()
        visitor.connectToServer(address(0, tmp_path))
        qtbot.waitUntil(lambda: visitor.state() == QLocalSocket.LocalSocketState.ConnectedState, timeout=PATIENCE_MS)
        visitor.write(sent)
        qtbot.waitUntil(visitor.canReadLine, timeout=PATIENCE_MS)
        assert bytes(visitor.readLine().data()).strip() in (b"{}", b'{"done":false}')
    finally:
        bell.close()


def test_addresses_belong_to_a_state_folder(tmp_path: Path) -> None:
    assert address(0, tmp_path / "a") != address(0, tmp_path / "b")
    assert len({address(slot, tmp_path) for slot in range(instances.SLOTS)}) == instances.SLOTS


def test_a_window_opens_what_it_is_handed(qtbot: QtBot, desk: Desk, tmp_path: Path) -> None:
    midi_file = tmp_path / "a.mid"
    write_song(next(iter(reference_songs().values())), midi_file)
    answers = Answers(desk)
    assert answers.answer({"ask": WHO})["path"] == ""
    assert answers.answer({"ask": OPEN, "path": str(midi_file)}) == {"done": True}
    qtbot.waitUntil(lambda: desk.session.song.note_count > 0, timeout=PATIENCE_MS)
    assert answers.answer({"ask": OPEN, "path": 3}) == {}


def test_a_dialog_is_not_talked_over(qtbot: QtBot, desk: Desk, tmp_path: Path) -> None:
    answers = Answers(desk)
    dialog = QDialog(desk.window)
    dialog.setModal(True)
    dialog.show()
    try:
        assert answers.answer({"ask": WHO})["is_free"] is False
        assert answers.answer({"ask": OPEN, "path": str(tmp_path / "a.mid")}) == {}
    finally:
        dialog.close()
    assert answers.answer({"ask": WHO})["is_free"] is True


def test_a_minimised_window_comes_forward(qtbot: QtBot, desk: Desk) -> None:
    desk.window.showMinimized()
    assert Answers(desk).answer({"ask": "raise"}) == {"done": True}
    assert not desk.window.windowState() & Qt.WindowState.WindowMinimized
