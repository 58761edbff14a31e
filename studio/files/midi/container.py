"""A MIDI file's outside: the RIFF wrapper, the header, the list of chunks."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import count

from studio.errors import UnreadableFile
from studio.files import limits
from studio.files.midi.wire import plural, spaced
from studio.song.ticks import TICKS_PER_BEAT
from studio.words import tr

SMPTE_RATES = {24: Fraction(24), 25: Fraction(25), 29: Fraction(30000, 1001), 30: Fraction(30)}
"""Frames a second; 29 stands for 29.97."""

MACBINARY_BYTES = 128

NEXT_MIDI = b"SMF2CLIP"
TRACK = b"MTrk"
LAST_EVENT = b"\xff\x2f\x00"
"""How the chunk of a track ends."""

SONG_TICKS_PER_SECOND = 2 * TICKS_PER_BEAT
"""At 120 quarters a minute, the tempo of a song that came in frames."""

PATTERNS = 2
"""The format whose tracks have nothing to do with each other."""

FAULTS_KEPT = 200
"""More are not told: a file of rubbish has millions."""
WATCHED_CHUNKS = 1 << 14
"""Between two looks at the cancel flag; a RIFF wrapper has no more."""
KINDS_KEPT = 20
"""As many names of unknown chunks are told."""


@dataclass(frozen=True, slots=True)
class Fault:
    """Where a file stops making sense, and how."""

    offset: int
    what: str

    def sentence(self, name: str) -> str:
        return tr("«{name}», byte 0x{offset:06X} ({offset}): {what}", name=name, offset=self.offset, what=self.what)


@dataclass(frozen=True, slots=True)
class Chunk:
    """A track chunk: where its events begin and end in the file."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Layout:
    """The header's facts and the track chunks. `scale` turns file ticks into song ticks. `title` is the RIFF wrapper's."""

    format: int
    scale: Fraction
    is_smpte: bool
    chunks: tuple[Chunk, ...]
    faults: tuple[Fault, ...]
    remarks: tuple[str, ...]
    title: bytes = b""


@dataclass(slots=True)
class _Found:
    """What is met on the way through the file. `start` and `end` are those of the MIDI data in it."""

    data: bytes
    start: int = 0
    end: int = 0
    title: bytes = b""
    chunks: list[Chunk] = field(default_factory=list)
    track_count: int = 0
    faults: list[Fault] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)
    unknown: dict[str, int] = field(default_factory=dict)
    skipped: int = 0

    def blame(self, offset: int, what: str) -> None:
        self.faults.append(Fault(offset, what))

    @property
    def is_full(self) -> bool:
        """Whether nothing more need be found out: there are too many tracks, or too many faults to tell them all."""
        return self.track_count > limits.MIDI_TRACKS or len(self.faults) >= FAULTS_KEPT

    def skip_kind(self, kind: str) -> None:
        named = kind if kind in self.unknown or len(self.unknown) < KINDS_KEPT else "…"
        self.unknown[named] = self.unknown.get(named, 0) + 1

    def number(self, at: int, size: int) -> int:
        return int.from_bytes(self.data[at : at + size], "big")


def layout_of(data: bytes, name: str, watch: Callable[[], None] = lambda: None) -> Layout:
    """Header and chunks; UnreadableFile where nothing could be read at all. What `watch`, called often, raises goes through."""
    found = _Found(data, end=len(data))
    _unwrap(found, name)
    at = found.start
    if data.startswith(NEXT_MIDI):
        words = tr("this is a MIDI 2.0 clip file, which is not read.")
        raise _unreadable(0, words, name, tr("Export it as a Standard MIDI file from the program that made it."))
    if data[at : at + 4] != b"MThd" or found.end < at + 14:
        raise _unreadable(
            at, tr("no MIDI header (MThd) begins here."), name, tr("This is not a MIDI file, or its beginning is lost.")
        )
    length = found.number(at + 4, 4)
    file_format, declared, division = (found.number(at + place, 2) for place in (8, 10, 12))
    if length < 6:
        found.blame(at + 4, tr("the header claims {length} bytes, it needs 6.", length=length))
        length = 6
    if file_format > PATTERNS:
        found.blame(at + 8, tr("there is no MIDI file format {file_format}.", file_format=file_format))
        file_format = 1
    scale, is_smpte = _scale(division, at + 12, name, found.remarks)
    _find_chunks(found, at + 8 + length, declared, watch)
    if found.track_count > limits.MIDI_TRACKS:
        raise UnreadableFile(
            tr(
                "«{name}» has {count} tracks; at most {most} can be read.",
                name=name,
                count=spaced(found.track_count),
                most=spaced(limits.MIDI_TRACKS),
            ),
            tr("Split it."),
        )
    return Layout(file_format, scale, is_smpte, tuple(found.chunks), tuple(found.faults), tuple(found.remarks), found.title)


