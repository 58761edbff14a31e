"""Plan: everything a piece decides before its first note, drawn from the seed."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

from studio.generation.composing.progressions import Harmony, drawn_harmony
from studio.generation.composing.styles import STYLES, Style
from studio.generation.composing.tonal import Tonality
from studio.song.harmony import Key

SECTION_BARS = 8
_FORMS = {"ABA": ("A", "B", "A'"), "AABA": ("A", "A'", "B", "A''")}
_SHARPEST = {"major": 4, "minor": 4, "dorian": 3, "mixolydian": 3}
_LOWEST_TONIC = {42: 50, 60: 52, 66: 57, 68: 63, 56: 57, 57: 55, 40: 62, 73: 67, 72: 69, 8: 65, 10: 65, 11: 60, 24: 57, 0: 67}


@dataclass(frozen=True, slots=True)
class Section:
    """A stretch of bars; `first_bar` counts from 0. `kind` is intro, A, B or coda."""

    name: str
    kind: str
    first_bar: int
    bars: int


@dataclass(frozen=True, slots=True)
class Plan:
    """What was decided."""

    seed: int
    style: Style
    key: Key
    bpm: int
    """Quarters a minute."""
    sections: tuple[Section, ...]
    harmony: Harmony
    texture: str
    lead: int
    chords: int
    bass: int | None
    pad: int | None
    is_period: bool
    """Bars 5 and 6 restate the idea; else they break it up (a sentence)."""
    b_is_quiet: bool

    @property
    def tonality(self) -> Tonality:
        """The lead's tonic, in its good range."""
        base = _LOWEST_TONIC.get(self.lead, 62)
        return Tonality(self.key, base + (self.key.tonic - base) % 12)

    @property
    def bar_count(self) -> int:
        return self.sections[-1].first_bar + self.sections[-1].bars

    def named(self, kind: str) -> tuple[Section, ...]:
        return tuple(section for section in self.sections if section.kind == kind)


def drawn_plan(seed: int) -> Plan:
    """Draw everything from the seed."""
    rng = Random(f"surprise {seed}")
    style = rng.choice(STYLES)
    mode = rng.choice(style.modes)
    key = _drawn_key(rng, mode)
    form = rng.choice(style.forms)
    bpm = rng.randint(*style.tempo)
    long_intro = style.drums in ("pop", "bossa") or rng.random() < 0.3
    sections = _sections(form, 4 if long_intro and form == "ABA" else 2, 4 if form == "ABA" else 2)
    lead = rng.choice(style.lead)
    # An accordion does not accompany an accordion; a piano has two hands.
    fellows = [program for program in style.chords if program != lead or len(style.chords) == 1]
    has_pad = bool(style.pad) and not style.drums and rng.random() < 0.7
    return Plan(
        seed=seed,
        style=style,
        key=key,
        bpm=bpm,
        sections=sections,
        harmony=drawn_harmony(rng, mode),
        texture=rng.choice(style.texture),
        lead=lead,
        chords=rng.choice(fellows),
        bass=rng.choice(style.bass) if style.bass else None,
        pad=rng.choice(style.pad) if has_pad else None,
        is_period=rng.random() < 0.6,
        b_is_quiet=rng.random() < 0.5,
    )


def _drawn_key(rng: Random, mode: str) -> Key:
    """Any tonic whose signature stays readable."""
    keys = [Key(tonic, mode) for tonic in range(12)]
    return rng.choice([key for key in keys if abs(key.sharps) <= _SHARPEST[mode]])


def _sections(form: str, intro_bars: int, coda_bars: int) -> tuple[Section, ...]:
    made = [Section("Intro", "intro", 0, intro_bars)]
    for name in _FORMS[form]:
        made.append(Section(name, name[0], made[-1].first_bar + made[-1].bars, SECTION_BARS))
    return (*made, Section("Coda", "coda", made[-1].first_bar + made[-1].bars, coda_bars))
