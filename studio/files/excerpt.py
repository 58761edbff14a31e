"""A stretch of a song as a song of its own, for exporting a selection, a loop or single tracks (EX-14)."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

import numpy as np

from studio.song.controls import CONTROLLER, DATA_ENTRY, PROGRAM, Controls, Points
from studio.song.notes import Notes
from studio.song.song import Instrument, Song, Track
from studio.song.ticks import Span
from studio.song.timeline import KeyChange, Timeline


def excerpt(song: Song, span: Span, track_ids: Collection[int] | None = None) -> Song:
    """What begins in the span, counted from the bar line at or before its start; notes end with the span at the latest.

    Tempo, meter, key, program and controllers in force at that bar line hold from tick 0, and so does the range of bends.
    Audio tracks are left out.
    """
    base = song.timeline.bar_start(song.timeline.bar_of(span.start_tick))
    chosen = [track for track in song.tracks if not track.is_audio and (track_ids is None or track.id in track_ids)]
    tracks = tuple(_cut_track(track, span, base) for track in chosen)
    return replace(song, tracks=tracks, timeline=_cut_timeline(song.timeline, Span(base, max(base, span.end_tick))), foreign=())


def _cut_track(track: Track, span: Span, base: int) -> Track:
    rows = track.notes.starting_in(span).copy()
    rows["length"] = np.minimum(rows["length"], span.end_tick - rows["start"])
    rows["start"] -= base
    points = track.controls.points
    inside = points[(points["tick"] > base) & (points["tick"] < span.end_tick)].copy()
    inside["tick"] -= base
    state = _in_force(points[points["tick"] <= base])
    programs = state[state["kind"] == PROGRAM]
    instrument = track.instrument
    if len(programs):
        instrument = Instrument(int(programs["value"][-1]), int(programs["number"][-1]), instrument.is_drum)
    controls = Controls(np.concatenate((state[state["kind"] != PROGRAM], inside)))
    return replace(track, instrument=instrument, notes=Notes(rows), controls=controls)


def _in_force(before: Points) -> Points:
    """The last point of each controller, bend, pressure and the program, at tick 0."""
    last: dict[tuple[int, int], int] = {}
    for place, (_, kind, number, _) in enumerate(before.tolist()):
        if kind != CONTROLLER or number not in DATA_ENTRY:
            last[kind, 0 if kind == PROGRAM else number] = place
    state = np.concatenate((_bend_range(before), before[sorted(last.values())]))
    state["tick"] = 0
    return state


def _bend_range(before: Points) -> Points:
    """The messages that set the range of bends, once more, where some did: its data have no value but in their sequence."""
    chosen: dict[int, int] = {}
    found: dict[int, int] = {}
    for _, _, number, value in before[before["kind"] == CONTROLLER].tolist():
        if number in _SELECTORS:
            chosen[number] = value
        elif number in (98, 99):  # a parameter of another kind is spoken of from here on
            chosen.clear()
        elif number in (6, 38) and all(chosen.get(selector) == 0 for selector in _SELECTORS):
            found[number] = value
    if not found:
        return before[:0]
    listed = [(101, 0), (100, 0), *sorted(found.items()), (101, 127), (100, 127)]
    return Controls.of((0, CONTROLLER, number, value) for number, value in listed).points


_SELECTORS = (101, 100)


def _cut_timeline(timeline: Timeline, span: Span) -> Timeline:
    base = span.start_tick
    inside = Span(base + 1, max(base + 1, span.end_tick))
    key = timeline.key_at(base)
    return Timeline(
        (
            timeline.tempo_at(base)._replace(tick=0),
            *(change._replace(tick=change.tick - base) for change in timeline.tempo_steps if change.tick in inside),
        ),
        (
            timeline.meter_at(base)._replace(tick=0),
            *(change._replace(tick=change.tick - base) for change in timeline.meters if change.tick in inside),
        ),
        (
            *((KeyChange(0, key),) if key else ()),
            *(KeyChange(change.tick - base, change.key) for change in timeline.keys if change.tick in inside),
        ),
        tuple(mark._replace(tick=mark.tick - base) for mark in timeline.markers if mark.tick in span),
    )
