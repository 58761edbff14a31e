"""Favourites: what the instrument picker offers: the SoundFont's own sounds, and those the composer starred."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

from studio.app.desk import Desk
from studio.errors import AudioUnavailable
from studio.song.song import Instrument
from widgets.dialogs.instrument import SoundOffer

_WRITTEN = re.compile(r"(drums|\d{1,5}):(\d{1,3})")


def sound_offer(desk: Desk) -> SoundOffer:
    """For the SoundFont in use; without one only the names of General MIDI."""
    from studio.audio import soundfonts
    from studio.audio.presets import presets_of

    named = desk.store.settings.soundfont
    try:
        presets = presets_of(soundfonts.find(Path(named) if named else None))
    except AudioUnavailable:
        presets = ()
    known = tuple(sound for text in desk.store.settings.sounds if (sound := _read(text)) is not None)

    def keep(sounds: tuple[Instrument, ...]) -> None:
        desk.store.change(replace(desk.store.settings, sounds=tuple(_written(sound) for sound in sounds)))

    return SoundOffer(presets, known, keep)


def _written(sound: Instrument) -> str:
    return f"{'drums' if sound.is_drum else sound.bank}:{sound.program}"


def _read(text: str) -> Instrument | None:
    found = _WRITTEN.fullmatch(text)
    if found is None or int(found[2]) > 127:
        return None
    if found[1] == "drums":
        return Instrument(int(found[2]), 0, True)
    return Instrument(int(found[2]), int(found[1])) if int(found[1]) < 128 * 128 else None
