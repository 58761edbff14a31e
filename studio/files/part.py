"""Part: what of a song goes out - bars, tracks, chosen notes - as a song of its own with a name for its file."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass, replace

from studio.files.excerpt import excerpt
from studio.files.midi.texts import file_name
from studio.song.notes import Notes
from studio.song.song import Song
from studio.song.ticks import Span

_RESERVED = {"CON", "PRN", "AUX", "NUL", *(f"{port}{number}" for port in ("COM", "LPT") for number in range(1, 10))}
"""Windows takes these for devices, whatever follows the first full stop."""
_BETWEEN, _UNTITLED = " - ", "Untitled"
_DASHES = dict.fromkeys(map(ord, "\N{EN DASH}\N{EM DASH}\N{MINUS SIGN}\N{HYPHEN}"), "-")
_LETTERS = str.maketrans({"ß": "ss", "ø": "o", "Ø": "O", "æ": "ae", "Æ": "Ae", "œ": "oe", "ł": "l", "Ł": "L", "đ": "d"}) | _DASHES
"""What a letter without its mark would not be found for."""


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
        kept_tracks = tuple(track for track in song.tracks if track.id in part.track_ids)
        in_use = {track.group for track in kept_tracks}
        song = replace(song, tracks=kept_tracks, groups=tuple(group for group in song.groups if group.id in in_use))
    if part.note_ids is not None:
        kept = sorted(part.note_ids)
        song = replace(song, tracks=tuple(replace(track, notes=Notes(track.notes.with_ids(kept))) for track in song.tracks))
    return song if part.span is None else excerpt(song, part.span)


def bars_of(song: Song, part: Part) -> int:
    """How many bars `part_of` makes of a part with a span, so that a file of it can be as long; 0 without one."""
    if part.span is None:
        return 0
    bar_of = song.timeline.bar_of
    return bar_of(max(part.span.start_tick, part.span.end_tick - 1)) - bar_of(part.span.start_tick) + 1


def stem(title: str, part: Part, *, is_ascii: bool = False) -> str:
    """What a file of this part is called, without its suffix: "Title - Bass - bars 5-8 - take 3" (EX-34).

    `is_ascii`: letters are written without their marks and others left out, for hosts that read nothing else.
    """
    words = [title, *part.name.split(_BETWEEN)]
    if is_ascii:
        words = [_plain(word) for word in words]
    named = _BETWEEN.join(word for word in words if word)
    made = file_name(named) if named else _UNTITLED
    return f"{made} file" if made.split(".")[0].strip().upper() in _RESERVED else made


def _plain(text: str) -> str:
    return unicodedata.normalize("NFKD", text.translate(_LETTERS)).encode("ascii", "ignore").decode("ascii").strip(" -")
