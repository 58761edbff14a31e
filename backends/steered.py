"""The one door of all takes: what a family draws, chosen among candidates where knobs or constraints ask for it, enforced."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from backends.choosing import CANDIDATES, Chooser
from backends.sampling import derive
from studio.generation.binding import Bound, bound
from studio.generation.constraining import Brought, brought
from studio.generation.contract import Backend, Family, Request, Take
from studio.generation.enforce import EmptyTake, enforced
from studio.generation.request_text import request_text
from studio.generation.steering import busier, choosings, own_values
from studio.jobs.progress import Portion, Progress
from studio.song.region import Mask
from studio.words import tr

LEANING = 2
"""So many draws tell whether a model writes too few or too many notes by itself."""


def steered(model: Backend, family: Family, request: Request, progress: Progress) -> Iterator[Take]:
    """Takes as they may enter the song; a take without notes is left out, and EmptyTake when all are."""
    empty: EmptyTake | None = None
    delivered = 0
    door = _Door(model, family, request, Chooser(request, choosings(family, request)), bound(request))
    for found in door.chosen(progress) if door.has_choice else door.plain(progress):
        if isinstance(found, EmptyTake):
            empty = found
            continue
        delivered += 1
        yield _told(found, request)
    if empty is not None and not delivered:
        raise empty


@dataclass(frozen=True, slots=True, eq=False)
class _Door:
    """A request on its way through a model."""

    model: Backend
    family: Family
    request: Request
    chooser: Chooser
    bounds: tuple[Bound, ...]

    @property
    def has_choice(self) -> bool:
        return bool(self.chooser.choosings or self.bounds)

    @property
    def asked(self) -> Request:
        """What the model is asked: with its own knobs, and inside the range where there is one track to hold to it."""
        return replace(self.request, knobs=own_values(self.family, self.request.knobs), mask=self._mask())

    def plain(self, progress: Progress) -> Iterator[Take | EmptyTake]:
        """Every take as the model draws it."""
        for take in self.model.generate(self.asked, progress):
            try:
                yield enforced(take, self.request)
            except EmptyTake as problem:
                yield problem

    def chosen(self, progress: Progress) -> Iterator[Take | EmptyTake]:
        """The best of several candidates for every take, each drawn from a seed of its own."""
        made: set[bytes] = set()
        for number in range(1, self.request.count + 1):
            progress.stop_if_cancelled()
            drawn = self._candidates(number, made, progress)
            found = [each for each in drawn if isinstance(each, Brought)]
            if not found:
                yield from (each for each in drawn[-1:] if isinstance(each, EmptyTake))
                continue
            best = found[self.chooser.best(found, made)].take
            made.add(best.rows.tobytes())
            yield replace(best, number=number)
        progress.report(1, 1, "")

    def _candidates(self, number: int, made: set[bytes], progress: Progress) -> list[Brought | EmptyTake]:
        """So many draws for one take; where no knob chooses, the first that had to be changed little will do."""
        words = tr("take {number} of {count}, the best of {tries}", number=number, count=self.request.count, tries=CANDIDATES)
        portion = Portion(progress, number - 1, self.request.count, words)
        asked = replace(self.asked, seed=derive(self.request.seed, number), count=CANDIDATES)
        drawn: list[Brought | EmptyTake] = []
        for each in self._draws(asked, portion):
            drawn.append(each)
            if not self.chooser.choosings and isinstance(each, Brought) and each.suits(made):
                break
        return drawn

    def _draws(self, asked: Request, progress: Progress) -> Iterator[Brought | EmptyTake]:
        """What the model draws, brought to its constraints; where bars of the first draws all have too few notes, or all too
        many, a busier or calmer model is asked for the rest."""
        leans: list[int] = []
        for each in self._drawn(asked, progress):
            yield each
            leans.append(each.lean if isinstance(each, Brought) else 0)
            lean = leans[0] if len(leans) == LEANING and len(set(leans)) == 1 else 0
            other = busier(self.family, asked, lean)
            if other is not None:
                rest = replace(other, seed=derive(asked.seed, 0), count=CANDIDATES - LEANING)
                yield from self._drawn(rest, Portion(progress, LEANING, CANDIDATES))
                return

    def _drawn(self, asked: Request, progress: Progress) -> Iterator[Brought | EmptyTake]:
        for take in self.model.generate(asked, progress):
            try:
                yield brought(enforced(take, self.request), self.request, self.bounds)
            except EmptyTake as problem:
                yield problem

    def _mask(self) -> Mask:
        """The request's mask, narrowed to the range and to the pitches that are painted where one pitched track is written:
        models look at it while they draw."""
        mask, song = self.request.mask, self.request.song
        if len(mask.region.track_ids) != 1 or song.track(mask.region.track_ids[0]).instrument.is_drum:
            return mask
        low, high = mask.band(mask.region.track_ids[0])
        if self.bounds:
            least, most = self.bounds[0].pitches
            low, high = max(low, least), min(high, most)
        return replace(mask, low_pitch=low, high_pitch=high) if low <= high else mask


def _told(take: Take, request: Request) -> Take:
    """The take with the origin of what was asked for, by which it can be asked for again."""
    origin = replace(take.origin, seed=request.seed, take=take.number, request=request_text(request))
    return replace(take, origin=origin)
