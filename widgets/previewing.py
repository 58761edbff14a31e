"""Previewing: a sound that can play one note at once beside the song."""

from __future__ import annotations

from typing import Protocol, runtime_checkable


@runtime_checkable
class Previewing(Protocol):
    def preview(self, track_id: int, pitch: int, velocity: int) -> None: ...
    def stop_preview(self) -> None: ...
