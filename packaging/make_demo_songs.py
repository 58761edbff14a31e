"""Write the three demo songs of resources/songs: composed for Ricercar, tunes in ABC, the rest by the patterns below."""

from __future__ import annotations

import math
import re
import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import product
from pathlib import Path
from random import Random

import numpy as np

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))  # run as a script, from anywhere

from studio.files.format import write_song  # noqa: E402
from studio.files.formats.abc_tunes import song_from_text  # noqa: E402
from studio.song.harmony import Key, pitch_class_named  # noqa: E402
from studio.song.notes import Notes, rows_from_columns, without_overlaps  # noqa: E402
from studio.song.song import Instrument, Song, Strip, Track  # noqa: E402
from studio.song.timeline import KeyChange, Marker, MeterChange, TempoChange, Timeline, coloured  # noqa: E402

EIGHTH = 480
KICK, RIM, SNARE, CLAP, HAT, OPEN_HAT, LOW_TOM, MID_TOM, CRASH, RIDE, SHAKER = 36, 37, 38, 39, 42, 46, 45, 47, 49, 51, 70

Stroke = tuple[int, int, int, int]
"""Start and length in ticks, pitch, velocity before phrasing."""

QUALITIES = {"": (0, 4, 7), "m": (0, 3, 7), "7": (0, 4, 7, 10), "maj7": (0, 4, 7, 11), "m7": (0, 3, 7, 10)}
QUALITIES |= {"m6": (0, 3, 7, 9), "m7b5": (0, 3, 6, 10)}


@dataclass(frozen=True)
class Chord:
    """A chord symbol in its place; `start` and `length` in ticks."""

    start: int
    length: int
    root: int
    tones: tuple[int, ...]


@dataclass(frozen=True)
class Sketch:
    """A piece before it is played: sections as (name, first bar), chords a bar, tempo in quarters."""

    title: str
    key: Key
    meter: tuple[int, int]
    bpm: float
    sections: tuple[tuple[str, int], ...]
    chords: tuple[Chord, ...]
    bars: int
    slows: bool

    @property
    def bar_ticks(self) -> int:
        return self.meter[0] * 3840 // self.meter[1]

    def section(self, bar: int) -> str:
        return [name for name, first in self.sections if first <= bar][-1]


def chords_of(text: str, bar_ticks: int) -> tuple[Chord, ...]:
    """Bars between |, chords of a bar equally long."""
    made = []
    for number, bar in enumerate(text.replace("\n", " ").strip(" |").split("|")):
        symbols = bar.split()
        share = bar_ticks // len(symbols)
        for place, symbol in enumerate(symbols):
            found = re.fullmatch(r"([A-G][#b]?)(.*)", symbol)
            assert found, symbol
            root = pitch_class_named(found[1])
            tones = tuple((root + step) % 12 for step in QUALITIES[found[2]])
            made.append(Chord(number * bar_ticks + place * share, share, root, tones))
    return tuple(made)


def voicings(chords: Sequence[Chord], low: int, high: int) -> list[tuple[int, ...]]:
    """Close voicings, each as near to the one before as can be."""
    made: list[tuple[int, ...]] = []
    for chord in chords:
        choices = [[pitch for pitch in range(low, high + 1) if pitch % 12 == tone] for tone in chord.tones]
        close = sorted({tuple(sorted(chosen)) for chosen in product(*choices) if max(chosen) - min(chosen) <= 14})
        before = made[-1] if made else (round((low + high) / 2),) * len(chord.tones)

        def cost(voicing: tuple[int, ...], before: tuple[int, ...] = before) -> float:
            moves = zip(before[-len(voicing) :], voicing[-len(before) :], strict=True)
            return sum(abs(new - old) for old, new in moves) + 0.3 * abs(sum(voicing) / len(voicing) - (low + high) / 2)

        made.append(min(close, key=cost))
    return made


def bass_pitch(pitch_class: int, low: int) -> int:
    return low + (pitch_class - low) % 12


