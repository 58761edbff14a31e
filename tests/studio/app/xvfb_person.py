"""A person at the real window: moves the mouse and presses keys of an X server, sees the screen, and never calls a command.

Run as a script under a display: `python -m tests.studio.app.xvfb_person FOLDER`. The program is the real one, with its
sound process and model host. What happened is printed as one JSON object.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, QPoint, Qt, Signal, Slot
from PySide6.QtWidgets import QApplication, QWidget

from studio.app.desk import Desk
from studio.app.main import Opening
from studio.jobs.job import GENERATE
from widgets.dialogs.export import ExportDialog

PATIENCE_S = 90.0


class Asked(QObject):
    """Answers questions about the window on the thread that owns it."""

    asked = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self.asked.connect(self._answer, Qt.ConnectionType.QueuedConnection)

    def __call__(self, question: Callable[[], Any]) -> Any:
        done, box = threading.Event(), []
        self.asked.emit((question, box, done))
        assert done.wait(PATIENCE_S), "the window does not answer"
        return box[0]

    @Slot(object)
    def _answer(self, parts: tuple[Callable[[], Any], list[Any], threading.Event]) -> None:
        question, box, done = parts
        try:
            box.append(question())
        except Exception as problem:
            box.append(problem)
        done.set()


class Person:
    """Counts its actions: a click, a key, a typed line."""

    def __init__(self, opening: Opening, shots: Path) -> None:
        self.opening, self.shots = opening, shots
        self.look = Asked()
        self.actions = 0
        self.began_s = time.monotonic()
        self.told: dict[str, Any] = {}

    @property
    def desk(self) -> Desk:
        desk = self.opening._desk
        assert desk is not None
        return desk

    def wait(self, question: Callable[[], bool], what: str) -> None:
        deadline = time.monotonic() + PATIENCE_S
        while self.look(question) is not True:
            if time.monotonic() > deadline:
                self.shoot("stuck")
                raise TimeoutError(f"{what}: {self.look(question)!r}")
            time.sleep(0.02)

    def click(self, widget: Callable[[], QWidget], count: int = 1, at: Callable[[], QPoint] | None = None) -> None:
        def middle() -> tuple[int, int]:
            shown = widget()
            place = shown.mapToGlobal(at() if at else shown.rect().center())
            return place.x(), place.y()

        x, y = self.look(middle)
        xdotool("mousemove", str(x), str(y), "click", "--repeat", str(count), "--delay", "60", "1")
        self.actions += 1

    def press(self, *keys: str) -> None:
        for key in keys:
            xdotool("key", key)
            self.actions += 1

    def write(self, text: str) -> None:
        xdotool("type", "--delay", "15", text)
        self.actions += 1

    def shoot(self, name: str) -> None:
        screen = self.look(lambda: self.opening.window.screen().grabWindow(0))
        screen.save(str(self.shots / f"{name}.png"))

    def say(self, name: str) -> None:
        """Note how many actions and seconds it took to come here."""
        self.told[name] = {"actions": self.actions, "seconds": round(time.monotonic() - self.began_s, 2)}


def xdotool(*words: str) -> None:
    subprocess.run(["xdotool", *words], check=True, timeout=PATIENCE_S)


def newcomer(person: Person, folder: Path) -> None:
    """Begins with a surprise, hears a take, keeps one, saves, and adds a track that is given up later."""
    person.wait(lambda: person.opening._desk is not None and person.desk.window.start.isVisible(), "the start")
    person.wait(lambda: bool(person.desk.window.generate._offer.usable), "models")
    person.began_s = time.monotonic()
    person.shoot("1-start")
    desk = person.desk
    person.click(lambda: desk.window.start.surprise)
    person.wait(lambda: desk.session.song.note_count > 0, "a surprise")
    person.shoot("2-surprise")
    person.press("ctrl+g")
    person.wait(lambda: desk.session.tray.active_take is not None, "a take")
    if not person.look(lambda: desk.engines.sound.is_playing):
        person.press("space")
    person.wait(lambda: desk.engines.sound.is_playing, "sound")
    start = person.look(lambda: desk.session.tray.current.request.span.start_tick)
    person.wait(lambda: desk.engines.sound.position() > start, "the take to be heard")
    person.say("heard")
    person.shoot("3-heard")
    person.wait(lambda: not desk.session.jobs.active(GENERATE), "all takes")
    notes = person.look(lambda: desk.session.song.note_count)
    person.press("Next", "ctrl+Return")
    person.wait(lambda: desk.session.song.note_count > notes, "the take to be kept")
    person.say("kept")
    person.shoot("4-kept")
    person.press("space", "ctrl+s")
    dialog_takes(person, str(folder / "kept.ricercar"))
    person.wait(lambda: desk.session.is_clean, "the kept take to be saved")
    person.press("ctrl+t")
    person.wait(lambda: not desk.session.is_clean, "another track")


def editor(person: Person, folder: Path) -> None:
    """Opens a file, hears it, edits, takes back, saves, exports."""
    desk = person.desk
    person.press("ctrl+o")
    answer(person, "n")  # the changes of the newcomer are given up
    dialog_takes(person, str(folder / "tune.mid"))
    person.wait(lambda: desk.session.song.note_count == 16, "the file")
    person.shoot("5-opened")
    person.press("space")
    person.wait(lambda: desk.engines.sound.is_playing and desk.engines.sound.position() > 0, "the file to be heard")
    person.press("space")
    roll = desk.window.roll
    # A crowded machine may be late with the second click.
    person.look(lambda: person.opening.application.setDoubleClickInterval(5000))
    person.click(lambda: roll.view.canvas, 2)
    person.wait(lambda: desk.session.song.note_count == 17, "a drawn note")
    pitch = person.look(lambda: selected_pitch(desk))
    person.press("Up", "Up", "ctrl+z", "ctrl+z", "ctrl+shift+z", "ctrl+shift+z")
    person.wait(lambda: selected_pitch(desk) == pitch + 2, "the note to be moved")
    person.shoot("6-edited")
    person.press("ctrl+s")
    dialog_takes(person, str(folder / "song.ricercar"))
    person.wait(lambda: desk.session.is_clean, "the project to be saved")
    person.press("ctrl+shift+e")
    export_goes(person)
    person.wait((folder / "song.mid").is_file, "the export")
    person.say("exported")


def leaver(person: Person) -> None:
    """Closes while a request runs."""
    desk = person.desk
    person.press("ctrl+3")
    person.wait(lambda: not desk.window.roll.isVisible(), "the mix")
    person.shoot("7-mix")
    person.press("ctrl+1", "ctrl+g")
    person.wait(lambda: bool(desk.session.jobs.active(GENERATE)) or desk.session.tray.active_take is not None, "a request")
    person.press("ctrl+q")


def selected_pitch(desk: Desk) -> int:
    rows = desk.window.roll.state.selected_rows()
    return int(rows["pitch"][0]) if len(rows) else -1


def answer(person: Person, key: str) -> None:
    """Answer the question that stands before the window."""
    person.wait(lambda: QApplication.activeModalWidget() is not None, "a question")
    buttons = {"n": "Discard", "y": "Save"}

    def button() -> QWidget:
        from PySide6.QtWidgets import QPushButton

        modal = QApplication.activeModalWidget()
        return next(b for b in modal.findChildren(QPushButton) if b.text().replace("&", "") == buttons[key])

    person.click(button)


def dialog_takes(person: Person, name: str, *, by_keys: bool = False) -> None:
    """Type a file's name into the file dialog; `by_keys` without clicking into its line first."""
    from PySide6.QtWidgets import QFileDialog, QLineEdit

    def line() -> QLineEdit | None:
        modal = QApplication.activeModalWidget()
        held.append(modal)
        return modal.findChild(QLineEdit, "fileNameEdit") if isinstance(modal, QFileDialog) else None

    held: list[object] = []  # the wrapper of a child dies with the wrapper of its parent
    person.wait(lambda: line() is not None and line().isVisible(), "the file dialog")
    if by_keys:
        person.wait(lambda: line().hasFocus(), "the line of the file dialog to have the keyboard")
    else:
        person.click(line)
    person.press("ctrl+a")
    person.write(name)
    person.press("Return")
    person.wait(lambda: QApplication.activeModalWidget() is None, "the dialog to close")
    # a window manager would give the keyboard back; this display has none
    xdotool("windowfocus", str(person.look(lambda: int(person.opening.window.winId()))))