def _unreadable(offset: int, what: str, name: str, hint: str) -> UnreadableFile:
    return UnreadableFile(Fault(offset, what).sentence(name), hint)


# What stands before the music


def _unwrap(found: _Found, name: str) -> None:
    """Find the MIDI data: the whole file, or inside a RIFF RMID wrapper, or after an old Macintosh header."""
    data = found.data
    if data[:4] == b"RIFF":
        if data[8:12] != b"RMID":
            raise _unreadable(8, tr("this RIFF file holds no MIDI data."), name, tr("Choose a MIDI file."))
        _unwrap_riff(found, name)
    elif data[:4] != b"MThd" and data[MACBINARY_BYTES : MACBINARY_BYTES + 4] == b"MThd":
        found.remarks.append(tr("An old Macintosh header before the music was skipped."))
        found.start = MACBINARY_BYTES


def _unwrap_riff(found: _Found, name: str) -> None:
    """The data chunk, the title of an INFO list, and what else the wrapper holds, which is told."""
    data, at, held, others = found.data, 12, False, 0
    for _ in range(WATCHED_CHUNKS):
        if at + 8 > len(data):
            break
        mark, size = data[at : at + 4], int.from_bytes(data[at + 4 : at + 8], "little")
        if mark == b"data" and not held:
            held, found.start = True, at + 8
            if size > len(data) - at - 8:
                words = tr(
                    "the RIFF wrapper claims {bytes}, {left} are left.",
                    bytes=plural(size, "byte"),
                    left=spaced(len(data) - at - 8),
                )
                found.blame(at + 4, words)
            found.end = min(at + 8 + size, len(data))
        elif mark == b"LIST" and data[at + 8 : at + 12] == b"INFO":
            found.title = _info_title(data[at + 12 : min(at + 8 + size, at + limits.TEXT_BYTES)]) or found.title
        else:
            others += 1
        at += 8 + size + size % 2
    if not held:
        raise _unreadable(12, tr("the RIFF wrapper holds no MIDI data."), name, tr("Nothing can be read."))
    found.remarks.append(tr("The file was wrapped as RIFF MIDI."))
    if others:
        found.remarks.append(tr("What else the wrapper holds, such as sounds, was left alone."))


def _info_title(listed: bytes) -> bytes:
    at = 0
    while at + 8 <= len(listed):
        size = int.from_bytes(listed[at + 4 : at + 8], "little")
        if listed[at : at + 4] == b"INAM":
            return listed[at + 8 : at + 8 + size].split(b"\0")[0]
        at += 8 + size + size % 2
    return b""


def _scale(division: int, offset: int, name: str, remarks: list[str]) -> tuple[Fraction, bool]:
    if division & 0x8000:
        frames, per_frame = 256 - (division >> 8), division & 0xFF
        if frames not in SMPTE_RATES or not per_frame:
            what = tr("no time can be counted in {frames} frames of {per_frame} ticks.", frames=frames, per_frame=per_frame)
            raise _unreadable(offset, what, name, tr("Nothing can be read."))
        rate = SMPTE_RATES[frames]
        shown = "29.97" if frames == 29 else str(frames)
        remarks.append(tr("Times were in film frames ({shown} a second) and now stand at 120 quarters a minute.", shown=shown))
        return Fraction(SONG_TICKS_PER_SECOND) / (rate * per_frame), True
    if not division:
        raise _unreadable(offset, tr("the file counts 0 ticks to a quarter note."), name, tr("Nothing can be read."))
    return Fraction(TICKS_PER_BEAT, division), False


