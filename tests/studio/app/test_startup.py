"""What the window imports before it paints, and what it says where there is no screen."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]
HEAVY = (
    "torch", "pyqtgraph", "pretty_midi", "scipy", "pypianoroll", "matplotlib", "sounddevice", "soundfile", "soxr",
    "fluidsynth", "rtmixer", "rtmidi", "mido", "symusic", "tqdm", "PySide6.QtNetwork", "PySide6.QtOpenGL",
    "widgets.panels.latent", "widgets.dialogs.lecture", "studio.generation.composing", "numpy.ma",
)  # fmt: skip

BUILD = f"""
import sys
from studio.app import assembly
from studio.app.engines import real_engines
from studio.app.main import Opening
from studio.settings import Settings
opening = Opening(None)
desk = assembly.assemble(opening.window, Settings(), real_engines(Settings()))
opening.application.processEvents()
print(sorted(name for name in {HEAVY!r} if name in sys.modules))
opening.window.close()
desk.end()
"""

FIRST_PAINT = """
import sys
from studio.app.main import Opening
opening = Opening(None)
opening.window.painted.connect(lambda: print(sorted(name for name in sys.modules if name in ("numpy", "studio.session"))))
opening.application.processEvents()
opening.end()
"""


def run(words: list[str], tmp_path: Path, **changed: str) -> subprocess.CompletedProcess[str]:
    surroundings = {name: value for name, value in os.environ.items() if name not in ("DISPLAY", "WAYLAND_DISPLAY")}
    surroundings |= {"RICERCAR_HOME": str(tmp_path), "QT_QPA_PLATFORM": "offscreen", **changed}
    surroundings = {name: value for name, value in surroundings.items() if value}
    return subprocess.run(
        [sys.executable, *words], cwd=ROOT, env=surroundings, capture_output=True, text=True, timeout=150, check=False
    )


def test_the_painted_window_has_imported_nothing_heavy(tmp_path: Path) -> None:
    found = run(["-c", BUILD], tmp_path)
    assert found.returncode == 0, found.stderr
    assert found.stdout.strip() == "[]"


def test_the_first_paint_waits_for_no_music(tmp_path: Path) -> None:
    found = run(["-c", FIRST_PAINT], tmp_path)
    assert found.stdout.startswith("[]"), found.stdout + found.stderr


@pytest.mark.skipif(sys.platform != "linux", reason="only X11 and Wayland can be missing")
def test_without_a_screen_the_command_says_so_and_ends_with_2(tmp_path: Path) -> None:
    found = run(["-m", "studio"], tmp_path, QT_QPA_PLATFORM="")
    assert found.returncode == 2
    assert "no display" in found.stderr
    assert "Traceback" not in found.stderr


@pytest.mark.skipif(sys.platform != "linux", reason="only X11 and Wayland can be missing")
def test_a_screen_that_does_not_answer_is_said_too(tmp_path: Path) -> None:
    found = run(["-m", "studio"], tmp_path, QT_QPA_PLATFORM="xcb", DISPLAY=":4711")
    assert found.returncode == 2
    assert "no display" in found.stderr


def test_a_file_that_is_not_there_is_said_before_any_window(tmp_path: Path) -> None:
    found = run(["-m", "studio", str(tmp_path / "missing.mid")], tmp_path)
    assert found.returncode == 1
    assert "missing.mid" in found.stderr


def test_an_unknown_word_is_usage(tmp_path: Path) -> None:
    assert run(["-m", "studio", "sing"], tmp_path).returncode == 2
