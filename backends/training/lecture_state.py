"""Where a run of the lecture's autoencoders stands, on disk: to go on from there as if it had never stopped."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import IO

from safetensors import SafetensorError, safe_open
from safetensors.torch import save

from backends.training.lecture import Learner
from studio.errors import DamagedCheckpoint
from studio.paths import write_atomically
from studio.words import tr

Told = Mapping[str, str | int | float]
"""What a run is made with: it goes on with the same, or not at all."""


def keep(path: Path, told: Told, learner: Learner) -> None:
    """Write where the run stands, replaced atomically."""
    data = save(learner.state(), {"run": json.dumps(dict(told))})
    path.parent.mkdir(parents=True, exist_ok=True)

    def write(stream: IO[bytes]) -> None:
        stream.write(data)

    write_atomically(path, write)


def go_on(path: Path, told: Told, learner: Learner) -> None:
    """Bring the learner to where the run stood; DamagedCheckpoint where that was made with something else."""
    try:
        with safe_open(path, framework="pt") as file:
            before = json.loads(file.metadata()["run"])
            state = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118 - no iterator of its own
        for name, value in told.items():
            if before[name] != value:
                raise ValueError(f"its {name} was {before[name]} and is now {value}")
        learner.restore(state)
    except (SafetensorError, RuntimeError, KeyError, TypeError, ValueError) as problem:
        raise DamagedCheckpoint(
            tr("The saved run «{path}» cannot be continued: {reason}.", path=path, reason=str(problem).splitlines()[0]),
            tr("Use the settings and songs it was started with, or start again without --resume."),
        ) from problem
