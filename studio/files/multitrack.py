"""Songs to and from pypianoroll's multitrack piano-rolls."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np
from numpy.typing import NDArray

from studio.errors import UnsupportedRequest
from studio.files import limits
from studio.files.exchange import heard_rows
from studio.files.midi.general_midi import sound_name
from studio.files.midi.reading import refuse_beyond_document
from studio.files.midi.texts import clean_name
from studio.files.midi.wire import spaced
from studio.files.report import Opened
from studio.files.roll_runs import Counts, meters_of, rows_of, tempos_of
from studio.song.notes import Notes
from studio.song.song import TRACK_COLOURS, Instrument, Song, Track
from studio.song.ticks import TICKS_PER_BEAT, Span
from studio.song.timeline import Timeline
from studio.words import tr

if TYPE_CHECKING:
    from pypianoroll import Multitrack

DEFAULT_RESOLUTION = 24


class Roll(Protocol):
    """A track as pypianoroll has it: `pianoroll` is [step, 128], of velocities or of on and off."""

    @property
    def name(self) -> str | None: ...

    @property
    def program(self) -> int: ...

    @property
    def is_drum(self) -> bool: ...

    @property
    def pianoroll(self) -> NDArray[Any]: ...


class Rolls(Protocol):
    """What of a Multitrack is read: `tempo` in beats a minute and `downbeat` as flags, a value a step, or None."""

    @property
    def name(self) -> str | None: ...

    @property
    def resolution(self) -> int | None: ...

    @property
    def tempo(self) -> NDArray[Any] | None: ...

    @property
    def downbeat(self) -> NDArray[Any] | None: ...

    @property
    def tracks(self) -> Sequence[Roll]: ...


@dataclass(frozen=True, slots=True, eq=False)
class PlainRoll:
    """A `Roll` without the library."""

    name: str | None
    program: int
    is_drum: bool
    pianoroll: NDArray[Any]


@dataclass(frozen=True, slots=True, eq=False)
class PlainRolls:
    """`Rolls` without the library."""

    name: str | None
    resolution: int | None
    tempo: NDArray[Any] | None
    downbeat: NDArray[Any] | None
    tracks: tuple[PlainRoll, ...]
    faults: tuple[str, ...] = ()
    """Why parts of the file are missing here; none for a whole one."""


def to_multitrack(song: Song, resolution: int = DEFAULT_RESOLUTION, span: Span | None = None) -> Multitrack:
    """`rolls_of` as the library's own object."""
    import pypianoroll

    rolls = rolls_of(song, resolution, span)
    tracks = [pypianoroll.StandardTrack(each.name, each.program, each.is_drum, each.pianoroll) for each in rolls.tracks]
    return pypianoroll.Multitrack(rolls.name, resolution, rolls.tempo, rolls.downbeat, tracks)


