"""What the track list and the mixer share: names of instruments, mute and solo as edits, who is silent because of a solo."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from PySide6.QtCore import Qt

from studio.edits import tracks
from studio.edits.history import Edit
from studio.files.midi.general_midi import sound_name
from studio.song.song import Song, Track
from studio.words import tr

Levels = Mapping[int, tuple[float, float]]
"""Peak amplitudes, left and right, by track id."""


def instrument_words(track: Track) -> str:
    """Such as "Square Lead", "Drums", "Sounds"."""
    if track.is_audio:
        return tr("Sounds")
    return sound_name(track.instrument.program, track.instrument.is_drum)


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
