"""Arguments, application, first paint; everything slow starts after it."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from pathlib import Path

from studio.errors import RicercarError


def main(arguments: Sequence[str] | None = None) -> int:
    """`ricercar [FILE]` opens the window; any other first word is a command of the terminal."""
    words = list(sys.argv[1:] if arguments is None else arguments)
    if words and not _is_file(words[0]):
        from studio.app import cli

        return cli.run(words)
    if len(words) > 1:
        print("ricercar: the window opens one file at a time.", file=sys.stderr)
        return 2
    try:
        path = Path(words[0]) if words else None
        if path is not None and not path.is_file():
            print(f"ricercar: «{path}» is not there.", file=sys.stderr)
            return 1
        return open_window(path)
    except RicercarError as problem:
        print(f"ricercar: {problem}", file=sys.stderr)
        return 1


def _is_file(word: str) -> bool:
    """Whether a word names a file: commands have neither a suffix nor a slash, options begin with a dash."""
    return not word.startswith("-") and (Path(word).is_file() or bool(Path(word).suffix) or os.sep in word)


def open_window(path: Path | None) -> int:
    """Show the window and stay until it closes; 2 when there is no display."""
    from studio.app import crash

    if _has_no_display():
        print(crash.no_display_words(), file=sys.stderr)
        return 2
    crash.open_log()
    crash.watch_before_window()
    from studio import settings

    preferences = settings.load(settings.settings_file())
    if preferences.scale != 1.0:
        os.environ.setdefault("QT_SCALE_FACTOR", str(preferences.scale))
    from studio.app import assembly, engines

    application = assembly.application(preferences.theme)
    desk = assembly.assemble(preferences, engines.real_engines(preferences))
    reporter = assembly.watch_errors(desk)
    desk.window.show()
    assembly.start_after_first_paint(desk, path)
    code = int(application.exec())
    stopped = desk.end()
    reporter.remove()
    if not stopped:
        # a worker that would not stop: everything is saved, and an interpreter cannot end around a running thread
        os._exit(code)
    return code


def _has_no_display() -> bool:
    if sys.platform in ("win32", "darwin") or os.environ.get("QT_QPA_PLATFORM"):
        return False
    return not (os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))
