"""Scene: what a melody model sees of a request: primer, region, what follows, keys; all on the grid of sixteenths."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from backends.representations.melody import STEP_TICKS, Line, attacks, bar_steps, read_line
from studio.errors import UnsupportedRequest
from studio.generation.contract import Request
from studio.generation.enforce import kept_rows
from studio.song.notes import ROW, Rows, ends
from studio.song.song import Song, Track
from studio.song.ticks import Span
from studio.words import tr

PRIMER_BARS = 8
FOLLOWING_BARS = 2
FEW_NOTES = 4


@dataclass(frozen=True, slots=True)
class Scene:
    """A request laid on the grid. Steps count from `start_tick`, a step of the bar that holds the region's beginning.

    `primer`: the line before the region, beginning on a bar line; empty when there is nothing to go on from.
    `phase`: steps between the last bar line and the region. `held_steps`: how long a note that stays sounds into it.
    `following`: the line that follows it, None when nothing does. `played`: notes that show how it is played, and
    `played_origin` a bar line for them. `centre`: the mean pitch of the surroundings, None without any.
    """

    track_id: int
    bar: int
    start_tick: int
    step_count: int
    phase: int
    primer: Line
    held_steps: int
    following: Line | None
    played: Rows
    played_origin: int
    centre: float | None
    remarks: tuple[str, ...]


def scene_of(request: Request) -> Scene:
    """Lay a request on the grid; UnsupportedRequest when it asks for what no melody model can do."""
    track, remarks = _target(request)
    span = request.span
    if span.length_ticks < STEP_TICKS:
        raise UnsupportedRequest(tr("The region is shorter than a sixteenth."), tr("Select at least one bar."))
    meter = request.song.timeline.meter_at(span.start_tick)
    bar = bar_steps(meter)
    bar_ticks = bar * STEP_TICKS
    bar_line = meter.tick + (span.start_tick - meter.tick) // bar_ticks * bar_ticks
    phase = -(-(span.start_tick - bar_line) // STEP_TICKS)
    start = bar_line + phase * STEP_TICKS
    remarks += _metre_remarks(request.song, span)

    before = Span(bar_line - PRIMER_BARS * bar_ticks, start)
    source, line, said = _primer(request, track, before) if request.capability != "start" else (track, _nothing(), ())
    after = Span(span.end_tick, span.end_tick + FOLLOWING_BARS * bar_ticks)
    following = read_line(track.notes.rows, after).line if request.capability == "fill" else _nothing()
    kept = kept_rows(request.song, request.mask, track.id)
    crossing = ends(kept)[(kept["start"] < start) & (ends(kept) > start)]
    step_count = -(-(span.end_tick - start) // STEP_TICKS)
    held = -(-(int(crossing.max()) - start) // STEP_TICKS) if len(crossing) else 0
    played, centre = _surroundings(request, source, before)
    return Scene(
        track_id=track.id,
        bar=bar,
        start_tick=start,
        step_count=step_count,
        phase=phase,
        primer=_closed_up(line, bar),
        held_steps=held if held <= step_count // 2 else 0,
        following=following if (following >= 0).any() else None,
        played=played,
        played_origin=bar_line,
        centre=centre,
        remarks=remarks + said,
    )


def _nothing() -> Line:
    return np.zeros(0, np.int16)


def _target(request: Request) -> tuple[Track, tuple[str, ...]]:
    """The track that is written, and what was left out."""
    tracks = [request.song.track(track_id) for track_id in request.mask.region.track_ids]
    melodic = [track for track in tracks if not track.is_audio and not track.instrument.is_drum]
    if not melodic:
        kind = tr("a drum kit") if any(track.instrument.is_drum for track in tracks) else tr("no track for notes")
        name = tr("«{name}» is {kind}", name=tracks[0].name, kind=kind) if tracks else tr("No track is selected")
        raise UnsupportedRequest(
            tr("{name}: this model writes melodies.", name=name), tr("Select a track with a pitched instrument.")
        )
    if len(tracks) == 1:
        return melodic[0], ()
    return melodic[0], (tr("A melody goes on one track: written on «{name}» only.", name=melodic[0].name),)


def _metre_remarks(song: Song, span: Span) -> tuple[str, ...]:
    changes = [meter for meter in song.timeline.meters if span.start_tick < meter.tick < span.end_tick]
    if not changes:
        return ()
    bar = song.timeline.bar_of(changes[0].tick)
    return (tr("The metre changes at bar {bar}; the take keeps to the metre at its beginning.", bar=bar),)


def _primer(request: Request, track: Track, before: Span) -> tuple[Track, Line, tuple[str, ...]]:
    """The track that is gone on from, its line, and what reading it cost."""
    source = track
    remarks: tuple[str, ...] = ()
    if not len(track.notes.starting_in(before)):
        heard = _most_melodic(request, before)
        if heard is None:
            return track, _nothing(), (tr("Nothing stands before the region: the take begins afresh."),)
        source, remarks = (
            heard,
            (tr("«{track}» is empty before the region: the take goes on from «{heard}».", track=track.name, heard=heard.name),),
        )
    reading = read_line(source.notes.rows, before)
    return source, reading.line, remarks + tuple(str(remark) for remark in reading.remarks)


def _most_melodic(request: Request, before: Span) -> Track | None:
    """Of the tracks that may be heard, the one most like a melody: busy enough, one note at a time, high."""
    best, best_score = None, 0.0
    for track in request.song.tracks:
        rows = track.notes.starting_in(before)
        if track.id not in request.hear or track.instrument.is_drum or track.is_audio or len(rows) < FEW_NOTES:
            continue
        alone = len(np.unique(rows["start"])) / len(rows)
        score = alone * min(1.0, len(rows) / 16) * (0.5 + float(rows["pitch"].mean()) / 127)
        if score > best_score:
            best, best_score = track, score
    return best


def _closed_up(line: Line, bar: int) -> Line:
    """The line without silent bars at its beginning, and without whole bars of silence before the region.

    The models never saw more than a bar of silence; taking out whole bars keeps the place in the bar.
    """
    starts, lengths, _ = attacks(line)
    if not len(starts):
        return _nothing()
    line = line[int(starts[0]) // bar * bar :]
    last = int((starts + lengths)[-1]) - int(starts[0]) // bar * bar
    silent = len(line) - last
    return line[: len(line) - silent // bar * bar] if silent >= bar else line


def _surroundings(request: Request, source: Track, before: Span) -> tuple[Rows, float | None]:
    """The notes that show how to play, and the mean pitch there: before the region, else anywhere outside it."""
    own = request.song.track(request.mask.region.track_ids[0]) if source.id not in request.mask.region.track_ids else source
    for track in (source, own):
        rows = track.notes.starting_in(before)
        if len(rows):
            return rows, float(rows["pitch"].mean())
    rows = source.notes.rows
    rows = rows[(rows["start"] < request.span.start_tick) | (rows["start"] >= request.span.end_tick)]
    if len(rows):
        nearest = np.argsort(np.abs(rows["start"] - request.span.start_tick), kind="stable")[:64]
        rows = rows[np.sort(nearest)]
        return rows, float(rows["pitch"].mean())
    heard = [request.song.track(track_id) for track_id in request.hear if request.song.has_track(track_id)]
    pieces = [track.notes.starting_in(before) for track in heard if not track.instrument.is_drum and not track.is_audio]
    return (np.concatenate(pieces) if pieces else np.zeros(0, ROW)), None
