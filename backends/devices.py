"""Where a model computes: cpu, cuda or mps, and on how many threads."""

from __future__ import annotations

import os

import torch

from studio.errors import UnsupportedRequest

NAMES = ("cpu", "cuda", "mps")


def chosen(name: str = "auto") -> str:
    """The device of this name, or the best one here for "auto"; UnsupportedRequest when it is not here."""
    here = available()
    if name == "auto":
        return here[-1]
    if name not in here:
        raise UnsupportedRequest(f"There is no device «{name}» here.", f"Use one of: {', '.join(here)}.")
    return name


def available() -> tuple[str, ...]:
    """Devices that work here, the best last."""
    found = ["cpu"]
    if torch.backends.mps.is_available():
        found.append("mps")
    if torch.cuda.is_available():
        found.append("cuda")
    return tuple(found)


def described() -> str:
    """One line for people."""
    best = available()[-1]
    name = torch.cuda.get_device_name() if best == "cuda" else {"mps": "Apple GPU"}.get(best, "none, the processor computes")
    return f"{name}, {torch.__version__.split('+')[0]} of torch, {cores()} cores"


def cores() -> int:
    """Processor cores this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def use_threads(batch: int) -> int:
    """Set torch to one thread for batch 1, else to all cores but one (1 to 4): more of them wait for each other."""
    count = 1 if batch <= 1 else min(4, max(1, cores() - 1))
    if torch.get_num_threads() != count:
        torch.set_num_threads(count)
    return count
