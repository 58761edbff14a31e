"""Spoken: the selection in words, for screen readers and status lines."""

from __future__ import annotations

from studio.selection import Selection
from studio.song.harmony import pitch_name
from studio.song.notes import Note, notes_of
from studio.song.song import Song, Track
from studio.song.ticks import TICKS_PER_BEAT

_LENGTHS = {4.0: "whole", 3.0: "dotted half", 2.0: "half", 1.5: "dotted quarter", 1.0: "quarter", 0.75: "dotted eighth"}
_LENGTHS |= {0.5: "eighth", 0.25: "sixteenth", 0.125: "thirty-second"}
NEAR = 0.12
"""A played quarter is seldom exactly one: within this share it is called by its name."""


def length_name(length_ticks: int) -> str:
    """Such as "quarter", or the number of beats when no name fits."""
    beats = length_ticks / TICKS_PER_BEAT
    nearest = min(_LENGTHS, key=lambda named: abs(named - beats))
    return _LENGTHS[nearest] if abs(nearest - beats) <= NEAR * nearest else f"{beats:.2f} beats"


def spoken_note(song: Song, track: Track, note: Note) -> str:
    """Such as "Bass, bar 5 beat 2, E2, quarter, velocity 90, locked"."""
    place = song.timeline.position(note.start_tick)
    key = song.timeline.key_at(note.start_tick)
    words = [
        track.name,
        f"bar {place.bar} beat {place.beat}",
        pitch_name(note.pitch, bool(key is not None and key.prefers_flats)),
        length_name(note.length_ticks),
        f"velocity {note.velocity}",
    ]
    words += ["muted"] if note.is_muted else []
    words += ["locked"] if note.is_locked else []
    return ", ".join(words)


def spoken_selection(song: Song, selection: Selection) -> str:
    """The one selected note in full, several by their number, otherwise track and cursor."""
    if not song.has_track(selection.track_id):
        return "No track"
    track = song.track(selection.track_id)
    if len(selection.note_ids) == 1:
        note = next(notes_of(track.notes.with_ids(selection.note_ids)), None)
        if note is not None:
            return spoken_note(song, track, note)
    if selection.note_ids:
        return f"{track.name}, {len(selection.note_ids)} notes selected"
    place = song.timeline.position(selection.cursor_tick)
    return f"{track.name}, {len(track.notes)} notes, cursor at bar {place.bar} beat {place.beat}"
