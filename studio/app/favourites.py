"""Favourites: what the instrument picker offers: the SoundFont's own sounds, and those the composer starred."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

from studio.app.desk import Desk
from studio.audio.presets import Preset
from studio.song.mixing import SoundFontFile
from studio.song.song import Instrument
from widgets.dialogs.instrument import SoundOffer

_WRITTEN = re.compile(r"(drums|\d{1,5}):(\d{1,3})(?:@(\d{1,15}):([0-9a-f]{64}):(.+))?")
"""Bank and program; for a sound of a SoundFont of a track's own its size, content and place."""


def sound_offer(desk: Desk) -> SoundOffer:
    """For the SoundFont in use; without one only the names of General MIDI."""
    from studio.audio.font_shelf import FontShelf, located
    from studio.audio.presets import presets_of

    named = desk.store.settings.soundfont
    shelf = FontShelf(Path(named) if named else None)
    presets = () if shelf.shared is None else presets_of(shelf.shared)
    shared_name = "" if shelf.shared is None else shelf.shared.name
    known = tuple(sound for text in desk.store.settings.sounds if (sound := _read(text)) is not None)

    def keep(sounds: tuple[Instrument, ...]) -> None:
        desk.store.change(replace(desk.store.settings, sounds=tuple(_written(sound) for sound in sounds)))

    def own_presets(font: SoundFontFile) -> tuple[Preset, ...]:
        found = located(font)
        return () if found is None else presets_of(found)

    return SoundOffer(presets, known, keep, own_presets, desk.mixing.choose_soundfont, shared_name)


def _written(sound: Instrument) -> str:
    font = "" if sound.font is None else f"@{sound.font.size}:{sound.font.sha256}:{sound.font.path}"
    return f"{'drums' if sound.is_drum else sound.bank}:{sound.program}{font}"


def _read(text: str) -> Instrument | None:
    found = _WRITTEN.fullmatch(text)
    if found is None or int(found[2]) > 127:
        return None
    font = SoundFontFile(found[5], int(found[3]), found[4]) if found[5] else None
    if found[1] == "drums":
        return Instrument(int(found[2]), 0, True, font)
    return Instrument(int(found[2]), int(found[1]), False, font) if int(found[1]) < 128 * 128 else None
