"""A MusicXML score as a sheet: parts read measure by measure, then laid over one another."""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction
from itertools import pairwise

from studio.errors import UnreadableFile
from studio.files import limits
from studio.files.midi.texts import clean_name
from studio.files.midi.wire import spaced
from studio.files.musicxml.measures import PartReading
from studio.files.musicxml.note import NoteReading
from studio.files.musicxml.part_list import PartFacts, facts_of
from studio.files.musicxml.tree import BrokenXml, Node, parse
from studio.files.notation.playing import offered, played
from studio.files.notation.sheet import MOST_SIGNS, Bar, Part, Sheet
from studio.files.report import Opened
from studio.jobs.progress import Progress
from studio.words import tr

MOST_MEASURES = 500_000
"""Of all parts together: an orchestra of forty plays for days."""
OURS = "Ricercar"


@dataclass(slots=True)
class _PartSheet:
    facts: PartFacts
    reading: PartReading


def song_of_score(data: bytes, name: str, progress: Progress | None = None, *, partial: bool = False) -> Opened:
    """Parse, read, play out. `name` is used in messages; `partial` takes what stands before the place where a file breaks."""
    watched = progress or Progress()
    score = _Score(name)

    def watch(done: int) -> None:
        watched.stop_if_cancelled()
        watched.report(done, len(data), tr("Reading the score"))

    fault: BrokenXml | None = None
    try:
        root = parse(data, name, score.element, watch)
    except BrokenXml as problem:
        if not score.sheet_made.written:
            raise
        fault = problem
    else:
        if root.tag not in ("score-partwise", "score-timewise"):
            raise UnreadableFile(
                tr("«{name}» is not a MusicXML score (it begins with «{tag}»).", name=name, tag=root.tag[:40]),
                tr("Choose another file."),
            )
    sheet = score.sheet()
    sheet.title = sheet.title or clean_name(name.rsplit(".", 1)[0])
    if not sheet.written:
        raise UnreadableFile(tr("«{name}» has no notes.", name=name), tr("Choose another score."))
    if fault is None:
        return played(sheet, name, watched)
    sheet.remarks += [fault.message, tr("What stands after this place is missing.")]
    opened = played(sheet, name, watched)
    if partial:
        return opened
    raise offered(opened, fault.message) from fault


@dataclass(slots=True)
class _Score:
    name: str
    facts: dict[str, PartFacts] = field(default_factory=dict)
    parts: dict[str, _PartSheet] = field(default_factory=dict)
    sheet_made: Sheet = field(default_factory=Sheet)
    measures: int = 0
    is_ours: bool = False

    def element(self, node: Node, parent: Node) -> bool:
        """Take what is complete: a part's facts, a measure of a part. True: nobody needs the element any more."""
        if node.tag == "measure" and parent.tag == "part":
            self._measure(node, parent.attributes.get("id", ""))
        elif node.tag == "part" and parent.tag == "measure":
            self._measure(node, node.attributes.get("id", ""))
        elif node.tag == "score-part":
            self.facts[node.attributes.get("id", "")] = facts_of(node)
        elif node.tag in ("work", "movement-title", "identification") and parent.tag.startswith("score-"):
            self._head(node)
        else:
            return False
        return True

    def _head(self, node: Node) -> None:
        sheet = self.sheet_made
        if node.tag == "identification":
            encoding = node.child("encoding")
            self.is_ours = encoding is not None and encoding.words("software").startswith(OURS)
        elif node.tag == "work":
            sheet.title = clean_name(node.words("work-title")) or sheet.title
        else:
            sheet.title = sheet.title or clean_name(node.text)

    def _measure(self, node: Node, part_id: str) -> None:
        part = self.parts.get(part_id)
        if part is None:
            if len(self.parts) >= limits.MIDI_TRACKS:
                raise UnreadableFile(
                    tr("«{name}» has more than {most} parts.", name=self.name, most=limits.MIDI_TRACKS),
                    tr("Cut it into several files."),
                )
            facts = self.facts.get(part_id, PartFacts())
            notes = NoteReading(self.sheet_made, self.name, facts.drums)
            part = self.parts[part_id] = _PartSheet(facts, PartReading(self.sheet_made, notes))
        self.measures += 1
        if len(part.reading.bars) >= limits.SONG_BARS or self.measures > MOST_MEASURES:
            raise UnreadableFile(
                tr("«{name}» has more than {most} bars.", name=self.name, most=limits.SONG_BARS), tr("Cut it into parts.")
            )
        part.reading.measure(node)
        if self.sheet_made.seen > MOST_SIGNS:
            raise UnreadableFile(
                tr("«{name}» has more than {most} notes and signs.", name=self.name, most=spaced(MOST_SIGNS)),
                tr("Cut it into parts."),
            )

    def sheet(self) -> Sheet:
        sheet = self.sheet_made
        for part in self.parts.values():
            tracks = _tracks_of(part, self.is_ours)
            for number, bar in enumerate(part.reading.bars):
                for note in bar.notes:
                    note.part = len(sheet.parts) + tracks[note.part][0]
                if number < len(sheet.bars):
                    _lay_over(sheet.bars[number], bar)
                    sheet.add_chords(sheet.bars[number], bar)
                else:
                    sheet.bars.append(bar)
            names, facts, notes = dict(tracks.values()), part.facts, part.reading.notes
            is_drum = facts.is_drum or (notes.has_unpitched and not notes.has_pitched)
            sound = (0 if is_drum else facts.program, is_drum, 0 if is_drum else facts.bank)
            sheet.parts += [Part(names[track], *sound) for track in sorted(names)]
        _fill_short_bars(sheet.bars)
        _carry_tempos(sheet.bars)
        return sheet


