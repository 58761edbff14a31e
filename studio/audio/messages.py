"""What the window says to the sound process: plain values that pass through the pipe."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from studio.audio.swap import Swap
from studio.song.controls import Controls
from studio.song.mixing import SMALL_ROOM, Effects
from studio.song.notes import Notes
from studio.song.song import Instrument, Song, Strip, Track
from studio.song.sound_clip import AudioClip
from studio.song.timeline import Timeline


@dataclass(frozen=True, slots=True)
class Music:
    """The part of a track that is scheduled."""

    notes: Notes
    controls: Controls
    clips: tuple[AudioClip, ...]


@dataclass(frozen=True, slots=True)
class SongChange:
    """A song as it differs from the one sent before: music and timeline only where they changed. Strips are those under the
    faders of their groups."""

    slots: Mapping[int, int]
    instruments: Mapping[int, Instrument]
    strips: Mapping[int, Strip]
    master: Strip
    music: Mapping[int, Music] = field(default_factory=dict)
    timeline: Timeline | None = None
    sounds: Mapping[str, str] | None = None
    is_limited: bool = True
    swap: Swap = "now"
    """When other notes are to be heard."""
    effects: Effects = SMALL_ROOM
    frozen: frozenset[int] = frozenset()
    """Ids of frozen tracks."""


@dataclass(frozen=True, slots=True)
class SharedFont:
    """The SoundFont that all tracks play without one of their own; None: whichever is found."""

    path: Path | None


@dataclass(frozen=True, slots=True)
class MonoCheck:
    """Whether left and right are heard as one; a look at the mix that no export takes over."""

    is_on: bool


@dataclass(frozen=True, slots=True)
class PreviewNote:
    """A note to be heard at once, with the sound of a track."""

    track_id: int
    pitch: int
    velocity: int
    length_ms: int


@dataclass(frozen=True, slots=True)
class Aim:
    """Keyboards play with the sound of this track."""

    track_id: int


@dataclass(frozen=True, slots=True)
class Clicks:
    """Whether the metronome is heard."""

    is_on: bool


@dataclass(frozen=True, slots=True)
class Listening:
    """Which MIDI inputs are listened to."""

    wanted: str


def change(
    before: Song | None, after: Song, slots: Mapping[int, int], sounds: Mapping[str, str] | None, swap: Swap = "now"
) -> SongChange:
    """What must be sent after `before`; a look at identities, so quick for any size of song."""
    known = {track.id: track for track in before.tracks} if before is not None else {}
    return SongChange(
        dict(slots),
        {track.id: track.instrument for track in after.tracks},
        {track.id: after.strip_of(track) for track in after.tracks},
        after.master,
        {
            track.id: Music(track.notes, track.controls, track.clips)
            for track in after.tracks
            if _differs(known.get(track.id), track)
        },
        after.timeline if before is None or before.timeline is not after.timeline else None,
        sounds,
        after.is_limited,
        swap,
        effects=after.effects,
        frozen=frozenset(track.id for track in after.tracks if track.is_frozen),
    )


def _differs(before: Track | None, after: Track) -> bool:
    if before is None:
        return True
    kept = before.notes is after.notes and before.controls is after.controls
    return not kept or before.clips is not after.clips


def applied(song: Song, changed: SongChange) -> Song:
    """The sound process's copy of the song, brought up to date; what did not change keeps its identity."""
    known = {track.id: track for track in song.tracks}
    tracks = []
    for track_id, instrument in changed.instruments.items():
        track = replace(known.get(track_id) or Track(track_id, ""), instrument=instrument, strip=changed.strips[track_id])
        track = replace(track, is_frozen=track_id in changed.frozen)
        music = changed.music.get(track_id)
        if music is not None:
            track = replace(track, notes=music.notes, controls=music.controls, clips=music.clips)
        tracks.append(track)
    timeline = changed.timeline or song.timeline
    mixed = replace(song, master=changed.master, is_limited=changed.is_limited, effects=changed.effects)
    return replace(mixed, tracks=tuple(tracks), timeline=timeline)
