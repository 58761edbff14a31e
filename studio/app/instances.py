"""Instances: every window has a local address at which another start of the program finds it and hands over a file.

A start with a file asks the windows that are there. One that has the file open comes forward; else, unless the user prefers
new windows, the one used last takes it. Addresses are numbered, so that no list of them has to be kept; only the same user's
programs on the same state folder can reach them.
"""

from __future__ import annotations

import getpass
import hashlib
import os
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject
from PySide6.QtNetwork import QLocalServer, QLocalSocket

from studio.app.launching import OPEN, RAISE, WHO
from studio.paths import state_folder
from studio.strict_json import FaultyJson, dumped, parsed

SLOTS = 16
"""So many windows can be found; further ones open all the same."""
PATIENCE_MS = 1000
"""A window that does not answer for so long is busy: the file opens in a new one."""
MESSAGE_BYTES = 64 * 1024

Answer = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Instance:
    """A window that answered: what it shows ("" for an untitled song), when it was last used, whether it may be asked."""

    address: str
    path: str
    used_s: float
    is_free: bool

    def shows(self, path: Path) -> bool:
        return bool(self.path) and _same(self.path) == _same(str(path))


def address(slot: int, state: Path | None = None) -> str:
    """The name of a window's local socket."""
    whose = f"{getpass.getuser()}\n{state_folder() if state is None else state}"
    return f"ricercar-{hashlib.sha256(whose.encode('utf-8', 'replace')).hexdigest()[:20]}-{slot}"


class Doorbell(QObject):
    """The window's side: answers what `answer` says to each message, on the GUI thread."""

    def __init__(self, answer: Callable[[Answer], Answer], parent: QObject | None = None, state: Path | None = None) -> None:
        super().__init__(parent)
        self._answer = answer
        self._server = QLocalServer(self)
        self._server.setSocketOptions(QLocalServer.SocketOption.UserAccessOption)
        self._server.newConnection.connect(self._greet)
        for name in (address(slot, state) for slot in range(SLOTS)):
            if self._takes(name):
                break

    @property
    def is_heard(self) -> bool:
        return self._server.isListening()

    def close(self) -> None:
        self._server.close()

    def _takes(self, name: str) -> bool:
        if _is_answered(name):  # asked first: listening would push another window from its address
            return False
        QLocalServer.removeServer(name)  # what a killed window left behind
        return self._server.listen(name)

    def _greet(self) -> None:
        while (socket := self._server.nextPendingConnection()) is not None:
            socket.readyRead.connect(self._listen)
            socket.disconnected.connect(socket.deleteLater)
            self._hear(socket)

    def _listen(self) -> None:
        socket = self.sender()
        if isinstance(socket, QLocalSocket):
            self._hear(socket)

    def _hear(self, socket: QLocalSocket) -> None:
        if socket.bytesAvailable() > MESSAGE_BYTES:
            socket.abort()
        elif socket.canReadLine():
            try:
                message = parsed(bytes(socket.readLine().data()), MESSAGE_BYTES, 4)
            except FaultyJson:
                message = None
            answer = self._answer(message) if isinstance(message, dict) else {}
            socket.write(dumped(dict(answer)) + b"\n")
            socket.flush()
            socket.disconnectFromServer()


def windows(state: Path | None = None) -> Iterator[Instance]:
    """Every window that answers."""
    for name in (address(slot, state) for slot in range(SLOTS)):
        answer = ask(name, {"ask": WHO})
        if answer is not None and isinstance(answer.get("path"), str) and isinstance(answer.get("used_s"), int | float):
            yield Instance(name, answer["path"], float(answer["used_s"]), answer.get("is_free") is True)


def ask(name: str, message: Answer) -> Answer | None:
    """A window's answer; None where there is none in time. Blocks; needs no application."""
    socket = QLocalSocket()
    socket.connectToServer(name)
    if not socket.waitForConnected(PATIENCE_MS):
        return None
    socket.write(dumped(dict(message)) + b"\n")
    socket.flush()
    while not socket.canReadLine():
        if not socket.waitForReadyRead(PATIENCE_MS):
            return None
    try:
        answer = parsed(bytes(socket.readLine().data()), MESSAGE_BYTES, 4)
    except FaultyJson:
        return None
    return answer if isinstance(answer, dict) else None


def handed_over(path: Path, *, in_new_window: bool, state: Path | None = None) -> bool:
    """Whether a window that is there shows this file now, so that no new one has to."""
    found = list(windows(state))
    for window in found:
        if window.shows(path) and _is_done(ask(window.address, {"ask": RAISE})):
            return True
    free = sorted((window for window in found if window.is_free and not in_new_window), key=lambda window: -window.used_s)
    return any(_is_done(ask(window.address, {"ask": OPEN, "path": str(path.absolute())})) for window in free[:1])


def _is_done(answer: Answer | None) -> bool:
    return answer is not None and answer.get("done") is True


def _is_answered(name: str) -> bool:
    socket = QLocalSocket()
    socket.connectToServer(name)
    return socket.waitForConnected(PATIENCE_MS)


def _same(path: str) -> str:
    return os.path.normcase(os.path.realpath(path))