def _tracks_of(part: _PartSheet, is_one: bool) -> dict[int, tuple[int, str]]:
    """For each line of the part, its track (from 0) and the track's name.

    A part on one staff gives a track for each voice; one on several staves (a piano) a track for each staff. `is_one`:
    one for the whole part, as our own scores are written.
    """
    lines = part.reading.lines
    by_staff = len({staff for staff, _ in lines}) > 1
    keys = {line: "" if is_one else staff if by_staff else voice for (staff, voice), line in lines.items()}
    groups = list(dict.fromkeys(keys.values()))
    name = clean_name(part.facts.name) or "Part"
    names = [name] if len(groups) == 1 else [f"{name} {number}" for number in range(1, len(groups) + 1)]
    return {line: (groups.index(key), names[groups.index(key)]) for line, key in keys.items()}


def _lay_over(first: Bar, other: Bar) -> None:
    """The same measure in another part: its notes join; signs count when any part has them."""
    first.length = max(first.length, other.length)
    first.is_short = first.is_short or other.is_short
    first.notes += other.notes
    first.section = first.section or other.section
    first.key, first.key_changes = first.key or other.key, first.key_changes or other.key_changes
    first.us_per_beat = first.us_per_beat or other.us_per_beat
    said = {offset for offset, _ in first.tempo_changes}
    first.tempo_changes += [change for change in other.tempo_changes if change[0] not in said]
    first.starts_repeat = first.starts_repeat or other.starts_repeat
    first.repeat_times = max(first.repeat_times, other.repeat_times)
    first.repeats_after_jump = first.repeats_after_jump or other.repeats_after_jump
    first.endings = first.endings or other.endings
    for sign, name in (
        ("jump", "jump_name"),
        ("is_sign", "sign_name"),
        ("is_coda", "coda_name"),
        ("leaves_for_coda", "leaves_name"),
    ):
        for each in (sign, name):
            setattr(first, each, getattr(first, each) or getattr(other, each))
    first.is_end = first.is_end or other.is_end


def _carry_tempos(bars: list[Bar]) -> None:
    """Each bar knows the tempo at its start, so that a repeat finds it again."""
    present: int | None = None
    for bar in bars:
        bar.tempo_changes.sort()
        bar.us_per_beat = bar.us_per_beat or present
        present = bar.tempo_changes[-1][1] if bar.tempo_changes else bar.us_per_beat


def _fill_short_bars(bars: list[Bar]) -> None:
    """A bar may be short at the ends, beside repeats, where it says so, and where the next completes it (a pick-up and its
    complement); elsewhere a rest was left out."""
    fulls = [Fraction(4 * bar.meter[0], bar.meter[1]) if bar.meter else Fraction(4) for bar in bars]
    completed = {
        at
        for first, (bar, other) in enumerate(pairwise(bars))
        for at in (first, first + 1)
        if bar.length and other.length and bar.length + other.length == fulls[first] == fulls[first + 1]
    }
    for number, bar in enumerate(bars):
        around = bars[max(0, number - 1) : number + 2]
        near_repeat = any(other.starts_repeat or other.repeat_times or other.endings for other in around)
        may_be_short = near_repeat or bar.is_short or number in completed or not 0 < number < len(bars) - 1
        if not bar.length or (bar.length < fulls[number] and not may_be_short):
            bar.length = fulls[number]
