"""Recipes: what can be done to chosen notes with a few settings, declared once for dialogs, keys and menus."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from studio.edits import bars, dividing, notes, pitches, timing, velocities
from studio.edits.history import Edit
from studio.edits.humanising import Humaniser, Humanising
from studio.edits.timing import Quantising
from studio.errors import UnsupportedRequest
from studio.knobs import Knob, KnobValue
from studio.song.song import Song
from studio.song.ticks import Span
from studio.words import mark, tr
from widgets.snap import Snap

Values = Mapping[str, KnobValue]
ROLLS_GRID = mark("as in the roll")
GRIDS = (ROLLS_GRID, "1/4", "1/8", "1/16", "1/32", "1/4T", "1/8T", "1/16T", "1/4.", "1/8.", "1/8Q", "1/16Q")
LENGTHS = ("1/1", "1/2", "1/4", "1/8", "1/16", "1/32", "1/64", "1/2T", "1/4T", "1/8T", "1/16T", "1/2.", "1/4.", "1/8.")


@dataclass(frozen=True)
class Material:
    """The notes to work on: ids over any tracks (one at least is there), from first start to last end."""

    song: Song
    ids: frozenset[int]
    track_id: int
    span: Span
    snap: Snap
    ticks_per_px: float
    humaniser: Humaniser

    def step(self, grid: KnobValue) -> int:
        """Ticks of a grid by its name."""
        snap = self.snap if grid == ROLLS_GRID else Snap.named(str(grid))
        return snap.grid_ticks(self.song.timeline, self.span.start_tick, self.ticks_per_px)

    def lines(self, grid: KnobValue) -> list[int]:
        """The grid lines inside the notes' stretch, counted from each bar line."""
        step, timeline = self.step(grid), self.song.timeline
        found: list[int] = []
        for bar, tick in timeline.bar_lines(timeline.whole_bars(self.span)):
            found.extend(range(tick, timeline.bar_start(bar + 1), step))
        return found


@dataclass(frozen=True)
class Recipe:
    """`make` turns material and values into an edit. `on_all`: with nothing selected it may, once asked, take the whole track."""

    id: str
    title: str
    about: str
    make: Callable[[Material, Values], Edit]
    knobs: tuple[Knob, ...] = ()
    on_all: bool = True


def _share(value: KnobValue) -> float:
    return float(value) / 100


def _quantise(of: Material, how: Values) -> Edit:
    settings = Quantising(
        strength=_share(how["strength"]),
        swing=_share(how["swing"]),
        starts=how["what"] != "ends",
        ends=how["what"] != "starts",
        threshold=_share(how["threshold"]),
        loose=_share(how["loose"]),
        seed=int(how["seed"]),
    )
    return timing.quantise(of.ids, of.step(how["grid"]), settings)


def _humanise(of: Material, how: Values) -> Edit:
    return of.humaniser.edit(of.song, of.ids, Humanising(float(how["time"]), int(how["velocity"]), int(how["seed"])))


def _legato(of: Material, how: Values) -> Edit:
    return timing.legato(of.ids, own_pitch=how["until"] == "next of its pitch", share=_share(how["share"]))


def _stretch(of: Material, how: Values) -> Edit:
    length = max(1, round(of.span.length_ticks * _share(how["percent"])))
    return timing.stretch(of.ids, of.span, Span(of.span.start_tick, of.span.start_tick + length))


def _strum(of: Material, how: Values) -> Edit:
    spread = float(how["time"]) * 1000 / of.song.timeline.tempo_at(of.span.start_tick).us_per_beat * 960
    return timing.strum(of.ids, max(1, round(spread)), downwards=how["direction"] == "down")


