"""The one door of all takes: what a family draws, chosen among candidates where knobs ask for it, enforced, told of."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from backends.choosing import CANDIDATES, Chooser
from backends.sampling import derive
from studio.generation.contract import Backend, Family, Request, Take
from studio.generation.enforce import EmptyTake, enforced
from studio.generation.request_text import request_text
from studio.generation.steering import choosings, own_values
from studio.jobs.progress import Portion, Progress
from studio.words import tr


def steered(model: Backend, family: Family, request: Request, progress: Progress) -> Iterator[Take]:
    """Takes as they may enter the song; a take without notes is left out, and EmptyTake when all are."""
    empty: EmptyTake | None = None
    delivered = 0
    asked = replace(request, knobs=own_values(family, request.knobs))
    chooser = Chooser(request, choosings(family, request))
    drawn = _chosen(model, asked, chooser, progress) if chooser.choosings else _plain(model, asked, progress)
    for found in drawn:
        if isinstance(found, EmptyTake):
            empty = found
            continue
        delivered += 1
        yield _told(found, request)
    if empty is not None and not delivered:
        raise empty


def _plain(model: Backend, asked: Request, progress: Progress) -> Iterator[Take | EmptyTake]:
    """Every take as the model draws it."""
    for take in model.generate(asked, progress):
        try:
            yield enforced(take, asked)
        except EmptyTake as problem:
            yield problem


def _chosen(model: Backend, asked: Request, chooser: Chooser, progress: Progress) -> Iterator[Take | EmptyTake]:
    """The best of several candidates for every take, each with a seed of its own."""
    made: set[bytes] = set()
    for number in range(1, asked.count + 1):
        progress.stop_if_cancelled()
        words = tr("take {number} of {count}, the best of {tries}", number=number, count=asked.count, tries=CANDIDATES)
        tries = replace(asked, seed=derive(asked.seed, number), count=CANDIDATES)
        found = list(_plain(model, tries, Portion(progress, number - 1, asked.count, words)))
        takes = [take for take in found if isinstance(take, Take)]
        if not takes:
            yield from (found[-1:])
            continue
        best = takes[chooser.best(takes, [take.rows.tobytes() in made for take in takes])]
        made.add(best.rows.tobytes())
        yield replace(best, number=number)
    progress.report(1, 1, "")


def _told(take: Take, request: Request) -> Take:
    """The take with the origin of what was asked for, by which it can be asked for again."""
    origin = replace(take.origin, seed=request.seed, take=take.number, request=request_text(request))
    return replace(take, origin=origin)
