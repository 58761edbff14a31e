"""A MusicXML score as a sheet: parts read measure by measure, then laid over one another."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from fractions import Fraction

from studio.errors import UnreadableFile
from studio.files import limits
from studio.files.midi.texts import clean_name
from studio.files.musicxml.container import title_of
from studio.files.musicxml.measures import PartReading
from studio.files.musicxml.tree import Node, parse
from studio.files.notation.playing import played
from studio.files.notation.sheet import Bar, Part, Sheet
from studio.files.report import Opened
from studio.jobs.progress import Progress
from studio.words import tr


@dataclass(slots=True)
class _PartFacts:
    """What the part list says."""

    name: str = ""
    program: int = 0
    is_drum: bool = False
    drums: dict[str, int] = field(default_factory=dict)


@dataclass(slots=True)
class _PartSheet:
    facts: _PartFacts
    reading: PartReading
    bars: list[Bar] = field(default_factory=list)


def song_of_score(data: bytes, name: str, progress: Progress | None = None) -> Opened:
    """Parse, read, play out. `name` is used in messages."""
    watched = progress or Progress()
    score = _Score(name)

    def watch(done: int) -> None:
        watched.stop_if_cancelled()
        watched.report(done, len(data), tr("Reading the score"))

    root = parse(data, name, score.element, watch)
    if root.tag not in ("score-partwise", "score-timewise"):
        raise UnreadableFile(
            tr("«{name}» is not a MusicXML score (it begins with «{tag}»).", name=name, tag=root.tag[:40]),
            tr("Choose another file."),
        )
    sheet = score.sheet()
    sheet.title = clean_name(title_of(root)) or clean_name(name.rsplit(".", 1)[0])
    if not sheet.read:
        raise UnreadableFile(tr("«{name}» has no notes.", name=name), tr("Choose another score."))
    return played(sheet, name)


@dataclass(slots=True)
class _Score:
    name: str
    facts: dict[str, _PartFacts] = field(default_factory=dict)
    parts: dict[str, _PartSheet] = field(default_factory=dict)
    sheet_made: Sheet = field(default_factory=Sheet)

    def element(self, node: Node, parent: Node) -> bool:
        """Take what is complete: a part's facts, a measure of a part. True: nobody needs the element any more."""
        if node.tag == "score-part":
            self.facts[node.attributes.get("id", "")] = _facts_of(node)
            return True
        if node.tag == "measure" and parent.tag == "part":
            self._measure(node, parent.attributes.get("id", ""))
            return True
        if node.tag == "part" and parent.tag == "measure":
            self._measure(node, node.attributes.get("id", ""))
            return True
        return False

    def _measure(self, node: Node, part_id: str) -> None:
        part = self.parts.get(part_id)
        if part is None:
            if len(self.parts) >= limits.MIDI_TRACKS:
                raise UnreadableFile(
                    tr("«{name}» has more than {most} parts.", name=self.name, most=limits.MIDI_TRACKS),
                    tr("Cut it into several files."),
                )
            facts = self.facts.get(part_id, _PartFacts())
            reading = PartReading(self.name, facts.drums, self.sheet_made.dropped, self.sheet_made.changed)
            part = self.parts[part_id] = _PartSheet(facts, reading)
        if len(part.bars) >= limits.SONG_BARS:
            raise UnreadableFile(
                tr("«{name}» has more than {most} bars.", name=self.name, most=limits.SONG_BARS), tr("Cut it into parts.")
            )
        part.bars.append(part.reading.measure(node, part.bars[-1] if part.bars else None))

    def sheet(self) -> Sheet:
        sheet = self.sheet_made
        for part in self.parts.values():
            sheet.read += part.reading.read
            tracks = _tracks_of(part)
            for number, bar in enumerate(part.bars):
                for note in bar.notes:
                    note.part = len(sheet.parts) + tracks[note.part][0]
                if number < len(sheet.bars):
                    _lay_over(sheet.bars[number], bar)
                else:
                    sheet.bars.append(bar)
            names = dict(tracks.values())
            sheet.parts += [Part(names[track], part.facts.program, part.facts.is_drum) for track in sorted(names)]
        _fill_short_bars(sheet.bars)
        _settle_codas(sheet.bars)
        return sheet


def _tracks_of(part: _PartSheet) -> dict[int, tuple[int, str]]:
    """For each line of the part, its track (from 0) and the track's name.

    A part on one staff gives a track for each voice; one on several staves (a piano) a track for each staff.
    """
    lines = part.reading.lines
    staves = {staff for staff, _ in lines}
    by_staff = len(staves) > 1
    groups = list(dict.fromkeys(staff if by_staff else voice for staff, voice in lines))
    name = clean_name(part.facts.name) or "Part"
    tracks = {}
    for (staff, voice), line in lines.items():
        track = groups.index(staff if by_staff else voice)
        tracks[line] = (track, name if len(groups) == 1 else f"{name} {track + 1}")
    return tracks


def _lay_over(first: Bar, other: Bar) -> None:
    """The same measure in another part: its notes join; signs count when any part has them."""
    first.length = max(first.length, other.length)
    first.notes += other.notes
    first.chords += other.chords
    first.section = first.section or other.section
    first.us_per_beat = first.us_per_beat or other.us_per_beat
    first.starts_repeat = first.starts_repeat or other.starts_repeat
    first.repeat_times = max(first.repeat_times, other.repeat_times)
    first.endings = first.endings or other.endings
    first.jump = first.jump or other.jump
    first.is_sign, first.is_coda = first.is_sign or other.is_sign, first.is_coda or other.is_coda
    first.leaves_for_coda, first.is_end = first.leaves_for_coda or other.leaves_for_coda, first.is_end or other.is_end


def _settle_codas(bars: list[Bar]) -> None:
    """Of several coda signs before bars the last names the coda; one leaves for it at the bar line of the others."""
    signs = [number for number, bar in enumerate(bars) if bar.is_coda]
    for number in signs[:-1]:
        bars[number].is_coda = False
        bars[max(0, number - 1)].leaves_for_coda = True


def _fill_short_bars(bars: list[Bar]) -> None:
    """A bar may be short at the ends and beside repeats (a pick-up and its complement); elsewhere a rest was left out."""
    for number, bar in enumerate(bars):
        full = Fraction(4 * bar.meter[0], bar.meter[1]) if bar.meter else Fraction(4)
        around = bars[max(0, number - 1) : number + 2]
        near_repeat = any(other.starts_repeat or other.repeat_times or other.endings for other in around)
        is_inside = 0 < number < len(bars) - 1
        if not bar.length or (bar.length < full and is_inside and not near_repeat):
            bar.length = full


def _facts_of(node: Node) -> _PartFacts:
    facts = _PartFacts(node.words("part-name"))
    for instrument in node.all("midi-instrument"):
        facts.is_drum = facts.is_drum or instrument.words("midi-channel") == "10"
        program, drum = instrument.words("midi-program"), instrument.words("midi-unpitched")
        if re.fullmatch(r"\d{1,3}", program):
            facts.program = min(127, max(0, int(program) - 1))
        if re.fullmatch(r"\d{1,3}", drum):
            facts.drums[instrument.attributes.get("id", "")] = min(127, max(0, int(drum) - 1))
    if facts.is_drum:
        facts.program = 0
    return facts