def tune(header: str, music: str, first_bar: int, bar_ticks: int, level: int, *, higher: int = 0) -> list[Stroke]:
    """ABC music placed from a bar on, `higher` by semitones; slurred, at this velocity."""
    song = song_from_text(f"X:1\nL:1/8\n{header}\n{music}\n").song
    rows = song.tracks[0].notes.rows
    made = []
    for index, (start, length, pitch) in enumerate(zip(rows["start"], rows["length"], rows["pitch"], strict=True)):
        is_slurred = index + 1 < len(rows) and rows["start"][index + 1] == start + length
        sounded = int(length) * 19 // 20 if is_slurred else int(length)
        made.append((int(start) + first_bar * bar_ticks, sounded, int(pitch) + higher, level))
    return made


def phrased(sketch: Sketch, strokes: Iterable[Stroke], levels: dict[str, int], rng: Random) -> list[Stroke]:
    """Dynamics of section, four-bar phrase, meter and contour, with a player's small differences."""
    listed = sorted(strokes)
    mean = sum(pitch for _, _, pitch, _ in listed) / len(listed)
    made = []
    for start, length, pitch, velocity in listed:
        bar = start // sketch.bar_ticks
        arch = 5 * math.sin(math.pi * ((start / sketch.bar_ticks) % 4 + 0.4) / 4.4)
        beat = 5 if start % sketch.bar_ticks == 0 else 1 if start % (2 * EIGHTH) == 0 else -4
        contour = max(-6.0, min(6.0, (pitch - mean) * 0.5)) if pitch > 52 else 0.0
        level = velocity + levels.get(sketch.section(bar), 0) + arch + beat + contour + rng.gauss(0, 2.2)
        made.append((start, length, pitch, min(124, max(16, round(level)))))
    return made


@dataclass
class Band:
    """Collects the tracks of one song."""

    sketch: Sketch
    rng: Random
    tracks: list[Track]
    next_id: int = 1

    def add(self, name: str, program: int, strip: Strip, strokes: Iterable[Stroke], levels: dict[str, int] | None = None) -> None:
        """A track; a program below 0 is the drum kit."""
        listed = phrased(self.sketch, strokes, levels or {}, self.rng)
        columns = [list(column) for column in zip(*listed, strict=True)]
        rows, _, _ = without_overlaps(rows_from_columns(*columns))
        track_id = self.next_id
        rows["id"] = np.arange(track_id + 1, track_id + 1 + len(rows))
        self.next_id = track_id + 1 + len(rows)
        instrument = Instrument(max(program, 0), is_drum=program < 0)
        self.tracks.append(Track(track_id, name, len(self.tracks), instrument, strip, Notes(rows)))

    def song(self) -> Song:
        sketch = self.sketch
        timeline = Timeline(
            tempos=tuple(tempos(sketch)),
            meters=(MeterChange(0, *sketch.meter),),
            keys=(KeyChange(0, sketch.key),),
            markers=coloured(Marker(first * sketch.bar_ticks, name, True) for name, first in sketch.sections),
        )
        return Song(sketch.title, tuple(self.tracks), timeline, next_id=self.next_id)


