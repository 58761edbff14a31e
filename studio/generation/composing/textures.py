"""Accompaniment: chords broken or struck, bass lines, drum patterns; all as (start, length, pitch, weight) strokes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from random import Random

from studio.generation.composing.styles import EIGHTH, Style
from studio.generation.composing.tonal import ChordSpan, Tonality
from studio.song.ticks import TICKS_PER_BEAT

Stroke = tuple[int, int, int, int]
"""Start and length in ticks, pitch, and how much stronger (or weaker) than usual it is struck."""

Texture = Callable[[Style, ChordSpan, tuple[int, ...], int], list[Stroke]]
"""One chord's strokes from its span, its voicing, and a bass note to carry along (0: none)."""

KICK, SNARE, SIDE_STICK, CLOSED_HAT, OPEN_HAT, CRASH, RIDE, LOW_TOM, HIGH_TOM = 36, 38, 37, 42, 46, 49, 51, 45, 48


def chord_strokes(
    texture: str, style: Style, spans: Sequence[ChordSpan], voicings: Sequence[tuple[int, ...]], lows: Sequence[int]
) -> list[Stroke]:
    """The chords of each span in a texture. `lows` are bass notes for textures that carry their own (0: none)."""
    make = _TEXTURES[texture]
    made: list[Stroke] = []
    for span, voicing, low in zip(spans, voicings, lows, strict=True):
        made += make(style, span, voicing, low)
    return made


def _eighths(span: ChordSpan) -> range:
    return range(span.start_tick, span.end_tick, EIGHTH)


def _broken(order: Sequence[int]) -> Texture:
    """Eighths through the chord in this order (0 lowest; one beyond the top is the octave of the lowest)."""

    def make(_: Style, span: ChordSpan, voicing: tuple[int, ...], low: int) -> list[Stroke]:
        tones = (low, *voicing) if low else (*voicing, voicing[0] + 12)
        made = []
        for index, start in enumerate(_eighths(span)):
            place = order[index % len(order)]
            pitch = tones[min(place, len(tones) - 1)]
            rings = 2 * EIGHTH if place == 0 and len(_eighths(span)) > 2 else EIGHTH
            made.append((start, min(rings, span.end_tick - start), pitch, 6 if index == 0 else -4))
        return made

    return make


def _struck(places: Callable[[Style, ChordSpan], list[tuple[int, int, int]]]) -> Texture:
    """The whole chord at each (start, length, weight)."""

    def make(style: Style, span: ChordSpan, voicing: tuple[int, ...], low: int) -> list[Stroke]:
        made = [(start, length, pitch, weight) for start, length, weight in places(style, span) for pitch in voicing]
        return made + ([(span.start_tick, TICKS_PER_BEAT, low, 4)] if low else [])

    return make


