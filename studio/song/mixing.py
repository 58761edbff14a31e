"""What the mixer mixes: strips, groups of tracks under one fader, and the two effects that every strip can send to."""

from __future__ import annotations

from dataclasses import dataclass, replace

SILENT_DB = -120.0
"""A fader at its bottom; anything at or below is silence."""


@dataclass(frozen=True, slots=True)
class SoundFontFile:
    """A SoundFont that a track brings along by name: where it was, how large, and what is in it, to know it elsewhere."""

    path: str
    size: int
    sha256: str

    @property
    def name(self) -> str:
        """The last part of the path, whichever system wrote it."""
        return self.path.replace("\\", "/").rsplit("/", 1)[-1]


@dataclass(frozen=True, slots=True)
class Instrument:
    """A sound of a SoundFont. `bank` is MSB * 128 + LSB; a drum track plays the percussion bank.

    Without a `font` of its own it is a sound of the SoundFont that the whole program plays.
    """

    program: int = 0
    bank: int = 0
    is_drum: bool = False
    font: SoundFontFile | None = None

    @property
    def font_id(self) -> str:
        """What tells its SoundFont from others; empty for the one that all share."""
        return "" if self.font is None else self.font.sha256


PIANO = Instrument()


@dataclass(frozen=True, slots=True)
class Strip:
    """A mixer strip. `pan` runs from -100 (left) to 100; gains in dB, -inf allowed as SILENT_DB.

    A strip that `is_solo_safe` is heard whatever others are on solo.
    """

    gain_db: float = 0.0
    pan: float = 0.0
    is_muted: bool = False
    is_solo: bool = False
    reverb: int = 40
    chorus: int = 0
    is_solo_safe: bool = False

    def under(self, group: Strip) -> Strip:
        """As it is heard under the fader and the buttons of its group: gains add up, mute and solo hold for all."""
        is_silent = min(self.gain_db, group.gain_db) <= SILENT_DB
        return replace(
            self,
            gain_db=SILENT_DB if is_silent else max(SILENT_DB, self.gain_db + group.gain_db),
            is_muted=self.is_muted or group.is_muted,
            is_solo=self.is_solo or group.is_solo,
            is_solo_safe=self.is_solo_safe or group.is_solo_safe,
        )


UNTOUCHED = Strip()
"""A strip as every track begins with."""


@dataclass(frozen=True, slots=True)
class Group:
    """Tracks under one name and one fader. Of its strip only fader, mute, solo and safe count; a folded one shows no members."""

    id: int
    name: str
    colour: int = 0
    is_folded: bool = False
    strip: Strip = UNTOUCHED


@dataclass(frozen=True, slots=True)
class Return:
    """How loud the wet sound of all strips comes back."""

    gain_db: float = 0.0
    is_muted: bool = False


OPEN = Return()
REVERB_ID, CHORUS_ID = -1, -2
"""Stand for the two returns where ids of tracks are asked for; no track has them."""

ROOM_SIZE, DAMPING, WIDTH = 0.2, 0.0, 0.5
"""The room that FluidSynth makes when nothing else is asked of it."""


@dataclass(frozen=True, slots=True)
class Effects:
    """What strips send to. The room: its size and the damping of highs from 0 to 1, its width from 0 (mono) to 1."""

    reverb: Return = OPEN
    chorus: Return = OPEN
    room_size: float = ROOM_SIZE
    damping: float = DAMPING
    width: float = WIDTH


SMALL_ROOM = Effects()
