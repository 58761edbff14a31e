"""RollState: what the roll shows and where; shared by canvas, keys, ruler and velocity lane."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from studio.edits.guard import refusal
from studio.edits.pitches import conformed
from studio.events import Signal
from studio.song import masking
from studio.song.harmony import Key
from studio.song.notes import ROW, Note, Notes, Rows
from studio.song.region import Mask, Patch, Region
from studio.song.rows import among, id_array
from studio.song.song import Song, Track, empty_song, span_of
from studio.song.ticks import TICKS_PER_BEAT, Span
from widgets.folding import PITCHES, UNFOLDED, Fold
from widgets.piano_roll.colouring import Colouring
from widgets.snap import Snap
from widgets.viewport import Viewport

Folding = Literal["none", "scale", "used"]
Tool = Literal["select", "lasso", "draw", "paint", "erase", "slice", "glue", "mute", "velocity", "mask", "lock"]


@dataclass(frozen=True, slots=True, eq=False)
class ShownTake:
    """A proposed take: rows per track id, its span, the words of its pill, and where it may change what is there (without a
    mask: all of its span on its tracks)."""

    parts: tuple[tuple[int, Rows], ...]
    span: Span
    words: str
    track_ids: tuple[int, ...] = ()
    mask: Mask | None = None

    def replaces(self, rows: Rows, track: Track) -> NDArray[np.bool_]:
        """Which of the track's rows make way for it; what is locked or not painted stays."""
        return masking.free(rows, track, self.mask or Mask(Region(self.track_ids, self.span)))

    def rows_on(self, track_id: int) -> Rows:
        return next((rows for part_id, rows in self.parts if part_id == track_id), np.zeros(0, ROW))


@dataclass(frozen=True, slots=True)
class Bounds:
    """How far notes reach, and how many they are."""

    span: Span
    low_pitch: int
    high_pitch: int
    count: int


def _bell() -> Signal[()]:
    """A signal that only tells that something happened."""
    return Signal()