def _afterbeats(style: Style, span: ChordSpan) -> list[tuple[int, int, int]]:
    beats = range(span.start_tick + TICKS_PER_BEAT, span.end_tick, TICKS_PER_BEAT)
    if len(beats) == 0 or span.start_tick % style.bar_ticks:  # half a bar: struck where it begins
        return [(span.start_tick, min(TICKS_PER_BEAT, span.end_tick - span.start_tick), 0)]
    return [(start, TICKS_PER_BEAT * 2 // 3, -2 * index) for index, start in enumerate(beats)]


def _offbeats(_: Style, span: ChordSpan) -> list[tuple[int, int, int]]:
    return [(start + EIGHTH, EIGHTH * 2 // 3, 0) for start in range(span.start_tick, span.end_tick, TICKS_PER_BEAT)]


def _strum(_: Style, span: ChordSpan) -> list[tuple[int, int, int]]:
    made = []
    for start in range(span.start_tick, span.end_tick, 3 * EIGHTH):
        made += [(start, EIGHTH * 2, 4), (start + 2 * EIGHTH, EIGHTH, -6)]
    return made


def _bossa(style: Style, span: ChordSpan) -> list[tuple[int, int, int]]:
    bar = span.start_tick // style.bar_ticks
    begin = span.start_tick % style.bar_ticks
    onsets = ((0, 3, 6) if bar % 2 == 0 else (2, 5)) if span.end_tick - span.start_tick == style.bar_ticks else (0, 3)
    places = [span.start_tick + onset * EIGHTH for onset in onsets]
    return [(place, EIGHTH * 3 // 2, 3 if begin == 0 else 0) for place in places if place < span.end_tick]


def _comping(style: Style, span: ChordSpan) -> list[tuple[int, int, int]]:
    bar = span.start_tick // style.bar_ticks
    onsets = ((0, 3), (1, 4), (3, 6), (0, 5))[bar % 4]
    if span.end_tick - span.start_tick < style.bar_ticks:
        onsets = (0, 3)
    places = [span.start_tick + onset * EIGHTH for onset in onsets]
    return [(place, EIGHTH, 0 if (place // EIGHTH) % 2 == 0 else 4) for place in places if place < span.end_tick]


def _pulse(_: Style, span: ChordSpan) -> list[tuple[int, int, int]]:
    return [(start, EIGHTH * 3 // 4, 4 if start % TICKS_PER_BEAT == 0 else -5) for start in _eighths(span)]


def _held(_: Style, span: ChordSpan) -> list[tuple[int, int, int]]:
    return [(span.start_tick, span.end_tick - span.start_tick, 0)]


_TEXTURES: dict[str, Texture] = {
    "arpeggio": _broken((0, 1, 2, 3, 2, 1)),
    "alberti": _broken((0, 2, 1, 2)),
    "rocking": _broken((0, 1, 2, 3, 2, 1)),
    "afterbeats": _struck(_afterbeats),
    "offbeats": _struck(_offbeats),
    "strum": _struck(_strum),
    "bossa": _struck(_bossa),
    "comping": _struck(_comping),
    "pulse": _struck(_pulse),
    "held": _struck(_held),
}


def bass_strokes(style: Style, spans: Sequence[ChordSpan], tonality: Tonality, low: int, rng: Random) -> list[Stroke]:
    """A bass line over the chords, from `low` to a tenth above it."""
    made: list[Stroke] = []
    roots = [_placed(tonality.pitch(span.chord.root, span.chord), low) for span in spans]
    for index, span in enumerate(spans):
        after = roots[index + 1] if index + 1 < len(roots) else roots[index]
        made += _bass(style, span, tonality, (roots[index], after, low), rng)
    return made


def _placed(pitch: int, low: int) -> int:
    return low + (pitch - low) % 12


def _bass(style: Style, span: ChordSpan, tonality: Tonality, pitches: tuple[int, int, int], rng: Random) -> list[Stroke]:
    root, _, low = pitches
    kind = style.bass_line
    length = span.end_tick - span.start_tick
    fifth = _placed(tonality.pitch(span.chord.tones[2], span.chord), low)
    beats = length // TICKS_PER_BEAT
    if kind == "long" or beats < 2:
        return [(span.start_tick, length, root, 0)]
    if kind == "walking":
        return _walking(span, tonality, pitches, rng)
    if kind == "eighths":
        jump = {5: 12}
        return [
            (start, EIGHTH * 4 // 5, root + jump.get(index, 0), 4 if index % 4 == 0 else -3)
            for index, start in enumerate(_eighths(span))
        ]
    if kind == "bossa":
        half = length // 2
        return [
            (span.start_tick, 3 * EIGHTH, root, 4),
            (span.start_tick + half - EIGHTH, EIGHTH, fifth, -6),
            (span.start_tick + half, half, fifth, 0),
        ]
    if kind == "fifths":
        return [
            (start, TICKS_PER_BEAT * 3 // 4, fifth if index % 4 == 2 else root, 2)
            for index, start in enumerate(range(span.start_tick, span.end_tick, TICKS_PER_BEAT))
            if index % 2 == 0
        ]
    return [(span.start_tick, length if style.meter == (6, 8) else min(length, 2 * TICKS_PER_BEAT), root, 3)]


def _walking(span: ChordSpan, tonality: Tonality, pitches: tuple[int, int, int], rng: Random) -> list[Stroke]:
    """Root, chord tones, and on the last beat a neighbour of the next root."""
    root, after, low = pitches
    tones = [_placed(tonality.pitch(tone, span.chord), low) for tone in span.chord.tones[1:3]]
    beats = (span.end_tick - span.start_tick) // TICKS_PER_BEAT
    approach = after + (1 if rng.random() < 0.4 else -1) if after != root else tones[-1]
    if not low - 2 <= approach <= low + 14:
        approach = after
    middle = tones if rng.random() < 0.7 else tones[::-1]
    walk = [root, *middle[: max(0, beats - 2)], approach][:beats]
    return [
        (span.start_tick + index * TICKS_PER_BEAT, TICKS_PER_BEAT * 9 // 10, pitch, 3 if index % 2 == 0 else 0)
        for index, pitch in enumerate(walk)
    ]


_PATTERNS: dict[str, dict[int, tuple[float, ...]]] = {
    "pop": {KICK: (0, 3, 4), SNARE: (2, 6), CLOSED_HAT: (0, 1, 2, 3, 4, 5, 6, 7)},
    "march": {KICK: (0, 4), SNARE: (2, 6, 7, 7.5), CLOSED_HAT: ()},
    "bossa": {KICK: (0, 3, 4, 7), SIDE_STICK: (0, 3, 6), CLOSED_HAT: (0, 1, 2, 3, 4, 5, 6, 7)},
    "swing": {RIDE: (0, 2, 3, 4, 6, 7), CLOSED_HAT: (2, 6), KICK: (0,)},
}
"""A bar of 4/4 in eighths."""

_WEIGHTS = {KICK: 10, SNARE: 6, SIDE_STICK: 0, CLOSED_HAT: -12, RIDE: -6}
_FILL = ((5, SNARE), (5.5, SNARE), (6, HIGH_TOM), (6.5, HIGH_TOM), (7, LOW_TOM), (7.5, LOW_TOM))


def drum_strokes(style: Style, first_bar: int, bars: int, *, is_body: bool) -> list[Stroke]:
    """A section's drums: the pattern, and in the body of a piece a crash where it opens and a fill in its last bar."""
    made: list[Stroke] = []
    for bar in range(bars):
        start = (first_bar + bar) * style.bar_ticks
        is_fill = is_body and bar == bars - 1
        for drum, onsets in _PATTERNS[style.drums].items():
            for onset in onsets:
                if is_fill and onset >= 5 and drum in (SNARE, SIDE_STICK, CLOSED_HAT, RIDE):
                    continue
                weight = _WEIGHTS[drum] + (4 if onset % 4 == 0 else -4 if onset % 2 else 0)
                made.append((start + round(onset * EIGHTH), EIGHTH // 2, drum, weight))
        if is_fill:
            made += [(start + round(onset * EIGHTH), EIGHTH // 2, drum, 2 * index) for index, (onset, drum) in enumerate(_FILL)]
        if is_body and bar == 0:
            made.append((start, EIGHTH * 2, CRASH, 6))
    return made


def pad_strokes(spans: Sequence[ChordSpan], voicings: Sequence[tuple[int, ...]]) -> list[Stroke]:
    """Held chords; a tone that stays in the next chord is held over the change."""
    made: list[Stroke] = []
    sounding: dict[int, int] = {}
    for index, (span, voicing) in enumerate(zip(spans, voicings, strict=True)):
        following = set(voicings[index + 1]) if index + 1 < len(voicings) else set()
        for pitch in voicing:
            start = sounding.pop(pitch, span.start_tick)
            if pitch in following and span.end_tick - start < 8 * TICKS_PER_BEAT:
                sounding[pitch] = start
            else:
                made.append((start, span.end_tick - start, pitch, 0))
    return made
