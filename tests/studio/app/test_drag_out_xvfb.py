"""A real drag between two programs, by the X server's own protocol."""

from __future__ import annotations

import base64
import json
import subprocess
import sys
from pathlib import Path

import pytest

from studio.files.midi.reading import song_from_bytes
from tests.x_server import MISSING, ROOT, surroundings, x_server

pytestmark = [
    pytest.mark.xvfb,
    pytest.mark.timeout(300),
    pytest.mark.skipif(bool(MISSING), reason=f"not installed: {', '.join(MISSING)}"),
]


def test_ex_32_another_program_gets_a_file_whose_bytes_parse_twice_with_two_names(tmp_path: Path) -> None:
    with x_server() as display:
        session = subprocess.run(
            [sys.executable, "-m", "tests.studio.app.xvfb_carrier", str(tmp_path)],
            cwd=ROOT, env=surroundings(display, tmp_path), capture_output=True, text=True, timeout=250, check=False,
        )  # fmt: skip
    assert session.stdout, session.stderr
    told = json.loads(session.stdout.splitlines()[-1])
    assert "problem" not in told, (told, session.stderr)
    assert "Traceback" not in session.stderr
    assert told["ended"]
    assert told["undo"] is None, "a drag out of the window moves nothing in it"
    names = []
    for drop in told["drops"]:
        ((path, data),) = drop["files"].items()
        names.append(Path(path).name)
        assert drop["action"] == "CopyAction"
        assert drop["midi"] == data
        assert {"text/uri-list", "audio/midi"} < set(drop["formats"])
        song = song_from_bytes(base64.b64decode(data), "x.mid").song
        (notes,) = [part["notes"] for part in drop["notes"]["parts"]]
        assert len(notes) == song.note_count == 1
        assert not Path(path).exists(), "what went out is gone when the window has ended"
    assert names[0].startswith("Traumerei - Lead - bar ")
    assert names[1] == names[0].removesuffix(".mid") + " (2).mid"
    assert told["status"] == f"Carried out: {names[1]}."
