"""Phrases out of the song, the takes and files: what can be put on the palette and on the pad."""

from __future__ import annotations

from collections.abc import Callable, Iterable

import numpy as np

from studio.errors import UnsupportedRequest
from studio.explore.voicing import joined, shifted
from studio.generation.contract import Take
from studio.generation.latent import Phrase
from studio.selection import Selection
from studio.song.clip import Clip
from studio.song.notes import MUTED, Rows, ends
from studio.song.song import Song, Track, span_of
from studio.song.ticks import Span
from studio.song.timeline import Timeline
from studio.words import tr, within

LONGEST_BARS = 32
Say = Callable[[str], object]


def of_selection(song: Song, selection: Selection, say: Say) -> Phrase:
    """The selected notes, else the selected bars of the track in front; UnsupportedRequest when there are none.

    `say` is told what had to be left out.
    """
    if selection.note_ids:
        chosen = [(track, _heard(track.notes.with_ids(selection.note_ids))) for track in song.tracks]
        chosen = [(track, rows) for track, rows in chosen if len(rows)]
        if not chosen:
            raise UnsupportedRequest(
                tr("The selected notes are muted or gone."), tr("Select others, or drag over bars in the ruler.")
            )
        span = span_of(joined(rows for _, rows in chosen))
        assert span is not None
        return _phrase(song.timeline, chosen, song.timeline.whole_bars(span), say)
    if not song.has_track(selection.track_id) or selection.bars is None:
        raise UnsupportedRequest(tr("Nothing is selected."), tr("Select notes, or drag over bars in the ruler above the notes."))
    track = song.track(selection.track_id)
    if track.is_audio:
        raise UnsupportedRequest(tr("«{track}» holds sound, not notes.", track=track.name), tr("Choose a note track."))
    span = song.timeline.whole_bars(selection.bars)
    rows = _heard(track.notes.starting_in(span))
    if not len(rows):
        words = _bar_words(song.timeline, span)
        raise UnsupportedRequest(
            tr("«{track}» has no notes in {words}.", track=track.name, words=within(words)), tr("Choose bars with notes in them.")
        )
    return _phrase(song.timeline, [(track, rows)], span, say)


def of_take(song: Song, take: Take, title: str) -> Phrase:
    """A take of the tray."""
    parts = tuple((offset, shifted(joined([rows]), -take.span.start_tick)) for offset, (_, rows) in enumerate(take.parts))
    drums = [offset for offset, (id_, _) in enumerate(take.parts) if song.has_track(id_) and song.track(id_).instrument.is_drum]
    if not take.note_count:
        raise UnsupportedRequest(tr("Take {number} has no notes.", number=take.number), tr("Choose another one."))
    return Phrase(
        Clip(parts, take.span.length_ticks), tr("Take {number} · {title}", number=take.number, title=title), tuple(drums)
    )


def of_file(song: Song, title: str, say: Say) -> Phrase:
    """A song that was read: from the bar of its first note, as much as a phrase may hold."""
    chosen = [(track, _heard(track.notes.rows)) for track in song.tracks if not track.is_audio]
    chosen = [(track, rows) for track, rows in chosen if len(rows)]
    if not chosen:
        raise UnsupportedRequest(tr("«{title}» has no notes.", title=title), tr("Choose another file."))
    span = span_of(joined(rows for _, rows in chosen))
    assert span is not None
    return _phrase(song.timeline, chosen, song.timeline.whole_bars(span), say, title)


def _phrase(timeline: Timeline, chosen: Iterable[tuple[Track, Rows]], span: Span, say: Say, title: str = "") -> Phrase:
    """The rows as a clip that begins with the span; what lies beyond the longest phrase is left out."""
    listed = list(chosen)
    first = timeline.bar_of(span.start_tick)
    longest = timeline.bar_start(first + LONGEST_BARS)
    if span.end_tick > longest:
        say(tr("A phrase holds {most} bars at most: these are the first ones.", most=LONGEST_BARS))
        span = Span(span.start_tick, longest)
    parts = []
    for offset, (_, rows) in enumerate(listed):
        inside = rows[(rows["start"] >= span.start_tick) & (rows["start"] < span.end_tick)].copy()
        inside["length"] = np.minimum(ends(inside), span.end_tick) - inside["start"]
        inside["id"], inside["origin"], inside["flags"] = 0, 0, 0
        parts.append((offset, shifted(inside, -span.start_tick)))
    drums = tuple(offset for offset, (track, _) in enumerate(listed) if track.instrument.is_drum)
    names = listed[0][0].name if len(listed) == 1 else tr("{count} tracks", count=len(listed))
    return Phrase(Clip(tuple(parts), span.length_ticks), title or f"{_bar_words(timeline, span)} · {names}", drums)


def _heard(rows: Rows) -> Rows:
    audible: Rows = rows[rows["flags"] & MUTED == 0]
    return audible


def _bar_words(timeline: Timeline, span: Span) -> str:
    first, last = timeline.bar_of(span.start_tick), timeline.bar_of(span.end_tick - 1)
    return tr("Bar {first}", first=first) if first == last else tr("Bars {first}–{last}", first=first, last=last)
