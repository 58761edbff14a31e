"""Drum bars of our own, in a dozen styles: what the lecture's models learn from when a song has too few.

A style is a pattern per voice over sixteen steps: `X` always sounds, `o` more often than not, `-` now and then, `.` never.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from backends.representations.drums import VOICE_COUNT, VOICES
from studio.generation.lecture import STEPS_IN_BAR

CHANCES: Mapping[str, float] = {"X": 1.0, "o": 0.65, "-": 0.2, ".": 0.0}
BARS_A_STYLE = 40
FILL_CHANCE = 0.12

STYLES: Mapping[str, Mapping[str, str]] = {
    "rock": {
        "kick": "X.....-.Xo....-.",
        "snare": "....X..-....X..-",
        "closed hat": "X.X.X.X.X.X.X.o.",
        "open hat": "..............-.",
    },
    "disco": {
        "kick": "X...X...X...X...",
        "snare": "....X.......X..-",
        "closed hat": "X-..X-..X-..X-..",
        "open hat": "..X...X...X...X.",
    },
    "funk": {
        "kick": "X.o...-..oX...-.",
        "snare": "....X..o-o..X..o",
        "closed hat": "XoXoX-XoXoX-XoX-",
        "open hat": "..............-.",
    },
    "hip hop": {
        "kick": "X..-..-o..Xo....",
        "snare": "....X.......X...",
        "closed hat": "X.X.X.X.X.X.X.Xo",
        "open hat": "......-.........",
    },
    "shuffle": {
        "kick": "X..-..X.X..-..o.",
        "snare": "....X.......X..-",
        "ride": "X..XX..XX..XX..X",
    },
    "bossa": {
        "kick": "X..XX..XX..XX..X",
        "snare": "X..X..X...X..o..",
        "closed hat": "XoXoXoXoXoXoXoXo",
    },
    "reggae": {
        "kick": "-.......X.......",
        "snare": "........X.....-.",
        "closed hat": "-.X.-.X.-.X.-.X.",
        "open hat": "......-.........",
    },
    "samba": {
        "kick": "X..XX..XX..XX..X",
        "low tom": "....X..-....Xo-o",
        "closed hat": "X-XXX-XXX-XXX-XX",
        "snare": "--o---o-o-o---o-",
    },
    "jungle": {
        "kick": "X.X....-..X..-..",
        "snare": "....X..o-o..X..o",
        "ride": "X.X.X.X.X.X.X.X.",
        "crash": "-...............",
    },
    "march": {
        "kick": "X...o...X...o...",
        "snare": "X.XXX.XXX.XXX-X-",
        "crash": "X.......-.......",
    },
    "ballad": {
        "kick": "X......-..o.....",
        "snare": "........X.......",
        "closed hat": "X...X...X...X...",
        "ride": "..-...-...-...-.",
    },
    "toms": {
        "kick": "X...X...X...X...",
        "low tom": "X..X..X.X..X..o.",
        "mid tom": ".o-...o..o-...o.",
        "high tom": "..-..o....-..o..",
    },
}


def sample_bars(seed: int = 1, bars_a_style: int = BARS_A_STYLE) -> tuple[NDArray[np.uint8], tuple[str, ...]]:
    """Distinct bars [bar, step, voice] and the style of each; the same bars for the same seed."""
    rng = np.random.default_rng(seed)
    bars: list[NDArray[np.uint8]] = []
    styles: list[str] = []
    seen: set[bytes] = set()
    for style, patterns in STYLES.items():
        chances = chances_of(patterns)
        made = 0
        while made < bars_a_style:
            bar = _bar(chances, rng)
            if bar.tobytes() not in seen:
                seen.add(bar.tobytes())
                bars.append(bar)
                styles.append(style)
                made += 1
    return np.stack(bars), tuple(styles)


def chances_of(patterns: Mapping[str, str]) -> NDArray[np.float64]:
    """How likely each cell sounds, [step, voice]."""
    chances = np.zeros((STEPS_IN_BAR, VOICE_COUNT))
    for voice, pattern in patterns.items():
        chances[:, VOICES.index(voice)] = [CHANCES[mark] for mark in pattern]
    return chances


def _bar(chances: NDArray[np.float64], rng: np.random.Generator) -> NDArray[np.uint8]:
    """One bar; now and then its last quarter is a fill on snare and toms."""
    bar = (rng.random(chances.shape) < chances).astype(np.uint8)
    if rng.random() < FILL_CHANCE:
        bar[-4:, 1:] = 0
        drums = [VOICES.index(name) for name in ("snare", "high tom", "mid tom", "low tom")]
        for step, voice in zip(range(STEPS_IN_BAR - 4, STEPS_IN_BAR), np.sort(rng.choice(4, 4)), strict=True):
            bar[step, drums[voice]] = rng.random() < 0.85
    return bar
