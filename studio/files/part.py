"""Part: what of a song goes out - bars, tracks, chosen notes - as a song of its own with a name for its file."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass, replace

from studio.files.excerpt import excerpt
from studio.files.midi.texts import file_name
from studio.song.notes import Notes
from studio.song.song import Song
from studio.song.ticks import Span


@dataclass(frozen=True, slots=True)
class Part:
    """A choice from a song. None means all of it; `name` is what a file of it is called after the title."""

    name: str = ""
    span: Span | None = None
    track_ids: frozenset[int] | None = None
    note_ids: frozenset[int] | None = None

    @property
    def is_whole(self) -> bool:
        return self.span is None and self.track_ids is None and self.note_ids is None


def part_of(song: Song, part: Part) -> Song:
    """The part as a song, counted from the bar line at or before its start (EX-14); of the whole song, the song itself.

    With a span, audio tracks are left out and notes end with it at the latest; tracks outside the choice are gone.
    """
    if part.track_ids is not None:
        song = replace(song, tracks=tuple(track for track in song.tracks if track.id in part.track_ids))
    if part.note_ids is not None:
        kept = sorted(part.note_ids)
        song = replace(song, tracks=tuple(replace(track, notes=Notes(track.notes.with_ids(kept))) for track in song.tracks))
    return song if part.span is None else excerpt(song, part.span)


def stem(title: str, part: Part, *, is_ascii: bool = False) -> str:
    """What a file of this part is called, without its suffix: "Title - Bass - bars 5-8 - take 3" (EX-34).

    `is_ascii`: letters are written without their marks and others left out, for hosts that read nothing else.
    """
    named = " - ".join(words for words in (title, part.name) if words)
    if is_ascii:
        named = unicodedata.normalize("NFKD", named).encode("ascii", "ignore").decode("ascii").strip(" -")
    return file_name(named) if named else "Untitled"
