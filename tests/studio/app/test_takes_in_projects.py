"""Takes that were not kept travel with the project; damage costs them alone; starred ones are not left behind unasked."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pytestqt.qtbot import QtBot

from studio.app.desk import Desk
from studio.app.take_storage import takes_from_json, takes_to_json
from studio.files import project
from studio.generation.contract import Axis, Request, Take
from studio.generation.judging import ORDERS
from studio.generation.tray import TakeSet
from studio.jobs.progress import Progress
from studio.song.clip import Clip
from studio.song.constraint import Constraint
from studio.song.notes import rows_from_columns
from studio.song.region import Mask, Patch, Region
from studio.song.song import Song, empty_song
from studio.song.ticks import Span
from tests.desk_parts import Answers
from tests.fakes import scale_takes
from widgets.dialogs.asks import Fate

SONG = empty_song()
SPAN = Span(3840, 7680)


LABELS = st.text(st.characters(codec="ascii", categories=("L",)), min_size=1, max_size=9)


def request_of(song: Song = SONG, patches: tuple[Patch, ...] = (), **more: object) -> Request:
    return Request("fill", "scales", song, Mask(Region((1,), SPAN), 40, 90, patches), **more)  # type: ignore[arg-type]


@st.composite
def take_sets(draw: st.DrawFn) -> TakeSet:
    starts = draw(st.lists(st.integers(0, 100), min_size=1, max_size=4))
    clip = Clip(((0, rows_from_columns(starts, 20, 60, 90)),), 960)
    knobs = draw(
        st.dictionaries(st.text(max_size=6), st.one_of(st.booleans(), st.integers(-9, 9), st.floats(-1, 1), st.text(max_size=5)))
    )
    count = draw(st.integers(1, 4))
    clips = draw(st.sampled_from(((), (clip,))))
    constraints = draw(st.sampled_from(((), (Constraint(1, low_pitch=50, most_per_bar=4.5, keeps_rhythm=True),))))
    patches = draw(st.sampled_from(((), (Patch(1, Span(4000, 5000), 50, 60),))))
    sweep = draw(st.sampled_from(((), (Axis("density", (-1.0, 1)), Axis("key", ("C", "D", True))))))
    request = request_of(
        knobs=knobs,
        seed=draw(st.integers(-9, 2**40)),
        count=count,
        clips=clips,
        constraints=constraints,
        patches=patches,
        sweep=sweep,
    )
    takes = list(scale_takes(request, Progress()))
    figures = draw(st.lists(st.tuples(st.text(max_size=5), st.floats()), max_size=2))
    takes[0] = Take(takes[0].number, SPAN, takes[0].parts, takes[0].origin, ("Relaxed: density.",), tuple(figures))
    index = st.integers(0, len(takes) - 1)
    made = TakeSet(request, takes, draw(st.one_of(st.none(), index)), draw(st.sets(index)), draw(st.booleans()))
    made.comp = draw(st.sampled_from(((), (None,), (0,))))
    made.ratings, made.labels = draw(st.dictionaries(index, st.integers(1, 5))), draw(st.dictionaries(index, LABELS))
    made.trashed, made.order = draw(st.sets(index)), draw(st.sampled_from(ORDERS))
    if len(takes) > 1:
        made.forks = draw(st.dictionaries(st.just(len(takes) - 1), st.integers(0, len(takes) - 2)))
    return made


def judgements(take_set: TakeSet) -> tuple[object, ...]:
    return (take_set.starred, take_set.ratings, take_set.labels, take_set.trashed, take_set.forks, take_set.order)


@given(take_sets(), st.lists(take_sets(), max_size=2))
def test_gn_6_2_takes_read_back_as_they_were(take_set: TakeSet, others: list[TakeSet]) -> None:
    plain = takes_to_json(take_set, others)
    again, aside, fault = takes_from_json(json.loads(json.dumps(plain)), SONG)
    assert fault == ""
    assert list(map(judgements, (again or take_set, *aside))) == list(map(judgements, (take_set, *others)))
    assert takes_to_json(None, aside) == takes_to_json(None, others)
    assert again is not None
    assert takes_to_json(again, aside) == plain
    assert (again.active, again.starred, again.is_stale) == (take_set.active, take_set.starred, take_set.is_stale)
    assert again.comp == take_set.comp
    assert (again.request.mask, again.request.constraints) == (take_set.request.mask, take_set.request.constraints)
    assert (again.request.seed, again.request.knobs) == (take_set.request.seed, take_set.request.knobs)
    assert (again.request.sweep, again.grid) == (take_set.request.sweep, take_set.grid)
    for before, after in zip(take_set.takes, again.takes, strict=True):
        assert np.array_equal(before.rows, after.rows)
        assert (before.origin, before.remarks, before.number) == (after.origin, after.remarks, after.number)


def test_an_empty_tray_leaves_nothing() -> None:
    assert takes_to_json(None) == takes_to_json(TakeSet(request_of())) == ()
    assert takes_from_json((), SONG) == (None, (), "")


def test_gn_6_2_takes_of_the_first_format_are_still_read() -> None:
    head, *takes = json.loads(
        json.dumps(takes_to_json(TakeSet(request_of(), list(scale_takes(request_of(), Progress())), 1, {2})))
    )
    for key in ("count", "aside", "ratings", "labels", "trashed", "forks", "order"):
        del head[key]
    for key in ("patches", "constraints", "sweep"):
        del head["request"][key]
    again, aside, fault = takes_from_json(({**head, "format": 1}, *takes), SONG)
    assert (fault, aside) == ("", ())
    assert again is not None
    assert (again.active, again.starred, len(again.takes), again.request.mask) == (1, {2}, 4, request_of().mask)


def test_gn_6_2_edits_that_were_undone_are_not_written() -> None:
    takes = list(scale_takes(request_of(), Progress()))
    edited = replace(takes[1], origin=replace(takes[1].origin, edited=True))
    take_set = TakeSet(request_of(), [*takes, edited], 1, {3}, forks={4: 1}, undone={4})
    again, _, _ = takes_from_json(takes_to_json(take_set), SONG)
    assert again is not None
    assert (len(again.takes), again.starred, again.forks, again.active) == (4, {3}, {}, 1)


@pytest.mark.parametrize("at", [0, 1])
@given(data=st.data())
def test_damage_is_one_sentence(at: int, data: st.DataObject) -> None:
    """Any value swapped for nonsense is either harmless or said; it never raises."""
    listed = json.loads(json.dumps(takes_to_json(TakeSet(request_of(), list(scale_takes(request_of(), Progress()))))))
    key = data.draw(st.sampled_from(sorted(listed[at])))
    listed[at][key] = data.draw(st.sampled_from([None, -5, "x", [], {}, [1, "a"], True, 2**70]))
    take_set, aside, fault = takes_from_json(listed, SONG)
    assert (take_set is None and not aside) == bool(fault)
    if fault:
        assert fault.startswith("The takes that were not kept could not be read; the song is all there (")


def test_takes_without_their_track_are_restored_without_it() -> None:
    take_set = TakeSet(request_of(), list(scale_takes(request_of(), Progress())), 0)
    again, _, fault = takes_from_json(takes_to_json(take_set), Song())
    assert fault == ""
    assert again is not None
    assert again.request.mask.region.track_ids == ()


def proposed(desk: Desk, qtbot: QtBot) -> None:
    desk.session.generate(request_of(desk.session.song, count=3))
    qtbot.waitUntil(lambda: desk.session.tray.current is not None and len(desk.session.tray.current.takes) == 3)


def test_takes_survive_saving_and_opening(desk: Desk, qtbot: QtBot, answers: Answers, tmp_path: Path) -> None:
    answers.writes = path = tmp_path / "song.ricercar"
    proposed(desk, qtbot)
    desk.session.tray.show(1)
    desk.session.tray.star(2)
    desk.documents.save()
    qtbot.waitUntil(lambda: desk.session.path == path and not desk.documents.is_saving)
    assert len(project.read(path).takes) == 4
    desk.documents.new()
    assert answers.asked[-1:] != ["fate of Untitled"], "the file holds the star"
    assert desk.session.tray.current is None
    desk.documents.open_file(path)
    qtbot.waitUntil(lambda: desk.session.tray.current is not None)
    take_set = desk.session.tray.current
    assert take_set is not None
    assert (take_set.active, take_set.starred) == (1, {2})
    assert len(desk.window.takes.cards) == 3
    assert desk.session.heard_song().note_count > 0
    assert desk.session.is_clean
    assert desk.session.keep()
    assert desk.session.song.note_count == take_set.takes[1].note_count
    desk.documents.save()
    qtbot.waitUntil(lambda: desk.session.is_clean and not desk.documents.is_saving)
    written = project.read(path)
    assert written.song == desk.session.song
    assert [member.get("aside") for member in written.takes] == [True, None, None, None], "another one has a star"


def test_a_starred_take_is_not_left_behind_unasked(desk: Desk, qtbot: QtBot, answers: Answers) -> None:
    proposed(desk, qtbot)
    desk.documents.new()
    assert answers.asked == [], "takes nobody starred may go"
    proposed(desk, qtbot)
    desk.session.tray.star(0)
    answers.fate = Fate.CANCEL
    desk.documents.new()
    assert answers.asked == ["fate of Untitled"]
    assert desk.session.tray.current is not None


def test_saving_without_takes_takes_the_old_ones_out(desk: Desk, qtbot: QtBot, answers: Answers, tmp_path: Path) -> None:
    answers.writes = path = tmp_path / "song.ricercar"
    proposed(desk, qtbot)
    desk.documents.save()
    qtbot.waitUntil(lambda: desk.session.path == path and not desk.documents.is_saving)
    desk.session.discard()
    desk.documents.save()
    qtbot.waitUntil(lambda: not desk.documents.is_saving)
    assert project.read(path).takes == ()
