"""The tray: takes that were proposed and not yet kept, one of them shown and heard."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise
from typing import TypeVar

import numpy as np

from studio.events import Signal
from studio.generation import judging
from studio.generation.contract import Request, Take
from studio.generation.judging import MOST_POINTS, WORTH_KEEPING, Order
from studio.generation.sweep import Grid, grid
from studio.song import masking
from studio.song.notes import Rows
from studio.song.region import Mask, Region
from studio.song.ticks import Span
from studio.words import tr

MOST_ASIDE = 24
"""So many sets for other bars are kept beside the present one; of more, those put aside longest ago go."""
LONGEST_LABEL = 200
BEFORE, SILENT_LUFS, MOST_GAIN_DB = -1, -60.0, 18.0
Value = TypeVar("Value")


@dataclass(eq=False)
class TakeSet:
    """The takes of one request, after the starred ones of the same place that were `carried` over.

    `active` is an index into `takes`, or None for take 0: what was there. `comp` says for each bar of the request which
    take it is from (None: what was there); while there is one it stands for the active take. Takes keep their index: one
    in the trash, or whose edit was undone, is only left out of `listed`. `forks` says of takes that were edited which
    one they were made from.
    """

    request: Request
    takes: list[Take] = field(default_factory=list)
    active: int | None = None
    starred: set[int] = field(default_factory=set)
    is_stale: bool = False
    carried: int = 0
    comp: tuple[int | None, ...] = ()
    ratings: dict[int, int] = field(default_factory=dict)
    labels: dict[int, str] = field(default_factory=dict)
    trashed: set[int] = field(default_factory=set)
    forks: dict[int, int] = field(default_factory=dict)
    undone: set[int] = field(default_factory=set)
    order: Order = "made"
    levels: dict[int, float] = field(default_factory=dict)
    """How loud takes were measured to be, in LUFS; -1 is what was there. Not saved: a measure is soon taken again."""

    def gain_of(self, index: int | None) -> float:
        """What a take is turned up or down by, in dB, to be as loud as what was there (or, where nothing was, as the takes are on
        average)."""
        level = None if index is None else self.levels.get(index)
        if level is None:
            return 0.0
        wanted = self.levels.get(BEFORE, SILENT_LUFS)
        if wanted <= SILENT_LUFS:
            heard = [each for each in self.levels.values() if each > SILENT_LUFS]
            wanted = sum(heard) / len(heard) if heard else level
        return max(-MOST_GAIN_DB, min(MOST_GAIN_DB, wanted - level)) if level > SILENT_LUFS else 0.0

    @property
    def listed(self) -> tuple[int, ...]:
        """The takes there are to choose from, in the order asked for; edited ones follow what they were made from."""
        there = [index for index in range(len(self.takes)) if index not in self.trashed and index not in self.undone]
        if self.order == "rating":
            there.sort(key=lambda index: -self.ratings.get(index, 0))
        elif self.order == "density":
            there.sort(key=lambda index: judging.density(self.takes[index]))
        elif self.order == "distance":
            there.sort(key=lambda index: judging.distance(self.takes[index], self.request))
        else:
            there.sort(key=lambda index: (self._root(index), index))
        return tuple(there)

    def _root(self, index: int) -> int:
        while index in self.forks:
            index = self.forks[index]
        return index

    def is_judged(self, index: int) -> bool:
        """Whether somebody made something of it: such a take is not dropped for new ones."""
        is_good = self.ratings.get(index, 0) >= WORTH_KEEPING
        return index in self.starred or index in self.labels or is_good or self.takes[index].origin.edited

    @property
    def judged(self) -> tuple[int, ...]:
        return tuple(i for i in range(len(self.takes)) if i not in self.undone and i not in self.trashed and self.is_judged(i))

    def numeral(self, index: int) -> str:
        """ "3", or "3 (edited)"."""
        number = self.takes[index].number
        return tr("{n} (edited)", n=number) if self.takes[index].origin.edited else str(number)

    def only(self, request: Request, indices: Sequence[int]) -> TakeSet:
        """These takes with all that was said of them, as a set of their own."""
        place = {old: new for new, old in enumerate(indices)}
        return TakeSet(
            request,
            [self.takes[index] for index in indices],
            None if self.active is None else place.get(self.active),
            _moved_set(self.starred, place),
            self.is_stale,
            sum(index < self.carried for index in indices),
            tuple(None if index is None else place.get(index) for index in self.comp),
            _moved(self.ratings, place),
            _moved(self.labels, place),
            _moved_set(self.trashed, place),
            {place[fork]: place[of] for fork, of in self.forks.items() if fork in place and of in place},
            order=self.order,
        )

    @property
    def grid(self) -> Grid | None:
        """How the takes of a swept request lie beside each other; None for any other."""
        return grid(self.request)

    def cell(self, index: int) -> int:
        """The cell of a sweep that a take fills, counted from 1; 0 for one that was carried over, or where nothing is swept."""
        return self.takes[index].number - self.carried if self.request.sweep and index >= self.carried else 0

    @property
    def bars(self) -> tuple[Span, ...]:
        """The bars of the request, the first and the last cut to its span."""
        span, timeline = self.request.span, self.request.song.timeline
        lines = [tick for _, tick in timeline.bar_lines(span) if tick > span.start_tick]
        edges = [span.start_tick, *lines, span.end_tick]
        return tuple(Span(*pair) for pair in pairwise(edges))

    @property
    def pieces(self) -> tuple[tuple[Span, int | None], ...]:
        """What stands where: neighbouring bars from one take joined; without a comp the whole is one piece."""
        if not self.comp:
            return ((self.request.span, self.active),)
        found: list[tuple[Span, int | None]] = []
        for bar, index in zip(self.bars, self.comp, strict=True):
            if found and found[-1][1] == index:
                found[-1] = (Span(found[-1][0].start_tick, bar.end_tick), index)
            else:
                found.append((bar, index))
        return tuple(found)

    @property
    def active_take(self) -> Take | None:
        return None if self.active is None else self.takes[self.active]

    @property
    def shown(self) -> tuple[tuple[int, Rows], ...] | None:
        """The notes that stand in the request's span now, by track: of the active take, or of all pieces of a comp; None
        while what was there is shown."""
        take = self.active_take
        if not self.comp:
            return None if take is None else take.parts
        rows: dict[int, list[Rows]] = {}
        for span, index in self.pieces:
            for track_id, found in self._before(span) if index is None else self.takes[index].within(span):
                rows.setdefault(track_id, []).append(found)
        return tuple((track_id, np.concatenate(found)) for track_id, found in rows.items())

    def _before(self, span: Span) -> list[tuple[int, Rows]]:
        region = Region(self.request.mask.region.track_ids, span)
        mask, song = replace(self.request.mask, region=region), self.request.song
        return [(track_id, masking.replaced(song.track(track_id), mask)) for track_id in region.track_ids]

    def words(self) -> str:
        """Which take is shown: "take 2", "takes 1 and 3, bar by bar", "what was there"."""
        numbers = [self.numeral(index) for index in dict.fromkeys(index for _, index in self.pieces) if index is not None]
        if not numbers:
            return tr("what was there")
        if not self.comp:
            return tr("take {number}", number=numbers[0])
        if len(numbers) == 1:
            return tr("take {number} and what was there, bar by bar", number=numbers[0])
        return tr("takes {numbers} and {last}, bar by bar", numbers=", ".join(numbers[:-1]), last=numbers[-1])


def _moved(values: Mapping[int, Value], place: Mapping[int, int]) -> dict[int, Value]:
    return {place[index]: value for index, value in values.items() if index in place}


def _moved_set(indices: Iterable[int], place: Mapping[int, int]) -> set[int]:
    return {place[index] for index in indices if index in place}


class Tray:
    """The present take set, and those of other bars that hold something worth keeping. `changed()` is emitted when takes
    arrive, another one is shown, or something is said of one."""

    def __init__(self) -> None:
        self.current: TakeSet | None = None
        self.aside: list[TakeSet] = []
        self.discarded: TakeSet | None = None
        self._before_comparison: tuple[int | None, tuple[int | None, ...]] | None = None
        self.changed: Signal[()] = Signal()

    @property
    def sets(self) -> tuple[TakeSet, ...]:
        """All sets, the present one first."""
        return (*(() if self.current is None else (self.current,)), *self.aside)

    # Sets come and go

    def begin(self, request: Request, *, keeps_all: bool = False) -> TakeSet:
        """A set for a request that was just started. Of the one before at the same place the judged takes stay, and what
        lies in the trash; or all of them. One of another place that holds judged takes is put aside."""
        before = self._take_out(request.mask)
        fresh = TakeSet(request)
        if before is not None:
            kept = [index for index in range(len(before.takes)) if index not in before.undone]
            if not keeps_all:
                kept = [index for index in kept if before.is_judged(index) or index in before.trashed]
            fresh = before.only(request, kept)
            fresh.takes = _numbered(fresh)
            fresh.active, fresh.comp, fresh.is_stale, fresh.carried = None, (), False, len(kept)
        self._put_aside()
        self.current, self._before_comparison = fresh, None
        self.changed.emit()
        return fresh

    def add(self, take_set: TakeSet, take: Take) -> None:
        """A take arrived; the first new one is shown at once. Numbers count on from those carried over."""
        past = max((each.number for each in take_set.takes[: take_set.carried]), default=0)
        take_set.takes.append(replace(take, number=take.number + past))
        if len(take_set.takes) == take_set.carried + 1:
            take_set.active = take_set.carried
        self.changed.emit()

    def restore(self, take_set: TakeSet | None, aside: Iterable[TakeSet] = ()) -> None:
        """Show takes that were saved with the project."""
        self.current, self.aside = take_set, list(aside)
        self.changed.emit()

    def clear(self, *, keeps_judged: bool = False) -> None:
        """Away with the present set; after a take of it was kept, one with judged takes is put aside, and any can be brought
        back until the next one goes."""
        if keeps_judged and self.current is not None and not self.current.judged:
            self.discarded = self.current
        if keeps_judged:
            self._put_aside()
        self.current = None
        self.changed.emit()

    def discard(self) -> None:
        """As `clear`, but the set can be brought back until another one is discarded."""
        if self.current is not None and self.current.takes:
            self.discarded = self.current
        self.clear()

    def forget_all(self) -> None:
        """Another song is opened."""
        self.current, self.aside, self._before_comparison, self.discarded = None, [], None, None
        self.changed.emit()

    def turn_to(self, take_set: TakeSet) -> None:
        """Show a set that was put aside; the present one takes its place there, should it hold anything worth it."""
        if take_set in self.aside or take_set is self.discarded:
            if take_set in self.aside:
                self.aside.remove(take_set)
            self.discarded = None if take_set is self.discarded else self.discarded
            self._put_aside()
            self.current, self._before_comparison = take_set, None
            self.changed.emit()

    def _take_out(self, mask: Mask) -> TakeSet | None:
        """The set of this place, wherever it is; it is no longer there then."""
        if self.current is not None and self.current.request.mask == mask:
            found, self.current = self.current, None
            return found
        aside = next((each for each in self.aside if each.request.mask == mask), None)
        if aside is not None:
            self.aside.remove(aside)
        return aside

    def _put_aside(self) -> None:
        if self.current is not None and self.current.judged:
            self.aside = [self.current, *self.aside][:MOST_ASIDE]
        self.current = None

    # What is shown

    def show(self, index: int | None) -> None:
        """Show a take by index; None shows what was there."""
        current = self.current
        if current is None or (index is not None and not 0 <= index < len(current.takes)):
            return
        if index is not None:
            current.trashed.discard(index)
        current.active, current.comp = index, ()
        self.changed.emit()

    def take_bar(self, bar: int, index: int | None) -> None:
        """Let a bar of the request, counted from 0, come from this take (None: from what was there); the other bars stay
        with the take they are from."""
        self.take_bars((bar,), index)

    def take_bars(self, bars: Iterable[int], index: int | None) -> None:
        """As `take_bar`, for several bars at once."""
        current, wanted = self.current, tuple(bars)
        if current is None or (index is not None and not 0 <= index < len(current.takes)):
            return
        if not wanted or not all(0 <= bar < len(current.bars) for bar in wanted):
            return
        comp = list(current.comp or (current.active,) * len(current.bars))
        for bar in wanted:
            comp[bar] = index
        same = len(set(comp)) == 1
        current.active, current.comp = (comp[0], ()) if same else (current.active, tuple(comp))
        self.changed.emit()

    def step(self, by: int) -> None:
        """Next or previous take as they are listed, wrapping around; what was there is not among them."""
        current = self.current
        listed = current.listed if current is not None else ()
        if current is None or not listed:
            return
        at = listed.index(current.active) if current.active in listed else (-1 if by > 0 else 0)
        self.show(listed[(at + by) % len(listed)])

    def compare(self) -> None:
        """Swap between what is proposed and what was there (A/B)."""
        current = self.current
        if current is None or not current.listed:
            return
        if current.active is None and not current.comp:
            active, comp = self._before_comparison or (current.listed[0], ())
            is_there = active is None or active in current.listed
            current.active, current.comp = (active, comp) if is_there else (current.listed[0], ())
        else:
            self._before_comparison = current.active, current.comp
            current.active, current.comp = None, ()
        self.changed.emit()

    # What is said of takes

    def star(self, index: int) -> None:
        if self.current is not None:
            self.current.starred ^= {index}
            self.changed.emit()

    def rate(self, index: int, points: int) -> None:
        """1 to 5 points; 0 takes them away."""
        if self.current is None or not 0 <= index < len(self.current.takes) or not 0 <= points <= MOST_POINTS:
            return
        self.current.ratings.pop(index, None)
        if points:
            self.current.ratings[index] = points
        self.changed.emit()

    def label(self, index: int, text: str) -> None:
        """A few words about a take; none takes them away."""
        if self.current is None or not 0 <= index < len(self.current.takes):
            return
        self.current.labels.pop(index, None)
        words = " ".join(text.split())[:LONGEST_LABEL]
        if words:
            self.current.labels[index] = words
        self.changed.emit()

    def sort(self, order: Order) -> None:
        if self.current is not None:
            self.current.order = order
            self.changed.emit()

    def trash(self, index: int) -> None:
        """Out of the list, until it is recovered; where it was shown, the next one is (or what was there)."""
        current = self.current
        if current is None or index not in current.listed:
            return
        listed = current.listed
        at = listed.index(index)
        rest = (*listed[at + 1 :], *reversed(listed[:at]))
        current.trashed.add(index)
        current.comp = tuple(None if each == index else each for each in current.comp)
        if current.comp and len(set(current.comp)) == 1:
            current.active, current.comp = current.comp[0], ()
        if current.active == index:
            current.active = rest[0] if rest else None
        self.changed.emit()

    def recover(self, indices: Iterable[int] | None = None) -> None:
        """Takes out of the trash, or all that are in it."""
        if self.current is not None:
            self.current.trashed -= set(self.current.trashed if indices is None else indices)
            self.changed.emit()

    @property
    def active_take(self) -> Take | None:
        return None if self.current is None else self.current.active_take


def _numbered(take_set: TakeSet) -> list[Take]:
    """The takes counted anew; an edited one has the number of the take it was made from."""
    made: list[Take] = []
    count = 0
    for index, take in enumerate(take_set.takes):
        of = take_set.forks.get(index)
        count += of is None
        made.append(replace(take, number=count if of is None else made[of].number))
    return made
