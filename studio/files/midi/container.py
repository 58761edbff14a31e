"""A MIDI file's outside: safe loading, the RIFF wrapper, the header, the list of chunks."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from studio.errors import UnreadableFile
from studio.files import limits
from studio.files.midi.wire import plural, spaced
from studio.song.ticks import TICKS_PER_BEAT
from studio.words import tr

SMPTE_RATES = {24: Fraction(24), 25: Fraction(25), 29: Fraction(30000, 1001), 30: Fraction(30)}
"""Frames a second; 29 stands for 29.97."""

MACBINARY_BYTES = 128

SONG_TICKS_PER_SECOND = 2 * TICKS_PER_BEAT
"""At 120 quarters a minute, the tempo of a song that came in frames."""


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
    """The header's facts and the track chunks. `scale` turns file ticks into song ticks."""

    format: int
    scale: Fraction
    is_smpte: bool
    chunks: tuple[Chunk, ...]
    faults: tuple[Fault, ...]
    remarks: tuple[str, ...]


def layout_of(data: bytes, name: str) -> Layout:
    """Header and chunks; UnreadableFile where nothing could be read at all."""
    remarks: list[str] = []
    at = _unwrapped(data, name, remarks)
    if data[at : at + 4] != b"MThd" or len(data) < at + 14:
        raise UnreadableFile(
            Fault(at, tr("no MIDI header (MThd) begins here.")).sentence(name),
            tr("This is not a MIDI file, or its beginning is lost."),
        )
    length = int.from_bytes(data[at + 4 : at + 8], "big")
    file_format, declared, division = (int.from_bytes(data[at + i : at + i + 2], "big") for i in (8, 10, 12))
    if length < 6:
        raise UnreadableFile(
            Fault(at + 4, tr("the header claims {length} bytes, it needs 6.", length=length)).sentence(name),
            tr("Nothing can be read."),
        )
    if file_format > 2:
        raise UnreadableFile(
            Fault(at + 8, tr("there is no MIDI file format {file_format}.", file_format=file_format)).sentence(name),
            tr("Nothing can be read."),
        )
    if file_format == 2:
        raise UnreadableFile(
            Fault(at + 8, tr("format 2 holds independent patterns, not one song.")).sentence(name),
            tr("Split it into single files with the program that made it."),
        )
    scale, is_smpte = _scale(division, at + 12, name, remarks)
    chunks, faults = _chunks(data, at + 8 + length, declared, remarks)
    if len(chunks) > limits.MIDI_TRACKS:
        raise UnreadableFile(
            tr(
                "«{name}» has {count} tracks; at most {most} can be read.",
                name=name,
                count=spaced(len(chunks)),
                most=spaced(limits.MIDI_TRACKS),
            ),
            tr("Split it."),
        )
    return Layout(file_format, scale, is_smpte, tuple(chunks), tuple(faults), tuple(remarks))


def _unwrapped(data: bytes, name: str, remarks: list[str]) -> int:
    """Where the MIDI data begin: 0, or inside a RIFF RMID wrapper, or after an old Macintosh header."""
    if data[:4] != b"RIFF":
        if data[:4] != b"MThd" and data[MACBINARY_BYTES : MACBINARY_BYTES + 4] == b"MThd":
            remarks.append(tr("An old Macintosh header before the music was skipped."))
            return MACBINARY_BYTES
        return 0
    if data[8:12] != b"RMID":
        raise UnreadableFile(Fault(8, tr("this RIFF file holds no MIDI data.")).sentence(name), tr("Choose a MIDI file."))
    at = 12
    while at + 8 <= len(data):
        size = int.from_bytes(data[at + 4 : at + 8], "little")
        if data[at : at + 4] == b"data":
            remarks.append(tr("The file was wrapped as RIFF MIDI."))
            return at + 8
        at += 8 + size + size % 2
    raise UnreadableFile(Fault(12, tr("the RIFF wrapper holds no MIDI data.")).sentence(name), tr("Nothing can be read."))


def _scale(division: int, offset: int, name: str, remarks: list[str]) -> tuple[Fraction, bool]:
    if division & 0x8000:
        frames, per_frame = 256 - (division >> 8), division & 0xFF
        if frames not in SMPTE_RATES or not per_frame:
            raise UnreadableFile(
                Fault(
                    offset,
                    tr("no time can be counted in {frames} frames of {per_frame} ticks.", frames=frames, per_frame=per_frame),
                ).sentence(name),
                tr("Nothing can be read."),
            )
        rate = SMPTE_RATES[frames]
        shown = "29.97" if frames == 29 else str(frames)
        remarks.append(tr("Times were in film frames ({shown} a second) and now stand at 120 quarters a minute.", shown=shown))
        return Fraction(SONG_TICKS_PER_SECOND) / (rate * per_frame), True
    if not division:
        raise UnreadableFile(
            Fault(offset, tr("the file counts 0 ticks to a quarter note.")).sentence(name), tr("Nothing can be read.")
        )
    return Fraction(TICKS_PER_BEAT, division), False


def _chunks(data: bytes, at: int, declared: int, remarks: list[str]) -> tuple[list[Chunk], list[Fault]]:
    chunks: list[Chunk] = []
    faults: list[Fault] = []
    unknown: dict[str, int] = {}
    while at + 8 <= len(data):
        mark, size = data[at : at + 4], int.from_bytes(data[at + 4 : at + 8], "big")
        left = len(data) - at - 8
        is_track = mark == b"MTrk"
        if is_track and size > left:
            faults.append(
                Fault(
                    at + 4,
                    tr(
                        "track {count} claims {bytes}, {left} are left.",
                        count=len(chunks) + 1,
                        bytes=plural(size, "byte"),
                        left=spaced(left),
                    ),
                )
            )
        elif not is_track and (size > left or not _is_name(mark)):
            following = data.find(b"MTrk", at)
            if len(chunks) >= declared and following < 0:
                break
            faults.append(Fault(at, tr("track {count} should begin here.", count=len(chunks) + 1)))
            if following < 0:
                return chunks, faults
            at = following
            continue
        elif not is_track:
            unknown[mark.decode("ascii")] = unknown.get(mark.decode("ascii"), 0) + 1
        if is_track:
            chunks.append(Chunk(at + 8, min(at + 8 + size, len(data))))
        at += 8 + size
    if at < len(data):
        remarks.append(tr("{bytes} after the last track left alone.", bytes=plural(len(data) - at, "byte")))
    if unknown:
        listed = ", ".join(f"«{mark}» ({count})" for mark, count in unknown.items())
        remarks.append(tr("Chunks of unknown kind were skipped: {listed}.", listed=listed))
    if not faults and len(chunks) < declared:
        faults.append(
            Fault(len(data), tr("the file ends after {count} of {declared} tracks.", count=len(chunks), declared=declared))
        )
    elif len(chunks) != declared and not faults:
        remarks.append(
            tr(
                "The header names {tracks}, the file has {count}; all were read.",
                tracks=plural(declared, "track"),
                count=len(chunks),
            )
        )
    return chunks, faults


def _is_name(mark: bytes) -> bool:
    return all(32 <= byte < 127 for byte in mark)