@dataclass(eq=False)
class RollState:
    """Values set from outside by the panel, from inside by scrolling and tools. Widgets only read the fields.

    `viewport_changed` tells of zoom and scroll, `shown_changed` of everything else but the playhead, which moves alone
    with `playhead_moved(from_tick, to_tick)`.
    """

    song: Song = field(default_factory=empty_song)
    track_id: int = 1
    selected: frozenset[int] = frozenset()
    faded: frozenset[int] = frozenset()
    """Ids of notes that a drag is moving: drawn faint where they were."""
    take: ShownTake | None = None
    proposal: Song | None = None
    """The song with the take in it, while one is shown: its notes are what the hand finds."""
    region: Span | None = None
    patches: tuple[Patch, ...] = ()
    """What is painted of the region: all that may change, where there are any."""
    loop: Span | None = None
    loop_is_on: bool = False
    playhead_tick: int = 0
    cursor_tick: int = 0
    tool: Tool = "select"
    snap: Snap = field(default_factory=Snap)
    shows_ghosts: bool = True
    hidden_ghosts: frozenset[int] = frozenset()
    """Tracks whose notes are no ghosts even while others are."""
    colouring: Colouring = "track"
    shows_names: bool = True
    folding: Folding = "none"
    keeps_scale: bool = False
    """Notes that are drawn or dragged stay in the key."""
    last_length_ticks: int = TICKS_PER_BEAT // 4
    last_velocity: int = 96
    viewport: Viewport = field(default_factory=Viewport)
    stamp: int = 0
    """Counts changes of what is shown: a picture made under another stamp must be looked at again."""
    hovered_pitch: int | None = None
    _selected_array: tuple[frozenset[int], NDArray[np.int64]] | None = None
    _used: tuple[Notes, set[int]] | None = None
    _bounds: tuple[frozenset[int], Notes, Bounds | None] | None = None
    viewport_changed: Signal[()] = field(default_factory=_bell)
    shown_changed: Signal[()] = field(default_factory=_bell)
    playhead_moved: Signal[int, int] = field(default_factory=Signal)
    tool_changed: Signal[()] = field(default_factory=_bell)
    hover_changed: Signal[()] = field(default_factory=_bell)

    def __post_init__(self) -> None:
        self._reach()

    # What is shown

    @property
    def track(self) -> Track | None:
        return self.song.track(self.track_id) if self.song.has_track(self.track_id) else None

    @property
    def is_drum(self) -> bool:
        """Whether the track in front is one of drums: rows are voices, notes are hits."""
        track = self.track
        return track is not None and track.instrument.is_drum

    @property
    def notes(self) -> Notes:
        """The notes that can be edited: those of the track in front, and those of the take in place of what was there."""
        track = self.track
        if track is not None and self.proposal is not None and self.proposal.has_track(track.id):
            return self.proposal.track(track.id).notes
        return track.notes if track is not None else Notes.EMPTY

    @property
    def selected_ids(self) -> NDArray[np.int64]:
        """The selection as a sorted array, made once for each selection."""
        if self._selected_array is None or self._selected_array[0] is not self.selected:
            ids = np.sort(np.fromiter(self.selected, np.int64, len(self.selected)))
            self._selected_array = (self.selected, ids)
        return self._selected_array[1]

    def locked(self, rows: Rows) -> NDArray[np.bool_]:
        """Which rows of the track in front nobody may change."""
        track = self.track
        return track.locked(rows) if track is not None else np.zeros(len(rows), bool)

    def is_locked(self, note: Note) -> bool:
        track = self.track
        return note.is_locked or (track is not None and track.is_shut(note.start_tick))

    def why_locked(self, tick: int | None = None) -> str:
        """What is in the way on the track in front, and how to unlock it."""
        track = self.track
        return str(refusal(self.song, track, tick)) if track is not None else ""

    def is_selected(self, rows: Rows) -> NDArray[np.bool_]:
        """Which rows are selected; looks at few of the selected ids for few rows."""
        return among(rows["id"], self.selected_ids)

    def is_faded(self, rows: Rows) -> NDArray[np.bool_]:
        """Which rows a drag is moving."""
        return among(rows["id"], id_array(self.faded))

    def selected_rows(self) -> Rows:
        """Rows of the selected notes on the track in front."""
        return self.notes.with_ids(self.selected_ids)

    def selection_bounds(self) -> Bounds | None:
        """Of the selected notes of the track in front; looked up once for each selection and each version of its notes."""
        key = (self.selected, self.notes)
        if self._bounds is None or self._bounds[0] is not key[0] or self._bounds[1] is not key[1]:
            rows = self.selected_rows() if self.selected else self.notes.rows[:0]
            span = span_of(rows)
            found = Bounds(span, int(rows["pitch"].min()), int(rows["pitch"].max()), len(rows)) if span is not None else None
            self._bounds = (*key, found)
        return self._bounds[2]

    def show(self, **fields: object) -> None:
        """Set fields by name and tell that what is shown changed, once; nothing happens when nothing differs."""
        differs = False
        for name, value in fields.items():
            present = getattr(self, name)
            # A song is told by identity: comparing every note would cost more than drawing the few that are seen.
            if present is not value and (isinstance(value, (Song, ShownTake)) or present != value):
                setattr(self, name, value)
                differs = True
        if not differs:
            return
        self.stamp += 1
        if "song" in fields or "take" in fields:
            self._reach()
        if self.folding != "none" or "folding" in fields:
            self.look(self.viewport.folded(self._fold()))
        self.shown_changed.emit()

    def refresh(self) -> None:
        """Everything is to be drawn anew, for instance in another theme."""
        self.stamp += 1
        self.shown_changed.emit()

    def set_tool(self, tool: Tool) -> None:
        if tool != self.tool:
            self.tool = tool
            self.tool_changed.emit()

    def set_snap(self, snap: Snap) -> None:
        self.snap = snap
        self.stamp += 1
        self.shown_changed.emit()

    def hover(self, pitch: int | None) -> None:
        """The pointer is over the row of this pitch."""
        if pitch != self.hovered_pitch:
            self.hovered_pitch = pitch
            self.hover_changed.emit()

    def move_playhead(self, tick: int) -> None:
        before, self.playhead_tick = self.playhead_tick, tick
        if before != tick:
            self.playhead_moved.emit(before, tick)

    def remember(self, note: Note) -> None:
        """The next drawn note is as long and loud as this one."""
        self.last_length_ticks, self.last_velocity = note.length_ticks, note.velocity

    # Where

    def look(self, viewport: Viewport) -> None:
        """Show this part."""
        viewport = viewport.held()
        if viewport != self.viewport:
            self.viewport = viewport
            self.viewport_changed.emit()

    def step_at(self, tick: float) -> int:
        return self.snap.step_ticks(self.song.timeline, max(0, int(tick)), self.viewport.ticks_per_px)

    def grid_at(self, tick: float) -> int:
        return self.snap.grid_ticks(self.song.timeline, max(0, int(tick)), self.viewport.ticks_per_px)

    def snapped(self, tick: float, bypass: bool = False) -> int:
        if bypass:
            return max(0, round(tick))
        return self.snap.nearest(self.song.timeline, tick, self.viewport.ticks_per_px)

    def snapped_below(self, tick: float, bypass: bool = False) -> int:
        if bypass:
            return max(0, int(tick))
        return self.snap.below(self.song.timeline, tick, self.viewport.ticks_per_px)

    def snapped_move(self, origin_tick: int, by_ticks: float, bypass: bool = False) -> int:
        if bypass:
            return round(by_ticks)
        return self.snap.moved(self.song.timeline, origin_tick, by_ticks, self.viewport.ticks_per_px)

    def pitch_for(self, tick: float, pitch: int) -> int:
        """The pitch that a note drawn here gets."""
        key = self.scale_at(tick)
        return pitch if key is None else int(conformed(np.array([pitch]), key)[0])

    def scale_at(self, tick: float) -> Key | None:
        """The key that notes drawn or dragged here are to stay in, if any."""
        if not (self.keeps_scale or self.folding == "scale") or self.is_drum:
            return None
        return self.song.timeline.key_at(max(0, int(tick)))

    def note_at(self, note_id: int) -> Note | None:
        return self.notes.note(note_id)

    def _fold(self) -> Fold:
        """The rows there are: those of the key or of the pitches in use, and one for every note of the track."""
        if self.folding == "none":
            return UNFOLDED
        used = self._used_pitches()
        if self.take is not None:
            used |= set(self.take.rows_on(self.track_id)["pitch"].tolist())
        classes = frozenset[int]().union(*(change.key.pitch_classes for change in self.song.timeline.keys))
        if self.folding == "used" or self.is_drum:
            return Fold.of(used)
        return Fold.of(used | {pitch for pitch in range(PITCHES) if pitch % 12 in classes}) if classes else UNFOLDED

    def _used_pitches(self) -> set[int]:
        """Of the track in front; counted once for each version of its notes."""
        if self._used is None or self._used[0] is not self.notes:
            counts = np.bincount(self.notes.rows["pitch"], minlength=PITCHES)
            self._used = (self.notes, set(np.flatnonzero(counts).tolist()))
        return set(self._used[1])

    def frame_song(self) -> None:
        """Look at the beginning of the track in front, its pitches in the middle."""
        viewport = self.viewport.shown_from(0)
        rows = self.notes.starting_in(viewport.span)
        if not len(rows):
            rows = self.notes.rows[:400]
        if len(rows):
            low, high = np.percentile(rows["pitch"], (5, 95)) if len(rows) > 40 else (rows["pitch"].min(), rows["pitch"].max())
            viewport = viewport.centred_on_pitch(round((int(low) + int(high)) / 2))
        self.look(viewport)

    def _reach(self) -> None:
        end = self.song.end_tick
        for span in (self.take.span if self.take else None, self.region):
            end = max(end, span.end_tick if span else 0)
        self.look(self.viewport.reaching(end))
