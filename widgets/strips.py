"""What the track list and the mixer share: names of instruments, mute and solo as edits, who is silent because of a solo."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from PySide6.QtCore import Qt

from studio.edits import grouping, tracks
from studio.edits.history import Edit
from studio.files.midi.general_midi import sound_name
from studio.song.song import Song, Strip, Track
from studio.words import tr

Levels = Mapping[int, tuple[float, float]]
"""Peak amplitudes, left and right, by track id."""


def instrument_words(track: Track) -> str:
    """Such as "Square Lead", "Drums", "Sounds"."""
    if track.is_audio:
        return tr("Sounds")
    return sound_name(track.instrument.program, track.instrument.is_drum)


def sound_words(track: Track) -> str:
    """The instrument, and the SoundFont where it is a track's own."""
    font = track.instrument.font
    return (
        instrument_words(track)
        if font is None
        else tr("{instrument} of {font}", instrument=instrument_words(track), font=font.name)
    )


def is_silenced(song: Song, track: Track) -> bool:
    """Muted, or silent because others are solo."""
    return not song.is_heard(track)


def mute_edit(song: Song, track_id: int) -> Edit:
    strip = song.track(track_id).strip
    label = tr("Unmute track") if strip.is_muted else tr("Mute track")
    return tracks.set_strip(track_id, replace(strip, is_muted=not strip.is_muted), label)


def solo_edit(song: Song, track_id: int, modifiers: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> Edit:
    """Add to the solos or take away; with Ctrl this one only; with Alt none at all."""
    if modifiers & Qt.KeyboardModifier.AltModifier:
        return tracks.clear_solo()
    if modifiers & Qt.KeyboardModifier.ControlModifier:
        return tracks.solo_only(track_id)
    strip = song.track(track_id).strip
    label = tr("Unsolo track") if strip.is_solo else tr("Solo track")
    return tracks.set_strip(track_id, replace(strip, is_solo=not strip.is_solo), label)


def safe_edit(song: Song, track_id: int) -> Edit:
    """Safe from the solo of others, or not any more."""
    strip = song.track(track_id).strip
    label = tr("Silence with others") if strip.is_solo_safe else tr("Make safe from solo")
    return tracks.set_strip(track_id, replace(strip, is_solo_safe=not strip.is_solo_safe), label)


def group_mute_edit(song: Song, group_id: int) -> Edit:
    """Mute a group, or let its tracks be heard again."""
    strip = _strip_of_group(song, group_id)
    label = tr("Unmute group") if strip.is_muted else tr("Mute group")
    return grouping.set_group_strip(group_id, replace(strip, is_muted=not strip.is_muted), label)


def group_solo_edit(song: Song, group_id: int, modifiers: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> Edit:
    """As `solo_edit`, for all tracks of a group."""
    if modifiers & Qt.KeyboardModifier.AltModifier:
        return tracks.clear_solo()
    if modifiers & Qt.KeyboardModifier.ControlModifier:
        return tracks.solo_group_only(group_id)
    strip = _strip_of_group(song, group_id)
    label = tr("Unsolo group") if strip.is_solo else tr("Solo group")
    return grouping.set_group_strip(group_id, replace(strip, is_solo=not strip.is_solo), label)


def fold_edit(song: Song, group_id: int) -> Edit:
    group = song.group(group_id)
    return grouping.fold_group(group_id, group is not None and not group.is_folded)


def _strip_of_group(song: Song, group_id: int) -> Strip:
    group = song.group(group_id)
    return Strip() if group is None else group.strip
