"""Song and Track: the document as one immutable value."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from studio.song.constraint import Constraint
from studio.song.controls import Controls, ForeignEvent
from studio.song.notes import Notes, Rows
from studio.song.origin import Origin
from studio.song.region import Region
from studio.song.sound_clip import AudioClip
from studio.song.ticks import Span
from studio.song.timeline import Timeline

TRACK_COLOURS = 8
"""Tracks take colours in turn from a table of this many (widgets.theme)."""


@dataclass(frozen=True, slots=True)
class Instrument:
    """A sound of the SoundFont. `bank` is MSB * 128 + LSB; a drum track plays the percussion bank."""

    program: int = 0
    bank: int = 0
    is_drum: bool = False


@dataclass(frozen=True, slots=True)
class Strip:
    """A mixer strip. `pan` runs from -100 (left) to 100; gains in dB, -inf allowed as SILENT_DB.

    A strip that `is_solo_safe` is heard whatever others are on solo.
    """

    gain_db: float = 0.0
    pan: float = 0.0
    is_muted: bool = False
    is_solo: bool = False
    reverb: int = 40
    chorus: int = 0
    is_solo_safe: bool = False


SILENT_DB = -120.0
"""A fader at its bottom; anything at or below is silence."""


@dataclass(frozen=True, slots=True)
class Track:
    """A note track, or an audio track when `is_audio` (then `clips` holds its sounds and `notes` is empty)."""

    id: int
    name: str
    colour: int = 0
    instrument: Instrument = Instrument()
    strip: Strip = Strip()
    notes: Notes = Notes.EMPTY
    controls: Controls = Controls.EMPTY
    is_audio: bool = False
    clips: tuple[AudioClip, ...] = ()

    def with_notes(self, notes: Notes) -> Track:
        return replace(self, notes=notes)


@dataclass(frozen=True, slots=True)
class Song:
    """Tracks in mixer order, the timeline, and the origins of generated notes.

    Notes, tracks, clips and origins share one counter of ids: `next_id` is the first free one. `is_limited`: peaks of the
    master are bent below full scale. `constraints`: what models keep to on a track, one at most for each, by id.
    """

    title: str = "Untitled"
    tracks: tuple[Track, ...] = ()
    timeline: Timeline = field(default_factory=Timeline)
    origins: tuple[Origin, ...] = ()
    master: Strip = Strip()
    next_id: int = 1
    foreign: tuple[ForeignEvent, ...] = ()
    is_limited: bool = True
    constraints: tuple[Constraint, ...] = ()

    def track(self, track_id: int) -> Track:
        """The track of this id; KeyError when the song has none."""
        for track in self.tracks:
            if track.id == track_id:
                return track
        raise KeyError(f"no track {track_id}")

    def has_track(self, track_id: int) -> bool:
        return any(track.id == track_id for track in self.tracks)

    def is_heard(self, track: Track) -> bool:
        """Neither muted nor silent because others are on solo."""
        someone_solo = any(other.strip.is_solo for other in self.tracks)
        return not track.strip.is_muted and (not someone_solo or track.strip.is_solo or track.strip.is_solo_safe)

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
