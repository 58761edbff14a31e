"""What of a constraint does not hold of a take's notes, in a sentence each that begins with "relaxed"."""

from __future__ import annotations

import numpy as np

from studio.generation import laid
from studio.generation.binding import Bound, beginning_in, bound_to_chords, least_in, most_in
from studio.generation.constraint_words import length_name
from studio.generation.voices import most_at_once
from studio.song.harmony import pitch_name
from studio.song.notes import Rows
from studio.words import counted, tr


def relaxed(rows: Rows, held: Bound) -> list[str]:
    """Nothing where all holds."""
    looks = (_rhythm, _pitches, _range, _counts, _voices, _lengths, _chords)
    return [words for look in looks for words in look(rows, held)]


def _rhythm(rows: Rows, held: Bound) -> list[str]:
    if not held.constraint.keeps_rhythm:
        return []
    mask, there = held.request.mask, held.there.copy()
    room = mask.edges(held.track.id, there["start"], there["pitch"]) - there["start"]
    there["length"] = np.minimum(there["length"], room)
    gone = int((~laid.same_rhythm(rows, there)).sum())
    words = counted(
        gone,
        "relaxed: {n} note of the rhythm of «{name}» could not be kept.",
        "relaxed: {n} notes of the rhythm of «{name}» could not be kept.",
        name=held.track.name,
    )
    return _if(gone, words)


def _pitches(rows: Rows, held: Bound) -> list[str]:
    if not held.constraint.keeps_pitches:
        return []
    ours, theirs, kept = len(laid.groups(rows)), len(laid.groups(held.there)), laid.kept_in_order(rows, held.there)
    words = tr(
        "relaxed: of the {all} pitches of «{name}» in their order {n} were kept.", all=theirs, n=kept, name=held.track.name
    )
    return _if(not ours == theirs == kept, words)


def _range(rows: Rows, held: Bound) -> list[str]:
    low, high = held.pitches
    outside = int(((rows["pitch"] < low) | (rows["pitch"] > high)).sum())
    words = counted(
        outside,
        "relaxed: {n} note of «{name}» lies outside {low} to {high}.",
        "relaxed: {n} notes of «{name}» lie outside {low} to {high}.",
        name=held.track.name,
        low=pitch_name(low),
        high=pitch_name(high),
    )
    return _if(outside, words)


def _counts(rows: Rows, held: Bound) -> list[str]:
    least, most, name = held.constraint.least_per_bar, held.constraint.most_per_bar, held.track.name
    few, many = 0, 0
    for bar in held.bars:
        ours = len(beginning_in(rows, bar))
        count = ours + len(beginning_in(held.stays, bar))
        few += least is not None and count < least_in(least, bar)
        # Of what stays in the song a take is not the cause.
        many += most is not None and ours > 0 and count > most_in(most, bar)
    fewer = counted(
        few,
        "relaxed: {n} bar of «{name}» has fewer than {least} notes.",
        "relaxed: {n} bars of «{name}» have fewer than {least} notes.",
        name=name,
        least=f"{least or 0:g}",
    )
    more = counted(
        many,
        "relaxed: {n} bar of «{name}» has more than {most} notes.",
        "relaxed: {n} bars of «{name}» have more than {most} notes.",
        name=name,
        most=f"{most or 0:g}",
    )
    return [*_if(few, fewer), *_if(many, more)]


def _voices(rows: Rows, held: Bound) -> list[str]:
    voices = held.constraint.polyphony
    if voices is None or not len(rows):
        return []
    crowded = int((most_at_once(rows, held.stays) > voices).sum())
    words = counted(
        crowded,
        "relaxed: in {n} place more notes of «{name}» sound at once than {voices}.",
        "relaxed: in {n} places more notes of «{name}» sound at once than {voices}.",
        name=held.track.name,
        voices=voices,
    )
    return _if(crowded, words)


def _lengths(rows: Rows, held: Bound) -> list[str]:
    shortest, longest, name = held.constraint.shortest_ticks, held.constraint.longest_ticks, held.track.name
    short = 0 if shortest is None else int((rows["length"] < shortest).sum())
    long = 0 if longest is None else int((rows["length"] > longest).sum())
    shorter = counted(
        short,
        "relaxed: {n} note of «{name}» is shorter than {length}.",
        "relaxed: {n} notes of «{name}» are shorter than {length}.",
        name=name,
        length=length_name(shortest or 0),
    )
    longer = counted(
        long,
        "relaxed: {n} note of «{name}» is longer than {length}.",
        "relaxed: {n} notes of «{name}» are longer than {length}.",
        name=name,
        length=length_name(longest or 0),
    )
    return [*_if(short, shorter), *_if(long, longer)]


def _chords(rows: Rows, held: Bound) -> list[str]:
    if held.chords is None or held.constraint.follows is None:
        return []
    leader, name = held.song.track(held.constraint.follows).name, held.track.name
    if not held.chords.is_known:
        return [tr("relaxed: «{leader}» is silent there, so «{name}» follows no chords.", leader=leader, name=name)]
    strong = rows[bound_to_chords(rows, held.song)]
    chords = [held.chords.at(tick) for tick in strong["start"].tolist()]
    foreign = sum(bool(chord) and pitch % 12 not in chord for chord, pitch in zip(chords, strong["pitch"].tolist(), strict=True))
    words = counted(
        foreign,
        "relaxed: {n} strong note of «{name}» is foreign to the chords of «{leader}».",
        "relaxed: {n} strong notes of «{name}» are foreign to the chords of «{leader}».",
        name=name,
        leader=leader,
    )
    return _if(foreign, words)


def _if(number: int | bool, words: str) -> list[str]:
    return [words] if number else []
