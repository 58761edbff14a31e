"""What GrooVAE sees of a request: the drum track, its bars on the grid, and the two-bar windows that tile them.

Windows begin at every bar. Where two of them cover a bar their answers are cross-faded step by step, so that no seam is heard.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from backends.representations.drums import BAR_STEPS, STEP_TICKS, VOICE_COUNT, WINDOW_STEPS, Groove, Reading, read_groove
from studio.errors import UnsupportedRequest
from studio.generation.contract import Request
from studio.song import masking
from studio.song.clip import Clip
from studio.song.notes import Rows
from studio.song.song import Track
from studio.song.ticks import Span
from studio.words import tr

Array = NDArray[np.float32]


@dataclass(frozen=True, slots=True, eq=False)
class GrooveScene:
    """`reading` counts its steps from `start_tick`, a bar line; `free`: the rows of the region that may be changed, as indices
    of the reading's rows; `beyond`: those that are early for the bar after it, which stay as they are."""

    track_id: int
    start_tick: int
    reading: Reading
    free: NDArray[np.int64]
    beyond: Rows
    tempo: float
    remarks: tuple[str, ...]

    @property
    def groove(self) -> Groove:
        return self.reading.groove


def groove_scene(request: Request) -> GrooveScene:
    """UnsupportedRequest when no drum track is selected or there is no room for a sixteenth."""
    song, span = request.song, request.span
    drums = [song.track(track_id) for track_id in request.mask.region.track_ids if song.track(track_id).instrument.is_drum]
    if not drums:
        raise UnsupportedRequest(tr("GrooVAE plays drums, and no drum track is selected."), tr("Select a drum track."))
    if span.length_ticks < STEP_TICKS:
        raise UnsupportedRequest(tr("The region is shorter than a sixteenth."), tr("Select at least one bar."))
    track, remarks = drums[0], []
    if len(request.mask.region.track_ids) > 1:
        remarks.append(tr("Only the track «{track}» was written.", track=track.name))
    meter = song.timeline.meter_at(span.start_tick)
    bar_ticks = BAR_STEPS * STEP_TICKS
    if (meter.numerator, meter.denominator) == (4, 4):
        start = meter.tick + (span.start_tick - meter.tick) // bar_ticks * bar_ticks
    else:
        start = span.start_tick
        remarks.append(
            tr(
                "The model knows 4/4 only: {numerator}/{denominator} was read in stretches of 16 sixteenths.",
                numerator=meter.numerator,
                denominator=meter.denominator,
            )
        )
    steps = -(-(span.end_tick - start) // bar_ticks) * BAR_STEPS
    if steps < WINDOW_STEPS:
        remarks.append(tr("The region is shorter than two bars: it was repeated for the model."))
    reading = read_groove(track.notes.rows, start, steps)
    rows = track.notes.rows
    late = rows[_free(request, track, rows)]
    late = late[late["start"] >= start + steps * STEP_TICKS - STEP_TICKS // 2]
    return GrooveScene(track.id, start, reading, _free(request, track, reading.rows), late, _tempo(request, span), tuple(remarks))


def _free(request: Request, track: Track, rows: Rows) -> NDArray[np.int64]:
    return np.flatnonzero(masking.free(rows, track, request.mask))


def _tempo(request: Request, span: Span) -> float:
    return request.song.timeline.tempo_at(span.start_tick).bpm


def clip_groove(clip: Clip) -> Groove:
    """A clip's drums on the grid, two bars at least (repeated)."""
    bar_ticks = BAR_STEPS * STEP_TICKS
    steps = max(1, -(-clip.length_ticks // bar_ticks)) * BAR_STEPS
    return repeated(read_groove(clip.rows, 0, steps).groove, WINDOW_STEPS)


def repeated(groove: Groove, steps: int) -> Groove:
    """Again and again until it has as many steps; as it is when it is longer."""
    times = max(1, -(-steps // groove.step_count))
    if times == 1:
        return groove
    again = (times, 1)
    return Groove(
        np.tile(groove.hits, again),
        np.tile(groove.velocities, again),
        np.tile(groove.offsets, again),
        np.tile(groove.pitches, again),
    )


def windows_of(groove: Groove) -> list[Groove]:
    """The two-bar windows from each bar on; one alone where there are no two bars."""
    whole = repeated(groove, WINDOW_STEPS)
    count = max(1, groove.step_count // BAR_STEPS - 1)
    return [whole.part(at * BAR_STEPS, WINDOW_STEPS) for at in range(count)]


def cross_faded(windows: Array, steps: int) -> Array:
    """Values of overlapping windows [window, step, ...] as one row of `steps`; a step near its window's edge counts little."""
    weight = np.minimum(np.arange(1, WINDOW_STEPS + 1), np.arange(WINDOW_STEPS, 0, -1)).astype(np.float64)
    length = (len(windows) + 1) * BAR_STEPS
    total = np.zeros((length, *windows.shape[2:]))
    weights = np.zeros(length)
    for at, window in enumerate(windows):
        here = slice(at * BAR_STEPS, at * BAR_STEPS + WINDOW_STEPS)
        total[here] += window * weight.reshape(-1, *([1] * (windows.ndim - 2)))
        weights[here] += weight
    result: Array = (total / weights.reshape(-1, *([1] * (windows.ndim - 2))))[:steps].astype(np.float32)
    return result


def stacked(grooves: list[Groove]) -> tuple[NDArray[np.bool_], Array, Array]:
    """Hits, velocities and offsets of windows, each [window, step, voice]."""
    return (
        np.stack([groove.hits for groove in grooves]),
        np.stack([groove.velocities for groove in grooves]),
        np.stack([groove.offsets for groove in grooves]),
    )


def nothing_removed(windows: int) -> NDArray[np.bool_]:
    """No voice taken out, [window, voice]."""
    return np.zeros((windows, VOICE_COUNT), bool)
