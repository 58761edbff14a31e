"""Which takes are counted, for which deed, with a clock in the test's hand."""

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QObject

from studio.app.counting import HEARD_MS, LOOK_MS, Counting
from studio.generation.contract import Request
from studio.generation.tally import Counts, Tally
from studio.jobs.board import InlineRunner
from studio.session import Session
from tests.fakes import SilentSound, scale_takes
from tests.generate_parts import song_of


@pytest.fixture
def owner(qapp: object) -> Iterator[QObject]:
    made = QObject()
    yield made
    made.deleteLater()


@pytest.fixture
def made(owner, tmp_path):
    session = Session(InlineRunner(), scale_takes, SilentSound(), song_of())
    tally = Tally(tmp_path / "takes.json")
    counting = Counting(session, tally, owner)
    session.generate(Request("continue", "pop", session.song, session.target("continue"), count=3))
    model = session.tray.current.takes[0].origin.model
    return session, counting, lambda: tally.counts.get(model, Counts())


def test_gn_6_1_a_take_counts_as_heard_once_it_played_for_a_second(made):
    session, counting, counts = made
    session.sound.play()
    for _ in range(HEARD_MS // LOOK_MS - 1):
        counting.look()
    assert counts().heard == 0
    counting.look()
    assert counts().heard == 1
    for _ in range(8):
        counting.look()
    assert counts().heard == 1


def test_gn_6_1_what_is_passed_over_quickly_was_not_heard(made):
    session, counting, counts = made
    session.sound.play()
    for _ in range(6):
        counting.look()
        session.tray.step(1)
    session.sound.pause()
    for _ in range(8):
        counting.look()
    assert counts().heard == 0


def test_gn_6_1_an_audition_counts_from_its_beginning(made):
    session, counting, counts = made
    session.hear_take(1)
    counting.look()
    assert counts().heard == 1
    session.hear_take(2)
    counting.look()
    assert counts().heard == 2


def test_gn_6_1_stars_and_kept_takes_are_counted_once(made):
    session, _, counts = made
    session.tray.star(1)
    session.tray.star(1)
    session.tray.star(1)
    session.tray.show(1)
    assert session.keep()
    assert (counts().starred, counts().kept) == (1, 1)


def test_gn_6_1_a_comp_counts_all_it_is_made_of(made):
    session, _, counts = made
    session.tray.show(0)
    session.tray.take_bar(1, 2)
    assert session.keep()
    assert counts().kept == 2


def test_gn_6_1_counts_are_written_while_nothing_plays(made, tmp_path):
    session, counting, counts = made
    session.hear_take(0)
    counting.look()
    counting.save()
    assert Tally(tmp_path / "takes.json").counts == {}, "not while music plays"
    session.sound.pause()
    counting.save()
    assert list(Tally(tmp_path / "takes.json").counts.values()) == [counts()]
