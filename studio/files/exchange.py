"""Songs to and from pretty_midi and pypianoroll objects: the currency for scripts and at the model boundary.

What goes out is made from a validated song, always with its tempo and time signatures. What comes in is somebody's
object and is checked like an import: every note is taken over, altered or left out, and counted (reliability.md R15).
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from studio.errors import UnsupportedRequest
from studio.files import limits
from studio.files.midi.general_midi import sound_name
from studio.files.midi.pairing import settled
from studio.files.midi.texts import clean_name
from studio.files.report import Opened, Report
from studio.song.controls import BEND, CONTROLLER, Controls
from studio.song.harmony import MINOR_LIKE, Key
from studio.song.notes import MUTED, Notes, Rows, rows_from_columns, sorted_rows
from studio.song.song import TRACK_COLOURS, Instrument, Song, Track
from studio.song.ticks import TICKS_PER_BEAT
from studio.song.timeline import DEFAULT_TEMPO_US, KeyChange, MeterChange, TempoChange, Timeline
from studio.words import tr

if TYPE_CHECKING:
    from pretty_midi import PrettyMIDI

SLOWEST_US, FASTEST_US = round(60e6 / limits.TEMPO_LOW_BPM), round(60e6 / limits.TEMPO_HIGH_BPM)
PRETTY_MIDI_LAST_TICK = 10_000_000
"""pretty_midi refuses anything later."""


def heard_rows(track: Track) -> Rows:
    """The notes of a track that sound: not the muted ones."""
    rows = track.notes.rows
    heard: Rows = rows[rows["flags"] & MUTED == 0]
    return heard


def to_pretty_midi(song: Song) -> PrettyMIDI:
    """One instrument a note track, muted tracks and notes left out; 960 ticks a quarter and the whole tempo map."""
    import pretty_midi

    if song.end_tick > PRETTY_MIDI_LAST_TICK:
        raise UnsupportedRequest(
            tr("The song is too long for pretty_midi, which ends at tick 10 000 000."), tr("Convert a part of it.")
        )
    timeline = song.timeline
    made = pretty_midi.PrettyMIDI(resolution=TICKS_PER_BEAT, initial_tempo=timeline.tempos[0].bpm)
    # The library has no public way to set more than one tempo; its own reader fills the same two attributes.
    made._tick_scales = [(change.tick, change.us_per_beat / (1e6 * TICKS_PER_BEAT)) for change in timeline.tempo_steps]
    made._update_tick_to_time(max(song.end_tick, timeline.tempo_steps[-1].tick) + 1)
    made.time_signature_changes = [
        pretty_midi.TimeSignature(meter.numerator, meter.denominator, float(timeline.seconds_at(meter.tick)))
        for meter in timeline.meters
    ]
    made.key_signature_changes = [
        pretty_midi.KeySignature(_key_number(change.key), float(timeline.seconds_at(change.tick))) for change in timeline.keys
    ]
    for track in song.ungrouped().tracks:
        if not track.is_audio and not track.strip.is_muted:
            made.instruments.append(_pretty_instrument(track, timeline))
    return made


def _pretty_instrument(track: Track, timeline: Timeline) -> Any:
    import pretty_midi

    made = pretty_midi.Instrument(track.instrument.program, track.instrument.is_drum, track.name)
    rows = heard_rows(track)
    starts = timeline.seconds_at(rows["start"]).tolist()
    ends = timeline.seconds_at(rows["start"] + rows["length"]).tolist()
    columns = (rows["velocity"].tolist(), rows["pitch"].tolist(), starts, ends)
    made.notes = [pretty_midi.Note(*note) for note in zip(*columns, strict=True)]
    points = track.controls.points
    for (_, kind, number, value), second in zip(points.tolist(), timeline.seconds_at(points["tick"]).tolist(), strict=True):
        if kind == CONTROLLER:
            made.control_changes.append(pretty_midi.ControlChange(number, value, second))
        elif kind == BEND:
            made.pitch_bends.append(pretty_midi.PitchBend(value, second))
    return made


def _key_number(key: Key) -> int:
    return key.tonic + 12 * (key.scale in MINOR_LIKE)


def from_pretty_midi(midi: PrettyMIDI, title: str = "Untitled") -> Opened:
    """The song that such an object describes. Times without a number, pitches outside 0 to 127 and the like are counted."""
    counts = _Counts()
    exact = _pretty_timeline(midi)
    tracks = []
    next_id = len(midi.instruments) + 1
    for number, instrument in enumerate(midi.instruments, 1):
        listed = [(note.start, note.end, note.pitch, note.velocity) for note in instrument.notes]
        table = np.array(listed, np.float64).reshape(-1, 4)
        rows = _checked_rows(exact, table, counts)
        rows["id"] = np.arange(next_id, next_id + len(rows))
        next_id += len(rows)
        sound = Instrument(min(127, max(0, int(instrument.program))), 0, bool(instrument.is_drum))
        name = clean_name(str(instrument.name or "")) or sound_name(sound.program, sound.is_drum)
        points = _pretty_points(instrument, exact, counts)
        colour = (number - 1) % TRACK_COLOURS
        tracks.append(Track(number, name, colour, sound, notes=Notes(rows), controls=points))
    song = Song(title, tuple(tracks), _checked_timeline(midi, exact, counts), next_id=next_id)
    return Opened(song, counts.report())


class _Counts:
    """Notes and changes as they came, and what became of those that were not simply taken over."""

    def __init__(self) -> None:
        self.seen = 0
        self.dropped: Counter[str] = Counter()
        self.changed: Counter[str] = Counter()

    def report(self) -> Report:
        dropped, changed = +self.dropped, +self.changed
        return Report(self.seen - dropped.total() - changed.total(), dict(dropped), dict(changed))


def _pretty_timeline(midi: PrettyMIDI) -> Timeline:
    """The tempo map as floats: its whole microseconds alone would drift over a long piece."""
    scale = TICKS_PER_BEAT / midi.resolution
    tempos: dict[int, Any] = {0: DEFAULT_TEMPO_US}
    for tick, seconds_per_tick in midi._tick_scales:
        tempos[round(tick * scale)] = seconds_per_tick * midi.resolution * 1e6
    return Timeline(tuple(TempoChange(tick, us) for tick, us in sorted(tempos.items())))


def _checked_timeline(midi: PrettyMIDI, exact: Timeline, counts: _Counts) -> Timeline:
    tempos = []
    for change in exact.tempos:
        within = min(max(round(change.us_per_beat), FASTEST_US), SLOWEST_US)
        counts.seen += 1
        counts.changed["tempo brought into 10 to 1000"] += within != round(change.us_per_beat)
        tempos.append(TempoChange(change.tick, within))
    meters: dict[int, MeterChange] = {0: MeterChange(0, 4, 4)}
    for meter in midi.time_signature_changes:
        counts.seen += 1
        possible = 1 <= meter.numerator <= limits.METER_HIGH and meter.denominator in (1, 2, 4, 8, 16, 32, 64)
        if possible and np.isfinite(meter.time) and meter.time >= 0:
            tick = round(float(exact.ticks_at(meter.time)))
            meters[tick] = MeterChange(tick, int(meter.numerator), int(meter.denominator))
        else:
            counts.dropped["impossible time signature"] += 1
    keys: dict[int, KeyChange] = {}
    for key in midi.key_signature_changes:
        counts.seen += 1
        if 0 <= key.key_number < 24 and np.isfinite(key.time) and key.time >= 0:
            tick = round(float(exact.ticks_at(key.time)))
            keys[tick] = KeyChange(tick, Key(key.key_number % 12, "minor" if key.key_number >= 12 else "major"))
        else:
            counts.dropped["impossible key signature"] += 1
    return Timeline(tuple(tempos), tuple(meters[tick] for tick in sorted(meters)), tuple(keys[tick] for tick in sorted(keys)))


def _checked_rows(exact: Timeline, table: NDArray[np.float64], counts: _Counts) -> Rows:
    """Rows without ids from (start s, end s, pitch, velocity), under the song's rules."""
    counts.seen += len(table)
    placed = np.isfinite(table).all(axis=1)
    placed &= (table[:, 0] >= 0) & (table[:, 1] <= limits.SONG_SECONDS)
    ranged = (table[:, 2] >= 0) & (table[:, 2] <= 127) & (table[:, 3] >= 1)
    counts.dropped["note without a possible place"] += int((~placed).sum())
    counts.dropped["note of impossible pitch or velocity"] += int((placed & ~ranged).sum())
    table = table[placed & ranged]
    start = np.rint(exact.ticks_at(table[:, 0])).astype(np.int64)
    length = np.rint(exact.ticks_at(table[:, 1])).astype(np.int64) - start
    pitch, velocity = table[:, 2].astype(np.uint8), np.minimum(table[:, 3], 127).astype(np.uint8)
    order = np.lexsort((start, pitch))
    is_empty = length[order] < 1
    result = settled(start[order], np.maximum(length[order], 1), pitch[order], velocity[order])
    # One fate a note: left out, else lengthened, else cut, else joined.
    altered = is_empty & ~result.merged_away
    counts.dropped["note that doubles another"] += int(result.merged_away.sum())
    counts.changed["note without length made 1 tick long"] += int(altered.sum())
    counts.changed["note cut where its pitch is struck again"] += int((result.cut & ~altered).sum())
    counts.changed["note joined with its double"] += int((result.grown & ~result.cut & ~altered).sum())
    return sorted_rows(rows_from_columns(result.start, result.length, result.pitch, result.velocity))


def _pretty_points(instrument: Any, exact: Timeline, counts: _Counts) -> Controls:
    points = []
    changes = [(change.time, CONTROLLER, change.number, change.value) for change in instrument.control_changes]
    bends = [(bend.time, BEND, 0, bend.pitch) for bend in instrument.pitch_bends]
    for second, kind, number, value in [*changes, *bends]:
        counts.seen += 1
        low, high = (-8192, 8191) if kind == BEND else (0, 127)
        if np.isfinite(second) and 0 <= second <= limits.SONG_SECONDS and low <= value <= high and 0 <= number <= 127:
            points.append((round(float(exact.ticks_at(second))), kind, int(number), int(value)))
        else:
            counts.dropped["impossible controller"] += 1
    return Controls.of(points) if points else Controls.EMPTY
