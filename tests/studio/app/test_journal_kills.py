"""kill -9 at random moments of editing, saving, folding and recovery (protocol of reliability.md 7)."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]
EACH = 0.1
"""Of all kills so many at least hit each kind of moment."""


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs processes that are forked")
@pytest.mark.parametrize("kills", [24, pytest.param(200, marks=pytest.mark.slow)])
def test_kills_lose_no_acknowledged_edit_and_leave_nothing_unreadable(tmp_path: Path, kills: int) -> None:
    victims = ROOT / "tests" / "journal_victims.py"
    seed = os.environ.get("RICERCAR_SEED", "20261121")
    found = subprocess.run(
        [sys.executable, str(victims), str(tmp_path), str(kills), seed],
        capture_output=True,
        text=True,
        timeout=600,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        check=False,
    )
    said = f"seed {seed}: {found.stdout[-2000:]} {found.stderr[-2000:]}"
    assert found.returncode == 0, said
    counts = json.loads(found.stdout)
    assert (counts["kills"], counts["lost"], counts["unreadable"], counts["ended"]) == (kills, 0, 0, 0), said
    assert all(count >= EACH * kills for count in counts["hits"].values()), said
    assert counts["edits"] > 5 * kills, said
    assert counts["versions"] >= 2, f"no save came through, though the disk was well: {said}"
    assert counts["parts"] <= 4, f"what kills left half-written is not swept: {said}"
