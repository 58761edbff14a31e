"""A path becomes bars: one edit that can be undone, each step with the place on the pad that it came from."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from studio import VERSION
from studio.edits import takes
from studio.edits.changing import count_of
from studio.edits.guard import refusal
from studio.edits.history import Edit
from studio.explore.mixing import Place
from studio.explore.pad import Pad
from studio.explore.voicing import Seat, brought_to, shifted, with_new_tracks
from studio.generation.contract import Capability, Request, Take
from studio.generation.enforce import EmptyTake, enforced
from studio.generation.plain_json import Fields, parsed
from studio.generation.request_text import request_plain
from studio.song import masking
from studio.song.notes import Rows
from studio.song.origin import Origin
from studio.song.region import Mask, Region
from studio.song.song import Song, Track
from studio.song.ticks import Span
from studio.strict_json import FaultyJson
from studio.words import tr

CAPABILITY: Capability = "morph"
LARGEST_REQUEST = 1 << 16


@dataclass(frozen=True, slots=True, eq=False)
class Step:
    """What is heard at one place: rows by part, their length, whether they are the anchor's own notes, and else by which way the
    model computed them (`Decoded.rung`)."""

    place: Place
    rows: Mapping[str, Rows]
    length_ticks: int
    is_own: bool = False
    rung: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class Committed:
    """The edit with what there is to say of it: where it writes, what makes way, and the steps that are silent."""

    edit: Edit
    after: Song
    span: Span
    replaced: int
    silent: tuple[int, ...]
    uneven: tuple[int, ...]
    """Steps whose phrase was repeated or cut to last as long as asked."""
    steps: int

    def words(self, bars: str) -> str:
        """What the status line says of it."""
        said = [tr("Committed {steps} to {bars}.", steps=count_of(self.steps, "step"), bars=bars)]
        if self.replaced:
            said.append(tr("{notes} made way.", notes=count_of(self.replaced)))
        if self.uneven:
            said.append(tr("{phrases} repeated or cut to last as long as asked.", phrases=count_of(len(self.uneven), "phrase")))
        if self.silent:
            said.append(tr("Silent: {steps}.", steps=count_of(len(self.silent), "step")))
        return " ".join(said)


@dataclass(frozen=True, slots=True, eq=False)
class Goal:
    """Where a path goes: the tracks of its parts, and the bar it begins at; `weights`: the model's SHA-256, for the record."""

    seats: tuple[Seat, ...]
    first_bar: int
    weights: str = ""


def commit(song: Song, pad: Pad, steps: tuple[Step, ...], goal: Goal) -> Committed:
    """Steps as bars, `pad.hold_bars` each.

    Locked notes stay and are given way to, as is what sounds into a step from before it.
    """
    seats, first_bar = goal.seats, goal.first_bar
    grown = with_new_tracks(song, seats)
    spans = [
        grown.timeline.bar_span(first_bar + at * pad.hold_bars, first_bar + (at + 1) * pad.hold_bars - 1)
        for at in range(len(steps))
    ]
    assert_room(grown, tuple(seat.track for seat in seats), Span(spans[0].start_tick, spans[-1].end_tick))
    silent: list[int] = []
    after = grown
    for number, (step, span) in enumerate(zip(steps, spans, strict=True), 1):
        request = request_for(after, pad, tuple(seat.track.id for seat in seats), span)
        parts = tuple(
            (seat.track.id, shifted(brought_to(step.rows[seat.part], step.length_ticks, span.length_ticks), span.start_tick))
            for seat in seats
        )
        take = Take(number, span, parts, step_origin(request, pad, step, number, goal.weights))
        try:
            take = enforced(take, request)
        except EmptyTake:
            silent.append(number)
            take = replace(take, parts=())
        after = takes.keep(take.parts, request.mask, take.origin, "").apply(after)
    whole = Span(spans[0].start_tick, spans[-1].end_tick)
    uneven = tuple(
        at for at, (step, span) in enumerate(zip(steps, spans, strict=True), 1) if step.length_ticks != span.length_ticks
    )
    names = ", ".join(seat.track.name for seat in seats)
    label = tr("Commit path of {count} steps to {names}", count=len(steps), names=names)
    making_way = _making_way(seats, whole)
    return Committed(Edit(label, _only_on(song, after)), after, whole, making_way, tuple(silent), uneven, len(steps))


def step_origin(request: Request, pad: Pad, step: Step, number: int, weights: str) -> Origin:
    """Where the bars of a step come from; its request names pad and place."""
    more = {
        "pad": pad.id,
        "place": [round(step.place[0], 6), round(step.place[1], 6)],
        "own": step.is_own,
        "rung": step.rung,
        "temperature": pad.temperature,
        "attributes": dict(pad.attributes),
        "interpolation": pad.interpolation,
        "taste": pad.taste,
        "analogy": pad.analogy.amount if pad.analogy.phrases else 0.0,
    }
    text = json.dumps({**request_plain(request), **more}, sort_keys=True, ensure_ascii=False)
    return Origin(0, pad.model, weights, CAPABILITY, pad.seed, number, text, VERSION)


def place_of(origin: Origin) -> tuple[int, float, float] | None:
    """The pad and the place on it that bars came from; None for bars from elsewhere, or when the record is damaged."""
    if '"pad"' not in origin.request or len(origin.request) > LARGEST_REQUEST:
        return None
    try:
        fields = Fields(parsed(origin.request.encode(), LARGEST_REQUEST), "request")
        pad_id = fields.whole("pad", 1, 2**31)
        x, y = (_unit(value) for value in fields.values["place"])
    except (FaultyJson, KeyError, TypeError, ValueError, UnicodeEncodeError):
        return None
    return pad_id, x, y


def request_for(song: Song, pad: Pad, track_ids: tuple[int, ...], span: Span) -> Request:
    """What these bars would be asked for with."""
    # The anchors are not named as clips: the record of every step would hold them all, and the pad has them.
    return Request(CAPABILITY, pad.model, song, Mask(Region(track_ids, span)), seed=pad.seed, count=1)


def assert_room(song: Song, tracks: tuple[Track, ...], span: Span) -> None:
    """LockedThere when everything is locked where something is to be written."""
    mask = Mask(Region(tuple(track.id for track in tracks), span))
    if tracks and not any(masking.has_room(track, mask) for track in tracks):
        raise refusal(song, tracks[0], span.start_tick)


def _only_on(before: Song, after: Song) -> Callable[[Song], Song]:
    """An edit's function for a song that is computed already; the edit is done at once, so the song is that one."""

    def apply(song: Song) -> Song:
        if song is not before:
            raise ValueError("the song changed between the making of these bars and their committing")
        return after

    return apply


def _making_way(seats: tuple[Seat, ...], span: Span) -> int:
    """How many notes of the song are replaced."""
    there = [(seat.track, seat.track.notes.starting_in(span)) for seat in seats if not seat.is_new]
    return sum(int((~track.locked(rows)).sum()) for track, rows in there)


def _unit(value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= 1:
        raise ValueError("not on the pad")
    return float(value)
