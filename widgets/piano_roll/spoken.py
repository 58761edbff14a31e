"""Spoken: the selection in words, for screen readers and status lines."""

from __future__ import annotations

from studio.selection import Selection
from studio.song.harmony import pitch_name
from studio.song.notes import Note, notes_of
from studio.song.song import Song, Track
from studio.song.ticks import TICKS_PER_BEAT
from studio.words import counted, mark, tr

_LENGTHS = {
    4.0: mark("whole"),
    3.0: mark("dotted half"),
    2.0: mark("half"),
    1.5: mark("dotted quarter"),
    1.0: mark("quarter"),
    0.75: mark("dotted eighth"),
}
_LENGTHS |= {0.5: mark("eighth"), 0.25: mark("sixteenth"), 0.125: mark("thirty-second")}
NEAR = 0.12
"""A played quarter is seldom exactly one: within this share it is called by its name."""


def length_name(length_ticks: int) -> str:
    """Such as mark("quarter"), or the number of beats when no name fits."""
    beats = length_ticks / TICKS_PER_BEAT
    nearest = min(_LENGTHS, key=lambda named: abs(named - beats))
    return tr(_LENGTHS[nearest]) if abs(nearest - beats) <= NEAR * nearest else tr("{beats:.2f} beats", beats=beats)


def spoken_note(song: Song, track: Track, note: Note) -> str:
    """Such as "Bass, bar 5 beat 2, E2, quarter, velocity 90, locked"."""
    place = song.timeline.position(note.start_tick)
    key = song.timeline.key_at(note.start_tick)
    words = [
        track.name,
        tr("bar {bar} beat {beat}", bar=place.bar, beat=place.beat),
        pitch_name(note.pitch, bool(key is not None and key.prefers_flats)),
        length_name(note.length_ticks),
        tr("velocity {velocity}", velocity=note.velocity),
    ]
    words += [tr("muted")] if note.is_muted else []
    words += [tr("locked")] if note.is_locked or track.is_shut(note.start_tick) else []
    return ", ".join(words)


def spoken_selection(song: Song, selection: Selection) -> str:
    """The one selected note in full, several by their number, otherwise track and cursor."""
    if not song.has_track(selection.track_id):
        return tr("No track")
    track = song.track(selection.track_id)
    if len(selection.note_ids) == 1:
        note = next(notes_of(track.notes.with_ids(selection.note_ids)), None)
        if note is not None:
            return spoken_note(song, track, note)
    if selection.note_ids:
        return counted(len(selection.note_ids), "{track}, {n} note selected", "{track}, {n} notes selected", track=track.name)
    place = song.timeline.position(selection.cursor_tick)
    return tr(
        "{track}, {count} notes, cursor at bar {bar} beat {beat}",
        track=track.name,
        count=len(track.notes),
        bar=place.bar,
        beat=place.beat,
    )
