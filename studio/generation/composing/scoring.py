"""A plan and its tune as a song: tracks, dynamics, tempo, sections."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from random import Random

import numpy as np

from studio.generation.composing.plan import Plan, Section
from studio.generation.composing.styles import EIGHTH
from studio.generation.composing.textures import (
    CRASH,
    KICK,
    Stroke,
    bass_strokes,
    chord_strokes,
    drum_strokes,
    pad_strokes,
)
from studio.generation.composing.tonal import ChordSpan, chord_at, led_voicings
from studio.generation.composing.tune import Tune
from studio.generation.composing.words import title_of, track_name
from studio.song.notes import Notes, rows_from_columns, without_overlaps
from studio.song.song import Instrument, Song, Strip, Track
from studio.song.ticks import TICKS_PER_BEAT
from studio.song.timeline import KeyChange, Marker, MeterChange, TempoChange, Timeline, coloured

_LOUDNESS = {"melody": 86, "chords": 68, "bass": 76, "pad": 62, "drums": 82}
_STRIPS = {
    "melody": Strip(gain_db=0.0, pan=-6.0, reverb=52),
    "chords": Strip(gain_db=-1.0, pan=18.0, reverb=44),
    "bass": Strip(gain_db=-1.5, pan=0.0, reverb=16),
    "pad": Strip(gain_db=-5.0, pan=-24.0, reverb=64),
    "drums": Strip(gain_db=-1.0, pan=4.0, reverb=24),
}
_LOWEST_BASS = {42: 36, 43: 33, 58: 34}
_TRIMS_DB = {80: -12.0, 81: -12.0, 85: -9.0, 61: 5.0, 57: 4.0, 21: 3.0, 68: -2.0, 90: -4.0, 38: -2.0, 5: 2.0, 4: 2.0}
"""What evens out the sounds of the default SoundFont, measured on rendered stems."""
_HUMAN_SPREAD = 2.4
"""Standard deviation of a player's unintended velocity differences."""


def scored(plan: Plan, tune: Tune) -> Song:
    """The whole piece. Tracks: melody, chords, then bass and drums or pad where the style has them."""
    scoring = _Scoring(plan, tune)
    return scoring.song()


