"""Sweeps: one request tried at several values of one or two knobs, with one seed, as a labelled grid of takes.

A sweep is a Request with axes. Cells are numbered from 1, the last axis going fastest, and a take's number is that of its cell;
what it records as its origin is the request of its cell alone, so that it can be repeated by itself.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import product
from math import prod

from studio.errors import UnsupportedRequest
from studio.generation.contract import Axis, Family, Request, Take
from studio.generation.enforce import EmptyTake
from studio.generation.steering import all_knobs
from studio.generation.steering_words import question, value_words
from studio.jobs.progress import Portion, Progress
from studio.knobs import Knob, KnobValue
from studio.words import tr

MOST_AXES, MOST_VALUES = 2, 5


@dataclass(frozen=True, slots=True)
class Grid:
    """How the cells of a sweep lie: rows by the first axis where there are two, columns by the last."""

    axes: tuple[Axis, ...]

    @property
    def shape(self) -> tuple[int, int]:
        """Rows and columns."""
        rows = len(self.axes[0].values) if len(self.axes) == MOST_AXES else 1
        return rows, len(self.axes[-1].values)

    def place(self, cell: int) -> tuple[int, int]:
        """Row and column, from 0, of a cell counted from 1."""
        return divmod(cell - 1, self.shape[1])

    def values(self, cell: int) -> dict[str, KnobValue]:
        """The knobs of a cell."""
        combined = list(product(*(axis.values for axis in self.axes)))[cell - 1]
        return {axis.knob: value for axis, value in zip(self.axes, combined, strict=True)}


def grid(request: Request) -> Grid | None:
    """How the takes of a request lie beside each other; None where it is no sweep."""
    return Grid(request.sweep) if request.sweep else None


def swept(request: Request, axes: Sequence[Axis], family: Family) -> Request:
    """The request as a sweep over these axes, their values as the knobs have them; UnsupportedRequest when it cannot be."""
    if not 1 <= len(axes) <= MOST_AXES:
        raise UnsupportedRequest(tr("A sweep tries one knob or two, not {n}.", n=len(axes)), tr("Choose one or two."))
    checked = tuple(_checked(axis, family) for axis in axes)
    if len({axis.knob for axis in checked}) < len(checked):
        label = _knob(checked[0].knob, family).label
        raise UnsupportedRequest(tr("Both sides of the sweep are «{knob}».", knob=label), tr("Choose another for one of them."))
    return replace(request, sweep=checked, count=prod(len(axis.values) for axis in checked))


def check_sweep(family: Family, request: Request) -> None:
    """UnsupportedRequest for axes that cannot be swept."""
    if request.sweep:
        swept(request, request.sweep, family)


def cells(request: Request) -> Iterator[Request]:
    """The request of each cell by itself, in order."""
    for values in product(*(axis.values for axis in request.sweep)):
        knobs = {axis.knob: value for axis, value in zip(request.sweep, values, strict=True)}
        yield replace(request, knobs={**request.knobs, **knobs}, count=1, sweep=())


def take_by_take(
    request: Request, family: Family, generate: Callable[[Request, Progress], Iterator[Take]], progress: Progress
) -> Iterator[Take]:
    """A take for each cell as soon as it is made, with its values among its figures and first in its remarks; a cell that came
    out without a note is left out, and an error when all did."""
    empty: EmptyTake | None = None
    delivered, shape = 0, Grid(request.sweep)
    for number, cell in enumerate(cells(request), start=1):
        progress.stop_if_cancelled()
        label = cell_words(shape.values(number), family)
        words = tr("cell {number} of {count}: {values}", number=number, count=request.count, values=label)
        try:
            for take in generate(cell, Portion(progress, number - 1, request.count, words)):
                delivered += 1
                yield _in_its_cell(take, number, label, shape.values(number))
        except EmptyTake as problem:
            empty = problem
    if empty is not None and not delivered:
        raise empty
    progress.report(1, 1, "")


def cell_words(values: dict[str, KnobValue], family: Family) -> str:
    """Such as "How busy -1 · How surprising 0.6"."""
    labelled = (f"{question(name, _knob(name, family).label)} {value_words(name, value)}" for name, value in values.items())
    return " · ".join(labelled)


def _in_its_cell(take: Take, number: int, label: str, values: dict[str, KnobValue]) -> Take:
    figures = tuple((name, float(value)) for name, value in values.items() if isinstance(value, int | float))
    return replace(take, number=number, remarks=(label, *take.remarks), figures=(*figures, *take.figures))


def _checked(axis: Axis, family: Family) -> Axis:
    knob = _knob(axis.knob, family)
    values = tuple(knob.checked(value) for value in axis.values)
    if not 1 <= len(values) <= MOST_VALUES:
        words = tr("«{knob}» cannot be tried at {n} values.", knob=knob.label, n=len(values))
        raise UnsupportedRequest(words, tr("Give 1 to {most}.", most=MOST_VALUES))
    if len(set(values)) < len(values):
        raise UnsupportedRequest(tr("«{knob}» is tried twice at one value.", knob=knob.label), tr("Give different ones."))
    return Axis(axis.knob, values)


def _knob(name: str, family: Family) -> Knob:
    found = next((knob for knob in all_knobs(family) if knob.name == name), None)
    if found is None:
        known = ", ".join(knob.name for knob in all_knobs(family))
        raise UnsupportedRequest(tr("{family} has no setting «{name}» to sweep.", family=family.title, name=name),
                                 tr("It has: {known}.", known=known))  # fmt: skip
    return found
