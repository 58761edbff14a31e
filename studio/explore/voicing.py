"""Which part of a phrase sounds on which track, and phrases brought to a length: shared by hearing and committing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from studio.errors import UnsupportedRequest
from studio.generation.latent import Phrase
from studio.song.clip import Clip
from studio.song.notes import ROW, Rows, ends, without_overlaps
from studio.song.song import TRACK_COLOURS, Instrument, Song, Track
from studio.words import tr

DRUMS, BASS = "drums", "bass"
NEW_INSTRUMENTS = {"melody": Instrument(0), BASS: Instrument(33), DRUMS: Instrument(is_drum=True)}
_BASSES = range(32, 40)
"""General MIDI programs of basses."""


@dataclass(frozen=True, slots=True)
class Seat:
    """The track that plays a part; `is_new` when the song has none for it yet."""

    part: str
    track: Track
    is_new: bool = False


def seats(song: Song, parts: Sequence[str], track_id: int | None = None) -> tuple[Seat, ...]:
    """A track for each part: the chosen one for the first part it suits, else one of the song's that does, else a new one."""
    free = [track for track in song.tracks if not track.is_audio]
    free.sort(key=lambda track: track.id != track_id)
    found: list[Seat] = []
    next_id = song.next_id
    for part in parts:
        suited = [track for track in free if _suits(track, part, chosen=track.id == track_id)]
        if suited:
            free.remove(suited[0])
            found.append(Seat(part, suited[0]))
        else:
            found.append(Seat(part, _new_track(song, part, next_id, len(found)), is_new=True))
            next_id += 1
    return tuple(found)


def new_seats(song: Song, parts: Sequence[str]) -> tuple[Seat, ...]:
    """A new track for each part."""
    return tuple(Seat(part, _new_track(song, part, song.next_id + at, at), True) for at, part in enumerate(parts))


def chosen_seats(song: Song, parts: Sequence[str], track_id: int) -> tuple[Seat, ...]:
    """As `seats`; UnsupportedRequest says so when the chosen track suits no part."""
    if not song.has_track(track_id):
        raise UnsupportedRequest(tr("The track for these bars is gone."), tr("Choose another one, or a new track."))
    track = song.track(track_id)
    if track.is_audio:
        raise UnsupportedRequest(
            tr("«{track}» holds sound, not notes.", track=track.name), tr("Choose a note track, or a new one.")
        )
    found = seats(song, parts, track_id)
    if all(seat.track.id != track_id for seat in found):
        wanted, other = (tr("drums"), tr("a drum track")) if parts[0] == DRUMS else (tr("a melody"), tr("a track with pitches"))
        raise UnsupportedRequest(
            tr("«{track}» cannot play {wanted}.", track=track.name, wanted=wanted),
            tr("Choose {other}, or a new one.", other=other),
        )
    return found


def voiced(phrase: Phrase, parts: Sequence[str]) -> dict[str, Rows]:
    """The composer's own phrase by part: drums to the drums, the lowest of several lines to a bass, the rest to the first.

    Nothing is left out, unless there is no part for drums (or only one for drums) and something else to be heard.
    """
    drums = [rows for offset, rows in phrase.clip.parts if offset in phrase.drums]
    lines = [rows for offset, rows in phrase.clip.parts if offset not in phrase.drums and len(rows)]
    pitched = [part for part in parts if part != DRUMS]
    made: dict[str, list[Rows]] = {part: [] for part in parts}
    if DRUMS in made and (drums or not pitched):
        made[DRUMS] = drums or lines
    if pitched:
        if BASS in made and len(lines) > 1:
            made[BASS].append(lines.pop(int(np.argmin([rows["pitch"].mean() for rows in lines]))))
        made[pitched[0]] = lines if lines or DRUMS in made else drums
    return {part: joined(pieces) for part, pieces in made.items()}


def decoded(clip: Clip, parts: Sequence[str]) -> dict[str, Rows]:
    """A model's phrase by part; its clip numbers the parts as the space does."""
    by_offset = dict(clip.parts)
    return {part: by_offset.get(offset, np.zeros(0, ROW)) for offset, part in enumerate(parts)}


def joined(pieces: Iterable[Rows]) -> Rows:
    """Rows of several lines as one, equal pitches never overlapping, without ids and origins."""
    listed = [rows for rows in pieces if len(rows)]
    if not listed:
        return np.zeros(0, ROW)
    rows = np.concatenate(listed).copy()
    rows["id"], rows["origin"], rows["flags"] = 0, 0, 0
    return without_overlaps(rows)[0] if len(listed) > 1 else rows


def brought_to(rows: Rows, length_ticks: int, wanted_ticks: int) -> Rows:
    """Rows of a phrase repeated and cut to another length; notes end at the cut."""
    times = max(1, -(-wanted_ticks // max(1, length_ticks)))
    pieces = []
    for turn in range(times):
        piece = rows.copy()
        piece["start"] += turn * length_ticks
        pieces.append(piece)
    tiled = np.concatenate(pieces)
    tiled = tiled[tiled["start"] < wanted_ticks]
    tiled["length"] = np.minimum(ends(tiled), wanted_ticks) - tiled["start"]
    return tiled


def shifted(rows: Rows, by_ticks: int) -> Rows:
    moved = rows.copy()
    moved["start"] += by_ticks
    return moved


def with_new_tracks(song: Song, placed: Sequence[Seat]) -> Song:
    """The song with the tracks that it lacks."""
    new = tuple(seat.track for seat in placed if seat.is_new)
    if not new:
        return song
    return replace(song, tracks=(*song.tracks, *new), next_id=1 + max(song.next_id - 1, *(track.id for track in new)))


def heard_tracks(placed: Sequence[Seat], rows: Mapping[str, Rows]) -> tuple[Track, ...]:
    """The seats' tracks with nothing but these rows, audible whatever is muted or solo in the song."""
    made = []
    for seat in placed:
        dealt = rows[seat.part].copy()
        dealt["id"] = np.arange(1, len(dealt) + 1)
        strip = replace(seat.track.strip, is_muted=False, is_solo=False)
        made.append(replace(seat.track, notes=type(seat.track.notes)(dealt), strip=strip))
    return tuple(made)


def _suits(track: Track, part: str, chosen: bool) -> bool:
    if part == DRUMS or track.instrument.is_drum:
        return part == DRUMS and track.instrument.is_drum
    if part == BASS:
        return chosen or track.instrument.program in _BASSES
    return chosen or track.instrument.program not in _BASSES


def _new_track(song: Song, part: str, track_id: int, further: int) -> Track:
    used = [track.colour for track in song.tracks]
    order = sorted(range(TRACK_COLOURS), key=lambda index: (used.count(index), index))
    return Track(track_id, part.capitalize(), order[further % TRACK_COLOURS], NEW_INSTRUMENTS.get(part, Instrument()))
