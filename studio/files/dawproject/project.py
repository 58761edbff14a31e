"""A song as a DAWproject 1.0: tracks in their groups, mixer, tempo, meters, markers; what is on tracks is made by `clips`.

The order of elements is that of the published schema (Project.xsd, MetaData.xsd); times are quarters, those inside a clip count
from its start. One level of clips: some programs cannot read nested ones.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from xml.etree.ElementTree import Element, SubElement, tostring

from studio import VERSION
from studio.files.dawproject.clips import Media, fill_lane
from studio.files.dawproject.words import COLOURS, beats, decimal
from studio.files.midi.texts import xml_name
from studio.song.mixing import SILENT_DB, Group
from studio.song.song import Song, Strip, Track
from studio.song.ticks import Span

MASTER = "master"
MOST_GAIN = 2.0
"""Faders of the programs that read it end at twice the level, +6 dB."""
_XML = b'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'


def project_bytes(song: Song, media: Mapping[str, Media] | None = None) -> bytes:
    """`project.xml`. Audio tracks go out with the sounds that `media` has, by SHA-256; those without any are left out."""
    known = media or {}
    root = Element("Project", version="1.0")
    SubElement(root, "Application", name="Ricercar", version=VERSION)
    _transport(root, song)
    tracks = [track for track in song.tracks if going_out(track, known)]
    structure = SubElement(root, "Structure")
    _structure(structure, song, tracks)
    _master(structure, song.master)
    arrangement = SubElement(root, "Arrangement", id="arrangement")
    lanes = SubElement(arrangement, "Lanes", timeUnit="beats", id="lanes")
    last_point = max((int(track.controls.points["tick"][-1]) + 1 for track in tracks if len(track.controls.points)), default=1)
    end = song.timeline.whole_bars(Span(0, max(song.end_tick, last_point))).end_tick
    for track in tracks:
        lane = SubElement(lanes, "Lanes", track=f"t{track.id}", id=f"l{track.id}")
        fill_lane(lane, track, song.timeline, end, known)
    _conducting(arrangement, song)
    SubElement(root, "Scenes")
    return _XML + bytes(tostring(root, encoding="utf-8"))


def metadata_bytes(song: Song, comment: str = "") -> bytes:
    """`metadata.xml`."""
    root = Element("MetaData")
    SubElement(root, "Title").text = xml_name(song.title) or "Untitled"
    if comment:
        SubElement(root, "Comment").text = comment
    return _XML + bytes(tostring(root, encoding="utf-8"))


def going_out(track: Track, media: Mapping[str, Media]) -> bool:
    """Note tracks, and audio tracks of whose sounds one at least is at hand."""
    return not track.is_audio or any(clip.sha256 in media for clip in track.clips)


def too_loud(song: Song) -> tuple[str, ...]:
    """The names of the tracks and groups whose faders stand above what the format holds."""
    strips = [*((track.name, track.strip) for track in song.tracks), *((group.name, group.strip) for group in song.groups)]
    return tuple(name for name, strip in strips if _gain(strip) > MOST_GAIN)


def _transport(root: Element, song: Song) -> None:
    first, meter = song.timeline.tempo_steps[0], song.timeline.meters[0]
    transport = SubElement(root, "Transport")
    SubElement(transport, "Tempo", unit="bpm", value=decimal(first.bpm), id="tempo")
    SubElement(transport, "TimeSignature", numerator=str(meter.numerator), denominator=str(meter.denominator), id="meter")


def _structure(structure: Element, song: Song, tracks: Iterable[Track]) -> None:
    """Tracks in mixer order, those of a group inside the group's."""
    folders: dict[int, Element] = {}
    for track in tracks:
        group = song.group(track.group) if track.group else None
        if group is None:
            _track(structure, track, MASTER)
            continue
        if group.id not in folders:
            folders[group.id] = _group(structure, group)
        _track(folders[group.id], track, f"gc{group.id}")


def _track(structure: Element, track: Track, destination: str) -> None:
    content = "audio" if track.is_audio else "notes"
    node = SubElement(structure, "Track", contentType=content, loaded="true", id=f"t{track.id}", name=xml_name(track.name))
    node.set("color", COLOURS[track.colour % len(COLOURS)])
    _channel(node, f"c{track.id}", track.strip, "regular", destination=destination)


def _group(structure: Element, group: Group) -> Element:
    """Of a group's strip the fader, mute and solo count; its channel takes what the members' channels give."""
    node = SubElement(structure, "Track", contentType="tracks", loaded="true", id=f"g{group.id}", name=xml_name(group.name))
    node.set("color", COLOURS[group.colour % len(COLOURS)])
    strip = Strip(group.strip.gain_db, is_muted=group.strip.is_muted, is_solo=group.strip.is_solo)
    _channel(node, f"gc{group.id}", strip, "submix", destination=MASTER)
    return node


def _master(structure: Element, strip: Strip) -> None:
    node = SubElement(structure, "Track", contentType="audio notes", loaded="true", id="t-master", name="Master")
    _channel(node, MASTER, strip, "master")


def _channel(node: Element, identity: str, strip: Strip, role: str, **more: str) -> None:
    channel = SubElement(node, "Channel", {"audioChannels": "2", "role": role, "id": identity, **more})
    if strip.is_solo:
        channel.set("solo", "true")
    SubElement(channel, "Mute", value="true" if strip.is_muted else "false", id=f"{identity}-mute")
    SubElement(channel, "Pan", unit="normalized", min="0", max="1", value=decimal((strip.pan + 100) / 200), id=f"{identity}-pan")
    gain = decimal(min(MOST_GAIN, _gain(strip)))
    SubElement(channel, "Volume", unit="linear", min="0", max=decimal(MOST_GAIN), value=gain, id=f"{identity}-volume")


def _gain(strip: Strip) -> float:
    return 0.0 if strip.gain_db <= SILENT_DB else float(10 ** (strip.gain_db / 20))


def _conducting(arrangement: Element, song: Song) -> None:
    timeline = song.timeline
    if timeline.markers:
        markers = SubElement(arrangement, "Markers", id="markers")
        for marker in timeline.markers:
            node = SubElement(markers, "Marker", time=beats(marker.tick), name=xml_name(marker.text))
            if marker.is_section:
                node.set("color", COLOURS[marker.colour % len(COLOURS)])
    tempo = SubElement(arrangement, "TempoAutomation", unit="bpm", timeUnit="beats", id="tempo-points")
    SubElement(tempo, "Target", parameter="tempo")
    for change in timeline.tempo_steps:
        SubElement(tempo, "RealPoint", time=beats(change.tick), value=decimal(change.bpm), interpolation="hold")
    meters = SubElement(arrangement, "TimeSignatureAutomation", timeUnit="beats", id="meter-points")
    SubElement(meters, "Target", parameter="meter")
    for meter in timeline.meters:
        parts = {"numerator": str(meter.numerator), "denominator": str(meter.denominator)}
        SubElement(meters, "TimeSignaturePoint", {"time": beats(meter.tick), **parts})
