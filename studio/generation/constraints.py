"""Constraints: what must hold of the notes a take writes on one track, whatever model makes it (workstation.md 6.1)."""

from __future__ import annotations

from studio.song.constraint import Constraint

__all__ = ["Constraint"]
