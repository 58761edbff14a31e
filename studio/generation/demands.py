"""What may be demanded of a written track: contradictions are refused in a sentence before any weights are read."""

from __future__ import annotations

import math
from typing import Any

from studio.errors import UnsupportedRequest
from studio.generation.constraints import Constraint
from studio.generation.contract import Request
from studio.song import masking
from studio.song.harmony import pitch_name
from studio.song.song import Song, Track
from studio.words import tr

MOST_VOICES = 128


def reason(constraint: Constraint, song: Song) -> str:
    """Why a track cannot keep to this, with what to do; empty when it can. Needs no region: for where it is typed."""
    if not song.has_track(constraint.track_id):
        return tr("The track of a constraint is no longer in the song. Remove the constraint.")
    return _pitches(constraint, song) or _counts(constraint, song) or _lengths(constraint, song) or _kept(constraint, song)


def check_constraints(request: Request) -> None:
    """UnsupportedRequest for a constraint that contradicts itself, another, or the region."""
    seen: set[int] = set()
    for constraint in request.constraints:
        why = reason(constraint, request.song)
        name = request.song.track(constraint.track_id).name if not why else ""
        if not why and constraint.track_id not in request.mask.region.track_ids:
            why = tr("«{name}» is not written by this request: its constraint has nothing to hold. Remove it.", name=name)
        if not why and constraint.track_id in seen:
            why = tr("«{name}» has two constraints. Keep one of them.", name=name)
        why = why or _against_region(constraint, request)
        if why:
            raise UnsupportedRequest(why)
        seen.add(constraint.track_id)


def demanded(request: Request, track_id: int) -> Constraint | None:
    """What the track must keep to in this request; None for nothing."""
    found = next((each for each in request.constraints if each.track_id == track_id), None)
    return None if found is None or found == Constraint(track_id) else found


def constraint_plain(constraint: Constraint) -> dict[str, Any]:
    """What it demands, for JSON: only what is not left free."""
    values = ((name, getattr(constraint, name)) for name in constraint.__dataclass_fields__)
    return {name: value for name, value in values if value is not None and value is not False}


def _pitches(constraint: Constraint, song: Song) -> str:
    low, high, name = constraint.low_pitch, constraint.high_pitch, song.track(constraint.track_id).name
    for pitch in (low, high):
        if pitch is not None and not 0 <= pitch <= 127:
            return tr("«{name}» cannot be held to pitch {pitch}: there are 0 to 127.", name=name, pitch=pitch)
    if low is not None and high is not None and low > high:
        words = {"name": name, "low": pitch_name(low), "high": pitch_name(high)}
        return tr("The lowest note of «{name}», {low}, lies above its highest, {high}. Swap them.", **words)
    return ""


def _counts(constraint: Constraint, song: Song) -> str:
    least, most, name = constraint.least_per_bar, constraint.most_per_bar, song.track(constraint.track_id).name
    if any(value is not None and not (math.isfinite(value) and value >= 0) for value in (least, most)):
        return tr("«{name}» cannot have less than no notes a bar. Use 0 or more.", name=name)
    if most == 0:
        return tr("At most 0 notes a bar would leave «{name}» silent. Allow some, or do not write the track.", name=name)
    if least is not None and most is not None and least > most:
        words = {"name": name, "least": f"{least:g}", "most": f"{most:g}"}
        return tr("«{name}» cannot have at least {least} and at most {most} notes a bar. Swap them.", **words)
    if constraint.polyphony is not None and not 1 <= constraint.polyphony <= MOST_VOICES:
        return tr("«{name}» needs at least one voice. Allow 1 or more notes at once.", name=name)
    return ""


def _lengths(constraint: Constraint, song: Song) -> str:
    shortest, longest, name = constraint.shortest_ticks, constraint.longest_ticks, song.track(constraint.track_id).name
    if any(value is not None and value < 1 for value in (shortest, longest)):
        return tr("Notes of «{name}» cannot be shorter than nothing. Give a length such as 1/16.", name=name)
    if shortest is not None and longest is not None and shortest > longest:
        return tr("The shortest note of «{name}» is longer than its longest. Swap them.", name=name)
    return ""


def _kept(constraint: Constraint, song: Song) -> str:
    track = song.track(constraint.track_id)
    if constraint.keeps_rhythm and constraint.keeps_pitches:
        return tr("With rhythm and pitches of «{name}» both kept nothing is left to write. Keep one of them.", name=track.name)
    return "" if constraint.follows is None else _following(constraint.follows, song, track)


def _following(leader_id: int, song: Song, track: Track) -> str:
    if not song.has_track(leader_id):
        return tr("The track whose chords «{name}» follows is gone. Choose another.", name=track.name)
    leader = song.track(leader_id)
    if leader.id == track.id:
        return tr("«{name}» cannot follow its own chords. Choose another track.", name=track.name)
    if leader.is_audio or leader.instrument.is_drum:
        return tr("«{leader}» has no chords to follow. Choose a track with pitches.", leader=leader.name)
    if track.instrument.is_drum:
        return tr("«{name}» is a drum track: drums follow no chords.", name=track.name)
    return ""


def _against_region(constraint: Constraint, request: Request) -> str:
    track, mask = request.song.track(constraint.track_id), request.mask
    low = max(mask.low_pitch, constraint.low_pitch or 0)
    high = min(mask.high_pitch, 127 if constraint.high_pitch is None else constraint.high_pitch)
    if low > high:
        return tr("The pitches that «{name}» may have lie outside what may be written. Widen one of them.", name=track.name)
    if constraint.shortest_ticks is not None and constraint.shortest_ticks > request.span.length_ticks:
        return tr("No note as long as «{name}» demands fits into the region. Select more bars.", name=track.name)
    kept = constraint.keeps_rhythm or constraint.keeps_pitches
    if kept and not len(masking.replaced(track, mask)):
        return tr("«{name}» has no notes in these bars whose rhythm or pitches could be kept. Select others.", name=track.name)
    return _too_full(constraint, request)


def _too_full(constraint: Constraint, request: Request) -> str:
    """More notes than there is room for, at the shortest they may be."""
    least, shortest, voices = constraint.least_per_bar, constraint.shortest_ticks, constraint.polyphony
    if least is None or shortest is None or voices is None:
        return ""
    bar = request.song.timeline.meter_at(request.span.start_tick).bar_ticks
    if least * shortest <= bar * voices:
        return ""
    name = request.song.track(constraint.track_id).name
    return tr(
        "{least} notes a bar of «{name}» have no room at that length. Ask for fewer, or shorter.", name=name, least=f"{least:g}"
    )
