"""Job, its lane and its states."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum

from studio.jobs.progress import Progress


@dataclass(frozen=True, slots=True)
class Lane:
    """Jobs of one kind. With `newest_wins` a new job replaces the waiting one and lets the running one finish."""

    name: str
    at_once: int = 1
    newest_wins: bool = False


GENERATE = Lane("generate")
PREVIEW = Lane("preview", newest_wins=True)
TRAIN = Lane("train")
FILES = Lane("files", at_once=2)
FREEZE = Lane("freeze")
LANES = (GENERATE, PREVIEW, TRAIN, FILES, FREEZE)


class JobState(Enum):
    QUEUED = "queued"
    RUNNING = "running"
    STOPPING = "stopping"
    """Cancel was asked for; the work has not stopped yet."""
    DONE = "done"
    CANCELLED = "cancelled"
    FAILED = "failed"

    @property
    def is_over(self) -> bool:
        return self in (JobState.DONE, JobState.CANCELLED, JobState.FAILED)


@dataclass(frozen=True, slots=True)
class Job:
    """`work(progress)` runs on a worker; it gets a snapshot by closure and touches nothing else."""

    title: str
    lane: Lane
    work: Callable[[Progress], object]
