"""Song and Track: the document as one immutable value."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from studio.song.constraint import Constraint
from studio.song.controls import Controls, ForeignEvent
from studio.song.locks import Locks, inside
from studio.song.mixing import PIANO, SILENT_DB, SMALL_ROOM, UNTOUCHED, Effects, Group, Instrument, Strip
from studio.song.notes import LOCKED, Notes, Rows
from studio.song.origin import Origin
from studio.song.region import Region
from studio.song.sound_clip import AudioClip
from studio.song.ticks import Span
from studio.song.timeline import Timeline

__all__ = ["SILENT_DB", "TRACK_COLOURS", "Instrument", "Song", "Strip", "Track", "empty_song", "span_of"]

TRACK_COLOURS = 8
"""Tracks take colours in turn from a table of this many (widgets.theme)."""


@dataclass(frozen=True, slots=True)
class Track:
    """A note track, or an audio track when `is_audio` (then `clips` holds its sounds and `notes` is empty).

    `group` is the id of the group it belongs to, 0 for none; an empty `icon` is that of its instrument. A hidden track sounds
    all the same. A frozen one plays the sound that was rendered of it, and is not edited. `is_locked`, or `locks` (sorted
    stretches that do not touch): what begins there nobody changes, and nothing is added.
    """

    id: int
    name: str
    colour: int = 0
    instrument: Instrument = PIANO
    strip: Strip = UNTOUCHED
    notes: Notes = Notes.EMPTY
    controls: Controls = Controls.EMPTY
    is_audio: bool = False
    clips: tuple[AudioClip, ...] = ()
    icon: str = ""
    is_hidden: bool = False
    group: int = 0
    is_frozen: bool = False
    is_locked: bool = False
    locks: Locks = ()

    def with_notes(self, notes: Notes) -> Track:
        return replace(self, notes=notes)

    def shut(self, ticks: NDArray[np.int64]) -> NDArray[np.bool_]:
        """At which ticks nothing may begin: all of a locked track, and locked stretches."""
        return np.ones(len(ticks), bool) if self.is_locked else inside(self.locks, ticks)

    def is_shut(self, tick: int) -> bool:
        return self.is_locked or any(tick in span for span in self.locks)

    @property
    def holds_locked(self) -> bool:
        """Whether anything on it is locked; looks at no note."""
        return self.is_locked or bool(self.locks) or self.notes.has_flag(LOCKED)

    def locked(self, rows: Rows) -> NDArray[np.bool_]:
        """Which of its rows nobody may change: locked notes, and those that begin where it is shut."""
        found: NDArray[np.bool_] = (rows["flags"] & LOCKED != 0) | self.shut(rows["start"])
        return found

    def laid(self, rows: Rows, remove: Iterable[int] = ()) -> Notes:
        """Its notes with these rows added (after removing ids); others give way to locked ones. What a locked note would push to
        where nothing may begin becomes one with it."""
        made = self.notes.laid(rows, remove, self.locked)
        if not self.locks or self.is_locked:
            return made
        free = rows["id"][~self.shut(rows["start"])]
        now = made.with_ids(free)
        pushed = now["id"][self.shut(now["start"])]
        return made.spliced(pushed) if len(pushed) else made


@dataclass(frozen=True, slots=True)
class Song:
    """Tracks in mixer order, the timeline, and the origins of generated notes.

    Notes, tracks, groups, clips and origins share one counter of ids: `next_id` is the first free one. `is_limited`: peaks of the
    master are bent below full scale. `constraints`: what models keep to on a track, one at most for each, by id. The members
    of a group stand side by side, and every group has some.
    """

    title: str = "Untitled"
    tracks: tuple[Track, ...] = ()
    timeline: Timeline = field(default_factory=Timeline)
    origins: tuple[Origin, ...] = ()
    master: Strip = UNTOUCHED
    next_id: int = 1
    foreign: tuple[ForeignEvent, ...] = ()
    is_limited: bool = True
    constraints: tuple[Constraint, ...] = ()
    groups: tuple[Group, ...] = ()
    effects: Effects = SMALL_ROOM

    def track(self, track_id: int) -> Track:
        """The track of this id; KeyError when the song has none."""
        for track in self.tracks:
            if track.id == track_id:
                return track
        raise KeyError(f"no track {track_id}")

    def has_track(self, track_id: int) -> bool:
        return any(track.id == track_id for track in self.tracks)

    def group(self, group_id: int) -> Group | None:
        return next((group for group in self.groups if group.id == group_id), None)

    def strip_of(self, track: Track) -> Strip:
        """The strip of a track as it is heard: under its group's."""
        group = self.group(track.group) if track.group else None
        return track.strip if group is None else track.strip.under(group.strip)

    def ungrouped(self) -> Song:
        """The same as it sounds without groups: each strip as it is under its group's."""
        if not self.groups:
            return self
        tracks = tuple(replace(track, strip=self.strip_of(track), group=0) for track in self.tracks)
        return replace(self, tracks=tracks, groups=())

    def heard_ids(self) -> frozenset[int]:
        """Tracks that are neither muted nor silent because others are on solo."""
        strips = {track.id: self.strip_of(track) for track in self.tracks}
        someone_solo = any(strip.is_solo for strip in strips.values())
        return frozenset(
            track_id
            for track_id, strip in strips.items()
            if not strip.is_muted and (not someone_solo or strip.is_solo or strip.is_solo_safe)
        )

    def is_heard(self, track: Track) -> bool:
        """Neither muted nor silent because others are on solo."""
        return track.id in self.heard_ids()

    def with_track(self, changed: Track) -> Song:
        """With the track of the same id replaced; the song itself when nothing differs by identity."""
        if self.track(changed.id) is changed:
            return self
        return replace(self, tracks=tuple(changed if track.id == changed.id else track for track in self.tracks))

    def with_tracks(self, changed: Iterable[Track]) -> Song:
        song = self
        for track in changed:
            song = song.with_track(track)
        return song

    def constraint(self, track_id: int) -> Constraint:
        """What a model keeps to on a track; one that demands nothing where none is set."""
        return next((each for each in self.constraints if each.track_id == track_id), Constraint(track_id))

    @property
    def end_tick(self) -> int:
        """Where the last note ends (sounds of audio tracks included); 0 for an empty song."""
        note_end = max((track.notes.end_tick for track in self.tracks), default=0)
        clip_ends = [self._clip_end(clip) for track in self.tracks for clip in track.clips]
        return max([note_end, *clip_ends])

    @property
    def bar_count(self) -> int:
        """Bars up to the last sounding note; 0 for an empty song."""
        end = self.end_tick
        return self.timeline.bar_of(end - 1) if end else 0

    @property
    def seconds(self) -> float:
        return float(self.timeline.seconds_at(self.end_tick))

    @property
    def note_count(self) -> int:
        return sum(len(track.notes) for track in self.tracks)

    def notes_in(self, region: Region) -> dict[int, Rows]:
        """Per track id of the region, the rows that start in its span."""
        return {track_id: self.track(track_id).notes.starting_in(region.span) for track_id in region.track_ids}

    def origin(self, origin_id: int) -> Origin | None:
        return next((origin for origin in self.origins if origin.id == origin_id), None)

    def whole(self) -> Region:
        """Every track over every bar (one bar at least)."""
        return Region(tuple(track.id for track in self.tracks), self.timeline.bar_span(1, max(1, self.bar_count)))

    def _clip_end(self, clip: AudioClip) -> int:
        start_s = float(self.timeline.seconds_at(clip.start_tick))
        return round(float(self.timeline.ticks_at(start_s + clip.duration_s)))


def empty_song(title: str = "Untitled") -> Song:
    """A song with one empty piano track at 120 in 4/4."""
    return Song(title=title, tracks=(Track(1, "Piano"),), next_id=2)


def span_of(rows: Rows) -> Span | None:
    """From the first start to the last end; None without rows."""
    if not len(rows):
        return None
    return Span(int(rows["start"].min()), int((rows["start"] + rows["length"]).max()))
