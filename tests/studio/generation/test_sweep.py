"""A sweep: one request over values of one knob or two, one seed, a take for each cell of a labelled grid."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

from studio.errors import UnsupportedRequest
from studio.generation.contract import Axis, Family, Request, Take
from studio.generation.enforce import EmptyTake
from studio.generation.request_text import request_plain, take_origin
from studio.generation.sweep import Grid, cells, check_sweep, grid, swept, take_by_take
from studio.generation.tray import Tray
from studio.jobs.progress import Cancelled, Progress
from studio.knobs import Knob, KnobValue
from studio.song.notes import Note, rows_of
from studio.song.region import Mask, Region
from studio.song.song import Song, Track
from studio.song.ticks import Span

FAMILY = Family(
    "f",
    "Family",
    1,
    ("start",),
    (Knob("key", "Key", "off", choices=("off", "on")), Knob("temperature", "Surprise", 1.0, 0.1, 2.0)),
)
REQUEST = Request("start", "m", Song(tracks=(Track(1, "Lead"),)), Mask(Region((1,), Span(0, 3840))), knobs={"key": "off"}, seed=7)
SURPRISES = Axis("temperature", (0.5, 1.0, 1.5))
BUSY = Axis("density", (-1.0, 1.0))


def one_take(request: Request, progress: Progress) -> Iterator[Take]:
    progress.report(1, 2, "half")
    rows = rows_of([Note(0, 480, 60)])
    yield Take(1, request.span, ((1, rows),), take_origin(request, 1, "", ""), ("said",))


def takes(request: Request, progress: Progress | None = None) -> list[Take]:
    return list(take_by_take(request, FAMILY, one_take, progress or Progress()))


def test_gn_sweep_a_take_for_each_cell_with_its_values_and_one_seed() -> None:
    made = takes(swept(REQUEST, (BUSY, SURPRISES), FAMILY))
    assert [take.number for take in made] == [1, 2, 3, 4, 5, 6]
    assert [dict(take.figures) for take in made[:4]] == [
        {"density": busy, "temperature": surprise} for busy, surprise in ((-1, 0.5), (-1, 1), (-1, 1.5), (1, 0.5))
    ]
    assert made[3].remarks == ("How busy 1 · How surprising 0.5", "said")
    assert {take.origin.seed for take in made} == {7}


def test_gn_sweep_the_grid_says_where_each_cell_lies() -> None:
    request = swept(REQUEST, (BUSY, SURPRISES), FAMILY)
    found = grid(request)
    assert found is not None
    assert (found.shape, request.count) == ((2, 3), 6)
    assert [found.place(cell) for cell in range(1, 7)] == [(0, 0), (0, 1), (0, 2), (1, 0), (1, 1), (1, 2)]
    assert found.values(6) == {"density": 1.0, "temperature": 1.5}
    assert Grid((SURPRISES,)).shape == (1, 3)
    assert grid(REQUEST) is None


def test_gn_sweep_a_cell_can_be_repeated_by_itself() -> None:
    request = swept(REQUEST, (SURPRISES,), FAMILY)
    (_, second, _) = cells(request)
    assert (second.count, second.sweep, second.seed) == (1, (), 7)
    assert second.knobs == {"key": "off", "temperature": 1.0}
    assert request_plain(request)["sweep"] == [["temperature", [0.5, 1.0, 1.5]]]
    assert "sweep" not in request_plain(second)


def test_gn_sweep_words_and_whole_numbers_are_swept_as_the_knob_has_them() -> None:
    assert swept(REQUEST, (Axis("temperature", ("0.5", 1)),), FAMILY).sweep == (Axis("temperature", (0.5, 1.0)),)
    made = takes(swept(REQUEST, (Axis("key", ("off", "on")),), FAMILY))
    assert [take.remarks[0] for take in made] == ["Key off", "Key on"]
    assert not made[0].figures


@pytest.mark.parametrize(
    ("axes", "words"),
    [
        ((), "one knob or two, not 0"),
        ((BUSY, SURPRISES, Axis("key", ("on",))), "not 3"),
        ((BUSY, BUSY), "Both sides of the sweep are «How busy»"),
        ((Axis("colour", (1, 2)),), "no setting «colour»"),
        ((Axis("density", (0.0, 3.0)),), "How busy cannot be 3.0"),
        ((Axis("key", ("off", "maybe")),), "Choose one of"),
        ((Axis("density", ()),), "at 0 values"),
        ((Axis("density", (-1, -0.5, 0, 0.5, 0.8, 1)),), "at 6 values"),
        ((Axis("density", (0, 0.0)),), "twice at one value"),
    ],
)
def test_gn_sweep_what_cannot_be_swept_is_refused_in_a_sentence(axes: tuple[Axis, ...], words: str) -> None:
    with pytest.raises(UnsupportedRequest, match=words):
        swept(REQUEST, axes, FAMILY)
    if axes:
        with pytest.raises(UnsupportedRequest, match=words):
            check_sweep(FAMILY, replace(REQUEST, sweep=axes))


def test_gn_sweep_takes_come_one_by_one_with_progress_and_a_cancel_between() -> None:
    reports: list[tuple[float, float, str]] = []
    progress = Progress(lambda done, total, note: reports.append((done, total, note)))
    arriving = take_by_take(swept(REQUEST, (SURPRISES,), FAMILY), FAMILY, one_take, progress)
    next(arriving)
    next(arriving)
    assert reports == [(0.5, 3, "cell 1 of 3: How surprising 0.5"), (1.5, 3, "cell 2 of 3: How surprising 1")]
    progress.cancel()
    with pytest.raises(Cancelled):
        next(arriving)


def test_gn_sweep_an_empty_cell_is_left_out_and_all_empty_ones_are_an_error() -> None:
    def silent_at(*values: KnobValue):  # type: ignore[no-untyped-def]
        def make(request: Request, progress: Progress) -> Iterator[Take]:
            if request.knobs["temperature"] in values:
                raise EmptyTake("Nothing came.")
            yield from one_take(request, progress)

        return make

    request = swept(REQUEST, (SURPRISES,), FAMILY)
    made = list(take_by_take(request, FAMILY, silent_at(1.0), Progress()))
    assert [take.number for take in made] == [1, 3]
    with pytest.raises(EmptyTake):
        list(take_by_take(request, FAMILY, silent_at(*SURPRISES.values), Progress()))


def test_gn_sweep_the_tray_knows_the_cell_of_each_take() -> None:
    tray = Tray()
    request = swept(REQUEST, (BUSY, SURPRISES), FAMILY)
    take_set = tray.begin(request)
    for take in takes(request)[1:]:
        tray.add(take_set, take)
    assert take_set.grid == Grid(request.sweep)
    assert [take_set.cell(index) for index in range(5)] == [2, 3, 4, 5, 6]
    tray.star(1)
    again = tray.begin(replace(request, seed=8))
    tray.add(again, takes(request)[0])
    assert [again.cell(index) for index in range(again.carried + 1)] == [0] * again.carried + [1]
