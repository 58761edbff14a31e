"""What a lesson learns from: the distinct drum bars of a song, with our own sample beside them when they are few."""

from __future__ import annotations

from collections import Counter

import numpy as np
from numpy.typing import NDArray

from backends.representations.drum_voices import VOICE_OF, hits_of
from backends.representations.drums import OUT_PITCHES, VOICE_COUNT, VOICES
from backends.representations.phrases import drum_numbers
from backends.training.lecture_bars import sample_bars
from studio.generation.lecture import STEP_TICKS, STEPS_IN_BAR, Material
from studio.song.notes import Rows
from studio.song.song import Song
from studio.song.ticks import Span

FEWEST_BARS = 30
MOST_BARS = 1200
FEWEST_HITS = 2
MOST_GROUPS = 8
BAR_TICKS = STEPS_IN_BAR * STEP_TICKS
TABLE = VOICE_OF["general"]
THIS_SONG = "this song"


def material_of(song: Song | None) -> Material:
    """The song's own bars where it has enough of them; else the sample, and the song's few as a group of their own."""
    bars, places, sections = song_bars(song) if song is not None else ([], [], [])
    pitches = _pitches(song)
    if len(bars) >= FEWEST_BARS:
        groups, group_of = _grouped(sections)
        about = f"Learnt from the {len(bars)} different drum bars of this song."
        return Material(np.stack(bars), group_of, groups, tuple(places), VOICES, pitches, about)
    sample, styles = sample_bars()
    names = tuple(dict.fromkeys(styles))
    counted: Counter[str] = Counter()
    origin = []
    for style in styles:
        counted[style] += 1
        origin.append(f"{style} {counted[style]}")
    group_of = np.array([names.index(style) for style in styles], np.int64)
    about = f"Learnt from {len(sample)} bars that come with the program, in {len(names)} styles"
    if not bars:
        return Material(sample, group_of, names, tuple(origin), VOICES, pitches, f"{about}: the song has no drum bars in 4/4.")
    joined = np.concatenate([np.stack(bars), sample])
    about += f", and this song's {len(bars)} different {'bar' if len(bars) == 1 else 'bars'} (too few to learn from alone)."
    group_of = np.concatenate([np.zeros(len(bars), np.int64), group_of + 1])
    return Material(joined, group_of, (THIS_SONG, *names), (*places, *origin), VOICES, pitches, about)


def song_bars(song: Song) -> tuple[list[NDArray[np.uint8]], list[str], list[str]]:
    """Distinct bars of all drum tracks together, where each comes first, and the section it stands in."""
    held: dict[bytes, tuple[NDArray[np.uint8], str, str]] = {}
    rows = _drum_rows(song)
    last = song.timeline.bar_of(int(rows["start"].max())) if len(rows) else 0
    for number in range(1, last + 1):
        span = song.timeline.bar_span(number, number)
        if span.length_ticks != BAR_TICKS or len(held) >= MOST_BARS:
            continue
        first, after = np.searchsorted(rows["start"], (span.start_tick - STEP_TICKS, span.end_tick + STEP_TICKS))
        bar = hits_of(drum_numbers(rows[first:after], span))
        if bar.sum() >= FEWEST_HITS:
            held.setdefault(bar.tobytes(), (bar, f"bar {number}", _section(song, span)))
    return [entry[0] for entry in held.values()], [entry[1] for entry in held.values()], [entry[2] for entry in held.values()]


def _drum_rows(song: Song) -> Rows:
    tracks = [track.notes.rows for track in song.tracks if track.instrument.is_drum and not track.is_audio]
    rows = np.concatenate([*tracks, song.tracks[0].notes.rows[:0]])
    return rows[np.argsort(rows["start"], kind="stable")]


def _section(song: Song, span: Span) -> str:
    """The section a bar stands in; without sections, the stretch of sixteen bars."""
    sections = [marker for marker in song.timeline.markers if marker.is_section and marker.tick <= span.start_tick]
    if sections:
        return sections[-1].text
    first = (song.timeline.bar_of(span.start_tick) - 1) // 16 * 16 + 1
    return f"bars {first}-{first + 15}"


def _grouped(sections: list[str]) -> tuple[tuple[str, ...], NDArray[np.int64]]:
    """The names in order of appearance and each bar's among them; beyond the most, the rest is one group."""
    names = list(dict.fromkeys(sections))
    if len(names) > MOST_GROUPS:
        names = [*names[: MOST_GROUPS - 1], "later"]
    return tuple(names), np.array([names.index(name) if name in names else len(names) - 1 for name in sections], np.int64)


def _pitches(song: Song | None) -> tuple[int, ...]:
    """The note that the song writes each voice as most often; our own where it has none."""
    if song is None:
        return tuple(OUT_PITCHES.tolist())
    played = _drum_rows(song)["pitch"]
    heard = [Counter(played[TABLE[played] == voice].tolist()).most_common(1) for voice in range(VOICE_COUNT)]
    return tuple(found[0][0] if found else own for found, own in zip(heard, OUT_PITCHES.tolist(), strict=True))
