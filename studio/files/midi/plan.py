"""What of a song goes into a MIDI file: its tracks, their names, and the channels dealt to them (EX-05, EX-11, EX-12)."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

import numpy as np

from studio.errors import UnsupportedRequest
from studio.files import limits
from studio.files.midi.texts import clean_name, cut_bytes
from studio.files.midi.wire import DRUM_CHANNEL, plural
from studio.knobs import Knob, KnobValue, filled
from studio.song.controls import PROGRAM, Controls, ForeignEvent
from studio.song.notes import MUTED, Rows, ends
from studio.song.song import Instrument, Song, Strip, Track
from studio.words import mark, tr

DAW, GM, AS_READ = "DAW", mark("GM playback"), mark("as read")

KNOBS = (
    Knob("preset", "For", DAW, choices=(DAW, GM, AS_READ), help="GM playback adds mixer levels; as read adds kept-aside events."),
    Knob("muted", "Muted tracks and notes too", False),
    Knob("empty", "Empty tracks too", True),
    Knob("tempo", "Tempo and time signatures", True, help="Off for files dragged into a running session."),
    Knob("ports", "More than 15 instruments over further ports", True, help="Off: such a song is refused."),
    Knob("ascii", "ASCII names", False, expert=True),
    Knob("bars", "At least so many bars", 0, 0, limits.SONG_BARS, help="Of a part, so that it keeps its length.", expert=True),
)

WRITTEN_TEXT_BYTES = 127
MELODIC_CHANNELS = tuple(channel for channel in range(16) if channel != DRUM_CHANNEL)


@dataclass(frozen=True, slots=True)
class PlannedTrack:
    """One track of the file. `rows` are the notes that go out."""

    track: Track
    name: str
    instrument: Instrument
    rows: Rows
    channel: int = 0
    port: int = 0


@dataclass(frozen=True, slots=True)
class Plan:
    """The whole file. `remarks` say what it cannot hold."""

    song: Song
    title: str
    tracks: tuple[PlannedTrack, ...]
    settings: Mapping[str, KnobValue]
    remarks: tuple[str, ...] = field(default=())

    @property
    def preset(self) -> str:
        return str(self.settings["preset"])

    @property
    def is_single(self) -> bool:
        """One track at most: written as format 0."""
        return len(self.tracks) <= 1 and not self.aside

    @property
    def aside(self) -> tuple[ForeignEvent, ...]:
        """Channel events kept aside that may go out as read: those on channels that no track was dealt."""
        if self.preset != AS_READ:
            return ()
        dealt = {planned.channel for planned in self.tracks}
        return tuple(event for event in self.song.foreign if event.data[0] < 0xF0 and event.data[0] & 15 not in dealt)

    @property
    def has_ports(self) -> bool:
        return any(planned.port for planned in self.tracks)


def plan_of(song: Song, options: Mapping[str, object]) -> Plan:
    """Choose tracks and notes, clean names, deal channels; UnsupportedRequest where channels run out and ports are off.

    The song is one without groups (`Song.ungrouped`): a member is as muted as its group.
    """
    settings = filled(KNOBS, dict(options))
    remarks: list[str] = []
    is_ascii = bool(settings["ascii"])
    chosen = []
    for number, track in enumerate(song.tracks, 1):
        if track.is_audio or (track.strip.is_muted and not settings["muted"]):
            continue
        rows = track.notes.rows
        if not settings["muted"]:
            rows = rows[rows["flags"] & MUTED == 0]
        if len(rows) or settings["empty"]:
            name = written_name(track.name, is_ascii, f"Track {number}")
            chosen.append(PlannedTrack(track, name, _first_instrument(track, rows), rows))
    audio = [track.name for track in song.tracks if track.is_audio]
    if audio:
        remarks.append(tr("A MIDI file holds no sound; left out: {audio}.", audio=", ".join(audio)))
    dealt = _dealt(chosen, bool(settings["ports"]), settings["preset"] == GM)
    further = sum(planned.port > 0 for planned in dealt)
    if further:
        remarks.append(
            tr(
                "MIDI has 15 melodic channels and one for drums; {tracks} went to a further port, which some players ignore. "
                "Export one file per track for those.",
                tracks=plural(further, "track"),
            )
        )
    return Plan(song, written_name(song.title, is_ascii, ""), tuple(dealt), settings, tuple(remarks))


def written_name(text: str, is_ascii: bool, otherwise: str) -> str:
    """A name as it goes into the file: no control characters, at most 127 bytes."""
    if is_ascii:
        text = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode("ascii")
    return cut_bytes(clean_name(text), WRITTEN_TEXT_BYTES) or otherwise


def _first_instrument(track: Track, rows: Rows) -> Instrument:
    """The sound the first note is played with: a program point up to there stands before the track's instrument."""
    points = track.controls.points
    programs = points[points["kind"] == PROGRAM]
    if not len(programs):
        return track.instrument
    first = rows["start"].min() if len(rows) else programs["tick"][-1]
    early = programs[programs["tick"] <= first]
    if not len(early):
        return track.instrument
    return Instrument(int(early["value"][-1]), int(early["number"][-1]), track.instrument.is_drum)


