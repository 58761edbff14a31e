"""Where notes come from, in a sentence for each place: which take of which model, its seed, what was edited since."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass

import numpy as np

from studio.generation.describe import bar_words, grouped, notes_words
from studio.generation.repeating import asked_count
from studio.song.notes import Rows
from studio.song.origin import Origin
from studio.song.song import Song, Track, span_of
from studio.words import counted, tr


@dataclass(frozen=True, slots=True)
class Told:
    """One sentence, and the take it is about (None: notes made by hand)."""

    sentence: str
    origin: Origin | None


def origins_told(song: Song, ids: Collection[int], title_of: Callable[[str], str]) -> tuple[Told, ...]:
    """A sentence for each track and take that these notes come from, in the order in which they sound."""
    wanted, table = np.fromiter(ids, np.int64, len(ids)), {origin.id: origin for origin in song.origins}
    found: list[tuple[int, Told]] = []
    for track in song.tracks:
        rows = track.notes.with_ids(wanted)
        roots = np.array([_root(int(origin_id), table) for origin_id in rows["origin"]], np.int64)
        for root in np.unique(roots).tolist():
            chosen = rows[roots == root]
            found.append((int(chosen["start"].min()), _told(song, track, chosen, table.get(root), table, title_of)))
    return tuple(told for _, told in sorted(found, key=lambda pair: pair[0]))


def _root(origin_id: int, table: dict[int, Origin]) -> int:
    """The take itself, for notes of it that were edited."""
    origin = table.get(origin_id)
    return origin.parent if origin is not None and origin.edited and origin.parent in table else origin_id


def _told(  # noqa: PLR0917 - what a sentence is made of
    song: Song, track: Track, rows: Rows, origin: Origin | None, table: dict[int, Origin], title_of: Callable[[str], str]
) -> Told:
    span = span_of(rows)
    assert span is not None
    place = tr("{track}, {bars}", track=track.name, bars=bar_words(song, span))
    if origin is None:
        return Told(tr("{place}: {notes} by hand", place=place, notes=notes_words(len(rows))), None)
    of, words = asked_count(origin), {"place": place, "take": origin.take, "model": title_of(origin.model)}
    seed = grouped(origin.seed)
    said = tr("{place}: take {take} of {of}, {model}, seed {seed}", of=of, seed=seed, **words)
    if of < origin.take:
        said = tr("{place}: take {take}, {model}, seed {seed}", seed=seed, **words)
    edited = sum(id_ in table and table[id_].edited for id_ in rows["origin"].tolist())
    if edited:
        said = counted(edited, "{said}, edited by you ({n} note)", "{said}, edited by you ({n} notes)", said=said)
    return Told(said, origin)
