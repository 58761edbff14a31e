"""A reader of DAWproject files for tests, written from the schema: what is in them as plain values, and which rule is broken."""

from __future__ import annotations

import re
import zipfile
from dataclasses import dataclass, field
from pathlib import Path
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

TICKS = 960
Note = tuple[int, int, int, int]
Lane = tuple[str, int]
"""What a row of points is of: the expression, and controller or key."""


@dataclass
class Strip:
    volume: float
    pan: float
    muted: bool
    solo: bool
    role: str
    destination: str


@dataclass
class Track:
    """A track as a workstation would make it. `group` is the name of the one it lies in."""

    name: str
    kind: str
    colour: str
    strip: Strip
    group: str = ""
    notes: list[Note] = field(default_factory=list)
    points: dict[Lane, list[tuple[int, float]]] = field(default_factory=dict)
    sounds: list[dict[str, float | str]] = field(default_factory=list)
    clips: list[tuple[int, int]] = field(default_factory=list)


@dataclass
class Project:
    tracks: list[Track]
    tempos: list[tuple[int, float]]
    meters: list[tuple[int, int, int]]
    markers: list[tuple[int, str]]
    tempo: float
    meter: tuple[int, int]


def read(path: Path) -> Project:
    with zipfile.ZipFile(path) as archive:
        return read_xml(archive.read("project.xml"))


def read_xml(data: bytes) -> Project:
    root = ElementTree.fromstring(data)
    lanes = {node.get("track"): node for node in root.iterfind("Arrangement/Lanes/Lanes")}
    tracks = list(_tracks(root.find("Structure"), lanes, ""))
    tempo, meter = root.find("Transport/Tempo"), root.find("Transport/TimeSignature")
    assert tempo is not None
    assert meter is not None
    return Project(
        tracks,
        [(_ticks(p), float(p.attrib["value"])) for p in root.iterfind("Arrangement/TempoAutomation/RealPoint")],
        [(_ticks(p), *_meter(p)) for p in root.iterfind("Arrangement/TimeSignatureAutomation/TimeSignaturePoint")],
        [(_ticks(p), p.get("name", "")) for p in root.iterfind("Arrangement/Markers/Marker")],
        float(tempo.attrib["value"]),
        _meter(meter),
    )


def _meter(node: Element) -> tuple[int, int]:
    return int(node.attrib["numerator"]), int(node.attrib["denominator"])


def _tracks(parent: Element | None, lanes: dict[str | None, Element], group: str) -> list[Track]:
    found = []
    for node in parent.iterfind("Track") if parent is not None else ():
        made = Track(node.get("name", ""), node.get("contentType", ""), node.get("color", ""), _strip(node), group)
        found.append(made)
        for clip in lanes[node.get("id")].iterfind("Clips/Clip") if node.get("id") in lanes else ():
            _read_clip(clip, made)
        found += _tracks(node, lanes, made.name)
    return found


def _strip(node: Element) -> Strip:
    channel = node.find("Channel")
    assert channel is not None
    values = {part: channel.find(part) for part in ("Volume", "Pan", "Mute")}
    volume, pan, mute = (values[part].get("value", "") for part in ("Volume", "Pan", "Mute"))  # type: ignore[union-attr]
    solo = channel.get("solo") == "true"
    return Strip(float(volume), float(pan), mute == "true", solo, channel.get("role", ""), channel.get("destination", ""))


def _read_clip(clip: Element, track: Track) -> None:
    begin = _ticks(clip)
    track.clips.append((begin, round(float(clip.get("duration", "0")) * TICKS)))
    for node in clip.iter("Note"):
        length = round(float(node.attrib["duration"]) * TICKS)
        track.notes.append((begin + _ticks(node), length, int(node.attrib["key"]), round(float(node.attrib["vel"]) * 127)))
    for node in clip.iter("Points"):
        target = node.find("Target")
        assert target is not None
        number = int(target.get("controller") or target.get("key") or 0)
        lane = (target.attrib["expression"], number)
        track.points[lane] = [(begin + _ticks(point), float(point.attrib["value"])) for point in list(node)[1:]]
    for node in clip.iter("Audio"):
        file = node.find("File")
        assert file is not None
        numbers = {name: float(clip.get(name, "0")) for name in ("playStart", "playStop", "fadeInTime", "fadeOutTime")}
        facts = {name: float(node.attrib[name]) for name in ("channels", "sampleRate", "duration")}
        track.sounds.append({"tick": begin, "path": file.attrib["path"], **numbers, **facts})


def _ticks(node: Element) -> int:
    return round(float(node.attrib["time"]) * TICKS)


