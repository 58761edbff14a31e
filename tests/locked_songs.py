"""Songs of which notes, bars and tracks are locked by chance, and what of them must still be there after a change."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from hypothesis import strategies as st

from studio.song.controls import BEND, CONTROLLER, DRAWN, Controls
from studio.song.harmony import Key
from studio.song.locks import joined
from studio.song.notes import LOCKED, MUTED, Note, Notes, Rows, rows_of, without_overlaps
from studio.song.song import Instrument, Song, Track
from studio.song.sound_clip import AudioClip
from studio.song.ticks import Span
from studio.song.timeline import KeyChange, Marker, MeterChange, TempoChange, Timeline

BAR = 3840
END = 6 * BAR
TRACK_IDS = (1, 2, 3, 4)
FIRST_ID = 10
"""Ids of notes count from here."""

TICKS = st.one_of(st.integers(0, END), st.integers(0, 24).map(lambda beat: beat * 960))
NOTES = st.builds(
    Note,
    TICKS,
    st.integers(1, 3 * 960),
    st.integers(58, 64),
    st.integers(1, 127),
    flags=st.sampled_from((0, 0, 0, MUTED, LOCKED, LOCKED | MUTED)),
)
LOCK_SPANS = st.one_of(
    st.builds(lambda bar, bars: Span(bar * BAR, (bar + bars) * BAR), st.integers(0, 5), st.integers(1, 2)),
    st.builds(lambda start, length: Span(start, start + length), TICKS, st.integers(1, BAR)),
)


@st.composite
def locked_songs(draw: st.DrawFn) -> Song:
    """Three note tracks (one of drums) with controllers, and one of sounds."""
    timeline = Timeline(
        (TempoChange(0, 500_000), TempoChange(2 * BAR, 600_000, True), TempoChange(4 * BAR, 400_000)),
        (MeterChange(0, 4, 4),),
        (KeyChange(0, Key(2, "minor")),),
        (Marker(0, "A", True), Marker(BAR, "here"), Marker(2 * BAR, "B", True)),
    )
    next_id, tracks = FIRST_ID, []
    for track_id in TRACK_IDS:
        held = {
            "is_locked": draw(st.sampled_from((False, False, False, False, True))),
            "locks": joined(draw(st.lists(LOCK_SPANS, max_size=2))),
        }
        if track_id == 4:
            places = draw(st.lists(TICKS, max_size=2))
            clips = tuple(AudioClip(next_id + at, "ab" * 32, tick, 1.0) for at, tick in enumerate(places))
            next_id += len(clips)
            tracks.append(Track(track_id, "Voice", 3, is_audio=True, clips=clips, **held))
            continue
        rows, _, _ = without_overlaps(rows_of(draw(st.lists(NOTES, min_size=2, max_size=12))))
        rows["id"] = np.arange(next_id, next_id + len(rows))
        next_id += len(rows)
        lanes = st.sampled_from(((CONTROLLER, 11), (BEND, 0)))
        points = [(tick, *draw(lanes), 5, False) for tick in draw(st.lists(TICKS, max_size=3))]
        made = Track(track_id, f"Track {track_id}", track_id, Instrument(0, 0, track_id == 3), **held)
        tracks.append(replace(made, notes=Notes(rows), controls=Controls(np.array(sorted(points), DRAWN))))
    return Song("Locked", tuple(tracks), timeline, next_id=next_id)


@dataclass(frozen=True)
class Held:
    """What is locked on a track, and how many of what else begins where it is shut."""

    rows: bytes
    points: bytes
    clips: tuple[AudioClip, ...]


def held(track: Track, of: Track | None = None) -> Held:
    """Of a track, or of what has become `of` it: the very notes that were locked and all that begins where it was shut."""
    of = of or track
    was = track.notes.rows
    ids = was["id"][track.locked(was)]
    now = of.notes.rows
    found = now[np.isin(now["id"], ids) | track.shut(now["start"])]
    points = of.controls.drawn[track.shut(of.controls.drawn["tick"])]
    clips = tuple(clip for clip in of.clips if track.is_shut(clip.start_tick))
    return Held(_by_id(found).tobytes(), points.tobytes(), clips)


def locked_shapes(song: Song) -> list[tuple[int, int, int, int]]:
    """Id, pitch, length and velocity of all that is locked: what bars take along as they move."""
    rows = [track.notes.rows[track.locked(track.notes.rows)] for track in song.tracks]
    return sorted(row for part in rows for row in part[["id", "pitch", "length", "velocity"]].tolist())


def _by_id(rows: Rows) -> Rows:
    return rows[np.argsort(rows["id"])]
