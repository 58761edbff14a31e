"""Arguments, application, first paint; everything slow starts after it."""

from __future__ import annotations

import gc
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from studio import languages
from studio.app.launching import NEW_WINDOW
from studio.errors import RicercarError
from studio.words import tr

if TYPE_CHECKING:
    from studio.app.desk import Desk


LANGUAGE_OPTION = "--language"


def main(arguments: Sequence[str] | None = None) -> int:
    """`ricercar [FILE]` opens the window; any other first word is a command of the terminal. Before all, `--language CODE`.

    A window that is there already may take the file, unless `--new-window` stands before it.
    """
    if getattr(sys, "frozen", False):
        # A frozen program starts its child processes under its own name.
        import multiprocessing

        multiprocessing.freeze_support()
    words = _without_language(list(sys.argv[1:] if arguments is None else arguments))
    is_new = words[:1] == [NEW_WINDOW]
    words = words[is_new:]
    if words and not _is_file(words[0]):
        from studio import settings
        from studio.app import cli

        languages.speak_as_told(settings.load(settings.settings_file()).language)
        return cli.run(words)
    if len(words) > 1:
        print(tr("ricercar: the window opens one file at a time."), file=sys.stderr)
        return 2
    try:
        path = Path(words[0]) if words else None
        if path is not None and not path.is_file():
            print(tr("ricercar: «{path}» is not there.", path=path), file=sys.stderr)
            return 1
        if path is not None and not is_new and _is_shown_elsewhere(path):
            return 0
        return open_window(path)
    except RicercarError as problem:
        print(f"ricercar: {problem}", file=sys.stderr)
        return 1


def _without_language(words: list[str]) -> list[str]:
    """The words without `--language CODE` in front, which is followed here."""
    if words[:1] != [LANGUAGE_OPTION] or len(words) < 2:
        return words
    os.environ[languages.VARIABLE] = words[1]
    return words[2:]


def _is_shown_elsewhere(path: Path) -> bool:
    """Whether a window that is there already has taken the file over."""
    if _has_no_display():
        return False
    from studio import settings
    from studio.app.instances import handed_over

    return handed_over(path, in_new_window=settings.load(settings.settings_file()).files_in_new_window)


def _is_file(word: str) -> bool:
    """Whether a word names a file: commands have neither a suffix nor a slash, options begin with a dash."""
    return not word.startswith("-") and (Path(word).is_file() or bool(Path(word).suffix) or os.sep in word)


def open_window(path: Path | None) -> int:
    """Show the window and stay until it closes; 2 when there is no display."""
    from studio.app import crash

    if _has_no_display():
        print(crash.no_display_words(), file=sys.stderr)
        return 2
    crash.watch_before_window()
    opening = Opening(path)
    code = opening.application.exec()
    if not opening.end():
        # a worker that would not stop: everything is saved, and an interpreter cannot end around a running thread
        os._exit(code)
    return code


class Opening:
    """The window from its first paint on: shown empty, then furnished."""

    def __init__(self, path: Path | None) -> None:
        # Hardly anything of what is built from here on is garbage before the window closes.
        gc.disable()
        # The window multiplies no large matrices: a pool of threads for that would only cost it its start.
        os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
        from PySide6.QtCore import Qt

        from studio import settings
        from studio.app import translator
        from studio.app.application import application
        from studio.app.window import MainWindow

        self._path = path
        self._preferences = settings.load(settings.settings_file())
        if self._preferences.scale != 1.0:
            os.environ.setdefault("QT_SCALE_FACTOR", str(self._preferences.scale))
        self._desk: Desk | None = None
        self.application = application(self._preferences.theme)
        translator.install(self.application, languages.speak_as_told(self._preferences.language))
        self.window = MainWindow()
        self.window.painted.connect(self._furnish, Qt.ConnectionType.QueuedConnection)
        self.window.show()

    def _furnish(self) -> None:
        from studio.app import assembly, crash

        crash.open_log()
        self._desk = assembly.begin(self.window, self._preferences, self._path)
        gc.freeze()
        gc.enable()

    def end(self) -> bool:
        """Stop everything; False when something would not stop."""
        from widgets.piano_roll import clipboard

        clipboard.leave_text()
        return self._desk is None or self._desk.end()


def _has_no_display() -> bool:
    if sys.platform in ("win32", "darwin") or os.environ.get("QT_QPA_PLATFORM"):
        return False
    return not (os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))
