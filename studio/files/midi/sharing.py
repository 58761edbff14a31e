"""What the tracks of one channel owe each other: a channel has one program, whichever track of the file set it.

Files often set up all sixteen channels in one track and play them in others, or write two hands of a piano on one channel
and name the sound once. Tracks in a song stand for themselves, so each gets what it was played with.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from studio.files.midi.channels import Part
from studio.files.midi.wire import CONTROL, POLY, PROGRAM_CHANGE, TOUCH, WHEEL
from studio.song.controls import BEND, CONTROLLER, KEY_PRESSURE, PRESSURE, PROGRAM, ForeignEvent, Points

ASIDE_LIMIT = 10_000
"""More points than this on a channel that plays nothing stay an empty track: single events would take too much room."""


@dataclass(frozen=True, slots=True)
class NamedPart:
    """A part with the name its track has in the file ("" for none), its port, and the events kept aside with it.

    `is_alone`: the track plays on this channel only, so that the name is the part's own.
    """

    part: Part
    name: str
    foreign: tuple[ForeignEvent, ...] = ()
    port: int = 0
    is_alone: bool = True

    @property
    def place(self) -> tuple[int, int]:
        """The channel it plays on, among those of all ports."""
        return self.port, self.part.channel


def shared(parts: list[NamedPart]) -> tuple[list[NamedPart], list[ForeignEvent]]:
    """The parts that become tracks, and events kept aside for no track.

    A part without notes stays as an empty track when it has a name of its own. One that has none gives its points to the
    parts that play its channel; where none does, its events are kept aside.
    """
    playing: dict[tuple[int, int], list[int]] = {}
    for place, named in enumerate(parts):
        if len(named.part.rows):
            playing.setdefault(named.place, []).append(place)
    made: dict[int, NamedPart] = dict(enumerate(parts))
    aside: list[ForeignEvent] = []
    for place, named in enumerate(parts):
        if len(named.part.rows) or (named.name and named.is_alone):
            continue
        players = playing.get(named.place, [])
        if players:
            for player in players:
                made[player] = replace(made[player], part=_with_setup(made[player].part, named.part))
            made[players[0]] = replace(made[players[0]], foreign=made[players[0]].foreign + named.foreign)
            del made[place]
        elif not named.name and len(named.part.points) <= ASIDE_LIMIT:
            aside += [*named.foreign, *_as_events(named.part)]
            del made[place]
    for places in playing.values():
        lenders = [other.part for other in made.values() if other.place == made[places[0]].place]
        for place in places:
            made[place] = _with_program(made[place], lenders)
    return list(made.values()), aside


def _with_setup(player: Part, setup: Part) -> Part:
    """The player with the setup's points, and its program where the player names none itself."""
    points = np.concatenate((setup.points, player.points))
    if player.program_tick is not None or setup.program_tick is None:
        return replace(player, points=points)
    return replace(player, points=points, instrument=setup.instrument, program_tick=setup.program_tick)


def _with_program(named: NamedPart, lenders: list[Part]) -> NamedPart:
    """A part that names no program takes the latest one another part of its channel set by its first note."""
    part = named.part
    if part.program_tick is not None or (part.points["kind"] == PROGRAM).any():
        return named
    first = int(part.rows["start"].min())
    early = [(lender.program_tick, lender.instrument) for lender in lenders if lender.program_tick is not None]
    early = [(tick, instrument) for tick, instrument in early if tick <= first]
    if not early:
        return named
    return replace(named, part=replace(part, instrument=max(early, key=lambda lender: lender[0])[1]))


def _as_events(part: Part) -> list[ForeignEvent]:
    """The points of a part, and its program, as the channel events they were."""
    channel, instrument = part.channel, part.instrument
    events = []
    if part.program_tick is not None:
        events += _program(part.program_tick, channel, instrument.bank, instrument.program)
    for tick, kind, number, value in _listed(part.points):
        if kind == PROGRAM:
            events += _program(tick, channel, number, value)
        elif kind == BEND:
            wheel = value + 8192
            events.append(ForeignEvent(tick, bytes((WHEEL << 4 | channel, wheel & 127, wheel >> 7))))
        elif kind == PRESSURE:
            events.append(ForeignEvent(tick, bytes((TOUCH << 4 | channel, value))))
        else:
            status = {CONTROLLER: CONTROL, KEY_PRESSURE: POLY}[kind]
            events.append(ForeignEvent(tick, bytes((status << 4 | channel, number, value))))
    return events


def _program(tick: int, channel: int, bank: int, program: int) -> list[ForeignEvent]:
    selects = [(0, bank >> 7), (32, bank & 127)] if bank else []
    events = [ForeignEvent(tick, bytes((CONTROL << 4 | channel, number, value))) for number, value in selects]
    return [*events, ForeignEvent(tick, bytes((PROGRAM_CHANGE << 4 | channel, program)))]


def _listed(points: Points) -> list[tuple[int, int, int, int]]:
    listed: list[tuple[int, int, int, int]] = points.tolist()
    return listed
