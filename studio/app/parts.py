"""Parts: what of the song that is shown can go out - whole, selection, loop, sections, takes, tracks - each with its name."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import cached_property

from studio.files.part import Part, part_of
from studio.session import Session
from studio.song.song import Song, span_of
from studio.song.ticks import Span
from studio.song.timeline import Section
from studio.words import counted, tr

WHOLE, SELECTION, LOOP, SECTION, TAKE = "whole", "selection", "loop", "section", "take"


@dataclass(frozen=True, eq=False)
class Scope:
    """One choice: how it is called in a list, the song it is part of, and which part of that.

    `kind` is one of the names above. The song of a take that is not shown is put together when it is first asked for.
    """

    label: str
    part: Part
    kind: str
    _make: Callable[[], Song] = field(repr=False)

    @cached_property
    def song(self) -> Song:
        return self._make()

    def cut(self, track_ids: Iterable[int] | None = None) -> Song:
        """The part as a song of its own, of these tracks only where some are given."""
        return part_of(self.song, self.part if track_ids is None else narrowed(self.song, self.part, track_ids))


def parts(session: Session) -> list[Scope]:
    """Everything there is to choose from now, the whole song first."""
    sections = session.song.timeline.sections(session.song.end_tick)
    tray = session.tray.current
    shown = () if tray is None else (None,) if tray.comp else (tray.active,) if tray.active is not None else ()
    others = () if tray is None else tuple(index for index in tray.listed if index not in shown)
    found = (
        whole(session),
        selection(session),
        loop(session),
        *(section(session, each) for each in sections),
        *(take(session, index) for index in (*shown, *others)),
    )
    return [scope for scope in found if scope is not None]


def whole(session: Session) -> Scope:
    song = session.song
    return Scope(tr("The whole song"), Part(), WHOLE, lambda: song)


def selection(session: Session) -> Scope | None:
    """The selected notes, else the selected bars on their tracks; None where nothing is selected."""
    chosen = session.selection
    if chosen.note_ids:
        song = session.heard_song()
        found = [(track, rows) for track in song.tracks if len(rows := track.notes.with_ids(chosen.note_ids))]
        spans = [span for _, rows in found if (span := span_of(rows)) is not None]
        if not spans:
            return None
        span = Span(min(each.start_tick for each in spans), max(each.end_tick for each in spans))
        name = _joined(found[0][0].name if len(found) == 1 else "", session.span_words(span))
        part = Part(name, span, frozenset(track.id for track, _ in found), chosen.note_ids)
        count = sum(len(rows) for _, rows in found)
        label = tr("The selection ({what})", what=counted(count, "{n} note", "{n} notes"))
        return Scope(label, part, SELECTION, lambda: song)
    if chosen.bars is None:
        return None
    song, words = session.song, session.span_words(chosen.bars)
    ids = frozenset(id_ for id_ in chosen.range_ids if song.has_track(id_)) or None
    part = Part(words, chosen.bars)
    part = part if ids is None else narrowed(song, part, ids)
    return Scope(tr("The selection ({what})", what=words), part, SELECTION, lambda: song)


def loop(session: Session) -> Scope | None:
    """What the loop repeats, the composer's own and not one lent to takes."""
    span, song = session.own_loop, session.song
    if span is None:
        return None
    words = session.span_words(span)
    return Scope(tr("The loop ({bars})", bars=words), Part(words, span), LOOP, lambda: song)


def section(session: Session, of: Section) -> Scope:
    song, words = session.song, session.span_words(of.span)
    label = tr("Section «{name}» ({bars})", name=of.marker.text, bars=words)
    return Scope(label, Part(of.marker.text, of.span), SECTION, lambda: song)


def take(session: Session, index: int | None) -> Scope | None:
    """A take of the present set in its bars, on its tracks; None: what is shown, bars of several takes included."""
    take_set, song = session.tray.current, session.song
    if take_set is None or (index is not None and not 0 <= index < len(take_set.takes)):
        return None
    region = take_set.request.mask.region
    ids = tuple(id_ for id_ in region.track_ids if song.has_track(id_))
    if not ids:
        return None
    words = take_set.words() if index is None else tr("take {number}", number=take_set.numeral(index))
    bars = session.span_words(region.span)
    name = _joined(song.track(ids[0]).name if len(ids) == 1 else "", bars, words)
    label = tr("{take} ({bars})", take=words[:1].upper() + words[1:], bars=bars)

    def make() -> Song:
        return session.proposing.with_take(song, take_set, index)

    return Scope(label, Part(name, region.span, frozenset(ids)), TAKE, make)


def track(session: Session, track_id: int) -> Scope:
    """One whole track."""
    song = session.song
    name = song.track(track_id).name
    return Scope(name, Part(name, None, frozenset((track_id,))), WHOLE, lambda: song)


def narrowed(song: Song, part: Part, track_ids: Iterable[int]) -> Part:
    """Only these tracks of a part; where one is left of several, its name goes before what the part is called."""
    there = [each.id for each in song.tracks if part.track_ids is None or each.id in part.track_ids]
    wanted = frozenset(track_ids)
    kept = [id_ for id_ in there if id_ in wanted]
    if len(kept) == len(there):
        return part
    name = _joined(song.track(kept[0]).name, part.name) if len(kept) == 1 else part.name
    return Part(name, part.span, frozenset(kept), part.note_ids)


def _joined(*words: str) -> str:
    return " - ".join(each for each in words if each)
