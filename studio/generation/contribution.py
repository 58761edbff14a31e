"""The contribution sheet: which notes were made by hand, which a model made, which were edited since (workstation.md 6.4)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from studio.generation.card import ModelCard
from studio.generation.describe import data_line, grouped, notes_words
from studio.song.origin import Origin
from studio.song.song import Song, Track
from studio.song.ticks import Span
from studio.words import mark, tr

WHOLE = mark("whole song")
BEFORE = mark("before the first section")


@dataclass(frozen=True, slots=True)
class Shares:
    """Counts of notes."""

    by_hand: int = 0
    generated: int = 0
    edited: int = 0

    @property
    def total(self) -> int:
        return self.by_hand + self.generated + self.edited

    def __add__(self, other: Shares) -> Shares:
        return Shares(self.by_hand + other.by_hand, self.generated + other.generated, self.edited + other.edited)


@dataclass(frozen=True, slots=True)
class Row:
    """The notes of one track that begin in one section; `place` is WHOLE for a song without sections."""

    track: str
    place: str
    shares: Shares


@dataclass(frozen=True, slots=True)
class Source:
    """One model's part: its name, on what terms it learned, the seeds of its takes, and how many notes are left of them."""

    title: str
    model_id: str
    terms: str
    seeds: tuple[int, ...]
    notes: int


@dataclass(frozen=True, slots=True)
class Contribution:
    title: str
    rows: tuple[Row, ...]
    sources: tuple[Source, ...]

    @property
    def whole(self) -> Shares:
        return sum((row.shares for row in self.rows), Shares())

    def text(self) -> str:
        """The sheet in plain words, columns set with spaces."""
        table = [(tr("Track"), tr("Section"), tr("By hand"), tr("Generated"), tr("Generated, then edited"))]
        table += [
            (row.track, tr(row.place) if row.place in (WHOLE, BEFORE) else row.place, *_columns(row.shares)) for row in self.rows
        ]
        table.append((tr("All tracks"), "", *_columns(self.whole)))
        lines = [tr("Contribution sheet: {title}", title=self.title), "", *_aligned(table), ""]
        if not self.sources:
            return "\n".join([*lines, tr("No note of this song was made by a model."), ""])
        lines.append(tr("Made with"))
        for source in self.sources:
            seeds = ", ".join(grouped(seed) for seed in source.seeds)
            lines += [
                f"- {source.title} ({source.model_id}): {notes_words(source.notes)}, {source.terms}",
                "  " + (tr("seed {seeds}", seeds=seeds) if len(source.seeds) == 1 else tr("seeds {seeds}", seeds=seeds)),
            ]
        return "\n".join([*lines, ""])


def contribution(song: Song, cards: Mapping[str, ModelCard]) -> Contribution:
    """What every note of the song says of itself. `cards` by model id; of a model that is gone only the id is known."""
    origins = {origin.id: origin for origin in song.origins}
    rows = tuple(
        Row(track.name, place, shares)
        for track in song.tracks
        if not track.is_audio
        for place, shares in _by_place(song, track, origins)
    )
    return Contribution(song.title, rows, _sources(song, cards))


def _by_place(song: Song, track: Track, origins: Mapping[int, Origin]) -> list[tuple[str, Shares]]:
    sections = song.timeline.sections(song.end_tick)
    if not sections:
        return [(WHOLE, _shares(track.notes.rows["origin"], origins))]
    places = [(section.marker.text, section.span) for section in sections]
    first = sections[0].span.start_tick
    if first > 0:
        places.insert(0, (BEFORE, Span(0, first)))
    counted = [(name, _shares(track.notes.starting_in(span)["origin"], origins)) for name, span in places]
    return [(name, shares) for name, shares in counted if shares.total]


def _shares(column: NDArray[np.int32], origins: Mapping[int, Origin]) -> Shares:
    ids, counts = np.unique(column, return_counts=True)
    found = Shares()
    for origin_id, count in zip(ids.tolist(), counts.tolist(), strict=True):
        origin = origins.get(origin_id)
        if origin is None:
            found += Shares(by_hand=count)
        else:
            found += Shares(edited=count) if origin.edited else Shares(generated=count)
    return found


def _sources(song: Song, cards: Mapping[str, ModelCard]) -> tuple[Source, ...]:
    """Models in the order in which they first gave something that is still there."""
    columns = [track.notes.rows["origin"] for track in song.tracks]
    present = np.bincount(np.concatenate(columns) if columns else np.zeros(0, np.int64))
    left: dict[str, tuple[list[int], int]] = {}
    for origin in song.origins:
        count = int(present[origin.id]) if origin.id < len(present) else 0
        if count:
            seeds, notes = left.setdefault(origin.model, ([], 0))
            left[origin.model] = ([*seeds, origin.seed] if origin.seed not in seeds else seeds, notes + count)
    return tuple(_source(model, tuple(seeds), notes, cards.get(model)) for model, (seeds, notes) in left.items())


def _source(model: str, seeds: tuple[int, ...], notes: int, card: ModelCard | None) -> Source:
    terms = tr("this model is not installed here, so its data is not known") if card is None else data_line(card)
    return Source(model if card is None else card.title, model, terms, seeds, notes)


def _columns(shares: Shares) -> tuple[str, str, str]:
    found = [f"{count} ({count / shares.total:.0%})" if shares.total else "0" for count in _counts(shares)]
    return found[0], found[1], found[2]


def _counts(shares: Shares) -> tuple[int, int, int]:
    return shares.by_hand, shares.generated, shares.edited


def _aligned(table: Sequence[tuple[str, ...]]) -> list[str]:
    widths = [max(len(row[at]) for row in table) for at in range(len(table[0]))]
    return ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in table]
