"""Opened: a song read from somebody's file, with the report of what became of its events."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from studio.errors import RicercarError, UnreadableFile
from studio.song.song import Song
from studio.words import tr


@dataclass(frozen=True, slots=True)
class Report:
    """Counts of events: taken over as they were, left out, altered (by kind). Remarks are whole sentences.

    `read + dropped + changed` is the number of events in the file.
    """

    read: int = 0
    dropped: Mapping[str, int] = field(default_factory=dict)
    changed: Mapping[str, int] = field(default_factory=dict)
    remarks: tuple[str, ...] = ()

    @property
    def events(self) -> int:
        return self.read + sum(self.dropped.values()) + sum(self.changed.values())

    @property
    def is_exact(self) -> bool:
        """Whether everything was taken over as it was."""
        return not self.dropped and not self.changed

    def sentences(self) -> list[str]:
        """What to tell the user, kinds with their counts first; empty when nothing happened."""
        told = [tr("Left out: {listed}.", listed=_listed(self.dropped))] if self.dropped else []
        told += [tr("Altered: {listed}.", listed=_listed(self.changed))] if self.changed else []
        return [*told, *self.remarks]


class PartlyReadable(UnreadableFile):
    """A broken file of which something can be read: the same reader gives it when called with `partial=True` (R17).

    `details` are sentences for whoever wants to know more: what would be left out and altered, every fault, every oddness.
    """

    def __init__(self, message: str, hint: str = "", details: tuple[str, ...] = ()) -> None:
        super().__init__(message, hint)
        self.details = details

    def __reduce__(self) -> tuple[type[RicercarError], tuple[str, str]]:
        return type(self), (self.message, self.hint, self.details)  # type: ignore[return-value]


@dataclass(frozen=True, slots=True)
class Opened:
    """What a reader returns."""

    song: Song
    report: Report = Report()


def _listed(counts: Mapping[str, int]) -> str:
    return ", ".join(f"{tr(kind)} ({count})" for kind, count in counts.items())