def export_goes(person: Person) -> None:
    """The export window as it opens: the whole song as MIDI, beside the project and called as it is."""
    # it is shown, filled and given the keyboard one after the other
    person.wait(lambda: isinstance(QApplication.activeWindow(), ExportDialog), "the export window")
    person.press("Return")
    person.wait(lambda: QApplication.activeModalWidget() is None, "the export window to close")
    xdotool("windowfocus", str(person.look(lambda: int(person.opening.window.winId()))))


def main(lives: Callable[[Person, Path], object]) -> int:
    """Open the program, live in it, tell what happened."""
    folder = Path(sys.argv[1])
    opening = Opening(None)
    person = Person(opening, Path(os.environ.get("RICERCAR_SHOTS") or folder))

    def live() -> None:
        try:
            lives(person, folder)
        except BaseException as problem:
            person.told["problem"] = f"{type(problem).__name__}: {problem}"
            person.look(lambda: setattr(opening.window, "may_close", lambda: True))
            person.look(opening.window.close)

    thread = threading.Thread(target=live, daemon=True)
    thread.start()
    code = opening.application.exec()
    person.told["ended"] = opening.end()
    print(json.dumps(person.told), flush=True)
    return code


def with_mouse_and_keys(person: Person, folder: Path) -> None:
    newcomer(person, folder)
    editor(person, folder)
    leaver(person)


if __name__ == "__main__":
    sys.exit(main(with_mouse_and_keys))
