"""The main job by real keys and clicks, under an X server of its own: a newcomer, an editor, and someone who leaves."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from studio.edits import notes
from studio.files import format as formats
from studio.generation.library import Library
from studio.song.notes import Note
from studio.song.song import empty_song
from tests.patience import PATIENCE_S

ROOT = Path(__file__).resolve().parents[3]
MISSING = [tool for tool in ("Xvfb", "xdotool") if shutil.which(tool) is None]

pytestmark = [
    pytest.mark.xvfb,
    pytest.mark.timeout(900),
    pytest.mark.skipif(bool(MISSING), reason=f"not installed: {', '.join(MISSING)}"),
    pytest.mark.skipif(not any(m.usable for m in Library.standard().cards()), reason="no model is installed"),
]


@pytest.fixture
def display() -> Iterator[str]:
    reading, writing = os.pipe()
    server = subprocess.Popen(
        # -r: no key repeats by itself when a crowded machine is late with its release
        ["Xvfb", "-displayfd", str(writing), "-screen", "0", "1680x1050x24", "-nolisten", "tcp", "-r"],
        pass_fds=(writing,),
        stderr=subprocess.DEVNULL,
    )
    os.close(writing)
    with os.fdopen(reading) as told:
        number = told.readline().strip()
    if number:
        yield f":{number}"
        server.terminate()
    server.wait(PATIENCE_S)
    if not number:
        pytest.skip("Xvfb does not start here")


def test_a_newcomer_hears_and_keeps_then_edits_and_leaves(display: str, tmp_path: Path) -> None:
    tune = notes.add(1, [Note(step * 480, 480, 60 + step % 8, 70 + step) for step in range(16)]).apply(empty_song("Tune"))
    formats.write_song(tune, tmp_path / "tune.mid")
    surroundings = os.environ | {
        "DISPLAY": display, "QT_QPA_PLATFORM": "xcb", "RICERCAR_HOME": str(tmp_path / "home"), "PYTHONPATH": str(ROOT),
        "XDG_CURRENT_DESKTOP": "", "QT_QPA_PLATFORMTHEME": "",
    }  # fmt: skip
    session = subprocess.run(
        [sys.executable, "-m", "tests.studio.app.xvfb_person", str(tmp_path)],
        cwd=ROOT, env=surroundings, capture_output=True, text=True, timeout=800, check=False,
    )  # fmt: skip
    assert session.stdout, session.stderr
    told = json.loads(session.stdout.splitlines()[-1])
    assert "problem" not in told, (told, session.stderr)
    assert told["heard"]["actions"] <= 3
    assert told["kept"]["actions"] <= 6
    kept = formats.open_song(tmp_path / "kept.ricercar").song
    (origin,) = kept.origins
    assert any((track.notes.rows["origin"] == origin.id).any() for track in kept.tracks)
    assert formats.open_song(tmp_path / "song.mid").song.note_count == 17
    assert formats.open_song(tmp_path / "song.ricercar").song.note_count == 17
    assert session.returncode == 0, session.stderr
    assert told["ended"]
    assert "Traceback" not in session.stderr
