"""Painting: the painted parts of a mask, added to, taken from, and kept apart."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from studio.song.region import Patch
from studio.song.ticks import Span

Patches = tuple[Patch, ...]


def painted(patches: Iterable[Patch], added: Iterable[Patch]) -> Patches:
    """The parts with others painted over them; none overlap, and those of one band that touch are one."""
    made = tuple(patches)
    for patch in added:
        if patch.span.length_ticks:
            made = _joined((*erased(made, patch), patch))
    return made


def erased(patches: Iterable[Patch], gone: Patch) -> Patches:
    """What of the parts lies outside another one."""
    return tuple(left for patch in patches for left in _without(patch, gone))


def hull(patches: Iterable[Patch]) -> Span | None:
    """From where the first part begins to where the last one ends; None without any."""
    spans = [patch.span for patch in patches]
    return Span(min(s.start_tick for s in spans), max(s.end_tick for s in spans)) if spans else None


def _without(patch: Patch, gone: Patch) -> Iterator[Patch]:
    low, high = max(patch.low_pitch, gone.low_pitch), min(patch.high_pitch, gone.high_pitch)
    if patch.track_id != gone.track_id or not patch.span.overlaps(gone.span) or low > high:
        yield patch
        return
    start, end = max(patch.span.start_tick, gone.span.start_tick), min(patch.span.end_tick, gone.span.end_tick)
    if patch.span.start_tick < start:
        yield replace(patch, span=Span(patch.span.start_tick, start))
    if end < patch.span.end_tick:
        yield replace(patch, span=Span(end, patch.span.end_tick))
    between = Span(start, end)
    if patch.low_pitch < low:
        yield replace(patch, span=between, high_pitch=low - 1)
    if high < patch.high_pitch:
        yield replace(patch, span=between, low_pitch=high + 1)


def _joined(patches: Iterable[Patch]) -> Patches:
    """Neighbours of one track and band as one; in order of track, time and pitch."""
    made: list[Patch] = []
    for patch in sorted(patches, key=lambda each: (each.track_id, each.low_pitch, each.high_pitch, each.span)):
        last = made[-1] if made else None
        if last is not None and _band(last) == _band(patch) and last.span.end_tick == patch.span.start_tick:
            made[-1] = replace(last, span=Span(last.span.start_tick, patch.span.end_tick))
        else:
            made.append(patch)
    return tuple(sorted(made, key=lambda each: (each.track_id, each.span, each.low_pitch)))


def _band(patch: Patch) -> tuple[int, int, int]:
    return patch.track_id, patch.low_pitch, patch.high_pitch
