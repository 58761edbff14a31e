"""Sheet: bars as they are written, before repeats are played out. Offsets and lengths are quarters, as fractions."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from fractions import Fraction

from studio.files import limits
from studio.files.midi.fates import NAMES, Fate
from studio.song.harmony import Key
from studio.words import mark

MOST_NOTES = 1_000_000
"""Written notes of one sheet; a thousand times a long symphonic part."""

MOST_SIGNS = 1_500_000
"""Notes and signs of one sheet; each costs an object, and 1 GiB has to do."""

PLAIN_VELOCITY = 80
"""Written music gives no loudness unless a dynamic mark does."""

LOUDNESS = {"pppp": 20, "ppp": 28, "pp": 38, "p": 50, "mp": 64, "mf": 80, "f": 96, "ff": 110, "fff": 120, "ffff": 127}
"""Velocities of dynamic marks."""

GRACE_KIND = mark("grace notes played just before their note")
LYRIC_KIND = mark("lyrics kept as text")


@dataclass(slots=True)
class Lyric:
    """A syllable, of a verse (from 1); a hyphen at its end says that the word goes on."""

    text: str
    verse: int = 1
    is_sung: bool = False


@dataclass(slots=True)
class SheetNote:
    """One written note. `ties_on` joins it to the next note of its pitch, when that follows at once.

    What became of it is noted here as it is played out: how often, how often another note stood in its place, and
    what was altered ("": nothing).
    """

    part: int
    offset: Fraction
    length: Fraction
    pitch: int
    velocity: int = PLAIN_VELOCITY
    ties_on: bool = False
    altered: str = ""
    played: int = 0
    doubled: int = 0
    lyrics: tuple[Lyric, ...] = ()


@dataclass(slots=True)
class Bar:
    """One written bar. `meter`, `key` and `us_per_beat` are those in force at its start (None: not said yet)."""

    length: Fraction = Fraction(0)
    is_short: bool = False
    """Said to be no whole bar."""
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
    repeats_after_jump: bool = False
    endings: frozenset[int] = frozenset()
    """The passes in which this bar is played; empty: all."""
    ends_section: bool = False
    """A double bar: a repeat without a start goes back no further."""
    jump: str = ""
    """Where to go after this bar, once: "top" or "sign"."""
    jump_name: str = ""
    """Which sign, where a sheet has several."""
    is_sign: bool = False
    sign_name: str = ""
    is_coda: bool = False
    coda_name: str = ""
    leaves_for_coda: bool = False
    leaves_name: str = ""
    is_end: bool = False
    """Fine: the end, once a jump was made."""


@dataclass(slots=True)
class Part:
    """A line of the sheet that becomes a track."""

    name: str
    program: int = 0
    is_drum: bool = False
    bank: int = 0


@dataclass(slots=True)
class Sheet:
    """The whole: parts, bars, and what became of the file's elements.

    `seen` counts what stands in the file, notes and signs; `read`, `dropped` and `changed` tell of the signs, for the
    notes tell themselves.
    """

    title: str = ""
    parts: list[Part] = field(default_factory=list)
    bars: list[Bar] = field(default_factory=list)
    seen: int = 0
    written: int = 0
    """Notes of all parts so far."""
    read: int = 0
    dropped: Counter[str] = field(default_factory=Counter)
    changed: Counter[str] = field(default_factory=Counter)
    remarks: list[str] = field(default_factory=list)
    passages: list[tuple[int, int]] = field(default_factory=list)
    """Stretches of bars in playing order, each with repeats of its own; none: the whole, once."""
    is_free: bool = False
    """No meter: bar lines only part the notes."""

    def pace(self, per_minute: float | None) -> int | None:
        """Microseconds a quarter of so many quarters a minute, brought into what a song can have; None where it is no number.

        One event, counted here.
        """
        if per_minute is None or not per_minute > 0:
            self.dropped[mark("tempo marks without a number")] += 1
            return None
        within = min(limits.TEMPO_HIGH_BPM, max(limits.TEMPO_LOW_BPM, per_minute))
        if within == per_minute:
            self.read += 1
        else:
            self.changed[NAMES[Fate.TEMPO_CLAMPED]] += 1
        return round(60e6 / within)

    def add_chords(self, first: Bar, other: Bar) -> None:
        """Those of the same bar in another part; a symbol that stands in both counts once."""
        fresh = [chord for chord in other.chords if chord not in first.chords]
        if len(fresh) < len(other.chords):
            self.dropped[mark("chord symbols of a second part")] += len(other.chords) - len(fresh)
        first.chords += fresh


def graces(part: int, at: Fraction, pitches: list[list[int]], velocity: int) -> list[SheetNote]:
    """Grace notes, one or several at a time, that end where their note begins, at `at`; that note stays as it is."""
    room = Fraction(1, 8) if len(pitches) < 3 else Fraction(1, 4)
    each = room / max(1, len(pitches))
    return [
        SheetNote(part, at - room + each * number, each, pitch, velocity, altered=GRACE_KIND)
        for number, together in enumerate(pitches)
        for pitch in together
    ]