def _repeat(of: Material, how: Values) -> Edit:
    clip = bars.copied(of.song, of.ids)
    if clip is None:
        raise UnsupportedRequest(tr("There are no notes to repeat."), tr("Select some first."))
    first = next(track.id for track in of.song.tracks if len(track.notes.with_ids(of.ids)))
    period = of.snap.rounded_span(of.song.timeline, of.span, of.ticks_per_px).length_ticks
    return dividing.repeat(clip, first, of.span.start_tick + period, period, int(how["times"]))


def _set_length(of: Material, how: Values) -> Edit:
    return notes.set_lengths(of.ids, Snap.named(str(how["length"])).grid_ticks(of.song.timeline, 0))


def _percent(name: str, label: str, default: int, reach: tuple[int, int], words: str) -> Knob:
    return Knob(name, label, default, *reach, help=words, unit="%")


_SEED = Knob("seed", "Seed", 1, 1, 9999, help="The same seed scatters the same notes in the same way")
_GRID = Knob("grid", "Grid", ROLLS_GRID, choices=GRIDS, help="T: triplets, Q: quintuplets, a point: dotted")

RECIPES: Sequence[Recipe] = (
    Recipe("quantise", "Quantise", "Draw notes to the grid.", _quantise, (
        _GRID,
        _percent("strength", "Strength", 100, (0, 100), "How far each note goes towards the grid"),
        _percent("swing", "Swing", 50, (50, 75), "Where the second of two grid steps falls: 50 % straight, 67 % a triplet feel"),
        Knob("what", "What", "starts", choices=("starts", "ends", "both"), help="Which side of the notes is drawn to the grid"),
        _percent("threshold", "Leave alone within", 0, (0, 50), "What is nearer to its line than this share of a step stays"),
        _percent("loose", "Scatter", 0, (0, 50), "What is moved lands up to this share of a step beside the line"),
        _SEED,
    )),
    Recipe("humanise", "Humanise", "Make time and loudness a little uneven, in place of any jitter before.", _humanise, (
        Knob("time", "Time", 12, 0, 100, help="Up to so many milliseconds earlier or later", unit="ms"),
        Knob("velocity", "Velocity", 8, 0, 40, help="Up to so much softer or louder"),
        _SEED,
    )),
    Recipe("legato", "Legato", "Each note lasts until the next one begins; the last keeps its length.", _legato, (
        Knob("until", "Until the", "next note", choices=("next note", "next of its pitch"), help="Chords stay chords"),
        _percent("share", "How far", 100, (5, 100), "100 % reaches the next note; less leaves a gap before it"),
    )),
    Recipe("length", "Set length", "All notes become equally long.", _set_length,
           (Knob("length", "Length", "1/8", choices=LENGTHS, help="T: triplet, a point: dotted"),)),
    Recipe("staccato", "Staccato", "Each note keeps a share of its length.",
           lambda of, how: timing.detach(of.ids, _share(how["percent"])),
           (_percent("percent", "Length", 50, (5, 100), "Of what each note lasts now"),)),
    Recipe("overlaps", "Remove overlaps", "No note sounds into the next; chords stay.",
           lambda of, _: timing.without_meeting(of.ids)),
    Recipe("stretch", "Stretch", "Scale time between the notes and their lengths alike.", _stretch,
           (_percent("percent", "Time", 200, (10, 400), "200 % is half as fast, 50 % twice as fast"),), on_all=False),
    Recipe("reverse", "Reverse", "Play the notes backwards.", lambda of, _: timing.reverse(of.ids), on_all=False),
    Recipe("invert", "Invert pitches", "Turn the notes upside down about their middle.",
           lambda of, _: pitches.invert(of.ids), on_all=False),
    Recipe("strum", "Strum", "Spread each chord as a hand over strings does; its end stays.", _strum, (
        Knob("time", "Spread", 40, 1, 250, help="From the first to the last note of a chord", unit="ms"),
        Knob("direction", "Direction", "up", choices=("up", "down"), help="Up begins with the lowest note"),
    )),
    Recipe("arpeggiate", "Arpeggiate", "Make each chord a run of single notes, as long as it lasted.",
           lambda of, how: dividing.arpeggiate(of.ids, of.step(how["grid"]), str(how["pattern"])),
           (_GRID, Knob("pattern", "Direction", "up", choices=dividing.PATTERNS, help="Up begins with the lowest note")),
           on_all=False),
    Recipe("divide", "Divide", "Cut each note into equal parts: three make a triplet.",
           lambda of, how: dividing.divide(of.ids, int(how["parts"])),
           (Knob("parts", "Parts", 3, 2, 16, help="How many notes each becomes"),), on_all=False),
    Recipe("cut", "Cut at the grid", "Cut notes wherever a grid line crosses them.",
           lambda of, how: dividing.cut(of.ids, of.lines(how["grid"])), (_GRID,), on_all=False),
    Recipe("repeat", "Repeat", "Copies one after the other, each begun where the grid-rounded one before ends.", _repeat,
           (Knob("times", "Times", 3, 1, 64, help="How many copies"),), on_all=False),
    Recipe("transpose", "Transpose", "Move notes up or down; refused as a whole where one would leave the range of MIDI.",
           lambda of, how: notes.transpose(of.ids, int(how["semitones"])),
           (Knob("semitones", "Semitones", 12, -48, 48, help="12 is an octave, 7 a fifth"),)),
    Recipe("level velocity", "Set velocity", "All notes become equally loud.",
           lambda of, how: velocities.level_velocities(of.ids, int(how["velocity"])),
           (Knob("velocity", "Velocity", 90, 1, 127, help="1 is the softest, 127 the loudest"),)),
    Recipe("scale velocity", "Scale velocity", "Multiply: loud notes change more than soft ones, proportions stay.",
           lambda of, how: velocities.scale_velocities(of.ids, _share(how["percent"])),
           (_percent("percent", "Scale", 80, (1, 400), "100 % leaves them as they are"),)),
    Recipe("offset velocity", "Add to velocity", "Add the same to every note: differences stay.",
           lambda of, how: notes.change_velocity(of.ids, int(how["by"])),
           (Knob("by", "Add", 10, -126, 126, help="Below 0 makes them softer"),)),
    Recipe("ramp velocity", "Ramp velocity", "A crescendo or diminuendo from the first note to the last.",
           lambda of, how: velocities.ramp_velocities(of.ids, int(how["first"]), int(how["last"]), _share(how["bend"])), (
        Knob("first", "From", 50, 1, 127, help="Velocity of the first notes"),
        Knob("last", "To", 110, 1, 127, help="Velocity of the last notes"),
        _percent("bend", "Curve", 0, (-100, 100), "0 % is straight; above, the change comes late; below, early"),
    ), on_all=False),
    Recipe("spread velocity", "Even out velocity", "Bring velocities nearer to their mean, or further from it.",
           lambda of, how: velocities.spread_velocities(of.ids, _share(how["percent"])),
           (_percent("percent", "Differences", 50, (0, 300), "Below 100 % evens out, above it brings out"),)),
    Recipe("scatter velocity", "Randomise velocity", "Some softer, some louder, by chance.",
           lambda of, how: velocities.scatter_velocities(of.ids, int(how["most"]), int(how["seed"])),
           (Knob("most", "At most", 15, 1, 126, help="Up to so much softer or louder"), _SEED)),
    Recipe("conform", "Move into the scale", "Move notes outside the key to its nearest pitch.",
           lambda of, _: pitches.conform(of.ids)),
)  # fmt: skip
BY_ID = {recipe.id: recipe for recipe in RECIPES}


def new_ids(before: Song, after: Song) -> frozenset[int]:
    """Ids that came with an edit and are on some track."""
    if after.next_id == before.next_id:
        return frozenset()
    fresh = np.arange(before.next_id, after.next_id)
    found = [track.notes.with_ids(fresh)["id"] for track in after.tracks]
    return frozenset(np.concatenate(found).tolist())
