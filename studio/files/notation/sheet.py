"""Sheet: bars as they are written, before repeats are played out. Offsets and lengths are quarters, as fractions."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from fractions import Fraction

from studio.song.harmony import Key

MOST_NOTES = 1_000_000
"""Written notes of one sheet; a thousand times a long symphonic part."""

PLAIN_VELOCITY = 80
"""Written music gives no loudness unless a dynamic mark does."""


@dataclass(slots=True)
class SheetNote:
    """One written note. `ties_on` joins it to the next note of its pitch, when that follows at once."""

    part: int
    offset: Fraction
    length: Fraction
    pitch: int
    velocity: int = PLAIN_VELOCITY
    ties_on: bool = False


@dataclass(slots=True)
class Bar:
    """One written bar. `meter`, `key` and `us_per_beat` are those in force at its start (None: not said yet)."""

    length: Fraction = Fraction(0)
    meter: tuple[int, int] | None = None
    key: Key | None = None
    us_per_beat: int | None = None
    key_changes: list[tuple[Fraction, Key]] = field(default_factory=list)
    tempo_changes: list[tuple[Fraction, int]] = field(default_factory=list)
    notes: list[SheetNote] = field(default_factory=list)
    chords: list[tuple[Fraction, str]] = field(default_factory=list)
    section: str = ""
    starts_repeat: bool = False
    repeat_times: int = 0
    """How often the passage that ends here is played; 0: no repeat ends here."""
    endings: frozenset[int] = frozenset()
    """The passes in which this bar is played; empty: all."""
    ends_section: bool = False
    """A double bar: a repeat without a start goes back no further."""
    jump: str = ""
    """Where to go after this bar, once: "top" or "sign"."""
    is_sign: bool = False
    is_coda: bool = False
    leaves_for_coda: bool = False
    is_end: bool = False
    """Fine: the end, once a jump was made."""


@dataclass(slots=True)
class Part:
    """A line of the sheet that becomes a track."""

    name: str
    program: int = 0
    is_drum: bool = False


@dataclass(slots=True)
class Sheet:
    """The whole: parts, bars, and what became of the file's elements."""

    title: str = ""
    parts: list[Part] = field(default_factory=list)
    bars: list[Bar] = field(default_factory=list)
    read: int = 0
    dropped: Counter[str] = field(default_factory=Counter)
    changed: Counter[str] = field(default_factory=Counter)
    remarks: list[str] = field(default_factory=list)
    is_free: bool = False
    """No meter: bar lines only part the notes."""
