"""`melody_takes` of performance.md 8: eight bars gone on with by attention, four takes, the host warm; seconds to the last.

    python benchmarks/melody_takes.py [--json]

Weights are random (fixed seed, the shipped size), so that no trained model is needed: the work is the same.
Absolute: at most 1 second on two cores.
"""

from __future__ import annotations

import atexit
import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from frame import Case, Goal, main

from backends.checkpoints import save_checkpoint
from backends.host import HostedBackend, host_process
from backends.training.melody import codec_for, coder_for, hyper_for, new_network
from backends.training.order import Size
from studio.generation.card import ModelCard
from studio.generation.contract import Request
from studio.jobs.progress import Progress
from studio.song.notes import Notes, rows_from_columns
from studio.song.region import Mask, Region
from studio.song.song import Song, Track
from studio.song.ticks import Span

BAR = 3840


@dataclass
class Warm:
    """A host with the model loaded, and the request it is given."""

    host: HostedBackend
    request: Request
    folder: Path

    def close(self) -> None:
        self.host.close()
        shutil.rmtree(self.folder, ignore_errors=True)


def warm() -> Warm:
    folder = Path(tempfile.mkdtemp(prefix="ricercar-takes-"))
    codec = codec_for("attention")
    hyper = hyper_for("attention", coder_for("attention", codec), Size())
    card = ModelCard(
        "random-attention", "Random attention", "melody-rnn", 1, "attention", ("start", "continue", "fill"), codec.spec, hyper
    )
    save_checkpoint(folder / card.id, card, new_network(hyper, 1).state_dict())
    starts = np.arange(64) * 480
    pitches = 60 + np.array([0, 2, 4, 5, 7, 5, 4, 2] * 8)
    rows = rows_from_columns(starts, np.full(64, 480), pitches, 80 + starts % 7, id=np.arange(64) + 10)
    song = Song(tracks=(Track(1, "Melody").with_notes(Notes(rows)),), next_id=100)
    request = Request("continue", card.id, song, Mask(Region((1,), Span(8 * BAR, 16 * BAR))), (), {}, 1, 4)
    found = Warm(HostedBackend(host_process((folder,), "cpu")), request, folder)
    takes(found)
    return found


def takes(given: Warm) -> int:
    return len(list(given.host.generate(given.request, Progress())))


def four(count: object) -> None:
    assert count == 4, f"{count} takes arrived"


def cases() -> list[Case]:
    def setup() -> Warm:
        given = warm()
        atexit.register(given.close)
        return given

    return [Case("melody_takes", setup, takes, 4, "take", (Goal("", "seconds", 1.0),), four, is_single_thread=False)]


if __name__ == "__main__":
    main("melody_takes", cases)
