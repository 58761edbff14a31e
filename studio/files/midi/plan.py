"""What of a song goes into a MIDI file: its tracks, their names, and the channels dealt to them (EX-05, EX-11, EX-12)."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from studio.errors import UnsupportedRequest
from studio.files.midi.texts import clean_name, cut_bytes
from studio.files.midi.wire import DRUM_CHANNEL, plural
from studio.knobs import Knob, KnobValue, filled
from studio.song.controls import PROGRAM, ForeignEvent
from studio.song.notes import MUTED, Rows, ends
from studio.song.song import Instrument, Song, Track
from studio.words import tr

DAW, GM, AS_READ = "DAW", "GM playback", "as read"

KNOBS = (
    Knob("preset", "For", DAW, choices=(DAW, GM, AS_READ), help="GM playback adds mixer levels; as read adds kept-aside events."),
    Knob("muted", "Muted tracks and notes too", False),
    Knob("empty", "Empty tracks too", True),
    Knob("tempo", "Tempo and time signatures", True, help="Off for files dragged into a running session."),
    Knob("ports", "More than 15 instruments over further ports", True, help="Off: such a song is refused."),
    Knob("ascii", "ASCII names", False, expert=True),
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
    """Choose tracks and notes, clean names, deal channels; UnsupportedRequest where channels run out and ports are off."""
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
    dealt = _dealt(chosen, bool(settings["ports"]))
    further = sum(planned.port > 0 for planned in dealt)
    if further:
        remarks.append(
            tr(
                "MIDI has 15 melodic channels; {tracks} went to a further port, which some players ignore.",
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


def _dealt(chosen: list[PlannedTrack], has_ports: bool) -> list[PlannedTrack]:
    """Drums on channel 10; melodic tracks one channel each, in order; then shared ones, then further ports."""
    melodic = [planned for planned in chosen if not planned.instrument.is_drum]
    places: dict[int, tuple[int, int]] = {}
    open_places = [(0, channel) for channel in MELODIC_CHANNELS]
    holders: list[tuple[tuple[int, int], list[PlannedTrack]]] = []
    for planned in melodic:
        shared = None
        if len(melodic) > len(MELODIC_CHANNELS):
            shared = next((holder for holder in holders if all(_may_share(planned, other) for other in holder[1])), None)
        if shared is not None:
            shared[1].append(planned)
            places[planned.track.id] = shared[0]
            continue
        if not open_places:
            if not has_ports:
                raise UnsupportedRequest(
                    tr(
                        "{tracks} do not fit the 15 melodic channels of a MIDI file.",
                        tracks=plural(len(melodic), "melodic track"),
                    ),
                    tr("Export one file per track, or fewer tracks."),
                )
            port = max(place[0] for place in places.values()) + 1
            open_places = [(port, channel) for channel in MELODIC_CHANNELS]
        place = open_places.pop(0)
        places[planned.track.id] = place
        holders.append((place, [planned]))
    made = []
    for planned in chosen:
        port, channel = places.get(planned.track.id, (0, DRUM_CHANNEL))
        made.append(PlannedTrack(planned.track, planned.name, planned.instrument, planned.rows, channel, port))
    return made


def _may_share(one: PlannedTrack, other: PlannedTrack) -> bool:
    """Same sound, no controllers, and no pitch that one would cut short in the other."""
    if one.instrument != other.instrument or len(one.track.controls) or len(other.track.controls):
        return False
    both = np.concatenate((one.rows, other.rows))
    both = both[np.lexsort((both["start"], both["pitch"]))]
    same_pitch = both["pitch"][1:] == both["pitch"][:-1]
    return not bool((same_pitch & (ends(both)[:-1] > both["start"][1:])).any())
