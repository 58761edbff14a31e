"""Styles: meter, pace, modes, sounds and textures that belong together, and why."""

from __future__ import annotations

from dataclasses import dataclass

from studio.song.ticks import TICKS_PER_BEAT
from studio.words import mark

EIGHTH = TICKS_PER_BEAT // 2

RHYTHMS: dict[tuple[int, int], dict[str, tuple[tuple[int, ...], ...]]] = {
    (4, 4): {
        "calm": ((4, 2, 2), (2, 2, 4), (3, 1, 4), (6, 2), (4, 3, 1), (2, 4, 2)),
        "lively": ((2, 1, 1, 2, 2), (3, 1, 2, 2), (2, 2, 1, 1, 2), (3, 1, 3, 1), (1, 1, 2, 2, 2), (1, 1, 1, 1, 2, 2)),
        "syncopated": ((3, 3, 2), (1, 2, 1, 2, 2), (2, 3, 3), (3, 3, 1, 1), (1, 2, 2, 1, 2)),
    },
    (3, 4): {
        "calm": ((4, 2), (2, 2, 2), (3, 1, 2), (4, 1, 1), (2, 2, 1, 1)),
        "lively": ((2, 1, 1, 2), (3, 1, 2), (1, 1, 2, 2), (2, 2, 1, 1), (1, 1, 1, 1, 2)),
        "syncopated": ((3, 3), (1, 2, 1, 2)),
    },
    (6, 8): {
        "calm": ((3, 3), (2, 1, 3), (2, 1, 2, 1), (3, 2, 1)),
        "lively": ((1, 1, 1, 2, 1), (2, 1, 1, 1, 1), (2, 1, 2, 1), (1, 1, 1, 1, 1, 1), (1, 1, 1, 3)),
        "syncopated": ((2, 1, 3), (1, 2, 1, 2)),
    },
}
"""Bars by meter and temper, in eighths."""

SETTLING: dict[tuple[int, int], tuple[tuple[int, ...], ...]] = {
    (4, 4): ((2, 2, 4), (4, 4), (3, 1, 4), (2, 6)),
    (3, 4): ((2, 4), (2, 2, 2), (1, 1, 4), (3, 1, 2)),
    (6, 8): ((2, 1, 3), (3, 3), (1, 1, 1, 3)),
}
"""Bars that come to rest, for the end of an idea."""


@dataclass(frozen=True, slots=True)
class Style:
    """`lead`, `chords`, `bass` are General MIDI programs to draw from; `drums` names a pattern; `pad` may join late."""

    name: str
    meter: tuple[int, int]
    tempo: tuple[int, int]
    """Quarters a minute, lowest and highest."""
    modes: tuple[str, ...]
    temper: str
    lead: tuple[int, ...]
    chords: tuple[int, ...]
    texture: tuple[str, ...]
    bass: tuple[int, ...] = ()
    bass_line: str = "roots"
    pad: tuple[int, ...] = ()
    drums: str = ""
    has_sevenths: bool = False
    swings: bool = False
    slows: bool = True
    forms: tuple[str, ...] = ("ABA", "AABA")
    reason: str = ""

    @property
    def bar_ticks(self) -> int:
        return self.meter[0] * TICKS_PER_BEAT * 4 // self.meter[1]

    @property
    def pulse_ticks(self) -> int:
        """What one taps: a quarter, a dotted quarter in 6/8."""
        return 3 * EIGHTH if self.meter == (6, 8) else TICKS_PER_BEAT

    @property
    def accent_ticks(self) -> int:
        """From one accented pulse to the next: half a bar of 4/4 or 6/8, a whole one of 3/4."""
        return self.bar_ticks if self.meter == (3, 4) else self.bar_ticks // 2


