"""What is on one track of a DAWproject: its notes and controllers in one clip, or its sounds, a clip each."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from xml.etree.ElementTree import Element, SubElement

from studio.files.dawproject.words import beats, decimal
from studio.files.exchange import heard_rows
from studio.files.midi.texts import xml_name
from studio.song.controls import BEND, CONTROLLER, KEY_PRESSURE, PRESSURE, PROGRAM
from studio.song.song import Track
from studio.song.sound_clip import AudioClip
from studio.song.ticks import TICKS_PER_BEAT
from studio.song.timeline import Timeline

BANK_MSB, BANK_LSB = 0, 32
_KINDS = {CONTROLLER: "channelController", BEND: "pitchBend", PRESSURE: "channelPressure", PROGRAM: "programChange"}
_KINDS |= {KEY_PRESSURE: "polyPressure"}


@dataclass(frozen=True, slots=True)
class Media:
    """A sound in the archive: its path there and what its header says."""

    member: str
    channels: int
    rate: int
    duration_s: float


@dataclass(frozen=True, slots=True)
class _Lane:
    """One controller of a track as it is heard: (tick, value)."""

    kind: int
    number: int
    points: tuple[tuple[int, int], ...]


def fill_lane(lane: Element, track: Track, timeline: Timeline, end: int, media: Mapping[str, Media]) -> None:
    clips = SubElement(lane, "Clips", id=f"k{track.id}")
    if track.is_audio:
        for sound in track.clips:
            if sound.sha256 in media:
                _sound(clips, sound, track, timeline, media[sound.sha256])
    else:
        _notes(clips, track, end)


def _notes(clips: Element, track: Track, end: int) -> None:
    """One clip for the whole track: how long it is no host has to guess. What plays it stands at its beginning."""
    rows = heard_rows(track)
    if not len(rows) and not len(track.controls.points):
        return
    clip = SubElement(clips, "Clip", time="0", duration=beats(end), playStart="0", name=xml_name(track.name))
    held = SubElement(clip, "Lanes", id=f"h{track.id}")
    notes = SubElement(held, "Notes", id=f"n{track.id}")
    channel = "9" if track.instrument.is_drum else "0"
    for start, length, pitch, velocity in rows[["start", "length", "pitch", "velocity"]].tolist():
        where = {"time": beats(start), "duration": beats(length), "channel": channel, "key": str(pitch)}
        SubElement(notes, "Note", {**where, "vel": decimal(velocity / 127), "rel": "0"})
    for number, controller in enumerate(_controllers(track)):
        _points(held, f"p{track.id}-{number}", controller, channel)


def _controllers(track: Track) -> Iterator[_Lane]:
    """Each controller that is drawn, and the program with its bank from the first beat on."""
    points = track.controls.points
    programs = points[points["kind"] == PROGRAM]
    sounds = dict(zip(programs["tick"].tolist(), programs[["value", "number"]].tolist(), strict=True))
    if 0 not in sounds:
        sounds = {0: (track.instrument.program, track.instrument.bank), **sounds}
    has_banks = any(bank for _, bank in sounds.values())
    if has_banks:
        yield _Lane(CONTROLLER, BANK_MSB, tuple((tick, bank >> 7) for tick, (_, bank) in sounds.items()))
        yield _Lane(CONTROLLER, BANK_LSB, tuple((tick, bank & 127) for tick, (_, bank) in sounds.items()))
    yield _Lane(PROGRAM, 0, tuple((tick, program) for tick, (program, _) in sounds.items()))
    for kind, number in sorted(set(zip(points["kind"].tolist(), points["number"].tolist(), strict=True))):
        is_bank = kind == CONTROLLER and number in (BANK_MSB, BANK_LSB) and has_banks
        if kind != PROGRAM and not is_bank:
            mine = points[(points["kind"] == kind) & (points["number"] == number)]
            yield _Lane(kind, number, tuple(zip(mine["tick"].tolist(), mine["value"].tolist(), strict=True)))


def _points(held: Element, identity: str, lane: _Lane, channel: str) -> None:
    node = SubElement(held, "Points", id=identity)
    target = SubElement(node, "Target", expression=_KINDS[lane.kind], channel=channel)
    if lane.kind == PROGRAM:
        for tick, value in lane.points:
            SubElement(node, "IntegerPoint", time=beats(tick), value=str(value))
        return
    node.set("unit", "normalized")
    if lane.kind == CONTROLLER:
        target.set("controller", str(lane.number))
    elif lane.kind == KEY_PRESSURE:
        target.set("key", str(lane.number))
    for tick, value in lane.points:
        SubElement(node, "RealPoint", time=beats(tick), value=decimal(_share(lane.kind, value)), interpolation="hold")


def _share(kind: int, value: int) -> float:
    """From 0 to 1; a bend at rest is exactly half way."""
    if kind != BEND:
        return value / 127
    return 0.5 + value / (2 * 8192 if value < 0 else 2 * 8191)


def _sound(clips: Element, sound: AudioClip, track: Track, timeline: Timeline, media: Media) -> None:
    """Its place is in quarters, all that lies inside the sound in seconds: it is not stretched."""
    begin_s = float(timeline.seconds_at(sound.start_tick))
    length = float(timeline.ticks_at(begin_s + sound.duration_s)) - sound.start_tick
    seconds = {"contentTimeUnit": "seconds", "fadeTimeUnit": "seconds"}
    trim = {"playStart": decimal(sound.trim_s), "playStop": decimal(sound.trim_s + sound.duration_s)}
    fades = {"fadeInTime": decimal(sound.fade_in_s), "fadeOutTime": decimal(sound.fade_out_s)}
    place = {"time": beats(sound.start_tick), "duration": decimal(length / TICKS_PER_BEAT), "name": xml_name(track.name)}
    clip = SubElement(clips, "Clip", {**place, **seconds, **trim, **fades})
    inside = clip
    if sound.gain_db:
        inside = SubElement(clip, "Lanes", id=f"s{sound.id}", timeUnit="seconds")
        gain = SubElement(inside, "Points", unit="decibel", id=f"sg{sound.id}")
        SubElement(gain, "Target", expression="gain")
        SubElement(gain, "RealPoint", time="0", value=decimal(sound.gain_db), interpolation="hold")
    facts = {"channels": str(media.channels), "sampleRate": str(media.rate), "duration": decimal(media.duration_s)}
    audio = SubElement(inside, "Audio", {**facts, "timeUnit": "seconds", "id": f"a{sound.id}"})
    SubElement(audio, "File", path=media.member, external="false")