# The rules of the published schema (Project.xsd, MetaData.xsd) for the elements that are written, in words of our own:
# children in their order, attributes that must be there, attributes that may.
REFERENCE = {"id", "name", "color", "comment"}
TIMELINE = REFERENCE | {"timeUnit", "track"}
NUMBER = REFERENCE | {"value", "min", "max"}
TABLE: dict[str, tuple[tuple[str, ...], set[str], set[str]]] = {
    "Project": (("Application", "Transport", "Structure", "Arrangement", "Scenes"), {"version"}, set()),
    "Application": ((), {"name", "version"}, set()),
    "Transport": (("Tempo", "TimeSignature"), set(), set()),
    "Tempo": ((), {"unit"}, NUMBER),
    "TimeSignature": ((), {"numerator", "denominator"}, REFERENCE),
    "Structure": (("Track",), set(), set()),
    "Track": (("Channel", "Track"), set(), REFERENCE | {"contentType", "loaded"}),
    "Channel": (("Mute", "Pan", "Volume"), set(), REFERENCE | {"audioChannels", "destination", "role", "solo"}),
    "Mute": ((), set(), REFERENCE | {"value"}),
    "Pan": ((), {"unit"}, NUMBER),
    "Volume": ((), {"unit"}, NUMBER),
    "Arrangement": (("Lanes", "Markers", "TempoAutomation", "TimeSignatureAutomation"), set(), REFERENCE),
    "Lanes": (("Lanes", "Notes", "Clips", "Points", "Audio"), set(), TIMELINE),
    "Clips": (("Clip",), set(), TIMELINE),
    "Clip": (
        ("Lanes", "Audio"),
        {"time"},
        {"duration", "playStart", "playStop", "contentTimeUnit", "fadeTimeUnit", "fadeInTime", "fadeOutTime", "name", "color"},
    ),
    "Notes": (("Note",), set(), TIMELINE),
    "Note": ((), {"time", "duration", "channel", "key"}, {"vel", "rel"}),
    "Points": (("Target", "RealPoint", "IntegerPoint"), set(), TIMELINE | {"unit"}),
    "TempoAutomation": (("Target", "RealPoint"), set(), TIMELINE | {"unit"}),
    "TimeSignatureAutomation": (("Target", "TimeSignaturePoint"), set(), TIMELINE | {"unit"}),
    "Target": ((), set(), {"parameter", "expression", "channel", "key", "controller"}),
    "RealPoint": ((), {"time", "value"}, {"interpolation"}),
    "IntegerPoint": ((), {"time", "value"}, set()),
    "TimeSignaturePoint": ((), {"time", "numerator", "denominator"}, set()),
    "Markers": (("Marker",), set(), TIMELINE),
    "Marker": ((), {"time"}, {"name", "color", "comment"}),
    "Audio": (("File",), {"channels", "sampleRate", "duration"}, TIMELINE | {"algorithm"}),
    "File": ((), {"path"}, {"external"}),
    "Scenes": ((), set(), set()),
}
_INTEGER, _DECIMAL, _FLAG = r"-?\d{1,9}", r"-?\d+(\.\d+)?", r"true|false"
_KINDS = "channelController|pitchBend|channelPressure|polyPressure|programChange|gain"
VALUES = {
    **dict.fromkeys(("time", "duration", "vel", "rel", "min", "max"), _DECIMAL),
    **dict.fromkeys(("playStart", "playStop", "fadeInTime", "fadeOutTime"), _DECIMAL),
    **dict.fromkeys(("channel", "key", "controller", "numerator", "denominator", "audioChannels"), _INTEGER),
    **dict.fromkeys(("channels", "sampleRate"), _INTEGER),
    **dict.fromkeys(("loaded", "solo", "external"), _FLAG),
    **dict.fromkeys(("timeUnit", "contentTimeUnit", "fadeTimeUnit"), "beats|seconds"),
    "unit": "linear|normalized|decibel|bpm",
    "role": "regular|master|submix",
    "contentType": "notes|audio|tracks|audio notes",
    "expression": _KINDS,
    "interpolation": "hold",
    "id": r"[A-Za-z_][\w.-]*",
    "color": "#[0-9a-f]{6}",
    "version": r"[\d.]+.*",
}
BY_ELEMENT = {
    "Mute": _FLAG,
    "IntegerPoint": _INTEGER,
    "RealPoint": _DECIMAL,
    "Tempo": _DECIMAL,
    "Pan": _DECIMAL,
    "Volume": _DECIMAL,
}
"""What `value` is of."""
NEEDS_SOME = {"Markers": "Marker", "Audio": "File", "Points": "Target"}
METADATA = ("Title", "Artist", "Composer", "Copyright", "Website", "Comment")


def assert_follows_the_schema(root: Element) -> None:
    ids = [node.get("id") for node in root.iter() if node.get("id")]
    assert len(ids) == len(set(ids))
    for node in root.iter():
        children, required, further = TABLE[node.tag]
        places = [children.index(child.tag) for child in node]
        assert places == sorted(places), node.tag
        assert required <= set(node.keys()) <= required | further, node.tag
        assert node.tag not in NEEDS_SOME or node.find(NEEDS_SOME[node.tag]) is not None, node.tag
        for name, value in node.items():
            wanted = BY_ELEMENT.get(node.tag) if name == "value" else VALUES.get(name)
            assert wanted is None or re.fullmatch(wanted, value), f"{node.tag}.{name} is {value!r}"
        for name in ("destination", "parameter", "track"):
            assert node.get(name) is None or node.get(name) in ids