def _dealt(chosen: list[PlannedTrack], has_ports: bool, has_levels: bool) -> list[PlannedTrack]:
    """Drums on channel 10; melodic tracks one channel each, in order; then shared ones, then further ports."""
    melodic = [planned for planned in chosen if not planned.instrument.is_drum]
    drums = [planned for planned in chosen if planned.instrument.is_drum]
    is_crowded = len(melodic) > len(MELODIC_CHANNELS)
    places = _placed(melodic, MELODIC_CHANNELS, is_crowded, has_levels) | _placed(drums, (DRUM_CHANNEL,), True, has_levels)
    if not has_ports and any(port for port, _ in places.values()):
        if not any(places[planned.track.id][0] for planned in melodic):
            words = tr("The drum tracks need more than the one drum channel of a MIDI file.")
        else:
            count = plural(len(melodic), "melodic track")
            words = tr("{tracks} do not fit the 15 melodic channels of a MIDI file.", tracks=count)
        raise UnsupportedRequest(words, tr("Export one file per track, or fewer tracks."))
    return [replace(planned, port=places[planned.track.id][0], channel=places[planned.track.id][1]) for planned in chosen]


def _placed(
    tracks: list[PlannedTrack], channels: tuple[int, ...], is_crowded: bool, has_levels: bool
) -> dict[int, tuple[int, int]]:
    """(port, channel) by track id: each its own in turn; where it is crowded, one that has it to itself in all that is heard."""
    places: dict[int, tuple[int, int]] = {}
    holders: list[list[PlannedTrack]] = []
    for planned in tracks:
        able = (holder for holder in holders if all(_may_share(planned, other, has_levels) for other in holder))
        shared = next(able, None) if is_crowded else None
        if shared is None:
            shared = []
            holders.append(shared)
        shared.append(planned)
    for at, holder in enumerate(holders):
        port, channel = divmod(at, len(channels))
        places |= {planned.track.id: (port, channels[channel]) for planned in holder}
    return places


def _may_share(one: PlannedTrack, other: PlannedTrack, has_levels: bool) -> bool:
    """Same sound and levels, no controllers (on drums: the same), and no pitch that one would cut short in the other."""
    if one.instrument != other.instrument or not _agree(one.track.controls, other.track.controls, one.instrument.is_drum):
        return False
    if has_levels and _levels(one.track.strip) != _levels(other.track.strip):
        return False
    both = np.concatenate((one.rows, other.rows))
    both = both[np.lexsort((both["start"], both["pitch"]))]
    same_pitch = both["pitch"][1:] == both["pitch"][:-1]
    return not bool((same_pitch & (ends(both)[:-1] > both["start"][1:])).any())


def _agree(one: Controls, other: Controls, is_drum: bool) -> bool:
    if not len(one) and not len(other):
        return True
    return is_drum and np.array_equal(one.points, other.points) and not (one.points["kind"] == PROGRAM).any()


def _levels(strip: Strip) -> tuple[float, float, int, int]:
    return strip.gain_db, strip.pan, strip.reverb, strip.chorus