def tempos(sketch: Sketch) -> Iterable[TempoChange]:
    base = round(60e6 / sketch.bpm)
    yield TempoChange(0, base)
    if sketch.slows:
        last = (sketch.bars - 1) * sketch.bar_ticks
        for beat in range(4):
            yield TempoChange(last - sketch.bar_ticks + beat * sketch.bar_ticks // 4, round(base * (1.06 + 0.07 * beat)))
        yield TempoChange(last, round(base * 1.45))


def strip(gain_db: float, pan: float, reverb: int) -> Strip:
    return Strip(gain_db=gain_db, pan=pan, reverb=reverb)


# Nocturne in C minor


def nocturne() -> Song:
    bar = 3840
    text = """Cm | Ab | Fm | G7 |
        Cm | Ab | Eb | Bb | Fm | Cm | Ab | G7 |
        Cm | Ab | Eb | Bb | Fm | Cm | Dm7b5 G7 | Cm |
        Ab | Eb | Fm | Cm | Db | Ab | Dm7b5 | G7 |
        Cm | Fm | Cm G7 | Cm"""
    chords = chords_of(text, bar)
    sections = (("Intro", 0), ("A", 4), ("A'", 12), ("B", 20), ("Coda", 28))
    sketch = Sketch("Nocturne in C minor", Key(0, "minor"), (4, 4), 92, sections, chords, 32, True)
    header = "M:4/4\nK:Cm"
    lead = """G2 c3 d e2 | e2 d c A4 | G2 B3 c d2 | d2 c B F4 | A2 c3 d e2 | g2 f e c4 | A2 c2 e2 d c | d2 =B2 G3 z |
        G2 c3 d e2 | e2 d c A2 A c | G2 B3 c d2 | d2 c B F2 F B | A2 c3 d e2 | g2 f e c3 e | f2 e d =B2 d2 | c6 z2 |
        e4 c2 e2 | g6 f e | f4 c2 f2 | e6 d c | _d4 f2 a2 | a3 g e4 | f2 e f a2 g f | g4 f2 d =B |
        G2 c3 d e2 | f2 e c A4 | G2 c2 d2 =B2 | c8 |]"""
    band = Band(sketch, Random(92), [])
    levels = {"A'": 4, "B": -7, "Coda": -5, "Intro": -8}
    band.add("Lead", 80, strip(-12.0, -8, 58), tune(header, lead, 4, bar, 84), levels)
    band.add("Piano", 0, strip(0.0, 14, 44), nocturne_piano(chords), levels)
    strings = [chord for chord in chords if chord.start >= 12 * bar]
    band.add("Strings", 48, strip(-7.0, -22, 66), held(strings, 55, 74, 72), levels | {"B": 4})
    band.add("Bass", 33, strip(-2.0, 0, 14), nocturne_bass(chords), levels)
    band.add("Drums", -1, strip(-1.5, 6, 26), nocturne_drums(bar), {"A'": 4, "Coda": -8})
    return band.song()


def nocturne_piano(chords: Sequence[Chord]) -> list[Stroke]:
    """Broken chords in eighths, up and back; the last one spread and held."""
    made = []
    order = (0, 1, 2, 3, 2, 1, 2, 1)
    for chord, voicing in zip(chords, voicings(chords, 52, 68), strict=True):
        tones = (*voicing[:3], voicing[0] + 12) if len(voicing) == 3 else voicing
        if chord is chords[-1]:
            rolled = (bass_pitch(chord.root, 43), *tones)
            made += [(chord.start + 90 * place, chord.length - 90 * place, pitch, 72) for place, pitch in enumerate(rolled)]
            break
        for place in range(chord.length // EIGHTH):
            ring = 3 * EIGHTH if place == 0 and chord.length > 4 * EIGHTH else EIGHTH
            made.append((chord.start + place * EIGHTH, ring, tones[order[place % 8]], 80 if place == 0 else 74))
    return made


def nocturne_bass(chords: Sequence[Chord]) -> list[Stroke]:
    """A dotted figure on the root, a fifth below or above it, and a step into the next bar."""
    made = []
    for chord, after in zip(chords, [*chords[1:], chords[-1]], strict=True):
        root, fifth = bass_pitch(chord.root, 34), bass_pitch(chord.tones[2], 34)
        start = chord.start
        if chord is chords[-1] or start < 4 * 3840 or chord.length < 3840:
            made.append((start, chord.length, root, 74))
            continue
        nearest = bass_pitch(after.root, 34)
        into = nearest + (2 if nearest < root else -1)
        made += [
            (start, 3 * EIGHTH, root, 80),
            (start + 3 * EIGHTH, EIGHTH, root, 68),
            (start + 4 * EIGHTH, 3 * EIGHTH, fifth, 74),
        ]
        made.append((start + 7 * EIGHTH, EIGHTH, into if after.root != chord.root else root, 66))
    return made


def nocturne_drums(bar: int) -> list[Stroke]:
    """Hats and a rim in A, ride and snare in A', a shaker alone in B, one last cymbal."""
    made: list[Stroke] = []
    for number in range(4, 31):
        start = number * bar
        is_a, is_return, is_b = number < 12, 12 <= number < 20, 20 <= number < 28
        top = RIDE if is_return else SHAKER if is_b else HAT
        made += [(start + place * EIGHTH, EIGHTH // 2, top, 70 if place % 2 == 0 else 58) for place in range(8)]
        if not is_b:
            made += [(start, EIGHTH // 2, KICK, 94), (start + 5 * EIGHTH, EIGHTH // 2, KICK, 82)]
            made += [(start + place * EIGHTH, EIGHTH // 2, RIM if is_a else SNARE, 80) for place in (2, 6)]
        if number in (11, 19, 27):
            tail = [(7, LOW_TOM, 84), (6.5, MID_TOM, 80), (6, MID_TOM, 76)]
            made += [(start + round(place * EIGHTH), EIGHTH // 2, drum, level) for place, drum, level in tail]
    made += [(12 * bar, 4 * EIGHTH, CRASH, 70), (31 * bar, 6 * EIGHTH, CRASH, 54), (31 * bar, EIGHTH, KICK, 66)]
    return made


def held(chords: Sequence[Chord], low: int, high: int, level: int) -> list[Stroke]:
    """Held voicings; a tone common to the next chord is tied over, up to two bars."""
    made: list[Stroke] = []
    began: dict[int, int] = {}
    voiced = voicings(chords, low, high)
    for index, (chord, voicing) in enumerate(zip(chords, voiced, strict=True)):
        following = set(voiced[index + 1]) if index + 1 < len(chords) else set()
        for pitch in voicing:
            start = began.pop(pitch, chord.start)
            end = chord.start + chord.length
            if pitch in following and end - start < 7680:
                began[pitch] = start
            else:
                made.append((start, end - start, pitch, level))
    return made


# Paper Lanterns, a bossa nova


def paper_lanterns() -> Song:
    bar = 3840
    a_section = "Fmaj7 | Dm7 | Gm7 | C7 | Am7 | Dm7 | Gm7 C7 | Fmaj7 |"
    b_section = "Bbmaj7 | Bbm6 | Am7 | D7 | Gm7 | Bbm6 | Am7 D7 | Gm7 C7 |"
    chords = chords_of("Fmaj7 | Gm7 | Am7 | Gm7 C7 |" + 2 * a_section + b_section + a_section + "Gm7 | C7 | Fmaj7 | Fmaj7", bar)
    sections = (("Intro", 0), ("A", 4), ("A'", 12), ("B", 20), ("A''", 28), ("Coda", 36))
    sketch = Sketch("Paper Lanterns", Key(5, "major"), (4, 4), 126, sections, chords, 40, False)
    flute = """z2 A c3 A c | d3 c A4 | z2 G B3 G B | c3 B G4 | c e3 d2 c2 | A d3 c2 A2 | B d3 c2 G2 | A6 z2 |
        z A c A c3 f | e d c A- A4 | z G B G B3 d | c B A G- G4 | c e3 d2 c2 | A d3 c2 A2 | B d3 e2 d2 | c6 z2 |
        f4 d2 f2 | f3 g f _d3 | e4 c2 e2 | ^f3 e d4 | d4 B2 d2 | _d3 c B4 | c2 A2 ^F2 A2 | B2 d2 c2 G2 |
        z2 A c3 A c | d3 c A3 c | z2 G B3 G B | c3 B G3 B | c e3 d2 c2 | A d3 f2 e2 | d f3 e2 g2 | f6 z2 |
        z2 G B3 G B | c3 B G4 | A3 c f4- | f8 |]"""
    band = Band(sketch, Random(126), [])
    levels = {"Intro": -6, "A'": 2, "B": 6, "A''": 4, "Coda": -6}
    band.add("Flute", 73, strip(-2.0, -10, 56), tune("M:4/4\nK:F", flute, 4, bar, 72, higher=12), levels)
    band.add("Guitar", 24, strip(-4.0, 22, 40), bossa_guitar(chords), levels)
    band.add("Bass", 32, strip(-2.5, 0, 14), bossa_bass(chords), levels)
    band.add("Drums", -1, strip(-2.0, -4, 22), bossa_drums(bar), {"B": 6, "Coda": -6})
    return band.song()


def bossa_guitar(chords: Sequence[Chord]) -> list[Stroke]:
    """The two-bar pattern of the thumbless hand: on one, the and of two, four; then twice off the beat."""
    made = []
    for chord, voicing in zip(chords, voicings(chords, 53, 70), strict=True):
        is_second = (chord.start // 3840) % 2 == 1
        places = ((1, 2), (4, 3)) if is_second else ((0, 2), (3, 2), (6, 2))
        places = ((0, 2), (3, 1)) if chord.length < 3840 else ((0, 8),) if chord is chords[-1] else places
        for place, length in places:
            start = chord.start + place * EIGHTH
            for voice, pitch in enumerate(voicing):  # fingers do not fall quite together
                made.append((start + 6 * voice, length * EIGHTH - 6 * voice - 30, pitch, 62 + (place == 0) * 3))
    return made


def bossa_bass(chords: Sequence[Chord]) -> list[Stroke]:
    made = []
    for chord in chords:
        root, fifth = bass_pitch(chord.root, 33), bass_pitch(chord.tones[2], 33)
        if chord is chords[-1]:
            made.append((chord.start, chord.length, root, 76))
        elif chord.length < 3840:
            made += [(chord.start, 3 * EIGHTH, root, 80), (chord.start + 3 * EIGHTH, EIGHTH, root, 66)]
        else:
            half = chord.start + 4 * EIGHTH
            made += [(chord.start, 3 * EIGHTH, root, 82), (half - EIGHTH, EIGHTH, fifth, 68)]
            made += [(half, 3 * EIGHTH, fifth, 78), (half + 3 * EIGHTH, EIGHTH, root, 66)]
    return made


def bossa_drums(bar: int) -> list[Stroke]:
    """Clave on the rim over two bars, a heartbeat of the kick, a shaker in eighths."""
    made: list[Stroke] = []
    for number in range(39):
        start = number * bar
        clave = (0, 3, 6) if number % 2 == 0 else (2, 5)
        made += [(start + place * EIGHTH, EIGHTH // 2, RIM, 76) for place in clave]
        made += [(start + place * EIGHTH, EIGHTH // 2, SHAKER, 70 if place % 2 == 0 else 58) for place in range(8)]
        made += [(start + place * EIGHTH, EIGHTH // 2, KICK, level) for place, level in ((0, 74), (3, 60), (4, 72), (7, 60))]
        if 20 <= number < 28:
            made += [(start + place * EIGHTH, EIGHTH, RIDE, 50) for place in (0, 2, 3, 4, 6, 7)]
    return [*made, (39 * bar, EIGHTH, KICK, 66), (39 * bar, 6 * EIGHTH, CRASH, 46)]


# The Weaver's Jig


def weavers_jig() -> Song:
    bar = 2880
    a_section, b_section = "Dm | Dm | C | C | Dm | F | G C | Dm |", "F | C | Dm | Am | F | C | G C | Dm |"
    chords = chords_of("Dm | C |" + 2 * a_section + b_section + a_section + "Dm | C | G C | Dm", bar)
    sections = (("Intro", 0), ("A", 2), ("A'", 10), ("B", 18), ("A''", 26), ("Coda", 34))
    sketch = Sketch("The Weaver's Jig", Key(2, "dorian"), (6, 8), 165, sections, chords, 38, False)
    first = "AdA fed | cAG F2D | EGc ecG | cGE C2E |"
    fiddle = (
        first + "AdA fed | cAF A2c | BGB cAG | ADD D3 |"
        + first + "F2A d2e | fdA c2A | BGB cBc | d3 d2A |"
        + "f2g agf | e2f gec | d2e fed | cAc e2A | f2g agf | ege c2e | dBd cBG | FED D2A |"
        + "AdA fed | cAG F2D | EGc ecG | cGE CDE | FAd fed | cAF Acf | edB cAG | ADD D3 |"
        + "AdA fed | cGE C2E | DGB cAG | [DAd]6 |]"
    )  # fmt: skip
    header = "M:6/8\nK:Ddor"
    counter = "c'3 a3 | g3 e3 | f3 a3 | e3 c3 | c'3 a3 | g3 e3 | d3 e3 | f3 d3 |]"
    band = Band(sketch, Random(165), [])
    levels = {"Intro": -6, "A'": 2, "B": 4, "A''": 6, "Coda": 4}
    flute = tune(header, counter, 18, bar, 70)
    flute += [
        (start, length, pitch + 12, 70) for start, length, pitch, _ in tune(header, fiddle, 2, bar, 70) if in_bars(start, 26, 34)
    ]
    flute.append((37 * bar, bar, 86, 66))
    band.add("Fiddle", 110, strip(0.0, -14, 46), tune(header, fiddle, 2, bar, 94), levels)
    band.add("Whistle", 72, strip(-5.0, 20, 52), flute, levels)
    band.add("Guitar", 25, strip(-5.5, 12, 34), jig_guitar(chords), levels)
    band.add("Bass", 32, strip(-6.0, 0, 14), jig_bass(chords), levels)
    band.add("Frame drum", -1, strip(-2.0, -8, 30), jig_drum(bar), levels)
    return band.song()


def in_bars(tick: int, first: int, end: int) -> bool:
    return first * 2880 <= tick < end * 2880


def jig_guitar(chords: Sequence[Chord]) -> list[Stroke]:
    """Down on the step, up on its last eighth; strings follow one another."""
    made = []
    for chord, voicing in zip(chords, voicings(chords, 50, 67), strict=True):
        if chord is chords[-1]:
            made += [(chord.start + 20 * voice, chord.length - 20 * voice, pitch, 66) for voice, pitch in enumerate(voicing)]
            break
        for step in range(0, chord.length, 3 * EIGHTH):
            for voice, pitch in enumerate(voicing):
                made.append((chord.start + step + 10 * voice, 2 * EIGHTH - 10 * voice - 40, pitch, 66))
                made.append((chord.start + step + 2 * EIGHTH + 8 * (2 - voice), EIGHTH - 60, pitch, 52))
    return made


def jig_bass(chords: Sequence[Chord]) -> list[Stroke]:
    made = []
    for chord in chords:
        root, fifth = bass_pitch(chord.root, 33), bass_pitch(chord.tones[2], 33)
        if chord.length < 2880 or chord is chords[-1]:
            made.append((chord.start, chord.length - 60, root, 82))
        else:
            made += [(chord.start, 3 * EIGHTH - 60, root, 84), (chord.start + 3 * EIGHTH, 3 * EIGHTH - 60, fifth, 74)]
    return made


def jig_drum(bar: int) -> list[Stroke]:
    made: list[Stroke] = []
    for number in range(37):
        start = number * bar
        lively = number >= 18
        pattern = [(0, LOW_TOM, 76), (2, MID_TOM, 54), (3, LOW_TOM, 66), (5, MID_TOM, 56)]
        pattern += [(1, MID_TOM, 40), (4, MID_TOM, 42)] if lively else []
        made += [(start + place * EIGHTH, EIGHTH // 2, drum, level) for place, drum, level in pattern]
    return [*made, (37 * bar, EIGHTH, LOW_TOM, 84)]


def demo_songs() -> dict[str, Song]:
    """Every demo song by its file name."""
    return {
        "nocturne-in-c-minor.ricercar": nocturne(),
        "paper-lanterns.ricercar": paper_lanterns(),
        "the-weavers-jig.ricercar": weavers_jig(),
    }


def main() -> None:
    folder = ROOT / "resources" / "songs"
    folder.mkdir(parents=True, exist_ok=True)
    for name, song in demo_songs().items():
        write_song(song, folder / name)
        print(f"{name}: {song.bar_count} bars, {len(song.tracks)} tracks, {song.note_count} notes, {song.seconds:.0f} s")


if __name__ == "__main__":
    main()
