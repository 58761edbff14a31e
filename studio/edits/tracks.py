"""Edits of tracks, the mixer, tempo, meter, key and markers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any, TypeVar

import numpy as np

from studio.edits import constraints, grouping
from studio.edits.history import Edit, GestureId
from studio.errors import UnsupportedRequest
from studio.song.harmony import Key, key_words
from studio.song.mixing import SILENT_DB, Effects, Group, Return
from studio.song.notes import LOCKED
from studio.song.song import TRACK_COLOURS, Instrument, Song, Strip, Track
from studio.song.timeline import Marker, Timeline
from studio.words import tr

AnyStrip = TypeVar("AnyStrip", Track, Group)


def add_track(name: str = "", instrument: Instrument = Instrument()) -> Edit:  # noqa: B008 - a frozen value
    """A new empty track at the end, in the first colour that fewest tracks use."""

    def apply(song: Song) -> Song:
        used = [track.colour for track in song.tracks]
        colour = min(range(TRACK_COLOURS), key=lambda index: (used.count(index), index))
        track = Track(song.next_id, name or tr("Track {count}", count=len(song.tracks) + 1), colour, instrument)
        return replace(song, tracks=(*song.tracks, track), next_id=song.next_id + 1)

    return Edit(tr("Add track"), apply)


def remove_track(track_id: int) -> Edit:
    """Take a track away, with all that is locked on it. The last one stays: a song has at least one."""

    def apply(song: Song) -> Song:
        if len(song.tracks) == 1 and song.has_track(track_id):
            raise UnsupportedRequest(tr("The last track stays: a song has at least one."), tr("Add another track first."))
        kept = tuple(track for track in song.tracks if track.id != track_id)
        return grouping.tidy(replace(song, tracks=kept, constraints=constraints.without(song, track_id)))

    return Edit(tr("Delete track"), apply, over_locks=True)


def duplicate_track(track_id: int) -> Edit:
    """A copy right below, its notes under fresh ids and unlocked."""

    def apply(song: Song) -> Song:
        source = song.track(track_id)
        rows = source.notes.rows.copy()
        first_id = song.next_id + 1
        rows["id"] = range(first_id, first_id + len(rows))
        rows["flags"] &= ~np.uint8(LOCKED)
        clips = tuple(replace(clip, id=first_id + len(rows) + index) for index, clip in enumerate(source.clips))
        copy = replace(
            source, id=song.next_id, name=tr("{name} copy", name=source.name), notes=type(source.notes)(rows), clips=clips
        )
        copy = replace(copy, is_locked=False, locks=())
        at = song.tracks.index(source) + 1
        tracks = (*song.tracks[:at], copy, *song.tracks[at:])
        demands = constraints.copied(song, track_id, song.next_id)
        return replace(song, tracks=tracks, next_id=first_id + len(rows) + len(clips), constraints=demands)

    return Edit(tr("Duplicate track"), apply)


def move_track(track_id: int, to_index: int) -> Edit:
    """Put a track at another place in the order (0 is the top), into a group there or out of its own."""
    return Edit(tr("Reorder tracks"), lambda song: grouping.moved(song, track_id, to_index))


def rename_track(track_id: int, name: str) -> Edit:
    cleaned = grouping.cleaned(name)
    if not cleaned:
        raise UnsupportedRequest(tr("A track needs a name."), tr("Type at least one letter."))
    return _track_edit(tr("Rename track to {cleaned}", cleaned=cleaned), track_id, name=cleaned)


def set_instrument(track_id: int, instrument: Instrument) -> Edit:
    return _track_edit(tr("Change instrument"), track_id, instrument=instrument)


def set_colour(track_id: int, colour: int) -> Edit:
    return _track_edit(tr("Change track colour"), track_id, colour=colour % TRACK_COLOURS)


def set_icon(track_id: int, icon: str) -> Edit:
    """An icon by its name; an empty one is that of the instrument."""
    return _track_edit(tr("Change icon"), track_id, icon=icon)


def hide_track(track_id: int, is_hidden: bool) -> Edit:
    """Leave a track out of the lists, where it sounds on, or show it again. One at least is shown."""

    def apply(song: Song) -> Song:
        if is_hidden and all(track.is_hidden for track in song.tracks if track.id != track_id):
            raise UnsupportedRequest(tr("The last shown track cannot be hidden."), tr("Show another one first."))
        return song.with_track(replace(song.track(track_id), is_hidden=is_hidden))

    return Edit(tr("Hide track") if is_hidden else tr("Show track"), apply)


def show_all_tracks() -> Edit:
    def apply(song: Song) -> Song:
        return song.with_tracks(replace(track, is_hidden=False) for track in song.tracks if track.is_hidden)

    return Edit(tr("Show all tracks"), apply)


def set_strip(track_id: int, strip: Strip, label: str = "", gesture: GestureId | None = None) -> Edit:
    """Replace a mixer strip; gain and pan are kept within their ranges."""
    return _track_edit(label or tr("Change mixer"), track_id, gesture, strip=_within_range(strip))


def solo_only(track_id: int) -> Edit:
    """Solo this track and no other."""
    return _solo(tr("Solo only this track"), lambda each: isinstance(each, Track) and each.id == track_id)


def clear_solo() -> Edit:
    """No track and no group is solo any more."""
    return _solo(tr("Clear solo"), lambda _: False)


def solo_group_only(group_id: int) -> Edit:
    """Solo this group and nothing else."""
    return _solo(tr("Solo only this group"), lambda each: isinstance(each, Group) and each.id == group_id)


def set_master(strip: Strip, gesture: GestureId | None = None) -> Edit:
    return Edit(tr("Change master"), lambda song: replace(song, master=_within_range(strip)), gesture)


def set_effects(effects: Effects, label: str, gesture: GestureId | None = None) -> Edit:
    """The room and the returns, each within its range."""
    return Edit(label, lambda song: replace(song, effects=_effects_within_range(effects)), gesture)


def set_limiter(is_on: bool) -> Edit:
    """Bend peaks of the mix below full scale, or leave them."""
    return Edit(tr("Turn limiter on") if is_on else tr("Turn limiter off"), lambda song: replace(song, is_limited=is_on))


def set_title(title: str) -> Edit:
    return Edit(tr("Rename song"), lambda song: replace(song, title=title.strip()[:255] or "Untitled"))


def set_tempo(tick: int, bpm: float, gesture: GestureId | None = None) -> Edit:
    """The tempo from a tick on (10 to 1000 quarters a minute)."""
    if not 10 <= bpm <= 1000:
        raise UnsupportedRequest(tr("A tempo of {bpm:g} cannot be played.", bpm=bpm), tr("Use 10 to 1000 beats a minute."))
    return _timeline_edit(tr("Change tempo"), gesture, lambda timeline: timeline.with_tempo(tick, round(60e6 / bpm)))


def set_meter(tick: int, numerator: int, denominator: int) -> Edit:
    """The meter from the bar line at or before a tick on."""
    if not 1 <= numerator <= 64 or denominator not in (1, 2, 4, 8, 16, 32, 64):
        raise UnsupportedRequest(
            tr("A meter of {numerator}/{denominator} cannot be used.", numerator=numerator, denominator=denominator),
            tr("Use 1-64 over 1, 2, 4 ... 64."),
        )

    def change(timeline: Timeline) -> Timeline:
        line = timeline.bar_start(timeline.bar_of(tick))
        return timeline.with_meter(line, numerator, denominator)

    return _timeline_edit(tr("Change meter"), None, change)


def set_key(tick: int, key: Key) -> Edit:
    return _timeline_edit(tr("Change key to {key}", key=key_words(key)), None, lambda timeline: timeline.with_key(tick, key))


def set_markers(markers: tuple[Marker, ...]) -> Edit:
    ordered = tuple(sorted(markers, key=lambda marker: marker.tick))
    return _timeline_edit(tr("Change markers"), None, lambda timeline: replace(timeline, markers=ordered))


def _track_edit(label: str, track_id: int, gesture: GestureId | None = None, **fields: Any) -> Edit:
    return Edit(label, lambda song: song.with_track(replace(song.track(track_id), **fields)), gesture)


def _solo(label: str, wanted: Callable[[Track | Group], bool]) -> Edit:
    def soloed(each: AnyStrip) -> AnyStrip:
        return each if each.strip.is_solo == wanted(each) else replace(each, strip=replace(each.strip, is_solo=wanted(each)))

    def apply(song: Song) -> Song:
        groups = tuple(map(soloed, song.groups))
        return replace(song, groups=groups).with_tracks(map(soloed, song.tracks))

    return Edit(label, apply)


def _timeline_edit(label: str, gesture: GestureId | None, change: Any) -> Edit:
    return Edit(label, lambda song: replace(song, timeline=change(song.timeline)), gesture)


def _effects_within_range(effects: Effects) -> Effects:
    def share(value: float) -> float:
        return min(1.0, max(0.0, value))

    def level(wet: Return) -> Return:
        return replace(wet, gain_db=min(6.0, max(SILENT_DB, wet.gain_db)))

    return Effects(
        level(effects.reverb), level(effects.chorus), share(effects.room_size), share(effects.damping), share(effects.width)
    )


def _within_range(strip: Strip) -> Strip:
    return replace(
        strip,
        gain_db=min(6.0, max(-120.0, strip.gain_db)),
        pan=min(100.0, max(-100.0, strip.pan)),
        reverb=min(127, max(0, strip.reverb)),
        chorus=min(127, max(0, strip.chorus)),
    )
