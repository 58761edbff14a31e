"""R1: the order in which a save is done, as our own layer sees it and as the system does."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from studio.files import project
from studio.files.project import new_document
from studio.song.song import Song, Track
from tests.power_cut import ForgetfulSystem

ROOT = Path(__file__).resolve().parents[3]
CODE = """
from pathlib import Path
from studio.files import project
from studio.song.song import Song, Track
project.write(project.Document(Song(tracks=(Track(1, "Lead"),), next_id=2), "u"), Path({path!r}))
"""


def test_r1_write_sync_read_back_swap_sync_folder(tmp_path: Path) -> None:
    path, system = tmp_path / "s.ricercar", ForgetfulSystem()
    project.write(new_document(Song(tracks=(Track(1, "Lead"),), next_id=2)), path)
    path.chmod(0o640)
    told: list[int] = []
    document = new_document(Song("Two", (Track(1, "Lead"),), next_id=2))
    digest = project.write(document, path, system=system, proven=lambda _: told.append(len(system.calls)))
    calls = [call for number, call in enumerate(system.calls) if call != "write" or system.calls[number - 1] != "write"]
    assert calls == ["create .part", "write", "sync", "close", "replace s.ricercar", "sync folder"]
    assert system.calls[told[0]] == "replace s.ricercar", "read back and found whole right before the swap"
    assert digest == project.digest_of(path)
    assert path.stat().st_mode & 0o777 == 0o640


@pytest.mark.skipif(shutil.which("strace") is None, reason="needs strace")
def test_r1_as_the_system_sees_it(tmp_path: Path) -> None:
    path, trace = tmp_path / "s.ricercar", tmp_path / "trace"
    code = CODE.format(path=str(path))
    seen = "trace=openat,open,write,pwrite64,fsync,close,rename,renameat,renameat2,unlink,unlinkat"
    done = subprocess.run(
        ["strace", "-f", "-y", "-e", seen, "-o", str(trace), sys.executable, "-c", code],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode and "ptrace" in done.stderr:
        pytest.skip("tracing is not allowed here")
    assert done.returncode == 0, done.stderr
    steps = [step for line in trace.read_text(errors="replace").splitlines() if (step := step_of(line, tmp_path))]
    order = [step for number, step in enumerate(steps) if number == 0 or steps[number - 1] != step]
    read_back = ["read", "close"] * 2  # for the members, and for the digest of the whole
    assert order == ["create", "write", "fsync", "close", *read_back, "swap", "open folder", "fsync folder"]


def step_of(line: str, folder: Path) -> str:
    """What a line of the trace does in the folder of the test; empty for all else."""
    if str(folder) not in line or "= -1" in line or "/trace" in line:
        return ""
    call = re.sub(r"^\d+\s+", "", line).split("(")[0]
    is_part = ".part" in line
    if call.startswith("rename"):
        return "swap"
    if call.startswith("open"):
        if not is_part:
            return "open folder" if "s.ricercar" not in line else ""
        return "create" if "O_CREAT" in line else "read"
    if call in ("write", "pwrite64", "fsync"):
        return call.replace("pwrite64", "write") if is_part else f"{call} folder"
    return "close" if call == "close" and is_part else ""
