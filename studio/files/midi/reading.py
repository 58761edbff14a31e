"""A MIDI file's bytes to a song and its report (reliability.md section 3)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from studio.errors import UnreadableFile
from studio.files import limits
from studio.files.midi.building import Builder, title_of_name
from studio.files.midi.container import PATTERNS, Fault, Layout, layout_of
from studio.files.midi.events import RawTrack, remarks_on, track_events
from studio.files.midi.wire import plural, spaced
from studio.files.report import Opened, PartlyReadable
from studio.jobs.progress import Progress
from studio.song.song import Song
from studio.song.timeline import Timeline
from studio.words import tr

FAULTS_TOLD = 20

READING_SHARE = 0.7
"""Of the whole work: finding the events. The rest is making a song of them."""


def song_from_bytes(data: bytes, name: str, partial: bool = False, progress: Progress | None = None) -> Opened:
    """Read a whole file's bytes; `name` is used in messages and, without its suffix, as the title of last resort.

    A fault is UnreadableFile (PartlyReadable where notes could be had), unless `partial` allows what can be read
    before and after it.
    """
    watched = progress or Progress()
    layout = layout_of(data, name, watched.stop_if_cancelled)
    if layout.format == PATTERNS and len(layout.chunks) > 1:
        what = tr("format 2 holds {count} independent patterns, not one song.", count=len(layout.chunks))
        layout = replace(layout, faults=(Fault(8, what), *layout.faults))
    return _Reading(data, name, layout, title_of_name(name), watched).opened(partial)


def songs_from_bytes(data: bytes, name: str, progress: Progress | None = None) -> Iterator[Opened]:
    """Each pattern of a file of format 2 as a song of its own; every other file is one song."""
    layout = layout_of(data, name)
    if layout.format != PATTERNS or len(layout.chunks) < 2:
        yield song_from_bytes(data, name, progress=progress)
        return
    for number, chunk in enumerate(layout.chunks, 1):
        title = tr("{title}, pattern {number}", title=title_of_name(name), number=number)
        remarks = (*layout.remarks, tr("This is pattern {number} of {count}.", number=number, count=len(layout.chunks)))
        alone = replace(layout, chunks=(chunk,), remarks=remarks)
        yield _Reading(data, name, alone, title, progress or Progress()).opened(False)


@dataclass(frozen=True, slots=True)
class _Reading:
    """The tracks of a layout on their way to a song; `title` is that of last resort."""

    data: bytes
    name: str
    layout: Layout
    title: str
    progress: Progress

    def opened(self, partial: bool) -> Opened:
        raws = self._raw_tracks()
        found = [*self.layout.faults, *(raw.fault for raw in raws if raw.fault)]
        faults = [fault.sentence(self.name) for fault in sorted(found, key=lambda fault: fault.offset)]
        remarks = [*self.layout.remarks, *remarks_on(raws)]
        if len(faults) > FAULTS_TOLD:
            remarks.insert(0, tr("There are further faults of this kind."))
            del faults[FAULTS_TOLD:]
        opened = self._built(raws, [*faults, *remarks])
        if late := _beyond_document(opened.song, self.name):
            faults.append(late)
            opened = self._built(raws, [*faults, *remarks], _first_tick_beyond(opened.song.timeline))
        if not faults or partial:
            return opened
        song = opened.song
        if not song.note_count:
            raise UnreadableFile(faults[0], tr("No notes can be read."))
        tracks, notes = plural(len(song.tracks), "track"), plural(song.note_count, "note")
        readable = tr("Readable: {tracks}, {notes}.", tracks=tracks, notes=notes)
        raise PartlyReadable(faults[0], readable, tuple(opened.report.sentences()))

    def _raw_tracks(self) -> list[RawTrack]:
        raws: list[RawTrack] = []
        before = others_before = 0

        def watch(byte: int, channel_events: int, others: int) -> None:
            self.progress.stop_if_cancelled()
            self.progress.report(READING_SHARE * byte / len(self.data), 1, tr("Reading"))
            if before + channel_events + others > limits.MIDI_EVENTS:
                most = spaced(limits.MIDI_EVENTS)
                words = tr("«{name}» has more than {most} events, the most that can be read.", name=self.name, most=most)
                raise UnreadableFile(words, tr("Split it."))
            if others_before + others > limits.MIDI_OTHERS:
                most = spaced(limits.MIDI_OTHERS)
                words = tr("«{name}» has more than {most} text, tempo and system events.", name=self.name, most=most)
                raise UnreadableFile(words, tr("Split it."))

        for number, chunk in enumerate(self.layout.chunks, 1):
            raws.append(track_events(self.data, chunk, number, watch))
            before += raws[-1].count
            others_before += len(raws[-1].others)
        return raws

    def _built(self, raws: list[RawTrack], remarks: list[str], before: int | None = None) -> Opened:
        """The song and its report; events from `before` on are left out."""
        builder = Builder(self.data, self.layout, self.progress.stop_if_cancelled, before)
        for number, raw in enumerate(raws):
            self.progress.report(READING_SHARE + (1 - READING_SHARE) * number / len(raws), 1, tr("Reading"))
            builder.add(raw)
        opened = builder.finish(self.title, remarks)
        counted = sum(raw.count for raw in raws)
        if opened.report.events != counted:
            raise AssertionError(f"the report counts {opened.report.events} events, the file has {counted}")
        return opened


# What a song may last


def refuse_beyond_document(song: Song, name: str) -> None:
    """A song may last 24 hours and 100 000 bars."""
    if late := _beyond_document(song, name):
        raise UnreadableFile(late, tr("Cut it into parts."))


def _beyond_document(song: Song, name: str) -> str:
    """The sentence on a song that is too long; "" where it is not."""
    end = _end_of(song)
    seconds, bars = float(song.timeline.seconds_at(end)), song.timeline.bar_of(max(0, end - 1))
    if seconds > limits.SONG_SECONDS:
        hours = limits.SONG_SECONDS // 3600
        return tr("«{name}» lasts {seconds:.1f} hours; a song may last {hours}.", name=name, seconds=seconds / 3600, hours=hours)
    if bars > limits.SONG_BARS:
        most = spaced(limits.SONG_BARS)
        return tr("«{name}» has {bars} bars; a song may have {most}.", name=name, bars=spaced(bars), most=most)
    return ""


def _end_of(song: Song) -> int:
    """The last tick at which anything stands."""
    timeline = song.timeline
    last = [column[-1].tick for column in (timeline.tempos, timeline.meters, timeline.keys, timeline.markers) if column]
    points = [int(track.controls.points["tick"][-1]) for track in song.tracks if len(track.controls)]
    kept = [event.tick for track in song.tracks for event in track.controls.foreign]
    return max(song.end_tick, *last, *points, *kept, *(event.tick for event in song.foreign))


def _first_tick_beyond(timeline: Timeline) -> int:
    """Nothing may stand here or later."""
    return min(int(timeline.ticks_at(float(limits.SONG_SECONDS))), timeline.bar_start(limits.SONG_BARS + 1))
