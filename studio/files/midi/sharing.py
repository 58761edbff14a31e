"""What the tracks of one channel owe each other: a channel has one program, whichever track of the file set it.

Files often set up all sixteen channels in one track and play them in others, or write two hands of a piano on one channel
and name the sound once. Tracks in a song stand for themselves, so each gets what it was played with.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from studio.files.midi.channels import Part
from studio.files.midi.fates import Fate
from studio.files.midi.wire import CONTROL, POLY, PROGRAM_CHANGE, TOUCH, WHEEL
from studio.song.controls import BEND, CONTROLLER, KEY_PRESSURE, PRESSURE, PROGRAM, ForeignEvent, Points

ASIDE_LIMIT = 10_000
"""More points than this on a channel that plays nothing stay an empty track: single events would take too much room."""

COPIES_LIMIT = 500_000
"""Beyond so many points, counted for each track that would get them, the first of the tracks gets them alone."""

Place = tuple[int, int]
"""Port and channel."""


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
    def place(self) -> Place:
        """The channel it plays on, among those of all ports."""
        return self.port, self.part.channel

    @property
    def is_setup(self) -> bool:
        """Whether it only sets up a channel: no notes, and no name that would make it a track of its own."""
        return not len(self.part.rows) and not (self.name and self.is_alone)


def shared(parts: list[NamedPart], watch: Callable[[], None]) -> tuple[list[NamedPart], list[ForeignEvent]]:
    """The parts that become tracks, and events kept aside for no track.

    A part without notes stays as an empty track when it has a name of its own. One that has none gives its points to the
    parts that play its channel; where none does, its events are kept aside. `watch` is called often, and what it raises goes
    through.
    """
    playing: dict[Place, list[int]] = {}
    setting: dict[Place, list[int]] = {}
    for index, named in enumerate(parts):
        if len(named.part.rows):
            playing.setdefault(named.place, []).append(index)
        elif named.is_setup:
            setting.setdefault(named.place, []).append(index)
    made: dict[int, NamedPart] = dict(enumerate(parts))
    aside: list[ForeignEvent] = []
    for place, setups in setting.items():
        watch()
        players = playing.get(place, [])
        if players:
            _hand_over([made[setup] for setup in setups], players, made)
            for setup in setups:
                del made[setup]
            continue
        for setup in setups:
            watch()
            named = parts[setup]
            if not named.name and len(named.part.points) <= ASIDE_LIMIT:
                aside += [*named.foreign, *_as_events(named.part)]
                fates = named.part.fates
                fates[fates == Fate.FIRST_PROGRAM] = Fate.READ  # it stands where it stood
                del made[setup]
    lenders = _lenders(list(made.values()))
    for place, players in playing.items():
        watch()
        for player in players:
            made[player] = _with_program(made[player], *lenders.get(place, ([], [])))
    return list(made.values()), aside


def _hand_over(setups: list[NamedPart], players: list[int], made: dict[int, NamedPart]) -> None:
    """Give what the setups set to the players, as far as the room allows: each gets all of it, or the first alone does."""
    points = np.concatenate([setup.part.points for setup in setups])
    program = next((setup.part for setup in setups if setup.part.program_tick is not None), None)
    has_room = len(points) * len(players) <= COPIES_LIMIT
    for player in players:
        part = made[player].part
        if has_room or player == players[0]:
            part = replace(part, points=np.concatenate((points, part.points)))
        if program is not None and part.program_tick is None:
            part = replace(part, instrument=program.instrument, program_tick=program.program_tick)
        made[player] = replace(made[player], part=part)
    foreign = tuple(event for setup in setups for event in setup.foreign)
    made[players[0]] = replace(made[players[0]], foreign=made[players[0]].foreign + foreign)


def _lenders(parts: list[NamedPart]) -> dict[Place, tuple[list[int], list[Part]]]:
    """For each channel where its program is set, in order, and by which part; the first of those at one tick."""
    found: dict[Place, dict[int, Part]] = {}
    for named in parts:
        if named.part.program_tick is not None:
            found.setdefault(named.place, {}).setdefault(named.part.program_tick, named.part)
    return {place: (sorted(ticks), [ticks[tick] for tick in sorted(ticks)]) for place, ticks in found.items()}


def _with_program(named: NamedPart, ticks: list[int], lenders: list[Part]) -> NamedPart:
    """A part that names no program takes the latest one another part of its channel set by its first note."""
    part = named.part
    if not ticks or part.program_tick is not None or (part.points["kind"] == PROGRAM).any():
        return named
    early = bisect_right(ticks, int(part.rows["start"].min()))
    if not early:
        return named
    return replace(named, part=replace(part, instrument=lenders[early - 1].instrument))


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
