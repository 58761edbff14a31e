"""The main job by real keys and clicks, under an X server of its own: a newcomer, an editor, and someone who leaves."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from studio.edits import notes
from studio.files import format as formats
from studio.generation.library import Library
from studio.song.notes import LOCKED, Note
from studio.song.song import empty_song
from tests.x_server import MISSING, ROOT, surroundings, x_server

pytestmark = [
    pytest.mark.xvfb,
    pytest.mark.timeout(900),
    pytest.mark.skipif(bool(MISSING), reason=f"not installed: {', '.join(MISSING)}"),
    pytest.mark.skipif(not any(m.usable for m in Library.standard().cards()), reason="no model is installed"),
]


@pytest.fixture
def display() -> Iterator[str]:
    with x_server() as name:
        yield name


def lived(person: str, display: str, folder: Path) -> dict[str, Any]:
    """A session of a person of this module, and what they tell; everything must have ended in order."""
    session = subprocess.run(
        [sys.executable, "-m", person, str(folder)],
        cwd=ROOT, env=surroundings(display, folder / "home"), capture_output=True, text=True, timeout=800, check=False,
    )  # fmt: skip
    assert session.stdout, session.stderr
    told: dict[str, Any] = json.loads(session.stdout.splitlines()[-1])
    assert "problem" not in told, (told, session.stderr)
    assert session.returncode == 0, session.stderr
    assert told["ended"]
    assert "Traceback" not in session.stderr
    return told


def test_a_newcomer_hears_and_keeps_then_edits_and_leaves(display: str, tmp_path: Path) -> None:
    tune = notes.add(1, [Note(step * 480, 480, 60 + step % 8, 70 + step) for step in range(16)]).apply(empty_song("Tune"))
    formats.write_song(tune, tmp_path / "tune.mid")
    told = lived("tests.studio.app.xvfb_person", display, tmp_path)
    assert told["heard"]["actions"] <= 3
    assert told["kept"]["actions"] <= 6
    kept = formats.open_song(tmp_path / "kept.ricercar").song
    (origin,) = kept.origins
    assert any((track.notes.rows["origin"] == origin.id).any() for track in kept.tracks)
    assert formats.open_song(tmp_path / "song.mid").song.note_count == 17
    assert formats.open_song(tmp_path / "song.ricercar").song.note_count == 17


def test_a_whole_session_without_a_mouse(display: str, tmp_path: Path) -> None:
    lived("tests.studio.app.xvfb_typist", display, tmp_path)
    song = formats.open_song(tmp_path / "keys.ricercar").song
    rows = song.tracks[0].notes.rows
    assert int(np.count_nonzero(rows["flags"] & LOCKED)) == 2
    assert len(rows) > 8
    assert len(song.origins) == 1
    assert formats.open_song(tmp_path / "keys.mid").song.note_count == song.note_count