# The chunks


def _find_chunks(found: _Found, at: int, declared: int, watch: Callable[[], None]) -> None:
    """Track chunks from `at` on; where something else stands than a chunk, the next track is looked for."""
    data, end = found.data, found.end
    is_after_track = False
    for turn in count():
        if at + 8 > end:
            break
        if not turn % WATCHED_CHUNKS:
            watch()
        mark, stop = data[at : at + 4], at + 8 + found.number(at + 4, 4)
        if mark == TRACK:
            at = _take_track(found, at, stop)
        elif stop <= end and _is_name(mark):
            found.skip_kind(mark.decode("ascii"))
            at = stop
        elif is_after_track and not found.is_full and (instead := _mended(found, at)) is not None:
            at = instead
        else:
            following = data.find(TRACK, at, end)
            if (found.track_count < declared or following >= 0) and not found.is_full:
                found.blame(at, tr("track {count} should begin here.", count=found.track_count + 1))
            if following < 0:
                break
            found.skipped += following - at
            at = following
        is_after_track = mark == TRACK
    if at < end:
        found.remarks.append(tr("{bytes} after the last track left alone.", bytes=plural(end - at, "byte")))
    if found.skipped:
        found.remarks.append(tr("{bytes} between tracks were skipped.", bytes=plural(found.skipped, "byte")))
    _compare(found, declared)


def _take_track(found: _Found, at: int, stop: int) -> int:
    """Note the track that begins here; where it is over, which is where another begins if it claims more than there is."""
    found.track_count += 1
    if stop > found.end:
        if not found.is_full:
            left, claimed = spaced(found.end - at - 8), plural(stop - at - 8, "byte")
            found.blame(
                at + 4, tr("track {count} claims {bytes}, {left} are left.", count=found.track_count, bytes=claimed, left=left)
            )
        following = found.data.find(TRACK, at + 8, found.end)
        stop = following if following >= 0 else found.end
    if len(found.chunks) <= limits.MIDI_TRACKS:
        found.chunks.append(Chunk(at + 8, stop))
    return stop


def _mended(found: _Found, at: int) -> int | None:
    """Where to go on when the length of the track before this place is wrong: it was too long, or too short."""
    last = found.chunks[-1]
    inside = found.data.find(TRACK, last.start, at + len(TRACK) - 1)
    following = found.data.find(TRACK, at, found.end)
    claimed, number = plural(last.end - last.start, "byte"), found.track_count
    if inside >= 0:
        what, stop = tr("track {count} claims {bytes}, but another begins in them.", count=number, bytes=claimed), inside
    elif found.data[max(last.start, last.end - len(LAST_EVENT)) : last.end] != LAST_EVENT:
        what = tr("track {count} claims {bytes}, but does not end after them.", count=number, bytes=claimed)
        stop = following if following >= 0 else found.end
    else:
        return None
    found.blame(last.start - 4, what)
    found.chunks[-1] = Chunk(last.start, stop)
    return stop


def _compare(found: _Found, declared: int) -> None:
    """What the header says against what is there."""
    if found.unknown:
        listed = ", ".join(f"«{mark}» ({count})" for mark, count in found.unknown.items())
        found.remarks.append(tr("Chunks of unknown kind were skipped: {listed}.", listed=listed))
    here = found.track_count
    if here < declared:
        found.blame(found.end, tr("the file ends after {count} of {declared} tracks.", count=here, declared=declared))
    elif here != declared and not found.faults:
        tracks = plural(declared, "track")
        found.remarks.append(tr("The header names {tracks}, the file has {count}; all were read.", tracks=tracks, count=here))


def _is_name(mark: bytes) -> bool:
    return all(32 <= byte < 127 for byte in mark)
