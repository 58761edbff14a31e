"""Losses: what of one song a file of some format will not hold, said before it is written."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

import numpy as np

from studio.files.midi.plan import AS_READ, GM
from studio.files.notation.writing import GRIDS
from studio.files.sound_file import FLOAT_32
from studio.song.mixing import SMALL_ROOM, UNTOUCHED
from studio.song.notes import MUTED, Rows, ends
from studio.song.song import Song, Track
from studio.song.ticks import TICKS_PER_BEAT
from studio.words import counted, tr

Options = Mapping[str, object]


def losses(song: Song, suffix: str, options: Options | None = None, *, is_cut: bool = False) -> tuple[str, ...]:
    """Sentences about what is in this song and not in its file; none where everything is, or for a suffix nobody writes.

    `is_cut`: some bars of it go out, and those without sounds.
    """
    say = _BY_SUFFIX.get(suffix.lower())
    settings = {**(options or {}), "is_cut": is_cut}
    return () if say is None else tuple(sentence for sentence in say(song, settings) if sentence)


def _midi(song: Song, options: Options) -> Iterable[str]:
    yield _audio(song)
    if not options.get("muted"):
        yield _muted_tracks(song)
        yield _muted_notes(song)
    if options.get("empty") is False:
        empty = [track.name for track in song.tracks if not track.is_audio and not len(track.notes)]
        yield tr("Empty tracks are left out: {names}.", names=_listed(empty)) if empty else ""
    if options.get("tempo") is False:
        yield tr("Tempo and time signatures are left out.")
    if options.get("ascii"):
        named = [track.name for track in song.tracks if not track.name.isascii()]
        yield tr("Names lose what is not plain ASCII: {names}.", names=_listed(named)) if named else ""
    if options.get("preset") != AS_READ:
        kept = sum(len(track.controls.foreign) for track in song.tracks) + len(song.foreign)
        yield (
            counted(
                kept,
                "{n} event that was kept aside on reading is left out, unless it is written as read.",
                "{n} events that were kept aside on reading are left out, unless they are written as read.",
            )
            if kept
            else ""
        )
    has_levels = options.get("preset") == GM
    yield _not_kept(_master(song) if has_levels else _mix(song), _fonts(song), _locks(song), _constraints(song), _modes(song))


def _score(song: Song, options: Options) -> Iterable[str]:
    yield tr("It is a draft score: voices, spelling and ties are worked out from what is played.")
    steps = GRIDS.get(str(options.get("grid", "")), GRIDS["1/16 and triplets"])
    moved = sum(_off_grid(track, steps) for track in _heard(song))
    yield counted(moved, "{n} note is moved to the grid.", "{n} notes are moved to the grid.") if moved else ""
    yield _audio(song)
    yield _muted_tracks(song)
    yield _muted_notes(song)
    yield _not_kept(_controllers(song), _mix(song), _fonts(song), _locks(song), _constraints(song))


def _arrays(song: Song, options: Options) -> Iterable[str]:
    steps = int(str(options.get("resolution", 24)))
    moved = sum(_off_steps(track, steps) for track in _heard(song))
    yield (
        counted(moved, "{n} note is moved to a step of the arrays.", "{n} notes are moved to steps of the arrays.")
        if moved
        else ""
    )
    yield _audio(song)
    yield _muted_tracks(song)
    yield _muted_notes(song)
    timeline = song.timeline
    keys = tr("keys") if timeline.keys else ""
    markers = tr("sections and markers") if timeline.markers else ""
    yield _not_kept(_controllers(song), keys, markers, _mix(song), _fonts(song), _locks(song), _constraints(song))


def _dawproject(song: Song, options: Options) -> Iterable[str]:
    yield _audio(song) if options["is_cut"] else ""
    yield _muted_notes(song)
    sends = any(track.strip.reverb != UNTOUCHED.reverb or track.strip.chorus != UNTOUCHED.chorus for track in song.tracks)
    keys = tr("keys") if song.timeline.keys else ""
    effects = tr("sends and effects") if sends or song.effects != SMALL_ROOM else ""
    yield _not_kept(keys, effects, _fonts(song), _locks(song), _constraints(song))


def _sound(song: Song, options: Options) -> Iterable[str]:
    yield tr("It is sound: notes can no longer be edited in it.")
    if not song.is_limited and options.get("samples") != FLOAT_32:
        yield tr("The limiter is off: peaks above full scale are cut.")
    heard = song.heard_ids()
    solo = any(song.strip_of(track).is_solo for track in song.tracks)
    silent = [track.name for track in song.tracks if track.id not in heard and not song.strip_of(track).is_muted]
    yield _muted_tracks(song)
    yield tr("Silent because others are on solo: {names}.", names=_listed(silent)) if solo and silent else ""


def _picture(song: Song, _: Options) -> Iterable[str]:
    yield tr("It is a picture: what is seen, and nothing that can be played.")
    yield _audio(song)


_BY_SUFFIX: dict[str, Callable[[Song, Options], Iterable[str]]] = {
    **dict.fromkeys((".mid", ".midi", ".smf", ".kar", ".rmi"), _midi),
    **dict.fromkeys((".musicxml", ".mxl", ".xml"), _score),
    ".npz": _arrays,
    ".dawproject": _dawproject,
    **dict.fromkeys((".wav", ".flac"), _sound),
    **dict.fromkeys((".png", ".svg", ".pdf"), _picture),
}


# What may be there


def _audio(song: Song) -> str:
    names = [track.name for track in song.tracks if track.is_audio]
    return tr("Audio tracks are left out: {names}.", names=_listed(names)) if names else ""


def _muted_tracks(song: Song) -> str:
    names = [track.name for track in song.tracks if song.strip_of(track).is_muted]
    return tr("Muted tracks are left out: {names}.", names=_listed(names)) if names else ""


def _muted_notes(song: Song) -> str:
    count = sum(
        int(np.count_nonzero(track.notes.rows["flags"] & MUTED))
        for track in song.tracks
        if track.notes.has_flag(MUTED) and not song.strip_of(track).is_muted
    )
    return counted(count, "{n} muted note is left out.", "{n} muted notes are left out.") if count else ""


def _mix(song: Song) -> str:
    is_touched = any(song.strip_of(track) != UNTOUCHED for track in song.tracks)
    return tr("the mixer") if is_touched or _master(song) else ""


def _master(song: Song) -> str:
    is_touched = song.master != UNTOUCHED or song.effects != SMALL_ROOM or bool(song.groups)
    return tr("master, effects and groups of the mixer") if is_touched else ""


def _fonts(song: Song) -> str:
    names = dict.fromkeys(track.instrument.font.name for track in song.tracks if track.instrument.font is not None)
    return tr("SoundFonts of tracks ({names})", names=_listed(names)) if names else ""


def _locks(song: Song) -> str:
    return tr("locks") if any(track.holds_locked for track in song.tracks) else ""


def _constraints(song: Song) -> str:
    return tr("what models keep to") if song.constraints else ""


def _modes(song: Song) -> str:
    return tr("modes of keys") if any(change.key.scale not in ("major", "minor") for change in song.timeline.keys) else ""


def _controllers(song: Song) -> str:
    return tr("controllers and bends") if any(len(track.controls) for track in song.tracks) else ""


def _not_kept(*what: str) -> str:
    found = [each for each in what if each]
    return tr("Not kept: {what}.", what=", ".join(found)) if found else ""


def _listed(names: Iterable[str], most: int = 6) -> str:
    """Names in a row, those past the sixth as a number."""
    every = list(names)
    if len(every) <= most + 1:
        return ", ".join(every)
    return tr("{names} and {count} more", names=", ".join(every[:most]), count=len(every) - most)


# Timing


def _heard(song: Song) -> list[Track]:
    return [track for track in song.tracks if not track.is_audio and not song.strip_of(track).is_muted]


def _rows(track: Track) -> Rows:
    rows = track.notes.rows
    return rows[rows["flags"] & MUTED == 0] if track.notes.has_flag(MUTED) else rows


def _off_grid(track: Track, steps: tuple[int, ...]) -> int:
    """Notes that begin or end between the lines of all these grids."""
    rows = _rows(track)
    off = np.zeros(len(rows), bool)
    for ticks in (rows["start"], ends(rows)):
        off |= np.logical_and.reduce([ticks % step != 0 for step in steps])
    return int(np.count_nonzero(off))


def _off_steps(track: Track, steps_a_quarter: int) -> int:
    rows = _rows(track)
    off = np.zeros(len(rows), bool)
    for ticks in (rows["start"], ends(rows)):
        off |= ticks * steps_a_quarter % TICKS_PER_BEAT != 0
    return int(np.count_nonzero(off))
