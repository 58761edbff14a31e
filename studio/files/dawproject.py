"""A song as a DAWproject 1.0: tracks with their notes and controllers as clips, mixer, tempo, meters, markers.

The order of elements is that of the published schema (Project.xsd, MetaData.xsd); times are quarters, those inside a clip count
from its start. One level of clips: some programs cannot read nested ones.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from xml.etree.ElementTree import Element, SubElement, tostring

import numpy as np

from studio import VERSION
from studio.files.exchange import heard_rows
from studio.files.midi.texts import clean_name
from studio.song.controls import BEND, CONTROLLER, KEY_PRESSURE, PRESSURE, PROGRAM
from studio.song.song import SILENT_DB, Song, Strip, Track
from studio.song.ticks import TICKS_PER_BEAT, Span

MASTER = "master"
_KINDS = {CONTROLLER: "channelController", BEND: "pitchBend", PRESSURE: "channelPressure", PROGRAM: "programChange"}
_KINDS |= {KEY_PRESSURE: "polyPressure"}
_COLOURS = ("#5bb8f0", "#3fbf9a", "#e6db6a", "#e8a13a", "#d987b4", "#8fa8ff", "#c3d36b", "#f29d8e")
_XML = b'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'


def project_bytes(song: Song) -> bytes:
    """`project.xml`."""
    root = Element("Project", version="1.0")
    SubElement(root, "Application", name="Ricercar", version=VERSION)
    first = song.timeline.tempo_steps[0]
    transport = SubElement(root, "Transport")
    SubElement(transport, "Tempo", unit="bpm", value=_number(first.bpm), id="tempo")
    meter = song.timeline.meters[0]
    SubElement(transport, "TimeSignature", numerator=str(meter.numerator), denominator=str(meter.denominator), id="meter")
    structure = SubElement(root, "Structure")
    tracks = [track for track in song.tracks if not track.is_audio]
    for track in tracks:
        _track(structure, track)
    _master(structure, song.master)
    arrangement = SubElement(root, "Arrangement", id="arrangement")
    lanes = SubElement(arrangement, "Lanes", timeUnit="beats", id="lanes")
    end = song.timeline.whole_bars(Span(0, max(1, song.end_tick))).end_tick
    for track in tracks:
        _lane(lanes, track, end)
    _conducting(arrangement, song)
    SubElement(root, "Scenes")
    return _XML + bytes(tostring(root, encoding="utf-8"))


def metadata_bytes(song: Song, comment: str = "") -> bytes:
    """`metadata.xml`."""
    root = Element("MetaData")
    SubElement(root, "Title").text = clean_name(song.title) or "Untitled"
    if comment:
        SubElement(root, "Comment").text = comment
    return _XML + bytes(tostring(root, encoding="utf-8"))


def _track(structure: Element, track: Track) -> None:
    node = SubElement(structure, "Track", contentType="notes", loaded="true", id=f"t{track.id}", name=clean_name(track.name))
    node.set("color", _COLOURS[track.colour % len(_COLOURS)])
    _channel(node, f"c{track.id}", track.strip, "regular", destination=MASTER)


def _master(structure: Element, strip: Strip) -> None:
    node = SubElement(structure, "Track", contentType="audio notes", loaded="true", id="t-master", name="Master")
    _channel(node, MASTER, strip, "master")


def _channel(node: Element, identity: str, strip: Strip, role: str, **more: str) -> None:
    channel = SubElement(node, "Channel", {"audioChannels": "2", "role": role, "id": identity, **more})
    if strip.is_solo:
        channel.set("solo", "true")
    SubElement(channel, "Mute", value="true" if strip.is_muted else "false", id=f"{identity}-mute")
    SubElement(channel, "Pan", unit="normalized", min="0", max="1", value=_number((strip.pan + 100) / 200), id=f"{identity}-pan")
    gain = 0.0 if strip.gain_db <= SILENT_DB else 10 ** (strip.gain_db / 20)
    SubElement(channel, "Volume", unit="linear", min="0", max="2", value=_number(gain), id=f"{identity}-volume")


def _lane(lanes: Element, track: Track, end: int) -> None:
    """One clip for the whole track: what the bars of its notes need no host has to guess."""
    lane = SubElement(lanes, "Lanes", track=f"t{track.id}", id=f"l{track.id}")
    clips = SubElement(lane, "Clips", id=f"k{track.id}")
    rows = heard_rows(track)
    if not len(rows) and not len(track.controls.points):
        return
    clip = SubElement(clips, "Clip", time="0", duration=_beats(end), playStart="0", name=clean_name(track.name))
    held = SubElement(clip, "Lanes", id=f"h{track.id}")
    notes = SubElement(held, "Notes", id=f"n{track.id}")
    channel = "9" if track.instrument.is_drum else "0"
    for start, length, pitch, velocity in rows[["start", "length", "pitch", "velocity"]].tolist():
        SubElement(
            notes,
            "Note",
            time=_beats(start),
            duration=_beats(length),
            channel=channel,
            key=str(pitch),
            vel=_number(velocity / 127),
            rel="0",
        )
    for number, controller in enumerate(_controllers(track)):
        _points(held, f"p{track.id}-{number}", controller, channel)


@dataclass(frozen=True, slots=True)
class _Lane:
    """One controller of a track as it is heard."""

    kind: int
    number: int
    points: tuple[tuple[int, int], ...]
    """(tick, value)"""


def _controllers(track: Track) -> Iterator[_Lane]:
    points = track.controls.points
    for kind, number in sorted(set(zip(points["kind"].tolist(), points["number"].tolist(), strict=True))):
        mine = points[(points["kind"] == kind) & (points["number"] == number)]
        yield _Lane(kind, number, tuple(zip(mine["tick"].tolist(), mine["value"].tolist(), strict=True)))


def _points(held: Element, identity: str, lane: _Lane, channel: str) -> None:
    node = SubElement(held, "Points", unit="normalized", id=identity)
    target = SubElement(node, "Target", expression=_KINDS[lane.kind], channel=channel)
    if lane.kind == CONTROLLER:
        target.set("controller", str(lane.number))
    elif lane.kind == KEY_PRESSURE:
        target.set("key", str(lane.number))
    for tick, value in lane.points:
        if lane.kind == PROGRAM:
            SubElement(node, "IntegerPoint", time=_beats(tick), value=str(value))
        else:
            share = (value + 8192) / 16383 if lane.kind == BEND else value / 127
            SubElement(node, "RealPoint", time=_beats(tick), value=_number(share), interpolation="hold")


def _conducting(arrangement: Element, song: Song) -> None:
    timeline = song.timeline
    if timeline.markers:
        markers = SubElement(arrangement, "Markers", id="markers")
        for marker in timeline.markers:
            SubElement(markers, "Marker", time=_beats(marker.tick), name=clean_name(marker.text))
    tempo = SubElement(arrangement, "TempoAutomation", unit="bpm", timeUnit="beats", id="tempo-points")
    SubElement(tempo, "Target", parameter="tempo")
    for change in timeline.tempo_steps:
        SubElement(tempo, "RealPoint", time=_beats(change.tick), value=_number(change.bpm), interpolation="hold")
    meters = SubElement(arrangement, "TimeSignatureAutomation", timeUnit="beats", id="meter-points")
    SubElement(meters, "Target", parameter="meter")
    for meter in timeline.meters:
        SubElement(
            meters,
            "TimeSignaturePoint",
            time=_beats(meter.tick),
            numerator=str(meter.numerator),
            denominator=str(meter.denominator),
        )


def _beats(ticks: int) -> str:
    """Quarters, such that rounding to ticks gives them back."""
    return _number(ticks / TICKS_PER_BEAT)


def _number(value: float) -> str:
    return np.format_float_positional(value, precision=9, unique=True, trim="-")
