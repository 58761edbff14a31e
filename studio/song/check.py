"""The document's self-check: what a song guarantees, looked at with one's own eyes (reliability.md R12)."""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np

from studio.song.controls import BEND, CONTROLLER, KEY_PRESSURE, PRESSURE, PROGRAM, Points
from studio.song.locks import joined
from studio.song.mixing import Effects
from studio.song.notes import Rows, ends
from studio.song.song import Song, Strip, Track
from studio.words import tr

HIGHEST_TICK = 2**53
HIGHEST_US_PER_BEAT = 2**24 - 1


def check(song: Song) -> tuple[str, ...]:
    """A sentence for each guarantee the song breaks; none for a sound one."""
    return tuple(_faults(song))


def _faults(song: Song) -> Iterator[str]:
    yield from _id_faults(song)
    yield from _timeline_faults(song)
    known_origins = {origin.id for origin in song.origins}
    yield from _strip_faults(song.master, tr("the master"))
    demanding = [constraint.track_id for constraint in song.constraints]
    if demanding != sorted(set(demanding)) or not all(map(song.has_track, demanding)):
        yield tr("the constraints are not those of its tracks, one at most for each.")
    yield from _group_faults(song)
    yield from _effect_faults(song.effects)
    for track in song.tracks:
        name = tr("track {number} «{name}»", number=track.id, name=track.name)
        yield from _strip_faults(track.strip, name)
        yield from _row_faults(track.notes.rows, name)
        yield from _point_faults(track.controls.drawn, name)
        yield from _kind_faults(track, name)
        if track.locks != joined(track.locks) or any(span.start_tick < 0 for span in track.locks):
            yield tr("{track}: its locked stretches are not in order.", track=name)
        origins = set(np.unique(track.notes.rows["origin"]).tolist()) | {clip.origin for clip in track.clips}
        for missing in sorted(origins - known_origins - {0}):
            yield tr("{name} speaks of origin {missing}, which is not in the table.", name=name, missing=missing)


def _id_faults(song: Song) -> Iterator[str]:
    fixed = [track.id for track in song.tracks] + [group.id for group in song.groups]
    fixed += [origin.id for origin in song.origins]
    fixed += [clip.id for track in song.tracks for clip in track.clips]
    ids = np.concatenate([np.array(fixed, np.int64), *(track.notes.rows["id"] for track in song.tracks)])
    if not len(ids):
        return
    values, counts = np.unique(ids, return_counts=True)
    for double in values[counts > 1][:3].tolist():
        yield tr("the id {double} is used more than once.", double=double)
    if values[0] < 1:
        yield tr("there is an id below 1 ({value}).", value=int(values[0]))
    if values[-1] >= song.next_id:
        yield tr("the id {value} is not below the next free one, {next_id}.", value=int(values[-1]), next_id=song.next_id)


def _group_faults(song: Song) -> Iterator[str]:
    known = {group.id for group in song.groups}
    for track in song.tracks:
        if track.group and track.group not in known:
            yield tr(
                "track {number} «{name}» is in group {group}, which is not there.",
                number=track.id,
                name=track.name,
                group=track.group,
            )
    for group in song.groups:
        yield from _strip_faults(group.strip, tr("group {number} «{name}»", number=group.id, name=group.name))


def _effect_faults(effects: Effects) -> Iterator[str]:
    if not all(0 <= share <= 1 for share in (effects.room_size, effects.damping, effects.width)):
        yield tr("the room of the reverb is out of range.")
    if not all(math.isfinite(wet.gain_db) for wet in (effects.reverb, effects.chorus)):
        yield tr("a return is out of range.")


def _timeline_faults(song: Song) -> Iterator[str]:
    timeline = song.timeline
    ticks = [change.tick for changes in (timeline.tempos, timeline.meters, timeline.keys) for change in changes]
    ticks += [marker.tick for marker in timeline.markers]
    if any(not 0 <= tick < HIGHEST_TICK for tick in ticks):
        yield tr("a change of the timeline lies outside it.")
    if any(not 1 <= tempo.us_per_beat <= HIGHEST_US_PER_BEAT for tempo in timeline.tempos):
        yield tr("a tempo is out of range.")
    if any(not 1 <= part <= 64 for meter in timeline.meters for part in (meter.numerator, meter.denominator)):
        yield tr("a time signature is out of range.")


def _strip_faults(strip: Strip, name: str) -> Iterator[str]:
    if not (math.isfinite(strip.gain_db) and math.isfinite(strip.pan) and -100 <= strip.pan <= 100):
        yield tr("{name} has a fader or pan out of range.", name=name)
    if not (0 <= strip.reverb <= 127 and 0 <= strip.chorus <= 127):
        yield tr("{name} has a send out of range.", name=name)


def _row_faults(rows: Rows, name: str) -> Iterator[str]:
    if not len(rows):
        return
    order = np.lexsort((rows["id"], rows["pitch"], rows["start"]))
    if not np.array_equal(order, np.arange(len(rows))):
        yield tr("{name}: notes are not in order.", name=name)
    if rows["start"].min() < 0 or rows["length"].min() < 1 or ends(rows).max() >= HIGHEST_TICK:
        yield tr("{name}: a note lies outside time.", name=name)
    if rows["pitch"].max() > 127 or rows["velocity"].min() < 1 or rows["velocity"].max() > 127:
        yield tr("{name}: a pitch or velocity is out of range.", name=name)
    by_pitch = rows[np.lexsort((rows["start"], rows["pitch"]))]
    same_pitch = by_pitch["pitch"][1:] == by_pitch["pitch"][:-1]
    if np.any(same_pitch & (ends(by_pitch)[:-1] > by_pitch["start"][1:])):
        yield tr("{name}: notes of one pitch overlap.", name=name)


def _point_faults(points: Points, name: str) -> Iterator[str]:
    if not len(points):
        return
    if points["tick"].min() < 0 or np.any(np.diff(points["tick"]) < 0):
        yield tr("{name}: controllers are not in order.", name=name)
    kinds, values, numbers = points["kind"], points["value"], points["number"]
    low, high = np.where(kinds == BEND, -8192, 0), np.where(kinds == BEND, 8191, 127)
    if not np.isin(kinds, (CONTROLLER, BEND, PRESSURE, KEY_PRESSURE, PROGRAM)).all():
        yield tr("{name}: a controller is of no known kind.", name=name)
    if np.any((values < low) | (values > high) | (numbers < 0) | (numbers > np.where(kinds == PROGRAM, 16383, 127))):
        yield tr("{name}: a controller is out of range.", name=name)


def _kind_faults(track: Track, name: str) -> Iterator[str]:
    if track.is_audio and len(track.notes):
        yield tr("{name} is an audio track with notes.", name=name)
    if not track.is_audio and track.clips:
        yield tr("{name} is a note track with sounds.", name=name)
    instrument = track.instrument
    if not (0 <= instrument.program <= 127 and 0 <= instrument.bank <= 16383):
        yield tr("{name} has an instrument out of range.", name=name)
    for clip in track.clips:
        times = (clip.duration_s, clip.trim_s, clip.fade_in_s, clip.fade_out_s)
        if clip.start_tick < 0 or not all(math.isfinite(time) and time >= 0 for time in times):
            yield tr("{name}: a sound lies outside time.", name=name)