@dataclass(slots=True)
class _Scoring:
    plan: Plan
    tune: Tune
    rng: Random = field(init=False)
    next_id: int = 1
    tracks: list[Track] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.rng = Random(f"players {self.plan.seed}")

    def song(self) -> Song:
        plan, style = self.plan, self.plan.style
        self._add("melody", plan.lead, self._melody())
        spans = self._accompanied()
        # Below a high tune; above a low one, such as a cello's.
        top = 73 if plan.tonality.tonic_pitch < 55 else min(68, max(64, plan.tonality.tonic_pitch + 2))
        voicings = led_voicings(plan.tonality, [span.chord for span in spans], top - 18, top)
        self._add("chords", plan.chords, self._chords(spans, voicings))
        if plan.bass is not None:
            low = _LOWEST_BASS.get(plan.bass, 33)
            final = self._final_bar_tick()
            strokes = bass_strokes(style, spans[:-1], plan.tonality, low, self.rng)
            root = low + (plan.tonality.tonic_pitch - low) % 12
            self._add("bass", plan.bass, [*strokes, (final, style.bar_ticks, root, 4)])
        if plan.pad is not None:
            self._add("pad", plan.pad, self._pad(spans))
        if style.drums:
            self._add("drums", 0, self._drums())
        return Song(title_of(plan), tuple(self.tracks), self._timeline(), next_id=self.next_id)

    # Parts

    def _melody(self) -> list[Stroke]:
        mean = sum(tone.degree for tone in self.tune.tones) / len(self.tune.tones)
        made = []
        for index, tone in enumerate(self.tune.tones):
            chord = chord_at(self.tune.chords, tone.start_tick)
            after = self.tune.tones[index + 1] if index + 1 < len(self.tune.tones) else None
            rises = after is not None and after.degree == tone.degree + 1 and tone.degree % 7 == 5
            pitch = self.plan.tonality.pitch(tone.degree, chord)
            pitch += int(chord.has_leading_tone and rises)  # no augmented second on the way up
            is_slurred = after is not None and after.start_tick == tone.end_tick
            length = max(EIGHTH // 4, tone.length_ticks * 19 // 20) if is_slurred else tone.length_ticks
            made.append((tone.start_tick, length, pitch, round(0.8 * (tone.degree - mean))))
        return made

    def _accompanied(self) -> list[ChordSpan]:
        """Chords with the last bar in one."""
        final = self._final_bar_tick()
        spans = [span for span in self.tune.chords if span.start_tick < final]
        return [*spans, ChordSpan(final, final + self.plan.style.bar_ticks, self.tune.chords[-1].chord)]

    def _chords(self, spans: list[ChordSpan], voicings: list[tuple[int, ...]]) -> list[Stroke]:
        style, tonality = self.plan.style, self.plan.tonality
        has_own_bass = self.plan.bass is None
        roots = [36 + (tonality.pitch(span.chord.root, span.chord) - 36) % 12 for span in spans]
        lows = [root + (12 if root < 40 else 0) if has_own_bass else 0 for root in roots]
        voicings = [tuple(pitch for pitch in voicing if pitch > low) for voicing, low in zip(voicings, lows, strict=True)]
        made = chord_strokes(self.plan.texture, style, spans[:-1], voicings[:-1], lows[:-1])
        last = chord_strokes("held", style, spans[-1:], voicings[-1:], [0])
        if has_own_bass:
            last.append((spans[-1].start_tick, style.bar_ticks, lows[-1], 4))
        return made + last

    def _pad(self, spans: list[ChordSpan]) -> list[Stroke]:
        """Joins with B, where the picture widens, and stays."""
        start = self.plan.named("B")[0].first_bar * self.plan.style.bar_ticks
        wide = [span for span in spans if span.start_tick >= start]
        return pad_strokes(wide, led_voicings(self.plan.tonality, [span.chord for span in wide], 55, 74))

    def _drums(self) -> list[Stroke]:
        style, made = self.plan.style, []
        for section in self.plan.sections:
            bars = section.bars - (section.kind == "coda")
            made += drum_strokes(style, section.first_bar, bars, is_body=section.kind in "AB")
        final = self._final_bar_tick()
        return [*made, (final, EIGHTH, KICK, 12), (final, 2 * TICKS_PER_BEAT, CRASH, 8)]

    # How they are played

    def _add(self, role: str, program: int, strokes: Iterable[Stroke]) -> None:
        listed = sorted(strokes)
        velocities = [self._velocity(role, stroke) for stroke in listed]
        starts = [self._swung(start) for start, _, _, _ in listed]
        lengths = [max(1, self._swung(start + length) - self._swung(start)) for start, length, _, _ in listed]
        rows, _, _ = without_overlaps(rows_from_columns(starts, lengths, [pitch for _, _, pitch, _ in listed], velocities))
        track_id = self.next_id
        rows["id"] = np.arange(track_id + 1, track_id + 1 + len(rows))
        self.next_id += 1 + len(rows)
        is_drum = role == "drums"
        name = track_name(self.plan, role, program)
        instrument = Instrument(program, is_drum=is_drum)
        strip = _STRIPS[role]
        trim_db = 0.0 if is_drum else _TRIMS_DB.get(program, 0.0)
        strip = replace(strip, gain_db=strip.gain_db + trim_db)
        self.tracks.append(Track(track_id, name, len(self.tracks), instrument, strip, Notes(rows)))

    def _velocity(self, role: str, stroke: Stroke) -> int:
        """Role, section, phrase, meter and the stroke's own weight, with a player's small differences."""
        start, _, _, weight = stroke
        style = self.plan.style
        section = self._section_at(start)
        within = start - section.first_bar * style.bar_ticks
        arch = 5.0 * math.sin(math.pi * min(1.0, (within / style.bar_ticks + 0.5) / max(section.bars, 4)))
        beat = 4 if start % style.bar_ticks == 0 else 0 if start % style.pulse_ticks == 0 else -4
        level = _LOUDNESS[role] + self._section_level(section) + arch + weight + (beat if role != "drums" else 0)
        return min(122, max(18, round(level + self.rng.gauss(0, _HUMAN_SPREAD))))

    def _section_level(self, section: Section) -> float:
        if section.kind == "B":
            return -9.0 if self.plan.b_is_quiet else 6.0
        if section.kind == "A":
            return 6.0 if section is self.plan.named("A")[-1] else 0.0
        return -6.0

    def _swung(self, tick: int) -> int:
        """In swing the first eighth of a beat takes two thirds of it."""
        if not self.plan.style.swings:
            return tick
        beat, within = divmod(tick, TICKS_PER_BEAT)
        late = within * 4 // 3 if within <= EIGHTH else 2 * TICKS_PER_BEAT // 3 + (within - EIGHTH) * 2 // 3
        return beat * TICKS_PER_BEAT + late

    # Time

    def _section_at(self, tick: int) -> Section:
        bar = tick // self.plan.style.bar_ticks
        return next(s for s in reversed(self.plan.sections) if s.first_bar <= bar)

    def _final_bar_tick(self) -> int:
        return (self.plan.bar_count - 1) * self.plan.style.bar_ticks

    def _timeline(self) -> Timeline:
        plan, style = self.plan, self.plan.style
        markers = [Marker(section.first_bar * style.bar_ticks, section.name, True) for section in plan.sections]
        return Timeline(
            tempos=tuple(self._tempos()),
            meters=(MeterChange(0, *style.meter),),
            keys=(KeyChange(0, plan.key),),
            markers=coloured(markers),
        )

    def _tempos(self) -> Sequence[TempoChange]:
        """Even, but for a slowing over the bar before the last where the style has time for it."""
        base = round(60e6 / self.plan.bpm)
        changes = [TempoChange(0, base)]
        if not self.plan.style.slows:
            return changes
        style, final = self.plan.style, self._final_bar_tick()
        pulses = style.bar_ticks // style.pulse_ticks
        for index in range(1, pulses):
            slower = 1 + 0.28 * index / pulses
            changes.append(TempoChange(final - style.bar_ticks + index * style.pulse_ticks, round(base * slower)))
        return [*changes, TempoChange(final, round(base * 1.4))]