def rolls_of(song: Song, resolution: int = DEFAULT_RESOLUTION, span: Span | None = None) -> PlainRolls:
    """Velocity rolls [step, pitch] of the audible note tracks, over the song or a span, with tempo and downbeats.

    `resolution` is steps a quarter. A note struck right after an equal one takes that one's last step, so that both can be
    told apart; where it has only one, the second is louder or softer by 1. UnsupportedRequest where the rolls would pass 256 MiB.
    """
    timeline = song.timeline
    whole = span or timeline.whole_bars(Span(0, max(1, song.end_tick)))
    steps = -(-whole.length_ticks * resolution // TICKS_PER_BEAT)
    heard = [track for track in song.ungrouped().tracks if not track.is_audio and not track.strip.is_muted]
    size = steps * 128 * len(heard)
    if size > limits.ARRAY_BYTES:
        raise UnsupportedRequest(
            tr(
                "Piano-rolls of {steps} steps and {count} tracks would take {size} bytes.",
                steps=spaced(steps),
                count=len(heard),
                size=spaced(size),
            ),
            tr("Convert a shorter span, or fewer steps a quarter."),
        )
    step_ticks = whole.start_tick + np.arange(steps) * TICKS_PER_BEAT // resolution
    at = np.searchsorted([change.tick for change in timeline.tempo_steps], step_ticks, side="right") - 1
    tempo = np.array([change.bpm for change in timeline.tempo_steps])[at]
    downbeat = np.zeros(steps, bool)
    for _, tick in timeline.bar_lines(whole):
        downbeat[min(steps - 1, _step(tick - whole.start_tick, resolution))] = True
    tracks = tuple(
        PlainRoll(track.name, track.instrument.program, track.instrument.is_drum, _roll(track, whole, steps, resolution))
        for track in heard
    )
    return PlainRolls(song.title, resolution, tempo, downbeat, tracks)


def _step(ticks: Any, resolution: int) -> Any:
    return (2 * ticks * resolution + TICKS_PER_BEAT) // (2 * TICKS_PER_BEAT)


def _roll(track: Track, whole: Span, steps: int, resolution: int) -> NDArray[np.uint8]:
    roll = np.zeros((steps, 128), np.uint8)
    rows = heard_rows(track)
    rows = rows[(rows["start"] >= whole.start_tick) & (rows["start"] < whole.end_tick)]
    first = np.minimum(_step(rows["start"] - whole.start_tick, resolution), steps - 1)
    last = np.maximum(_step(rows["start"] + rows["length"] - whole.start_tick, resolution), first + 1)
    for begin, end, pitch, velocity in zip(
        first.tolist(), last.tolist(), rows["pitch"].tolist(), rows["velocity"].tolist(), strict=True
    ):
        level = velocity
        if begin and roll[begin - 1, pitch] == velocity:
            if begin > 1 and roll[begin - 2, pitch] == velocity:
                roll[begin - 1, pitch] = 0
            else:
                level = velocity - 1 if velocity > 1 else velocity + 1
        roll[begin:end, pitch] = level
    return roll


def from_multitrack(rolls: Rolls, title: str = "") -> Opened:
    """The song that such an object describes: a note for each run of one velocity. Tempo and bars from its own arrays.

    Its events are those notes, the changes of tempo and the downbeats.
    """
    resolution = int(rolls.resolution or DEFAULT_RESOLUTION)
    if not 1 <= resolution <= limits.PPQ_HIGH:
        raise UnsupportedRequest(
            tr("A piano-roll cannot have {resolution} steps a quarter.", resolution=resolution), tr("Use 1 to 32767, such as 24.")
        )
    counts = Counts()
    tracks = []
    next_id = len(rolls.tracks) + 1
    for number, track in enumerate(rolls.tracks, 1):
        roll = np.asarray(track.pianoroll)
        if roll.ndim != 2 or roll.shape[1] != 128:
            shape = " x ".join(str(side) for side in roll.shape)
            raise UnsupportedRequest(
                tr("The piano-roll of track {number} has the shape {shape}.", number=number, shape=shape),
                tr("It needs one column for each of 128 pitches."),
            )
        rows = rows_of(roll, resolution, counts)
        rows["id"] = np.arange(next_id, next_id + len(rows))
        next_id += len(rows)
        sound = Instrument(min(127, max(0, int(track.program or 0))), 0, bool(track.is_drum))
        name = clean_name(str(track.name or "")) or sound_name(sound.program, sound.is_drum)
        tracks.append(Track(number, name, (number - 1) % TRACK_COLOURS, sound, notes=Notes(rows)))
    name = clean_name(title or str(rolls.name or "")) or "Untitled"
    timeline = Timeline(tempos_of(rolls.tempo, resolution, counts), meters_of(rolls.downbeat, resolution, counts))
    song = Song(name, tuple(tracks), timeline, next_id=next_id)
    refuse_beyond_document(song, name)
    return Opened(song, counts.report())
