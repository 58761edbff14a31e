"""Where a trained model comes from: what every card says in the same way."""

from __future__ import annotations

import os
import platform
from datetime import UTC, datetime
from typing import Any

from studio import VERSION


def provenance(command: str, seed: int, seconds: float) -> dict[str, Any]:
    """Fields of ModelCard: command, seed, hours, machine, licence, program, author and today's date."""
    return {
        "command": command,
        "seed": seed,
        "hours": round(seconds / 3600, 4),
        "machine": f"{os.cpu_count()} CPU cores ({platform.machine()}), shared with other work",
        "licence": "MIT",
        "version": VERSION,
        "author": "the Ricercar project",
        "date": datetime.now(UTC).strftime("%Y-%m-%d"),
    }