STYLES: tuple[Style, ...] = (
    Style(
        "waltz", (3, 4), (132, 168), ("major", "minor", "dorian"), "calm", lead=(21, 71, 40, 73), chords=(24, 0, 21),
        texture=("afterbeats",), bass=(32, 43), bass_line="roots", pad=(48,), forms=("ABA", "AABA"),
        reason=mark("a low note on one and two light chords after it leave the tune room to swing"),
    ),
    Style(
        "ballad", (4, 4), (66, 82), ("major", "minor"), "calm", lead=(68, 60, 42, 0), chords=(0, 4),
        texture=("arpeggio",), bass=(32, 35), bass_line="long", pad=(48, 49), has_sevenths=True, forms=("ABA",),
        reason=mark("at this pace broken chords can carry long notes without hurrying them"),
    ),
    Style(
        "march", (4, 4), (104, 120), ("major", "mixolydian"), "lively", lead=(56, 72, 60), chords=(61, 57),
        texture=("offbeats",), bass=(58,), bass_line="fifths", drums="march", slows=False, forms=("ABA", "AABA"),
        reason=mark("bass and off-beat chords share the step between them, so that the tune may be plain and bold"),
    ),
    Style(
        "jig", (6, 8), (150, 174), ("dorian", "mixolydian", "major"), "lively", lead=(110, 72, 21, 73), chords=(25, 24),
        texture=("strum",), bass=(32, 43), bass_line="roots", drums="", slows=False, forms=("AABA", "ABA"),
        reason=mark("its running eighths come from the feet of dancers, and strummed chords mark the two steps of a bar"),
    ),
    Style(
        "bossa nova", (4, 4), (116, 136), ("major", "minor"), "syncopated", lead=(73, 66, 11, 24), chords=(24, 4),
        texture=("bossa",), bass=(32,), bass_line="bossa", drums="bossa", has_sevenths=True, slows=False, forms=("AABA", "ABA"),
        reason=mark("tune and guitar lean before the beat while the bass keeps it"),
    ),
    Style(
        "barcarolle", (6, 8), (60, 78), ("major", "minor"), "calm", lead=(73, 68, 71), chords=(46, 0),
        texture=("rocking",), bass=(42, 32), bass_line="long", pad=(49,), forms=("ABA",),
        reason=mark("the harmony rocks like a boat, six eighths a bar, under a tune that breathes every two"),
    ),
    Style(
        "lullaby", (3, 4), (84, 100), ("major", "mixolydian"), "calm", lead=(10, 8, 73), chords=(46, 24),
        texture=("arpeggio",), bass=(42,), bass_line="long", forms=("ABA",),
        reason=mark("few notes, small steps and soft plucked chords are what sends children to sleep"),
    ),
    Style(
        "electro-pop song", (4, 4), (100, 124), ("minor", "mixolydian", "dorian"), "syncopated", lead=(80, 81, 85),
        chords=(4, 5, 90), texture=("pulse", "arpeggio"), bass=(38, 39), bass_line="eighths", pad=(), drums="pop", slows=False,
        forms=("AABA", "ABA"), reason=mark("a straight beat below lets the tune come early or late against it"),
    ),
    Style(
        "swing tune", (4, 4), (126, 156), ("major", "minor"), "lively", lead=(71, 11, 66, 56), chords=(0, 26),
        texture=("comping",), bass=(32,), bass_line="walking", drums="swing", has_sevenths=True, swings=True, slows=False,
        forms=("AABA",), reason=mark("a bass that walks in quarters keeps the harmony moving when the tune rests"),
    ),
    Style(
        "piano miniature", (4, 4), (88, 112), ("major", "minor", "dorian"), "lively", lead=(0,), chords=(0,),
        texture=("alberti", "arpeggio"), forms=("ABA", "AABA"),
        reason=mark("two hands are enough when the left one breaks its chords and the right one sings"),
    ),
    Style(
        "minuet", (3, 4), (108, 126), ("major", "minor"), "lively", lead=(6, 40, 68), chords=(6, 0),
        texture=("alberti",), bass=(42,), bass_line="roots", forms=("ABA",),
        reason=mark("its phrases come in pairs that ask and answer, as the dancers bow to one another"),
    ),
)  # fmt: skip
