"""A person who has no mouse, at the real window: a whole session by keys of an X server (workstation.md 11, check 8).

Run as a script under a display: `python -m tests.studio.app.xvfb_typist FOLDER`; prints one JSON object.
"""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
from PySide6.QtWidgets import QApplication

from studio.jobs.job import GENERATE
from studio.song.notes import LOCKED
from tests.studio.app.xvfb_person import Person, dialog_takes, export_goes, main, xdotool

NOTES = 8


def typist(person: Person, folder: Path) -> None:
    """New, eight notes, two of them locked, four takes, compared, one kept, saved, exported."""
    person.wait(lambda: person.opening._desk is not None and person.desk.window.start.isVisible(), "the start")
    person.wait(lambda: bool(person.desk.window.generate._offer.usable), "models")
    desk = person.desk
    xdotool("windowfocus", str(person.look(lambda: int(person.opening.window.winId()))))
    person.wait(desk.window.isActiveWindow, "the window to have the keyboard")
    person.press("ctrl+n")
    for _ in range(12):
        if person.look(lambda: desk.window.roll.hasFocus() or desk.window.roll.isAncestorOf(QApplication.focusWidget())):
            break
        person.press("F6")
    for number in range(NOTES):
        person.press("shift+Return", *(("Up",) * (number % 3)))
    person.wait(lambda: desk.session.song.note_count == NOTES, "eight notes")
    person.press("k", "shift+Tab", "k")
    person.wait(lambda: locked(person) == 2, "two locked notes")
    person.shoot("keys-1-locked")
    person.press("ctrl+g")
    person.wait(lambda: desk.session.tray.current is not None and len(desk.session.tray.current.takes) == 4, "four takes")
    person.wait(lambda: not desk.session.jobs.active(GENERATE), "the request to end")
    person.press("Next", "x", "x", "Next")
    person.wait(lambda: desk.session.tray.current.active == 2, "the third take")
    person.shoot("keys-2-takes")
    before = person.look(lambda: desk.session.song.note_count)
    person.press("ctrl+Return")
    person.wait(lambda: desk.session.song.note_count > before, "the take to be kept")
    person.press("ctrl+s")
    dialog_takes(person, str(folder / "keys.ricercar"), by_keys=True)
    person.wait(lambda: desk.session.is_clean, "the project to be saved")
    person.press("ctrl+shift+e")
    export_goes(person)
    person.wait((folder / "keys.mid").is_file, "the export")
    person.shoot("keys-3-exported")
    person.say("exported")
    person.press("ctrl+q")


def locked(person: Person) -> int:
    return sum(int(np.count_nonzero(track.notes.rows["flags"] & LOCKED)) for track in person.desk.session.song.tracks)


if __name__ == "__main__":
    sys.exit(main(typist))
